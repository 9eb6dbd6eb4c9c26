/*
 * spool_queue: the oldest files of each uid in a folder that anybody may fill, in bounded memory.
 *
 * However much is offered, QUEUE_ENTRIES are kept. When there is no more room, whoever has the most
 * in it loses their newest, so that nobody's flood keeps out somebody else's few. What was let go
 * is found when the folder is looked at again.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_QUEUE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_QUEUE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum {
	QUEUE_ENTRIES = 131072, /* some 150 bytes each */
	QUEUE_STRANGERS = 256,	/* uids at a time, besides those of contacts */
};

/* One file. */
struct queue_entry {
	char *name;
	struct timespec changed; /* the kernel's change time, which no sender can set */
	long place;		 /* in its sender's run (spool_post.h) */
	ino_t inode;
	uid_t uid;
	size_t bytes;
	bool is_taken; /* for whoever works through them */
};

/* Older is less: by change time, and within one tick of it in the order of their sender. */
int queue_compare(const void *one, const void *other);

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *queue);

/* Offer ENTRY, whose name is copied. IS_STRANGER: its uid counts towards QUEUE_STRANGERS. */
void queue_add(struct queue *queue, const struct queue_entry *entry, bool is_stranger);
/* Whether something was let go since the last queue_take(). */
bool queue_was_full(const struct queue *queue) G_GNUC_PURE;
/* All that was kept, struct queue_entry, oldest first; the queue is empty then. */
GArray *queue_take(struct queue *queue);

#endif
