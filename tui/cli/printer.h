/*
 * printer: where a verb's words go: standard output, or the other end of the control socket.
 *
 * Verbs print whole lines. A line counts as printed when flush() has called back: on standard
 * output after fflush(), over the control socket when the other process says that it has done the
 * same. So a message is marked read only when its line has really come out.
 */
#ifndef SOTTO_TUI_CLI_PRINTER_H
#define SOTTO_TUI_CLI_PRINTER_H

#include <glib.h>
#include <stdbool.h>

struct printer {
	/* Print LINE (without newline) on standard output, or on standard error. */
	void (*line)(struct printer *printer, const char *line);
	void (*complain)(struct printer *printer, const char *line);
	/* DONE when all lines so far are out; OK false when they can't come out any more. May call
	 * back at once. */
	void (*flush)(struct printer *printer, void (*done)(void *user, bool ok), void *user);
	/*
	 * Another process is to have the file behind FD, from its beginning, as NAME where its user
	 * said: DONE with the path, or with a sentence when it isn't OK. NULL: it is this process.
	 */
	void (*file)(struct printer *printer, int fd, const char *name,
		     void (*done)(void *user, bool ok, const char *text), void *user);
};

/* The one for the process's own descriptors; lives for ever. */
struct printer *printer_standard(void);

/* The exit code of a process that has printed all: EXIT_CODE, or 1, which is said, where
 * it didn't come out. */
int printer_end(int exit_code);

/* Print a formatted line. */
void print(struct printer *printer, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
