/*
 * find: a search inside one conversation, and the place where it stands.
 *
 * Finds are places (seq), newest first. What was looked for is wiped with find_clear().
 */
#ifndef SOTTO_TUI_SCREEN_FIND_H
#define SOTTO_TUI_SCREEN_FIND_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "tui/client/link.h"

enum { FIND_MAX = 500 };

struct find {
	struct link *link;
	char *text;    /* plain memory; NULL: nothing is looked for */
	char **words;  /* of it, for marking */
	GArray *seqs;  /* int64_t */
	guint at;
	bool is_asking;
	/* The answer came. */
	void (*found)(void *user, const GError *error);
	void *user;
};

void find_init(struct find *find, struct link *link, void (*found)(void *user, const GError *error),
	       void *user);
void find_clear(struct find *find);
/* Look for TEXT in the conversation with ADDRESS; NULL or "" forgets the former search. */
void find_start(struct find *find, const char *address, const char *text);
/* Only mark the words of TEXT. */
void find_mark(struct find *find, const char *text);
/* The next older (+1) or newer (-1) find; 0 when there is none. */
int64_t find_move(struct find *find, int by);
/* For marking; NULL when nothing is looked for. */
const char *const *find_words(const struct find *find);

#endif
