#include "tui/screen/conversation/conversation.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/model/group.h"
#include "core/model/settings.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/client/typed.h"

enum { HISTORY_MAX = 100 };

const char *conversation_address(const struct screen *screen)
{
	return ((const struct conversation *)(const void *)screen)->timeline.address;
}

/* -- answers -------------------------------------------------------------------------------- */

/* Where the line "new" stands: settled once, from the first page, so that it doesn't wander. */
static void settle_unread(struct conversation *self)
{
	for (size_t i = 0; !self->is_marked && i < timeline_count(&self->timeline); i++) {
		const struct message *message = timeline_at(&self->timeline, i);

		if (message->direction == DIRECTION_IN && message->kind == KIND_TEXT &&
		    !message->read_at) {
			self->unread = message->seq;
			break;
		}
	}
	self->is_marked = true;
}

/* What was in focus may have gone: what followed it stands in its place. */
static void keep_focus(struct conversation *self)
{
	size_t count = timeline_count(&self->timeline);
	size_t index = timeline_index(&self->timeline, self->pager.focus);

	if (!self->pager.focus || !count)
		return;
	pager_focus(&self->pager, timeline_at(&self->timeline, MIN(index, count - 1))->seq);
}

static void on_timeline(void *user, bool jumped, const GError *error)
{
	struct conversation *self = user;
	bool is_opening = !self->is_marked;

	host_fail(self->screen.host, error);
	if (!error && jumped)
		settle_unread(self);
	if (!error && jumped && self->wanted) {
		pager_focus(&self->pager, self->wanted);
		pager_show(&self->pager, self->wanted);
		reading_find(self);
	} else if (!error && jumped && !self->timeline.target) {
		/* What came meanwhile is on its way. */
		pager_follow(&self->pager);
	} else if (!error && jumped && self->timeline.is_end) {
		pager_last(&self->pager);
	} else if (!error && jumped) {
		pager_first(&self->pager);
	}
	if (!error && jumped && is_opening && !self->wanted)
		reading_begin(self);
	if (!error && !jumped)
		keep_focus(self);
	if (jumped)
		self->wanted = 0;
	conversation_ask_files(self);
	self->screen.host->ops->draw(self->screen.host);
}

static void on_find(void *user, const GError *error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	int64_t seq = find_move(&self->find, 0);

	if (error)
		host_fail(host, error);
	else if (!seq)
		host_say(host, "Nothing found.");
	else
		host_say(host, "1 of %u", self->find.seqs->len);
	if (seq)
		conversation_show(self, seq);
	host->ops->draw(host);
}

void conversation_go(struct screen *screen, int64_t seq, const char *text)
{
	struct conversation *self = conversation_of(screen);

	find_mark(&self->find, text);
	if (seq)
		conversation_show(self, seq);
}

/* -- the screen ----------------------------------------------------------------------------- */

static struct screen *conversation_open(struct host *host, const void *argument)
{
	const char *address = argument;
	const struct lineedit_options options = {.history_max = HISTORY_MAX};
	struct conversation *self = g_new0(struct conversation, 1);
	const struct contact *contact = roster_find(host->roster, address);
	GPtrArray *typed;

	screen_init(&self->screen, &conversation_ops, host);
	timeline_init(&self->timeline, host->link, address, on_timeline, self);
	self->timeline.page = (unsigned)CLAMP(settings_number(host->settings, "history_page"), 2,
					      TIMELINE_PAGE_MAX);
	pager_init(&self->pager, &conversation_source, self);
	find_init(&self->find, host->link, on_find, self);
	self->compose = lineedit_new(&options);
	self->seen = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (contact && contact->draft) {
		self->draft = plain_dup(contact->draft);
		lineedit_set(self->compose, contact->draft);
	}
	typed = typed_take(host->typed, address);
	if (typed)
		lineedit_set_history(self->compose, typed);
	g_free(host->current);
	host->current = g_strdup(address);
	timeline_newest(&self->timeline);
	conversation_ask(self);
	return &self->screen;
}

static void conversation_close(struct screen *screen)
{
	struct conversation *self = conversation_of(screen);

	link_cancel(screen->host->link, self);
	talk_clear(self);
	links_leave(self);
	if (self->tick)
		g_source_remove(self->tick);
	reading_cover(self);
	g_clear_pointer(&screen->host->current, g_free);
	find_clear(&self->find);
	typed_put(screen->host->typed, self->timeline.address,
		  lineedit_take_history(self->compose));
	timeline_clear(&self->timeline);
	lineedit_free(self->compose);
	g_array_unref(self->seen);
	plain_free(self->draft);
	change_free(self->change);
	group_free(self->group);
	g_free(self->missing);
	g_free(self->keyless);
	conversation_progress_clear(self);
	g_free(self->progress.name);
	g_free(self);
}

static void conversation_leave(struct screen *screen)
{
	struct conversation *self = conversation_of(screen);
	const char *text = lineedit_text(self->compose);
	struct job *job;

	if (strcmp(text, self->draft ? self->draft : "") == 0)
		return;
	plain_free(self->draft);
	self->draft = plain_dup(text);
	job = job_new(JOB_DRAFT, self->timeline.address);
	job->text = plain_dup(text);
	job_post(screen->host->link, job, NULL, NULL);
}

