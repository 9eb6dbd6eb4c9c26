#include "core/profile/notes.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/contact.h"

bool notes_is(const struct living *living, const char *address)
{
	return address && strcmp(address, living->account->address) == 0;
}

gboolean notes_refuse(const struct living *living, const char *address, const char *what,
		      GError **error)
{
	if (!notes_is(living, address))
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "%s is your own address: notes to yourself stay on this device and have no %s.",
		  address, what);
	return FALSE;
}

/* -- writing one ------------------------------------------------------------------------------ */

/* -- profiles of before there were notes ------------------------------------------------------- */

gboolean notes_settle(struct living *living, GError **error)
{
	const char *own = living->account->address;
	struct contact *contact = NULL;
	gboolean ok = TRUE;

	if (!living->store->ops->contact_get(living->store, own, &contact, error))
		return FALSE;
	if (contact && contact->kind != CONTACT_NOTES) {
		contact->kind = CONTACT_NOTES;
		contact->is_listed = true;
		contact->is_known = contact->has_owner = false;
		memset(&contact->manners, 0, sizeof(contact->manners));
		ok = living_begin(living, error);
		if (ok && living->store->ops->contact_put(living->store, contact, error)) {
			ok = living_commit(living, error);
		} else if (ok) {
			living_rollback(living);
			ok = FALSE;
		}
	}
	contact_free(contact);
	return ok;
}
