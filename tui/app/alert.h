/*
 * alert: how somebody who looks elsewhere is told that something came, and how much of it.
 *
 * Everything here is a pure function; what comes out is one line, safe to show, without markup.
 */
#ifndef SOTTO_TUI_APP_ALERT_H
#define SOTTO_TUI_APP_ALERT_H

#include <glib.h>
#include <stdbool.h>

/* How much is said; the order of the setting `notify`. */
enum alert_level { ALERT_NONE, ALERT_COUNT, ALERT_SENDER, ALERT_PREVIEW };

/* By what; the order of the setting `notify_via`. */
enum alert_via { ALERT_AUTO, ALERT_DESKTOP, ALERT_BELL, ALERT_OSC9, ALERT_OSC777, ALERT_HOOK };

/* Around the terminal. */
struct alert_place {
	bool is_locked;
	bool is_veiled;	  /* the newest message isn't shown openly on the screen either */
	bool is_recorded; /* the terminal is recorded, or nobody can tell */
	bool is_remote;	  /* over ssh: what is said crosses to another host's screen */
	bool is_tmux;	  /* tmux takes escape sequences for itself, and a bell for an alert */
	bool has_desktop; /* a session bus to try */
};

struct alert_news {
	unsigned unread;
	const char *sender; /* as others wrote them; NULL: not known */
	const char *body;
};

enum { ALERT_TITLE_CELLS = 40, ALERT_TEXT_CELLS = 100 };

/* What is left of WANTED there: locked, veiled, recorded or remote says a count at most. */
enum alert_level alert_level(enum alert_level wanted, const struct alert_place *place);
/* By what, never ALERT_AUTO: the desktop where there is one that is not at the other end of ssh,
 * else the bell. Sequences become a bell inside tmux. */
enum alert_via alert_via(enum alert_via wanted, const struct alert_place *place);
/* What to say; FALSE for ALERT_NONE. Plain memory. */
bool alert_words(enum alert_level level, const struct alert_news *news, char **title, char **text);
/* The bytes for the terminal; NULL when VIA isn't the terminal's. Plain memory. */
char *alert_bytes(enum alert_via via, const char *title, const char *text);

#endif
