/*
 * store_door: the profile's folder, before its store is open and around that: create, open, change
 * the passphrase, wipe, hold the profile's lock. The other half of the port in core/port/store.h.
 */
#ifndef SOTTO_CORE_PORT_STORE_DOOR_H
#define SOTTO_CORE_PORT_STORE_DOOR_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/store_rows.h"

struct secret;
struct store;

/* The profile's folder. Owned by who made it; free through ops->free. */
struct store_door {
	const struct store_door_ops *ops;
};

struct store_door_ops {
	void (*free)(struct store_door *door);
	/* The profile's folder, an absolute path. */
	const char *(*path)(struct store_door *door);
	/* Whether a profile is there (its header file, whole or not). */
	bool (*exists)(struct store_door *door);
	/* Whether one can be made here: ERROR_EXISTS; ERROR_DAMAGED where there is one whose key
	 * file is missing. What a making that was cut short left is no hindrance. */
	gboolean (*is_free)(struct store_door *door, GError **error);
	/*
	 * Take the profile's lock (flock, close-on-exec): ERROR_NO_PROFILE, where a making was cut
	 * short too; ERROR_DAMAGED, ERROR_IN_USE. Held until release.
	 */
	gboolean (*hold)(struct store_door *door, GError **error);
	/* The same for whatever is left of a profile, to wipe it. */
	gboolean (*hold_rest)(struct store_door *door, GError **error);
	void (*release)(struct store_door *door);
	/*
	 * Make the folder (0700), header and empty database; holds the lock afterwards.
	 * As is_free. On any error nothing half-made is left. It isn't a profile before finish:
	 * what a crash leaves until then the next create clears away.
	 */
	struct store *(*create)(struct store_door *door, const struct secret *passphrase,
				enum kdf_level level, GError **error);
	/* All that makes it a profile is in the store, and on the disk. */
	gboolean (*finish)(struct store_door *door, GError **error);
	/* ERROR_PASSPHRASE, ERROR_DAMAGED told apart; the lock must be held. */
	struct store *(*open)(struct store_door *door, const struct secret *passphrase,
			      GError **error);
	/* One slot of the header; the database isn't touched, and may be open. */
	gboolean (*change)(struct store_door *door, const struct secret *old,
			   const struct secret *fresh, GError **error);
	/* Which files have other names elsewhere (hard links), of those with keys or sealed words,
	 * or of the others; g_free, NULL for none. */
	char *(*other_names)(struct store_door *door, bool is_secret);
	/* The header first, then everything else in the folder; the lock must be held. Those that
	 * are secret are overwritten whatever other names they have, the others only without. */
	gboolean (*wipe)(struct store_door *door, GError **error);
	/* A small note that is kept in the clear beside the profile; NULL when there is none. */
	gboolean (*note_put)(struct store_door *door, GBytes *note, GError **error);
	GBytes *(*note_get)(struct store_door *door);
	/*
	 * Without any key: overwrite the vault's keys whose time is over; the lock must be held.
	 * *WAIT is the ms until the next one, 0 for none.
	 */
	gboolean (*expire)(struct store_door *door, int64_t *wait, GError **error);
	/* What is known without a passphrase, for `status`. */
	gboolean (*peek)(struct store_door *door, struct store_peek *peek, GError **error);
};

#endif
