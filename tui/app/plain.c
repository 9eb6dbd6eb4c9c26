#include "tui/app/plain.h"
#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "core/profile/naming.h"
#include "core/text/text.h"
#include "tui/app/plain_acts.h"
#include "tui/app/plain_inside.h"
#include "tui/app/plain_read.h"
#include "tui/app/plain_trust.h"
#include "tui/client/line_kind.h"
#include "tui/client/when.h"
#include "tui/term/term.h"
#include "tui/ui/people.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { INPUT_MAX = 128 * 1024, READ_BYTES = 4096, PAGE = 20, RESULTS = 20 };

/* -- answers -------------------------------------------------------------------------------- */

static void on_heed(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		plain_say(plain, "%s", job->error->message);
	plain_prompt(plain);
}

static void on_rows(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		plain_say(plain, "%s", job->error->message);
	else if (g_strcmp0(job->address, plain->current) == 0 && job->rows->len)
		plain_rows(plain, job->rows);
	else
		plain_say(plain, "No messages yet.");
	plain_prompt(plain);
}

static void on_results(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		plain_say(plain, "%s", job->error->message);
	for (guint i = 0; job->rows && i < job->rows->len; i++) {
		const struct message *message = g_ptr_array_index(job->rows, i);
		char when[WHEN_BYTES];

		plain_put(plain, when_exact(message->sent_at, when));
		plain_put(plain, ", with ");
		plain_name(plain, message->conversation);
		plain_put(plain, ": ");
		if (plain_veil(plain, message))
			plain_say(plain, "%s", plain_veil(plain, message));
		else
			plain_text(plain, message->body ? message->body : "gone");
	}
	if (job->rows && !job->rows->len)
		plain_say(plain, "No message holds all of these words.");
	plain_prompt(plain);
}

static void on_sent(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		plain_say(plain, "%s", job->error->message);
	else
		plain_say(plain, people_is_self(&plain->app->shell->host, job->address) ?
					 "Kept on this device." :
					 "Sent.");
	plain_prompt(plain);
}

static void on_decision(void *user, const char *text)
{
	struct plain *plain = user;

	plain_say(plain, "%s", text);
	plain_prompt(plain);
}

static void take_lines(struct plain *plain);

static void on_roster(void *user)
{
	struct plain *plain = user;

	app_alert_unread(plain->app);
	if (plain->is_greeted)
		return;
	plain->is_greeted = true;
	plain_say(plain, "%zu contact%s, %u unread message%s. /help lists the commands.",
		  roster_count(plain->roster), text_s(roster_count(plain->roster)),
		  plain->app->unread, text_s(plain->app->unread));
	plain_prompt(plain);
	plain->is_waiting = false;
	take_lines(plain);
}

/* For who is named in what breaks through a mute. */
static void on_self(struct job *job, void *user)
{
	const struct plain *plain = user;
	struct host *host = &plain->app->shell->host;

	if (job->error || !job->account)
		return;
	g_free(host->self);
	host->self = g_strdup(job->account->address);
}

static void take_event(struct plain *plain, const struct event *event)
{
	const struct message *message = event->message;

	if (plain->is_locked)
		return;
	roster_refresh(plain->roster);
	if ((event->type == EVENT_NOTICE || event->type == EVENT_TRUST) && event->text) {
		plain_say(plain, "\n%s", event->text);
	} else if ((event->type == EVENT_MESSAGE || event->type == EVENT_EDITED) &&
		   message->direction == DIRECTION_IN) {
		if (plain_is_behind(plain)) {
			plain->missed++;
			return;
		}
		plain_put(plain, "\n");
		if (g_strcmp0(message->conversation, plain->current) == 0) {
			if (plain_message(plain, message))
				plain_mark_read(plain, message);
		} else {
			plain_name(plain, message->conversation);
			plain_say(plain, "%s",
				  message->kind == KIND_UNREADABLE ?
					  " has sent something that can't be shown." :
				  event->type == EVENT_EDITED ? " has corrected a message." :
								" has written.");
		}
	} else {
		return;
	}
	plain_prompt(plain);
}

/* -- commands ------------------------------------------------------------------------------- */

static bool need_current(const struct plain *plain, GError **error)
{
	if (!plain->current)
		error_set(error, ERROR_USAGE, "Nobody is open; /open NAME does that.");
	return plain->current;
}

