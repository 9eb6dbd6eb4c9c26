#include "core/transport/spool/spool_rounds.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_news.h"

/* Somebody who waits for the end of a round. */
struct asker {
	transport_done done;
	void *user;
};

struct rounds {
	struct rounds_parts parts;
	const struct transport_listener *listener;
	void *user;
	GMainContext *context;
	bool is_live;
	int folder;	  /* of the round under way; -1: there is none */
	GSource *slice;	  /* the next one */
	GQueue askers;	  /* struct asker *, of the round under way */
	GQueue later;	  /* of the next one */
	bool is_missing;  /* something came meanwhile: there is a next one */
	GSource *alarm;	  /* when what waits is looked at again; NULL while nothing does */
	int notify;	  /* inotify's descriptor, -1 without */
	GSource *source;  /* of that, or for polling */
	struct timespec changed; /* the folder, when it was polled last */
	bool is_said;	  /* that it is polled */
};

static void drop_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

struct rounds *rounds_new(const struct rounds_parts *parts)
{
	struct rounds *rounds = g_new0(struct rounds, 1);

	rounds->parts = *parts;
	rounds->folder = rounds->notify = -1;
	g_queue_init(&rounds->askers);
	g_queue_init(&rounds->later);
	return rounds;
}

bool rounds_is_on(const struct rounds *rounds)
{
	return rounds->folder >= 0;
}

bool rounds_is_live(const struct rounds *rounds)
{
	return rounds->is_live;
}

/* -- one round -------------------------------------------------------------------------------- */

static void begin(struct rounds *rounds, const char *const *names);
static gboolean came_back(void *user);

static void answer_all(GQueue *askers, const GError *error)
{
	struct asker *asker;

	while ((asker = g_queue_pop_head(askers))) {
		asker->done(asker->user, error);
		g_free(asker);
	}
}

static void end_round(struct rounds *rounds)
{
	drop_source(&rounds->slice);
	inbox_end(rounds->parts.inbox);
	close(rounds->folder);
	rounds->folder = -1;
	rounds->parts.turned(rounds->parts.user);
}

/* What waits for the next minute is looked at then; while nothing does, there is no alarm. */
static void set_alarm(struct rounds *rounds)
{
	if (rounds->is_live && !rounds->alarm && inbox_waiting(rounds->parts.inbox))
		rounds->alarm = clock_alarm(clock_boot(rounds->parts.clock) + ROUNDS_AGAIN_MS,
					    came_back, rounds, rounds->context);
}

/* Whoever is answered may ask again, or stop it all. */
static void finish(struct rounds *rounds)
{
	GQueue askers = rounds->askers;

	g_queue_init(&rounds->askers);
	end_round(rounds);
	set_alarm(rounds);
	rounds->parts.state(rounds->parts.user, TRANSPORT_ONLINE, NULL);
	if (rounds->is_missing)
		begin(rounds, NULL);
	answer_all(&askers, NULL);
}

static gboolean go_on(void *user)
{
	struct rounds *rounds = user;
	int64_t end = g_get_monotonic_time() + ROUNDS_SLICE_MS * 1000;
	bool is_more = true;

	while (is_more && g_get_monotonic_time() < end &&
	       !cancel_is_raised(rounds->listener->cancel)) {
		is_more = inbox_step(rounds->parts.inbox, rounds->folder);
		if (!rounds_is_on(rounds))
			return G_SOURCE_REMOVE;
	}
	if (is_more) {
		rounds->parts.turned(rounds->parts.user);
		return G_SOURCE_CONTINUE;
	}
	finish(rounds);
	return G_SOURCE_REMOVE;
}

static void slice_later(struct rounds *rounds)
{
	rounds->slice = g_idle_source_new();
	g_source_set_callback(rounds->slice, go_on, rounds, NULL);
	g_source_attach(rounds->slice, rounds->context);
}

/* All of the inbox, or only NAMES of it. What is little is done at once. */
static void begin(struct rounds *rounds, const char *const *names)
{
	g_autoptr(GError) error = NULL;

	rounds->is_missing = false;
	rounds->askers = rounds->later;
	g_queue_init(&rounds->later);
	rounds->folder = rounds->parts.open(rounds->parts.user, &error);
	if (rounds->folder < 0) {
		GQueue askers = rounds->askers;

		g_queue_init(&rounds->askers);
		rounds->parts.state(rounds->parts.user, TRANSPORT_OFFLINE, error->message);
		answer_all(&askers, error);
		return;
	}
	inbox_begin(rounds->parts.inbox, names, rounds->listener, rounds->user);
	slice_later(rounds);
	go_on(rounds);
}

static void look(struct rounds *rounds, const char *const *names)
{
	/* What is taken in may send something, and that may come back here. */
	if (rounds_is_on(rounds))
		rounds->is_missing = true;
	else
		begin(rounds, names);
}

