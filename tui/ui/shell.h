/*
 * shell: the stack of screens and what stands around them; all of the interface but the terminal.
 *
 * Keys and events go in, a grid comes out; what only a terminal or a process can do is asked of the
 * owner through shell_ops. A test drives a shell with keys by hand and reads the grid.
 * Locked, the stack is empty but for the lock screen, and nothing that anybody wrote is held. The
 * lock screen says "Locking" until the engine has answered that its keys are gone. The conversation
 * that was open is open again once it is unlocked.
 */
#ifndef SOTTO_TUI_UI_SHELL_H
#define SOTTO_TUI_UI_SHELL_H

#include "core/port/event.h"
#include "tui/screen/screen.h"
#include "tui/ui/prompt.h"

struct shell_hold;

struct shell_ops {
	void (*draw)(void *user);    /* drawing is due, though no key was pressed */
	void (*unlock)(void *user);  /* ask for the passphrase */
	void (*locked)(void *user);  /* wipe what was drawn */
	void (*quit)(void *user);
	void (*suspend)(void *user);
	void (*repaint)(void *user);
	/* Change a setting, keep it, and let it show at once. */
	gboolean (*set)(void *user, const char *name, const char *value, GError **error);
	char **(*themes)(void *user); /* g_strfreev */
	void (*unread)(void *user); /* after each look at the roster */
	/* As the host's; both may be NULL: there is no terminal for it. */
	void (*ask_flicker)(void *user, struct flicker_means *means);
	bool (*put_flicker)(void *user, int row, int col, int cols, const uint8_t *cells);
	/* As the host's; NULL: there are none. */
	void (*file)(void *user, enum host_file act, const char *path, const char *name,
		     host_filed filed, void *filed_user);
	/* As the host's; both may be NULL: nothing can be copied. */
	void (*ask_copy)(void *user, struct copy_means *means);
	void (*copy)(void *user, const struct copy_order *order);
};

/* The commands that aren't a screen's own; their user is the shell. */
struct shell_tables {
	const struct command *always; /* locked too */
	const struct command *global;
	const struct command *prompt; /* in the command line */
	const struct screen_table *const *all; /* for help; NULL-terminated */
};

struct offers;

struct shell {
	struct host host;
	const struct shell_tables *tables;
	const struct shell_ops *ops;
	void *user;
	GPtrArray *stack; /* of struct screen, the root first */
	struct prompt prompt;
	struct offers *offers; /* what completes what is written there, and in boxes */
	struct key_pending pending;
	struct shell_hold *hold; /* keys for a conversation that isn't there yet */
	char *said;	  /* until the next key */
	bool is_error;
	char *banner;	  /* stands above everything; NULL: nothing does */
	bool is_covered;  /* nothing is shown until it is uncovered */
	bool is_locked;
	int64_t resume;	  /* which conversation was open when it was locked: when its contact was
			   * added, which says nothing of anybody; 0: none */
	bool is_changed;  /* a command has run: drawing is due */
	unsigned unread; /* as roster_unread() has it */
	enum transport_state carrier;
	char *carrier_why;
};

struct shell *shell_new(struct link *link, struct settings *settings, const struct clock *clock,
			const struct shell_tables *tables, const struct shell_ops *ops, void *user);
void shell_free(struct shell *shell);

/* The profile is open: show the contacts. */
void shell_open(struct shell *shell);
/* Drafts are put away, the engine is locked, everything is forgotten; only the lock screen is left.
 */
void shell_lock(struct shell *shell, const char *reason);
/* Drafts are put away (leaving the program). */
void shell_leave(struct shell *shell);

/* Focus or size have changed, or the terminal is about to be given away: what is fleeting ends. */
void shell_disturb(struct shell *shell);

/* TRUE: drawing is due. */
bool shell_key(struct shell *shell, const struct key *key);
/* A key was let go. */
bool shell_release(struct shell *shell, const struct key *key);
/*
 * A command goes to another conversation, NAME, and isn't there yet: keys are kept for that one,
 * which is said. It IS_THERE and gets them; or not, and they go, which is said if there were any.
 * Escape ends it too, and so does one key too many, or one that begins a command (M-l locks).
 */
void shell_await(struct shell *shell, const char *name);
void shell_awaited(struct shell *shell, bool is_there);
/* Whether keys are kept so: else whoever types does that where they are, and stays there. */
bool shell_is_awaiting(const struct shell *shell);
/* Whether KEY is kept so. */
bool shell_keeps(struct shell *shell, const struct key *key);
bool shell_event(struct shell *shell, const struct event *event);
void shell_draw(struct shell *shell, struct grid *grid);
/* What was drawn is on a terminal that has the focus. */
void shell_drawn(struct shell *shell);

/*
 * From now on no mode is more open than FLOOR, and BANNER (NULL: none) stands in the top row.
 * Holds through locking. Drawing is due when TRUE.
 */
bool shell_set_floor(struct shell *shell, enum privacy floor, const char *banner);
/*
 * Show nothing until it is uncovered: the terminal lost the focus, or nobody pressed a key. Where
 * everything in front is in mode open it stays as it is. A key uncovers and does nothing else,
 * unless it is text that is written, or the sign of a command. Drawing is due when TRUE.
 */
bool shell_cover(struct shell *shell, bool is_covered);
/* Whether it would cover, and hasn't. */
bool shell_can_cover(const struct shell *shell);

/* For the commands. */
struct screen *shell_top(const struct shell *shell);
void shell_say(struct shell *shell, bool is_error, const char *sentence);

#endif
