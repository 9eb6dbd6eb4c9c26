/*
 * term_inside: what the terminal's halves that know nothing of curses (reading, points) share with
 * the one that does. Only term*.c include this.
 */
#ifndef SOTTO_TUI_TERM_TERM_INSIDE_H
#define SOTTO_TUI_TERM_TERM_INSIDE_H

#include <stdio.h>
#include <termios.h>
#include <wchar.h>
#include "tui/term/term.h"

struct input;

/* No mouse, no focus, no bracketed paste. */
#define REPORTS_OFF "\033[?1006l\033[?1000l\033[?1004l\033[?2004l"
/* Alt doesn't send Escape any more. */
#define ALT_OFF "\033[?1036l"

struct reader {
	int in;	   /* of our own where that is possible: it doesn't block */
	bool is_own;
	struct input *input;
	bool has_focus; /* a report came */
	bool has_alt;	/* Alt sent Escape before, by the user's own setting */
	GSource *watch;
	GSource *resize;
	term_key_func func;
	void (*done)(void *user);
	void *user;
};

void reader_init(struct reader *reader, int in);
void reader_clear(struct reader *reader);
/* Take what the terminal has to say; only when it has: this blocks. FALSE: it hung up. */
bool reader_read(struct reader *reader);
/* The next key of what was taken. */
bool reader_next(struct reader *reader, struct key *key);
void reader_unwatch(struct reader *reader);

/* Where what is written goes: curses' words are caught in memory, and handed to an outlet. */
struct output {
	struct outlet *outlet;
	bool is_own;   /* the outlet */
	bool is_short; /* something found no room, and what is shown is unknown */
	FILE *caught;  /* in memory; what curses writes to */
};

gboolean output_init(struct output *output, const struct term_options *options, GError **error);
/* Closes what it has; what still waits may take TERM_LEAVE_MS. */
void output_clear(struct output *output);
/* BYTES behind what curses has written. */
void output_add(struct output *output, const char *bytes, size_t length);
/* What curses has written goes to the terminal. */
void output_pass(struct output *output);
/* What goes out now may stand behind the first half of a sequence: end that. */
void output_mend(struct output *output, bool is_xterm);

/* The terminal's modes: as they were, and for single keys. */
struct modes {
	int fd;
	bool is_known;
	struct termios before;
};

void modes_init(struct modes *modes, int fd);
void modes_enter(const struct modes *modes);
/* As before, but for C-z. */
void modes_hold(const struct modes *modes);
void modes_leave(const struct modes *modes);

enum { GLYPHS_MAX = 2, GLYPH_CHARS = 5 /* as many as curses takes for one */ };

/* What terminals show one cell after the other: a spacing character and its marks. */
struct glyph {
	wchar_t chars[GLYPH_CHARS + 1];
	size_t count;
	int width;
};

/*
 * The glyphs of CELL, as many as its columns hold. An emoji sequence is many spacing characters in
 * two columns; those terminals that know it as one are right by luck only, so its first is drawn.
 */
size_t term_glyphs(const struct cell *cell, bool is_utf8, bool is_xterm,
		   struct glyph glyphs[static GLYPHS_MAX]);

/* In term.c. */
/* Behind what curses has written. */
void term_write(struct term *term, const char *bytes, size_t length);
bool term_is_suspended(const struct term *term);
struct reader *term_reader(struct term *term);

/* In term_forget.c, which knows curses too. */
/* How much curses keeps of what it wrote; to be asked as soon as it has been started. */
size_t term_buffered(void);
/*
 * Overwrite that: curses keeps it until it writes again, and starts at the front each time. So the
 * cursor is put where it is, often enough to fill BYTES.
 */
void term_forget_written(size_t bytes);

#endif
