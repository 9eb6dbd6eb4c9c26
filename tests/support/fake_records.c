#include "tests/support/fake_inside.h"

#include <string.h>

static gboolean find_key(const GPtrArray *keys, enum key_kind kind, uint32_t id, unsigned *index)
{
	for (unsigned i = 0; i < keys->len; i++) {
		const struct key_row *row = keys->pdata[i];

		if (row->kind == kind && row->id == id) {
			*index = i;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean fake_key_get(struct store *store, enum key_kind kind, uint32_t id, struct key_row **row,
		      GError **error)
{
	const GPtrArray *keys = fake_rows_of(store)->keys;
	unsigned i;

	if (!fake_call(store, error))
		return FALSE;
	*row = find_key(keys, kind, id, &i) ? fake_key_copy(keys->pdata[i]) : NULL;
	return TRUE;
}

gboolean fake_key_put(struct store *store, const struct key_row *row, GError **error)
{
	GPtrArray *keys = fake_rows_of(store)->keys;
	unsigned i;

	if (!fake_write(store, error))
		return FALSE;
	struct key_row *fresh = fake_key_copy(row);
	if (find_key(keys, row->kind, row->id, &i))
		g_ptr_array_remove_index(keys, i);
	g_ptr_array_add(keys, fresh);
	return TRUE;
}

gboolean fake_key_del(struct store *store, enum key_kind kind, uint32_t id, GError **error)
{
	GPtrArray *keys = fake_rows_of(store)->keys;
	unsigned i;

	if (!fake_write(store, error))
		return FALSE;
	if (find_key(keys, kind, id, &i))
		g_ptr_array_remove_index(keys, i);
	return TRUE;
}

static gint by_key_id(gconstpointer a, gconstpointer b)
{
	const struct key_row *left = *(const struct key_row *const *)a;
	const struct key_row *right = *(const struct key_row *const *)b;

	return left->id < right->id ? -1 : left->id > right->id;
}

gboolean fake_key_each(struct store *store, enum key_kind kind, key_func func, void *user,
		       GError **error)
{
	GPtrArray *keys = fake_rows_of(store)->keys;

	if (!fake_call(store, error))
		return FALSE;
	g_ptr_array_sort(keys, by_key_id);
	for (unsigned i = 0; i < keys->len; i++) {
		const struct key_row *row = keys->pdata[i];

		if (row->kind == kind && !func(row, user))
			break;
	}
	return TRUE;
}

gboolean fake_outbox_put(struct store *store, struct outbox_row *row, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	row->row = ++rows->last_outbox;
	g_ptr_array_add(rows->outbox, fake_outbox_copy(row));
	return TRUE;
}

gboolean fake_outbox_each(struct store *store, outbox_func func, void *user, GError **error)
{
	const GPtrArray *outbox = fake_rows_of(store)->outbox;

	if (!fake_call(store, error))
		return FALSE;
	for (unsigned i = 0; i < outbox->len; i++) {
		if (!func(outbox->pdata[i], user))
			break;
	}
	return TRUE;
}

gboolean fake_outbox_del(struct store *store, int64_t row, GError **error)
{
	GPtrArray *outbox = fake_rows_of(store)->outbox;

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < outbox->len; i++) {
		if (((struct outbox_row *)outbox->pdata[i])->row == row) {
			g_ptr_array_remove_index(outbox, i);
			break;
		}
	}
	return TRUE;
}

gboolean fake_outbox_count(struct store *store, const char *conversation, const char *id,
			   unsigned *count, GError **error)
{
	const GPtrArray *outbox = fake_rows_of(store)->outbox;

	if (!fake_call(store, error))
		return FALSE;
	*count = 0;
	for (unsigned i = 0; i < outbox->len; i++) {
		const struct outbox_row *row = outbox->pdata[i];

		if (conversation && !g_str_equal(row->conversation, conversation))
			continue;
		if (id && (row->is_own || g_strcmp0(row->id, id) != 0))
			continue;
		++*count;
	}
	return TRUE;
}

static void hex(const uint8_t digest[static 32], char out[static 65])
{
	for (int i = 0; i < 32; i++)
		g_snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

gboolean fake_seen_put(struct store *store, const uint8_t *digest, int64_t at, bool *is_new,
		       GError **error)
{
	GPtrArray *seen = fake_rows_of(store)->seen;
	char name[65];

	if (!fake_write(store, error))
		return FALSE;
	hex(digest, name);
	*is_new = false;
	for (unsigned i = 0; i < seen->len; i++) {
		if (g_str_equal(((struct fake_blob *)seen->pdata[i])->name, name))
			return TRUE;
	}
	*is_new = true;
	struct fake_blob *blob = fake_blob_new(name, 0, NULL);
	blob->at = at;
	g_ptr_array_add(seen, blob);
	return TRUE;
}

gboolean fake_seen_has(struct store *store, const uint8_t *digest, bool *is, GError **error)
{
	GPtrArray *seen = fake_rows_of(store)->seen;
	char name[65];

	if (!fake_call(store, error))
		return FALSE;
	hex(digest, name);
	*is = false;
	for (unsigned i = 0; i < seen->len; i++)
		*is |= g_str_equal(((struct fake_blob *)seen->pdata[i])->name, name);
	return TRUE;
}

gboolean fake_seen_unsee(struct store *store, const uint8_t *digest, GError **error)
{
	GPtrArray *seen = fake_rows_of(store)->seen;
	char name[65];

	if (!fake_write(store, error))
		return FALSE;
	hex(digest, name);
	for (unsigned i = seen->len; i > 0; i--) {
		if (g_str_equal(((struct fake_blob *)seen->pdata[i - 1])->name, name))
			g_ptr_array_remove_index(seen, i - 1);
	}
	return TRUE;
}

gboolean fake_seen_prune(struct store *store, int64_t before, GError **error)
{
	GPtrArray *seen = fake_rows_of(store)->seen;

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = seen->len; i > 0; i--) {
		if (((struct fake_blob *)seen->pdata[i - 1])->at < before)
			g_ptr_array_remove_index(seen, i - 1);
	}
	return TRUE;
}

gboolean fake_journal_put(struct store *store, struct journal_row *row, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	row->number = ++rows->last_journal;
	g_ptr_array_add(rows->journal, fake_journal_copy(row));
	return TRUE;
}

gboolean fake_journal_each(struct store *store, int64_t after, journal_func func, void *user,
			   GError **error)
{
	const GPtrArray *journal = fake_rows_of(store)->journal;

	if (!fake_call(store, error))
		return FALSE;
	for (unsigned i = 0; i < journal->len; i++) {
		const struct journal_row *row = journal->pdata[i];

		if (row->number > after && !func(row, user))
			break;
	}
	return TRUE;
}

void fake_heed(struct store *store, const struct cancel *cancel)
{
	(void)store;
	(void)cancel;
}

gboolean fake_counts(struct store *store, struct store_counts *counts, GError **error)
{
	const struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	*counts = (struct store_counts){
		.messages = rows->messages->len,
		.contacts = rows->contacts->len,
		.outbox = rows->outbox->len,
	};
	for (unsigned i = 0; i < rows->contacts->len; i++)
		counts->unread += ((struct contact *)rows->contacts->pdata[i])->unread;
	return TRUE;
}
