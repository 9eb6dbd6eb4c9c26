/*
 * delivery_seal: sealing one content into one envelope and that into the outbox, inside the
 * caller's transaction.
 *
 * Whom it is sealed for is decided by trust, device by device, each time: devices that are refused
 * get nothing, and what is undecided was refused before it came here (core/model/policy.h).
 */
#ifndef SOTTO_CORE_OUTBOX_DELIVERY_SEAL_H
#define SOTTO_CORE_OUTBOX_DELIVERY_SEAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"
#include "core/omemo/content.h"
#include "core/profile/living.h"

/* The devices that one envelope is for. */
struct recipients {
	GPtrArray *devices; /* struct device, of whom it is for */
	GPtrArray *own;	    /* the own other devices, NULL without any */
	enum trust_rule rule;
	bool all_sotto; /* nobody needs the legacy payload */
};

/* The devices of ADDRESSES (NULL-terminated) under RULE, and, WITH_OWN, the account's. */
gboolean recipients_init(struct living *living, const char *const *addresses, bool with_own,
			 enum trust_rule rule, struct recipients *to,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void recipients_clear(struct recipients *to);
/* The least trust among those of TO's devices that are sealed for. */
enum trust recipients_trust(struct living *living, const struct recipients *to);

/* One envelope on its way to the outbox; all borrowed. */
struct posting {
	const char *conversation; /* whose outbox rows these are */
	const char *to;		  /* whom the envelope names, and over XMPP goes to */
	const char *id;		  /* of the message; NULL for what isn't one */
	const struct content *content;	    /* NULL: an empty message */
	const struct recipients *recipients;
	uint32_t only;	/* when not 0, this device alone */
	bool may_miss;	/* nobody of them need have a session */
	bool is_room;	/* TO is a room's address */
};

/*
 * Seal it, put it into the outbox. ERROR_NO_DEVICES when it has words and nobody but own devices
 * could read it, unless it may miss them.
 */
gboolean posting_put(struct living *living, const struct posting *posting,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What MESSAGE, an own one to CONTACT without a file, says inside. All is borrowed. */
struct content posting_content(const struct message *message, const struct contact *contact);

#endif