static gboolean ask_page(struct plain *plain, unsigned count)
{
	struct job *job = job_new(JOB_BEFORE, plain->current);

	job->limit = count;
	job_post(plain->app->link, job, on_rows, plain);
	return TRUE;
}

static gboolean run_contacts(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	plain_contacts(user);
	return TRUE;
}

static void on_notes(struct job *job, void *user)
{
	struct plain *plain = user;

	plain->is_waiting = false;
	if (job->error) {
		plain_drop_lines(plain);
		on_heed(job, plain);
		return;
	}
	g_free(plain->current);
	plain->current = g_strdup(job->address);
	roster_refresh(plain->roster);
	ask_page(plain, PAGE);
	take_lines(plain);
}

static gboolean run_open(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	const struct host *host = &plain->app->shell->host;
	/* The own name is nobody else's. */
	bool is_self = people_is_self(host, args[0]);
	const struct contact *contact =
		is_self ? roster_find(plain->roster, host->self) :
			  roster_resolve(plain->roster, args[0], error);

	/* Notes to oneself begin when they are opened. */
	if (!contact && is_self) {
		job_post(plain->app->link, job_new(JOB_ADD, host->self), on_notes, plain);
		plain->is_waiting = true;
		return TRUE;
	}
	if (!contact) {
		roster_refuse(plain->roster, args[0], "/add ADDRESS adds somebody new.",
			      error);
		plain_drop_lines(plain);
		return FALSE;
	}
	g_free(plain->current);
	plain->current = g_strdup(contact->address);
	return ask_page(plain, PAGE);
}

static gboolean run_history(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	guint64 count = PAGE;

	if (args[0] && !g_ascii_string_to_unsigned(args[0], 10, 1, 1000, &count, error))
		return FALSE;
	return need_current(plain, error) && ask_page(plain, (unsigned)count);
}

static gboolean run_read(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	(void)args;
	(void)error;
	if (!plain_read_on(plain->reading))
		plain_say(plain, "Nothing waits to be read.");
	else
		return TRUE;
	plain_prompt(plain);
	return TRUE;
}

static gboolean run_sealed(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	struct job *job;

	if (!need_current(plain, error) || !message_check_body(args[0], strlen(args[0]), error))
		return FALSE;
	job = job_new(JOB_SEND, plain->current);
	job->text = plain_dup(args[0]);
	job->is_sealed = true;
	job_post(plain->app->link, job, on_sent, plain);
	return TRUE;
}

static gboolean run_search(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	struct job *job = job_new(JOB_SEARCH, NULL);

	(void)error;
	job->text = plain_dup(args[0]);
	job->limit = RESULTS;
	job_post(plain->app->link, job, on_results, plain);
	return TRUE;
}

static gboolean run_add(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	g_autofree char *address = naming_address(args[0], error);
	struct job *job;

	if (!address)
		return FALSE;
	job = job_new(JOB_ADD, address);
	job->alias = g_strdup(args[1]);
	job_post(plain->app->link, job, on_heed, plain);
	return TRUE;
}

static gboolean run_trust(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	(void)args;
	if (!need_current(plain, error))
		return FALSE;
	plain_trust_ask(plain->trust, plain->current);
	return TRUE;
}

/* Of one person, not of a group. */
static bool need_person(const struct plain *plain, GError **error)
{
	const struct contact *contact = roster_find(plain->roster, plain->current);

	if (!need_current(plain, error))
		return false;
	if (!contact || !contact_is_several(contact))
		return true;
	error_set(error, ERROR_USAGE, "Keys are compared with one person: open them first.");
	return false;
}

static gboolean run_verify(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	if (!need_person(plain, error))
		return FALSE;
	plain_acts_verify(plain->acts, plain->current, args[0]);
	return TRUE;
}

static gboolean run_expire(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	return need_current(plain, error) &&
	       plain_acts_expire(plain->acts, plain->current, args[0], error);
}

static gboolean run_erase(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	(void)args;
	if (!need_current(plain, error))
		return FALSE;
	plain_acts_erase(plain->acts, plain->current, roster_name(plain->roster, plain->current));
	return TRUE;
}

static gboolean run_lock(void *user, ARGS, GError **error)
{
	(void)args;
	return plain_lock(user, "key", error);
}

static gboolean run_quit(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	(void)args;
	(void)error;
	app_quit(plain->app);
	return TRUE;
}

