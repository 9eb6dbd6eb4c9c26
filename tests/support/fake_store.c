#include "tests/support/fake_store.h"

#include <string.h>

#include "core/port/store_lost.h"
#include "core/base/secret.h"
#include "tests/support/fake_inside.h"

static struct fake_store *fake_of(struct store *store)
{
	return (struct fake_store *)store;
}

gboolean fake_call(struct store *store, GError **error)
{
	struct fake_store *fake = fake_of(store);

	fake->calls++;
	if (!fake->fail_at)
		return TRUE;
	if (fake->calls == fake->fail_at || (fake->fail_on && fake->calls > fake->fail_at)) {
		error_set_plain(error, fake->fail_code);
		return FALSE;
	}
	return TRUE;
}

gboolean fake_write(struct store *store, GError **error)
{
	if (!fake_of(store)->snapshot) {
		error_set(error, ERROR_FAILED, "A write outside a transaction was refused.");
		return FALSE;
	}
	return fake_call(store, error);
}

static void fake_rollback(struct store *store)
{
	struct fake_store *fake = fake_of(store);

	if (!fake->snapshot)
		return;
	fake_rows_free(fake->rows);
	fake->rows = fake->snapshot;
	fake->snapshot = NULL;
}

static void fake_close(struct store *store)
{
	struct fake_store *fake = fake_of(store);

	if (!fake)
		return;
	fake_rollback(store);
	if (fake->door)
		fake_door_closed(fake->door, fake->rows);
	else
		fake_rows_free(fake->rows);
	g_free(fake);
}

static gboolean fake_begin(struct store *store, GError **error)
{
	struct fake_store *fake = fake_of(store);

	if (fake->snapshot) {
		error_set(error, ERROR_FAILED, "A transaction is open already.");
		return FALSE;
	}
	if (!fake_call(store, error))
		return FALSE;
	fake->snapshot = fake_rows_copy(fake->rows);
	return TRUE;
}

static gboolean fake_commit(struct store *store, GError **error)
{
	struct fake_store *fake = fake_of(store);

	if (!fake_write(store, error))
		return FALSE;
	g_clear_pointer(&fake->snapshot, fake_rows_free);
	fake->commits++;
	return TRUE;
}

/* -- blobs: settings and sessions ------------------------------------------------------------- */

static gboolean blob_find(const GPtrArray *blobs, const char *name, uint32_t device,
			  unsigned *index)
{
	for (unsigned i = 0; i < blobs->len; i++) {
		const struct fake_blob *blob = blobs->pdata[i];

		if (blob->device == device && g_str_equal(blob->name, name)) {
			*index = i;
			return TRUE;
		}
	}
	return FALSE;
}

static GBytes *blob_get(const GPtrArray *blobs, const char *name, uint32_t device)
{
	unsigned i;

	if (!blob_find(blobs, name, device, &i))
		return NULL;
	return g_bytes_ref(((struct fake_blob *)blobs->pdata[i])->bytes);
}

static void blob_put(GPtrArray *blobs, const char *name, uint32_t device, GBytes *bytes)
{
	struct fake_blob *blob = bytes ? fake_blob_new(name, device, bytes) : NULL;
	unsigned i;

	if (blob_find(blobs, name, device, &i))
		g_ptr_array_remove_index(blobs, i);
	if (blob)
		g_ptr_array_add(blobs, blob);
}

static gboolean setting_get(struct store *store, const char *name, GBytes **value, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	*value = blob_get(fake_rows_of(store)->settings, name, 0);
	return TRUE;
}

static gboolean setting_put(struct store *store, const char *name, GBytes *value, GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	blob_put(fake_rows_of(store)->settings, name, 0, value);
	return TRUE;
}

static gboolean session_get(struct store *store, const char *address, uint32_t device,
			    GBytes **record, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	*record = blob_get(fake_rows_of(store)->sessions, address, device);
	return TRUE;
}

static gboolean session_put(struct store *store, const char *address, uint32_t device,
			    GBytes *record, GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	blob_put(fake_rows_of(store)->sessions, address, device, record);
	return TRUE;
}

static gboolean session_del(struct store *store, const char *address, uint32_t device,
			    GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	blob_put(fake_rows_of(store)->sessions, address, device, NULL);
	return TRUE;
}

static gboolean retire(struct store *store, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < rows->sessions->len; i++) {
		const struct fake_blob *blob = rows->sessions->pdata[i];

		blob_put(rows->retired, blob->name, blob->device, blob->bytes);
	}
	g_ptr_array_set_size(rows->sessions, 0);
	return TRUE;
}