static bool conversation_key(struct screen *screen, const struct key *key)
{
	struct conversation *self = conversation_of(screen);
	bool is_refused = false;
	bool is_changed;

	if (key->code == KC_WHEEL_UP || key->code == KC_WHEEL_DOWN)
		return pager_scroll(&self->pager, key->code == KC_WHEEL_UP ? -3 : 3);
	if (links_is_on(self) && key->code != KC_PASTE && key_is_text(key))
		links_leave(self);
	if (self->is_browsing && key->code != KC_PASTE && !key_is_text(key))
		return false;
	if (self->is_browsing)
		self->pager.focus = 0;
	self->is_browsing = false;
	is_changed = lineedit_key(self->compose, key, &is_refused);
	if (is_changed)
		talk_typed(self);
	if (is_refused)
		host_say(screen->host,
			 "That is more than one message can hold; nothing was inserted.");
	return is_changed || is_refused;
}

static bool conversation_release(struct screen *screen, const struct key *key)
{
	return reading_release(conversation_of(screen), key);
}

static bool conversation_event(struct screen *screen, const struct event *event)
{
	struct conversation *self = conversation_of(screen);
	bool is_drawn;

	if ((event->type == EVENT_TRUST || event->type == EVENT_CONTACT) &&
	    (self->group || g_strcmp0(event->address, self->timeline.address) == 0))
		conversation_ask(self);
	/* Their places in the words are others now. */
	if ((event->type == EVENT_GONE || event->type == EVENT_EDITED) && self->links)
		links_leave(self);
	/* What was typed is a copy of what was sent. */
	if (event->type == EVENT_GONE && g_strcmp0(event->address, self->timeline.address) == 0)
		lineedit_forget(self->compose);
	is_drawn = conversation_progress_take(self, event) |
		   timeline_event(&self->timeline, event) | talk_event(self, event);
	if (event->type == EVENT_MESSAGE && event->message->file)
		conversation_ask_files(self);
	return is_drawn;
}

/* Incoming messages that stand there to be read become read: one job for all of them. */
static void conversation_drawn(struct screen *screen)
{
	struct conversation *self = conversation_of(screen);
	size_t first;
	size_t last;

	if (!self->timeline.is_loaded || !pager_visible(&self->pager, &first, &last))
		return;
	g_array_set_size(self->seen, 0);
	for (size_t i = first; i <= last; i++) {
		struct message *message = g_ptr_array_index(self->timeline.rows, i);

		if (message->direction != DIRECTION_IN || message->read_at)
			continue;
		if (!reading_is_readable(self, message))
			continue;
		message->read_at = host_now(screen->host);
		g_array_append_val(self->seen, message->seq);
	}
	if (self->seen->len)
		conversation_post_read(self);
	line_drawn(self);
}

static struct lineedit *conversation_edit(struct screen *screen)
{
	struct conversation *self = conversation_of(screen);

	return self->is_browsing ? NULL : self->compose;
}

static size_t conversation_modes(struct screen *screen, const char *modes[static SCREEN_MODES_MAX])
{
	struct conversation *self = conversation_of(screen);
	size_t count = 0;

	if (links_is_on(self))
		modes[count++] = "links";
	modes[count++] = self->is_browsing ? "browse" : "compose";
	return count;
}

static void conversation_cover(struct screen *screen)
{
	reading_cover(conversation_of(screen));
}

static const char *const *conversation_hints(struct screen *screen)
{
	static const char *const compose[] = {"send",  "send", "browse", "messages", "palette",
					      "go to", "help", "help",	 NULL};
	static const char *const browse[] = {"find",  "find", "compose", "write", "palette",
					     "go to", "help", "help",	 NULL};

	static const char *const compose_veiled[] = {"send", "send",    "read-on", "read",
						     "browse", "messages", "help", "help", NULL};
	static const char *const browse_veiled[] = {"read-on", "read on", "uncover", "uncover",
						    "message-open", "write", "help", "help", NULL};
	static const char *const browse_sealed[] = {"message-open", "open", "read-on", "read on",
						    "compose", "write", "help", "help", NULL};
	struct conversation *self = conversation_of(screen);
	struct rows_look look = conversation_look(self);
	const struct message *message =
		timeline_at(&self->timeline, timeline_index(&self->timeline, look.focus));

	if (message && message->seq == look.focus && rows_is_sealed(&look, message))
		return browse_sealed;
	if (look.privacy != PRIVACY_OPEN)
		return self->is_browsing ? browse_veiled : compose_veiled;
	return self->is_browsing ? browse : compose;
}

const struct screen_ops conversation_ops = {
	.name = "conversation",
	.tables = conversation_tables,
	.has_contacts_beside = true,
	.open = conversation_open,
	.close = conversation_close,
	.draw = conversation_draw,
	.key = conversation_key,
	.release = conversation_release,
	.event = conversation_event,
	.drawn = conversation_drawn,
	.leave = conversation_leave,
	.cover = conversation_cover,
	.edit = conversation_edit,
	.modes = conversation_modes,
	.hints = conversation_hints,
};
