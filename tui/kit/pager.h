/*
 * pager: a window on items of different heights, standing on its lower edge.
 *
 * The items belong to a source that may have a window of its own on something much larger: items
 * are known by an id that doesn't change (> 0, growing), indices may shift between calls. Only
 * items that are visible, or that a movement crosses, are asked for. At its end the pager follows
 * what is added; scrolled up, it stays where it is whatever arrives, also when older items appear
 * above or the width changes.
 */
#ifndef SOTTO_TUI_KIT_PAGER_H
#define SOTTO_TUI_KIT_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tui/term/grid.h"

struct pager_source {
	size_t (*count)(void *user);
	int64_t (*id)(void *user, size_t index);
	/* Index of the item with ID, else of the first one behind it; count when there is none. */
	size_t (*find)(void *user, int64_t id);
	/* Rows of item INDEX at COLS columns, 0 or more. */
	int (*height)(void *user, size_t index, int cols);
	/* VIEW has that height; it may hang over the pager's edges. */
	void (*draw)(void *user, size_t index, struct view view, bool is_focus);
	/*
	 * The top (the end) of what is there is in sight or nearly: load more. May be NULL;
	 * answers come later.
	 */
	void (*older)(void *user);
	void (*newer)(void *user);
	/* Whether there is nothing newer beyond the last item. NULL: there never is. */
	bool (*is_end)(void *user);
};

struct pager {
	const struct pager_source *source;
	void *user;
	bool is_following; /* at the end, and stays there */
	bool is_top_aligned; /* few items stand at the view's top; else at its bottom */
	int64_t anchor;	   /* not following: the item on the lowest row */
	int hidden;	   /* rows of it that are below the view */
	int64_t focus;	   /* id of the item in focus, 0: none */
	int rows;	   /* of the view last drawn */
	int cols;
};

/* Follows, without focus. SOURCE and USER are borrowed. */
void pager_init(struct pager *pager, const struct pager_source *source, void *user);

void pager_draw(struct pager *pager, struct view view);

/*
 * Lines upwards (negative) or downwards, clamped; whether it moved. Before the first drawing
 * nothing moves.
 */
bool pager_scroll(struct pager *pager, int lines);
/* Pages less two lines. */
bool pager_page(struct pager *pager, int pages);
/* To the first of the items that are there; to the last, following. */
void pager_first(struct pager *pager);
void pager_last(struct pager *pager);
/* Follow the end from here on, though what is newest may still be on its way. */
void pager_follow(struct pager *pager);
/* Scroll as little as is needed to see the item with ID, and CENTRE it when it wasn't in sight. */
void pager_show(struct pager *pager, int64_t id);

/*
 * Move the focus by items (the lowest visible one when there was none) and show it; whether it
 * moved.
 */
bool pager_focus_move(struct pager *pager, int by);
void pager_focus(struct pager *pager, int64_t id);

/*
 * The first and last visible item (partly too) by the last drawing's geometry; FALSE when there is
 * none.
 */
bool pager_visible(const struct pager *pager, size_t *first, size_t *last);
/* The item at ROW of the view last drawn; FALSE when there is none. */
bool pager_at_row(const struct pager *pager, int row, size_t *index);

#endif
