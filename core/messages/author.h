/*
 * author: who the arrival before came from, so that a run of messages of one author reads the rows
 * of the contact and of the device once.
 *
 * Within one transaction; nobody else writes those rows meanwhile. Zero is empty.
 */
#ifndef SOTTO_CORE_MESSAGES_AUTHOR_H
#define SOTTO_CORE_MESSAGES_AUTHOR_H

#include <glib.h>
#include "core/model/contact.h"
#include "core/profile/living.h"

struct author {
	struct contact *contact;
	struct device *device;
};

/* The contact ADDRESS: the one that was kept, or as store.h's contact_get. */
gboolean author_contact(struct author *author, struct living *living, const char *address,
			struct contact **contact, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Device ID of ADDRESS, if it is the one that was kept, with KEY, and needs no writing; or NULL. */
struct device *author_device(struct author *author, const struct living *living,
			     const char *address, uint32_t id,
			     const uint8_t key[static CONTACT_KEY_BYTES]);
/* Keep both, as they stand in the store; they become AUTHOR's, unless one is missing. */
void author_keep(struct author *author, struct contact **contact, struct device **device);
void author_clear(struct author *author);

#endif
