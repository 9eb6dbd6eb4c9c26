#include "core/profile/device_mend.h"

#include <string.h>
#include "core/profile/journal.h"

/* Set once it is done. */
#define MEND_SETTING "trust-by-key"

struct mending {
	GHashTable *late; /* "ADDRESS ID": its key came later, and wasn't compared since */
	GPtrArray *devices;
};

gboolean device_mend_skip(struct store *store, GError **error)
{
	g_autoptr(GBytes) done = g_bytes_new_static("1", 1);

	return store->ops->setting_put(store, MEND_SETTING, done, error);
}

static gboolean is_done(struct living *living, bool *done, GError **error)
{
	g_autoptr(GBytes) value = NULL;

	if (!living->store->ops->setting_get(living->store, MEND_SETTING, &value, error))
		return FALSE;
	*done = value != NULL;
	return TRUE;
}

/* By hand an id was named; what was compared was a key. */
static bool is_compared(const char *method)
{
	return method && strcmp(method, "hand") != 0 && strcmp(method, "screen") != 0;
}

static gboolean look_at(const struct journal_row *row, void *user)
{
	struct mending *mending = user;
	g_autofree char *name = g_strdup_printf("%s %u", row->address, row->device);
	enum journal_what what;

	if (!row->address || !row->device || !journal_parse(row->what, &what))
		return TRUE;
	if (what == JOURNAL_DEVICE_SEEN && g_strcmp0(row->detail, JOURNAL_NO_KEY) == 0)
		g_hash_table_add(mending->late, g_steal_pointer(&name));
	else if (what == JOURNAL_KEY_CHANGED ||
		 (what == JOURNAL_VERIFIED && is_compared(row->detail)))
		g_hash_table_remove(mending->late, name);
	return TRUE;
}

static gboolean collect(const struct device *device, void *user)
{
	struct mending *mending = user;
	g_autofree char *name = g_strdup_printf("%s %u", device->address, device->id);
	bool is_believed = device->trust == TRUST_TRUSTED || device->trust == TRUST_VERIFIED;

	if (is_believed && (!device->has_key || g_hash_table_contains(mending->late, name)))
		g_ptr_array_add(mending->devices, device_copy(device));
	return TRUE;
}

static gboolean mend_one(struct living *living, struct device *device, GError **error)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	const char *detail = device->has_key ? contact_fingerprint(device->key, fingerprint)
					     : JOURNAL_NO_KEY;

	device->trust = TRUST_UNDECIDED;
	device->decided_at = 0;
	if (!device_is_off(device))
		g_clear_pointer(&device->method, g_free);
	return living->store->ops->device_put(living->store, device, error) &&
	       journal_add(living->store, living->clock, JOURNAL_UNDECIDED, device->address,
			   device->id, detail, error);
}

static gboolean mend_all(struct living *living, const struct mending *mending, GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	for (guint i = 0; i < mending->devices->len; i++) {
		if (!mend_one(living, mending->devices->pdata[i], error)) {
			living_rollback(living);
			return FALSE;
		}
	}
	if (device_mend_skip(living->store, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static char *say(const struct device *device)
{
	return g_strdup_printf("Device %u of %s was trusted by a former version of sotto before "
			       "its key was seen. It is undecided now%s: compare it with `sotto "
			       "verify %s`.",
			       device->id, device->address,
			       device->has_key ? ", as nobody has decided on that key"
					       : "; it has published no key yet",
			       device->address);
}

static gboolean find_all(struct living *living, struct mending *mending, GError **error)
{
	const struct store_ops *ops = living->store->ops;

	return ops->journal_each(living->store, 0, look_at, mending, error) &&
	       ops->device_each(living->store, NULL, collect, mending, error);
}

gboolean device_mend(struct living *living, GPtrArray *sentences, GError **error)
{
	struct mending mending;
	bool done = false;
	gboolean ok;

	if (!is_done(living, &done, error) || done)
		return done;
	mending.late = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	mending.devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	ok = find_all(living, &mending, error) && mend_all(living, &mending, error);
	for (guint i = 0; ok && i < mending.devices->len; i++)
		g_ptr_array_add(sentences, say(mending.devices->pdata[i]));
	g_hash_table_unref(mending.late);
	g_ptr_array_unref(mending.devices);
	return ok;
}
