/*
 * How far the message in focus has been read where the screen doesn't show all of it, and what is
 * uncovered of it for a moment.
 */
#include "core/base/clock.h"
#include "tui/kit/veil.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/screen/spans.h"

struct reading *reading_of(struct conversation *self)
{
	if (self->reading.seq != self->pager.focus)
		self->reading = (struct reading){.seq = self->pager.focus};
	return &self->reading;
}

void reading_begin_at(struct conversation *self, size_t at)
{
	self->reading = (struct reading){.seq = self->pager.focus, .at = at};
}

bool reading_is_at_end(const struct rows_look *look, const struct message *message)
{
	struct veil_window window;

	return !veil_window(message->body, rows_lit(look, message), look->window, &window) ||
	       window.is_last;
}

bool reading_is_readable(const struct conversation *self, const struct message *message)
{
	struct rows_look look = conversation_look(self);

	switch (rows_sight(&look, message)) {
	case SIGHT_ALL:
		return true;
	case SIGHT_ROW:
		return line_is_at_end(self, message);
	case SIGHT_WORDS:
		return reading_is_at_end(&look, message);
	case SIGHT_NONE:
		break;
	}
	return false;
}

/* -- uncovering ----------------------------------------------------------------------------- */

void reading_cover(struct conversation *self)
{
	line_stop(self);
	reading_hide(self);
}

void reading_hold(struct conversation *self, const struct key *key)
{
	self->reading.held = *key;
	self->reading.is_repeated = false;
	if (self->screen.host->releases != RELEASES_NEVER)
		self->screen.host->releases = key->code ? RELEASES_ASKED : RELEASES_CAN;
}

void reading_hide(struct conversation *self)
{
	if (self->cover)
		g_source_remove(self->cover);
	self->cover = 0;
	self->reading.uncovered_to = 0;
	self->reading.uncovered = UNCOVERED_NOTHING;
	reading_hold(self, &(const struct key){.code = KC_NONE});
}

bool reading_release(struct conversation *self, const struct key *key)
{
	if (!self->reading.held.code || !key_is_release_of(key, &self->reading.held))
		return false;
	reading_cover(self);
	return true;
}

static gboolean on_cover(gpointer user)
{
	struct conversation *self = user;

	self->cover = 0;
	reading_hide(self);
	self->screen.host->ops->draw(self->screen.host);
	return G_SOURCE_REMOVE;
}

void reading_show(struct conversation *self, enum privacy_uncovered much, int64_t ms)
{
	reading_hide(self);
	reading_of(self)->uncovered = much;
	self->reading.uncovered_to = clock_boot(self->screen.host->clock) + ms;
	self->cover = g_timeout_add((guint)ms, on_cover, self);
	pager_show(&self->pager, self->pager.focus);
}

bool reading_is_unread(const struct message *message)
{
	return message->direction == DIRECTION_IN && message->kind == KIND_TEXT &&
	       !message->read_at;
}

/* The first message that nobody has read; 0: all that are here were. */
static int64_t first_unread(const struct conversation *self)
{
	for (size_t i = 0; i < timeline_count(&self->timeline); i++)
		if (reading_is_unread(timeline_at(&self->timeline, i)))
			return timeline_at(&self->timeline, i)->seq;
	return 0;
}

void reading_begin(struct conversation *self)
{
	int64_t seq = first_unread(self);

	if (!seq || lineedit_bytes(self->compose) ||
	    host_privacy(self->screen.host, self->timeline.address) == PRIVACY_OPEN)
		return;
	self->is_browsing = true;
	pager_focus(&self->pager, seq);
	reading_of(self);
}

/* What is unread begins at its beginning: it counts as read when its end was seen. */
void reading_find(struct conversation *self)
{
	const struct message *message = conversation_focus(self);
	struct rows_look look;
	g_autoptr(GArray) spans = NULL;

	reading_of(self);
	look = conversation_look(self);
	if (!message || reading_is_unread(message) || !find_words(&self->find) ||
	    rows_is_sealed(&look, message) || rows_sight(&look, message) == SIGHT_ALL)
		return;
	spans = spans_find(message->body, find_words(&self->find));
	for (guint i = 0; i < spans->len; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);

		if (span->type != SPAN_MATCH)
			continue;
		self->reading.window = veil_window_at(message->body, look.lit, span->start);
		self->reading.at = span->start;
		return;
	}
}

void reading_enter(struct conversation *self)
{
	int64_t seq = first_unread(self);

	self->is_browsing = true;
	if (seq)
		pager_focus(&self->pager, seq);
	else if (!self->pager.focus)
		pager_focus_move(&self->pager, 0);
	reading_of(self);
}
