#include "tui/kit/pager.h"
#include <glib.h>

/* How near to an end more is asked for, in items beyond what is in sight. */
enum { NEAR = 20 };

/* The geometry of one drawing: the lowest item and how many of its rows are below the view. */
struct place {
	size_t index;
	int hidden;
};

void pager_init(struct pager *pager, const struct pager_source *source, void *user)
{
	*pager = (struct pager){.source = source, .user = user, .is_following = true};
}

static size_t count_of(const struct pager *pager)
{
	return pager->source->count(pager->user);
}

static int height_of(const struct pager *pager, size_t index)
{
	return MAX(pager->source->height(pager->user, index, pager->cols), 0);
}

static bool is_end(const struct pager *pager)
{
	return !pager->source->is_end || pager->source->is_end(pager->user);
}

/*
 * Where the pager stands; FALSE without items. Anchors that are gone give the nearest that is
 * there.
 */
static bool find_place(const struct pager *pager, struct place *place)
{
	size_t count = count_of(pager);

	if (!count)
		return false;
	*place = (struct place){count - 1, 0};
	if (pager->is_following)
		return true;
	place->index = pager->source->find(pager->user, pager->anchor);
	if (place->index >= count)
		place->index = count - 1;
	else if (pager->source->id(pager->user, place->index) == pager->anchor)
		place->hidden = CLAMP(pager->hidden, 0, MAX(height_of(pager, place->index) - 1, 0));
	return true;
}

static void stand(struct pager *pager, struct place place)
{
	size_t count = count_of(pager);

	pager->is_following = place.index + 1 == count && place.hidden == 0 && is_end(pager);
	pager->anchor = pager->source->id(pager->user, place.index);
	pager->hidden = place.hidden;
}

static void move_down(const struct pager *pager, struct place *place, int lines)
{
	size_t count = count_of(pager);

	while (lines > place->hidden && place->index + 1 < count) {
		lines -= place->hidden;
		place->index++;
		place->hidden = height_of(pager, place->index);
	}
	place->hidden = MAX(place->hidden - lines, 0);
}

/* As far as the first item's first row on the lowest row of the view. */
static void move_up(const struct pager *pager, struct place *place, int lines)
{
	int height = height_of(pager, place->index);

	/* An item whose last visible row goes isn't stood on any more; one without rows never. */
	while (lines >= height - place->hidden && place->index > 0) {
		lines -= height - place->hidden;
		place->index--;
		place->hidden = 0;
		height = height_of(pager, place->index);
	}
	place->hidden = MIN(place->hidden + lines, MAX(height - 1, 0));
}

static void move_place(const struct pager *pager, struct place *place, int lines)
{
	if (lines > 0)
		move_down(pager, place, lines);
	else if (lines < 0)
		move_up(pager, place, -lines);
}

/* Rows of everything up to PLACE, counted no further than to LIMIT. */
static int rows_above(const struct pager *pager, struct place place, int limit)
{
	int rows = height_of(pager, place.index) - place.hidden;

	while (rows < limit && place.index > 0)
		rows += height_of(pager, --place.index);
	return rows;
}

/*
 * The lowest that the view can stand: everything above it must still fill it, where there is
 * enough.
 */
static void keep_filled(const struct pager *pager, struct place *place)
{
	int rows = rows_above(pager, *place, pager->rows);

	if (rows < pager->rows)
		move_place(pager, place, pager->rows - rows);
}

static void ask_for_more(struct pager *pager, size_t first, size_t last)
{
	size_t count = count_of(pager);

	if (pager->source->older && first < NEAR)
		pager->source->older(pager->user);
	if (pager->source->newer && !is_end(pager) && last + NEAR >= count)
		pager->source->newer(pager->user);
}

void pager_draw(struct pager *pager, struct view view)
{
	struct place place;
	size_t index;
	int row;

	pager->rows = view.rows;
	pager->cols = view.cols;
	if (!find_place(pager, &place)) {
		ask_for_more(pager, 0, 0);
		return;
	}
	keep_filled(pager, &place);
	if (!pager->is_following)
		stand(pager, place);
	row = view.rows + place.hidden;
	if (pager->is_top_aligned)
		row = MIN(row, rows_above(pager, place, view.rows) + place.hidden);
	for (index = place.index + 1; index > 0 && row > 0;) {
		int height = height_of(pager, --index);
		bool is_focus = pager->focus &&
				pager->source->id(pager->user, index) == pager->focus;

		row -= height;
		if (height)
			pager->source->draw(pager->user, index,
					    view_sub(view, row, 0, height, view.cols), is_focus);
	}
	ask_for_more(pager, index, place.index);
}

