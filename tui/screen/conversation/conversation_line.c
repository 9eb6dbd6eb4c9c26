/*
 * Mode line: a row of the message in focus stands there for the time that reading it takes, and
 * STAY_MS more; the next key, or playing, goes on to the next one.
 */
#include <string.h>
#include "core/base/clock.h"
#include "core/model/settings.h"
#include "tui/kit/reading_rows.h"
#include "tui/kit/reading_time.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/screen/reading_pace.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum {
	STEP_MS = 334, /* three rows a second at most, however long a key is held */
	AHEAD_MAX = 3, /* rows that may be asked for ahead of time */
	STAY_MS = 3000,
	SENT_MS = 4000,
	END_MS = 500,  /* a key that is held doesn't leave the conversation */
	PLAY_MS = 120000, /* playing ends after so long without a key */
};

static int64_t now_of(const struct conversation *self)
{
	return clock_boot(self->screen.host->clock);
}

static unsigned pace_of(const struct conversation *self)
{
	return (unsigned)settings_number(self->screen.host->settings, "read_pace");
}

/* The message in focus, where it is read in rows; else NULL. */
static const struct message *row_message(const struct conversation *self)
{
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);

	return message && rows_is_read_in_rows(&look, message) ? message : NULL;
}

/* -- time ----------------------------------------------------------------------------------- */

static gboolean on_due(gpointer user)
{
	struct conversation *self = user;

	self->line.source = 0;
	/* Once that has been drawn, line_drawn() does what is due. */
	self->screen.host->ops->draw(self->screen.host);
	return G_SOURCE_REMOVE;
}

/* Wake up when the next of these is due; while there is none, not at all. */
static void wake(struct conversation *self)
{
	int64_t now = now_of(self);
	int64_t due = 0;

	if (self->line.ahead)
		due = self->line.shown_at + STEP_MS;
	else if (self->line.is_playing)
		due = self->line.turn_at;
	if (self->line.sent && (!due || self->line.sent_to < due))
		due = self->line.sent_to;
	if (self->line.source)
		g_source_remove(self->line.source);
	/* The clock leaves out parts of a millisecond: it mustn't be early. */
	self->line.source = due ? g_timeout_add((guint)MAX(due - now, 0) + 2, on_due, self) : 0;
}

void line_sent(struct conversation *self, const struct message *message)
{
	self->line.sent = message->sealed ? 0 : message->seq;
	self->line.sent_to = now_of(self) + SENT_MS;
	wake(self);
}

/* -- rows ----------------------------------------------------------------------------------- */

/* Show the row that reading has come to. */
static void light(struct conversation *self)
{
	const struct message *message = row_message(self);
	g_autoptr(GArray) rows = message ? line_rows(self, message) : NULL;
	const struct line *row;
	unsigned ms;

	if (!rows || !rows->len)
		return;
	row = &g_array_index(rows, struct line, reading_row_at(rows, self->reading.at));
	self->reading.at = row->start;
	ms = reading_ms(message->body + row->start, row->bytes, pace_of(self));
	reading_show(self, UNCOVERED_WORDS, (int64_t)ms + STAY_MS);
	self->line.shown_at = now_of(self);
	self->line.turn_at = self->line.shown_at + MAX(ms, (unsigned)STEP_MS);
	self->line.sent = 0;
}

/* The unread message that comes next below the one in focus; 0: there is none here. */
static int64_t next_unread(const struct conversation *self)
{
	size_t index = timeline_index(&self->timeline, self->pager.focus);

	for (size_t i = index + 1; i < timeline_count(&self->timeline); i++)
		if (reading_is_unread(timeline_at(&self->timeline, i)))
			return timeline_at(&self->timeline, i)->seq;
	return 0;
}

static bool has_unread_elsewhere(const struct conversation *self)
{
	const struct roster *roster = self->screen.host->roster;

	for (size_t i = 0; i < roster_count(roster); i++)
		if (roster_at(roster, i)->unread &&
		    strcmp(roster_at(roster, i)->address, self->timeline.address) != 0)
			return true;
	return false;
}

/* There is nothing below. A second key, which isn't the first one being held, goes to the next
 * conversation in which something is unread: then this one is gone, and it is FALSE. */
static bool end(struct conversation *self, bool is_apart)
{
	struct host *host = self->screen.host;
	bool has_more = has_unread_elsewhere(self);

	if (self->reading.has_ended && has_more && is_apart) {
		host->ops->run(host, "unread");
		return false;
	}
	line_stop(self);
	self->reading.has_ended = true;
	host_say(host, "That was the newest message.%s",
		 has_more ? " Once more: to the next conversation with unread ones." : "");
	return true;
}