static gboolean run_help(void *user, ARGS, GError **error)
{
	struct plain *plain = user;

	(void)args;
	(void)error;
	for (const struct command *command = plain_commands; command->name; command++)
		plain_say(plain, "/%s%s%s: %s", command->name, *command->args ? " " : "",
			  command->args, command->summary);
	plain_say(plain, "A colon does what the slash does. Anything else is sent to whoever is "
			 "open; to send a line that begins like a command, double its first sign.");
	plain_prompt(plain);
	return TRUE;
}

static gboolean run_copy(void *user, ARGS, GError **error)
{
	(void)user;
	(void)args;
	error_set(error, ERROR_USAGE, "Lines are copied by the terminal's own means, or the "
				      "screen reader's; /history prints them again.");
	return FALSE;
}

const struct command plain_commands[] = {
	{"help", "h", "", NULL, NULL, "this list", run_help},
	{"contacts", "c", "", NULL, NULL, "who is known, and what is unread", run_contacts},
	{"open", "o", "ADDRESS", NULL, NULL, "open a conversation and read its newest messages",
	 run_open},
	{"history", NULL, "[COUNT]", NULL, NULL, "read the newest messages again", run_history},
	{"read", "r", "", NULL, NULL,
	 "what is sealed or veiled, word by word; an empty line goes on", run_read},
	{"sealed", NULL, "TEXT...", NULL, NULL, "send it sealed", run_sealed},
	{"search", "s", "WORDS...", NULL, NULL, "search in all conversations", run_search},
	{"add", NULL, "ADDRESS [ALIAS...]", NULL, NULL, "add somebody", run_add},
	{"trust", NULL, "", NULL, NULL, "trust the devices that wait for a decision", run_trust},
	{"verify", NULL, "[CODE...]", NULL, NULL,
	 "the safety number, or compare with the one that they gave", run_verify},
	{"expire", NULL, "DURATION", NULL, NULL,
	 "how long messages live once they are read, or off", run_expire},
	{"erase", NULL, "", NULL, NULL, "erase this conversation here; it is asked first",
	 run_erase},
	{"copy", NULL, "", NULL, NULL, "how lines are copied from here", run_copy},
	{"lock", NULL, "", NULL, NULL, "lock, and ask for the passphrase", run_lock},
	{"quit", "q", "", NULL, NULL, "leave", run_quit},
	{0},
};

/* -- lines ---------------------------------------------------------------------------------- */

static void send_line(struct plain *plain, const char *line)
{
	GError *error = NULL;
	struct job *job;

	if (need_current(plain, &error) && message_check_body(line, strlen(line), &error)) {
		job = job_new(JOB_SEND, plain->current);
		job->text = plain_dup(line);
		job_post(plain->app->link, job, on_sent, plain);
		return;
	}
	plain_say(plain, "%s", error->message);
	g_clear_error(&error);
	plain_prompt(plain);
}

static void take_line(struct plain *plain, const char *line)
{
	GError *error = NULL;
	const char *rest;

	if (plain_acts_answer(plain->acts, line)) {
		return;
	} else if (!*line && plain_read_is_busy(plain->reading)) {
		plain_read_on(plain->reading);
		if (!plain_read_is_busy(plain->reading))
			plain_prompt(plain);
	} else if (!*line) {
		plain_prompt(plain);
	} else if (line_kind(line, &rest) == LINE_COMMAND) {
		if (!command_run(plain->commands, rest, &error)) {
			plain_say(plain, "%s", error ? error->message : "That did not work.");
			plain_prompt(plain);
		}
	} else {
		send_line(plain, rest);
	}
	g_clear_error(&error);
}

static void take_lines(struct plain *plain)
{
	guint8 *end;

	while (!plain->is_waiting &&
	       (end = memchr(plain->typed->data, '\n', plain->typed->len))) {
		guint bytes = (guint)(end - plain->typed->data);
		char *line = plain_ndup((const char *)plain->typed->data, bytes);

		wipe(plain->typed->data, bytes);
		g_byte_array_remove_range(plain->typed, 0, bytes + 1);
		if (strlen(line) == bytes && g_utf8_validate(line, -1, NULL))
			take_line(plain, line);
		else
			plain_say(plain, "That line isn't text.");
		plain_free(line);
	}
	if (plain->is_ended && !plain->is_waiting)
		app_quit(plain->app);
}

