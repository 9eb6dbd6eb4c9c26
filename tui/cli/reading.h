/*
 * reading: messages whose lines are being printed, marked read when the lines are out.
 *
 * A crash between the two prints a message again and never loses one.
 */
#ifndef SOTTO_TUI_CLI_READING_H
#define SOTTO_TUI_CLI_READING_H

#include "tui/cli/verb.h"

struct reading;

struct reading *reading_new(void);
void reading_free(struct reading *reading);
void reading_clear(struct reading *reading);

/* Note MESSAGE if it is an incoming one that hasn't been read. */
void reading_add(struct reading *reading, const struct message *message);

/*
 * Flush CALL's printer, then mark what was noted. DONE's error is NULL when all went well; on a
 * printer that can't print any more nothing is marked.
 */
void reading_commit(struct reading *reading, struct call *call, engine_done done, void *user);

#endif
