/*
 * contacts: everybody, newest first; the root of the stack, and the left side of wide terminals.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_CONTACTS_H
#define SOTTO_TUI_SCREEN_PAGES_CONTACTS_H

#include "tui/screen/screen.h"

extern const struct screen_ops contacts_ops;
extern const struct screen_table contacts_tables[];

/* Put the selection on ADDRESS. */
void contacts_select(struct screen *screen, const char *address);
/* The address BY places from the selected one; NULL when there is none. Borrowed until the roster
 * changes. */
const char *contacts_neighbour(struct screen *screen, int by);
/* Draw one contact into ROW's two rows (one when PREVIEW doesn't fit); list.h's draw function for
 * any host. */
void contacts_draw_row(const struct host *host, const struct contact *contact, struct view view,
		       bool is_selected);

#endif