static gboolean retired_get(struct store *store, const char *address, uint32_t device,
			    GBytes **record, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	*record = blob_get(fake_rows_of(store)->retired, address, device);
	return TRUE;
}

static gboolean retired_put(struct store *store, const char *address, uint32_t device,
			    GBytes *record, GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	blob_put(fake_rows_of(store)->retired, address, device, record);
	return TRUE;
}

static gboolean retired_drop(struct store *store, GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	g_ptr_array_set_size(fake_rows_of(store)->retired, 0);
	return TRUE;
}

static const struct store_lost_ops lost_ops = {
	.again = fake_message_again,
	.seen = fake_seen_has,
	.unsee = fake_seen_unsee,
	.retire = retire,
	.retired_get = retired_get,
	.retired_put = retired_put,
	.retired_drop = retired_drop,
};

/* -- contacts and devices --------------------------------------------------------------------- */

struct contact *fake_contact(struct fake_rows *rows, const char *address)
{
	for (unsigned i = 0; i < rows->contacts->len; i++) {
		struct contact *contact = rows->contacts->pdata[i];

		if (g_str_equal(contact->address, address))
			return contact;
	}
	return NULL;
}

static gboolean contact_put(struct store *store, const struct contact *contact, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	struct contact *old = fake_contact(rows, contact->address);
	struct contact *fresh = contact_copy(contact);
	g_clear_pointer(&fresh->draft, plain_free);
	g_clear_pointer(&fresh->preview, plain_free);
	fresh->last_at = old ? old->last_at : 0;
	fresh->unread = old ? old->unread : 0;
	fresh->draft = old && old->draft ? plain_dup(old->draft) : NULL;
	if (old)
		g_ptr_array_remove(rows->contacts, old);
	g_ptr_array_add(rows->contacts, fresh);
	return TRUE;
}

static struct contact *contact_with_preview(struct fake_rows *rows, const struct contact *row)
{
	struct contact *contact = contact_copy(row);

	contact->preview = fake_preview(rows, row->address);
	return contact;
}

static gboolean contact_get(struct store *store, const char *address, struct contact **contact,
			    GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	const struct contact *row = fake_contact(rows, address);
	*contact = row ? contact_with_preview(rows, row) : NULL;
	return TRUE;
}

static int64_t newest(const struct fake_rows *rows, const char *conversation)
{
	for (unsigned i = rows->messages->len; i > 0; i--) {
		const struct message *message = rows->messages->pdata[i - 1];

		if (g_str_equal(message->conversation, conversation))
			return message->arrival;
	}
	return 0;
}

static gint by_newest_message(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct contact *left = *(const struct contact *const *)a;
	const struct contact *right = *(const struct contact *const *)b;
	int64_t one = newest(user, left->address), other = newest(user, right->address);

	if (one != other)
		return one > other ? -1 : 1;
	return strcmp(left->address, right->address);
}

static gboolean contact_each(struct store *store, contact_func func, void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	g_ptr_array_sort_with_data(rows->contacts, by_newest_message, rows);
	for (unsigned i = 0; i < rows->contacts->len; i++) {
		struct contact *contact = contact_with_preview(rows, rows->contacts->pdata[i]);
		gboolean go_on = func(contact, user);

		contact_free(contact);
		if (!go_on)
			break;
	}
	return TRUE;
}

static void drop_messages(struct fake_rows *rows, const char *address)
{
	for (unsigned i = rows->messages->len; i > 0; i--) {
		const struct message *m = rows->messages->pdata[i - 1];

		if (g_str_equal(m->conversation, address))
			g_ptr_array_remove_index(rows->messages, i - 1);
	}
	for (unsigned i = rows->outbox->len; i > 0; i--) {
		const struct outbox_row *row = rows->outbox->pdata[i - 1];

		if (g_str_equal(row->conversation, address))
			g_ptr_array_remove_index(rows->outbox, i - 1);
	}
}

static gboolean contact_del(struct store *store, const char *address, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	struct contact *contact = fake_contact(rows, address);
	if (contact)
		g_ptr_array_remove(rows->contacts, contact);
	fake_group_del(rows, address);
	drop_messages(rows, address);
	for (unsigned i = 0; i < rows->devices->len; i++) {
		struct device *device = rows->devices->pdata[i];

		if (g_str_equal(device->address, address))
			device->is_active = false;
	}
	return TRUE;
}

