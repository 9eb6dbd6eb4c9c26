/*
 * host_copy: what screens may ask of their host about copying words out of the screen, which only a
 * terminal or tmux can do.
 */
#ifndef SOTTO_TUI_SCREEN_HOST_COPY_H
#define SOTTO_TUI_SCREEN_HOST_COPY_H

#include <stdint.h>
#include "tui/observe/copy.h"

struct host;

/* Where a copy would go just now. */
struct copy_means {
	enum copy_place place; /* COPY_NOWHERE: REFUSED says why, a sentence */
	const char *refused;
};

/* What is copied: TEXT from copy_text(), borrowed, of the message SEQ with ADDRESS. The copy goes
 * when that message does. */
struct copy_order {
	enum copy_place place;
	const char *text;
	const char *address;
	int64_t seq;
};
struct host_copy_ops {
	void (*ask)(struct host *host, struct copy_means *means);
	/* The host says what came of it, once that is known. */
	void (*put)(struct host *host, const struct copy_order *order);
};

#endif
