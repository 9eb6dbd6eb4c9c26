/*
 * manual: the man pages of the interface, made from the tables of settings, roles and commands.
 */
#ifndef SOTTO_TUI_MANUAL_MANUAL_H
#define SOTTO_TUI_MANUAL_MANUAL_H

#include <stdio.h>

/* sotto-config(5): every setting, and every role of a theme. */
void manual_config(FILE *out, const char *version);
/* sotto-keys(7): every command of the interface with its keys, screen by screen. */
void manual_keys(FILE *out, const char *version);
/* The section of sotto(1) on the signs that stand beside a message. */
void manual_signs(FILE *out);

#endif
