/*
 * The conversation as it is drawn: title, messages, box.
 */
#include <string.h>
#include "core/base/clock.h"
#include "core/model/settings.h"
#include "tui/client/group_names.h"
#include "tui/client/mute.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/screen/timer.h"

enum { BOX_ROWS_MAX = 8 };

/* -- the pager's source --------------------------------------------------------------------- */

static size_t source_count(void *user)
{
	struct conversation *self = user;

	return timeline_count(&self->timeline);
}

static int64_t source_id(void *user, size_t index)
{
	struct conversation *self = user;

	return timeline_at(&self->timeline, index)->seq;
}

static size_t source_find(void *user, int64_t id)
{
	struct conversation *self = user;

	return timeline_index(&self->timeline, id);
}

static const struct message *former_of(const struct conversation *self, size_t index)
{
	return index ? timeline_at(&self->timeline, index - 1) : NULL;
}

static int source_height(void *user, size_t index, int cols)
{
	struct conversation *self = user;
	struct rows_look look = conversation_look(self);

	return rows_height(&look, former_of(self, index), timeline_at(&self->timeline, index),
			   cols);
}

static void source_draw(void *user, size_t index, struct view view, bool is_focus)
{
	struct conversation *self = user;
	struct rows_look look = conversation_look(self);
	char left[TIMER_LEFT_BYTES];
	unsigned next;

	rows_draw(&look, former_of(self, index), timeline_at(&self->timeline, index), view,
		  is_focus && self->is_browsing);
	if (timer_left(timeline_at(&self->timeline, index), look.now, left, &next))
		self->next_ms = self->next_ms ? MIN(self->next_ms, next) : next;
}

static gboolean tick(gpointer user)
{
	struct conversation *self = user;

	self->tick = 0;
	self->screen.host->ops->draw(self->screen.host);
	return G_SOURCE_REMOVE;
}

/* Only while a countdown is in sight is there a reason to wake up. */
static void tick_later(struct conversation *self)
{
	if (self->next_ms && !self->tick)
		self->tick = g_timeout_add(self->next_ms, tick, self);
}

static void source_older(void *user)
{
	struct conversation *self = user;

	timeline_older(&self->timeline);
}

static void source_newer(void *user)
{
	struct conversation *self = user;

	timeline_newer(&self->timeline);
}

static bool source_is_end(void *user)
{
	struct conversation *self = user;

	return self->timeline.is_end;
}

const struct pager_source conversation_source = {
	.count = source_count,
	.id = source_id,
	.find = source_find,
	.height = source_height,
	.draw = source_draw,
	.older = source_older,
	.newer = source_newer,
	.is_end = source_is_end,
};

/* -- around it ------------------------------------------------------------------------------ */

static void draw_title(const struct conversation *self, struct view view)
{
	static const struct { const char *word; int role; } standings[] = {
		[STANDING_UNKNOWN] = {"", ROLE_TITLE_DIM},
		[STANDING_UNDECIDED] = {"? a key waits for your decision", ROLE_STATUS_WARN},
		[STANDING_TRUSTED] = {"~ not compared yet", ROLE_TITLE_DIM},
		[STANDING_VERIFIED] = {"✓ verified", ROLE_TITLE_DIM},
	};
	struct host *host = self->screen.host;
	const struct contact *contact = roster_find(host->roster, self->timeline.address);
	const char *name = roster_name(host->roster, self->timeline.address);
	g_autofree char *doubt = host_doubt(host, self->timeline.address);
	bool is_notes = conversation_is_notes(self);
	bool has_alias = name != self->timeline.address;
	bool is_blocked = contact && contact->manners.is_blocked;
	char duration[CLOCK_TEXT_BYTES];
	g_autofree char *timer = NULL;
	g_autofree char *muted = NULL;
	g_autofree char *members =
		self->group ? group_names(self->group, host->roster, host->self) : NULL;

	if (contact)
		muted = mute_words(contact, host_now(host));
	if (contact && contact->timer)
		timer = g_strdup_printf("messages go after %s",
					clock_format_duration(contact->timer, duration));
	bar_draw(view, ROLE_TITLE,
		 (const struct bar_piece[]){
			 {.text = name,
			  .role = ROLE_TITLE,
			  .attrs = ATTR_BOLD,
			  .priority = 9,
			  .can_shrink = true},
			 {.text = members	? members
				  : is_notes  ? "kept on this device, sent to nobody"
				  : has_alias ? self->timeline.address
					      : NULL,
			  .role = ROLE_TITLE_DIM,
			  .priority = members || is_notes ? 6 : 1,
			  .can_shrink = true},
			 {.text = doubt,
			  .role = ROLE_STATUS_WARN,
			  .priority = 8,
			  .can_shrink = true},
			 {.text = is_blocked	       ? "blocked"
				  : self->is_peer_typing ? "is writing…"
							 : NULL,
			  .role = is_blocked ? ROLE_STATUS_WARN : ROLE_TITLE_DIM,
			  .priority = 7},
			 {.text = self->is_lax ? "other client: no timer, no padding" : NULL,
			  .role = ROLE_TITLE_DIM,
			  .priority = 4,
			  .is_right = true},
			 {.text = timer, .role = ROLE_TITLE_DIM, .priority = 3, .is_right = true},
			 {.text = muted, .role = ROLE_TITLE_DIM, .priority = 3, .is_right = true},
			 {.text = standings[self->standing].word,
			  .role = standings[self->standing].role,
			  .priority = 5,
			  .is_right = true},
			 {.text = self->keyless,
			  .role = ROLE_TITLE_DIM,
			  .priority = 2,
			  .can_shrink = true,
			  .is_right = true},
		 },
		 9);
}

