#include "tests/support/cut_vfs.h"

#include <glib/gstdio.h>
#include <string.h>

#include "storage/sqlite.h"

enum { SECTOR = 512 };

/* A write, or with data NULL a truncation to offset, that isn't on the disk yet. */
struct pending {
	gint64 offset;
	GBytes *data;
};

/* One file as the disk has it. */
struct platter {
	char *name;
	GByteArray *durable;
	GPtrArray *pending;
	bool exists; /* its name would survive */
};

struct cut_disk {
	sqlite3_vfs vfs;
	sqlite3_vfs *root;
	char *name;
	GHashTable *platters; /* path -> struct platter */
	cut_func func;
	void *user;
};

struct cut_file {
	sqlite3_file base;
	struct cut_disk *disk;
	struct platter *platter; /* NULL for a temporary file */
};

static sqlite3_file *root_of(sqlite3_file *file)
{
	return (sqlite3_file *)((struct cut_file *)file + 1);
}

static void pending_free(void *data)
{
	struct pending *pending = data;

	if (pending->data)
		g_bytes_unref(pending->data);
	g_free(pending);
}

static void platter_free(void *data)
{
	struct platter *platter = data;

	g_free(platter->name);
	g_byte_array_unref(platter->durable);
	g_ptr_array_unref(platter->pending);
	g_free(platter);
}

static struct platter *find(struct cut_disk *disk, const char *path)
{
	struct platter *platter = g_hash_table_lookup(disk->platters, path);

	if (platter)
		return platter;
	platter = g_new0(struct platter, 1);
	platter->name = g_path_get_basename(path);
	platter->durable = g_byte_array_new();
	platter->pending = g_ptr_array_new_with_free_func(pending_free);
	g_hash_table_insert(disk->platters, g_strdup(path), platter);
	return platter;
}

static void tell(struct cut_disk *disk, const struct platter *platter, enum cut_what what,
		 gint64 offset, const void *data, int bytes)
{
	struct cut_event event = { what, platter ? platter->name : "", offset, bytes, data };

	if (disk->func && platter)
		disk->func(&event, disk->user);
}

static void note(struct platter *platter, gint64 offset, const void *data, int bytes)
{
	struct pending *pending = g_new0(struct pending, 1);

	if (!platter) {
		g_free(pending);
		return;
	}
	pending->offset = offset;
	pending->data = data ? g_bytes_new(data, (gsize)bytes) : NULL;
	g_ptr_array_add(platter->pending, pending);
}

/* Bytes FROM to TO of a pending write, or the truncation. */
static void apply(GByteArray *file, const struct pending *pending, gsize from, gsize to)
{
	gsize end = (gsize)pending->offset + to, had = file->len;

	if (!pending->data) {
		if ((gsize)pending->offset < file->len)
			g_byte_array_set_size(file, (guint)pending->offset);
		return;
	}
	if (end > had) {
		g_byte_array_set_size(file, (guint)end);
		memset(file->data + had, 0, end - had);
	}
	memcpy(file->data + pending->offset + from,
	       (const char *)g_bytes_get_data(pending->data, NULL) + from, to - from);
}

static gsize length(const struct pending *pending)
{
	return pending->data ? g_bytes_get_size(pending->data) : 0;
}

static void settle(struct platter *platter)
{
	for (guint i = 0; i < platter->pending->len; i++) {
		const struct pending *pending = platter->pending->pdata[i];

		apply(platter->durable, pending, 0, length(pending));
	}
	g_ptr_array_set_size(platter->pending, 0);
	platter->exists = true;
}

/* -- files ------------------------------------------------------------------------------------ */

static int file_close(sqlite3_file *file)
{
	return root_of(file)->pMethods->xClose(root_of(file));
}

static int file_read(sqlite3_file *file, void *out, int bytes, sqlite3_int64 at)
{
	return root_of(file)->pMethods->xRead(root_of(file), out, bytes, at);
}

static int file_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 at)
{
	const struct cut_file *ours = (const struct cut_file *)file;
	int rc = root_of(file)->pMethods->xWrite(root_of(file), data, bytes, at);

	note(ours->platter, at, data, bytes);
	tell(ours->disk, ours->platter, CUT_WRITE, at, data, bytes);
	return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	const struct cut_file *ours = (const struct cut_file *)file;
	int rc = root_of(file)->pMethods->xTruncate(root_of(file), size);

	note(ours->platter, size, NULL, 0);
	tell(ours->disk, ours->platter, CUT_TRUNCATE, size, NULL, 0);
	return rc;
}

