/*
 * watch_canary: does a file grow by what is written to the terminal?
 *
 * Some 10 KB of "no attributes" (SGR 0) are written: nothing shows, and the terminal is as it was,
 * for it stands without attributes between two pictures and at a prompt. A file that grows as much
 * is looked at four times more, with other amounts and a rest before each, and is a record only if
 * it grew each time: a database that another program writes to does so once or twice by chance.
 * Nothing is written without files to look at, to a terminal whose TERM says that it knows no
 * sequences, from the background, or where the terminal doesn't take it at once. What a recorder
 * holds back in a buffer of up to 5 KB is allowed for; what it compresses isn't found.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_CANARY_H
#define SOTTO_TUI_OBSERVE_WATCH_CANARY_H

#include <glib.h>
#include <stdbool.h>

enum {
	WATCH_CANARY_BYTES = 10240,
	WATCH_CANARY_AGAIN_BYTES = 8192,
	WATCH_CANARY_US = 30000, /* how long a file has to grow */
	WATCH_CANARY_AGAIN_US = 100000, /* the same, when it is looked at again */
};

/*
 * Write to the terminal at descriptor FD and see which of FILES (struct watch_file) grow; TAKEN, of
 * as many bools, gets true for each that did. False when nothing could be written.
 */
bool watch_canary(int fd, GArray *files, bool *taken);

#endif
