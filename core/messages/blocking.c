#include "core/messages/blocking.h"

#include "core/messages/delivery_inside.h"
#include "core/model/contact.h"

bool blocking_holds(const struct arrival *arrival)
{
	return !arrival->is_own && arrival->contact && arrival->contact->manners.is_blocked;
}

gboolean blocking_drop(struct arrival *arrival, GError **error)
{
	struct store *store = arrival->intake->living->store;
	struct contact *contact = arrival->contact;

	if (contact->manners.dropped == 0)
		intake_notice(arrival->intake,
			      g_strdup_printf("%s is blocked and has written; what they send is "
					      "dropped unread.",
					      contact->address));
	if (contact->manners.dropped < UINT32_MAX)
		contact->manners.dropped++;
	g_hash_table_add(arrival->intake->touched, g_strdup(contact->address));
	return store->ops->contact_put(store, contact, error);
}
