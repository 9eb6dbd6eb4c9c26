/*
 * keymap: which keys run which command line, by mode.
 *
 * A mode is a word such as "conversation" or "edit"; "" is everywhere. A lookup is given the modes
 * in reach, innermost first, "" is tried last. Bindings are sequences of 1 to 3 keys; defaults
 * come from command tables, the config file replaces them:
 *
 *	# everywhere
 *	[keys]
 *	C-k = palette
 *	# unbound
 *	C-l = none
 *	[keys conversation]
 *	C-x t = timer 1h
 */
#ifndef SOTTO_TUI_KIT_KEYMAP_H
#define SOTTO_TUI_KIT_KEYMAP_H

#include <glib.h>
#include "tui/kit/command.h"
#include "tui/term/key.h"

struct keymap;

/* The keys of a sequence that is under way; zeroed: none. */
struct key_pending {
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count;
};

struct keymap *keymap_new(void);
/* Alt has been seen to work: keymap_keys() names it where it is shorter. Before, it may not. */
void keymap_believe_alt(struct keymap *keymap);
void keymap_free(struct keymap *keymap);

/*
 * Bind KEYS in MODE to the command line LINE; what was bound there goes, also longer and shorter
 * sequences that clash.
 */
gboolean keymap_bind(struct keymap *keymap, const char *mode, const char *keys, const char *line,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void keymap_unbind(struct keymap *keymap, const char *mode, const char *keys);
/*
 * Default keys of TABLE. A key that is bound in MODE already stays: rows first come first served,
 * load the config after.
 */
void keymap_add_commands(struct keymap *keymap, const char *mode, const struct command *table);
/* [keys] and [keys MODE] of FILE. All that can be bound is; ERROR_USAGE says what can't
 * (core/base/mistakes.h), with its line where TEXT, which FILE was read from at PATH, isn't
 * NULL. */
gboolean keymap_load(struct keymap *keymap, GKeyFile *file, const char *path, const char *text,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

enum keymap_answer {
	KEYMAP_NONE,	/* not bound: the key may be text */
	KEYMAP_PENDING, /* swallowed: a sequence goes on, or came to nothing: PENDING is empty */
	KEYMAP_LINE,	/* *LINE is to be run; PENDING is empty again */
};

/*
 * Feed KEY. MODES: words, innermost first, NULL-terminated. *LINE is borrowed until the next
 * change. Escape gives up a sequence that is under way.
 */
enum keymap_answer keymap_feed(const struct keymap *keymap, const char *const *modes,
			       struct key_pending *pending, const struct key *key,
			       const char **line);
/* "C-x …" of what is under way; g_free. */
char *key_pending_format(const struct key_pending *pending);

/*
 * The sequence that runs LINE (a command's name, or a whole line) in MODE or everywhere, as now
 * bound; those without Alt first, or once that is believed to work the shorter ones. NTH 0: the
 * best, 1: the next. NULL when there is none. g_free.
 */
char *keymap_keys(const struct keymap *keymap, const char *mode, const char *line, size_t nth);

typedef void (*keymap_each_func)(const char *mode, const char *keys, const char *line, void *user);
void keymap_each(const struct keymap *keymap, keymap_each_func func, void *user);
/*
 * Each binding with Alt that has no twin without Alt in its mode or everywhere, as a sentence;
 * g_ptr_array_unref.
 */
GPtrArray *keymap_check_twins(const struct keymap *keymap);

#endif
