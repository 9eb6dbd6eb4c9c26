#include "core/directory.h"

#include <string.h>
#include "core/bundle.h"
#include "core/error.h"
#include "core/journal.h"

enum { DIRECTORY_SEEN_MS = 60000 /* how exact last_seen is */ };

/* One refresh under way: the list, then the bundles that are missing, then the merge. */
struct refresh {
	struct living *living;
	char *address;
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
	struct contact *contact; /* NULL for the own address */
	GPtrArray *devices;
	enum trust_rule rule;
	bool is_first;
	bool is_changed; /* somebody has to decide */
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

static gboolean journal_key(struct living *living, enum journal_what what,
			    const struct device *device, const uint8_t *former, GError **error)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES], old[CONTACT_FINGERPRINT_BYTES];
	g_autofree char *detail = NULL;

	contact_fingerprint(device->key, fingerprint);
	if (former)
		detail =
			g_strdup_printf("%s was %s", fingerprint, contact_fingerprint(former, old));
	else
		detail = g_strdup(device->has_key ? fingerprint : "no key yet");
	return journal_add(living->store, living->clock, what, device->address, device->id, detail,
			   error);
}

static gboolean learn_key(struct living *living, struct device *device,
			  const uint8_t key[static CONTACT_KEY_BYTES], GError **error)
{
	uint8_t former[CONTACT_KEY_BYTES];

	if (!device->has_key) {
		memcpy(device->key, key, CONTACT_KEY_BYTES);
		device->has_key = true;
		return TRUE;
	}
	if (memcmp(device->key, key, CONTACT_KEY_BYTES) == 0)
		return TRUE;
	memcpy(former, device->key, CONTACT_KEY_BYTES);
	memcpy(device->key, key, CONTACT_KEY_BYTES);
	device->trust = trust_after(device->trust, ACT_KEY_CHANGED);
	device->decided_at = 0;
	g_clear_pointer(&device->method, g_free);
	if (!ratchet_drop(living->ratchet, device->address, device->id, error))
		return FALSE;
	return journal_key(living, JOURNAL_KEY_CHANGED, device, former, error);
}

static struct device *new_device(struct living *living, const char *address, uint32_t id)
{
	struct device *device = g_new0(struct device, 1);

	device->address = g_strdup(address);
	device->id = id;
	device->first_seen = device->last_seen = living_now(living);
	device->is_active = true;
	return device;
}

bool directory_is_met(const struct living *living, const struct device *device, const char *address,
		      uint32_t id, const uint8_t key[static CONTACT_KEY_BYTES])
{
	int64_t ago = device ? living_now(living) - device->last_seen : -1;

	return device && device->id == id && strcmp(device->address, address) == 0 &&
	       device->has_key && memcmp(device->key, key, CONTACT_KEY_BYTES) == 0 && ago >= 0 &&
	       ago < DIRECTORY_SEEN_MS;
}

struct device *directory_meet(struct living *living, const char *address, uint32_t id,
			      const uint8_t key[static CONTACT_KEY_BYTES], enum trust_rule rule,
			      bool is_first, GError **error)
{
	struct device *device = NULL;
	bool is_new;

	if (!living->store->ops->device_get(living->store, address, id, &device, error))
		return NULL;
	is_new = !device;
	/* A row a message would cost more than the message. */
	if (directory_is_met(living, device, address, id, key))
		return device;
	if (is_new) {
		device = new_device(living, address, id);
		device->trust = trust_at_first_sight(rule, is_first);
	}
	device->last_seen = living_now(living);
	if (learn_key(living, device, key, error) &&
	    living->store->ops->device_put(living->store, device, error) &&
	    (!is_new || journal_key(living, JOURNAL_DEVICE_SEEN, device, NULL, error)))
		return device;
	device_free(device);
	return NULL;
}

/* -- the merge ------------------------------------------------------------------------------- */

/* One device with bad keys must not keep the others from reading: it is told and left without a
 * session. */
