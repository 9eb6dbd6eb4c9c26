#include <string.h>

#include "tests/support/fake_inside.h"

static struct fake_file *find(struct fake_rows *rows, const struct file_key *key)
{
	for (guint i = 0; i < rows->files->len; i++) {
		struct fake_file *file = rows->files->pdata[i];

		if (strcmp(file->row.key.id, key->id) == 0 &&
		    strcmp(file->row.key.from, key->from) == 0 &&
		    strcmp(file->row.key.conversation, key->conversation) == 0)
			return file;
	}
	return NULL;
}

static gboolean put(struct store *store, const struct file_row *row, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);
	struct fake_file *file;

	if (!fake_write(store, error))
		return FALSE;
	file = find(rows, &row->key);
	if (!file) {
		g_ptr_array_add(rows->files, fake_file_new(row));
		return TRUE;
	}
	file->row.state = row->state;
	file->row.count = row->count;
	file->row.done = row->done;
	g_free(file->row.path);
	file->row.path = g_strdup(row->path);
	return TRUE;
}

static gboolean get(struct store *store, const struct file_key *key, struct file_row **row,
		    GError **error)
{
	struct fake_file *file;

	*row = NULL;
	if (!fake_call(store, error))
		return FALSE;
	file = find(fake_rows_of(store), key);
	if (file) {
		*row = g_memdup2(&file->row, sizeof(file->row));
		(*row)->key.conversation = g_strdup(file->row.key.conversation);
		(*row)->key.from = g_strdup(file->row.key.from);
		(*row)->key.id = g_strdup(file->row.key.id);
		(*row)->path = g_strdup(file->row.path);
	}
	return TRUE;
}

static gboolean each(struct store *store, const char *conversation, file_func func, void *user,
		     GError **error)
{
	GPtrArray *files = fake_rows_of(store)->files;

	if (!fake_call(store, error))
		return FALSE;
	for (guint i = 0; i < files->len; i++) {
		const struct file_row *row = &((struct fake_file *)files->pdata[i])->row;

		if ((!conversation || strcmp(row->key.conversation, conversation) == 0) &&
		    !func(row, user))
			break;
	}
	return TRUE;
}

static gboolean drop(struct store *store, const struct file_key *key, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);
	struct fake_file *file;

	if (!fake_write(store, error))
		return FALSE;
	file = find(rows, key);
	if (file)
		g_ptr_array_remove(rows->files, file);
	return TRUE;
}

static gboolean chunk_put(struct store *store, const struct file_key *key, unsigned number,
			  GBytes *bytes, bool *is_new, GError **error)
{
	struct fake_file *file;

	*is_new = false;
	if (!fake_write(store, error))
		return FALSE;
	file = find(fake_rows_of(store), key);
	if (!file) {
		error_set(error, ERROR_FAILED,
			  "A part of a file that nobody spoke of was refused.");
		return FALSE;
	}
	*is_new = !g_hash_table_contains(file->chunks, GUINT_TO_POINTER(number));
	if (*is_new)
		g_hash_table_insert(file->chunks, GUINT_TO_POINTER(number), g_bytes_ref(bytes));
	return TRUE;
}

static gboolean chunk_get(struct store *store, const struct file_key *key, unsigned number,
			  GBytes **bytes, GError **error)
{
	struct fake_file *file;
	GBytes *found;

	*bytes = NULL;
	if (!fake_call(store, error))
		return FALSE;
	file = find(fake_rows_of(store), key);
	found = file ? g_hash_table_lookup(file->chunks, GUINT_TO_POINTER(number)) : NULL;
	*bytes = found ? g_bytes_ref(found) : NULL;
	return TRUE;
}

static gboolean chunk_numbers(struct store *store, const struct file_key *key, GArray *numbers,
			      GError **error)
{
	struct fake_file *file;

	if (!fake_call(store, error))
		return FALSE;
	file = find(fake_rows_of(store), key);
	for (unsigned number = 0; file && number < file->row.count; number++)
		if (g_hash_table_contains(file->chunks, GUINT_TO_POINTER(number)))
			g_array_append_val(numbers, number);
	return TRUE;
}

static gboolean chunks_drop(struct store *store, const struct file_key *key, GError **error)
{
	struct fake_file *file;

	if (!fake_write(store, error))
		return FALSE;
	file = find(fake_rows_of(store), key);
	if (file)
		g_hash_table_remove_all(file->chunks);
	return TRUE;
}

static gboolean held(struct store *store, const char *from, int64_t *bytes, GError **error)
{
	GPtrArray *files = fake_rows_of(store)->files;

	*bytes = 0;
	if (!fake_call(store, error))
		return FALSE;
	for (guint i = 0; i < files->len; i++) {
		const struct fake_file *file = files->pdata[i];
		GHashTableIter iter;
		gpointer chunk;

		if (from && (file->row.is_out || strcmp(file->row.key.from, from) != 0))
			continue;
		g_hash_table_iter_init(&iter, file->chunks);
		while (g_hash_table_iter_next(&iter, NULL, &chunk))
			*bytes += (int64_t)g_bytes_get_size(chunk);
	}
	return TRUE;
}

const struct store_files_ops fake_files_ops = {
	.put = put,
	.get = get,
	.each = each,
	.drop = drop,
	.chunk_put = chunk_put,
	.chunk_get = chunk_get,
	.chunk_numbers = chunk_numbers,
	.chunks_drop = chunks_drop,
	.held = held,
};
