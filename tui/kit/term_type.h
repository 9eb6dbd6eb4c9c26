/*
 * term_type: which descriptions of terminals may stand for a name in TERM.
 */
#ifndef SOTTO_TUI_KIT_TERM_TYPE_H
#define SOTTO_TUI_KIT_TERM_TYPE_H

#include <stdbool.h>

/*
 * In the order in which to try them, NULL-terminated (g_strfreev). CLAIMS_DIRECT: the terminal says
 * that it has 24-bit colours, so its -direct description comes first. Behind TYPE itself come those
 * with less in their name (xterm-direct: xterm-256color, xterm), which are installed where others
 * aren't, and xterm's for the terminals that are made to be like it.
 */
char **term_types(const char *type, bool claims_direct);

#endif
