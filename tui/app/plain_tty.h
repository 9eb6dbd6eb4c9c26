/*
 * plain_tty: C-z as a byte of the input. As a signal it would stop the process with its keys,
 * before they can be let go.
 */
#ifndef SOTTO_TUI_APP_PLAIN_TTY_H
#define SOTTO_TUI_APP_PLAIN_TTY_H

#include <glib.h>
#include <stdbool.h>
#include <termios.h>

struct plain_tty {
	int fd;
	struct termios before;
	bool is_taken;
	guint8 stop; /* what the user stops jobs with; it ends what is read, as a line's end does */
};

/* From now on; nothing happens where FD is no terminal, or where no key stops a job. */
void plain_tty_take(struct plain_tty *tty, int fd);
/* As it was before. */
void plain_tty_give(struct plain_tty *tty);
/* Whether the key is among the bytes that were read. */
bool plain_tty_stops(const struct plain_tty *tty, const GByteArray *typed);

#endif
