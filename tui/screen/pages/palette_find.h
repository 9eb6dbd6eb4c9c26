/*
 * palette_find: what fits some letters: people, commands, settings, the signs of the help.
 *
 * How well it fits comes first: the beginning of a name or of a synonym, then letters of a name in
 * their order, then the beginning of words in a description. Of what fits as well people come
 * first, then the commands of the screen in front, those that hold everywhere, those of other
 * screens, settings, signs. Without letters only what can be done here is listed.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_PALETTE_FIND_H
#define SOTTO_TUI_SCREEN_PAGES_PALETTE_FIND_H

#include <glib.h>
#include "tui/screen/screen.h"

enum found_type {
	FOUND_PERSON,
	FOUND_HERE,
	FOUND_GLOBAL,
	FOUND_ELSEWHERE,
	FOUND_SETTING,
	FOUND_SIGN,
};

struct found {
	enum found_type type;
	char *name;	     /* what is run, or set, or whose conversation that is */
	char *about;	     /* a person's address */
	char *keys;	     /* "" for none */
	const char *heading; /* where a command holds; NULL for what is none */
	const struct command *command; /* NULL for what is none */
	int score;
};

/* TYPED looked for from the screen BELOW the palette: of struct found, best first. Free with
 * g_array_unref. */
GArray *palette_find(const struct host *host, const struct screen_ops *below, const char *typed);

/* What a command is called elsewhere: "attach" for send-file. */
struct synonym {
	const char *word;
	const char *command;
};

extern const struct synonym palette_synonyms[]; /* ends with a word of NULL */

#endif
