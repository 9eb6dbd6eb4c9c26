#include "core/engine/engine_trust.h"
#include "core/engine/engine_people.h"

#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/messages/repair.h"
#include "core/profile/directory.h"
#include "core/profile/journal.h"
#include "core/profile/notes.h"

/* Own devices are confirmed one by one, by what their own screens show. */
#define NO_NUMBER "keys to compare; `sotto devices` shows your own devices"

void safety_clear(struct safety *safety)
{
	g_free(safety->address);
	g_clear_pointer(&safety->devices, g_ptr_array_unref);
	g_clear_pointer(&safety->keyless, g_array_unref);
	g_clear_pointer(&safety->own_waiting, g_array_unref);
	g_free(safety->own_uri);
	owner_clear(&safety->folder);
	memset(safety, 0, sizeof(*safety));
}

/* -- what is stored, up to date
 * -------------------------------------------------------------------- */

struct refreshing {
	struct engine *engine;
	char *address; /* the contact's, to be asked for behind the own one; NULL: no more */
	struct waiting *waiting;
};

/* Whoever asked; what is stored is what they get where the carrier says nothing. */
struct asker {
	engine_done done;
	void *user;
};

static bool is_soft(const GError *error)
{
	return error_is(error, ERROR_UNREACHABLE) || error_is(error, ERROR_NO_CONTACT) ||
	       error_is(error, ERROR_NO_DEVICES);
}

static void answer_asker(void *user, const GError *error)
{
	g_autofree struct asker *asker = user;

	asker->done(asker->user, is_soft(error) ? NULL : error);
}

static void refreshed(void *user, const GError *error)
{
	struct refreshing *refreshing = user;
	g_autofree char *address = g_steal_pointer(&refreshing->address);
	struct living *living = refreshing->engine->living;

	if (address && living && (!error || is_soft(error))) {
		directory_refresh(living, address, DIRECTORY_LOOK, refreshed, refreshing);
		return;
	}
	engine_answer(refreshing->waiting, error);
	g_free(refreshing);
}

void engine_refresh(struct engine *engine, const char *address, unsigned wait_ms,
		    engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);
	struct refreshing *refreshing;
	struct asker *asker;

	if (!living || !living->transport) {
		done(user, error);
		return;
	}
	refreshing = g_new0(struct refreshing, 1);
	asker = g_new0(struct asker, 1);
	*asker = (struct asker){ done, user };
	refreshing->engine = engine;
	refreshing->waiting = engine_wait(engine, wait_ms, answer_asker, asker);
	if (strcmp(address, living->account->address) != 0)
		refreshing->address = g_strdup(address);
	directory_refresh(living, living->account->address, DIRECTORY_LOOK, refreshed, refreshing);
}

void engine_repair(struct engine *engine, const char *address, unsigned wait_ms, engine_done done,
		   void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living && !living->transport)
		error_set(&error, ERROR_UNREACHABLE, "The carrier isn't running.");
	if (error)
		done(user, error);
	else
		repair_sessions(living, address, engine_answer,
				engine_wait(engine, wait_ms, done, user));
}

/* -- the number
 * -------------------------------------------------------------------------------------- */

typedef uint8_t device_key[CONTACT_KEY_BYTES];

static void add_keys(GArray *keys, const GPtrArray *devices)
{
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (device_counts(device))
			g_array_append_vals(keys, device->key, 1);
	}
}

static gboolean own_keys(struct living *living, GArray *keys, GError **error)
{
	g_autoptr(GPtrArray) others = living_devices(living, living->account->address, error);
	device_key key;

	if (!others)
		return FALSE;
	ratchet_identity(living->ratchet, key);
	g_array_append_vals(keys, key, 1);
	add_keys(keys, others);
	return TRUE;
}

static gboolean number_of(struct living *living, const char *address, const GPtrArray *devices,
			  char out[static FINGERPRINT_DIGITS + 1], GError **error)
{
	g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(device_key));
	g_autoptr(GArray) other = g_array_new(FALSE, FALSE, sizeof(device_key));
	struct fingerprint_side sides[2];

	out[0] = '\0';
	add_keys(other, devices);
	if (!own_keys(living, own, error))
		return FALSE;
	if (other->len == 0)
		return TRUE;
	sides[0] = (struct fingerprint_side){ living->account->address,
					      (const device_key *)(void *)own->data, own->len };
	sides[1] = (struct fingerprint_side){ address, (const device_key *)(void *)other->data,
					      other->len };
	return fingerprint_number(&sides[0], &sides[1], out, error);
}

