/*
 * xmpp_mark_news: hears that the mark of this device (core/port/transport_marks.h) was changed by
 * somebody else, while there is a connection: a copy of this profile is in use.
 *
 * The server pushes it (XEP-0163, "+notify" in what we can do). On a connection where it never has,
 * the mark is looked at every so often instead. What is told is told at once, but no more than
 * MARK_NEWS_MOST times in MARK_NEWS_S, whatever a server pushes.
 */
#ifndef SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_MARK_NEWS_H
#define SOTTO_CORE_TRANSPORT_XMPP_MESSAGE_XMPP_MARK_NEWS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { MARK_NEWS_MOST = 5, MARK_NEWS_S = 10, MARK_LOOK_S = 60 };

struct mark_news;
struct stanza;

/* CHANGED: it may be another one now, or has to be looked at. ADDRESS: the own one. */
struct mark_news *mark_news_new(const char *address, uint32_t device, void (*changed)(void *user),
				void *user);
void mark_news_free(struct mark_news *news);

/* There is a connection that stays, looked at every LOOK_S seconds if nothing is pushed; or none
 * any more. CONTEXT is borrowed until then. */
void mark_news_up(struct mark_news *news, GMainContext *context, unsigned look_s);
void mark_news_down(struct mark_news *news);
/* BYTES are about to be put there by this process. */
void mark_news_put(struct mark_news *news, GBytes *bytes);
/* Whether STANZA was the server's word about the mark. */
bool mark_news_take(struct mark_news *news, const struct stanza *stanza);

#endif
