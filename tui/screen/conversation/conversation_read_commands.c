/*
 * Reading what isn't all on the screen, as keys ask for it: the spotlight moves, a message is
 * uncovered for a moment, what the sender sealed opens.
 */
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/kit/reading_time.h"
#include "tui/screen/conversation/conversation_inside.h"
#include "tui/screen/sealed.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum {
	MS = 1000,
	SEALED_WORD_MS = 5000, /* where veil_reveal is off */
	HELD_MS = 60000,       /* a key isn't held for longer: letting it go wasn't heard */
};

/* How long a key uncovers something; 0, and it was said: it doesn't. */
static int64_t reveal_ms(const struct conversation *self)
{
	struct host *host = self->screen.host;
	int64_t ms = settings_number(host->settings, "veil_reveal") * MS;

	if (!ms)
		host_say(host, "Uncovering is off; the setting veil_reveal says so.");
	return ms;
}

/* Show the message in focus for a moment, where that may be. */
static void uncover(struct conversation *self)
{
	int64_t ms = reveal_ms(self);

	reading_cover(self);
	if (!ms)
		return;
	if (line_is_on(self))
		ms = reading_all_ms(conversation_focus(self)->body);
	reading_show(self, UNCOVERED_ALL, ms);
	/* Word that it is let go is asked for from now on: it may be too late for that. */
	if (line_is_on(self) && self->screen.host->releases != RELEASES_NEVER)
		reading_hold(self, &self->screen.host->pressed);
	self->reading.was_uncovered = true;
}

/* The terminal repeats the key, and will tell when it is let go: it is uncovered for longer. */
static void go_on_holding(struct conversation *self)
{
	const struct key held = self->reading.held;

	if (self->reading.is_repeated || self->screen.host->releases != RELEASES_TOLD)
		return;
	reading_show(self, UNCOVERED_ALL, HELD_MS);
	reading_hold(self, &held);
	self->screen.host->releases = RELEASES_TOLD;
	self->reading.is_repeated = true;
}

/* Whether nothing of the message in focus is seen, but words of it are after a key. */
static bool is_dark(struct conversation *self)
{
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);

	if (!message || rows_sight(&look, message) != SIGHT_NONE)
		return false;
	return rows_is_sealed(&look, message) ? look.is_unsealed : look.privacy == PRIVACY_VEIL;
}

/* Show for a moment the words that reading has come to; whether that may be. What is sealed would
 * be read in no other way where it can't be shown in noise. */
static bool light(struct conversation *self)
{
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);
	bool is_sealed = message && rows_is_sealed(&look, message);
	int64_t ms = is_sealed ? settings_number(self->screen.host->settings, "veil_reveal") * MS :
				 reveal_ms(self);

	if (!ms && !is_sealed)
		return false;
	reading_show(self, UNCOVERED_WORDS, ms ? ms : SEALED_WORD_MS);
	return true;
}

static void step_to(struct conversation *self, int by)
{
	struct host *host = self->screen.host;

	reading_cover(self);
	if (!pager_focus_move(&self->pager, by)) {
		host_say(host, by > 0 ? "That was the newest message." :
					"That is the oldest message here.");
		return;
	}
	reading_of(self);
	if (is_dark(self))
		light(self);
}

/* To the words before or behind those in sight, or to the message there. */
static void go(struct conversation *self, int by)
{
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);
	bool is_in_words = rows_sight(&look, message) == SIGHT_WORDS || is_dark(self);

	if (!is_in_words || (by < 0 && !self->reading.window) ||
	    (by > 0 && reading_is_at_end(&look, message))) {
		step_to(self, by);
		return;
	}
	self->reading.window += by > 0 ? 1 : (size_t)-1;
	/* In the spotlight they stay. */
	if (look.privacy == PRIVACY_VEIL || rows_is_sealed(&look, message))
		light(self);
}

/* The viewer has shown it to its end: it is read, and with some that is the end of it. */
static void on_shown(void *user, int64_t seq)
{
	struct conversation *self = user;
	size_t index = timeline_index(&self->timeline, seq);
	struct message *message = index < timeline_count(&self->timeline) ?
					  g_ptr_array_index(self->timeline.rows, index) :
					  NULL;
	bool is_here = message && message->seq == seq;

	if (is_here && (message->direction != DIRECTION_IN || message->read_at))
		return;
	if (is_here)
		message->read_at = host_now(self->screen.host);
	if (is_here && message->view_once) {
		plain_free(message->body);
		message->body = NULL;
	}
	g_array_set_size(self->seen, 0);
	g_array_append_val(self->seen, seq);
	conversation_post_read(self);
}

/* Open the message in focus in noise, where it is sealed and that can be; whether it was. */
static bool open_sealed(struct conversation *self)
{
	struct host *host = self->screen.host;
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);
	g_autofree char *why = NULL;

	if (!message || !rows_is_sealed(&look, message) || look.is_unsealed)
		return false;
	reading_of(self)->was_opened = true;
	why = sealed_open(host, message, on_shown, self);
	if (why)
		host_say(host, "%s Enter opens it one word at a time.", why);
	return true;
}

