#include "tui/cli/named.h"

#include "core/base/error.h"
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_people.h"
#include "core/profile/naming.h"
#include "tui/client/nobody.h"

static gboolean add_name(const struct contact *contact, void *user)
{
	g_ptr_array_add(user, g_strdup(contact_name(contact)));
	return TRUE;
}

/* Another process may be let write to somebody, and not see who is known. */
static bool may_see_names(const struct call *call)
{
	return !call->is_for_other || call->verb->reach == REACH_ALL;
}

static gboolean find(struct call *call, const char *argument, struct contact **contact,
		     GError **error)
{
	g_autoptr(GError) why = NULL;

	if (engine_find(call->engine, argument, contact, &why))
		return TRUE;
	if (error_is(why, ERROR_USAGE) && !may_see_names(call))
		error_set(error, ERROR_USAGE,
			  "%s may mean more than one: write the whole address, with @ before it.",
			  argument);
	else
		g_propagate_error(error, g_steal_pointer(&why));
	return FALSE;
}

static void refuse(struct call *call, const char *argument, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	if (!may_see_names(call))
		error_set(error, ERROR_NO_CONTACT, "Nobody called %s is known.", argument);
	else if (engine_contacts(call->engine, add_name, names, error))
		nobody_refuse((const char *const *)names->pdata, names->len, argument,
			      "See `sotto contact list`.", error);
}

struct contact *call_contact(struct call *call, const char *argument)
{
	g_autoptr(GError) error = NULL;
	struct contact *contact = NULL;
	g_autofree char *address = NULL;

	if (find(call, argument, &contact, &error) && contact)
		return contact;
	if (!error) {
		address = naming_address(argument, &error);
		if (address)
			refuse(call, argument, &error);
	}
	call_fail(call, error);
	return NULL;
}

char *call_address(struct call *call, const char *argument, GError **error)
{
	struct contact *contact = NULL;
	char *address;

	if (!find(call, argument, &contact, error))
		return NULL;
	if (!contact)
		return naming_address(argument, error);
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
	    !(loss == LOSS_FUTURE && contact->kind == CONTACT_NOTES) &&
	    engine_held(call->engine, contact->address, &held, NULL) && loss_asks(loss, &held))
		question = loss_question(loss, contact->address, NULL, &held);
	contact_free(contact);
	return question;
}

bool call_is_local(const struct call *call)
{
	const char *arguments = call->verb->arguments;
	struct contact *contact = NULL;
	bool is = arguments && g_str_has_prefix(arguments, "ADDRESS") && call->arg_count &&
		  engine_find(call->engine, call->args[0], &contact, NULL) && contact &&
		  contact->kind == CONTACT_NOTES;

	contact_free(contact);
	return is;
}

struct contact *call_person(struct call *call, const char *argument)
{
	struct contact *contact = call_contact(call, argument);
	g_autoptr(GError) error = NULL;

	if (!contact || contact->kind == CONTACT_PERSON)
		return contact;
	if (contact->kind == CONTACT_NOTES)
		error_set(&error, ERROR_USAGE,
			  "%s is your own address: this is about other people; `sotto devices` "
			  "shows your own devices.",
			  contact->address);
	else
		error_set(&error, ERROR_USAGE,
			  "%s is a group: this is about people; `sotto group list` says who is "
			  "in it.",
			  contact->address);
	contact_free(contact);
	call_fail(call, error);
	return NULL;
}
