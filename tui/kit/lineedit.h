/*
 * lineedit: a text being written, one line or many.
 *
 * The cursor stands between grapheme clusters. What is written, killed, undone and remembered is
 * plaintext: it lies in plain memory (core/base/secret.h) and is wiped when it goes. A paste is one
 * insertion and one undo step, however many lines it has; controls in it are dropped but newline
 * and tab (which becomes a blank; in a single line both do).
 */
#ifndef SOTTO_TUI_KIT_LINEEDIT_H
#define SOTTO_TUI_KIT_LINEEDIT_H

#include <glib.h>
#include <stdbool.h>
#include "tui/kit/command.h"
#include "tui/term/grid.h"
#include "tui/term/key.h"

struct lineedit;

struct lineedit_options {
	size_t max_bytes;     /* what doesn't fit is refused whole; 0: 65,536 */
	bool is_single_line;  /* newline can't be inserted; scrolls sideways instead of wrapping */
	unsigned history_max; /* lines remembered, 0: none */
};

struct lineedit *lineedit_new(const struct lineedit_options *options);
/* Everything is wiped. */
void lineedit_free(struct lineedit *edit);
/* Wipe text, undo, kill ring and history (locking). */
void lineedit_wipe(struct lineedit *edit);
/* Wipe undo, kill ring and history; the text stays (something that was sent from here is gone). */
void lineedit_forget(struct lineedit *edit);

/* The history (char *, plain memory, the newest last), out of EDIT; and into it, which takes it. */
GPtrArray *lineedit_take_history(struct lineedit *edit);
void lineedit_set_history(struct lineedit *edit, GPtrArray *lines);

/* Borrowed until the next change. Never NULL. */
const char *lineedit_text(const struct lineedit *edit);
size_t lineedit_bytes(const struct lineedit *edit);
size_t lineedit_cursor(const struct lineedit *edit); /* byte offset */
/* Replace the text (a draft), cursor at the end, nothing to undo. NULL: empty. Cut to max_bytes. */
void lineedit_set(struct lineedit *edit, const char *text);
/*
 * Replace BYTES at START by TEXT (a completion), cursor behind it; undoable. FALSE when it doesn't
 * fit.
 */
bool lineedit_replace(struct lineedit *edit, size_t start, size_t bytes, const char *text);
void lineedit_move_to(struct lineedit *edit, size_t offset);
/* Insert at the cursor. FALSE when it doesn't fit: nothing was inserted. */
bool lineedit_insert(struct lineedit *edit, const char *text);
/*
 * The text in plain memory, which becomes the caller's; it goes into the history, the edit becomes
 * empty.
 */
char *lineedit_take(struct lineedit *edit);

/*
 * KEY as text or paste: TRUE when it was one of those and something changed. *REFUSED (may be
 * NULL) says that it was one but didn't fit.
 */
bool lineedit_key(struct lineedit *edit, const struct key *key, bool *refused);

/*
 * Everything else is commands, so that it can be rebound: left, right, word-left, ..., kill, yank,
 * undo, history. USER of command_set_add() is the address of a `struct lineedit *`: the one in
 * focus (NULL: they do nothing). Mode "edit". `edit-up` and `edit-down` move by wrapped lines; on
 * the first (last) line they go through the history.
 */
extern const struct command lineedit_commands[];

/*
 * Veiled (veil.h), the text takes one row: the word at the cursor between blocks, the same however
 * much there is.
 */
void lineedit_set_veiled(struct lineedit *edit, bool is_veiled);

/* Rows that the text takes at COLS columns, at least 1. */
int lineedit_rows(const struct lineedit *edit, int cols);
/*
 * Draw in ROLE, HINT (may be NULL) in ROLE_INPUT_HINT when empty; scrolled so that the cursor is
 * in sight. HAS_CURSOR: put the grid's cursor there. Remembers the width, for moving up and down.
 */
void lineedit_draw(struct lineedit *edit, struct view view, int role, const char *hint,
		   bool has_cursor);

#endif
