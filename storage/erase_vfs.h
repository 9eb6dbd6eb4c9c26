/*
 * erase_vfs: a layer under SQLite that overwrites what SQLite is about to give back to the disk.
 *
 * Write-ahead log and journal are filled with zeros before they are truncated or removed, a
 * database's tail before it is cut off. In two phases: the header first, synced, which makes the
 * log durably invalid; then the body, synced. A body wiped under a valid header would let a power
 * cut replay the beginning of an old log over a newer database.
 *
 * When zeroing fails, truncating and removing fail with the same code, so that nobody takes a
 * log for erased that isn't.
 */
#ifndef SOTTO_STORAGE_ERASE_VFS_H
#define SOTTO_STORAGE_ERASE_VFS_H

/* What tests compare with: the naive way, in one phase, and none at all. */
enum erase_mode { ERASE_TWO_PHASES, ERASE_ONE_PHASE, ERASE_NOTHING };

/*
 * Register a layer called NAME over the VFS called BENEATH (NULL: SQLite's default), once in the
 * process's life; doing so again changes nothing. SQLite's result code.
 */
int erase_vfs_add(const char *name, const char *beneath, enum erase_mode mode);

#endif
