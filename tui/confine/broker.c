#include "tui/confine/broker.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/confine/broker_inside.h"
#include "tui/confine/descriptor.h"

enum { STOP_MS = 2000 /* a job that can't be stopped goes on after that */ };

struct broker {
	int fd;
	uint32_t serial;
	GHashTable *asked; /* serial -> struct asked */
	guint source;
};

struct asked {
	broker_answer answer;
	broker_filed filed; /* instead */
	void *user;
};

/* -- starting --------------------------------------------------------------------------------- */

static gboolean on_frame(gint fd, GIOCondition condition, gpointer user);

static struct broker *child_side(int fd, pid_t parent)
{
	struct broker *broker = g_new0(struct broker, 1);

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* It may have died before that. */
	if (getppid() != parent)
		raise(SIGTERM);
	broker->fd = fd;
	broker->asked = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	broker->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP, on_frame, broker);
	return broker;
}

gboolean broker_start(const char *hook, struct broker **broker, int *status, GError **error)
{
	pid_t parent = getpid(), child;
	int ends[2];

	*broker = NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
		error_set_errno(error, errno, "can't speak to a process of its own");
		return FALSE;
	}
	fflush(NULL);
	child = fork();
	if (child < 0) {
		error_set_errno(error, errno, "can't start a process of its own");
		close(ends[0]);
		close(ends[1]);
		return FALSE;
	}
	close(ends[child == 0]);
	if (child == 0) {
		*broker = child_side(ends[1 - (child == 0)], parent);
		return TRUE;
	}
	*status = broker_serve(ends[1], child, hook);
	close(ends[1]);
	return TRUE;
}

void broker_free(struct broker *broker)
{
	if (!broker)
		return;
	if (broker->source)
		g_source_remove(broker->source);
	g_hash_table_unref(broker->asked);
	close(broker->fd);
	g_free(broker);
}

/* -- asking ----------------------------------------------------------------------------------- */

static void give(struct asked *asked, const struct broker_frame *frame, int fd)
{
	if (asked->filed)
		asked->filed(frame->is_known, fd, frame->text, asked->user);
	else
		asked->answer(frame->is_known ? frame->text : NULL, asked->user);
	if (fd >= 0 && !asked->filed)
		close(fd);
	g_free(asked);
}

static gboolean on_frame(gint fd, GIOCondition condition, gpointer user)
{
	struct broker *broker = user;
	g_autofree struct broker_frame *frame = g_new(struct broker_frame, 1);
	uint8_t data[BROKER_FRAME_MAX + 1];
	int came;
	ssize_t bytes = descriptor_receive(fd, data, sizeof(data), &came);
	gpointer serial, asked;

	(void)condition;
	if (bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR)) {
		broker->source = 0;
		return G_SOURCE_REMOVE;
	}
	if (bytes < 0 || !broker_frame_decode(data, (size_t)bytes, frame) ||
	    frame->kind != BROKER_ANSWER ||
	    !g_hash_table_steal_extended(broker->asked, GUINT_TO_POINTER(frame->serial), &serial,
					 &asked)) {
		if (came >= 0)
			close(came);
		return G_SOURCE_CONTINUE;
	}
	give(asked, frame, came);
	return G_SOURCE_CONTINUE;
}

/* A broker that doesn't read loses frames: nothing here may wait. */
static bool put(struct broker *broker, const struct broker_frame *frame)
{
	uint8_t data[BROKER_FRAME_MAX];
	size_t bytes = broker_frame_encode(frame, data);
	bool is_sent =
		send(broker->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)bytes;

	/* It may be somebody's words. */
	wipe(data, bytes);
	return is_sent;
}

static void ask(struct broker *broker, enum broker_kind kind, unsigned question,
		broker_answer answer, void *user)
{
	g_autofree struct broker_frame *frame = g_new0(struct broker_frame, 1);
	struct asked *asked = g_new(struct asked, 1);

	frame->kind = kind;
	frame->question = question;
	frame->serial = ++broker->serial;
	*asked = (struct asked){ .answer = answer, .user = user };
	g_hash_table_insert(broker->asked, GUINT_TO_POINTER(frame->serial), asked);
	if (!put(broker, frame))
		g_hash_table_remove(broker->asked, GUINT_TO_POINTER(frame->serial));
}

