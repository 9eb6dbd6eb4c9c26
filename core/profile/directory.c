#include "core/profile/directory.h"

#include <string.h>
#include "core/omemo/bundle.h"
#include "core/profile/device_keys.h"
#include "core/base/error.h"
#include "core/profile/session_start.h"
#include "core/profile/journal.h"

/* One refresh under way: the list, then the bundles that are missing, then the merge. */
struct refresh {
	struct living *living;
	char *address;
	enum directory_act act;
	bool is_first; /* it was first contact when the carrier was asked */
	directory_done done;
	void *user;
	uint32_t *ids;
	size_t count;
	uint32_t owner;
	struct bundle *bundles; /* COUNT of them, those with device 0 weren't read */
	size_t next;		/* the id whose bundle is being fetched */
};

/* What the merge works on. */
struct merge {
	struct living *living;
	struct refresh *refresh;
	struct contact *contact; /* NULL for the own address, and for who is only looked at */
	GPtrArray *devices;
	enum trust_rule rule;
	bool is_first;	 /* it is first contact */
	bool believes;	 /* and its keys are believed */
	bool is_changed; /* somebody has to decide */
	bool is_keyless; /* another device without a key is there */
};

static void refresh_end(struct refresh *refresh, const GError *error)
{
	refresh->done(refresh->user, error);
	for (size_t i = 0; i < refresh->count; i++)
		bundle_clear(&refresh->bundles[i]);
	g_free(refresh->bundles);
	g_free(refresh->ids);
	g_free(refresh->address);
	g_free(refresh);
}

static bool is_own(const struct living *living, const char *address)
{
	return strcmp(address, living->account->address) == 0;
}

static struct device *find(GPtrArray *devices, uint32_t id)
{
	for (guint i = 0; i < devices->len; i++) {
		struct device *device = devices->pdata[i];

		if (device->id == id)
			return device;
	}
	return NULL;
}

/* -- the merge ------------------------------------------------------------------------------- */

/* One device with bad keys must not keep the others from reading: it is told and left without a
 * session. */
static gboolean start_session(struct living *living, const char *address,
			      const struct bundle *bundle, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (session_start(living, address, bundle, &local))
		return TRUE;
	if (!error_is(local, ERROR_CRYPTO)) {
		g_propagate_error(error, g_steal_pointer(&local));
		return FALSE;
	}
	living_emit_notice(living,
			   "The published keys of %s's device %u are bad: it can't be written to.",
			   address, bundle->device);
	return TRUE;
}

static gboolean merge_session(struct merge *merge, const struct device *device,
			      const struct bundle *bundle, GError **error)
{
	struct living *living = merge->living;

	if (!bundle->device || !device->is_active || device_use(device, merge->rule) != USE_SEAL ||
	    ratchet_has_session(living->ratchet, device->address, device->id))
		return TRUE;
	return start_session(living, device->address, bundle, error);
}

/* What the list and the bundle say of DEVICE. */
static gboolean merge_keys(struct merge *merge, struct device *device, const struct bundle *bundle,
			   enum key_news *news, bool *is_trusted, GError **error)
{
	*news = KEY_KNOWN;
	*is_trusted = false;
	device->is_active = !device_is_off(device);
	device->last_seen = living_now(merge->living);
	if (!bundle->device)
		return TRUE;
	g_free(device->label);
	device->label = g_strdup(bundle->label);
	if (!device_learn_key(merge->living, device, bundle->identity, news, error))
		return FALSE;
	device_learn_form(merge->living, device, bundle);
	*is_trusted = merge->believes && device_decide_first(device, merge->rule);
	return TRUE;
}

static gboolean merge_listed(struct merge *merge, uint32_t id, const struct bundle *bundle,
			     GError **error)
{
	struct living *living = merge->living;
	struct device *device = find(merge->devices, id);
	bool is_new = !device, was_active, is_trusted;
	enum key_news news;

	if (is_new) {
		device = device_new_seen(living, merge->refresh->address, id);
		g_ptr_array_add(merge->devices, device);
	}
	was_active = !is_new && device->is_active;
	if (!merge_keys(merge, device, bundle, &news, &is_trusted, error))
		return FALSE;
	if (device->is_active && device_use(device, merge->rule) == USE_BLOCK &&
	    (news != KEY_KNOWN || !was_active))
		merge->is_changed = true;
	merge->is_keyless |= is_new && !device->has_key;
	return living->store->ops->device_put(living->store, device, error) &&
	       device_record(living, device, is_new, news, error) &&
	       (!is_trusted || device_record_first(living, device, error)) &&
	       merge_session(merge, device, bundle, error);
}

static bool is_listed(const struct refresh *refresh, uint32_t id)
{
	for (size_t i = 0; i < refresh->count; i++) {
		if (refresh->ids[i] == id)
			return true;
	}
	return false;
}

