/*
 * spool_inbox, within: a round, shared by spool_look (what there is) and spool_inbox (whose turn it
 * is, and what becomes of it).
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INBOX_INSIDE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INBOX_INSIDE_H

#include <dirent.h>
#include <sys/stat.h>
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_place.h"
#include "core/transport/spool/spool_queue.h"
#include "core/transport/spool/spool_told.h"

struct errand;
struct remover;

/* One file, read. */
struct thing {
	const struct queue_entry *entry;
	char *name;    /* the entry's, which may go before */
	GBytes *bytes; /* NULL: it couldn't be */
	bool is_unknown; /* not now, for a reason that isn't its own */
	struct place_mark mark;
};

struct batch {
	int folder; /* -1, or one of its own */
	guint count;
	struct thing things[TRANSPORT_BATCH_MOST];
};

/* One uid within a round. */
struct party {
	uid_t uid;
	unsigned lap, files; /* what it has had in this turn */
	uint64_t bytes;
	struct queue_entry last; /* the newest that was handed out; without a name */
	bool has_last;
	unsigned left;	  /* handed out, and left where they were */
	unsigned waiting; /* seen in this look, and not handed out */
	unsigned refused;
	unsigned dropped_now; /* in this round, where the uid is blocked */
	unsigned undropped;   /* seen in this look, and left for the next round */
	GArray *dropped; /* struct goner, of a uid that is blocked; NULL without */
};

enum phase { PHASE_LOOK, PHASE_HAND, PHASE_OVER };

struct round {
	const struct transport_listener *listener;
	void *user;
	enum phase phase;
	int64_t began;
	char **names; /* or NULL */
	guint name;   /* looked at next */
	DIR *dir;     /* of the look under way */
	char *first;  /* the name that it gave first */
	int64_t look_began;
	GHashTable *parties; /* uid -> struct party * */
	GHashTable *handed; /* inodes (int64_t) of what was handed out, INBOX_HANDED_MAX at most */
	struct queue *queue;
	GArray *entries; /* of the last look */
	guint next;	 /* the entry that is planned next */
	guint untaken;
	unsigned lap;
	bool is_again;	 /* there is more than was looked at */
	struct batch *now, *then;
	struct told told;
};

struct inbox {
	uid_t owner;
	struct errand *hung; /* what was read when the file system stopped answering, or NULL */
	bool is_hung_told;
	uint64_t next; /* token */
	struct remover *remover;
	GHashTable *by_token; /* uint64_t -> struct goner * */
	GHashTable *ignored;  /* inodes that can't be removed, told already */
	struct round *round;
	unsigned waiting;
	struct told_before told;
};

/* What UID has had of the round. */
struct party *round_party(struct round *round, uid_t uid);
/* Whether what PARTY left is handed out now. */
enum transport_heed inbox_heed(const struct inbox *inbox, const struct party *party);

/* Look at some of FOLDER, or of the names; once that is all, or takes too long, the round goes on
 * with handing out. */
void inbox_look(struct inbox *inbox, int folder);
/* NAME, which ST describes, isn't a message: remove it, or remember that it can't be. */
void inbox_refuse(struct inbox *inbox, int folder, const char *name, const struct stat *st);

#endif
