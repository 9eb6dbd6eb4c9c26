/*
 * A conversation: copying the words of a message out of it, or a link.
 *
 * Whether that may be is asked of copy_refusal() with every key that acts, the card's answer too:
 * what watches the terminal may have changed meanwhile.
 */
#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "core/text/text_link.h"
#include "tui/term/grid.h"
#include "tui/screen/copy_card.h"
#include "tui/screen/conversation/conversation_inside.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

static const struct message *message_at(const struct conversation *self, int64_t seq)
{
	const struct message *message =
		timeline_at(&self->timeline, timeline_index(&self->timeline, seq));

	return seq && message && message->seq == seq ? message : NULL;
}

static struct copy_case case_of(const struct conversation *self, const struct message *message)
{
	struct host *host = self->screen.host;

	return (struct copy_case){
		.message = message,
		.privacy = host_privacy(host, self->timeline.address),
		.watch = host->watch,
		.choice = (enum copy_choice)settings_choice(host->settings, "copy"),
		.now = clock_wall(host->clock),
	};
}

static gboolean refuse(const char *why, GError **error)
{
	error_set(error, ERROR_POLICY, "%s", why);
	return FALSE;
}

/* Whether it may be copied; WHERE is set then. */
static gboolean may_copy(const struct conversation *self, const struct message *message,
			 enum copy_place *where, GError **error)
{
	const struct copy_case about = case_of(self, message);
	const char *why = copy_refusal(&about);
	struct copy_means means;

	if (why)
		return refuse(why, error);
	self->screen.host->ops->copy.ask(self->screen.host, &means);
	*where = means.place;
	return means.place != COPY_NOWHERE || refuse(means.refused, error);
}

/* -- copying -------------------------------------------------------------------------------- */

/* The words to be copied of MESSAGE; NULL: they aren't there any more. Plain memory. */
static char *words_of(const struct copying *copying, const struct message *message)
{
	struct text_link link;
	size_t bytes = strlen(message->body);

	if (!copying->bytes)
		return copy_text(message->body, bytes);
	if (copying->start >= bytes ||
	    !text_link_find(message->body, bytes, copying->start, &link) ||
	    link.offset != copying->start || link.bytes != copying->bytes)
		return NULL;
	return copy_text(message->body + link.offset, link.bytes);
}

static void on_agreed(void *user);

/* IS_AGREED: the card's answer was yes. */
static gboolean copy(struct conversation *self, bool is_agreed, GError **error)
{
	const struct message *message = message_at(self, self->copying.seq);
	const struct copy_case about = case_of(self, message);
	struct host *host = self->screen.host;
	enum copy_place place;
	const char *why;
	bool asks;
	char *text;

	if (!message)
		return refuse("That message isn't here any more.", error);
	if (!may_copy(self, message, &place, error))
		return FALSE;
	text = words_of(&self->copying, message);
	why = text ? copy_text_refusal(text, place) : "That link isn't there any more.";
	asks = copy_asks_for_place(&about, place) || copy_asks_for_timer(&about);
	if (!why && asks && !is_agreed)
		copy_card_ask(host, &about, place, on_agreed, self);
	else if (!why)
		host->ops->copy.put(host, &(const struct copy_order){
			.place = place, .text = text, .address = self->timeline.address,
			.seq = message->seq });
	if (text)
		plain_free(text);
	return !why || refuse(why, error);
}

static void on_agreed(void *user)
{
	struct conversation *self = user;
	g_autoptr(GError) error = NULL;

	if (!copy(self, true, &error))
		host_fail(self->screen.host, error);
}

/* The one in focus; where all is open also the newest that has words. */
static const struct message *find(const struct conversation *self)
{
	size_t count = timeline_count(&self->timeline);

	if (self->is_browsing && self->pager.focus)
		return message_at(self, self->pager.focus);
	if (host_privacy(self->screen.host, self->timeline.address) != PRIVACY_OPEN)
		return NULL;
	while (count--) {
		const struct message *message = timeline_at(&self->timeline, count);

		if (message->kind == KIND_TEXT && message->body)
			return message;
	}
	return NULL;
}

static gboolean run_copy(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	const struct message *message = find(self);
	enum copy_place place;

	(void)args;
	links_leave(self);
	/* What holds for all is said first. */
	if (!message && !may_copy(self, NULL, &place, error))
		return FALSE;
	if (!message)
		return refuse("No message is in focus: Escape moves to the messages.", error);
	self->copying = (struct copying){.seq = message->seq};
	return copy(self, false, error);
}

/* -- links ---------------------------------------------------------------------------------- */

void links_leave(struct conversation *self)
{
	g_clear_pointer(&self->links, link_marks_free);
}

bool links_is_on(const struct conversation *self)
{
	return self->links && self->is_browsing;
}

/* What may not be copied has no digit. */
static void drop_refused(struct conversation *self)
{
	GArray *marks = self->links->marks;

	for (guint i = marks->len; i > 0; i--) {
		int64_t seq = g_array_index(marks, struct link_mark, i - 1).seq;
		const struct copy_case about = case_of(self, message_at(self, seq));

		if (!about.message || copy_refusal(&about))
			g_array_remove_index(marks, i - 1);
	}
}

/* Draw the messages as they stand, for nobody to see, and note which links come by. */
static guint collect(struct conversation *self)
{
	struct grid *grid = grid_new(MAX(self->pager.rows, 1), MAX(self->pager.cols, 1));

	self->links = link_marks_new();
	pager_draw(&self->pager, grid_view(grid));
	grid_free(grid);
	drop_refused(self);
	return link_marks_settle(self->links);
}

static gboolean run_links(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	enum copy_place place;
	guint count;

	(void)args;
	links_leave(self);
	if (!may_copy(self, NULL, &place, error))
		return FALSE;
	count = collect(self);
	if (!count) {
		links_leave(self);
		return refuse("No link is in sight.", error);
	}
	self->is_browsing = true;
	if (count > LINK_MARKS_MAX)
		host_say(self->screen.host, "The lowest %d of %u links in sight have a digit.",
			 LINK_MARKS_MAX, count);
	return TRUE;
}

static gboolean run_links_leave(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	links_leave(user);
	return TRUE;
}

static gboolean run_copy_link(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct rows_look look = conversation_look(self);
	guint64 number = 0;
	const struct link_mark *mark;
	const struct message *message;

	if (!links_is_on(self))
		return refuse("The command links gives the links in sight their digits first.",
			      error);
	if (!g_ascii_string_to_unsigned(args[0], 10, 1, LINK_MARKS_MAX, &number, NULL) ||
	    !(mark = link_marks_at(self->links, (guint)number)))
		return refuse("No link in sight has that digit.", error);
	message = message_at(self, mark->seq);
	if (message && rows_sight(&look, message) == SIGHT_NONE)
		return refuse("It is covered again: read on, and ask for the links anew.", error);
	self->copying = (struct copying){mark->seq, mark->start, mark->bytes};
	links_leave(self);
	return copy(self, false, error);
}

const struct command copy_commands[] = {
	{"copy", NULL, "", "y", NULL, "copy the message in focus, as it stands there", run_copy},
	{"links", NULL, "", "o", NULL, "give the links in sight digits, to copy one", run_links},
	{0},
};

const struct command link_commands[] = {
	{"copy-link", NULL, "DIGIT", NULL, NULL, "copy the link with that digit, as the digit does",
	 run_copy_link},
	{"links-leave", NULL, "", "Escape", "C-g", "leave the links", run_links_leave},
	{0},
};
