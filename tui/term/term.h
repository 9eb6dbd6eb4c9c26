/*
 * term: the terminal. The only file that knows curses.
 *
 * Curses draws (its diff decides what is written); bytes that arrive go through input.h. Alternate
 * screen only; bracketed paste and focus reports are on while it is open, mouse reports when asked
 * for. On close and suspend the alternate screen is erased, left, and the scrollback of the
 * terminal is cleared (CSI 3J). Curses has one terminal a process, so there is one `struct term`.
 * The signal handlers of curses are taken out again: signals are the caller's, but SIGWINCH while
 * keys are watched.
 *
 * Nothing here waits for the terminal, but close and suspend, and they no longer than
 * TERM_LEAVE_MS: curses writes into memory, and from there an outlet takes it (core/base/outlet.h).
 * While the terminal hasn't taken what it was given nothing more is drawn.
 */
#ifndef SOTTO_TUI_TERM_TERM_H
#define SOTTO_TUI_TERM_TERM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tui/term/grid.h"
#include "tui/term/key.h"

struct outlet;
struct term;

enum {
	TERM_LEAVE_MS = 1000,		   /* how long the terminal may take to be left */
	TERM_WAITING_MAX = 16 * 1024 * 1024, /* bytes: more than any screen takes */
	TERM_COPY_MAX = 55500,		   /* bytes: 74,000 of base64, which terminals take */
};

struct term_options {
	int in;		   /* descriptors of the terminal, usually 0 and 1 */
	int out;
	const char *type;  /* NULL: TERM */
	bool has_mouse;	   /* ask for mouse reports */
	bool no_colour;	   /* besides NO_COLOR */
	struct outlet *outlet; /* to OUT, borrowed; NULL: one of its own */
};

/* Take over the terminal: ERROR_UNAVAILABLE when it isn't one, or as term_type_check(). Nothing is
 * drawn until term_draw(). */
struct term *term_open(const struct term_options *options,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Put everything back; NULL is fine. */
void term_close(struct term *term);

/* As close, but can come back: before SIGTSTP, an editor, a passphrase prompt in canonical mode. */
void term_suspend(struct term *term);
/* Take over again; the next drawing paints everything. The size may have changed. */
void term_resume(struct term *term);

/* What has to be said of it, sentences; NULL: nothing. */
const char *term_warning(const struct term *term);
enum depth term_depth(const struct term *term);
/* Whether the terminal ever reported focus. */
bool term_has_focus_reports(const struct term *term);
/*
 * From now on; THEME is borrowed until another is set. Without colours only its attributes show:
 * load "mono" then.
 */
void term_set_theme(struct term *term, const struct theme *theme);
void term_set_mouse(struct term *term, bool on);
/*
 * Ask for keys that are let go (KC_RELEASE), which kitty's keyboard protocol tells, or no more.
 * Only after KC_REPORTS, the answer to a question that is asked as soon as the terminal is open: a
 * terminal that doesn't know the protocol says nothing, and nothing waits for it. And only while a
 * key is held: kitty 0.26 sends Enter, Tab, Escape and Backspace once more when they are let go.
 * The answer to this is KC_REPORTS, too: from then on it tells.
 */
void term_report_releases(struct term *term, bool on);

/* Rows and columns as they are now. */
void term_size(const struct term *term, int *rows, int *cols);
/* Ask the kernel for the size; TRUE when it is another one. */
bool term_resize(struct term *term);
/*
 * Show GRID (clipped to the terminal); only what differs from the last one is written. FALSE:
 * nothing was drawn, because it is suspended, or hasn't taken what it was given before: then
 * term_on_taken's FUNC is called when it has.
 */
bool term_draw(struct term *term, const struct grid *grid);
/* Call FUNC each time that the terminal has taken all, if it didn't at once; NULL: no more. */
void term_on_taken(struct term *term, void (*func)(void *user), void *user);
/* Whether it still has to take something. */
bool term_is_behind(const struct term *term);
/*
 * Forget what it hasn't taken, because it mustn't be shown any more: here, and in the kernel. The
 * next drawing begins anew and paints everything.
 */
void term_drop(struct term *term);
/* The next drawing paints everything: the screen was disturbed. */
void term_repaint(struct term *term);
/* Clear the scrollback too: without an alternate screen, what was shown moves there. */
void term_forget(struct term *term);
/* The title: "sotto", or with COUNT "sotto (3)"; no more than a number is ever said there. */
void term_set_count(struct term *term, unsigned count);
/* Write BYTES of our own making that leave the screen as it is: a bell, a terminal's notification.
 */
void term_alert(struct term *term, const char *data, size_t bytes);

/* Why it has no clipboard that could be set, a sentence; NULL: it may have one. Whether it takes
 * what it is given no terminal says. */
const char *term_refuses_copy(const struct term *term);
/* TEXT (UTF-8, at most TERM_COPY_MAX bytes) into its clipboard; "" clears that. FALSE: nothing was
 * written, because it refuses, isn't ours or is behind. It is there when term_is_behind() is over.
 */
bool term_copy(struct term *term, const char *text);

/*
 * What stands there stays, with the cursor, while somebody else reads a line from the terminal: its
 * modes are as before, it reports nothing, and C-z doesn't stop the process. Until term_resume().
 */
void term_hold(struct term *term);
/* As term_draw, while it is held: the modes stay as they are. */
bool term_draw_held(struct term *term, const struct grid *grid);

/*
 * Why single points can't be shown in exact greys, a clause ("its colours are a palette"); NULL:
 * they can. That takes 24-bit colours and quadrant characters. Inside tmux it is what tmux says of
 * itself; the terminals around it are tmux's to know.
 */
const char *term_refuses_points(const struct term *term);
/*
 * Write ROWS by COLS cells of two by two points at ROW, COL at once, past curses and what it
 * remembers: bits 0 to 3 of a cell are its points upper left, upper right, lower left, lower right,
 * in GREY on black. FALSE, with nothing written, when the terminal refuses points or isn't ours,
 * hasn't taken what it was given before, the place isn't all inside, or GREY is too bright to
 * twinkle (flicker.h). Only these characters and colours can come of it. The caller leaves the
 * place blank in the grid, and calls term_repaint() when it is done.
 */
bool term_put_points(struct term *term, int row, int col, int rows, int cols,
		     const uint8_t *cells, unsigned grey);

/*
 * Keys as they come, on the default context of the calling thread, until term_unwatch or close.
 * FUNC gets each key and each change of size; DONE (may be NULL) is called after the last one of a
 * burst: the time to draw. A hang-up gives KC_NONE once. FUNC may unwatch and suspend, but not
 * close.
 */
typedef void (*term_key_func)(const struct key *key, void *user);
void term_watch(struct term *term, term_key_func func, void (*done)(void *user), void *user);
void term_unwatch(struct term *term);
/* Without a main loop: wait at most TIMEOUT_MS (-1: for ever) for one key. FALSE when none came. */
bool term_read(struct term *term, struct key *key, int timeout_ms);

#endif
