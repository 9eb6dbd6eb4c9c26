/*
 * bundle: the keys that a device publishes, to XML and back (XEP-0384 0.3.0, section 4.2-4.3),
 * and the device list.
 *
 * On the spool one file devices/ID.xml holds a bundle; its root is
 * <bundle xmlns='eu.siacs.conversations.axolotl' device='ID' label='...'>, otherwise as published over PEP.
 */
#ifndef SOTTO_CORE_BUNDLE_H
#define SOTTO_CORE_BUNDLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/contact.h"

enum {
	BUNDLE_PREKEYS = 100,
	BUNDLE_PREKEYS_MAX = 400, /* read from others at most */
	BUNDLE_SIGNATURE_BYTES = 64,
};

struct bundle_prekey {
	uint32_t id; /* may be 0 in foreign bundles */
	uint8_t key[CONTACT_KEY_BYTES];
};

struct bundle {
	uint32_t device;
	char *label; /* NULL or what the device calls itself (foreign text) */
	uint8_t identity[CONTACT_KEY_BYTES];
	uint32_t signed_id;
	uint8_t signed_key[CONTACT_KEY_BYTES];
	uint8_t signature[BUNDLE_SIGNATURE_BYTES];
	struct bundle_prekey *prekeys;
	size_t prekey_count;
};

void bundle_clear(struct bundle *bundle);

GBytes *bundle_encode(const struct bundle *bundle, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * DEVICE is the id under which it was found (0: take the attribute; both there and different: ERROR_FORMAT).
 * Shapes are checked (33-byte keys with type 0x05, 64-byte signature, at least one prekey, no
 * more than BUNDLE_PREKEYS_MAX); signatures are the ratchet's to check.
 */
gboolean bundle_decode(const void *data, size_t bytes, uint32_t device, struct bundle *bundle,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The <list/> element: ids 1 ... 2^31-1, without repetition, at most CONTACT_DEVICES_MAX. */
GBytes *device_list_encode(const uint32_t *ids, size_t count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean device_list_decode(const void *data, size_t bytes, uint32_t **ids, size_t *count,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
