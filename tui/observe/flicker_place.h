/*
 * flicker_place: whether a box of noise (kit/flicker.h) may be shown where the program runs.
 *
 * It takes exact greys, whose brightness is known, in characters of UTF-8. A terminal says of
 * itself what it has; a program in between (tmux, screen, an editor) makes of it what the one
 * around it has, so it must be asked; one that can't be asked is one too many. What isn't known
 * is no.
 */
#ifndef SOTTO_TUI_OBSERVE_FLICKER_PLACE_H
#define SOTTO_TUI_OBSERVE_FLICKER_PLACE_H

#include <stdbool.h>

/* What tmux says of the terminals around it. */
enum flicker_tmux {
	FLICKER_TMUX_SILENT,  /* nothing: it wasn't asked, or didn't answer */
	FLICKER_TMUX_PALETTE, /* one of them may have no 24-bit colours */
	FLICKER_TMUX_EXACT,
};

struct flicker_place {
	bool is_forbidden;    /* by the setting `animation` */
	bool is_away;	      /* the terminal isn't ours just now */
	bool has_no_colours;  /* the theme has none */
	const char *terminal; /* why it can't show points (kit/term.h), NULL: it can */
	enum flicker_tmux tmux;
};

/*
 * A clause that says why no box may be shown at PLACE under ENVIRONMENT ("NAME=value",
 * NULL-terminated): "the setting animation is off". NULL: one may.
 */
const char *flicker_place_refuses(const struct flicker_place *place, char **environment);

/* Frames a second under ENVIRONMENT: fewer over ssh. */
unsigned flicker_place_fps(char **environment);
/* Bytes a second that frames may take there. */
unsigned flicker_place_rate(char **environment);

/*
 * What tmux's LINES say, one for each terminal that is attached, of its features and type
 * ("256,RGB,title xterm-256color").
 */
enum flicker_tmux flicker_tmux_read(const char *lines);

#endif
