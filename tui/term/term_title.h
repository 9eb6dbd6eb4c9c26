/*
 * term_title: the words in a terminal's title: "sotto", or with a count "sotto (3)"; no more than a
 * number is ever said there.
 */
#ifndef SOTTO_TUI_TERM_TERM_TITLE_H
#define SOTTO_TUI_TERM_TERM_TITLE_H

#include <stdbool.h>

/* Whether a terminal of TYPE ($TERM) has a title; another might print what would set it. */
bool term_title_is_known(const char *type);
/* What sets it; g_free. */
char *term_title_bytes(unsigned count);

/* What keeps the title that was there, and what puts it back. */
#define TERM_TITLE_KEEP "\033[22;0t"
#define TERM_TITLE_BACK "\033[23;0t"

#endif
