/*
 * lineedit_inside: what the files of lineedit share. Nobody else includes this.
 */
#ifndef SOTTO_TUI_KIT_LINEEDIT_INSIDE_H
#define SOTTO_TUI_KIT_LINEEDIT_INSIDE_H

#include "tui/kit/lineedit.h"

enum { UNDO_MAX = 100, KILLS_MAX = 16 };

/* What the last act was: some acts continue it. */
enum last_act { LAST_OTHER, LAST_TYPED, LAST_KILLED, LAST_YANKED, LAST_MOVED_ROW };

struct snapshot {
	char *text; /* plain memory */
	size_t cursor;
};

struct lineedit {
	struct lineedit_options options;
	char *text; /* plain memory, NUL-terminated */
	size_t bytes;
	size_t room;
	size_t cursor;
	enum last_act last;
	GPtrArray *undo;     /* of struct snapshot, the newest last */
	GPtrArray *kills;    /* of char *, plain memory, the newest last */
	size_t yanked_start; /* LAST_YANKED: what lies between here and the cursor was yanked */
	guint yanked_kill;   /* which one */
	GPtrArray *history;  /* of char *, plain memory, the newest last */
	guint history_at;    /* its length: on the draft */
	char *draft;	     /* what was being written when history was entered */
	bool is_veiled;
	int cols;	     /* of the last drawing, 0 before it */
	int top;	     /* first row in sight, or first column of a single line */
	int goal;	     /* LAST_MOVED_ROW: the column that up and down aim at */
};

/* Replace BYTES at START by COUNT bytes of TEXT; cursor behind them. No undo, no limit. */
void edit_splice(struct lineedit *edit, size_t start, size_t bytes, const char *text, size_t count);
/* Remember how it is now, unless KIND continues the last act. Then KIND is the last act. */
void edit_remember(struct lineedit *edit, enum last_act kind);
/* Put the text between the cursor and TO into the kill ring and take it out. */
void edit_kill(struct lineedit *edit, size_t to, bool is_backward);
size_t edit_word_before(const struct lineedit *edit);
size_t edit_word_behind(const struct lineedit *edit);
/* Move by wrapped rows; FALSE when there is none in that direction. */
bool edit_move_row(struct lineedit *edit, int by);
/* BY -1: older, 1: newer; FALSE when there is none. */
bool edit_history(struct lineedit *edit, int by);

#endif
