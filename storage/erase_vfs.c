#include "storage/erase_vfs.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "storage/sqlite.h"

enum { ZERO_BYTES = 32 << 10, LOG_HEADER_BYTES = 512 };

/* A VFS of ours: SQLite's struct, and what lies under it. */
struct layer {
	sqlite3_vfs vfs;
	sqlite3_vfs *beneath;
	enum erase_mode mode;
};

/* A file of ours; the file beneath lies behind it in the same block. */
struct layer_file {
	sqlite3_file base;
	enum erase_mode mode;
	bool is_log;
};

static const char zeros[ZERO_BYTES];

static sqlite3_file *beneath(sqlite3_file *file)
{
	return (sqlite3_file *)((struct layer_file *)file + 1);
}

static struct layer *layer_of(sqlite3_vfs *vfs)
{
	return vfs->pAppData;
}

static int zero_range(sqlite3_file *file, sqlite3_int64 from, sqlite3_int64 to)
{
	int rc = SQLITE_OK;

	for (sqlite3_int64 at = from; rc == SQLITE_OK && at < to; at += ZERO_BYTES)
		rc = file->pMethods->xWrite(file, zeros, (int)MIN(ZERO_BYTES, to - at), at);
	if (rc == SQLITE_OK && from < to)
		rc = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
	return rc;
}

/* Zero FILE (one beneath) from FROM to its end. */
static int zero_tail(sqlite3_file *file, sqlite3_int64 from, bool is_log, enum erase_mode mode)
{
	sqlite3_int64 size = 0;

	if (mode == ERASE_NOTHING)
		return SQLITE_OK;
	int rc = file->pMethods->xFileSize(file, &size);
	if (rc == SQLITE_OK && from == 0 && is_log && mode == ERASE_TWO_PHASES)
		rc = zero_range(file, 0, MIN(LOG_HEADER_BYTES, size));
	if (rc == SQLITE_OK)
		rc = zero_range(file, from, size);
	return rc;
}

static int file_close(sqlite3_file *file)
{
	return beneath(file)->pMethods->xClose(beneath(file));
}

static int file_read(sqlite3_file *file, void *out, int bytes, sqlite3_int64 at)
{
	return beneath(file)->pMethods->xRead(beneath(file), out, bytes, at);
}

static int file_write(sqlite3_file *file, const void *data, int bytes, sqlite3_int64 at)
{
	return beneath(file)->pMethods->xWrite(beneath(file), data, bytes, at);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	const struct layer_file *ours = (const struct layer_file *)file;
	int rc = zero_tail(beneath(file), size, ours->is_log, ours->mode);

	return rc == SQLITE_OK ? beneath(file)->pMethods->xTruncate(beneath(file), size) : rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
	return beneath(file)->pMethods->xSync(beneath(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return beneath(file)->pMethods->xFileSize(beneath(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
	return beneath(file)->pMethods->xLock(beneath(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return beneath(file)->pMethods->xUnlock(beneath(file), level);
}

static int file_check_lock(sqlite3_file *file, int *is_held)
{
	return beneath(file)->pMethods->xCheckReservedLock(beneath(file), is_held);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
	return beneath(file)->pMethods->xFileControl(beneath(file), operation, argument);
}

static int file_sector(sqlite3_file *file)
{
	return beneath(file)->pMethods->xSectorSize(beneath(file));
}

static int file_device(sqlite3_file *file)
{
	return beneath(file)->pMethods->xDeviceCharacteristics(beneath(file));
}

static int file_map(sqlite3_file *file, int page, int bytes, int extend, void volatile **out)
{
	return beneath(file)->pMethods->xShmMap(beneath(file), page, bytes, extend, out);
}

static int file_map_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return beneath(file)->pMethods->xShmLock(beneath(file), offset, count, flags);
}

static void file_map_barrier(sqlite3_file *file)
{
	beneath(file)->pMethods->xShmBarrier(beneath(file));
}

static int file_unmap(sqlite3_file *file, int is_deleted)
{
	return beneath(file)->pMethods->xShmUnmap(beneath(file), is_deleted);
}

/* Version 2: the WAL's shared memory, but no memory-mapped reading. */
static const sqlite3_io_methods methods = {
	.iVersion = 2,
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
	.xShmMap = file_map,
	.xShmLock = file_map_lock,
	.xShmBarrier = file_map_barrier,
	.xShmUnmap = file_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *out)
{
	struct layer *layer = layer_of(vfs);
	struct layer_file *ours = (struct layer_file *)file;
	sqlite3_file *theirs = beneath(file);

	memset(ours, 0, sizeof(*ours));
	memset(theirs, 0, (size_t)layer->beneath->szOsFile);
	int rc = layer->beneath->xOpen(layer->beneath, path, theirs, flags, out);
	if (theirs->pMethods) {
		ours->base.pMethods = &methods;
		ours->mode = layer->mode;
		ours->is_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
	}
	return rc;
}

/*
 * Only logs are opened here for wiping: closing any descriptor of the database itself would drop
 * the process's POSIX locks on it.
 */
static int zero_log(struct layer *layer, const char *path, int type)
{
	sqlite3_vfs *below = layer->beneath;
	int exists = 0;

	int rc = below->xAccess(below, path, SQLITE_ACCESS_EXISTS, &exists);
	if (rc != SQLITE_OK || !exists)
		return rc;
	sqlite3_file *file = g_malloc0((size_t)below->szOsFile);
	rc = below->xOpen(below, path, file, SQLITE_OPEN_READWRITE | type, NULL);
	if (rc == SQLITE_OK)
		rc = zero_tail(file, 0, true, layer->mode);
	if (file->pMethods)
		file->pMethods->xClose(file);
	g_free(file);
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	struct layer *layer = layer_of(vfs);
	int rc = SQLITE_OK;

	if (g_str_has_suffix(path, "-wal"))
		rc = zero_log(layer, path, SQLITE_OPEN_WAL);
	else if (g_str_has_suffix(path, "-journal"))
		rc = zero_log(layer, path, SQLITE_OPEN_MAIN_JOURNAL);
	if (rc != SQLITE_OK)
		return rc;
	return layer->beneath->xDelete(layer->beneath, path, sync_folder);
}

int erase_vfs_add(const char *name, const char *below, enum erase_mode mode)
{
	int rc = sqlite3_initialize();

	if (rc != SQLITE_OK || sqlite3_vfs_find(name))
		return rc;
	sqlite3_vfs *root = sqlite3_vfs_find(below);
	if (!root)
		return SQLITE_NOTFOUND;
	/* SQLite keeps it in its list for the process's life. */
	struct layer *layer = g_new0(struct layer, 1);
	layer->vfs = *root;
	layer->vfs.iVersion = MIN(root->iVersion, 2);
	layer->vfs.pNext = NULL;
	layer->vfs.zName = g_strdup(name);
	layer->vfs.pAppData = layer;
	layer->vfs.szOsFile = (int)sizeof(struct layer_file) + root->szOsFile;
	layer->vfs.xOpen = vfs_open;
	layer->vfs.xDelete = vfs_delete;
	layer->beneath = root;
	layer->mode = mode;
	return sqlite3_vfs_register(&layer->vfs, 0);
}
