/*
 * cut_vfs: a disk under SQLite whose power can be cut, in imagination.
 *
 * What was written since a file's last sync is not yet on the disk: a cut may leave all of it,
 * nothing, some of the writes, or a write torn at a sector. The real files always have everything;
 * cut_disk_leave writes what a cut at this moment could leave into another folder.
 */
#ifndef SOTTO_TESTS_CUT_VFS_H
#define SOTTO_TESTS_CUT_VFS_H

#include <glib.h>
#include <stdbool.h>

enum cut_what { CUT_WRITE, CUT_TRUNCATE, CUT_SYNC, CUT_DELETE };

/* One thing done to a file: its name without folders, where, how much, and the bytes of a write. */
struct cut_event {
	enum cut_what what;
	const char *file;
	gint64 offset;
	int bytes;
	const char *data;
};

struct cut_disk;

/* Called at each event: before it for sync and delete, after it for write and truncate. */
typedef void (*cut_func)(const struct cut_event *event, void *user);

/* Register a VFS called NAME over the default one; FUNC may be NULL. Freed by cut_disk_free. */
struct cut_disk *cut_disk_new(const char *name, cut_func func, void *user);
void cut_disk_free(struct cut_disk *disk);

/* Write into FOLDER (emptied of the files concerned) what a power cut right now could leave. */
void cut_disk_leave(struct cut_disk *disk, GRand *dice, const char *folder);

#endif
