/*
 * store_files: the part of the store port that keeps files on their way, in their sealed form.
 *
 * A row stands beside the message that brought the file; the key to its bytes is in that message
 * alone. When the message goes its row and its chunks go with it. All else as core/port/store.h
 * says.
 */
#ifndef SOTTO_CORE_PORT_STORE_FILES_H
#define SOTTO_CORE_PORT_STORE_FILES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct store;

/* The order is that of the database, never renumber. */
enum file_state {
	FILE_PREPARING, /* out: being sealed; no message refers to it yet */
	FILE_SENDING,	/* out: parts are still to be handed over */
	FILE_SENT,	/* out: the carrier has all of it */
	FILE_COMING,	/* in: said, and not here as a whole */
	FILE_HERE,	/* in: all of it is here */
	FILE_REFUSED,	/* in: more than is taken from that sender; parts are missing for good */
	FILE_SAVED,	/* in: written where the user said */
	FILE_FAILED,	/* out: it can't be sent */
	FILE_STATE_COUNT
};

/* Which one: the conversation, who sent it, and the message's id. */
struct file_key {
	const char *conversation;
	const char *from;
	const char *id;
};

struct file_row {
	struct file_key key; /* borrowed; in callbacks and get() the row's */
	bool is_out;
	enum file_state state;
	unsigned count; /* chunks in all; 0: not known yet */
	unsigned done;	/* out: handed over so far; in: here */
	char *path;	/* where it was saved, or NULL */
};

typedef gboolean (*file_func)(const struct file_row *row, void *user);

struct store_files_ops {
	/* Insert, or set state, count, done and path of the one that is there. */
	gboolean (*put)(struct store *store, const struct file_row *row, GError **error);
	/* NULL when it isn't there; file_row_free(). */
	gboolean (*get)(struct store *store, const struct file_key *key, struct file_row **row,
			GError **error);
	/* Oldest first; CONVERSATION NULL: of all. */
	gboolean (*each)(struct store *store, const char *conversation, file_func func, void *user,
			 GError **error);
	/* The row and its chunks. */
	gboolean (*drop)(struct store *store, const struct file_key *key, GError **error);
	/* Keep BYTES as chunk NUMBER; one that is there stays, and *IS_NEW is false. */
	gboolean (*chunk_put)(struct store *store, const struct file_key *key, unsigned number,
			      GBytes *bytes, bool *is_new, GError **error);
	gboolean (*chunk_get)(struct store *store, const struct file_key *key, unsigned number,
			      GBytes **bytes, GError **error);
	/* The numbers that are there, in order: a GArray of unsigned. */
	gboolean (*chunk_numbers)(struct store *store, const struct file_key *key, GArray *numbers,
				  GError **error);
	/* The chunks go, the row stays. */
	gboolean (*chunks_drop)(struct store *store, const struct file_key *key, GError **error);
	/* Bytes of the chunks that are kept of FROM; NULL: of all. */
	gboolean (*held)(struct store *store, const char *from, int64_t *bytes, GError **error);
};

/* "coming", "here", ... as JSON writes it. */
const char *file_state_name(enum file_state state) G_GNUC_PURE;
void file_row_free(struct file_row *row);

#endif
