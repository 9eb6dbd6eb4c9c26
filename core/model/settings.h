/*
 * settings: an option is a row of a table; parsing, ranges, defaults, completion,
 * listing and documentation come from it.
 *
 * A `struct settings` is a set of values bound to a table. A value may be given
 * by the file, the policy and the command line at once; the policy's wins, then
 * the command line's, then the file's, then the row's default, and where the
 * effective one came from can be asked. Only the file's are saved. Settings hold
 * nothing secret: their file is read before any passphrase is asked for.
 */
#ifndef SOTTO_CORE_MODEL_SETTINGS_H
#define SOTTO_CORE_MODEL_SETTINGS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum setting_type {
	SETTING_BOOL,	  /* on, off */
	SETTING_INT,	  /* a whole number from LEAST to MOST */
	SETTING_DURATION, /* cli.md's DURATION from LEAST to MOST seconds, or `off`, which is 0 */
	SETTING_ENUM,	  /* one of WORDS; its number is the index */
	SETTING_STRING,	  /* one line of LEAST to MOST bytes */
	SETTING_KEY,	  /* the name of a key: no blanks, at most 32 bytes */
};

enum setting_scope {
	SETTING_PROFILE, /* one value for the whole profile */
	SETTING_CONTACT, /* a contact's record may hold a value of its own */
};

/* In rising order of precedence. */
enum setting_source { SETTING_DEFAULT, SETTING_FILE, SETTING_COMMAND_LINE, SETTING_POLICY };

/* Whether its higher numbers (of an enum: its later words) protect more, or less. */
enum setting_protects { SETTING_NEITHER, SETTING_MORE, SETTING_LESS };

struct setting {
	const char *name;
	enum setting_type type;
	enum setting_scope scope;
	bool can_be_off;  /* a duration takes `off` */
	bool can_lock;	  /* a policy may set it */
	bool is_at_start; /* it is looked at once, when sotto starts */
	bool off_is_never; /* of a time after which something is protected */
	enum setting_protects protects; /* what of its values protects more */
	const char *initial; /* the default, as text */
	const char *closed;  /* what a mistake in the file makes of it; NULL: the default */
	int64_t least;
	int64_t most;
	const char *const *words; /* NULL-terminated */
	const char *explanation;  /* a sentence */
};

struct setting_table {
	const struct setting *rows;
	size_t count;
};

/* The options of sotto itself. Constant. */
const struct setting_table *settings_engine_rows(void) G_GNUC_CONST;

/* The row called NAME; NULL when there is none. */
const struct setting *setting_find(const struct setting_table *table, const char *name);
/* That there is none, and which one was probably meant. g_free. */
char *setting_unknown(const struct setting_table *table, const char *name);

/*
 * What TEXT means for ROW: *NUMBER is the number, seconds, index or 0/1, and 0
 * for strings and keys. ERROR_USAGE with what would be right.
 */
gboolean setting_parse(const struct setting *row, const char *text, int64_t *number,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What ROW takes, in words ("30s to 1d, or off"); free with g_free. */
char *setting_range(const struct setting *row) G_GNUC_WARN_UNUSED_RESULT;

/* The values of ROW that begin with PREFIX, for completion; free with g_strfreev. */
char **setting_complete(const struct setting *row,
			const char *prefix) G_GNUC_WARN_UNUSED_RESULT;

/* "default", "file", "command line" or "policy". */
const char *setting_source_name(enum setting_source source) G_GNUC_CONST;

enum { SETTINGS_FILE_MAX = 64 * 1024 /* bytes */ };

struct settings;

/* All defaults. TABLE must outlive the set. */
struct settings *settings_new(const struct setting_table *table);
void settings_free(struct settings *settings);
const struct setting_table *settings_table(const struct settings *settings);

/* The effective value of NAME, which must be a row of the right type: another ends the program. */
bool settings_bool(const struct settings *settings, const char *name);
/* An integer; or a duration in seconds, 0 for off. */
int64_t settings_number(const struct settings *settings, const char *name);
/* The index into the row's words. */
unsigned settings_choice(const struct settings *settings, const char *name);
/* Any row's value as text, owned by SETTINGS until it changes. */
const char *settings_text(const struct settings *settings, const char *name);
enum setting_source settings_source(const struct settings *settings, const char *name);

/*
 * Set NAME from SOURCE, which isn't SETTING_DEFAULT. ERROR_USAGE for an unknown
 * name or a wrong value, ERROR_POLICY when the policy holds it (or, from the
 * policy, when it may not).
 */
gboolean settings_set(struct settings *settings, const char *name, const char *text,
		      enum setting_source source, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Forget what SOURCE said of NAME. */
void settings_unset(struct settings *settings, const char *name, enum setting_source source);

/*
 * Read group [settings] of the key file PATH; a missing file is an empty one.
 * What is wrong is closed (struct setting), everything else is taken, and all mistakes together
 * (core/base/mistakes.h) are the error (ERROR_USAGE, ERROR_FORMAT, ERROR_LIMIT or ERROR_IO). A name
 * or group that nothing reads is one too, but stays: a newer sotto may have written it.
 */
gboolean settings_load(struct settings *settings, const char *path,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Write the file's values to PATH, whole or not at all, durably and 0600, with the
 * comments and unknown names that were loaded.
 */
gboolean settings_save(const struct settings *settings, const char *path,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
