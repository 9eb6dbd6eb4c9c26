/*
 * verb: one verb of the command line as a table row, and one run of it.
 *
 * A row gives dispatch, --help, the man page and the shell completions. A run is a `struct call`:
 * it is started by run(), which returns at once or keeps the call going in callbacks, and ends with
 * exactly one call_end(). Verbs know the engine and a printer; whether they run in a process of
 * their own or on behalf of another one, through the control socket, is nothing that they can see.
 */
#ifndef SOTTO_TUI_CLI_VERB_H
#define SOTTO_TUI_CLI_VERB_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/engine/engine.h"
#include "tui/cli/printer.h"
#include "tui/cli/verb_need.h"

enum {
	VERB_OPTIONS_MAX = 8,
	VERB_WAIT_MS = 10000, /* without --wait */
	VERB_WAIT_MAX = 3600, /* seconds */
	COMPLETE_MS = 300, /* what a shell waits for, while somebody types */
};

struct verb_option {
	const char *name;	/* long name without dashes */
	const char *argument;	/* placeholder, or NULL for a switch */
	const char *help;
	const char *completion; /* NULL, or one of "file" "dir" "contact" or words separated by
				   spaces */
};

struct call;
struct account;
struct verb_front;

struct verb {
	const char *name;	/* "send", or two words: "contact add" */
	const char *arguments;	/* "ADDRESS [TEXT]" */
	const char *summary;	/* one line, for lists */
	const char *details;	/* for the man page; NULL for none */
	int args_min, args_max;	/* -1: any number */
	enum verb_need need;
	bool is_shared;		/* may be run by the process that holds the profile */
	enum verb_reach reach;
	/* What standard input is when it isn't among the arguments ("The message"); NULL: it isn't
	 * read. */
	const char *input;
	bool takes_no_passphrase; /* a descriptor that was named for one isn't read */
	bool is_unconfined; /* starts programs, or removes the profile's folder */
	bool is_interface;  /* it becomes the interface, which forks and minds signals itself */
	/* Whether the carrier is to be watched, not only asked once; NULL: no. */
	bool (*wants_live)(const struct call *call);
	/* Whether another process can go on with it, LINES being printed; NULL: no. */
	bool (*goes_on)(const struct call *call, unsigned lines);
	bool is_hidden;		/* not listed */
	/* It ends after so long at the latest, whatever it waits for; 0: no such bound. What the
	 * process that holds the profile doesn't do by half of it, or not for others, is done here
	 * as far as that goes without the profile. */
	unsigned lasts_ms;
	struct verb_option options[VERB_OPTIONS_MAX];
	/* Check arguments without a profile: FALSE with ERROR_USAGE; NULL for nothing to check. */
	gboolean (*check)(struct call *call, GError **error);
	/* The same for what came from standard input, or stands in its place. */
	gboolean (*check_input)(struct call *call, GError **error);
	/* Where the profile that it makes will be, as account_decode_place() has it:
	 * account_free(); NULL: it makes none. */
	struct account *(*place)(const struct call *call);
	/* The folder, besides the profile's own, that it writes in: g_free; NULL for none. */
	char *(*writes_in)(const struct call *call);
	/* Before what can't be undone, in front of run(): what goes, and how much
	 * (tui/client/loss.h). g_free; NULL: nothing is to be asked, or run() says why it can't
	 * be done. The verb has a switch "yes". NULL: the verb asks nothing. */
	char *(*question)(struct call *call);
	void (*run)(struct call *call);
	/* What is said at a terminal once it is done, where it prints nothing itself: {1} is its
	 * first argument, and so on. NULL: nothing. */
	const char *said;
};

struct call {
	const struct verb *verb;
	char **args;		/* NULL-terminated */
	int arg_count;
	char *values[VERB_OPTIONS_MAX]; /* by place in verb->options; a switch: "" when given */
	bool is_json;
	bool is_wait_given;
	unsigned wait_ms;	/* --wait: how long others may take, at most */
	int input_fd;		/* the file that it sends, -1 for none; the call's */
	char *input;		/* plain memory; standard input, when it was read */
	size_t input_bytes;
	struct engine *engine;
	struct printer *printer;
	const struct verb_front *front;
	GMainContext *context;
	bool is_for_other;	/* another process asks for it: what is sealed isn't for it */
	bool is_confirmed;	/* its question was answered with yes */
	bool is_question;	/* only the verb's question is wanted, printed */
	unsigned withheld;	/* so many messages weren't shown for that */
	int64_t past_ms;	/* so long it ran in a process that has ended */
	void *state;		/* the verb's own, freed by itself before call_end */
	void (*cancel)(struct call *call); /* set by verbs that wait: end now, with what is there */
	bool is_hearing;
	bool is_ended;
	void (*ended)(struct call *call, int exit_code, void *user);
	void *ended_user;
};

/* The verb that WORDS begin with, the longest name first: `journal verify` before `journal`. *TAKEN
 * of them are its name; NULL for none. */
const struct verb *verb_find(const struct verb *const *table, char **words, int *taken);

/* "sotto VERB [OPTIONS] ARGUMENTS", as far as it has them; g_free. */
char *verb_usage(const struct verb *verb);

/*
 * Parse WORDS (without the program's name and the global options) against the NULL-terminated TABLE
 * into a new call. ERROR_USAGE. *WANTS_HELP: --help was there; CALL->verb says for what. Free with
 * call_free.
 */
struct call *call_new(const struct verb *const *table, char **words, bool *wants_help,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the call still lacks its text, so that standard input has to be read into call->input. */
bool call_wants_input(const struct call *call);
/* The verb's own checks: of its arguments, and of its input; ERROR_USAGE. */
gboolean call_check(struct call *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean call_check_input(struct call *call, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void call_free(struct call *call);

/* The value of the option NAME, "" for a switch that is on, NULL when it wasn't given. */
const char *call_option(const struct call *call, const char *name);

/* Begin the run, or print the question alone. */
void call_run(struct call *call);

/* The same where the verb may have no such option: NULL too. */
const char *call_option_of(const struct call *call, const char *name);

/* From now to its end print what the engine has to tell the user; again changes nothing. */
void call_hear(struct call *call);

/* End the run. ERROR's sentence is complained, its exit code counts. */
void call_end(struct call *call, int exit_code);
void call_fail(struct call *call, const GError *error);

#endif
