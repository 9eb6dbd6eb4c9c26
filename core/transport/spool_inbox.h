/*
 * spool_inbox: what lies in the own inbox, looked at as something that anybody on the host can put
 * there.
 *
 * Links, folders, devices, FIFOs, files with more than one link, empty and huge ones are refused:
 * removed where that is possible, else ignored by their inode, and told once. Files come oldest
 * first by the kernel's change time, which no sender can set, and within one tick of it in the
 * order of their sender (spool_post.h). From one uid at most INBOX_FILES_PER_UID files and
 * INBOX_BYTES_PER_UID bytes are taken in a row, then it is the others' turn, so that nobody can
 * keep them waiting.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_INBOX_H
#define SOTTO_CORE_TRANSPORT_SPOOL_INBOX_H

#include <glib.h>
#include <stdbool.h>
#include "core/transport.h"

enum {
	INBOX_FILES_PER_UID = 2000,
	INBOX_BYTES_PER_UID = 64 * 1024 * 1024,
	INBOX_BATCH_BYTES = 16 * 1024 * 1024, /* read at a time, about */
	INBOX_ENTRIES_MAX = 200000, /* looked at in one pass */
	INBOX_TMP_HOURS = 36,	    /* older files in tmp/ were left by a crash */
};

struct inbox;

struct inbox *inbox_new(void);
void inbox_free(struct inbox *inbox);

/* Begin a round: what was handed out and not acked may come again. */
void inbox_begin(struct inbox *inbox);

/*
 * One pass over FOLDER (a readable descriptor of inbox/ID/new): up to TRANSPORT_BATCH parcels at a
 * time to LISTENER. Gives how many were handed out; 0 when there is nothing new in this round.
 */
unsigned inbox_pass(struct inbox *inbox, int folder, const struct transport_listener *listener,
		    void *user);

/* Remove what was handed out as TOKENS, on a thread (spool_remove.h); until it is gone no pass sees
 * it. */
void inbox_ack(struct inbox *inbox, int folder, const uint64_t *tokens, size_t count);

/* Remove files in FOLDER (inbox/ID/tmp) older than INBOX_TMP_HOURS at NOW, wall ms. */
void inbox_clear_tmp(int folder, int64_t now);

#endif
