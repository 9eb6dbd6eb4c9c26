/*
 * timeline: a window of rows on one conversation, moved by pages.
 *
 * However long the history is, at most TIMELINE_ROWS_MAX messages are in memory. Rows are in the
 * order of their places (seq). `is_begin`, `is_end`: the window touches the oldest, the newest
 * message. One page is asked for at a time; events keep the window true.
 */
#ifndef SOTTO_TUI_CLIENT_TIMELINE_H
#define SOTTO_TUI_CLIENT_TIMELINE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"
#include "core/port/event.h"
#include "tui/client/link.h"

enum { TIMELINE_PAGE = 100, TIMELINE_PAGE_MAX = 200, TIMELINE_ROWS_MAX = 400 };

struct timeline {
	struct link *link;
	char *address;
	GPtrArray *rows; /* of struct message */
	unsigned page;	 /* messages asked for at a time, at most TIMELINE_PAGE_MAX */
	bool is_begin;
	bool is_end;
	bool is_loaded;	 /* the first page has come */
	bool is_asking;
	bool is_asking_older;
	bool is_late;	 /* a message came while a page was on its way */
	bool is_stale;	 /* rows went while a page was on its way */
	int64_t target;	 /* the place that was jumped to, 0: the newest */
	/* JUMPED: the rows were replaced, not extended. ERROR: nothing came. */
	void (*changed)(void *user, bool jumped, const GError *error);
	void *user;
};

void timeline_init(struct timeline *timeline, struct link *link, const char *address,
		   void (*changed)(void *user, bool jumped, const GError *error), void *user);
void timeline_clear(struct timeline *timeline);

/* Replace the window: by the newest page, by the oldest, by the rows around SEQ. */
void timeline_newest(struct timeline *timeline);
void timeline_oldest(struct timeline *timeline);
void timeline_around(struct timeline *timeline, int64_t seq);
/* Extend it by a page, unless there is none or one is on its way. */
void timeline_older(struct timeline *timeline);
void timeline_newer(struct timeline *timeline);

/* Take in what EVENT says; TRUE when rows changed (drawing is due). */
bool timeline_event(struct timeline *timeline, const struct event *event);

size_t timeline_count(const struct timeline *timeline);
const struct message *timeline_at(const struct timeline *timeline, size_t index);
/* Index of the row at SEQ, or of the first one behind it; count when there is none. */
size_t timeline_index(const struct timeline *timeline, int64_t seq);

#endif
