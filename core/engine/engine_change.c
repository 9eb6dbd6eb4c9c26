#include "core/engine/engine_change.h"

#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/profile/device_keys.h"
#include "core/profile/journal.h"
#include "core/profile/notes.h"

void change_free(struct change *change)
{
	if (!change)
		return;
	g_free(change->address);
	if (change->devices)
		g_ptr_array_unref(change->devices);
	if (change->keyless)
		g_array_unref(change->keyless);
	owner_clear(&change->folder);
	g_free(change);
}

/* -- what waits ------------------------------------------------------------------------------ */

/* The journal knows what rows of devices don't: when a key changed, and what was verified before.
 */
struct looking {
	struct change *change;
	GHashTable *changed_at; /* device -> int64 */
	GHashTable *seen_at;	/* the same for the first key of those that had come without */
	GHashTable *first;	/* device -> number of the row that says it was seen first */
	int64_t owner_at;
	int64_t owner_number; /* of that row: what came after which no clock says */
};

static void note_time(GHashTable *times, const struct journal_row *row)
{
	g_hash_table_insert(times, GUINT_TO_POINTER(row->device),
			    g_memdup2(&row->at, sizeof(row->at)));
}

static void note_first(GHashTable *first, const struct journal_row *row)
{
	gpointer device = GUINT_TO_POINTER(row->device);

	if (!g_hash_table_contains(first, device))
		g_hash_table_insert(first, device, g_memdup2(&row->number, sizeof(row->number)));
}

/* 0: no row says so, and it was there before any that does. */
static int64_t first_of(const struct looking *looking, const struct device *device)
{
	const int64_t *number = g_hash_table_lookup(looking->first, GUINT_TO_POINTER(device->id));

	return number ? *number : 0;
}

static gboolean look_at(const struct journal_row *row, void *user)
{
	struct looking *looking = user;

	if (g_strcmp0(row->address, looking->change->address) != 0)
		return TRUE;
	if (strcmp(row->what, journal_name(JOURNAL_KEY_CHANGED)) == 0) {
		note_time(looking->changed_at, row);
	} else if (strcmp(row->what, journal_name(JOURNAL_KEY_SEEN)) == 0) {
		note_time(looking->seen_at, row);
	} else if (strcmp(row->what, journal_name(JOURNAL_DEVICE_SEEN)) == 0) {
		note_first(looking->first, row);
	} else if (strcmp(row->what, journal_name(JOURNAL_OWNER_CHANGED)) == 0) {
		looking->owner_at = row->at;
		looking->owner_number = row->number;
	} else if (strcmp(row->what, journal_name(JOURNAL_VERIFIED)) == 0) {
		looking->change->was_verified = true;
	}
	return TRUE;
}

static void add_blocking(struct looking *looking, struct device *device)
{
	struct change *change = looking->change;
	const int64_t *changed_at =
		g_hash_table_lookup(looking->changed_at, GUINT_TO_POINTER(device->id));
	const int64_t *seen_at =
		g_hash_table_lookup(looking->seen_at, GUINT_TO_POINTER(device->id));
	int64_t at = device->first_seen;

	if (device->trust == TRUST_TRUSTED) {
		change->only_trusted++;
	} else if (changed_at || looking->owner_number > first_of(looking, device)) {
		at = changed_at ? *changed_at : looking->owner_at;
		change->changed++;
	} else if (seen_at) {
		at = *seen_at;
		change->late++;
	} else {
		change->fresh++;
	}
	if (!change->since || at < change->since)
		change->since = at;
	change->latest = MAX(change->latest, at);
	g_ptr_array_add(change->devices, device_copy(device));
}

static gint latest_first(gconstpointer a, gconstpointer b, void *looking)
{
	int64_t one = first_of(looking, *(struct device *const *)a);
	int64_t other = first_of(looking, *(struct device *const *)b);

	return (one < other) - (one > other);
}

static char *remind_name(const char *address)
{
	return g_strconcat("remind:", address, NULL);
}

static gboolean read_remind(struct living *living, struct change *change, GError **error)
{
	g_autofree char *name = remind_name(change->address);
	g_autoptr(GBytes) value = NULL;

	if (!living->store->ops->setting_get(living->store, name, &value, error))
		return FALSE;
	if (value && g_bytes_get_size(value) == sizeof(change->remind_at))
		memcpy(&change->remind_at, g_bytes_get_data(value, NULL),
		       sizeof(change->remind_at));
	return TRUE;
}

/* The rule that sending to ADDRESS follows; own devices follow none but trust itself. */
static gboolean read_contact(struct living *living, struct change *change, enum trust_rule *rule,
			     bool *is_met, GError **error)
{
	struct contact *contact = NULL;

	*rule = RULE_FIRST;
	change->is_own = strcmp(change->address, living->account->address) == 0;
	if (!living->store->ops->contact_get(living->store, change->address, &contact, error))
		return FALSE;
	*is_met = contact && contact->is_known;
	if (contact && !change->is_own) {
		change->is_stranger = !contact->is_listed;
		*rule = living_rule(living, contact);
	}
	contact_free(contact);
	return TRUE;
}