/* The real disk isn't asked: only our platters count, and the test is quick. */
static int file_sync(sqlite3_file *file, int flags)
{
	const struct cut_file *ours = (const struct cut_file *)file;

	(void)flags;
	tell(ours->disk, ours->platter, CUT_SYNC, 0, NULL, 0);
	if (ours->platter)
		settle(ours->platter);
	return SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return root_of(file)->pMethods->xFileSize(root_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return root_of(file)->pMethods->xLock(root_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return root_of(file)->pMethods->xUnlock(root_of(file), level);
}

static int file_check_lock(sqlite3_file *file, int *is_held)
{
	return root_of(file)->pMethods->xCheckReservedLock(root_of(file), is_held);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
	return root_of(file)->pMethods->xFileControl(root_of(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
	(void)file;
	return SECTOR;
}

static int file_device(sqlite3_file *file)
{
	return root_of(file)->pMethods->xDeviceCharacteristics(root_of(file));
}

/* Version 1: no shared memory, which an exclusive connection doesn't need. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_check_lock,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
	struct cut_disk *disk = vfs->pAppData;
	struct cut_file *ours = (struct cut_file *)file;

	memset(ours, 0, sizeof(*ours));
	memset(root_of(file), 0, (size_t)disk->root->szOsFile);
	int rc = disk->root->xOpen(disk->root, path, root_of(file), flags, out);
	if (root_of(file)->pMethods) {
		ours->base.pMethods = &methods;
		ours->disk = disk;
		ours->platter = path ? find(disk, path) : NULL;
	}
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	struct cut_disk *disk = vfs->pAppData;
	struct platter *platter = find(disk, path);

	tell(disk, platter, CUT_DELETE, 0, NULL, 0);
	g_byte_array_set_size(platter->durable, 0);
	g_ptr_array_set_size(platter->pending, 0);
	platter->exists = false;
	return disk->root->xDelete(disk->root, path, sync_folder);
}

/* -- the disk --------------------------------------------------------------------------------- */

struct cut_disk *cut_disk_new(const char *name, cut_func func, void *user)
{
	struct cut_disk *disk = g_new0(struct cut_disk, 1);

	sqlite3_initialize();
	disk->root = sqlite3_vfs_find(NULL);
	disk->name = g_strdup(name);
	disk->platters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, platter_free);
	disk->func = func;
	disk->user = user;
	disk->vfs = *disk->root;
	disk->vfs.iVersion = 2;
	disk->vfs.pNext = NULL;
	disk->vfs.zName = disk->name;
	disk->vfs.pAppData = disk;
	disk->vfs.szOsFile = (int)sizeof(struct cut_file) + disk->root->szOsFile;
	disk->vfs.xOpen = vfs_open;
	disk->vfs.xDelete = vfs_delete;
	sqlite3_vfs_register(&disk->vfs, 0);
	return disk;
}

void cut_disk_free(struct cut_disk *disk)
{
	sqlite3_vfs_unregister(&disk->vfs);
	g_hash_table_unref(disk->platters);
	g_free(disk->name);
	g_free(disk);
}

/* What the cut makes of the writes that weren't synced. */
static void leave_pending(GByteArray *file, const struct platter *platter, GRand *dice)
{
	enum { NONE, ALL, SOME, TORN, FATES };
	int fate = g_rand_int_range(dice, 0, FATES);

	for (guint i = 0; fate != NONE && i < platter->pending->len; i++) {
		const struct pending *pending = platter->pending->pdata[i];
		gsize bytes = length(pending);

		if (fate >= SOME && g_rand_boolean(dice))
			continue;
		if (fate == TORN && bytes > SECTOR && g_rand_boolean(dice)) {
			gsize cut = SECTOR *
				    (gsize)g_rand_int_range(dice, 1, (int)(bytes / SECTOR) + 1);

			cut = MIN(cut, bytes);
			if (g_rand_boolean(dice))
				apply(file, pending, 0, cut);
			else
				apply(file, pending, cut, bytes);
		} else {
			apply(file, pending, 0, bytes);
		}
	}
}

void cut_disk_leave(struct cut_disk *disk, GRand *dice, const char *folder)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, disk->platters);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct platter *platter = value;
		char *path = g_build_filename(folder, platter->name, NULL);

		g_unlink(path);
		if (platter->exists || (platter->pending->len > 0 && g_rand_boolean(dice))) {
			GByteArray *file = g_byte_array_new();

			g_byte_array_append(file, platter->durable->data, platter->durable->len);
			leave_pending(file, platter, dice);
			g_file_set_contents(path, (const char *)file->data, file->len, NULL);
			g_byte_array_unref(file);
		}
		g_free(path);
	}
}
