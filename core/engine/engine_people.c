/* engine: contacts, devices and trust. */
#include "core/engine/engine.h"
#include "core/engine/engine_people.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/model/group.h"
#include "core/port/store_groups.h"
#include "core/profile/alias.h"
#include "core/profile/expiry.h"
#include "core/profile/journal.h"
#include "core/profile/naming.h"
#include "core/profile/notes.h"
#include "core/ratchet/ratchet_keys.h"

struct walk {
	struct engine *engine;
	contact_func func;
	void *user;
};

/* Without the words of a message whose time is over, though the sweep may not have come to it. */
static void hide_preview(struct living *living, struct contact *contact)
{
	if (contact->preview_until && contact->preview_until <= appclock_now(living->appclock))
		contact->preview = NULL;
}

/* Who has done nothing but ask to see us is no contact, nor who is blocked and no more. */
static gboolean pass_known(const struct contact *contact, void *user)
{
	const struct walk *walk = user;
	const struct manners *manners = &contact->manners;
	bool is_no_more = (manners->asks || manners->is_blocked) && !contact->is_listed &&
			  !contact->is_known && !contact->last_at && !manners->we_see;

	struct contact shown = *contact;
	gboolean goes_on;

	if (is_no_more)
		return TRUE;
	hide_preview(walk->engine->living, &shown);
	engine_look_owner(walk->engine, &shown, &shown.folder);
	goes_on = walk->func(&shown, walk->user);
	owner_clear(&shown.folder);
	return goes_on;
}

gboolean engine_contacts(struct engine *engine, contact_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct walk walk = { engine, func, user };

	return living && living->store->ops->contact_each(living->store, pass_known, &walk, error);
}

/*
 * Anybody can call a group like a person whom we don't know yet: what is meant for the one mustn't
 * go to the other.
 */
static gboolean check_group(struct engine *engine, const struct naming *naming,
			    const char *group, GError **error)
{
	if (!naming->address || !engine_has_person(engine, naming->address))
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "%s may be the group %s, or the person of that name: write %s with its #, @%s "
		  "for the person, or add the person first (`sotto contact add %s`).",
		  naming->text, group, group, naming->address, naming->address);
	return FALSE;
}

static gboolean look(const struct contact *contact, void *naming)
{
	naming_look(naming, contact);
	return TRUE;
}

static gboolean find(struct engine *engine, struct naming *naming, struct contact **contact,
		     GError **error)
{
	struct living *living = engine->living;
	g_autoptr(GError) why = NULL;
	const char *address;

	if (!living->store->ops->contact_each(living->store, look, naming, error))
		return FALSE;
	/* The own name is nobody else's. Notes to oneself needn't have been begun. */
	if (naming->address && notes_is(living, naming->address)) {
		*contact = living_known(living, naming->address, error);
		return *contact != NULL;
	}
	address = naming_end(naming, &why);
	if (why) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	if (!address)
		return TRUE;
	if (naming->way == NAMING_GROUP && group_is_address(address) &&
	    !check_group(engine, naming, address, error))
		return FALSE;
	return living->store->ops->contact_get(living->store, address, contact, error);
}

gboolean engine_find(struct engine *engine, const char *text, struct contact **contact,
		     GError **error)
{
	struct living *living = engine_living(engine, error);
	struct naming naming;
	gboolean ok;

	*contact = NULL;
	if (!living)
		return FALSE;
	naming_begin(&naming, text);
	ok = find(engine, &naming, contact, error);
	naming_clear(&naming);
	if (*contact)
		engine_look_owner(engine, *contact, &(*contact)->folder);
	return ok;
}

gboolean engine_known(struct engine *engine, const char *address, struct contact **contact,
		      GError **error)
{
	struct living *living = engine_living(engine, error);

	*contact = NULL;
	if (!living || !living->store->ops->contact_get(living->store, address, contact, error))
		return FALSE;
	if (*contact)
		engine_look_owner(engine, *contact, &(*contact)->folder);
	return TRUE;
}

/* Nor whoever is on the spool, and not known yet. */
static gboolean check_alias(struct engine *engine, const char *address, const char *alias,
			    GError **error)
{
	g_autofree char *other = contact_address(alias, NULL);

	if (!alias_check(engine->living, address, alias, error))
		return FALSE;
	if (!other || strcmp(other, address) == 0 || !engine_has_person(engine, other))
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "Somebody else on this spool has the name %s; choose another alias.", alias);
	return FALSE;
}

/* The row of CONTACT goes, with all that is its; a block isn't: whoever was blocked stays so. */
static gboolean drop(struct living *living, const struct contact *contact, GError **error)
{
	const struct contact blocked = {
		.address = contact->address,
		.kind = contact_is_hearsay(contact) ? CONTACT_PERSON : contact->kind,
		.manners = { .is_blocked = true, .is_block_due = contact->manners.is_block_due },
		.has_owner = contact->has_owner,
		.owner = contact->owner,
		.added_at = contact->added_at,
	};

	return living->store->ops->contact_del(living->store, contact->address, error) &&
	       (!contact->manners.is_blocked ||
		living->store->ops->contact_put(living->store, &blocked, error));
}

