#include "core/messages/delivery_room.h"

#include <string.h>
#include "core/messages/delivery_inside.h"
#include "core/model/contact.h"

gboolean arrival_take_room(struct arrival *arrival, bool *is_heard, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *room = arrival->parcel->room;
	struct contact *contact;
	bool is_new = false;

	/* Of our own devices' words the inside is only checked here: no one else's get so far. */
	*is_heard = !arrival->content.to || strcmp(arrival->content.to, room) == 0;
	contact_free(arrival->contact);
	arrival->contact = NULL;
	contact = living_contact(living, room, &is_new, error);
	if (!contact)
		return FALSE;
	arrival->contact = contact;
	if (!is_new && contact->kind == CONTACT_ROOM)
		return TRUE;
	/* A server that calls a contact's address a room has nothing to say there. */
	if (!is_new) {
		*is_heard = false;
		return TRUE;
	}
	/* Nor has one that calls our own address so. */
	if (contact->kind == CONTACT_NOTES) {
		*is_heard = false;
		return TRUE;
	}
	contact->kind = CONTACT_ROOM;
	contact->is_listed = contact->is_known = true;
	return living->store->ops->contact_put(living->store, contact, error);
}
