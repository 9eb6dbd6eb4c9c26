/*
 * log: what libraries say on standard error waits while a screen is drawn on the same terminal.
 */
#ifndef SOTTO_TUI_CONFINE_LOG_H
#define SOTTO_TUI_CONFINE_LOG_H

enum {
	LOG_HELD_MAX = 20,	  /* messages; of more only the number is told */
	LOG_MESSAGE_BYTES = 1000, /* the rest of a longer one is cut off */
};

struct log;

/* Once a process, before threads and for its life: messages of GLib's log go by way of it. */
struct log *log_start(void);
/* From now on they wait; only what ends the program is printed at once. A fork has its own. */
void log_hold(struct log *log);
/* Print those that have waited. */
void log_release(struct log *log);

#endif