void rounds_ask(struct rounds *rounds, transport_done done, void *user)
{
	struct asker *asker = g_new(struct asker, 1);

	*asker = (struct asker){ done, user };
	g_queue_push_tail(&rounds->later, asker);
	look(rounds, NULL);
}

static gboolean came_back(void *user)
{
	struct rounds *rounds = user;

	drop_source(&rounds->alarm);
	look(rounds, NULL);
	return G_SOURCE_REMOVE;
}

/* -- what comes by itself --------------------------------------------------------------------- */

static void unwatch(struct rounds *rounds)
{
	drop_source(&rounds->source);
	if (rounds->notify >= 0)
		close(rounds->notify);
	rounds->notify = -1;
}

static gboolean something_came(int fd, GIOCondition condition, void *user)
{
	struct rounds *rounds = user;
	struct spool_news news;

	(void)condition;
	spool_news_read(fd, &news);
	if (news.is_gone) {
		unwatch(rounds);
		rounds->parts.state(rounds->parts.user, TRANSPORT_OFFLINE,
				    "The inbox on the spool was removed; it is made again when "
				    "sotto next starts.");
	} else {
		look(rounds, news.is_too_much ? NULL
					      : (const char *const *)news.names->pdata);
	}
	spool_news_clear(&news);
	return news.is_gone ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* FALSE: errno says why not. */
static bool try_watching(struct rounds *rounds)
{
	g_autofree char *path = rounds->parts.path(rounds->parts.user);
	int failure;

	rounds->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (rounds->notify >= 0 &&
	    inotify_add_watch(rounds->notify, path,
			      IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_ONLYDIR |
				      IN_DONT_FOLLOW) >= 0) {
		drop_source(&rounds->source);
		rounds->source = g_unix_fd_source_new(rounds->notify, G_IO_IN);
		g_source_set_callback(rounds->source, G_SOURCE_FUNC(something_came), rounds, NULL);
		g_source_attach(rounds->source, rounds->context);
		return true;
	}
	failure = errno;
	if (rounds->notify >= 0)
		close(rounds->notify);
	rounds->notify = -1;
	errno = failure;
	return false;
}

/* Adding something to a folder changes it. */
static bool has_changed(struct rounds *rounds)
{
	struct stat st;
	int folder = rounds->parts.open(rounds->parts.user, NULL);
	bool has = folder >= 0 && fstat(folder, &st) == 0 &&
		   (st.st_ctim.tv_sec != rounds->changed.tv_sec ||
		    st.st_ctim.tv_nsec != rounds->changed.tv_nsec);

	if (has)
		rounds->changed = st.st_ctim;
	if (folder >= 0)
		close(folder);
	return has;
}

static gboolean poll_folder(void *user)
{
	struct rounds *rounds = user;

	/* Watch first, then look: nothing can slip in between. */
	if (try_watching(rounds)) {
		look(rounds, NULL);
		return G_SOURCE_REMOVE;
	}
	if (has_changed(rounds))
		look(rounds, NULL);
	return G_SOURCE_CONTINUE;
}

static void say_polling(struct rounds *rounds, int failure)
{
	const char *limit = failure == EMFILE ? " (fs.inotify.max_user_instances)"
			    : failure == ENOSPC ? " (fs.inotify.max_user_watches)"
						: "";
	g_autofree char *text = g_strdup_printf(
		"The kernel can't tell when something comes: %s%s. Until it can the inbox is "
		"looked at every second.",
		failure == EMFILE || failure == ENOSPC ? "this user's inotify is used up"
						       : g_strerror(failure),
		limit);

	if (!rounds->is_said && rounds->listener->notice)
		rounds->listener->notice(rounds->user, text);
	rounds->is_said = true;
}

void rounds_watch(struct rounds *rounds)
{
	if (!rounds->is_live || rounds->source || try_watching(rounds))
		return;
	say_polling(rounds, errno);
	rounds->source = g_timeout_source_new(ROUNDS_POLL_MS);
	g_source_set_callback(rounds->source, poll_folder, rounds, NULL);
	g_source_attach(rounds->source, rounds->context);
}

/* -- life ------------------------------------------------------------------------------------- */

void rounds_start(struct rounds *rounds, const struct transport_listener *listener, void *user,
		  GMainContext *context, bool is_live)
{
	rounds->listener = listener;
	rounds->user = user;
	rounds->context = context;
	rounds->is_live = is_live;
}

void rounds_go_live(struct rounds *rounds)
{
	rounds->is_live = true;
	rounds_watch(rounds);
	set_alarm(rounds);
}

void rounds_stop(struct rounds *rounds)
{
	g_autoptr(GError) error = NULL;

	unwatch(rounds);
	drop_source(&rounds->alarm);
	if (rounds_is_on(rounds))
		end_round(rounds);
	error_set(&error, ERROR_UNREACHABLE, "The carrier was stopped.");
	answer_all(&rounds->askers, error);
	answer_all(&rounds->later, error);
}

void rounds_free(struct rounds *rounds)
{
	if (!rounds)
		return;
	rounds_stop(rounds);
	g_free(rounds);
}