static char *own_uri(struct living *living, GError **error)
{
	g_autoptr(GPtrArray) others = living_devices(living, living->account->address, error);
	g_autoptr(GArray) entries = g_array_new(FALSE, TRUE, sizeof(struct fingerprint_entry));
	struct fingerprint_entry entry = { .device = living->account->device };
	device_key key;

	if (!others)
		return NULL;
	ratchet_identity(living->ratchet, key);
	contact_fingerprint(key, entry.hex);
	g_array_append_val(entries, entry);
	for (guint i = 0; i < others->len; i++) {
		const struct device *device = others->pdata[i];

		/* What is shown there vouches for it: only what the user has confirmed. */
		if (!device_counts(device) || device_use(device, RULE_FIRST) != USE_SEAL)
			continue;
		entry.device = device->id;
		contact_fingerprint(device->key, entry.hex);
		g_array_append_val(entries, entry);
	}
	return fingerprint_uri(living->account->address,
			       (struct fingerprint_entry *)(void *)entries->data, entries->len);
}

static bool all_verified(const GPtrArray *devices)
{
	bool is_verified = false;

	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (!device_counts(device))
			continue;
		if (device->trust != TRUST_VERIFIED)
			return false;
		is_verified = true;
	}
	return is_verified;
}

static GArray *ids_of(const GPtrArray *devices, bool (*is_one)(const struct device *device))
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (is_one(device))
			g_array_append_val(ids, device->id);
	}
	return ids;
}

static bool is_waiting(const struct device *device)
{
	return device->is_active && device_use(device, RULE_FIRST) == USE_BLOCK;
}

static gboolean fill_safety(struct living *living, struct safety *safety, GError **error)
{
	g_autoptr(GPtrArray) own = living_devices(living, living->account->address, error);

	safety->devices = living_devices(living, safety->address, error);
	if (!own || !safety->devices ||
	    !number_of(living, safety->address, safety->devices, safety->number, error))
		return FALSE;
	safety->is_verified = all_verified(safety->devices);
	safety->keyless = ids_of(safety->devices, device_is_keyless);
	safety->own_waiting = ids_of(own, is_waiting);
	safety->own_uri = own_uri(living, error);
	return safety->own_uri != NULL;
}

gboolean engine_safety(struct engine *engine, const char *address, struct safety *safety,
		       GError **error)
{
	struct living *living = engine_living(engine, error);

	memset(safety, 0, sizeof(*safety));
	if (!living || !notes_refuse(living, address, NO_NUMBER, error))
		return FALSE;
	safety->address = g_strdup(address);
	if (fill_safety(living, safety, error) &&
	    engine_find_owner(engine, address, &safety->folder, error))
		return TRUE;
	safety_clear(safety);
	return FALSE;
}

/* -- comparing
 * ------------------------------------------------------------------------------------------ */

static gboolean mark_one(struct living *living, struct device *device, const char *method,
			 GError **error)
{
	device->trust = trust_after(device->trust, ACT_VERIFY);
	device->decided_at = living_now(living);
	g_free(device->method);
	device->method = g_strdup(method);
	return living->store->ops->device_put(living->store, device, error) &&
	       journal_add(living->store, living->clock, JOURNAL_VERIFIED, device->address,
			   device->id, method, error);
}

/* DEVICES (struct device) have been compared. */
static gboolean mark_verified(struct living *living, const char *address, GPtrArray *devices,
			      const char *method, GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	for (guint i = 0; i < devices->len; i++) {
		if (!mark_one(living, devices->pdata[i], method, error)) {
			living_rollback(living);
			return FALSE;
		}
	}
	if (!living_commit(living, error))
		return FALSE;
	living_emit_contact(living, address);
	return TRUE;
}

/* It stands in the journal too: who compares and forgets about it can be asked. */
static void set_mismatch(struct living *living, const char *address, const char *method,
			 const char *what, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (living_begin(living, &local)) {
		if (!journal_add(living->store, living->clock, JOURNAL_MISMATCH, address, 0, method,
				 &local))
			living_rollback(living);
		else if (living_commit(living, &local))
			g_debug("a mismatch is on record");
	}
	if (local)
		living_emit_notice(living, "The mismatch isn't in the journal: %s", local->message);
	error_set(
		error, ERROR_TRUST,
		"%s: nothing was marked. Either %s has another device or new keys since, or "
		"somebody "
		"stands between you: compare again over another channel before you write anything.",
		what, address);
}

