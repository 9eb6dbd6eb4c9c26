#include "core/model/contact.h"

#include <string.h>

#include "core/base/secret.h"

void contact_clear(struct contact *contact)
{
	g_free(contact->address);
	g_free(contact->alias);
	plain_free(contact->draft);
	plain_free(contact->preview);
	owner_clear(&contact->folder);
	memset(contact, 0, sizeof(*contact));
}

struct contact *contact_copy(const struct contact *contact)
{
	struct contact *copy;

	if (!contact)
		return NULL;
	copy = g_new(struct contact, 1);
	*copy = *contact;
	copy->address = g_strdup(contact->address);
	copy->alias = g_strdup(contact->alias);
	copy->draft = plain_dup(contact->draft);
	copy->preview = plain_dup(contact->preview);
	owner_copy(&copy->folder, &contact->folder);
	return copy;
}

void contact_free(struct contact *contact)
{
	if (!contact)
		return;
	contact_clear(contact);
	g_free(contact);
}

bool contact_is_called(const struct contact *contact, const char *text)
{
	const char *address = contact->address;
	size_t bytes = strcspn(address, "@");

	if (contact->kind == CONTACT_NOTES)
		return g_ascii_strcasecmp(text, CONTACT_NOTES_NAME) == 0;
	if (contact->kind == CONTACT_GROUP)
		return strcmp(address + 1, text) == 0;
	return contact->kind == CONTACT_ROOM && strlen(text) == bytes &&
	       g_ascii_strncasecmp(address, text, bytes) == 0;
}

const char *contact_name(const struct contact *contact)
{
	if (contact->alias && *contact->alias)
		return contact->alias;
	return contact->kind == CONTACT_NOTES ? CONTACT_NOTES_NAME : contact->address;
}

bool contact_is_hearsay(const struct contact *contact)
{
	return contact->kind == CONTACT_ROOM && !contact->is_listed;
}
