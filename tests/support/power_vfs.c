#include "tests/support/power_vfs.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "storage/sqlite.h"

enum { SECTOR = 512 };

/* One change since the last sync: bytes written AT, or (BYTES NULL) the size AT. */
struct change {
	gint64 at;
	GBytes *bytes;
};

/* What is known of a file by its name. */
struct shadow {
	char *name; /* without folder */
	GByteArray *durable;
	GPtrArray *changes;
	bool is_durable; /* its name is on the disk */
};

struct power {
	sqlite3_vfs vfs;
	sqlite3_vfs *root;
	power_hook hook;
	void *user;
	GPtrArray *shadows;
	bool is_wiping;
	bool is_in_hook;
};

/* The file beneath lies behind it in the same block. */
struct power_file {
	sqlite3_file base;
	struct power *power;
	struct shadow *shadow; /* NULL for temporary files without a name */
};

static sqlite3_file *beneath(sqlite3_file *file)
{
	return (sqlite3_file *)((struct power_file *)file + 1);
}

static void change_free(void *data)
{
	struct change *change = data;

	g_clear_pointer(&change->bytes, g_bytes_unref);
	g_free(change);
}

static void shadow_free(void *data)
{
	struct shadow *shadow = data;

	g_free(shadow->name);
	g_byte_array_unref(shadow->durable);
	g_ptr_array_unref(shadow->changes);
	g_free(shadow);
}

static struct shadow *shadow_of(struct power *power, const char *path, bool make)
{
	char *name = g_path_get_basename(path);
	struct shadow *shadow = NULL;

	for (unsigned i = 0; !shadow && i < power->shadows->len; i++) {
		struct shadow *there = power->shadows->pdata[i];

		if (g_str_equal(there->name, name))
			shadow = there;
	}
	if (!shadow && make) {
		shadow = g_new0(struct shadow, 1);
		shadow->name = g_strdup(name);
		shadow->durable = g_byte_array_new();
		shadow->changes = g_ptr_array_new_with_free_func(change_free);
		g_ptr_array_add(power->shadows, shadow);
	}
	g_free(name);
	return shadow;
}

static void tick(struct power *power)
{
	if (power->is_in_hook)
		return;
	power->is_in_hook = true;
	power->hook(power, power->user);
	power->is_in_hook = false;
}

/* -- what the disk holds -------------------------------------------------------------------- */

static void resize(GByteArray *to, gsize size)
{
	gsize before = to->len;

	g_byte_array_set_size(to, (guint)size);
	if (size > before)
		memset(to->data + before, 0, size - before);
}

/* Bytes FROM up to END of CHANGE. */
static void apply(GByteArray *to, const struct change *change, gsize from, gsize end)
{
	gsize bytes;

	if (!change->bytes) {
		if ((gsize)change->at < to->len)
			resize(to, (gsize)change->at);
		return;
	}
	const uint8_t *data = g_bytes_get_data(change->bytes, &bytes);
	if ((gsize)change->at + end > to->len)
		resize(to, (gsize)change->at + end);
	memcpy(to->data + change->at + from, data + from, end - from);
}

static void apply_whole(GByteArray *to, const struct change *change)
{
	apply(to, change, 0, change->bytes ? g_bytes_get_size(change->bytes) : 0);
}

enum fate { FATE_NOTHING, FATE_ALL, FATE_PART, FATE_TORN, FATES };

static void apply_torn(GByteArray *to, const struct change *change, GRand *dice)
{
	gsize bytes = change->bytes ? g_bytes_get_size(change->bytes) : 0;

	if (bytes <= SECTOR || g_rand_int_range(dice, 0, 3) > 0) {
		apply_whole(to, change);
		return;
	}
	gsize cut = SECTOR * (gsize)g_rand_int_range(dice, 1, (gint32)((bytes - 1) / SECTOR) + 1);
	if (g_rand_boolean(dice))
		apply(to, change, 0, cut);
	else
		apply(to, change, cut, bytes);
}

static void cut_one(const struct shadow *shadow, const char *path, GRand *dice)
{
	enum fate fate = (enum fate)g_rand_int_range(dice, 0, FATES);
	GByteArray *left = g_byte_array_new();

	g_byte_array_append(left, shadow->durable->data, shadow->durable->len);
	for (unsigned i = 0; fate != FATE_NOTHING && i < shadow->changes->len; i++) {
		const struct change *change = shadow->changes->pdata[i];

		if (fate == FATE_ALL)
			apply_whole(left, change);
		else if (g_rand_boolean(dice) && fate == FATE_PART)
			apply_whole(left, change);
		else if (fate == FATE_TORN && g_rand_boolean(dice))
			apply_torn(left, change, dice);
	}
	g_file_set_contents_full(path, (const char *)left->data, left->len,
				 G_FILE_SET_CONTENTS_NONE, 0600, NULL);
	g_byte_array_unref(left);
}

