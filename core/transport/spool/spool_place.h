/*
 * spool_place: folders of the spool, opened step by step without following a link, because
 * everything below SPOOL/NAME is NAME's to arrange.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_PLACE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_PLACE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct logins;

enum { PLACE_PATH_BYTES = 64 };

/*
 * The folder of NAME as an O_PATH descriptor, its owner in *OWNER (may be NULL). UNREACHABLE: the
 * spool itself can't be reached; NO_CONTACT: nobody of that name; TRUST: a login of somebody else's
 * in /etc/passwd (spool_login.h); -1 then. ASKING: or what LOGINS know, too.
 */
int place_open(const char *root, const char *name, uid_t *owner, GError **error);
int place_open_asking(const char *root, const char *name, struct logins *logins, uid_t *owner,
		      GError **error);

/*
 * The folder at PATH ("inbox/7/new") below PLACE: O_PATH, or readable with FLAGS O_RDONLY.
 * NO_DEVICES when it isn't there, UNREACHABLE when it may not be entered.
 */
int place_folder(int place, const char *path, int flags, GError **error);

/* Make the folder PATH below PLACE with MODE, whatever the umask; fine when it is there already and
 * is ours. Another mode is set right, which a confined process may not do: ERROR_IO then. */
gboolean place_make(int place, const char *path, mode_t mode,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* inbox/DEVICE/LEAF, or inbox/DEVICE for NULL, into OUT; returns OUT. */
char *place_inbox(uint32_t device, const char *leaf, char out[static PLACE_PATH_BYTES]);
/* devices/DEVICE.xml */
char *place_bundle(uint32_t device, char out[static PLACE_PATH_BYTES]);

/* Which file it was that was read, and how long. */
struct place_mark {
	dev_t device;
	ino_t inode;
	uid_t owner;
	size_t bytes;
};

/*
 * Read the regular file NAME in FOLDER, of exactly one link, 1 to MAX bytes, in one go through one
 * descriptor that never blocks; which one it was goes to *MARK. ERROR_FORMAT when it is something
 * else or changed meanwhile; ERROR_IO when that can't be told now.
 */
GBytes *place_read(int folder, const char *name, size_t max, struct place_mark *mark,
		   GError **error);

/*
 * Write zeros over the bytes of NAME in FOLDER that were read, if it is still the file of MARK, of
 * one link, and may be written to. Gives a descriptor of it, written but not synced, for the caller
 * to close; -1 when nothing was written.
 */
int place_overwrite(int folder, const char *name, const struct place_mark *mark);

/* Remove NAME in FOLDER and what is in it, as far as it is ours to remove. */
void place_remove(int folder, const char *name);

#endif
