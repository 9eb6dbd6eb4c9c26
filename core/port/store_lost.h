/*
 * store_lost: the part of the store port for what is lost, and isn't: placeholders that count, and
 * what has been seen before, and sessions that are there to open with alone
 * (core/ratchet/ratchet.h). All else as core/port/store.h says.
 */
#ifndef SOTTO_CORE_PORT_STORE_LOST_H
#define SOTTO_CORE_PORT_STORE_LOST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct store;

struct store_lost_ops {
	/*
	 * The placeholder at SEQ of CONVERSATION stands for one message more, which came AT (wall
	 * ms): it counts up and is unread again; when the first came stays. Nothing happens when it
	 * isn't there.
	 */
	gboolean (*again)(struct store *store, const char *conversation, int64_t seq, int64_t at,
			  GError **error);
	/* *IS: seen_put() has been given DIGEST (32 bytes). */
	gboolean (*seen)(struct store *store, const uint8_t *digest, bool *is, GError **error);
	/* Every session becomes a retired one, in place of a former retired one of its device. */
	gboolean (*retire)(struct store *store, GError **error);
	/* As session_get and session_put; RECORD NULL deletes. */
	gboolean (*retired_get)(struct store *store, const char *address, uint32_t device,
				GBytes **record, GError **error);
	gboolean (*retired_put)(struct store *store, const char *address, uint32_t device,
				GBytes *record, GError **error);
	/* Delete all retired ones. */
	gboolean (*retired_drop)(struct store *store, GError **error);
	/* As if it hadn't. */
	gboolean (*unsee)(struct store *store, const uint8_t *digest, GError **error);
};

#endif
