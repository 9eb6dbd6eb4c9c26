/*
 * spool_inbox: what lies in the own inbox, looked at as something that anybody on the host can put
 * there.
 *
 * It is looked at in rounds. Links, folders, devices, FIFOs, files with more than one link, empty
 * and huge ones are refused: removed where that is possible, else ignored by their inode, and told
 * once. Files come oldest first by the kernel's change time (spool_queue.h). From one uid at most
 * INBOX_FILES_PER_UID files and INBOX_BYTES_PER_UID bytes are taken in a row, then it is the
 * others' turn. Whether a uid is heard at all is the listener's to say (transport.h, heed); what
 * waits because of that is told in one line.
 *
 * Files are read on threads (core/base/errand.h): a file system that hangs ends the round, and
 * nothing more is read until it answers. Looking at the folder itself isn't bounded.
 *
 * A round goes in steps, so that whoever takes them can do something else in between, or stop.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INBOX_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INBOX_H

#include <glib.h>
#include <stdbool.h>
#include "core/port/transport.h"

enum {
	INBOX_FILES_PER_UID = 2000,
	INBOX_BYTES_PER_UID = 64 * 1024 * 1024,
	INBOX_BATCH_BYTES = 16 * 1024 * 1024, /* read at a time, about */
	INBOX_LOOKS = 4096,	     /* entries of the folder in one step */
	INBOX_LOOK_MS = 3000,	     /* at most, before what was found by then is handed out */
	INBOX_READ_MS = 30000,	     /* a batch; then its file system counts as hung */
	INBOX_TRY_MS = 20000,	     /* a uid of which things are left is tried so long, a round */
	INBOX_REFUSED_PER_UID = 1000, /* in one round; the rest waits */
	INBOX_DROPPED_PER_UID = 1000, /* in one round; the rest is the next one's */
	INBOX_HANDED_MAX = 131072,   /* remembered in one round */
	INBOX_STUCK_MAX = 10000,     /* things that can't be removed, remembered */
	INBOX_TMP_HOURS = 36,	     /* older files in tmp/ were left by a crash */
	INBOX_TMP_MAX = 20000,	     /* looked at there */
};

struct inbox;

/* OWNER is the uid that the inbox belongs to: its own other devices leave things too. */
struct inbox *inbox_new(uid_t owner);
/* Waits so long, at most, for what was acknowledged to be removed. */
void inbox_free(struct inbox *inbox, unsigned wait_ms);

/*
 * Begin a round over all of the folder, or, where NAMES (NULL-terminated) is given, over these in
 * it. What was handed out before and not acked may come again. LISTENER is borrowed to the end.
 */
void inbox_begin(struct inbox *inbox, const char *const *names,
		 const struct transport_listener *listener, void *user);
/*
 * One step in FOLDER (a readable descriptor of inbox/ID/new): a part of the looking, or parcels to
 * the listener, as many as it likes. FALSE: the round is over, and what is to be told of it has
 * been.
 */
bool inbox_step(struct inbox *inbox, int folder);
/* End the round, over or not. */
void inbox_end(struct inbox *inbox);
/* How many files the last round over all of the folder left waiting. */
unsigned inbox_waiting(const struct inbox *inbox) G_GNUC_PURE;

/* Remove what was handed out as TOKENS, on a thread (spool_remove.h); until it is gone no round
 * sees it. */
void inbox_ack(struct inbox *inbox, int folder, const uint64_t *tokens, size_t count);
/* What was handed out as TOKENS stays, and isn't handed out again in this round. */
void inbox_leave(struct inbox *inbox, const uint64_t *tokens, size_t count);

/* Remove files in FOLDER (inbox/ID/tmp) older than INBOX_TMP_HOURS at NOW, wall ms. */
void inbox_clear_tmp(int folder, int64_t now);

#endif