/* Devices that left the list are inactive; the folder of somebody else is a change of identity. */
static gboolean merge_known(struct merge *merge, GError **error)
{
	struct living *living = merge->living;
	bool is_other = merge->contact && merge->contact->has_owner &&
			merge->contact->owner != merge->refresh->owner;

	for (guint i = 0; i < merge->devices->len; i++) {
		struct device *device = merge->devices->pdata[i];
		bool is_gone = device->is_active && !is_listed(merge->refresh, device->id) &&
			       device->id != living->account->device;

		if (!is_gone && !is_other)
			continue;
		if (is_gone)
			device->is_active = false;
		if (is_other) {
			device_doubt(device);
			merge->is_changed = true;
		}
		if (!living->store->ops->device_put(living->store, device, error) ||
		    (is_gone && !journal_add(living->store, living->clock, JOURNAL_DEVICE_GONE,
					     device->address, device->id, NULL, error)))
			return FALSE;
	}
	if (!is_other)
		return TRUE;
	return journal_add(living->store, living->clock, JOURNAL_OWNER_CHANGED,
			   merge->refresh->address, 0, NULL, error);
}

/* Which of them the carrier's word reaches: writing to somebody adds them. */
static void settle_contact(const struct merge *merge, struct contact *contact)
{
	const struct refresh *refresh = merge->refresh;

	contact->is_listed |= refresh->act == DIRECTORY_WRITE;
	contact->is_known |= merge->is_first && refresh->count > 0;
	if (strcmp(merge->living->transport->ops->name, "spool") == 0) {
		contact->has_owner = true;
		contact->owner = refresh->owner;
	}
}

static gboolean merge_contact(struct merge *merge, GError **error)
{
	if (!merge->contact)
		return TRUE;
	settle_contact(merge, merge->contact);
	return merge->living->store->ops->contact_put(merge->living->store, merge->contact, error);
}

static gboolean merge_all(struct merge *merge, GError **error)
{
	struct refresh *refresh = merge->refresh;

	/* The contact first: device and session rows of an address may refer to it. */
	if (!merge_known(merge, error) || !merge_contact(merge, error))
		return FALSE;
	for (size_t i = 0; i < refresh->count; i++) {
		if (refresh->ids[i] == merge->living->account->device &&
		    is_own(merge->living, refresh->address))
			continue;
		if (!merge_listed(merge, refresh->ids[i], &refresh->bundles[i], error))
			return FALSE;
	}
	return TRUE;
}

/* Whether the rows already say what the carrier says: then there is nothing to write. */
static bool is_same(const struct merge *merge)
{
	const struct refresh *refresh = merge->refresh;
	const struct contact *contact = merge->contact;

	if (contact) {
		struct contact settled = *contact;

		settle_contact(merge, &settled);
		if (settled.is_listed != contact->is_listed ||
		    settled.is_known != contact->is_known ||
		    settled.has_owner != contact->has_owner || settled.owner != contact->owner)
			return false;
	}
	for (guint i = 0; i < merge->devices->len; i++) {
		const struct device *device = merge->devices->pdata[i];

		if (device->is_active && !is_listed(refresh, device->id) &&
		    device->id != merge->living->account->device)
			return false;
	}
	for (size_t i = 0; i < refresh->count; i++) {
		const struct device *device = find(merge->devices, refresh->ids[i]);

		if (refresh->bundles[i].device)
			return false;
		if (!device && refresh->ids[i] != merge->living->account->device)
			return false;
		if (device && !device->is_active && !device_is_off(device))
			return false;
	}
	return true;
}

static void emit_trust(struct living *living, const char *address)
{
	struct event event = { .type = EVENT_TRUST, .address = (char *)address };

	event.text = (char *)"A device that nobody has decided about is there.";
	living_emit(living, &event);
}

/*
 * The contact, if there is one or somebody is written to; *IS_NEW: it isn't stored yet. First
 * contact is the user's act: adding somebody, or writing to them.
 */
static gboolean find_contact(struct living *living, const char *address, enum directory_act act,
			     struct contact **contact, bool *is_new, bool *is_first, GError **error)
{
	*contact = NULL;
	*is_new = *is_first = false;
	if (is_own(living, address))
		return TRUE;
	if (act == DIRECTORY_WRITE)
		*contact = living_contact(living, address, is_new, error);
	else if (!living->store->ops->contact_get(living->store, address, contact, error))
		return FALSE;
	if (!*contact)
		return act != DIRECTORY_WRITE;
	*is_first = !(*contact)->is_known &&
		    ((*contact)->is_listed || act == DIRECTORY_WRITE);
	return TRUE;
}

static gboolean merge_init(struct merge *merge, bool *is_new, GError **error)
{
	struct refresh *refresh = merge->refresh;
	struct living *living = merge->living;
	struct contact nobody = { 0 };

	merge->devices = living_devices(living, refresh->address, error);
	if (!merge->devices || !find_contact(living, refresh->address, refresh->act,
					     &merge->contact, is_new, &merge->is_first, error))
		return FALSE;
	/* Its bundles weren't all asked for when it wasn't first contact yet. */
	merge->is_first &= refresh->is_first;
	merge->believes = merge->is_first && !devices_are_compared(merge->devices);
	if (!is_own(living, refresh->address))
		merge->rule = living_rule(living, merge->contact ? merge->contact : &nobody);
	return TRUE;
}

