/*
 * veil: text that isn't to be read from the screen, and the few words of it that are.
 *
 * A veiled line is blocks, always as many, whatever is under it: it shows neither words nor their
 * lengths. Of the length of a text it shows a coarse step. A spotlight goes through a text in
 * windows of a few words, which stand at the same place one after the other, so that neither their
 * place nor what is left of the text is seen. Words end at blanks, behind a dash, slash or comma
 * in front of a letter, and after so many columns; in scripts without blanks after so many
 * characters.
 */
#ifndef SOTTO_TUI_KIT_VEIL_H
#define SOTTO_TUI_KIT_VEIL_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/kit/draw.h"
#include "tui/term/grid.h"

enum {
	VEIL_COLS = 32,	    /* of a veiled line, where there is room */
	VEIL_WORDS_MAX = 2, /* in a window */
	VEIL_WORD_COLS = 20, /* longer words are shown in pieces */
	VEIL_WINDOW_COLS = 30, /* two words that are wider come one after the other */
};

struct veil_window {
	struct line words[VEIL_WORDS_MAX]; /* in the text */
	size_t count;			   /* 0: the text has no words, or no window there */
	size_t end;			   /* behind the last one */
	bool is_last;
};

/* Rows of a veiled text that would take LINES: 1, 2, 4 or 8. */
int veil_rows(int lines);
/* COLS blocks from ROW, COL; returns the column behind them. */
int veil_draw(struct view view, int row, int col, int cols, int role, int attrs);

/* Window INDEX of TEXT, of at most WORDS words. FALSE: there is none; then WINDOW has none. */
bool veil_window(const char *text, unsigned words, size_t index, struct veil_window *window);
/* The window, from the same windows, that holds the byte at OFFSET or follows it. */
size_t veil_window_at(const char *text, unsigned words, size_t offset);
/*
 * What a box shows of TEXT being written at CURSOR: the word that the cursor is in or behind, or
 * the piece of it in front of the cursor. No bytes: there is none.
 */
struct line veil_word(const char *text, size_t cursor);

#endif
