/*
 * roff: text for man pages.
 */
#ifndef SOTTO_TUI_MANUAL_ROFF_H
#define SOTTO_TUI_MANUAL_ROFF_H

#include <stdio.h>

/* Write TEXT so that troff shows it as it is; back quotes are left out. */
void roff_text(FILE *out, const char *text);
/* A tagged paragraph: TERM in bold, then TEXT. */
void roff_item(FILE *out, const char *term, const char *text);

#endif
