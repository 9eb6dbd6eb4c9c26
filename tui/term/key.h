/*
 * key: one thing that the terminal said: a key, a paste, a change of focus or size.
 *
 * Names: "a", "A", "ä", "Space", "Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Up",
 * "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "F1" ... "F12"; "Equal", "Hash",
 * "BracketLeft", "BracketRight", "Backslash", "Semicolon", "Quote" for = # [ ] \ ; " (which the
 * config file can't hold). In front of it "C-", "M-" (Alt), "S-" (with named keys only; a capital
 * letter is itself), in this order when formatted. What terminals can't tell apart is one key
 * here: C-i is Tab, C-m Enter, C-[ Escape.
 */
#ifndef SOTTO_TUI_TERM_KEY_H
#define SOTTO_TUI_TERM_KEY_H

#include <glib.h>
#include <stdbool.h>

enum key_code {
	KC_NONE,
	KC_CHAR, /* `ch` says which */
	KC_ENTER, KC_TAB, KC_ESCAPE, KC_BACKSPACE, KC_DELETE, KC_INSERT,
	KC_UP, KC_DOWN, KC_LEFT, KC_RIGHT, KC_HOME, KC_END, KC_PAGE_UP, KC_PAGE_DOWN,
	KC_F1, KC_F2, KC_F3, KC_F4, KC_F5, KC_F6, KC_F7, KC_F8, KC_F9, KC_F10, KC_F11, KC_F12,
	/* not keys */
	KC_PASTE,     /* `text` was pasted in one piece, newlines are \n, valid UTF-8 */
	KC_FOCUS_IN,
	KC_FOCUS_OUT,
	KC_ALT,	      /* Alt had been sending Escape already; never handed on */
	KC_RESIZE,    /* the terminal has another size; draw anew */
	KC_CLICK,     /* `row`, `col`; only where mouse reports were asked for */
	KC_WHEEL_UP,
	KC_WHEEL_DOWN,
	KC_RELEASE,   /* a key was let go: `released` and `ch` say which */
	KC_REPORTS,   /* the terminal answers whether it tells of keys (term_report_releases) */
};

/* Whether the terminal tells of keys that are let go (KC_RELEASE). */
enum key_releases {
	RELEASES_NEVER,
	RELEASES_CAN,
	RELEASES_ASKED, /* it is to, but hasn't answered yet */
	RELEASES_TOLD,
};

enum key_mod { MOD_SHIFT = 1, MOD_CTRL = 2, MOD_ALT = 4 };

struct key {
	enum key_code code;
	gunichar ch;	  /* KC_CHAR: lower case with MOD_CTRL */
	unsigned mods;	  /* enum key_mod */
	const char *text; /* KC_PASTE: valid during the call that hands it over; wiped after it */
	int row, col;	  /* mouse */
	enum key_code released;
};

enum { KEY_NAME_BYTES = 40, KEY_SEQUENCE_MAX = 3 };

/* FALSE when NAME isn't a key's. */
gboolean key_parse(const char *name, struct key *key) G_GNUC_WARN_UNUSED_RESULT;
/* Its name into OUT; returns OUT. "" for what isn't a key. */
char *key_format(const struct key *key, char out[static KEY_NAME_BYTES]);
/* "C-x C-e": 1 ... KEY_SEQUENCE_MAX names between blanks; returns how many, 0 when malformed. */
size_t key_parse_sequence(const char *names, struct key keys[static KEY_SEQUENCE_MAX]);
bool key_equal(const struct key *a, const struct key *b);
/* Whether it is a character to be inserted: KC_CHAR, without Ctrl and Alt. */
bool key_is_text(const struct key *key);
/* Whether it is a key and not a paste, focus, size or mouse. */
bool key_is_key(const struct key *key);
/* Whether RELEASE says that the key PRESSED was let go, whatever else was held. */
bool key_is_release_of(const struct key *release, const struct key *pressed);

#endif
