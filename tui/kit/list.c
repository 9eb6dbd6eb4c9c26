#include "tui/kit/list.h"
#include "tui/kit/draw.h"

void list_init(struct list *list, int item_rows)
{
	*list = (struct list){.item_rows = MAX(item_rows, 1)};
}

void list_set_count(struct list *list, size_t count)
{
	list->count = count;
	if (list->selected >= count)
		list->selected = count ? count - 1 : 0;
}

bool list_select(struct list *list, size_t index)
{
	size_t before = list->selected;

	if (list->count)
		list->selected = MIN(index, list->count - 1);
	return list->selected != before;
}

bool list_move(struct list *list, int by)
{
	size_t step = (size_t)ABS(by);

	if (by < 0)
		return list_select(list, list->selected - MIN(step, list->selected));
	return list_select(list, list->selected + step);
}

bool list_page(struct list *list, int pages)
{
	return list_move(list, pages * MAX(list->shown - 1, 1));
}

bool list_first(struct list *list)
{
	return list_select(list, 0);
}

bool list_last(struct list *list)
{
	return list_select(list, list->count);
}

/* Scroll as little as brings the selection into sight, without a gap at the end. */
static void keep_in_sight(struct list *list)
{
	size_t shown = (size_t)list->shown;

	if (list->selected < list->top)
		list->top = list->selected;
	if (list->selected >= list->top + shown)
		list->top = list->selected - shown + 1;
	if (list->top + shown > list->count)
		list->top = list->count > shown ? list->count - shown : 0;
}

void list_draw(struct list *list, struct view view, int role, int selected_role,
	       list_draw_func func, void *user)
{
	struct view rows = view;

	list->shown = MAX(view.rows / list->item_rows, 1);
	keep_in_sight(list);
	view_fill(view, role);
	if (list->count > (size_t)list->shown) {
		draw_scroll(view, list->top, (size_t)list->shown, list->count);
		view_cut_right(&rows, 1);
	}
	/* One more than fit whole: the last may show its upper part. */
	for (size_t i = list->top; i < list->count && !view_is_empty(rows); i++) {
		struct view item = view_cut_top(&rows, list->item_rows);
		bool is_selected = i == list->selected;

		if (is_selected)
			view_fill(item, selected_role);
		func(user, i, item, is_selected);
	}
}

size_t list_at_row(const struct list *list, int row)
{
	size_t index = list->top + (size_t)(row / list->item_rows);

	return row >= 0 && index < list->count ? index : list->count;
}