/* What was typed of a line goes too. */
static void suspend(struct plain *plain)
{
	g_autoptr(GError) error = NULL;

	wipe(plain->typed->data, plain->typed->len);
	g_byte_array_set_size(plain->typed, 0);
	if (!plain_lock(plain, "suspend", &error))
		g_debug("it ends locked: %s", error ? error->message : "it was told to");
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer user)
{
	struct plain *plain = user;
	guint8 bytes[READ_BYTES];
	ssize_t count = read(fd, bytes, sizeof(bytes));

	(void)condition;
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (count <= 0 || plain->typed->len + (guint)count > INPUT_MAX) {
		plain->source = 0;
		plain->is_ended = true;
		/* What came before is done first, unless it is too much. */
		if (count > 0 || !plain->is_waiting)
			app_quit(plain->app);
		return G_SOURCE_REMOVE;
	}
	g_byte_array_append(plain->typed, bytes, (guint)count);
	wipe(bytes, sizeof(bytes));
	plain->app->last_input = clock_boot(plain->app->clock);
	plain_seen(plain);
	if (plain_tty_stops(&plain->tty, plain->typed))
		suspend(plain);
	else
		take_lines(plain);
	return G_SOURCE_CONTINUE;
}

static void put_words(void *user, const char *text)
{
	plain_put(user, text);
}

static void plain_start(struct plain *plain, struct app *app, const char *warning)
{
	plain->app = app;
	plain->has_reader = isatty(STDIN_FILENO);
	plain->outlet = app->parts->outlet ? app->parts->outlet
					   : outlet_new(STDOUT_FILENO, TERM_WAITING_MAX);
	outlet_watch(plain->outlet, plain_taken, plain);
	plain->printed = g_ptr_array_new();
	plain->typed = g_byte_array_new();
	plain->commands = command_set_new();
	plain->roster = roster_new(app->link, on_roster, plain);
	command_set_add(plain->commands, "", plain_commands, plain);
	plain->reading = plain_read_new(plain_mark_read, put_words, plain);
	plain->trust = plain_trust_new(app->link, on_decision, plain);
	plain->acts = plain_acts_new(app->link, on_decision, plain);
	app->plain = plain;
	app->last_input = clock_boot(app->clock);
	if (!app_apply(app, "lock_idle", NULL))
		g_debug("it won't lock by itself");
	if (warning)
		plain_say(plain, "%s", warning);
	plain->is_waiting = true;
	roster_refresh(plain->roster);
	job_post(app->link, job_new(JOB_FETCH, NULL), NULL, NULL);
	job_post(app->link, job_new(JOB_SELF, NULL), on_self, plain);
	plain_tty_take(&plain->tty, STDIN_FILENO);
	plain_title_take(plain);
	plain->source = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, plain);
}

static void plain_stop(struct plain *plain)
{
	struct app *app = plain->app;

	if (plain->source)
		g_source_remove(plain->source);
	plain_tty_give(&plain->tty);
	plain_drop(plain);
	plain_title_give(plain);
	outlet_watch(plain->outlet, NULL, NULL);
	outlet_wait(plain->outlet, 0, TERM_LEAVE_MS, -1);
	if (!app->parts->outlet)
		outlet_free(plain->outlet);
	app->plain = NULL;
	link_cancel(app->link, plain);
	roster_free(plain->roster);
	command_set_free(plain->commands);
	wipe(plain->typed->data, plain->typed->len);
	g_byte_array_unref(plain->typed);
	plain_read_free(plain->reading);
	plain_trust_free(plain->trust);
	plain_acts_free(plain->acts);
	g_ptr_array_unref(plain->printed);
	g_free(plain->current);
}

static const struct app_lines plain_lines = {
	.event = take_event,
	.tell = plain_tell,
	.is_locked = plain_is_locked,
	.roster = plain_roster,
	.is_veiled = plain_is_veiled,
	.alert = plain_alert,
	.set_count = plain_set_count,
	.idle = plain_idle,
};

gboolean plain_run(struct app *app, const char *warning, GError **error)
{
	struct plain plain = {0};

	(void)error;
	app->lines = &plain_lines;
	plain_start(&plain, app, warning);
	app_run_loop(app);
	plain_stop(&plain);
	return TRUE;
}