/* Whether what was sent to somebody stays at → as nothing was ever heard of them: a sotto tells
 * strangers nothing until its user has decided on them. */
static bool is_unheard(const struct conversation *self)
{
	const struct contact *contact =
		roster_find(self->screen.host->roster, self->timeline.address);
	size_t count = timeline_count(&self->timeline);

	/* What is older and not loaded may be theirs. */
	if (!self->timeline.is_begin)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct message *message = timeline_at(&self->timeline, i);

		if (message->direction == DIRECTION_IN || message->state == STATE_DELIVERED ||
		    message->state == STATE_READ)
			return false;
	}
	return count && contact && contact->kind == CONTACT_PERSON &&
	       timeline_at(&self->timeline, count - 1)->state == STATE_SENT;
}

/* The rule above the box says what is worth saying of the message in focus, or of the place. */
static void draw_divider(const struct conversation *self, struct view view)
{
	size_t index = timeline_index(&self->timeline, self->pager.focus);
	const struct message *message = timeline_at(&self->timeline, index);
	struct rows_look look = conversation_look(self);
	g_autofree char *detail = NULL, *progress = NULL;

	if (links_is_on(self))
		detail = g_strdup("a digit copies that link; Escape leaves them");
	else if (!self->is_browsing && self->correcting)
		detail = g_strdup("correcting: it takes the place of what you sent");
	else if (!self->is_browsing && self->is_sealing)
		detail = g_strdup("sealed: their sotto shows it in noise or word by word");
	else if (self->is_browsing && message && message->seq == self->pager.focus)
		detail = rows_detail(message, rows_sight(&look, message) != SIGHT_ALL &&
						     reading_is_readable(self, message));
	else if ((progress = conversation_progress_words(self)))
		detail = g_steal_pointer(&progress);
	else if (self->missing)
		detail = g_strdup(self->missing);
	else if (!self->pager.is_following)
		detail = g_strdup("older messages");
	else if (is_unheard(self))
		detail = g_strdup("→ sent; no receipt before they add or answer you");
	draw_rule(view, 0, ROLE_RULE, detail,
		  self->is_browsing  ? ROLE_DIM
		  : self->is_sealing ? ROLE_ACCENT
		  : self->missing    ? ROLE_WARN
				     : ROLE_DIM);
}

static void draw_empty(const struct conversation *self, struct view view)
{
	bool is_notes = conversation_is_notes(self);

	if (!self->timeline.is_loaded || timeline_count(&self->timeline))
		return;
	draw_center(view, view.rows / 2 - 1, is_notes ? "No notes yet." : "No messages yet.",
		    ROLE_DIM, 0);
	draw_center(view, view.rows / 2,
		    is_notes ? "What you write stays on this device."
			     : "What you write leaves here sealed.",
		    ROLE_DIM, 0);
}

/* What blocks sending stands between the messages and the box; two rows of messages stay. */
static void draw_card_below(const struct conversation *self, struct view *view)
{
	const struct host *host = self->screen.host;
	int rows;

	if (!change_card_is_due(self->change, host_now(host)) || view->rows < 6)
		return;
	rows = change_card_rows(host, self->change, view->rows - 2, view->cols);
	change_card_draw(host, self->change, view_cut_bottom(view, rows));
}

void conversation_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct conversation *self = conversation_of(screen);
	struct view title = view_cut_top(&view, 1);
	bool is_veiled =
		self->is_sealing || settings_bool(screen->host->settings, "compose_veil");
	int rows;

	lineedit_set_veiled(self->compose, is_veiled);
	rows = lineedit_rows(self->compose, MAX(1, view.cols - 4));
	struct view box =
		view_cut_bottom(&view, CLAMP(rows, 1, MIN(BOX_ROWS_MAX, 1 + view.rows / 4)));
	struct view divider = view_cut_bottom(&view, 1);
	g_autofree char *hint =
		conversation_is_notes(self)
			? g_strdup("Write a note to yourself")
			: g_strdup_printf("Write to %s", roster_name(screen->host->roster,
								     self->timeline.address));

	draw_title(self, title);
	draw_card_below(self, &view);
	self->next_ms = 0;
	pager_draw(&self->pager, view);
	/* Where it should stand may have been said before it had a size. */
	if (!self->has_pager_size && self->is_browsing && self->pager.focus) {
		pager_show(&self->pager, self->pager.focus);
		view_fill(view, ROLE_TEXT);
		pager_draw(&self->pager, view);
	}
	self->has_pager_size = true;
	tick_later(self);
	draw_empty(self, view);
	draw_divider(self, divider);
	draw_text(box, 0, 1, "›", ROLE_PROMPT, ATTR_BOLD);
	lineedit_draw(self->compose, view_sub(box, 0, 3, box.rows, box.cols - 4), ROLE_INPUT, hint,
		      has_focus && !self->is_browsing);
}
