/*
 * reading: of the message in focus of a conversation, where the screen doesn't show all of it, and
 * uncovering it.
 */
#ifndef SOTTO_TUI_SCREEN_CONVERSATION_READING_H
#define SOTTO_TUI_SCREEN_CONVERSATION_READING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/privacy.h"
#include "tui/kit/command.h"
#include "tui/term/key.h"

struct conversation;
struct message;
struct rows_look;

/*
 * How far the message in focus has been read, where the screen doesn't show all of it. Belongs to
 * SEQ: another message in focus begins anew.
 */
struct reading {
	int64_t seq;
	size_t window;	      /* of the spotlight */
	size_t at;	      /* mode line: where the row begins */
	enum privacy_uncovered uncovered;
	int64_t uncovered_to; /* boot time; 0: it isn't */
	bool was_uncovered;   /* all of it */
	struct key held;      /* which uncovers it as long as it is held; KC_NONE: by time */
	bool is_repeated;     /* the terminal has repeated it since */
	bool was_opened;      /* in noise */
	bool is_unsealed;     /* word by word, for want of a viewer */
	bool has_ended;	      /* it was said that nothing comes below */
};

extern const struct command reading_commands[]; /* for "browse" */
extern const struct command veil_commands[];	/* for "conversation" */
/* Whether MESSAGE stands there so that it has been read once it was drawn. */
bool reading_is_readable(const struct conversation *self, const struct message *message);
/* Whether the spotlight has come to the end of MESSAGE. */
bool reading_is_at_end(const struct rows_look *look, const struct message *message);
/* To the next row or words, or the next message: a command. */
gboolean reading_on(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
/* Cover what a key uncovered, and stop what goes on by itself. */
void reading_cover(struct conversation *self);
/* Cover it, but go on. */
void reading_hide(struct conversation *self);
/* KEY uncovers as long as it is held; KC_NONE: none does. */
void reading_hold(struct conversation *self, const struct key *key);
/* A key was let go: the one that uncovers covers again. */
bool reading_release(struct conversation *self, const struct key *key);
/* Show so MUCH of the message in focus for MS. */
void reading_show(struct conversation *self, enum privacy_uncovered much, int64_t ms);
/* What is known of the reading, of the message in focus or of none; at AT, from where on. */
struct reading *reading_of(struct conversation *self);
void reading_begin_at(struct conversation *self, size_t at);
/* The keys go to the messages, at the first unread one, else at the newest. */
void reading_enter(struct conversation *self);
bool reading_is_unread(const struct message *message);
/* The spotlight on the message in focus stands on what a search found in it. */
void reading_find(struct conversation *self);
/* Begin to read at the first message that wasn't, if there is one. */
void reading_begin(struct conversation *self);

#endif
