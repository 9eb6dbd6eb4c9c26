#include "tests/support/fake_rows.h"

#include <string.h>

#include "core/base/secret.h"

struct fake_blob *fake_blob_new(const char *name, uint32_t device, GBytes *bytes)
{
	struct fake_blob *blob = g_new0(struct fake_blob, 1);

	blob->name = g_strdup(name);
	blob->device = device;
	blob->bytes = bytes ? g_bytes_ref(bytes) : NULL;
	return blob;
}

static struct fake_blob *blob_copy(const struct fake_blob *from)
{
	struct fake_blob *blob = fake_blob_new(from->name, from->device, from->bytes);

	blob->at = from->at;
	return blob;
}

static void blob_free(struct fake_blob *blob)
{
	g_free(blob->name);
	g_clear_pointer(&blob->bytes, g_bytes_unref);
	g_free(blob);
}

struct key_row *fake_key_copy(const struct key_row *row)
{
	struct key_row *copy = g_new(struct key_row, 1);

	*copy = *row;
	copy->record = g_bytes_ref(row->record);
	return copy;
}

struct outbox_row *fake_outbox_copy(const struct outbox_row *row)
{
	struct outbox_row *copy = g_new(struct outbox_row, 1);

	*copy = *row;
	copy->conversation = g_strdup(row->conversation);
	copy->id = g_strdup(row->id);
	copy->to = g_strdup(row->to);
	copy->bytes = g_bytes_ref(row->bytes);
	return copy;
}

static void outbox_free(struct outbox_row *row)
{
	outbox_row_clear(row);
	g_free(row);
}

struct journal_row *fake_journal_copy(const struct journal_row *row)
{
	struct journal_row *copy = g_new(struct journal_row, 1);

	*copy = *row;
	copy->what = g_strdup(row->what);
	copy->address = g_strdup(row->address);
	copy->detail = g_strdup(row->detail);
	return copy;
}

static void journal_free(struct journal_row *row)
{
	journal_row_clear(row);
	g_free(row);
}

static struct fake_mark *mark_copy(const struct fake_mark *from)
{
	struct fake_mark *mark = g_new(struct fake_mark, 1);

	mark->conversation = g_strdup(from->conversation);
	mark->id = g_strdup(from->id);
	mark->member = g_strdup(from->member);
	mark->state = from->state;
	return mark;
}

static void mark_free(struct fake_mark *mark)
{
	g_free(mark->conversation);
	g_free(mark->id);
	g_free(mark->member);
	g_free(mark);
}

struct fake_file *fake_file_new(const struct file_row *row)
{
	struct fake_file *file = g_new(struct fake_file, 1);

	file->row = *row;
	file->row.key.conversation = g_strdup(row->key.conversation);
	file->row.key.from = g_strdup(row->key.from);
	file->row.key.id = g_strdup(row->key.id);
	file->row.path = g_strdup(row->path);
	file->chunks = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_bytes_unref);
	return file;
}

static struct fake_file *file_copy(const struct fake_file *from)
{
	struct fake_file *file = fake_file_new(&from->row);
	GHashTableIter iter;
	gpointer number, bytes;

	g_hash_table_iter_init(&iter, from->chunks);
	while (g_hash_table_iter_next(&iter, &number, &bytes))
		g_hash_table_insert(file->chunks, number, g_bytes_ref(bytes));
	return file;
}

static void file_free(struct fake_file *file)
{
	g_free((char *)file->row.key.conversation);
	g_free((char *)file->row.key.from);
	g_free((char *)file->row.key.id);
	g_free(file->row.path);
	g_hash_table_unref(file->chunks);
	g_free(file);
}

struct fake_rows *fake_rows_new(void)
{
	struct fake_rows *rows = g_new0(struct fake_rows, 1);

