/*
 * spool_rounds: when the own inbox is looked at, and how long in one go.
 *
 * It is looked at when somebody asks, when the kernel tells that something came (inotify), and
 * again when something had to wait. Where inotify is used up that is said, and the folder is looked
 * at every ROUNDS_POLL_MS until it isn't any more. A round (spool_inbox.h) goes in slices of about
 * ROUNDS_SLICE_MS; between them everything else on the thread has its turn, so that a full inbox
 * keeps nobody waiting, least of all whoever locks.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ROUNDS_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_ROUNDS_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport.h"

enum {
	ROUNDS_SLICE_MS = 8,   /* then the one step that is under way is the last */
	ROUNDS_POLL_MS = 1000, /* without inotify */
	ROUNDS_AGAIN_MS = 60000, /* until what is too much for one minute is looked at again */
};

struct clock;
struct inbox;
struct rounds;

/* All is borrowed, and outlives the rounds. */
struct rounds_parts {
	struct inbox *inbox;
	const struct clock *clock;
	/* The folder to look into, readable: the caller closes it. Its path, to be watched; g_free.
	 */
	int (*open)(void *user, GError **error);
	char *(*path)(void *user);
	/* The carrier has changed. */
	void (*state)(void *user, enum transport_state state, const char *why);
	/* A slice is over: what was looked up for it may have changed. */
	void (*turned)(void *user);
	void *user;
};

struct rounds *rounds_new(const struct rounds_parts *parts);
void rounds_free(struct rounds *rounds);

/* From now on hand over to LISTENER (borrowed), on CONTEXT; IS_LIVE: what comes by itself too. */
void rounds_start(struct rounds *rounds, const struct transport_listener *listener, void *user,
		  GMainContext *context, bool is_live);
/* From now on what comes by itself too. */
void rounds_go_live(struct rounds *rounds);
/* Whoever still waits is answered with ERROR_UNREACHABLE. */
void rounds_stop(struct rounds *rounds);
/* Watch, if that is wanted and isn't done yet. */
void rounds_watch(struct rounds *rounds);
/* Look at all of it; DONE after the last of what is there now was handed over. */
void rounds_ask(struct rounds *rounds, transport_done done, void *user);
/* Whether a round is under way. */
bool rounds_is_on(const struct rounds *rounds);
/* Whether what comes by itself is handed over too. */
bool rounds_is_live(const struct rounds *rounds);

#endif
