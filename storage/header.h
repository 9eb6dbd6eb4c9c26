/*
 * header: the key file beside the database; whoever destroys it has destroyed the profile.
 *
 * Two slots of 4 KiB hold the same thing, are overwritten in place and synced one after the other,
 * so that a torn write leaves the other one, and no old version survives a finished change.
 * A slot says how the passphrase becomes a key, and holds the random master key wrapped under it.
 * A checksum tells a damaged slot from a wrong passphrase; what is authentic only the wrap's tag
 * says.
 *
 * A passphrase is used in the form that core/model/passphrase.h gives it. One that doesn't open so
 * is tried as it was typed: profiles of before were made with that.
 *
 * While a passphrase is being changed the slots differ. After a crash in between either passphrase
 * opens, and the one that does settles it: the other slot is overwritten.
 */
#ifndef SOTTO_STORAGE_HEADER_H
#define SOTTO_STORAGE_HEADER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/base/crypto.h"
#include "core/port/store_rows.h"
#include "storage/kdf.h"

struct secret;

enum {
	HEADER_SLOT_BYTES = 4096,
	HEADER_SLOTS = 2,
	HEADER_BYTES = HEADER_SLOT_BYTES * HEADER_SLOTS,
	HEADER_MASTER_BYTES = 32,
	HEADER_WRAP_BYTES = HEADER_MASTER_BYTES + CRYPTO_BOX_BYTES,
};

/* A slot, decoded. */
struct header {
	enum kdf_level level;
	struct kdf_cost cost;
	uint64_t sequence;
	uint8_t salt[KDF_SALT_BYTES];
	uint8_t wrap[HEADER_WRAP_BYTES];
};

/* FALSE when the slot is damaged, of another version, or asks for more than kdf_is_sane. */
gboolean header_decode(const uint8_t slot[static HEADER_SLOT_BYTES],
		       struct header *header) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Write a new key file to PATH, which must not exist, and sync it; the master key, owned by the
 * caller.
 */
struct secret *header_create(const char *path, const struct secret *passphrase,
			     enum kdf_level level, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The master key. ERROR_PASSPHRASE, ERROR_DAMAGED. Puts a damaged or outdated slot right. */
struct secret *header_open(const char *path, const struct secret *passphrase,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Wrap the same master key under FRESH. When it returns TRUE, OLD opens no more. */
gboolean header_change(const char *path, const struct secret *old, const struct secret *fresh,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The newest whole slot's level. */
gboolean header_peek(const char *path, enum kdf_level *level,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
