/*
 * shell_inside: the host's functions that the shell passes on (shell_owner.c), for shell.c.
 */
#ifndef SOTTO_TUI_UI_SHELL_INSIDE_H
#define SOTTO_TUI_UI_SHELL_INSIDE_H

#include "tui/ui/shell.h"

void shell_ask_flicker(struct host *host, struct flicker_means *means);
bool shell_put_flicker(struct host *host, int row, int col, int cols, const uint8_t *cells);
void shell_file(struct host *host, enum host_file act, const char *path, const char *name,
		host_filed filed, void *user);
void shell_complete(struct host *host, struct lineedit *edit, size_t start);
void shell_ask_copy(struct host *host, struct copy_means *means);
void shell_copy(struct host *host, const struct copy_order *order);
char **shell_themes(struct host *host);

#endif
