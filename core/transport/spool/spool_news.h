/*
 * spool_news: what inotify(7) tells of the own inbox, by name: in a full inbox nothing else need be
 * looked at.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_NEWS_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_NEWS_H

#include <glib.h>
#include <stdbool.h>

enum {
	SPOOL_NEWS_MAX = 4096, /* names told at once; of more the whole inbox is looked at */
};

struct spool_news {
	GPtrArray *names; /* NULL at its end */
	bool is_gone;	  /* the inbox itself was removed */
	bool is_too_much; /* to be told by name */
};

/* All that FD (which doesn't block) has to tell. */
void spool_news_read(int fd, struct spool_news *news);
void spool_news_clear(struct spool_news *news);

#endif
