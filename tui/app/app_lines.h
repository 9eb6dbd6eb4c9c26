/*
 * app_lines: what the running interface asks of its other form, as lines (tui/app/plain.h), while
 * that runs.
 */
#ifndef SOTTO_TUI_APP_APP_LINES_H
#define SOTTO_TUI_APP_APP_LINES_H

#include <stdbool.h>
#include "core/port/event.h"

struct plain;
struct roster;

struct app_lines {
	void (*event)(struct plain *plain, const struct event *event);
	/* Say TEXT, unasked. */
	void (*tell)(struct plain *plain, const char *text);
	bool (*is_locked)(const struct plain *plain);
	struct roster *(*roster)(const struct plain *plain);
	/* Whether messages of ADDRESS (NULL: of anybody) aren't printed at once. */
	bool (*is_veiled)(const struct plain *plain, const char *address);
	/* A bell, or what the terminal shows as a notification; the number in its title. Only a
	 * terminal gets them, and of titles one that is known to have one. */
	void (*alert)(struct plain *plain, const char *bytes);
	void (*set_count)(struct plain *plain, unsigned count);
	/* Nobody has typed for as long as setting lock_idle says: lock, and ask for the
	 * passphrase. */
	void (*idle)(struct plain *plain);
};

#endif
