/*
 * list: a scrolling selection over rows that somebody else has.
 *
 * Nothing is copied and nothing allocated for an item; only the visible ones are asked for.
 * All items are ITEM_ROWS rows high.
 */
#ifndef SOTTO_TUI_KIT_LIST_H
#define SOTTO_TUI_KIT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/term/grid.h"

struct list {
	size_t count;
	size_t selected; /* < count, 0 when empty */
	size_t top;	 /* first visible item */
	int item_rows;
	int shown;	 /* items that fitted at the last drawing */
};

/* Draw item INDEX into VIEW, which is filled already: ROLE_SELECTED when IS_SELECTED, else ROLE. */
typedef void (*list_draw_func)(void *user, size_t index, struct view view, bool is_selected);

void list_init(struct list *list, int item_rows);
/* The selection stays on its index, or goes to the last item. */
void list_set_count(struct list *list, size_t count);
/* All of these keep the selection in sight and say whether it moved. */
bool list_select(struct list *list, size_t index);
bool list_move(struct list *list, int by);
bool list_page(struct list *list, int pages);
bool list_first(struct list *list);
bool list_last(struct list *list);

/* Draw into VIEW; rows below the last item are filled in ROLE. A scroll bar when not all fits. */
void list_draw(struct list *list, struct view view, int role, int selected_role,
	       list_draw_func func, void *user);
/* The item at ROW of the view last drawn; count when there is none. */
size_t list_at_row(const struct list *list, int row);

#endif
