/*
 * link_marks: the links in sight while one of them is chosen, each with a digit beside it.
 *
 * They are found once, by drawing the messages into a grid that nobody sees, and keep their digits
 * whatever comes meanwhile. What is veiled is never drawn, so nothing of it is among them.
 */
#ifndef SOTTO_TUI_SCREEN_LINK_MARKS_H
#define SOTTO_TUI_SCREEN_LINK_MARKS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINK_MARKS_MAX = 9 };

/* A link: its place in the words of the message SEQ, in bytes. */
struct link_mark {
	int64_t seq;
	size_t start;
	size_t bytes;
};

struct link_marks {
	GArray *marks;	     /* of struct link_mark, from the top */
	bool is_collecting;  /* what is drawn is put among them */
};

/* Empty, collecting. */
struct link_marks *link_marks_new(void);
void link_marks_free(struct link_marks *links);
/* The spans (spans.h) of the message SEQ get the digits of their links. */
void link_marks_show(const struct link_marks *links, int64_t seq, GArray *spans);
/* Those of them whose beginning was drawn in sight are put among the marks, while collecting. */
void link_marks_take(struct link_marks *links, int64_t seq, const GArray *spans);
/* Put them in order; the last LINK_MARKS_MAX stay. How many there were. */
guint link_marks_settle(struct link_marks *links);
/* The one with the digit NUMBER; NULL: there is none. */
const struct link_mark *link_marks_at(const struct link_marks *links, guint number);

#endif
