/*
 * theme_depth: what a role comes to in a terminal with so many colours.
 *
 * With 256 colours or more a theme is taken at its word (in 256, the nearest ones). With 16 or 8 it
 * may be unreadable, by its own few colours or as a terminal shows bold ones bright. What would
 * fall below the least contrast there, in xterm's palette, loses its bold, then its colour; and so
 * does what would vanish in the palette of any other terminal (theme_palettes.h). With 8, the
 * selection is the body text in reverse.
 */
#ifndef SOTTO_TUI_TERM_THEME_DEPTH_H
#define SOTTO_TUI_TERM_THEME_DEPTH_H

#include "tui/term/theme.h"

struct theme_look {
	int fg; /* 0xrrggbb in DEPTH_TRUE, else an index; -1: the terminal's own */
	int bg;
	unsigned attrs;	 /* enum attr */
	unsigned denied; /* what mustn't be added to them either */
};

struct theme_look theme_look(const struct theme *theme, enum role role, enum depth depth);
/* What text in ROLE needs (WCAG 2.1): 4.5; 3 for lines and blocks, which nobody reads. */
double theme_least_contrast(enum role role) G_GNUC_CONST;
/*
 * The contrast of LOOK, reverse or not, as a terminal shows it that is worst at it: with 16 colours
 * or fewer bold may be bright or not. 21 where a colour is the terminal's own.
 */
double theme_look_contrast(const struct theme_look *look, enum depth depth);
/* The same with 16 colours or fewer in the palette that is worst for it; what has less than
 * THEME_LEAST_ANYWHERE vanishes. */
double theme_look_worst(const struct theme_look *look);
#define THEME_LEAST_ANYWHERE 3.0

#endif