/* Who is added is a person: what a stranger said that address was goes. */
static gboolean drop_hearsay(struct living *living, const char *address, GError **error)
{
	struct contact *contact = NULL;
	gboolean ok = TRUE;

	if (!living->store->ops->contact_get(living->store, address, &contact, error))
		return FALSE;
	if (contact && contact_is_hearsay(contact)) {
		ok = living_begin(living, error);
		if (ok && drop(living, contact, error)) {
			ok = living_commit(living, error);
		} else if (ok) {
			living_rollback(living);
			ok = FALSE;
		}
	}
	contact_free(contact);
	return ok;
}

static void tell_blocked(struct living *living, const char *address)
{
	living_emit_notice(living, "%s stays blocked; `sotto contact unblock %s` ends that.",
			   address, address);
}

static void tell_alike(struct living *living, const struct contact *contact)
{
	g_autofree char *sentence = alias_stranger(living, contact);

	if (sentence)
		living_emit_notice(living, "%s", sentence);
}

gboolean engine_contact_add(struct engine *engine, const char *text, const char *alias,
			    GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = NULL;
	g_autofree char *address = NULL;
	bool is_new;
	gboolean ok = FALSE;

	if (!living)
		return FALSE;
	address = naming_address(text, error);
	if (!address)
		return FALSE;
	if (alias && !check_alias(engine, address, alias, error))
		return FALSE;
	if (!drop_hearsay(living, address, error))
		return FALSE;
	contact = living_contact(living, address, &is_new, error);
	if (!contact)
		return FALSE;
	contact->is_listed = true;
	if (alias || is_new) {
		g_free(contact->alias);
		contact->alias = g_strdup(alias);
	}
	if (living_begin(living, error)) {
		ok = living->store->ops->contact_put(living->store, contact, error) &&
		     (!is_new || contact->kind == CONTACT_NOTES ||
		      journal_add(living->store, living->clock, JOURNAL_CONTACT_ADDED,
					     address, 0, NULL, error));
		if (ok)
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	if (ok && is_new)
		tell_alike(living, contact);
	if (ok && contact->manners.is_blocked)
		tell_blocked(living, address);
	contact_free(contact);
	if (ok)
		living_emit_contact(living, address);
	return ok;
}

/* Removing a group that one is still in would only make it come back with the next word. */
static gboolean may_remove(struct living *living, const struct contact *contact, GError **error)
{
	struct group *group = NULL;
	bool is_in;

	if (!living->store->ops->groups->get(living->store, contact->address, &group, error))
		return FALSE;
	is_in = group && !group->is_left;
	group_free(group);
	if (is_in)
		error_set(error, ERROR_POLICY,
			  "You are in %s; leave it first (`sotto group leave`).", contact->address);
	return !is_in;
}

static gboolean remove_once(struct living *living, const struct contact *contact, GError **error)
{
	const char *address = contact->address;

	if (!living_begin(living, error))
		return FALSE;
	if (drop(living, contact, error) &&
	    ratchet_drop_used(living->ratchet, error) &&
	    journal_add(living->store, living->clock, JOURNAL_CONTACT_REMOVED, address, 0, NULL,
			error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

gboolean engine_contact_remove(struct engine *engine, const char *address, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	g_autoptr(GError) why = NULL;
	bool is_blocked, is_removed;

	if (!contact)
		return FALSE;
	if (!may_remove(living, contact, error)) {
		contact_free(contact);
		return FALSE;
	}
	is_blocked = contact->manners.is_blocked;
	is_removed = remove_once(living, contact, &why) ||
		     (expiry_make_room(living->expiry, &why) &&
		      remove_once(living, contact, &why));
	contact_free(contact);
	if (!is_removed) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	if (!expiry_scrub(living->expiry, NULL))
		g_debug("a removed conversation is still erasing");
	if (is_blocked)
		tell_blocked(living, address);
	living_emit_contact(living, address);
	return TRUE;
}

gboolean engine_draft_put(struct engine *engine, const char *address, const char *text,
			  GError **error)
{
	struct living *living = engine_living(engine, error);

	if (!living || !living_begin(living, error))
		return FALSE;
	if (living->store->ops->draft_put(living->store, address, text, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* CONTACT, which is taken over, is kept as it is, and others are told. */
static gboolean put_changed(struct living *living, struct contact *contact, GError **error)
{
	gboolean ok = FALSE;

	if (living_begin(living, error)) {
		if (living->store->ops->contact_put(living->store, contact, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	if (ok)
		living_emit_contact(living, contact->address);
	contact_free(contact);
	return ok;
}

gboolean engine_privacy(struct engine *engine, const char *address, enum privacy mode,
			GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;

	if (!contact)
		return FALSE;
	contact->privacy = mode;
	return put_changed(living, contact, error);
}

gboolean engine_mute(struct engine *engine, const char *address, int64_t to, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;

	if (!contact)
		return FALSE;
	if (!notes_refuse(living, address, "notifications to mute", error)) {
		contact_free(contact);
		return FALSE;
	}
	contact->muted_to = to;
	return put_changed(living, contact, error);
}

gboolean engine_devices(struct engine *engine, const char *address, device_func func, void *user,
			GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->device_each(living->store, address, func, user, error);
}

static gboolean put_trust(struct living *living, struct device *device, enum trust_act act,
			  const char *method, GError **error)
{
	static const enum journal_what what[] = {
		[ACT_TRUST] = JOURNAL_TRUSTED,
		[ACT_VERIFY] = JOURNAL_VERIFIED,
		[ACT_DISTRUST] = JOURNAL_DISTRUSTED,
		[ACT_COMPROMISED] = JOURNAL_COMPROMISED,
		[ACT_KEY_CHANGED] = JOURNAL_KEY_CHANGED,
	};

	device->trust = trust_after(device->trust, act);
	device->decided_at = living_now(living);
	g_free(device->method);
	device->method = g_strdup(method);
	return living->store->ops->device_put(living->store, device, error) &&
	       journal_add(living->store, living->clock, what[act], device->address, device->id,
			   method, error);
}

bool engine_is_typed(const char *text)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	return digits >= TRUST_TYPED_LEAST && digits < CONTACT_FINGERPRINT_BYTES && !text[digits];
}

static bool is_raising(enum trust_act act)
{
	return act == ACT_TRUST || act == ACT_VERIFY;
}

/* Whether the key on record is the one that the user has looked at. */
static gboolean check_key(const struct trust_request *request, const struct device *device,
			  GError **error)
{
	char hex[CONTACT_FINGERPRINT_BYTES];

	contact_fingerprint(device->key, hex);
	if (request->key && g_ascii_strcasecmp(request->key, hex) != 0)
		error_set(error, ERROR_TRUST,
			  "The key of device %u has changed while you looked: compare it anew.",
			  device->id);
	else if (request->typed && (!engine_is_typed(request->typed) ||
				    g_ascii_strncasecmp(request->typed, hex,
							strlen(request->typed)) != 0))
		error_set(error, ERROR_TRUST,
			  "The key of device %u doesn't begin with %s: nothing was changed. Look "
			  "at that device's own screen again (`sotto id`); if it shows that, "
			  "the key that is published isn't its own.",
			  device->id, request->typed);
	else
		return TRUE;
	return FALSE;
}

/* Trust is a key's, and with a device of the own account somebody has to have seen that key. */
static gboolean check_act(const struct living *living, const struct trust_request *request,
			  const struct device *device, GError **error)
{
	bool is_own = strcmp(request->address, living->account->address) == 0;

	if (!is_raising(request->act))
		return TRUE;
	if (!device->has_key) {
		error_set(error, ERROR_TRUST,
			  "Device %u of %s has published no key: there is nothing to trust yet. It "
			  "gets nothing, and holds up nothing.",
			  device->id, device->address);
		return FALSE;
	}
	if (is_own && !request->typed) {
		error_set(error, ERROR_TRUST,
			  "Device %u would read along as you. Look at its own screen (`sotto id` "
			  "there) and give the first %d digits of its fingerprint: `sotto trust "
			  "%s %u %s --fingerprint FIRST%d`.",
			  device->id, TRUST_TYPED_LEAST, device->address, device->id,
			  request->act == ACT_VERIFY ? "verified" : "trusted",
			  TRUST_TYPED_LEAST);
		return FALSE;
	}
	return check_key(request, device, error);
}

gboolean engine_trust(struct engine *engine, const struct trust_request *request, GError **error)
{
	struct living *living = engine_living(engine, error);
	const char *address = request->address;
	struct device *device = NULL;
	gboolean ok = FALSE;

	if (!living || !living->store->ops->device_get(living->store, address, request->device,
						       &device, error))
		return FALSE;
	if (!device) {
		error_set(error, ERROR_NO_DEVICES, "%s has no device %u; see `sotto %s%s`.",
			  address, request->device,
			  notes_is(living, address) ? "devices" : "verify ",
			  notes_is(living, address) ? "" : address);
		return FALSE;
	}
	if (check_act(living, request, device, error) && living_begin(living, error)) {
		if (put_trust(living, device, request->act, request->method, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	device_free(device);
	if (ok)
		living_emit_contact(living, address);
	return ok;
}