static void merge_tell(const struct merge *merge)
{
	if (merge->is_changed)
		emit_trust(merge->living, merge->refresh->address);
	else if (merge->is_keyless)
		living_emit_contact(merge->living, merge->refresh->address);
}

static void refresh_merge(struct refresh *refresh)
{
	struct living *living = refresh->living;
	struct merge merge = { .living = living, .refresh = refresh, .rule = RULE_FIRST };
	GError *error = NULL;
	bool is_new = false;

	if (!merge_init(&merge, &is_new, &error) || (is_same(&merge) && !is_new) ||
	    !living_begin(living, &error))
		goto out;
	if (!merge_all(&merge, &error))
		living_rollback(living);
	else if (living_commit(living, &error))
		merge_tell(&merge);
out:
	g_clear_pointer(&merge.devices, g_ptr_array_unref);
	contact_free(merge.contact);
	refresh_end(refresh, error);
	g_clear_error(&error);
}

/* -- asking the carrier ------------------------------------------------------------------------ */

static void fetch_next(struct refresh *refresh);

static void fetched(void *user, const struct bundle *bundle, const GError *error)
{
	struct refresh *refresh = user;

	if (error && error_is(error, ERROR_UNREACHABLE)) {
		refresh_end(refresh, error);
		return;
	}
	/* A bundle that can't be read leaves its device without a key: the verdict will say so. */
	if (bundle && !error)
		bundle_copy(&refresh->bundles[refresh->next], bundle);
	refresh->next++;
	fetch_next(refresh);
}

static bool wants_bundle(struct refresh *refresh, uint32_t id)
{
	struct living *living = refresh->living;
	struct device *device = NULL;
	bool wants;

	if (is_own(living, refresh->address) && id == living->account->device)
		return false;
	if (!living->store->ops->device_get(living->store, refresh->address, id, &device, NULL))
		return true;
	if (!device || !device->has_key)
		wants = true;
	else if (device_is_off(device) || trust_use(device->trust, RULE_FIRST) == USE_SKIP)
		/* One that is refused or off by hand gets no session: its bundle tells nothing. */
		wants = false;
	else
		/* First contact believes what it sees; who comes back may be somebody else. */
		wants = refresh->is_first || !device->is_active ||
			!ratchet_has_session(living->ratchet, refresh->address, id);
	device_free(device);
	return wants;
}

static void fetch_next(struct refresh *refresh)
{
	while (refresh->next < refresh->count &&
	       !wants_bundle(refresh, refresh->ids[refresh->next]))
		refresh->next++;
	if (refresh->next == refresh->count) {
		refresh_merge(refresh);
		return;
	}
	refresh->living->transport->ops->fetch(refresh->living->transport, refresh->address,
					       refresh->ids[refresh->next], fetched, refresh);
}

/* Who is pinned is known: for whoever isn't, the carrier has to be sure whose name that is. */
static gboolean check_begin(const struct refresh *refresh, const struct contact *contact,
			    GError **error)
{
	struct transport *transport = refresh->living->transport;

	if (!transport->ops->may_begin || is_own(refresh->living, refresh->address) ||
	    (contact && contact->has_owner && contact->owner == refresh->owner))
		return TRUE;
	return transport->ops->may_begin(transport, refresh->address, refresh->owner, error);
}

static gboolean begin_first(struct refresh *refresh, GError **error)
{
	struct contact *contact;
	bool is_new;
	gboolean ok = find_contact(refresh->living, refresh->address, refresh->act, &contact,
				   &is_new, &refresh->is_first, error) &&
		      check_begin(refresh, contact, error);

	contact_free(contact);
	return ok;
}

static void listed(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		   const GError *error)
{
	struct refresh *refresh = user;
	g_autoptr(GError) why = error ? g_error_copy(error) : NULL;

	refresh->owner = owner;
	if (why || !begin_first(refresh, &why)) {
		refresh_end(refresh, why);
		return;
	}
	refresh->count = MIN(count, CONTACT_DEVICES_MAX);
	refresh->ids = g_memdup2(ids, refresh->count * sizeof(*ids));
	refresh->bundles = g_new0(struct bundle, refresh->count);
	fetch_next(refresh);
}

void directory_refresh(struct living *living, const char *address, enum directory_act act,
		       directory_done done, void *user)
{
	struct refresh *refresh = g_new0(struct refresh, 1);

	refresh->living = living;
	refresh->address = g_strdup(address);
	refresh->act = act;
	refresh->done = done;
	refresh->user = user;
	living->transport->ops->list(living->transport, address, listed, refresh);
}