/* Those whose keys are in the number; borrowed. */
static GPtrArray *counting(const GPtrArray *devices)
{
	GPtrArray *some = g_ptr_array_new();

	for (guint i = 0; i < devices->len; i++) {
		if (device_counts(devices->pdata[i]))
			g_ptr_array_add(some, devices->pdata[i]);
	}
	return some;
}

gboolean engine_verify_code(struct engine *engine, const char *address, const char *code,
			    const char *method, GError **error)
{
	struct living *living = engine_living(engine, error);
	char digits[FINGERPRINT_DIGITS + 1];
	struct safety safety;
	gboolean ok = FALSE;

	if (!living)
		return FALSE;
	if (!fingerprint_parse_code(code, digits)) {
		error_set(error, ERROR_USAGE, "A safety number has %d digits.", FINGERPRINT_DIGITS);
		return FALSE;
	}
	if (!engine_safety(engine, address, &safety, error))
		return FALSE;
	if (strcmp(digits, safety.number) == 0) {
		g_autoptr(GPtrArray) counted = counting(safety.devices);

		ok = mark_verified(living, address, counted, method, error);
	} else {
		set_mismatch(living, address, method, "The safety numbers differ", error);
	}
	safety_clear(&safety);
	return ok;
}

/* -- comparing with a URI
 * -------------------------------------------------------------------------------- */

void uri_rest_clear(struct uri_rest *rest)
{
	g_clear_pointer(&rest->unlisted, g_array_unref);
	g_clear_pointer(&rest->unknown, g_array_unref);
}

struct matching {
	const struct fingerprint_entry *entries;
	size_t count;
	GPtrArray *matched; /* struct device, borrowed: those that are to be marked */
	unsigned here;	    /* keys that are here, marked or not */
	bool differs;	    /* a device has another key here */
	struct uri_rest rest;
};

static const struct fingerprint_entry *find_entry(const struct matching *matching, uint32_t device)
{
	for (size_t i = 0; i < matching->count; i++) {
		if (matching->entries[i].device == device)
			return &matching->entries[i];
	}
	return NULL;
}

static void match_device(struct matching *matching, struct device *device)
{
	const struct fingerprint_entry *entry = find_entry(matching, device->id);
	char hex[CONTACT_FINGERPRINT_BYTES];

	if (!device->has_key)
		return;
	if (!entry) {
		if (device_counts(device))
			g_array_append_val(matching->rest.unlisted, device->id);
		return;
	}
	if (g_ascii_strcasecmp(entry->hex, contact_fingerprint(device->key, hex)) != 0) {
		matching->differs = true;
		return;
	}
	matching->here++;
	/* What the user has refused or switched off isn't taken back by what they say. */
	if (!device_is_off(device) && trust_use(device->trust, RULE_FIRST) != USE_SKIP)
		g_ptr_array_add(matching->matched, device);
}

static bool has_key_of(const GPtrArray *devices, uint32_t id)
{
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (device->id == id)
			return device->has_key;
	}
	return false;
}

static void match_all(struct matching *matching, const GPtrArray *devices)
{
	matching->matched = g_ptr_array_new();
	matching->rest.unlisted = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	matching->rest.unknown = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < devices->len; i++)
		match_device(matching, devices->pdata[i]);
	for (size_t i = 0; i < matching->count; i++) {
		if (!has_key_of(devices, matching->entries[i].device))
			g_array_append_val(matching->rest.unknown, matching->entries[i].device);
	}
}

/* Why NAMED's entries say that something is wrong; NULL: they match. */
static const char *mismatch_of(const struct matching *matching, const char *named,
			       const char *address)
{
	if (strcmp(named, address) != 0)
		return "The URI is somebody else's";
	if (matching->differs)
		return "The URI's keys differ from those that are known";
	return matching->here ? NULL : "None of the URI's keys is known here";
}

