/*
 * engine_people: the part of the facade that is about contacts and their devices. As
 * core/engine/engine.h in every respect, which includes it.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_PEOPLE_H
#define SOTTO_CORE_ENGINE_ENGINE_PEOPLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/engine/engine.h"

gboolean engine_contacts(struct engine *engine, contact_func func, void *user,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whom TEXT means, as it was typed (core/profile/naming.h); *CONTACT NULL when nobody is known
 * by it. ERROR_USAGE where it means two. */
gboolean engine_find(struct engine *engine, const char *text, struct contact **contact,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same by an exact address, which nobody typed. */
gboolean engine_known(struct engine *engine, const char *address, struct contact **contact,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Add, or give another alias (NULL: the one there is stays); ADDRESS may have an @ before it. */
gboolean engine_contact_add(struct engine *engine, const char *address, const char *alias,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the carrier knows that nobody has CONTACT's address; false where it can't tell. */
bool engine_is_nobody_there(struct engine *engine, const struct contact *contact);
/* ERROR_NO_CONTACT. */
gboolean engine_contact_remove(struct engine *engine, const char *address,
			       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean engine_draft_put(struct engine *engine, const char *address, const char *text,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tell nothing of its messages until TO (struct contact, muted_to); ERROR_NO_CONTACT. */
gboolean engine_mute(struct engine *engine, const char *address, int64_t to,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Show no more of the conversation on a screen than MODE; ERROR_NO_CONTACT. */
gboolean engine_privacy(struct engine *engine, const char *address, enum privacy mode,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Devices of ADDRESS, of the own account for the own address; inactive ones too. */
gboolean engine_devices(struct engine *engine, const char *address, device_func func, void *user,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What is decided by hand about one device, and the key that it is about. */
struct trust_request {
	const char *address;
	uint32_t device;
	enum trust_act act;
	const char *method; /* goes on record: "hand", "screen" */
	const char *key;    /* its 64 hex digits as they were looked at; NULL: the one on record */
	const char *typed;  /* NULL, or its first TRUST_TYPED_LEAST or more, from its own screen */
};
enum { TRUST_TYPED_LEAST = 8 };

/*
 * Set one device by hand. ERROR_NO_DEVICES. What raises trust is about a key: ERROR_TRUST where the
 * device has none, where KEY or TYPED isn't the one on record, and, for a device of the own
 * account, without TYPED.
 */
gboolean engine_trust(struct engine *engine, const struct trust_request *request,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether TEXT can be TYPED: enough hex digits and no more than a key has. */
bool engine_is_typed(const char *text) G_GNUC_PURE;

#endif