static gboolean start_session(struct living *living, const char *address,
			      const struct bundle *bundle, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (ratchet_start(living->ratchet, address, bundle, &local))
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

static gboolean merge_listed(struct merge *merge, uint32_t id, const struct bundle *bundle,
			     GError **error)
{
	struct living *living = merge->living;
	struct device *device = find(merge->devices, id);
	bool is_new = !device;
	enum trust before;

	if (is_new) {
		device = new_device(living, merge->refresh->address, id);
		device->trust = trust_at_first_sight(merge->rule, merge->is_first);
		g_ptr_array_add(merge->devices, device);
	} else if (merge->is_first && device->trust == TRUST_UNDECIDED) {
		device->trust = trust_at_first_sight(merge->rule, true);
	}
	before = device->trust;
	device->is_active = !device_is_off(device);
	if (bundle->device) {
		if (!learn_key(living, device, bundle->identity, error))
			return FALSE;
		g_free(device->label);
		device->label = g_strdup(bundle->label);
	}
	if (device->trust == TRUST_UNDECIDED && (is_new || before != device->trust))
		merge->is_changed = true;
	device->last_seen = living_now(living);
	if (!living->store->ops->device_put(living->store, device, error))
		return FALSE;
	if (is_new && !journal_key(living, JOURNAL_DEVICE_SEEN, device, NULL, error))
		return FALSE;
	if (!bundle->device || !device->is_active ||
	    trust_use(device->trust, merge->rule) != USE_SEAL ||
	    ratchet_has_session(living->ratchet, device->address, id))
		return TRUE;
	return start_session(living, device->address, bundle, error);
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
			device->trust = trust_after(device->trust, ACT_KEY_CHANGED);
			merge->is_changed = true;
		}
		if (!living->store->ops->device_put(living->store, device, error) ||
		    (is_gone && !journal_key(living, JOURNAL_DEVICE_GONE, device, NULL, error)))
			return FALSE;
	}
	if (!is_other)
		return TRUE;
	return journal_add(living->store, living->clock, JOURNAL_OWNER_CHANGED,
			   merge->refresh->address, 0, NULL, error);
}

static gboolean merge_contact(struct merge *merge, GError **error)
{
	struct contact *contact = merge->contact;

	if (!contact)
		return TRUE;
	contact->is_listed = true;
	contact->is_known |= merge->refresh->count > 0;
	if (strcmp(merge->living->transport->ops->name, "spool") == 0) {
		contact->has_owner = true;
		contact->owner = merge->refresh->owner;
	}
	return merge->living->store->ops->contact_put(merge->living->store, contact, error);
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

	if (contact && (!contact->is_known || !contact->is_listed ||
			(contact->has_owner && contact->owner != refresh->owner)))
		return false;
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

static void refresh_merge(struct refresh *refresh)
{
	struct living *living = refresh->living;
	struct merge merge = { .living = living, .refresh = refresh, .rule = RULE_FIRST };
	GError *error = NULL;
	bool is_new = false;

	merge.devices = living_devices(living, refresh->address, &error);
	if (!merge.devices)
		goto out;
	if (!is_own(living, refresh->address)) {
		merge.contact = living_contact(living, refresh->address, &is_new, &error);
		if (!merge.contact)
			goto out;
		merge.is_first = !merge.contact->is_known;
		merge.rule = living_rule(living, merge.contact);
	}
	if (is_same(&merge) && !is_new)
		goto out;
	if (!living_begin(living, &error))
		goto out;
	if (merge_all(&merge, &error)) {
		if (living_commit(living, &error) && merge.is_changed)
			emit_trust(living, refresh->address);
	} else {
		living_rollback(living);
	}
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
	if (ratchet_has_session(living->ratchet, refresh->address, id))
		return false;
	if (!living->store->ops->device_get(living->store, refresh->address, id, &device, NULL))
		return true;
	/* One that is refused or off by hand gets no session, so its bundle tells nothing new. */
	wants = !device || !device->has_key ||
		(!device_is_off(device) && trust_use(device->trust, RULE_FIRST) != USE_SKIP);
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

static void listed(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		   const GError *error)
{
	struct refresh *refresh = user;

	if (error) {
		refresh_end(refresh, error);
		return;
	}
	refresh->count = MIN(count, CONTACT_DEVICES_MAX);
	refresh->ids = g_memdup2(ids, refresh->count * sizeof(*ids));
	refresh->bundles = g_new0(struct bundle, refresh->count);
	refresh->owner = owner;
	fetch_next(refresh);
}

void directory_refresh(struct living *living, const char *address, directory_done done, void *user)
{
	struct refresh *refresh = g_new0(struct refresh, 1);

	refresh->living = living;
	refresh->address = g_strdup(address);
	refresh->done = done;
	refresh->user = user;
	living->transport->ops->list(living->transport, address, listed, refresh);
}
