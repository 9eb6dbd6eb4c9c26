#include "tui/kit/bar.h"
#include "tui/kit/draw.h"

enum { GAP = 2, SHRINK_COLS = 8, PIECES_MAX = 16 };

/* Columns that each piece gets; 0: it isn't drawn. */
static int total_cols(const int *cols, size_t count)
{
	int total = -GAP;

	for (size_t i = 0; i < count; i++)
		if (cols[i] > 0)
			total += cols[i] + GAP;
	return MAX(total, 0);
}

/* The piece with the lowest priority that still has columns to give; COUNT when none has. */
static size_t weakest(const struct bar_piece *pieces, const int *cols, size_t count,
		      bool is_shrinking)
{
	size_t found = count;

	for (size_t i = 0; i < count; i++) {
		if (cols[i] == 0 ||
		    (is_shrinking && (!pieces[i].can_shrink || cols[i] <= SHRINK_COLS)))
			continue;
		if (found == count || pieces[i].priority < pieces[found].priority)
			found = i;
	}
	return found;
}

static void make_fit(const struct bar_piece *pieces, int *cols, size_t count, int room)
{
	while (total_cols(cols, count) > room) {
		size_t drop = weakest(pieces, cols, count, false);
		size_t shrink = weakest(pieces, cols, count, true);
		int excess = total_cols(cols, count) - room;

		/* A piece is shortened before another of the same or a higher priority goes. */
		if (shrink < count && pieces[shrink].priority <= pieces[drop].priority)
			cols[shrink] = MAX(cols[shrink] - excess, SHRINK_COLS);
		else if (total_cols(cols, count) == cols[drop])
			cols[drop] = room; /* the last one standing is cut to what there is */
		else
			cols[drop] = 0;
	}
}

void bar_draw(struct view view, int role, const struct bar_piece *pieces, size_t count)
{
	int cols[PIECES_MAX];
	int left = 1;
	int right = view.cols - 1;

	count = MIN(count, PIECES_MAX);
	view = view_sub(view, 0, 0, 1, view.cols);
	view_fill(view, role);
	if (view.cols <= 2)
		return;
	for (size_t i = 0; i < count; i++)
		cols[i] = pieces[i].text ? draw_width(pieces[i].text) : 0;
	make_fit(pieces, cols, count, view.cols - 2);
	for (size_t i = 0; i < count; i++) {
		if (pieces[i].is_right || cols[i] == 0)
			continue;
		draw_fit(view, 0, left, cols[i], pieces[i].text, pieces[i].role, pieces[i].attrs);
		left += cols[i] + GAP;
	}
	for (size_t i = count; i-- > 0;) {
		if (!pieces[i].is_right || cols[i] == 0)
			continue;
		draw_fit(view, 0, right - cols[i], cols[i], pieces[i].text, pieces[i].role,
			 pieces[i].attrs);
		right -= cols[i] + GAP;
	}
}
