/*
 * screen: what every screen is, and what it may ask of its host.
 *
 * A screen owns a part of the grid while it is on the stack, knows chat and not terminals, and
 * talks to the engine through the host's link alone; so a test can drive it without a terminal, a
 * thread or a store. Its commands are one table; their functions get the screen as user. Handlers
 * say whether drawing is due; only the loop draws. What a screen holds of anybody's words is wiped
 * when it is closed.
 */
#ifndef SOTTO_TUI_SCREEN_SCREEN_H
#define SOTTO_TUI_SCREEN_SCREEN_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/privacy.h"
#include "core/port/event.h"
#include "tui/client/link.h"
#include "tui/client/roster.h"
#include "tui/kit/command.h"
#include "tui/kit/keymap.h"
#include "tui/screen/host_copy.h"
#include "tui/screen/host_file.h"
#include "tui/screen/host_flicker.h"
#include "tui/term/grid.h"
#include "tui/term/key.h"

struct clock;
struct host;
struct lineedit;
struct opening_ask;
struct settings;
struct typed;

enum { SCREEN_MODES_MAX = 4 };

struct screen {
	const struct screen_ops *ops;
	struct host *host;
};

/* Commands, and the mode that their keys belong to. */
struct screen_table {
	const char *mode;
	const char *heading; /* in help and in the manual */
	const struct command *commands;
};

struct screen_ops {
	const char *name;		   /* its mode in the keymap */
	const struct screen_table *tables; /* ends with a mode of NULL; may be NULL */
	bool is_card;		       /* stands in front of the screen below */
	/* Ends with whatever is neither a key of its own nor drawing: other keys and commands,
	 * another screen, a loss of focus, a change of size, a suspension. The names of its
	 * commands begin with `name`. */
	bool is_fleeting;
	bool has_contacts_beside;      /* in wide terminals the contact list stands at its left */
	/* ARGUMENT: what it is to show, as the screen's own header says, or NULL. Never fails. */
	struct screen *(*open)(struct host *host, const void *argument);
	void (*close)(struct screen *screen);
	void (*draw)(struct screen *screen, struct view view, bool has_focus);
	/* A key that nothing is bound to; NULL: none are wanted. */
	bool (*key)(struct screen *screen, const struct key *key);
	/* A key was let go (KC_RELEASE); NULL: no matter. */
	bool (*release)(struct screen *screen, const struct key *key);
	bool (*event)(struct screen *screen, const struct event *event);
	/* What was drawn is on a screen that somebody looks at. */
	void (*drawn)(struct screen *screen);
	/* The screen is left, covered or locked: put drafts away. */
	void (*leave)(struct screen *screen);
	/* Cover what a key has uncovered, and stop what moves: nobody is looking. */
	void (*cover)(struct screen *screen);
	/* The edit that has the cursor, NULL: none. */
	struct lineedit *(*edit)(struct screen *screen);
	/* Mode words besides `name`, innermost first, into MODES; how many. */
	size_t (*modes)(struct screen *screen, const char *modes[static SCREEN_MODES_MAX]);
	/* Hints for the status bar: key line, meaning, ..., NULL. `key line` is a command line that
	 * keys are bound to. */
	const char *const *(*hints)(struct screen *screen);
};

struct host_ops {
	void (*open)(struct host *host, const struct screen_ops *ops, const void *argument);
	/* Close SCREEN; those above it too. */
	void (*close)(struct host *host, struct screen *screen);
	/* The conversation with ADDRESS in front, at the message SEQ (0: the newest), marking
	 * TEXT's words (NULL: none). */
	void (*converse)(struct host *host, const char *address, int64_t seq, const char *text);
	void (*say)(struct host *host, bool is_error, const char *sentence);
	void (*prompt)(struct host *host, const char *line);
	/* FALSE: it went wrong, and that was said. */
	bool (*run)(struct host *host, const char *line);
	void (*draw)(struct host *host);
	void (*unlock)(struct host *host);
	void (*ask_flicker)(struct host *host, struct flicker_means *means);
	host_put_flicker_func put_flicker;
	host_file_func file;
	/* Complete the command in EDIT that begins at byte START, and show what is possible. */
	void (*complete)(struct host *host, struct lineedit *edit, size_t start);
	char **(*themes)(struct host *host); /* g_strfreev */
	struct host_copy_ops copy;
};

/* The first member of the shell; everything is borrowed by the screens. */
struct host {
	const struct host_ops *ops;
	struct link *link;
	struct roster *roster;
	struct typed *typed;
	const struct clock *clock;
	struct settings *settings;
	struct command_set *commands;
	struct keymap *keymap;
	const struct screen_table *const *tables; /* every command there is; NULL-terminated */
	struct lineedit *edit; /* the one in focus, for lineedit_commands */
	char *self;	       /* the own address, NULL until known */
	bool has_strangers;    /* other programs than sotto may be on the other side */
	const struct watch *watch; /* who watches the terminal; NULL: nobody has looked */
	enum key_releases releases; /* set to ASKED by a screen, which the next drawing does */
	struct key pressed;    /* the last key, without text */
	int64_t shows_to;      /* boot time: a key has asked for what is shown until then; or 0 */
	enum privacy floor;    /* what the terminal asks for: no mode is more open */
	char *current;	       /* whose conversation is open, NULL: none */
	struct undo *undo;     /* what was agreed to and can still be taken back (undo.h) */
	unsigned wrong;	       /* passphrases since it was last open */
	const struct opening_ask *asking; /* for one just now (lock.h); or NULL */
	bool is_locking;       /* locked, but the engine hasn't said yet that its keys are gone */
};

void screen_init(struct screen *screen, const struct screen_ops *ops, struct host *host);
/* For tables: close the screen that is the command's user. */
gboolean screen_run_leave(void *user, const char *const args[static COMMAND_ARGS_MAX],
			  GError **error);
/* Say a sentence in the bottom row until the next key. */
void host_say(struct host *host, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same for what went wrong; NULL says nothing. */
void host_fail(struct host *host, const GError *error);
/* A job's done that only tells of failure; USER is the host. */
void host_heed(struct job *job, void *user);
/* The key that runs LINE in MODE, as now bound, "" without one; g_free. */
char *host_key(const struct host *host, const char *mode, const char *line);
/* TEXT (may be NULL) on one line, safe to show; plain memory. */
char *screen_one_line(const char *text);
/* What to doubt about the name of the contact at ADDRESS: "looks like Anna"; g_free, or NULL. */
char *host_doubt(const struct host *host, const char *address);
/* The mode of the conversation with ADDRESS (NULL: of the profile): the strictest of profile, floor
 * and conversation. */
enum privacy host_privacy(const struct host *host, const char *address);
int64_t host_now(const struct host *host);

#endif
