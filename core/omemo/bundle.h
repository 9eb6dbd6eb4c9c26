/*
 * bundle: the keys that a device publishes, and the device list, to XML and back (XEP-0384 0.3.0,
 * sections 4.2 and 4.3).
 *
 * On the spool one file devices/ID.xml holds a bundle; its root is
 * <bundle xmlns='eu.siacs.conversations.axolotl' device='ID' label='...'>, and it holds the
 * device's word for the forms that it reads (core/omemo/form_word.h). Over PEP the node's name
 * carries the id, and the root has neither attribute nor word. A bundle is a value that owns its
 * label and its prekeys.
 */
#ifndef SOTTO_CORE_OMEMO_BUNDLE_H
#define SOTTO_CORE_OMEMO_BUNDLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"
#include "core/omemo/form_word.h"

enum {
	BUNDLE_PREKEYS = 100,
	BUNDLE_PREKEYS_MAX = 400, /* more from others are refused */
	BUNDLE_SIGNATURE_BYTES = 64,
	BUNDLE_LABEL_MAX = 255, /* bytes; a longer one is left out */
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
	bool has_form;
	struct form_word form; /* its signature is the reader's to check */
};

/* Free what the bundle owns and zero it. */
void bundle_clear(struct bundle *bundle);
/* Deep; COPY, to be cleared, need not have been before. */
void bundle_copy(struct bundle *copy, const struct bundle *bundle);

/*
 * Write the <bundle/>; `device`, `label` and the word only when they aren't 0, NULL and missing.
 * ERROR_FORMAT for a label that XML can't hold.
 */
GBytes *bundle_encode(const struct bundle *bundle, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Read a <bundle/>. DEVICE is the id under which it was found; with 0 the attribute says it; if
 * both are there and differ, ERROR_FORMAT. Shapes are checked: 33-byte keys of type 0x05, a 64-byte
 * signature, 1 to BUNDLE_PREKEYS_MAX prekeys; a malformed word is none; signatures are the
 * ratchet's to check. ERROR_FORMAT, ERROR_LIMIT; BUNDLE, which need not be initialised, is cleared
 * then.
 */
gboolean bundle_decode(const void *data, size_t bytes, uint32_t device, struct bundle *bundle,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Write the <list/>. ERROR_FORMAT unless the ids are 1 ... 2^31-1 without repetition and at most
 * CONTACT_DEVICES_MAX.
 */
GBytes *device_list_encode(const uint32_t *ids, size_t count,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Read a <list/> into *IDS (g_free; NULL when empty), in its order and without repetition.
 * Entries that aren't an id are left out, but if none of them is one, ERROR_FORMAT: a list that
 * can't be read is unknown, not empty. ERROR_LIMIT for more than CONTACT_DEVICES_MAX.
 */
gboolean device_list_decode(const void *data, size_t bytes, uint32_t **ids, size_t *count,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
