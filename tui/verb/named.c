#include "tui/verb/named.h"

#include "core/engine_expiry.h"
#include "core/engine_people.h"
#include "core/error.h"

struct contact *call_contact(struct call *call, const char *argument)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;
	g_autofree char *address = NULL;

	if (engine_find(call->engine, argument, &contact, &error) && contact)
		return contact;
	if (!error) {
		address = contact_address(argument, &error);
		if (address)
			error_set(&error, ERROR_NO_CONTACT,
				  "Nobody called %s is known; see `sotto contact list`.", argument);
	}
	call_fail(call, error);
	return NULL;
}

char *call_address(struct call *call, const char *argument, GError **error)
{
	struct contact *contact = NULL;
	char *address;

	if (!engine_find(call->engine, argument, &contact, error))
		return NULL;
	if (!contact)
		return contact_address(argument, error);
	address = g_strdup(contact->address);
	contact_free(contact);
	return address;
}

char *call_loss(struct call *call, enum loss loss, const char *argument)
{
	struct contact *contact = NULL;
	struct store_held held;
	char *question = NULL;

	if (engine_find(call->engine, argument, &contact, NULL) && contact &&
	    engine_held(call->engine, contact->address, &held, NULL) && loss_asks(loss, &held))
		question = loss_question(loss, contact->address, NULL, &held);
	contact_free(contact);
	return question;
}

struct contact *call_person(struct call *call, const char *argument)
{
	struct contact *contact = call_contact(call, argument);
	g_autoptr(GError) error = NULL;

	if (!contact || contact->kind == CONTACT_PERSON)
		return contact;
	error_set(&error, ERROR_USAGE,
		  "%s is a group: this is about people; `sotto group list` says who is in it.",
		  contact->address);
	contact_free(contact);
	call_fail(call, error);
	return NULL;
}