void power_cut(struct power *power, const char *folder, GRand *dice)
{
	for (unsigned i = 0; i < power->shadows->len; i++) {
		const struct shadow *shadow = power->shadows->pdata[i];
		char *path = g_build_filename(folder, shadow->name, NULL);

		unlink(path);
		/* A name that was never synced may be there or not. */
		if (shadow->is_durable || (shadow->changes->len > 0 && g_rand_boolean(dice)))
			cut_one(shadow, path, dice);
		g_free(path);
	}
}

bool power_is_wiping(const struct power *power)
{
	return power->is_wiping;
}

void power_forget(struct power *power)
{
	g_ptr_array_set_size(power->shadows, 0);
}

/* -- the layer ------------------------------------------------------------------------------ */

static void record(struct power_file *file, gint64 at, const void *data, int bytes)
{
	struct change *change = g_new(struct change, 1);
	bool is_zero = data != NULL;

	for (int i = 0; is_zero && i < bytes; i++)
		is_zero = ((const uint8_t *)data)[i] == 0;
	file->power->is_wiping = is_zero;
	change->at = at;
	change->bytes = data ? g_bytes_new(data, (gsize)bytes) : NULL;
	g_ptr_array_add(file->shadow->changes, change);
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
	struct power_file *ours = (struct power_file *)file;

	int rc = beneath(file)->pMethods->xWrite(beneath(file), data, bytes, at);
	if (rc == SQLITE_OK && ours->shadow) {
		record(ours, at, data, bytes);
		tick(ours->power);
	}
	return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct power_file *ours = (struct power_file *)file;

	int rc = beneath(file)->pMethods->xTruncate(beneath(file), size);
	if (rc == SQLITE_OK && ours->shadow) {
		record(ours, size, NULL, 0);
		tick(ours->power);
	}
	return rc;
}

/* To the disk itself nothing is synced: only the shadow counts. */
static int file_sync(sqlite3_file *file, int flags)
{
	const struct power_file *ours = (const struct power_file *)file;
	struct shadow *shadow = ours->shadow;

	(void)flags;
	if (!shadow)
		return SQLITE_OK;
	for (unsigned i = 0; i < shadow->changes->len; i++)
		apply_whole(shadow->durable, shadow->changes->pdata[i]);
	g_ptr_array_set_size(shadow->changes, 0);
	shadow->is_durable = true;
	return SQLITE_OK;
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
	(void)file;
	return SECTOR;
}

/* No promises: any write may be torn. */
static int file_device(sqlite3_file *file)
{
	(void)file;
	return 0;
}

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
	struct power *power = vfs->pAppData;
	struct power_file *ours = (struct power_file *)file;
	sqlite3_file *theirs = beneath(file);

	memset(ours, 0, sizeof(*ours));
	memset(theirs, 0, (size_t)power->root->szOsFile);
	int rc = power->root->xOpen(power->root, path, theirs, flags, out);
	if (theirs->pMethods) {
		ours->base.pMethods = &methods;
		ours->power = power;
		ours->shadow = path ? shadow_of(power, path, true) : NULL;
	}
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	struct power *power = vfs->pAppData;
	struct shadow *shadow = shadow_of(power, path, false);

	int rc = power->root->xDelete(power->root, path, sync_folder);
	if (rc == SQLITE_OK && shadow)
		g_ptr_array_remove(power->shadows, shadow);
	tick(power);
	return rc;
}

struct power *power_vfs_add(const char *name, power_hook hook, void *user)
{
	struct power *power = g_new0(struct power, 1);

	sqlite3_initialize();
	power->root = sqlite3_vfs_find(NULL);
	power->hook = hook;
	power->user = user;
	power->shadows = g_ptr_array_new_with_free_func(shadow_free);
	power->vfs = *power->root;
	power->vfs.iVersion = MIN(power->root->iVersion, 2);
	power->vfs.pNext = NULL;
	power->vfs.zName = g_strdup(name);
	power->vfs.pAppData = power;
	power->vfs.szOsFile = (int)sizeof(struct power_file) + power->root->szOsFile;
	power->vfs.xOpen = vfs_open;
	power->vfs.xDelete = vfs_delete;
	sqlite3_vfs_register(&power->vfs, 0);
	return power;
}
