/*
 * contacts: the port's functions about contacts, drafts and devices (core/port/store.h says what
 * they do).
 */
#ifndef SOTTO_STORAGE_CONTACTS_H
#define SOTTO_STORAGE_CONTACTS_H

#include "core/port/store.h"

gboolean contacts_put(struct store *store, const struct contact *contact, GError **error);
gboolean contacts_get(struct store *store, const char *address, struct contact **contact,
		      GError **error);
gboolean contacts_each(struct store *store, contact_func func, void *user, GError **error);
gboolean contacts_del(struct store *store, const char *address, GError **error);
gboolean contacts_put_draft(struct store *store, const char *address, const char *text,
			    GError **error);

gboolean devices_put(struct store *store, const struct device *device, GError **error);
gboolean devices_get(struct store *store, const char *address, uint32_t id, struct device **device,
		     GError **error);
gboolean devices_each(struct store *store, const char *address, device_func func, void *user,
		      GError **error);

#endif