/* Where what is sealed can be read in noise, reading on opens it, and what is sealed behind it. */
static bool read_on_sealed(struct conversation *self)
{
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);
	g_autofree char *why = NULL;

	if (!self->is_browsing || !message || !rows_is_sealed(&look, message) || look.is_unsealed)
		return false;
	why = sealed_refusal(self->screen.host);
	if (why)
		return false;
	if (!reading_of(self)->was_opened)
		return open_sealed(self);
	step_to(self, 1);
	if (!self->reading.was_opened)
		open_sealed(self);
	return true;
}

gboolean reading_on(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	bool was_uncovered;

	(void)args;
	(void)error;
	if (read_on_sealed(self))
		return TRUE;
	if (line_is_on(self)) {
		line_key(self, 1);
		return TRUE;
	}
	if (!self->is_browsing || !conversation_focus(self)) {
		reading_enter(self);
		return TRUE;
	}
	was_uncovered = reading_of(self)->was_uncovered;
	if (!is_dark(self))
		go(self, 1);
	else if (was_uncovered || !light(self))
		step_to(self, 1);
	/* Else what was covered before it was read on comes once more. */
	return TRUE;
}

static gboolean run_read_back(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	if (line_is_on(self)) {
		line_key(self, -1);
		return TRUE;
	}
	if (!self->is_browsing || !conversation_focus(self)) {
		reading_enter(self);
		return TRUE;
	}
	reading_of(self);
	go(self, -1);
	return TRUE;
}

static gboolean run_uncover(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct rows_look look;

	(void)args;
	(void)error;
	if (!self->is_browsing || !conversation_focus(self))
		reading_enter(self);
	reading_of(self);
	look = conversation_look(self);
	if (!conversation_focus(self))
		return TRUE;
	if (rows_is_sealed(&look, conversation_focus(self)))
		host_say(self->screen.host, "It is sealed, and isn't uncovered.");
	else if (look.uncovered == UNCOVERED_ALL && self->reading.held.code)
		go_on_holding(self);
	else if (look.uncovered == UNCOVERED_ALL)
		reading_cover(self);
	else if (rows_sight(&look, conversation_focus(self)) != SIGHT_ALL)
		uncover(self);
	return TRUE;
}

static gboolean run_open(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	struct rows_look look = conversation_look(self);
	const struct message *message = conversation_focus(self);
	g_autofree char *why = NULL;

	(void)args;
	(void)error;
	if (!message || !rows_is_sealed(&look, message)) {
		host->ops->run(host, "compose");
		return TRUE;
	}
	reading_of(self)->was_opened = true;
	why = sealed_open(host, message, on_shown, self);
	if (!why)
		return TRUE;
	self->reading.is_unsealed = true;
	self->reading.window = 0;
	light(self);
	host_say(host, "%s It opens one word at a time; read on for the next.", why);
	return TRUE;
}

/* Whatever the mode; in the others it is an offer, and nothing opens instead. */
static gboolean run_sealed(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	const struct message *message = conversation_focus(self);
	g_autofree char *why = NULL;

	(void)args;
	if (!message || message->kind != KIND_TEXT || !message->body) {
		error_set(error, ERROR_FAILED, "There are no words in this one.");
		return FALSE;
	}
	why = sealed_open(self->screen.host, message, on_shown, self);
	if (why)
		host_say(self->screen.host, "%s", why);
	return TRUE;
}

static gboolean run_seal(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	self->is_sealing = !self->is_sealing;
	self->is_browsing = false;
	host_say(self->screen.host, self->is_sealing ?
					    "This message goes as sealed." :
					    "This message goes like any other.");
	return TRUE;
}

static gboolean run_compose_veil(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;

	(void)args;
	(void)error;
	host->ops->run(host, settings_bool(host->settings, "compose_veil") ?
				     "set compose_veil off" :
				     "set compose_veil on");
	return TRUE;
}

const struct command reading_commands[] = {
	{"message-open", NULL, "", "Enter", NULL,
	 "open what is sealed; else move to the box", run_open},
	{"sealed", NULL, "", "s", NULL, "read it in noise that no screenshot sees through",
	 run_sealed},
	{"uncover", NULL, "", "r", NULL, "uncover the whole message in focus, for a moment",
	 run_uncover},
	{0},
};

const struct command veil_commands[] = {
	{"read-on", NULL, "", "Tab", NULL, "the next row or words, or the next message",
	 reading_on},
	{"read-back", NULL, "", "S-Tab", NULL, "the row or words before, or the message above",
	 run_read_back},
	{"seal", NULL, "", "C-x e", NULL, "send what is being written as sealed, or not", run_seal},
	{"compose-veil", NULL, "", "C-x o", NULL, "veil what is being written, or not",
	 run_compose_veil},
	{0},
};