gboolean engine_verify_uri(struct engine *engine, const char *address, const char *uri,
			   const char *method, struct uri_rest *rest, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct fingerprint_entry *entries = NULL;
	struct matching matching = { 0 };
	g_autofree char *named = NULL;
	g_autoptr(GPtrArray) devices = NULL;
	const char *why;
	gboolean ok = FALSE;

	if (!living || !notes_refuse(living, address, NO_NUMBER, error) ||
	    !fingerprint_parse_uri(uri, &named, &entries, &matching.count, error))
		return FALSE;
	matching.entries = entries;
	devices = living_devices(living, address, error);
	if (devices) {
		match_all(&matching, devices);
		why = mismatch_of(&matching, named, address);
		if (why)
			set_mismatch(living, address, method, why, error);
		else
			ok = mark_verified(living, address, matching.matched, method, error);
		g_ptr_array_unref(matching.matched);
	}
	if (ok && rest)
		*rest = matching.rest;
	else
		uri_rest_clear(&matching.rest);
	g_free(entries);
	return ok;
}

/* -- own devices
 * -------------------------------------------------------------------------------------------- */

struct own_rows {
	const struct engine *engine;
	device_func func;
	void *user;
};

/* With what the device itself has left about it; of this one it is known here. */
static gboolean show_own(const struct device *device, void *user)
{
	const struct own_rows *rows = user;
	const struct engine_parts *parts = &rows->engine->parts;
	const struct account *account = rows->engine->living->account;
	struct store_door *door = parts->door;
	const char *profile = device->id == account->device ? door->ops->path(door) : NULL;
	g_autofree char *about = NULL;
	struct device row = *device;

	if (!row.label && parts->about)
		about = parts->about(parts->user, account, parts->logins, row.id, profile);
	if (about)
		row.label = about;
	return rows->func(&row, rows->user);
}

gboolean engine_own_devices(struct engine *engine, device_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct own_rows rows = { engine, func, user };
	struct device self = { .has_key = true, .is_active = true, .is_sotto = true,
			       .trust = TRUST_VERIFIED };

	if (!living)
		return FALSE;
	self.address = living->account->address;
	self.id = living->account->device;
	self.label = living->account->label;
	self.first_seen = living->account->made_at;
	self.last_seen = living_now(living);
	ratchet_identity(living->ratchet, self.key);
	return !show_own(&self, &rows) ||
	       living->store->ops->device_each(living->store, living->account->address, show_own,
					       &rows, error);
}

static void withdrawn(void *user, const GError *error)
{
	GError **kept = user;

	if (error)
		*kept = g_error_copy(error);
}

static gboolean put_revoked(struct living *living, struct device *device, GError **error)
{
	device->is_active = false;
	device->trust = trust_after(device->trust, ACT_DISTRUST);
	return living->store->ops->device_put(living->store, device, error) &&
	       journal_add(living->store, living->clock, JOURNAL_DEVICE_REVOKED, device->address,
			   device->id, NULL, error);
}

gboolean engine_revoke(struct engine *engine, uint32_t id, GError **error)
{
	struct living *living = engine_living(engine, error);
	const char *own = living ? living->account->address : NULL;
	struct device *device = NULL;
	GError *why = NULL;
	gboolean ok = FALSE;

	if (!living || !living->store->ops->device_get(living->store, own, id, &device, error))
		return FALSE;
	if (!device) {
		error_set(error, id == living->account->device ? ERROR_USAGE : ERROR_NO_DEVICES,
			  id == living->account->device
				  ? "Device %u is this one; `sotto wipe` ends it."
				  : "There is no own device %u; see `sotto devices`.", id);
		return FALSE;
	}
	if (living->transport)
		living->transport->ops->withdraw(living->transport, id, withdrawn, &why);
	if (why) {
		g_propagate_error(error, why);
	} else if (living_begin(living, error)) {
		if (put_revoked(living, device, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	device_free(device);
	return ok;
}

/* -- the journal
 * ------------------------------------------------------------------------------------------------
 */

gboolean engine_journal(struct engine *engine, int64_t after, journal_func func, void *user,
			GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->journal_each(living->store, after, func, user, error);
}

gboolean engine_journal_control(struct engine *engine, const char *verb, bool is_refused,
				GError **error)
{
	struct living *living = engine_living(engine, error);

	if (!living || !living_begin(living, error))
		return FALSE;
	if (journal_add(living->store, living->clock,
			is_refused ? JOURNAL_CONTROL_REFUSED : JOURNAL_CONTROL_USED, NULL, 0, verb,
			error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

gboolean engine_journal_verify(struct engine *engine, int64_t *bad, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && journal_verify(living->store, bad, error);
}
