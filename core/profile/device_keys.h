/*
 * device_keys: what a key that is seen makes of a device's row.
 *
 * Trust is a key's, not an id's. The first key of a device that was announced without one, and any
 * other key in place of a known one, leave it undecided; both are in the journal. Only
 * within first contact is a key trusted unasked, and only one that was seen in that same merge.
 */
#ifndef SOTTO_CORE_PROFILE_DEVICE_KEYS_H
#define SOTTO_CORE_PROFILE_DEVICE_KEYS_H

#include <glib.h>
#include "core/profile/living.h"

struct bundle;

enum key_news {
	KEY_KNOWN,   /* it is the key on record */
	KEY_FIRST,   /* the device had none */
	KEY_CHANGED, /* it had another one */
};

/* A row for device ID of ADDRESS, seen now: active, without a key, undecided. device_free(). */
struct device *device_new_seen(const struct living *living, const char *address, uint32_t id);

/*
 * DEVICE, whose row the caller puts, showed KEY. Inside the caller's transaction: the session that
 * another key had is dropped. KEY_FIRST is told for a new row too; the journal isn't: see below.
 */
gboolean device_learn_key(struct living *living, struct device *device,
			  const uint8_t key[static CONTACT_KEY_BYTES], enum key_news *news,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What BUNDLE's word, if it has one that is signed with DEVICE's key, says of the forms that it
 * reads. Nothing becomes fewer by it: a carrier may give an old word, or none.
 */
void device_learn_form(struct living *living, struct device *device, const struct bundle *bundle);

/* DEVICE, which showed its key in this merge, is part of first contact under RULE. TRUE: it is
 * trusted now, and wasn't; device_record_first() puts that into the journal. */
bool device_decide_first(struct device *device, enum trust_rule rule);
gboolean device_record_first(struct living *living, const struct device *device,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The journal's row for what came of DEVICE: IS_NEW: it was seen for the first time. */
gboolean device_record(struct living *living, const struct device *device, bool is_new,
		       enum key_news news, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether one of DEVICES (struct device, all of one address) was compared with the person once, or
 * has another key since: then no key is believed unasked any more, not even within first
 * contact with somebody who had been removed.
 */
bool devices_are_compared(const GPtrArray *devices);

/* DEVICE isn't known to belong to the same person any more: undecided, unless it was refused. */
void device_doubt(struct device *device);

/*
 * Note inside the caller's transaction that DEVICE of ADDRESS showed KEY in a message. Finds or
 * makes its row, which is returned (device_free). IS_FIRST: this message is first contact. A key
 * that differs from the row's, or that is its first, makes it undecided. When it was seen last is
 * kept to the minute. NULL on error.
 */
struct device *device_meet(struct living *living, const char *address, uint32_t device,
			   const uint8_t key[static CONTACT_KEY_BYTES], enum trust_rule rule,
			   bool is_first, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether DEVICE (may be NULL) is the row of device ID of ADDRESS, and device_meet() with KEY
 * would leave it as it is. */
bool device_is_met(const struct living *living, const struct device *device, const char *address,
		   uint32_t id, const uint8_t key[static CONTACT_KEY_BYTES]);

#endif
