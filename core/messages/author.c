#include "core/messages/author.h"

#include <string.h>
#include "core/profile/device_keys.h"

gboolean author_contact(struct author *author, struct living *living, const char *address,
			struct contact **contact, GError **error)
{
	if (!author->contact || strcmp(author->contact->address, address) != 0)
		return living->store->ops->contact_get(living->store, address, contact, error);
	*contact = g_steal_pointer(&author->contact);
	return TRUE;
}

struct device *author_device(struct author *author, const struct living *living,
			     const char *address, uint32_t id,
			     const uint8_t key[static CONTACT_KEY_BYTES])
{
	if (!device_is_met(living, author->device, address, id, key))
		return NULL;
	return g_steal_pointer(&author->device);
}

void author_keep(struct author *author, struct contact **contact, struct device **device)
{
	if (!*contact || !*device)
		return;
	author_clear(author);
	author->contact = g_steal_pointer(contact);
	author->device = g_steal_pointer(device);
}

void author_clear(struct author *author)
{
	contact_free(author->contact);
	device_free(author->device);
	*author = (struct author){ 0 };
}