static gboolean draft_put(struct store *store, const char *address, const char *text,
			  GError **error)
{
	if (!fake_write(store, error))
		return FALSE;
	struct contact *contact = fake_contact(fake_rows_of(store), address);
	if (!contact) {
		error_set_plain(error, ERROR_NO_CONTACT);
		return FALSE;
	}
	g_clear_pointer(&contact->draft, plain_free);
	contact->draft = text && *text ? plain_dup(text) : NULL;
	return TRUE;
}

static struct device *find_device(struct fake_rows *rows, const char *address, uint32_t id)
{
	for (unsigned i = 0; i < rows->devices->len; i++) {
		struct device *device = rows->devices->pdata[i];

		if (device->id == id && g_str_equal(device->address, address))
			return device;
	}
	return NULL;
}

static gboolean device_put(struct store *store, const struct device *device, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	struct device *fresh = device_copy(device);
	struct device *old = find_device(rows, device->address, device->id);
	if (old)
		g_ptr_array_remove(rows->devices, old);
	g_ptr_array_add(rows->devices, fresh);
	return TRUE;
}

static gboolean device_get(struct store *store, const char *address, uint32_t id,
			   struct device **device, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	struct device *row = find_device(fake_rows_of(store), address, id);
	*device = row ? device_copy(row) : NULL;
	return TRUE;
}

static gint by_device(gconstpointer a, gconstpointer b)
{
	const struct device *left = *(const struct device *const *)a;
	const struct device *right = *(const struct device *const *)b;
	int order = strcmp(left->address, right->address);

	return order ? order : left->id < right->id ? -1 : left->id > right->id;
}

static gboolean device_each(struct store *store, const char *address, device_func func, void *user,
			    GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	g_ptr_array_sort(rows->devices, by_device);
	for (unsigned i = 0; i < rows->devices->len; i++) {
		const struct device *device = rows->devices->pdata[i];

		if (address && !g_str_equal(device->address, address))
			continue;
		if (!func(device, user))
			break;
	}
	return TRUE;
}

struct fake_store *fake_store_over(struct fake_rows *rows)
{
	static const struct store_ops ops = {
		.close = fake_close,
		.begin = fake_begin,
		.commit = fake_commit,
		.rollback = fake_rollback,
		.setting_get = setting_get,
		.setting_put = setting_put,
		.contact_put = contact_put,
		.contact_get = contact_get,
		.contact_each = contact_each,
		.contact_del = contact_del,
		.draft_put = draft_put,
		.device_put = device_put,
		.device_get = device_get,
		.device_each = device_each,
		.message_put = fake_message_put,
		.message_get = fake_message_get,
		.message_before = fake_message_before,
		.message_after = fake_message_after,
		.message_unread = fake_message_unread,
		.message_state = fake_message_state,
		.message_read = fake_message_read,
		.message_search = fake_message_search,
		.search_build = fake_search_build,
		.session_get = session_get,
		.session_put = session_put,
		.session_del = session_del,
		.key_get = fake_key_get,
		.key_put = fake_key_put,
		.key_del = fake_key_del,
		.key_each = fake_key_each,
		.outbox_put = fake_outbox_put,
		.outbox_each = fake_outbox_each,
		.outbox_del = fake_outbox_del,
		.outbox_count = fake_outbox_count,
		.seen_put = fake_seen_put,
		.seen_prune = fake_seen_prune,
		.journal_put = fake_journal_put,
		.journal_each = fake_journal_each,
		.counts = fake_counts,
		.heed = fake_heed,
		.expiry = &fake_expiry_ops,
		.groups = &fake_groups_ops,
		.files = &fake_files_ops,
		.lost = &lost_ops,
	};
	struct fake_store *fake = g_new0(struct fake_store, 1);

	fake->store.ops = &ops;
	fake->rows = rows;
	return fake;
}

struct store *fake_store_new(void)
{
	return &fake_store_over(fake_rows_new())->store;
}

void fake_store_fail_at(struct store *store, unsigned n, enum error code)
{
	struct fake_store *fake = fake_of(store);

	fake->calls = 0;
	fake->fail_at = n;
	fake->fail_on = false;
	fake->fail_code = code;
}

void fake_store_fail_from(struct store *store, unsigned n, enum error code)
{
	fake_store_fail_at(store, n, code);
	fake_of(store)->fail_on = true;
}

unsigned fake_store_calls(const struct store *store)
{
	return ((const struct fake_store *)store)->calls;
}

unsigned fake_store_commits(const struct store *store)
{
	return ((const struct fake_store *)store)->commits;
}

void fake_store_block(struct store *store, bool is_blocked)
{
	fake_of(store)->is_blocked = is_blocked;
}

bool fake_store_in_transaction(const struct store *store)
{
	return ((const struct fake_store *)store)->snapshot != NULL;
}
