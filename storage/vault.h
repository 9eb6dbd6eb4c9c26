/*
 * vault: a profile's folder with everything at rest in it; the only header of this room for
 * outsiders.
 *
 * In the folder: `header` (the key file), `store.db` and its log, `ballast` (kept aside for a
 * full disk), `lock`. What the port promises stands in core/port/store.h.
 */
#ifndef SOTTO_STORAGE_VAULT_H
#define SOTTO_STORAGE_VAULT_H

#include <glib.h>

#include "core/port/store.h"

struct clock;

/*
 * A door to the profile at PATH (absolute, there or not). CLOCK is borrowed and outlives the
 * door; a store opened through it is closed before the door is freed.
 */
struct store_door *vault_door_new(const char *path, const struct clock *clock);

/*
 * The versions of the libraries that touch stored data ("SQLCipher 3.4.1", ...); free with
 * g_strfreev.
 */
char **vault_versions(void);

#endif
