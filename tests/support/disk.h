/*
 * disk: a disk of a test's own, in a file, to be looked at as a whole once it was taken off. It
 * takes root.
 */
#ifndef SOTTO_TESTS_DISK_H
#define SOTTO_TESTS_DISK_H

#include <glib.h>
#include <stdbool.h>

enum { DISK_SKIP = 77 };

/* Run a line of the shell, in silence; whether it ended with 0. */
bool disk_shell(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* An empty ext4 of MIB in the file IMAGE, mounted at FOLDER, which is made. */
bool disk_mount(const char *image, const char *folder, unsigned mib);
/* Take it off, and remove FOLDER. */
bool disk_unmount(const char *folder);
/* What FUNC gives for DATA in a process of its own; DISK_SKIP where this isn't root. */
int disk_in_child(int (*func)(void *data), void *data);

#endif
