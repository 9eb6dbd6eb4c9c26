/*
 * privacy: how much of a conversation stands on the screen at a time.
 *
 * A message is shown in the strictest of the modes that the profile, its conversation, itself and
 * what was found out about the terminal ask for. Nothing ever makes it more open than one of these.
 * Everything here is a pure function.
 */
#ifndef SOTTO_CORE_MODEL_PRIVACY_H
#define SOTTO_CORE_MODEL_PRIVACY_H

#include <glib.h>
#include <stdbool.h>

/* The numbers are those of the database, never renumber; how strict they are is another thing. */
enum privacy {
	PRIVACY_OPEN,	   /* plain text */
	PRIVACY_SPOTLIGHT, /* a few words of the message in focus, the rest veiled */
	PRIVACY_VEIL,	   /* blocks; a key lights those words, or all of it, for seconds */
	PRIVACY_SEALED,	   /* blocks; one message at a time opens as noise that the eye can read */
	PRIVACY_LINE,	   /* blocks; a key lights a row of the message in focus, for seconds */
	PRIVACY_COUNT
};

/* What a key has uncovered just now. */
enum privacy_uncovered {
	UNCOVERED_NOTHING,
	UNCOVERED_WORDS, /* those that reading has come to, or the row */
	UNCOVERED_ALL,
};

/* How one message is drawn. */
enum privacy_sight {
	SIGHT_ALL,
	SIGHT_ROW,   /* one of its rows */
	SIGHT_WORDS, /* a spotlight of a few words */
	SIGHT_NONE,
};

/* "open", "line", "spotlight", "veil" or "sealed". */
const char *privacy_name(enum privacy mode) G_GNUC_CONST;
/* 0 for open, 1 for line ... 4 for sealed; what isn't known is stricter than all. */
unsigned privacy_strictness(enum privacy mode) G_GNUC_CONST;
/* The mode that is so strict; sealed for what is more than that. */
enum privacy privacy_at(unsigned strictness) G_GNUC_CONST;
/* FALSE for what isn't a privacy_name(). */
gboolean privacy_parse(const char *name, enum privacy *mode) G_GNUC_WARN_UNUSED_RESULT;

bool privacy_is_stricter(enum privacy a, enum privacy than) G_GNUC_CONST;
enum privacy privacy_strictest(enum privacy a, enum privacy b) G_GNUC_CONST;
/* The mode of a message, marked as sealed or not, in a conversation in MODE. */
enum privacy privacy_of_message(enum privacy mode, bool is_sealed) G_GNUC_CONST;
/*
 * What is seen of a message in MODE. IS_FOCUS: it is the one being read. UNCOVERED: so much of it
 * is, but nothing of a sealed one. A stricter mode never shows more, but for one thing: the words
 * of a spotlight stay, where the row of line is covered again.
 */
enum privacy_sight privacy_sight(enum privacy mode, bool is_focus,
				 enum privacy_uncovered uncovered) G_GNUC_CONST;

#endif
