/* engine: whose folders contacts have on the spool. */
#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_state.h"
#include "core/model/owner.h"

void engine_look_owner(struct engine *engine, const struct contact *contact, struct owner *owner)
{
	const struct engine_parts *parts = &engine->parts;
	struct living *living = engine->living;
	uint32_t uid = contact->owner;

	if (contact->kind != CONTACT_PERSON)
		return;
	/* Before first contact nothing is pinned: as it is now. */
	if (contact->has_owner ||
	    (parts->owner && parts->owner(parts->user, living->account, contact->address, &uid)))
		owner_look(owner, living->logins, uid);
}

gboolean engine_find_owner(struct engine *engine, const char *address, struct owner *owner,
			   GError **error)
{
	struct living *living = engine->living;
	struct contact *contact = NULL;

	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return FALSE;
	if (contact)
		engine_look_owner(engine, contact, owner);
	contact_free(contact);
	return TRUE;
}

bool engine_is_nobody_there(struct engine *engine, const struct contact *contact)
{
	const struct engine_parts *parts = &engine->parts;
	uint32_t uid;

	return engine->living && contact->kind == CONTACT_PERSON && !contact->has_owner &&
	       strcmp(engine->living->account->carrier, "spool") == 0 && parts->owner &&
	       !parts->owner(parts->user, engine->living->account, contact->address, &uid);
}

static void note_there(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		       const GError *error)
{
	(void)ids;
	(void)count;
	(void)owner;
	*(bool *)user = !error_is(error, ERROR_NO_CONTACT);
}

bool engine_has_person(struct engine *engine, const char *name)
{
	const struct engine_parts *parts = &engine->parts;
	const struct living *living = engine->living;
	bool is_there = false;
	uint32_t uid;

	/* Only the spool has people of bare names, and it answers at once. */
	if (!living || strcmp(living->account->carrier, "spool") != 0)
		return false;
	if (living->transport)
		living->transport->ops->list(living->transport, name, note_there, &is_there);
	else if (parts->owner)
		is_there = parts->owner(parts->user, living->account, name, &uid);
	return is_there;
}