bool pager_scroll(struct pager *pager, int lines)
{
	struct place place, before;

	if (pager->rows <= 0 || !find_place(pager, &place))
		return false;
	before = place;
	move_place(pager, &place, lines);
	keep_filled(pager, &place);
	stand(pager, place);
	return place.index != before.index || place.hidden != before.hidden;
}

bool pager_page(struct pager *pager, int pages)
{
	return pager_scroll(pager, pages * MAX(pager->rows - 2, 1));
}

void pager_first(struct pager *pager)
{
	struct place place = {0, 0};

	if (!count_of(pager))
		return;
	place.hidden = MAX(height_of(pager, 0) - 1, 0);
	keep_filled(pager, &place);
	stand(pager, place);
}

void pager_last(struct pager *pager)
{
	pager->is_following = is_end(pager);
	if (count_of(pager))
		stand(pager, (struct place){count_of(pager) - 1, 0});
}

void pager_follow(struct pager *pager)
{
	pager->is_following = true;
}

bool pager_visible(const struct pager *pager, size_t *first, size_t *last)
{
	struct place place;
	int rows;

	if (pager->rows <= 0 || !find_place(pager, &place))
		return false;
	*last = place.index;
	rows = height_of(pager, place.index) - place.hidden;
	while (rows < pager->rows && place.index > 0)
		rows += height_of(pager, --place.index);
	*first = place.index;
	return true;
}

bool pager_at_row(const struct pager *pager, int row, size_t *index)
{
	struct place place;
	int below;

	if (row < 0 || row >= pager->rows || !find_place(pager, &place))
		return false;
	below = pager->rows + place.hidden;
	if (pager->is_top_aligned)
		below = MIN(below, rows_above(pager, place, pager->rows) + place.hidden);
	if (row >= below - place.hidden)
		return false;
	for (size_t i = place.index + 1; i > 0;) {
		below -= height_of(pager, --i);
		if (row >= below) {
			*index = i;
			return true;
		}
	}
	return false;
}

/* Whether item INDEX is in sight whole, or as much of it as the view can hold. */
static bool is_in_sight(const struct pager *pager, size_t index)
{
	struct place place;
	int above;

	if (!find_place(pager, &place) || index > place.index)
		return false;
	if (index == place.index)
		return place.hidden == 0 || height_of(pager, index) > pager->rows;
	above = height_of(pager, place.index) - place.hidden;
	while (place.index > index + 1 && above < pager->rows)
		above += height_of(pager, --place.index);
	return place.index == index + 1 && above < pager->rows &&
	       (above + height_of(pager, index) <= pager->rows);
}

void pager_show(struct pager *pager, int64_t id)
{
	size_t index = pager->source->find(pager->user, id);
	size_t first, last;
	struct place place = {index, 0};
	int height, room;
	bool is_near;

	if (index >= count_of(pager) || pager->rows <= 0 || is_in_sight(pager, index))
		return;
	height = height_of(pager, index);
	room = MAX(pager->rows - height, 0);
	is_near = pager_visible(pager, &first, &last) && index + 1 >= first && index <= last + 1;
	if (!is_near)
		move_place(pager, &place, room / 2);
	else if (index <= first)
		move_place(pager, &place, room);
	keep_filled(pager, &place);
	stand(pager, place);
}

bool pager_focus_move(struct pager *pager, int by)
{
	size_t count = count_of(pager);
	size_t index, first;
	int64_t before = pager->focus;

	if (!count)
		return false;
	index = pager->focus ? pager->source->find(pager->user, pager->focus) : count;
	if (index >= count && pager_visible(pager, &first, &index))
		by = 0;
	index = MIN(index, count - 1);
	if (by < 0)
		index -= MIN((size_t)-by, index);
	else
		index = MIN(index + (size_t)by, count - 1);
	pager_focus(pager, pager->source->id(pager->user, index));
	return pager->focus != before;
}

void pager_focus(struct pager *pager, int64_t id)
{
	pager->focus = id;
	if (id)
		pager_show(pager, id);
}