/* By the rule that sending follows (core/profile/directory.c): what it would make of them. */
static bool writing_accepts(const struct change *change, const GPtrArray *devices,
			    enum trust_rule rule, bool is_met)
{
	bool accepts = !is_met && !change->is_own && !devices_are_compared(devices);

	for (guint i = 0; accepts && i < devices->len; i++) {
		struct device *device = device_copy(devices->pdata[i]);

		if (device->is_active && device_use(device, rule) == USE_BLOCK) {
			device_decide_first(device, rule);
			accepts = device_use(device, rule) != USE_BLOCK;
		}
		device_free(device);
	}
	return accepts;
}

static void note_keyless(struct change *change, const GPtrArray *devices)
{
	change->keyless = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (device_is_keyless(device))
			g_array_append_val(change->keyless, device->id);
	}
}

static void drop_usable(GPtrArray *devices, enum trust_rule rule)
{
	for (guint i = devices->len; i > 0; i--) {
		const struct device *device = devices->pdata[i - 1];

		if (!device->is_active || device_use(device, rule) != USE_BLOCK)
			g_ptr_array_remove_index(devices, i - 1);
	}
}

static gboolean fill(struct living *living, struct change *change, GError **error)
{
	struct looking looking = { .change = change };
	g_autoptr(GPtrArray) devices = living_devices(living, change->address, error);
	enum trust_rule rule;
	bool is_met;
	gboolean ok;

	change->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	if (!devices || !read_contact(living, change, &rule, &is_met, error) ||
	    !read_remind(living, change, error))
		return FALSE;
	note_keyless(change, devices);
	change->is_accepted = writing_accepts(change, devices, rule, is_met);
	drop_usable(devices, rule);
	if (!devices->len)
		return TRUE;
	looking.changed_at = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	looking.seen_at = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	looking.first = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	ok = living->store->ops->journal_each(living->store, 0, look_at, &looking, error);
	for (guint i = 0; ok && i < devices->len; i++)
		add_blocking(&looking, devices->pdata[i]);
	g_ptr_array_sort_with_data(change->devices, latest_first, &looking);
	g_hash_table_unref(looking.first);
	g_hash_table_unref(looking.changed_at);
	g_hash_table_unref(looking.seen_at);
	return ok;
}

struct change *engine_change(struct engine *engine, const char *address, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct change *change;

	if (!living)
		return NULL;
	change = g_new0(struct change, 1);
	change->address = g_strdup(address);
	if (fill(living, change, error) &&
	    engine_find_owner(engine, address, &change->folder, error))
		return change;
	change_free(change);
	return NULL;
}

/* -- acts ------------------------------------------------------------------------------------ */

gboolean engine_remind(struct engine *engine, const char *address, int64_t until, GError **error)
{
	struct living *living = engine_living(engine, error);
	g_autofree char *name = remind_name(address);
	g_autoptr(GBytes) value = g_bytes_new(&until, sizeof(until));

	if (!living || !living_begin(living, error))
		return FALSE;
	if (living->store->ops->setting_put(living->store, name, value, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static gboolean put_off(struct living *living, struct device *device, GError **error)
{
	device->is_active = false;
	device->decided_at = living_now(living);
	g_free(device->method);
	device->method = g_strdup(DEVICE_OFF);
	return living->store->ops->device_put(living->store, device, error) &&
	       journal_add(living->store, living->clock, JOURNAL_DEACTIVATED, device->address,
			   device->id, NULL, error);
}

gboolean engine_deactivate(struct engine *engine, const char *address, uint32_t id, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct device *device = NULL;
	gboolean ok = FALSE;

	if (!living || !living->store->ops->device_get(living->store, address, id, &device, error))
		return FALSE;
	if (!device) {
		error_set(error, ERROR_NO_DEVICES, "%s has no device %u; see `sotto %s%s`.",
			  address, id, notes_is(living, address) ? "devices" : "verify ",
			  notes_is(living, address) ? "" : address);
		return FALSE;
	}
	if (living_begin(living, error)) {
		if (put_off(living, device, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	device_free(device);
	if (ok)
		living_emit_contact(living, address);
	return ok;
}

static gboolean put_rule(struct living *living, struct contact *contact, enum trust_rule rule,
			 GError **error)
{
	contact->rule = rule;
	return living->store->ops->contact_put(living->store, contact, error) &&
	       journal_add(living->store, living->clock, JOURNAL_RULE_SET, contact->address, 0,
			   rule_name(rule), error);
}

gboolean engine_rule(struct engine *engine, const char *address, enum trust_rule rule,
		     GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	gboolean ok = FALSE;

	if (!contact)
		return FALSE;
	if (notes_refuse(living, address, "trust rule", error) && living_begin(living, error)) {
		if (put_rule(living, contact, rule, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	contact_free(contact);
	if (ok)
		living_emit_contact(living, address);
	return ok;
}

static gboolean note_address(const struct contact *contact, void *user)
{
	g_ptr_array_add(user, g_strdup(contact->address));
	return TRUE;
}

void engine_rules_changed(struct engine *engine)
{
	struct living *living = engine->living;
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);

	if (!living ||
	    !living->store->ops->contact_each(living->store, note_address, people, NULL))
		return;
	for (guint i = 0; i < people->len; i++)
		living_emit_contact(living, people->pdata[i]);
}
