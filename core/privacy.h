/*
 * privacy: how much of a conversation stands on the screen at a time.
 *
 * A message is shown in the strictest of the modes that the profile, its conversation, itself and
 * what was found out about the terminal ask for. Nothing ever makes it more open than one of these.
 * Everything here is a pure function.
 */
#ifndef SOTTO_CORE_PRIVACY_H
#define SOTTO_CORE_PRIVACY_H

#include <glib.h>
#include <stdbool.h>

/* From open to strict. The order is that of the database, never renumber. */
enum privacy {
	PRIVACY_OPEN,	   /* plain text */
	PRIVACY_SPOTLIGHT, /* a few words of the message in focus, the rest veiled */
	PRIVACY_VEIL,	   /* blocks; a key lights those words, or all of it, for seconds */
	PRIVACY_SEALED,	   /* blocks; one message at a time opens as noise that the eye can read */
	PRIVACY_COUNT
};

/* What a key has uncovered just now. */
enum privacy_uncovered {
	UNCOVERED_NOTHING,
	UNCOVERED_WORDS, /* those that reading has come to */
	UNCOVERED_ALL,
};

/* How one message is drawn. */
enum privacy_sight {
	SIGHT_ALL,
	SIGHT_WORDS, /* a spotlight of a few words */
	SIGHT_NONE,
};

/* "open", "spotlight", "veil", "sealed": settings and commands have them in this order. */
const char *privacy_name(enum privacy mode) G_GNUC_CONST;
/* The same in a NULL-terminated array, by number. */
const char *const *privacy_names(void) G_GNUC_CONST;
/* FALSE for what isn't a privacy_name(). */
gboolean privacy_parse(const char *name, enum privacy *mode) G_GNUC_WARN_UNUSED_RESULT;

enum privacy privacy_strictest(enum privacy a, enum privacy b) G_GNUC_CONST;
/* The mode of a message, marked as sealed or not, in a conversation in MODE. */
enum privacy privacy_of_message(enum privacy mode, bool is_sealed) G_GNUC_CONST;
/*
 * What is seen of a message in MODE. IS_FOCUS: it is the one being read. UNCOVERED: so much of it
 * is, but nothing of a sealed one. A stricter mode never shows more.
 */
enum privacy_sight privacy_sight(enum privacy mode, bool is_focus,
				 enum privacy_uncovered uncovered) G_GNUC_CONST;

#endif
