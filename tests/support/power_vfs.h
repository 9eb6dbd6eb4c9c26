/*
 * power_vfs: a VFS under SQLite that knows what a disk may hold after a power cut.
 *
 * Everything written or truncated since a file's last sync is volatile. A cut keeps what is synced
 * and, of the rest, nothing, all, a random part, or a random part torn at sectors.
 */
#ifndef SOTTO_TESTS_POWER_VFS_H
#define SOTTO_TESTS_POWER_VFS_H

#include <glib.h>
#include <stdbool.h>

struct power;

/* Called after each operation that changes a file. */
typedef void (*power_hook)(struct power *power, void *user);

/* Register a VFS called NAME over SQLite's default one, once in the process's life. */
struct power *power_vfs_add(const char *name, power_hook hook, void *user);
/* Whether the last operation wrote nothing but zeros: the wiping of a log. */
bool power_is_wiping(const struct power *power);
/* Write into FOLDER what the disk could hold if the power went now; DICE decides. */
void power_cut(struct power *power, const char *folder, GRand *dice);
/* Forget every file: a new world begins. */
void power_forget(struct power *power);

#endif
