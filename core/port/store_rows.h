/*
 * store_rows: the small values that pass through the store port and belong to no
 * other module. Times are wall milliseconds.
 */
#ifndef SOTTO_CORE_PORT_STORE_ROWS_H
#define SOTTO_CORE_PORT_STORE_ROWS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum kdf_level { KDF_FLOOR, KDF_INTERACTIVE, KDF_MODERATE, KDF_SENSITIVE, KDF_COUNT };

/* Private halves of published keys, as libsignal's records. */
enum key_kind { KEY_PREKEY, KEY_SIGNED };

struct key_row {
	enum key_kind kind;
	uint32_t id;
	GBytes *record;
	int64_t made_at;
	int64_t used_at;  /* when somebody first used it, 0 never: deletion is postponed */
	int64_t batch;	  /* number of the publication it went out with */
};
typedef gboolean (*key_func)(const struct key_row *row, void *user);

/* The exact bytes for the carrier: sealed once, sent until taken. */
struct outbox_row {
	int64_t row;	     /* set by outbox_put */
	char *conversation;  /* whose message it belongs to */
	char *id;	     /* that message's id, or NULL (receipts, empty messages) */
	char *to;	     /* address it goes to: the contact's or the own one */
	uint32_t device;     /* the carrier's device to drop it at; 0: the address as a whole */
	bool is_own;	     /* a copy for an own other device: doesn't hold the message's state */
	int64_t made_at;
	GBytes *bytes;
};

/* One security decision or event; never any message's words. */
struct journal_row {
	int64_t number;	     /* 1, 2, 3 ... set by journal_put */
	int64_t at;
	char *what;	     /* "verified", "unlocked", ...: core/profile/journal.h */
	char *address;	     /* or NULL */
	uint32_t device;     /* or 0 */
	char *detail;	     /* or NULL: method, fingerprints */
	uint8_t link[32];    /* hash of this row and the former one's link; set by journal */
};

struct store_counts {
	uint64_t messages;
	uint64_t contacts;
	uint64_t unread;	/* of what isn't muted now */
	uint64_t unread_muted;	/* of what is */
	uint64_t outbox;
};

struct store_peek {
	bool is_held;	     /* another process, or this one, holds the profile */
	enum kdf_level level;
	uint64_t database_bytes;
};

void key_row_free(struct key_row *row);
void outbox_row_clear(struct outbox_row *row);
void journal_row_clear(struct journal_row *row);
const char *kdf_level_name(enum kdf_level level);
gboolean kdf_level_parse(const char *name, enum kdf_level *level) G_GNUC_WARN_UNUSED_RESULT;

#endif
