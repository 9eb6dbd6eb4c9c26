/*
 * sessions: the port's functions about ratchet sessions and the private halves of published keys
 * (core/port/store.h says what they do).
 */
#ifndef SOTTO_STORAGE_SESSIONS_H
#define SOTTO_STORAGE_SESSIONS_H

#include "core/port/store.h"

gboolean sessions_get(struct store *store, const char *address, uint32_t device, GBytes **record,
		      GError **error);
gboolean sessions_put(struct store *store, const char *address, uint32_t device, GBytes *record,
		      GError **error);
gboolean sessions_del(struct store *store, const char *address, uint32_t device, GError **error);

gboolean prekeys_get(struct store *store, enum key_kind kind, uint32_t id, struct key_row **row,
		     GError **error);
gboolean prekeys_put(struct store *store, const struct key_row *row, GError **error);
gboolean prekeys_del(struct store *store, enum key_kind kind, uint32_t id, GError **error);
gboolean prekeys_each(struct store *store, enum key_kind kind, key_func func, void *user,
		      GError **error);

/* core/port/store_lost.h's. */
gboolean sessions_retire(struct store *store, GError **error);
gboolean sessions_retired_get(struct store *store, const char *address, uint32_t device,
			      GBytes **record, GError **error);
gboolean sessions_retired_put(struct store *store, const char *address, uint32_t device,
			      GBytes *record, GError **error);
gboolean sessions_retired_drop(struct store *store, GError **error);

#endif
