/*
 * help: every command with its keys as they are bound now, made from the tables.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_HELP_H
#define SOTTO_TUI_SCREEN_PAGES_HELP_H

#include "tui/screen/screen.h"

extern const struct screen_ops help_ops;
extern const struct screen_table help_tables[];

/* Each sign that stands beside a message, and what it means. */
typedef void (*help_sign_func)(const char *sign, const char *meaning, void *user);
void help_each_sign(help_sign_func func, void *user);

#endif