	rows->settings = g_ptr_array_new_with_free_func((GDestroyNotify)blob_free);
	rows->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	rows->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	rows->messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	rows->sessions = g_ptr_array_new_with_free_func((GDestroyNotify)blob_free);
	rows->retired = g_ptr_array_new_with_free_func((GDestroyNotify)blob_free);
	rows->keys = g_ptr_array_new_with_free_func((GDestroyNotify)key_row_free);
	rows->outbox = g_ptr_array_new_with_free_func((GDestroyNotify)outbox_free);
	rows->seen = g_ptr_array_new_with_free_func((GDestroyNotify)blob_free);
	rows->edits = g_ptr_array_new_with_free_func((GDestroyNotify)blob_free);
	rows->journal = g_ptr_array_new_with_free_func((GDestroyNotify)journal_free);
	rows->groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	rows->marks = g_ptr_array_new_with_free_func((GDestroyNotify)mark_free);
	rows->files = g_ptr_array_new_with_free_func((GDestroyNotify)file_free);
	return rows;
}

static void copy_into(GPtrArray *to, const GPtrArray *from, gpointer (*copy)(gconstpointer))
{
	for (unsigned i = 0; i < from->len; i++)
		g_ptr_array_add(to, copy(from->pdata[i]));
}

/* One typed wrapper a row type, so that no function is called through a pointer of another type. */
#define COPIER(name, type, copy)                \
	static gpointer name(gconstpointer row) \
	{                                       \
		return copy((const type *)row); \
	}
COPIER(any_blob, struct fake_blob, blob_copy)
COPIER(any_contact, struct contact, contact_copy)
COPIER(any_device, struct device, device_copy)
COPIER(any_message, struct message, message_copy)
COPIER(any_key, struct key_row, fake_key_copy)
COPIER(any_outbox, struct outbox_row, fake_outbox_copy)
COPIER(any_journal, struct journal_row, fake_journal_copy)
COPIER(any_group, struct group, group_copy)
COPIER(any_mark, struct fake_mark, mark_copy)
COPIER(any_file, struct fake_file, file_copy)

struct fake_rows *fake_rows_copy(const struct fake_rows *from)
{
	struct fake_rows *rows = fake_rows_new();

	copy_into(rows->settings, from->settings, any_blob);
	copy_into(rows->contacts, from->contacts, any_contact);
	copy_into(rows->devices, from->devices, any_device);
	copy_into(rows->messages, from->messages, any_message);
	copy_into(rows->sessions, from->sessions, any_blob);
	copy_into(rows->retired, from->retired, any_blob);
	copy_into(rows->keys, from->keys, any_key);
	copy_into(rows->outbox, from->outbox, any_outbox);
	copy_into(rows->seen, from->seen, any_blob);
	copy_into(rows->edits, from->edits, any_blob);
	copy_into(rows->journal, from->journal, any_journal);
	copy_into(rows->groups, from->groups, any_group);
	copy_into(rows->marks, from->marks, any_mark);
	copy_into(rows->files, from->files, any_file);
	rows->last_seq = from->last_seq;
	rows->last_outbox = from->last_outbox;
	rows->last_journal = from->last_journal;
	rows->clock = from->clock;
	return rows;
}

void fake_rows_free(struct fake_rows *rows)
{
	if (!rows)
		return;
	g_ptr_array_unref(rows->settings);
	g_ptr_array_unref(rows->contacts);
	g_ptr_array_unref(rows->devices);
	g_ptr_array_unref(rows->messages);
	g_ptr_array_unref(rows->sessions);
	g_ptr_array_unref(rows->retired);
	g_ptr_array_unref(rows->keys);
	g_ptr_array_unref(rows->outbox);
	g_ptr_array_unref(rows->seen);
	g_ptr_array_unref(rows->edits);
	g_ptr_array_unref(rows->journal);
	g_ptr_array_unref(rows->groups);
	g_ptr_array_unref(rows->marks);
	g_ptr_array_unref(rows->files);
	g_free(rows);
}
