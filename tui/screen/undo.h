/*
 * undo: an act that was agreed to, and is put off for ten seconds so that it can be taken back.
 *
 * One act waits at a time; another one has the former done first. It is done when its time is
 * over, and at a lock, a hang-up or the end at once.
 */
#ifndef SOTTO_TUI_SCREEN_UNDO_H
#define SOTTO_TUI_SCREEN_UNDO_H

#include "tui/screen/screen.h"

enum { UNDO_SECONDS = 10 };

/* Post JOB, which is given away, in UNDO_SECONDS. PENDING: what is said till then, with "%s" for
 * NAME. */
void undo_put(struct host *host, struct job *job, job_done done, void *user, const char *pending,
	      const char *name);
/* Do now what waits, if anything does. */
void undo_flush(struct host *host);
/* Take back what waits; FALSE: nothing does. */
bool undo_take_back(struct host *host);

#endif
