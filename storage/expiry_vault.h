/*
 * expiry_vault: the keys of bodies that will go, in a small file whose slots are overwritten in
 * place.
 *
 * A body that is to expire is sealed under a key of its own until it is read, and then under that
 * of its bucket: all that goes until one moment, at most max(1 min, ttl / 32) after its deadline.
 * When a key is overwritten, whatever the disk keeps of the body is noise. In the file a slot says
 * in the clear when its key has to die (0: when its body goes), so that a locked process can do it;
 * the key itself is sealed. Each slot stands there twice, written and synced one after the other.
 * Keys that are in memory only never come to the disk.
 *
 * New keys are on the disk before the commit that relies on them; dropped ones are overwritten
 * after the commit that no longer does. Ids are random, so that a dead key's is never met again.
 */
#ifndef SOTTO_STORAGE_EXPIRY_VAULT_H
#define SOTTO_STORAGE_EXPIRY_VAULT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct secret;
struct expiry_vault;

/* The keys in the file at PATH, which is made when the first key comes; sealed under KEY, which is
 * borrowed. */
struct expiry_vault *expiry_vault_open(const char *path, const struct secret *key,
				       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forgets what is in memory only. */
void expiry_vault_close(struct expiry_vault *vault);

/* A new key for one body: its id. */
gboolean expiry_vault_own(struct expiry_vault *vault, int64_t *id,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The key of the bucket for what goes at DEADLINE (ms) after a life of SECONDS; in memory only when
 * IS_MEMORY. */
gboolean expiry_vault_bucket(struct expiry_vault *vault, int64_t deadline, int64_t seconds,
			     bool is_memory, int64_t *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Key number ID, valid until the next call; NULL when it is dead. */
const struct secret *expiry_vault_key(struct expiry_vault *vault, int64_t id);
/* The body of ID goes with this transaction; a bucket's key stays. */
void expiry_vault_drop(struct expiry_vault *vault, int64_t id);

/* Before a commit; and after it, or after a rollback. */
gboolean expiry_vault_prepare(struct expiry_vault *vault, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void expiry_vault_settle(struct expiry_vault *vault, bool is_committed);

/* When the next key has to die; 0: none. How many have to have died at TIME. */
int64_t expiry_vault_next(const struct expiry_vault *vault);
unsigned expiry_vault_due(const struct expiry_vault *vault, int64_t time);
/* Overwrite every key whose time is over at TIME. */
gboolean expiry_vault_expire(struct expiry_vault *vault, int64_t time,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Ids of keys for one body, to be looked for in the database: int64_t. Free with g_array_unref. */
GArray *expiry_vault_owned(const struct expiry_vault *vault);

/* The same as expire, on the file at PATH, without any key; *NEXT as expiry_vault_next. No file is
 * fine. */
gboolean expiry_vault_expire_file(const char *path, int64_t time, int64_t *next,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
