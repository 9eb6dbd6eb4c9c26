/*
 * disclosure: what a contact is told of us, and whether anything goes to them at all: their own
 * choice, else the profile's setting.
 */
#ifndef SOTTO_CORE_PROFILE_DISCLOSURE_H
#define SOTTO_CORE_PROFILE_DISCLOSURE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/contact.h"
#include "core/profile/living.h"

/*
 * Whether CONTACT is told MANNER: their own choice, else the profile's; never somebody who is
 * blocked. Receipts are on by default on the spool, everything else is off.
 */
bool disclosure_may_tell(const struct living *living, const struct contact *contact,
			 enum manner manner);
/* FALSE with ERROR_POLICY when CONTACT is blocked: nothing is sent there. */
gboolean disclosure_check(const struct contact *contact, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
