/*
 * records: the port's functions about settings, outbox, seen digests, journal and counts
 * (core/port/store.h says what they do).
 */
#ifndef SOTTO_STORAGE_RECORDS_H
#define SOTTO_STORAGE_RECORDS_H

#include "core/port/store.h"

gboolean settings_get(struct store *store, const char *name, GBytes **value, GError **error);
gboolean settings_put(struct store *store, const char *name, GBytes *value, GError **error);

gboolean outbox_put(struct store *store, struct outbox_row *row, GError **error);
gboolean outbox_each(struct store *store, outbox_func func, void *user, GError **error);
gboolean outbox_del(struct store *store, int64_t row, GError **error);
gboolean outbox_count(struct store *store, const char *conversation, const char *id,
		      unsigned *count, GError **error);

gboolean seen_put(struct store *store, const uint8_t *digest, int64_t at, bool *is_new,
		  GError **error);
gboolean seen_unsee(struct store *store, const uint8_t *digest, GError **error);
gboolean seen_has(struct store *store, const uint8_t *digest, bool *is, GError **error);
gboolean seen_prune(struct store *store, int64_t before, GError **error);

gboolean journal_put(struct store *store, struct journal_row *row, GError **error);
gboolean journal_each(struct store *store, int64_t after, journal_func func, void *user,
		      GError **error);

gboolean records_count(struct store *store, struct store_counts *counts, GError **error);

#endif
