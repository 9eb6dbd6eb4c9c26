/*
 * command: what the user can tell the program, declared once.
 *
 * A row gives dispatch, `:` parsing, completion, the default keys, the help screen and the manual.
 * Tables are const and end with a row whose name is NULL. A set is the tables that are in reach
 * just now, each with the mode that its keys belong to and the thing that its functions act on;
 * tables added later win over earlier ones of the same name.
 *
 * Grammar of ARGS: words between blanks. NAME must be given, [NAME] may be, a last NAME... or
 * [NAME...] takes the rest of the line as it stands. `on|off` is a choice of those words. The
 * completion asks by NAME ("ADDRESS", "THEME").
 */
#ifndef SOTTO_TUI_KIT_COMMAND_H
#define SOTTO_TUI_KIT_COMMAND_H

#include <glib.h>
#include <stdbool.h>

enum { COMMAND_ARGS_MAX = 8 };

/*
 * ARGS: the words as the grammar says; those not given are NULL. FALSE: ERROR is a sentence for
 * the user.
 */
typedef gboolean (*command_func)(void *user, const char *const args[static COMMAND_ARGS_MAX],
				 GError **error);

struct command {
	const char *name;    /* "contact-add" */
	const char *alias;   /* a short one, or NULL */
	const char *args;    /* grammar, or "" */
	const char *key;     /* default key sequence, or NULL */
	const char *twin;    /* a second one; without Alt where `key` has Alt */
	const char *summary; /* one line for help, no full stop */
	command_func run;
};

struct command_set;

struct command_set *command_set_new(void);
void command_set_free(struct command_set *set);
/* TABLE and USER are borrowed. MODE: see keymap.h; "" for everywhere. */
void command_set_add(struct command_set *set, const char *mode, const struct command *table,
		     void *user);
/* The table added with this USER goes away. */
void command_set_remove(struct command_set *set, const struct command *table, const void *user);

/* By name or alias; NULL when there is none in reach. */
const struct command *command_find(const struct command_set *set, const char *name);
/* Each row in the order of the tables; those that a later table hides are left out. */
typedef void (*command_each_func)(const struct command *command, const char *mode, void *user);
void command_each(const struct command_set *set, command_each_func func, void *user);

/*
 * Run LINE ("timer 1h"; without the colon). Words end at blanks; 'single' quotes hold everything,
 * "double" quotes and a backslash protect one character; the rest of the line (NAME...) isn't
 * unquoted. ERROR_USAGE: no such command (with the nearest name), too few or too many words, a
 * word that isn't among the choices. An empty LINE does nothing. Copies of words are wiped.
 */
gboolean command_run(const struct command_set *set, const char *line,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What TEXT says where it is one word in quotes, as completion writes one with blanks; g_free. NULL
 * where it isn't. For whoever takes the rest of a line as a value. */
char *command_quoted(const char *text);

/* ERROR_USAGE: there is no command NAME; with the nearest one, and ALSO behind it. */
void command_refuse(const struct command_set *set, const char *name, const char *also,
		    GError **error);

/* Gives WORDS each candidate for an argument called NAME, of which TYPED stands there; more than
 * begin so may be given. */
typedef void (*command_source)(void *user, const char *name, const char *typed, GPtrArray *words);

struct completion {
	size_t start;	  /* the word that is completed begins here, in bytes */
	GPtrArray *words; /* candidates, sorted, quoted where needed; of char * */
	bool is_path;	  /* they are the rest of the line as it is; one may not be the end yet */
};

/*
 * Complete LINE up to CURSOR (bytes): the command's name, or its argument by choices and SOURCE
 * (may be NULL). PATH... is one path, all else of several words is completed word by word.
 */
void command_complete(const struct command_set *set, const char *line, size_t cursor,
		      command_source source, void *user, struct completion *completion);
void completion_clear(struct completion *completion);
/* What all candidates have in common, at least the typed word; g_free. NULL without candidates. */
char *completion_common(const struct completion *completion);

/*
 * Problems of the tables themselves, as sentences (names twice in one table, no summary, bad keys
 * or grammar); g_ptr_array_unref.
 */
GPtrArray *command_check(const struct command_set *set);

#endif
