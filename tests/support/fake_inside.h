/*
 * fake_inside: the fake store's inside, for its own files only.
 */
#ifndef SOTTO_TESTS_FAKE_INSIDE_H
#define SOTTO_TESTS_FAKE_INSIDE_H

#include "core/base/error.h"
#include "core/port/store.h"
#include "core/port/store_expiry.h"
#include "core/port/store_files.h"
#include "core/port/store_groups.h"
#include "tests/support/fake_rows.h"

struct fake_door;

struct fake_store {
	struct store store;
	struct fake_rows *rows;
	struct fake_rows *snapshot; /* not NULL: in a transaction */
	struct fake_door *door;	    /* NULL: the rows die with the store */
	unsigned calls;
	unsigned commits;
	unsigned fail_at;
	bool fail_on; /* from fail_at on, not only there */
	bool is_blocked; /* scrubs fail */
	unsigned erasing; /* rows deleted since the last scrub */
	enum error fail_code;
};

/* A store over ROWS, which it takes. */
struct fake_store *fake_store_over(struct fake_rows *rows);
/* Tell DOOR that its store closed and what was committed. */
void fake_door_closed(struct fake_door *door, struct fake_rows *rows);

/* Count a call; FALSE when it is the one that has to fail. */
gboolean fake_call(struct store *store, GError **error);
/* As fake_call, and refuse outside a transaction. */
gboolean fake_write(struct store *store, GError **error);

static inline struct fake_rows *fake_rows_of(struct store *store)
{
	return ((struct fake_store *)store)->rows;
}

struct contact *fake_contact(struct fake_rows *rows, const char *address);

/* fake_messages.c */
gboolean fake_message_put(struct store *store, struct message *message, bool *is_new,
			  GError **error);
gboolean fake_message_get(struct store *store, const char *conversation, const char *id,
			  struct message **message, GError **error);
gboolean fake_message_before(struct store *store, const char *conversation, int64_t before,
			     unsigned limit, message_func func, void *user, GError **error);
gboolean fake_message_after(struct store *store, const char *conversation, int64_t after,
			    unsigned limit, message_func func, void *user, GError **error);
gboolean fake_message_unread(struct store *store, const char *conversation, unsigned limit,
			     message_func func, void *user, GError **error);
gboolean fake_message_state(struct store *store, const char *conversation, const char *id,
			    enum state state, int64_t expires_at, bool *changed, GError **error);
gboolean fake_message_read(struct store *store, const char *conversation, int64_t seq,
			   int64_t read_at, int64_t expires_at, bool drop, GError **error);
gboolean fake_message_search(struct store *store, const char *const *words,
			     const char *conversation, unsigned limit, message_func func,
			     void *user, GError **error);
gboolean fake_search_build(struct store *store, unsigned budget_ms, bool *done, GError **error);
/* What the conversation's newest message says, cut; plain memory or NULL. */
char *fake_preview(const struct fake_rows *rows, const char *conversation);

/* fake_records.c */
gboolean fake_key_get(struct store *store, enum key_kind kind, uint32_t id, struct key_row **row,
		      GError **error);
gboolean fake_key_put(struct store *store, const struct key_row *row, GError **error);
gboolean fake_key_del(struct store *store, enum key_kind kind, uint32_t id, GError **error);
gboolean fake_key_each(struct store *store, enum key_kind kind, key_func func, void *user,
		       GError **error);
gboolean fake_outbox_put(struct store *store, struct outbox_row *row, GError **error);
gboolean fake_outbox_each(struct store *store, outbox_func func, void *user, GError **error);
gboolean fake_outbox_del(struct store *store, int64_t row, GError **error);
gboolean fake_outbox_count(struct store *store, const char *conversation, const char *id,
			   unsigned *count, GError **error);
gboolean fake_seen_put(struct store *store, const uint8_t *digest, int64_t at, bool *is_new,
		       GError **error);
gboolean fake_seen_unsee(struct store *store, const uint8_t *digest, GError **error);
gboolean fake_seen_has(struct store *store, const uint8_t *digest, bool *is, GError **error);
gboolean fake_seen_prune(struct store *store, int64_t before, GError **error);
gboolean fake_journal_put(struct store *store, struct journal_row *row, GError **error);
gboolean fake_journal_each(struct store *store, int64_t after, journal_func func, void *user,
			   GError **error);
void fake_heed(struct store *store, const struct cancel *cancel);
gboolean fake_counts(struct store *store, struct store_counts *counts, GError **error);

/* fake_expiry.c */
extern const struct store_expiry_ops fake_expiry_ops;

/* fake_groups.c */
extern const struct store_groups_ops fake_groups_ops;
gboolean fake_message_again(struct store *store, const char *conversation, int64_t seq, int64_t at,
			    GError **error);
void fake_group_del(struct fake_rows *rows, const char *address);

/* fake_files.c */
extern const struct store_files_ops fake_files_ops;

#endif
