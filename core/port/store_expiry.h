/*
 * store_expiry: the part of the store port by which messages go: deadlines, sweeping, erasing.
 *
 * Deadlines (a message's expires_at) are times of the app clock (core/base/appclock.h). A row that
 * was deleted is *erasing*: its bytes may still lie in the log. It is *erased* once a scrub has
 * succeeded. All else as core/port/store.h says.
 */
#ifndef SOTTO_CORE_PORT_STORE_EXPIRY_H
#define SOTTO_CORE_PORT_STORE_EXPIRY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/base/appclock.h"

struct message;
struct store;

enum { STORE_SWEEP_ROWS = 100 /* messages a transaction, at most */ };

/* COUNT messages of ADDRESS went. */
typedef void (*gone_func)(const char *address, unsigned count, void *user);

/* What waits to be erased. */
struct store_erasing {
	uint64_t rows; /* deleted, and their bytes not overwritten yet */
	uint64_t due;  /* past their deadline, and not deleted yet */
	uint64_t keys; /* of the key vault, past their time and not overwritten yet */
};

/* What a conversation holds: somebody's words and files, and places of what couldn't be opened. */
struct store_held {
	unsigned messages;
	unsigned queued; /* of them: one's own that haven't left yet */
};

struct store_expiry_ops {
	/* The moment that was saved last (time 0: none). */
	gboolean (*clock_get)(struct store *store, struct apptime *saved, GError **error);
	/* Save it: in a transaction with its commit, else at once. */
	gboolean (*clock_put)(struct store *store, const struct apptime *now, GError **error);

	/* Whether the rows are older than what stands beside them: somebody put them back. */
	bool (*is_older)(struct store *store);

	/* The nearest deadline of a message or a key that is later than AFTER; 0 without one. */
	gboolean (*next)(struct store *store, int64_t after, int64_t *deadline, GError **error);
	/* How many messages of which conversations have a deadline after AFTER, at most UNTIL. */
	gboolean (*due)(struct store *store, int64_t after, int64_t until, gone_func due,
			void *user, GError **error);
	/*
	 * The clock went back by BACK: the deadlines of what began to live after SINCE go back too.
	 * In a transaction.
	 */
	gboolean (*shift)(struct store *store, int64_t since, int64_t back, GError **error);
	/*
	 * Delete at most LIMIT messages whose deadline is TIME or sooner, with their outbox rows;
	 * *COUNT of them. With LEAVE_LINE a row without words stays in the place of each.
	 */
	gboolean (*sweep)(struct store *store, int64_t time, unsigned limit, bool leave_line,
			  gone_func gone, void *user, unsigned *count, GError **error);
	/* What erasing the conversation with ADDRESS would take. */
	gboolean (*held)(struct store *store, const char *address, struct store_held *held,
			 GError **error);
	/* Delete at most LIMIT messages of ADDRESS; when none is left its draft and outbox rows:
	 * *COUNT 0. */
	gboolean (*clear)(struct store *store, const char *address, unsigned limit, unsigned *count,
			  GError **error);
	/* Delete the message of ADDRESS at SEQ, with its outbox rows; *COUNT 0: there is none. */
	gboolean (*clear_one)(struct store *store, const char *address, int64_t seq,
			      unsigned *count, GError **error);
	/*
	 * Give the stored message of MESSAGE's place its words, seals, life, trust and edited_at in
	 * place of its former ones, which are deleted; EDIT is the id by which it was done.
	 */
	gboolean (*amend)(struct store *store, const struct message *message, const char *edit,
			  GError **error);
	/* The message whose words came by EDIT; *MESSAGE NULL when there is none. */
	gboolean (*amended)(struct store *store, const char *conversation, const char *edit,
			    struct message **message, GError **error);
	/*
	 * Outside a transaction: overwrite what was deleted, and the keys whose time is over at
	 * TIME. FALSE with ERROR_FAILED when an unfinished query is in the way: then it is still
	 * erasing.
	 */
	gboolean (*scrub)(struct store *store, int64_t time, GError **error);
	gboolean (*erasing)(struct store *store, int64_t time, struct store_erasing *erasing,
			    GError **error);
	/* Give the disk the bytes that were kept aside for when it is full; FALSE when there are
	 * none. */
	bool (*release)(struct store *store);
	/* The same for some of them, so that a row of the journal can be written; FALSE when only
	 * those are left that erasing needs. */
	bool (*spare)(struct store *store);
	/* From now on what is read within short timers is kept under keys in memory only. */
	void (*keep_short)(struct store *store);
};

#endif