void broker_ask(struct broker *broker, enum broker_question question, broker_answer answer,
		void *user)
{
	ask(broker, BROKER_ASK, question, answer, user);
}

void broker_look(struct broker *broker, broker_answer answer, void *user)
{
	ask(broker, BROKER_LOOK, 0, answer, user);
}

void broker_file(struct broker *broker, enum broker_kind kind, const char *path, const char *name,
		 broker_filed filed, void *user)
{
	g_autofree struct broker_frame *frame = g_new0(struct broker_frame, 1);
	struct asked *asked = g_new(struct asked, 1);

	frame->kind = kind;
	frame->serial = ++broker->serial;
	g_strlcpy(frame->title, name ? name : "", sizeof(frame->title));
	g_strlcpy(frame->text, path ? path : "", sizeof(frame->text));
	*asked = (struct asked){ .filed = filed, .user = user };
	g_hash_table_insert(broker->asked, GUINT_TO_POINTER(frame->serial), asked);
	if (put(broker, frame))
		return;
	g_hash_table_remove(broker->asked, GUINT_TO_POINTER(frame->serial));
	filed(false, -1, "Files can't be opened just now.", user);
}

void broker_copy(struct broker *broker, const char *text, broker_answer answer, void *user)
{
	g_autofree struct broker_frame *frame = g_new0(struct broker_frame, 1);
	struct asked *asked = g_new(struct asked, 1);

	frame->kind = BROKER_COPY;
	frame->serial = ++broker->serial;
	g_strlcpy(frame->text, text, sizeof(frame->text));
	*asked = (struct asked){ .answer = answer, .user = user };
	g_hash_table_insert(broker->asked, GUINT_TO_POINTER(frame->serial), asked);
	if (!put(broker, frame)) {
		g_hash_table_remove(broker->asked, GUINT_TO_POINTER(frame->serial));
		answer(NULL, user);
	}
	wipe(frame, sizeof(*frame));
}

static void keep(const char *text, void *user)
{
	*(char **)user = g_strdup(text ? text : "");
}

/* Ask, and wait for the answer; "" when there is none, NULL when it doesn't come. */
static char *ask_now(struct broker *broker, enum broker_kind kind, unsigned question, int wait_ms)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)wait_ms * 1000;
	struct pollfd fd = { .fd = broker->fd, .events = POLLIN };
	char *text = NULL;

	ask(broker, kind, question, keep, &text);
	while (!text) {
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;

		if (left <= 0 || (poll(&fd, 1, (int)left) < 0 && errno != EINTR))
			break;
		if (fd.revents && !on_frame(broker->fd, G_IO_IN, broker))
			break;
	}
	broker_forget(broker, &text);
	return text;
}

char *broker_look_now(struct broker *broker, int wait_ms)
{
	char *text = ask_now(broker, BROKER_LOOK, 1, wait_ms);

	if (text && !*text)
		g_clear_pointer(&text, g_free);
	return text;
}

void broker_stop(struct broker *broker)
{
	g_free(ask_now(broker, BROKER_STOP, 0, STOP_MS));
}

static gboolean is_of(gpointer serial, gpointer asked, gpointer user)
{
	(void)serial;
	return ((struct asked *)asked)->user == user;
}

void broker_forget(struct broker *broker, const void *user)
{
	g_hash_table_foreach_remove(broker->asked, is_of, (void *)user);
}

/* -- telling ---------------------------------------------------------------------------------- */

static void tell(struct broker *broker, enum broker_kind kind, unsigned count, const char *title,
		 const char *text)
{
	g_autofree struct broker_frame *frame = g_new0(struct broker_frame, 1);

	frame->kind = kind;
	frame->serial = count;
	g_strlcpy(frame->title, title ? title : "", sizeof(frame->title));
	g_strlcpy(frame->text, text ? text : "", sizeof(frame->text));
	put(broker, frame);
}

void broker_show(struct broker *broker, const char *title, const char *text)
{
	tell(broker, BROKER_SHOW, 0, title, text);
}

void broker_close(struct broker *broker)
{
	tell(broker, BROKER_CLOSE, 0, NULL, NULL);
}

void broker_hook(struct broker *broker, unsigned count, const char *title, const char *text)
{
	tell(broker, BROKER_HOOK, count, title, text);
}

void broker_clear(struct broker *broker)
{
	tell(broker, BROKER_CLEAR, 0, NULL, NULL);
}