/* FALSE: this conversation is gone. */
static bool step_to(struct conversation *self, int by, bool is_apart)
{
	int64_t seq = by > 0 ? next_unread(self) : 0;

	reading_hide(self);
	if (seq) {
		pager_focus(&self->pager, seq);
	} else if (!pager_focus_move(&self->pager, by)) {
		if (by > 0)
			return end(self, is_apart);
		host_say(self->screen.host, "That is the oldest message here.");
		return true;
	}
	reading_begin_at(self, by > 0 ? 0 : G_MAXSIZE);
	light(self);
	return true;
}

/* One row on or back; what was covered before it was read on comes once more. IS_APART: the key for
 * it came some time after the one before. FALSE: this conversation is gone. */
static bool step(struct conversation *self, int by, bool is_apart)
{
	const struct message *message = row_message(self);
	struct rows_look look = conversation_look(self);
	g_autoptr(GArray) rows = NULL;
	guint index;

	if (!message || self->reading.was_uncovered)
		return step_to(self, by, is_apart);
	rows = line_rows(self, message);
	index = reading_row_at(rows, self->reading.at);
	if (by > 0 && rows->len && look.uncovered == UNCOVERED_NOTHING && !self->reading.has_ended)
		by = 0;
	if ((by > 0 && index + 1 >= rows->len) || (by < 0 && index == 0))
		return step_to(self, by, is_apart);
	self->reading.has_ended = false;
	if (by)
		self->reading.at = g_array_index(rows, struct line, index + (guint)by).start;
	light(self);
	return true;
}

void line_key(struct conversation *self, int by)
{
	int64_t now = now_of(self);
	bool is_apart = now - self->line.key_at >= END_MS;
	bool is_soon = self->line.shown_at && now - self->line.shown_at < STEP_MS;

	self->line.key_at = now;
	line_stop_playing(self);
	if (!self->is_browsing || !conversation_focus(self)) {
		reading_enter(self);
		light(self);
	} else if (is_soon) {
		bool is_same = (self->line.ahead > 0) == (by > 0);

		by += is_same ? self->line.ahead : 0;
		self->line.ahead = CLAMP(by, -AHEAD_MAX, AHEAD_MAX);
	} else {
		self->line.ahead = 0;
		reading_of(self);
		if (!step(self, by, is_apart))
			return;
	}
	wake(self);
}

void line_drawn(struct conversation *self)
{
	struct host *host = self->screen.host;
	int64_t now = now_of(self);
	int by = self->line.ahead > 0 ? 1 : -1;

	if (self->line.sent && now >= self->line.sent_to) {
		self->line.sent = 0;
	} else if (!line_is_on(self) || !self->is_browsing) {
		line_stop_playing(self);
		self->line.ahead = 0;
		wake(self);
		return;
	} else if (self->line.ahead && now - self->line.shown_at >= STEP_MS) {
		self->line.ahead -= by;
		if (!step(self, by, false))
			return;
	} else if (self->line.is_playing && now >= self->line.play_to) {
		line_stop_playing(self);
		host_say(host, "Paused: nobody pressed a key.");
	} else if (self->line.is_playing && now >= self->line.turn_at) {
		reading_of(self);
		self->line.turn_at = now + STEP_MS;
		if (!step(self, 1, false))
			return;
	} else {
		/* A timer may come a moment before the clock says so. */
		wake(self);
		return;
	}
	wake(self);
	host->ops->draw(host);
}

/* -- playing -------------------------------------------------------------------------------- */

static gboolean run_play(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct rows_look look = conversation_look(self);
	bool was_playing = self->line.is_playing;

	(void)args;
	(void)error;
	if (look.privacy != PRIVACY_LINE) {
		host_say(self->screen.host, "Rows are played in mode line; this is %s.",
			 privacy_name(look.privacy));
		return TRUE;
	}
	line_stop_playing(self);
	self->line.ahead = 0;
	if (!was_playing) {
		if (!self->is_browsing || !conversation_focus(self))
			reading_enter(self);
		reading_of(self);
		if (!row_message(self) && !step_to(self, 1, false))
			return TRUE;
		if (conversation_look(self).uncovered != UNCOVERED_WORDS)
			light(self);
		self->line.is_playing = row_message(self) != NULL;
		self->line.play_to = now_of(self) + PLAY_MS;
		self->screen.host->shows_to = self->line.is_playing ? self->line.play_to : 0;
	}
	wake(self);
	return TRUE;
}

static gboolean run_faster(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	reading_pace_change(self->screen.host, 1);
	return TRUE;
}

static gboolean run_slower(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	reading_pace_change(self->screen.host, -1);
	return TRUE;
}

const struct command line_commands[] = {
	{"play", NULL, "", "p", NULL, "show row after row at your pace, or stop", run_play},
	{"faster", NULL, "", "+", NULL, "read at a higher pace", run_faster},
	{"slower", NULL, "", "-", NULL, "read at a lower pace", run_slower},
	{0},
};
