/*
 * store: the port for bytes at rest. core/ declares it, storage/ fulfils it, tests fake it.
 *
 * A `struct store` is an open, unlocked store; the folder around it is core/port/store_door.h's.
 *
 * Always true:
 *  - Everything written between begin and commit is there after a crash, or nothing of it.
 *    Writes outside a transaction are refused (ERROR_FAILED). Transactions don't nest.
 *  - After a failed write or commit the transaction is rolled back by the caller, by rollback().
 *  - commit() returns only when the bytes are on the disk.
 *  - Rows given to a callback are valid during the call only; a callback returning FALSE stops the
 *    walk; a callback doesn't write.
 *  - What a getter gives in a `struct x **` is the caller's; NULL there and TRUE back: no such row.
 *  - Functions returning gboolean give FALSE with ERROR set: ERROR_FULL, ERROR_IO, ERROR_DAMAGED.
 */
#ifndef SOTTO_CORE_PORT_STORE_H
#define SOTTO_CORE_PORT_STORE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"
#include "core/model/message.h"
#include "core/port/store_door.h"
#include "core/port/store_rows.h"

struct cancel;
struct store_expiry_ops;
struct store_files_ops;
struct store_groups_ops;
struct store_lost_ops;

typedef gboolean (*message_func)(const struct message *message, void *user);
typedef gboolean (*contact_func)(const struct contact *contact, void *user);
typedef gboolean (*device_func)(const struct device *device, void *user);
typedef gboolean (*outbox_func)(const struct outbox_row *row, void *user);
typedef gboolean (*journal_func)(const struct journal_row *row, void *user);

struct store {
	const struct store_ops *ops;
};

struct store_ops {
	void (*close)(struct store *store);

	gboolean (*begin)(struct store *store, GError **error);
	gboolean (*commit)(struct store *store, GError **error);
	void (*rollback)(struct store *store);

	/* Small values by name (account, counters, publication times); NULL value deletes. */
	gboolean (*setting_get)(struct store *store, const char *name, GBytes **value,
				GError **error);
	gboolean (*setting_put)(struct store *store, const char *name, GBytes *value,
				GError **error);

	/* put leaves last_at, unread, draft and preview alone; each(): newest message first. */
	gboolean (*contact_put)(struct store *store, const struct contact *contact, GError **error);
	gboolean (*contact_get)(struct store *store, const char *address, struct contact **contact,
				GError **error);
	gboolean (*contact_each)(struct store *store, contact_func func, void *user,
				 GError **error);
	/* The contact, its messages and outbox rows. Devices are kept, inactive, and sessions. */
	gboolean (*contact_del)(struct store *store, const char *address, GError **error);
	gboolean (*draft_put)(struct store *store, const char *address, const char *text,
			      GError **error);

	gboolean (*device_put)(struct store *store, const struct device *device, GError **error);
	gboolean (*device_get)(struct store *store, const char *address, uint32_t id,
			       struct device **device, GError **error);
	/* By id; inactive ones too. ADDRESS NULL: of everybody. */
	gboolean (*device_each)(struct store *store, const char *address, device_func func,
				void *user, GError **error);

	/*
	 * Insert; sets message->seq, message->arrival and *IS_NEW. One with the same conversation,
	 * from and id changes nothing and gives *IS_NEW false. The contact row must exist; its
	 * last_at, unread and preview follow.
	 */
	gboolean (*message_put)(struct store *store, struct message *message, bool *is_new,
				GError **error);
	gboolean (*message_get)(struct store *store, const char *conversation, const char *id,
				struct message **message, GError **error);
	/* By place: the newest LIMIT ones before BEFORE (0: the end), newest first; after: oldest
	 * first. */
	gboolean (*message_before)(struct store *store, const char *conversation, int64_t before,
				   unsigned limit, message_func func, void *user, GError **error);
	gboolean (*message_after)(struct store *store, const char *conversation, int64_t after,
				  unsigned limit, message_func func, void *user, GError **error);
	/* Incoming ones with read_at 0, of every conversation or of one, in the order they came. */
	gboolean (*message_unread)(struct store *store, const char *conversation, unsigned limit,
				   message_func func, void *user, GError **error);
	/* Set state (never backwards: READ stays READ) and expires_at of one outgoing message;
	 * *CHANGED may be NULL. */
	gboolean (*message_state)(struct store *store, const char *conversation, const char *id,
				  enum state state, int64_t expires_at, bool *changed,
				  GError **error);
	/* Mark one incoming message read; with DROP its body goes at once (view once). */
	gboolean (*message_read)(struct store *store, const char *conversation, int64_t seq,
				 int64_t read_at, int64_t expires_at, bool drop, GError **error);
	/* Every word of WORDS (folded by text_fold) in the body, newest first, at most LIMIT. */
	gboolean (*message_search)(struct store *store, const char *const *words,
				   const char *conversation, unsigned limit, message_func func,
				   void *user, GError **error);
	/* Build a slice of the search index, about BUDGET_MS long; *DONE: nothing is left. */
	gboolean (*search_build)(struct store *store, unsigned budget_ms, bool *done,
				 GError **error);

	gboolean (*session_get)(struct store *store, const char *address, uint32_t device,
				GBytes **record, GError **error);
	gboolean (*session_put)(struct store *store, const char *address, uint32_t device,
				GBytes *record, GError **error);
	gboolean (*session_del)(struct store *store, const char *address, uint32_t device,
				GError **error);

	/* used_at 0: not used yet. */
	gboolean (*key_get)(struct store *store, enum key_kind kind, uint32_t id,
			    struct key_row **row, GError **error);
	gboolean (*key_put)(struct store *store, const struct key_row *row, GError **error);
	gboolean (*key_del)(struct store *store, enum key_kind kind, uint32_t id, GError **error);
	gboolean (*key_each)(struct store *store, enum key_kind kind, key_func func, void *user,
			     GError **error);

	/* Sets row->row. each(): oldest first, rows of one message in the order they were put. */
	gboolean (*outbox_put)(struct store *store, struct outbox_row *row, GError **error);
	gboolean (*outbox_each)(struct store *store, outbox_func func, void *user, GError **error);
	gboolean (*outbox_del)(struct store *store, int64_t row, GError **error);
	/* How many rows are left; of one message to its contact's devices when ID isn't NULL. */
	gboolean (*outbox_count)(struct store *store, const char *conversation, const char *id,
				 unsigned *count, GError **error);

	/* Remember DIGEST (32 bytes); *IS_NEW false when it was there. Prune up to BEFORE. */
	gboolean (*seen_put)(struct store *store, const uint8_t *digest, int64_t at, bool *is_new,
			     GError **error);
	gboolean (*seen_prune)(struct store *store, int64_t before, GError **error);

	gboolean (*journal_put)(struct store *store, struct journal_row *row, GError **error);
	/* From number AFTER (exclusive) on, in order. */
	gboolean (*journal_each)(struct store *store, int64_t after, journal_func func, void *user,
				 GError **error);

	gboolean (*counts)(struct store *store, struct store_counts *counts, GError **error);
	/* Once it is raised long statements, and transactions with them, end: ERROR_CANCELLED. */
	void (*heed)(struct store *store, const struct cancel *cancel);
	const struct store_expiry_ops *expiry; /* how messages go: core/port/store_expiry.h */
	const struct store_groups_ops *groups; /* core/port/store_groups.h */
	const struct store_files_ops *files;   /* core/port/store_files.h */
	const struct store_lost_ops *lost;     /* core/port/store_lost.h */
};

#endif
