/*
 * plain_inside: what the files of the interface as lines share: plain takes lines and answers,
 * plain_print writes, plain_lock locks.
 *
 * What is written may wait: a terminal can stop. Then nothing more is written of what comes, and a
 * message counts as read only once its line was taken.
 */
#ifndef SOTTO_TUI_APP_PLAIN_INSIDE_H
#define SOTTO_TUI_APP_PLAIN_INSIDE_H

#include <glib.h>
#include <stdbool.h>
#include "core/model/message.h"
#include "tui/app/app_inside.h"
#include "tui/app/plain_tty.h"

struct command_set;
struct outlet;
struct plain_acts;
struct plain_read;
struct plain_trust;
struct roster;

struct plain {
	struct app *app;
	struct outlet *outlet;
	struct roster *roster;
	struct command_set *commands;
	char *current;	/* whose conversation is open, NULL: none */
	struct plain_read *reading;
	struct plain_trust *trust;
	struct plain_acts *acts;
	GByteArray *typed; /* bytes of the line so far */
	struct plain_tty tty;
	guint source;
	GPtrArray *printed; /* struct job: to be posted once what was written is taken, and somebody
			     * is there */
	unsigned missed;    /* messages that came while nothing was taken */
	bool is_greeted;
	bool is_ended;	 /* there are no more lines than those that wait */
	bool is_waiting; /* lines wait: for who is there, or for a conversation that is opened */
	bool has_reader; /* somebody types there: what is typed says whether they are there */
	bool has_title;
	unsigned count;	 /* in the title */
	bool is_locked;
};

/* Our own words as they are; a line, made safe; who TEXT is of; foreign text, its later lines
 * indented. */
void plain_put(struct plain *plain, const char *text);
void plain_say(struct plain *plain, const char *words, ...) G_GNUC_PRINTF(2, 3);
void plain_name(struct plain *plain, const char *address);
void plain_text(struct plain *plain, const char *text);
void plain_prompt(struct plain *plain);
/* Everybody, with what is unread. */
void plain_contacts(struct plain *plain);
/* What stands in the place of words; NULL: the words. */
const char *plain_veil(const struct plain *plain, const struct message *message);
/* TRUE: it stands there to be read; else it waits for /read. */
bool plain_message(struct plain *plain, const struct message *message);
/* Rows of one conversation, with the day where it changes; incoming ones that are printed count as
 * read. */
void plain_rows(struct plain *plain, const GPtrArray *rows);
/* USER is the struct plain: MESSAGE was printed. */
void plain_mark_read(void *user, const struct message *message);
/* Whether something that was written hasn't been taken yet. */
bool plain_is_behind(const struct plain *plain);
/* Somebody is there: what was printed is read. */
void plain_seen(struct plain *plain);
/* The title, while the terminal is ours, and as it was before. */
void plain_title_take(struct plain *plain);
void plain_title_give(struct plain *plain);
/* For the outlet: all has been taken. USER is the struct plain. */
void plain_taken(void *user);
/* Forget what wasn't taken, and what would have been read with it. */
void plain_drop(struct plain *plain);
/* Lines for a conversation that there isn't go nowhere, which is said. */
void plain_drop_lines(struct plain *plain);

/* As struct app_lines. */
void plain_tell(struct plain *plain, const char *text);
bool plain_is_locked(const struct plain *plain);
struct roster *plain_roster(const struct plain *plain);
bool plain_is_veiled(const struct plain *plain, const char *address);
void plain_alert(struct plain *plain, const char *bytes);
void plain_set_count(struct plain *plain, unsigned count);
void plain_idle(struct plain *plain);

/* Forget what is open, let the keys go, and ask for the passphrase; for REASON "suspend" the job is
 * stopped in between. FALSE: it is to end. */
gboolean plain_lock(struct plain *plain, const char *reason, GError **error);

#endif
