#include "tui/plain.h"
#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "core/clock.h"
#include "core/error.h"
#include "core/secret.h"
#include "core/settings.h"
#include "core/text.h"
#include "tui/app_inside.h"
#include "tui/opening.h"
#include "tui/plain_read.h"
#include "tui/plain_trust.h"
#include "tui/screen/rows.h"
#include "tui/when.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { INPUT_MAX = 128 * 1024, READ_BYTES = 4096, PAGE = 20, RESULTS = 20 };

struct plain {
	struct app *app;
	struct roster *roster;
	struct command_set *commands;
	char *current;	/* whose conversation is open, NULL: none */
	struct plain_read *reading;
	struct plain_trust *trust;
	GByteArray *typed; /* bytes of the line so far */
	guint source;
	bool is_greeted;
};

/* -- printing ------------------------------------------------------------------------------- */

static void say(const char *words, ...) G_GNUC_PRINTF(1, 2);

static void say(const char *words, ...)
{
	g_autofree char *text = NULL;
	char *safe;
	va_list args;

	va_start(args, words);
	text = g_strdup_vprintf(words, args);
	va_end(args);
	safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);
	puts(safe);
	plain_free(safe);
}

static enum when_format format(const struct plain *plain)
{
	return host_format(&plain->app->shell->host);
}

static void print_prompt(const struct plain *plain)
{
	char *name = plain->current ?
			     text_make_safe(roster_name(plain->roster, plain->current),
					    strlen(roster_name(plain->roster, plain->current)),
					    TEXT_NEWLINE_SPACE) :
			     NULL;

	printf("%s> ", name ? name : "");
	fflush(stdout);
	plain_free(name);
}

/* Foreign text, made safe; the lines behind the first are indented. */
static void print_text(const char *text)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);

	for (const char *at = safe; *at; at++) {
		putchar(*at);
		if (*at == '\n')
			fputs("  ", stdout);
	}
	putchar('\n');
	plain_free(safe);
}

static void print_name(const struct plain *plain, const char *address)
{
	const char *name = roster_name(plain->roster, address);
	char *safe = text_make_safe(name, strlen(name), TEXT_NEWLINE_SPACE);

	fputs(safe, stdout);
	plain_free(safe);
}

/*
 * Lines are for those who can't look at a screen: the default mode isn't meant for them. What
 * somebody has asked for is.
 */
static enum privacy mode_of(const struct plain *plain, const struct message *message)
{
	const struct settings *settings = plain->app->settings;
	const struct contact *contact = roster_find(plain->roster, message->conversation);
	enum privacy mode = plain->app->shell->host.floor;

	if (message->kind != KIND_TEXT || !message->body)
		return PRIVACY_OPEN;
	if (settings_source(settings, "screen_mode") != SETTING_DEFAULT)
		mode = privacy_strictest(mode,
					 (enum privacy)settings_choice(settings, "screen_mode"));
	if (contact)
		mode = privacy_strictest(mode, contact->privacy);
	return privacy_of_message(mode, message->sealed);
}

/* What stands in the place of words; NULL: the words. */
static const char *veil_of(const struct plain *plain, const struct message *message)
{
	enum privacy mode = mode_of(plain, message);

	if (mode == PRIVACY_OPEN)
		return NULL;
	return mode == PRIVACY_SEALED ? "(sealed; /read opens it word by word)" :
					"(veiled; /read shows it word by word)";
}

/* TRUE: it stands there to be read; else it waits for /read. */
static bool print_body(struct plain *plain, const struct message *message)
{
	const char *veil = veil_of(plain, message);
	unsigned words = 1;

	if (!veil) {
		print_text(message->body ? message->body : "This message is gone.");
		return true;
	}
	if (mode_of(plain, message) == PRIVACY_SPOTLIGHT)
		words = (unsigned)settings_number(plain->app->settings, "spotlight_words");
	say("%s", veil);
	if (!message->read_at || message->sealed)
		plain_read_add(plain->reading, message, words);
	return false;
}

static bool print_message(struct plain *plain, const struct message *message)
{
	char when[WHEN_BYTES];
	bool is_out = message->direction == DIRECTION_OUT;

	printf("%s ", when_clock(message->sent_at, format(plain), when));
	if (is_out)
		fputs("you", stdout);
	else
		print_name(plain, message->from);
	if (is_out && message->state != STATE_SENT)
		printf(" (%s)", state_name(message->state));
	if (!is_out && message->trust != TRUST_VERIFIED)
		printf(" (%s)", rows_trust_word(message->trust));
	fputs(message->edited_at ? " (edited): " : ": ", stdout);
	return print_body(plain, message);
}

/* Rows of one conversation, with the day where it changes; incoming ones that are printed count as
 * read. */
static void print_rows(struct plain *plain, const GPtrArray *rows)
{
	struct job *job = job_new(JOB_READ, plain->current);
	const struct message *former = NULL;
	char day[WHEN_BYTES];

	job->seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	for (guint i = 0; i < rows->len; i++) {
		const struct message *message = g_ptr_array_index(rows, i);

		if (!former || !when_is_same_day(former->sent_at, message->sent_at))
			say("%s:", when_day(message->sent_at, clock_wall(plain->app->clock),
					    format(plain), day));
		if (print_message(plain, message) && message->direction == DIRECTION_IN &&
		    !message->read_at)
			g_array_append_val(job->seqs, message->seq);
		former = message;
	}
	if (job->seqs->len)
		job_post(plain->app->link, job, NULL, NULL);
	else
		job_free(job);
}

/* -- answers -------------------------------------------------------------------------------- */

static void on_heed(struct job *job, void *user)
{
	if (job->error)
		say("%s", job->error->message);
	print_prompt(user);
}

static void on_rows(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		say("%s", job->error->message);
	else if (g_strcmp0(job->address, plain->current) == 0 && job->rows->len)
		print_rows(plain, job->rows);
	else
		say("No messages yet.");
	print_prompt(plain);
}

static void on_results(struct job *job, void *user)
{
	struct plain *plain = user;

	if (job->error)
		say("%s", job->error->message);
	for (guint i = 0; job->rows && i < job->rows->len; i++) {
		const struct message *message = g_ptr_array_index(job->rows, i);
		char when[WHEN_BYTES];

		printf("%s, with ", when_exact(message->sent_at, when));
		print_name(plain, message->conversation);
		fputs(": ", stdout);
		if (veil_of(plain, message))
			say("%s", veil_of(plain, message));
		else
			print_text(message->body ? message->body : "gone");
	}
	if (job->rows && !job->rows->len)
		say("No message holds all of these words.");
	print_prompt(plain);
}

static void on_sent(struct job *job, void *user)
{
	if (job->error)
		say("%s", job->error->message);
	else
		say("Sent.");
	print_prompt(user);
}

static void on_decision(void *user, const char *text)
{
	puts(text);
	print_prompt(user);
}

static void on_roster(void *user)
{
	struct plain *plain = user;
	unsigned unread = roster_unread(plain->roster);

	if (plain->is_greeted)
		return;
	plain->is_greeted = true;
	say("%zu contacts, %u unread messages. /help lists the commands.",
	    roster_count(plain->roster), unread);
	print_prompt(plain);
}

static void mark_read(void *user, const struct message *message)
{
	struct plain *plain = user;
	struct job *job;

	if (message->direction != DIRECTION_IN || message->read_at)
		return;
	job = job_new(JOB_READ, message->conversation);
	job->seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(job->seqs, message->seq);
	job_post(plain->app->link, job, NULL, NULL);
}

void plain_event(struct plain *plain, const struct event *event)
{
	const struct message *message = event->message;

	roster_refresh(plain->roster);
	if ((event->type == EVENT_NOTICE || event->type == EVENT_TRUST) && event->text) {
		say("\n%s", event->text);
	} else if ((event->type == EVENT_MESSAGE || event->type == EVENT_EDITED) &&
		   message->direction == DIRECTION_IN) {
		putchar('\n');
		if (g_strcmp0(message->conversation, plain->current) == 0) {
			if (print_message(plain, message))
				mark_read(plain, message);
		} else {
			print_name(plain, message->conversation);
			say(message->kind == KIND_UNREADABLE ?
				    " has sent something that can't be shown." :
			    event->type == EVENT_EDITED ? " has corrected a message." :
							  " has written.");
		}
	} else {
		return;
	}
	print_prompt(plain);
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
	struct plain *plain = user;

	(void)args;
	(void)error;
	for (size_t i = 0; i < roster_count(plain->roster); i++) {
		const struct contact *contact = roster_at(plain->roster, i);

		print_name(plain, contact->address);
		if (contact->unread)
			printf(", %u unread", contact->unread);
		if (!contact->is_listed)
			fputs(", a stranger", stdout);
		putchar('\n');
	}
	print_prompt(plain);
	return TRUE;
}

static gboolean run_open(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	const struct contact *contact = roster_resolve(plain->roster, args[0]);

	if (!contact) {
		error_set(error, ERROR_NO_CONTACT,
			  "Nobody is called that; /add ADDRESS adds somebody.");
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
		say("Nothing waits to be read.");
	else
		return TRUE;
	print_prompt(plain);
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
	g_autofree char *address = contact_address(args[0], error);
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

static gboolean run_lock(void *user, ARGS, GError **error)
{
	struct plain *plain = user;
	struct job *job = job_new(JOB_LOCK, NULL);
	g_autofree char *warning = NULL;

	(void)args;
	job->text = plain_dup("key");
	g_clear_pointer(&plain->current, g_free);
	plain_read_clear(plain->reading);
	plain_trust_forget(plain->trust);
	if (!opening_await(plain->app->link, job, NULL, error))
		return FALSE;
	roster_wipe(plain->roster);
	say("Locked.");
	fflush(stdout);
	if (!opening_unlock(plain->app->link, &plain->app->wrong, &warning, error)) {
		app_quit(plain->app);
		return FALSE;
	}
	plain->is_greeted = false;
	roster_refresh(plain->roster);
	return TRUE;
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
	(void)args;
	(void)error;
	for (const struct command *command = plain_commands; command->name; command++)
		say("/%s%s%s: %s", command->name, *command->args ? " " : "", command->args,
		    command->summary);
	say("Anything else is sent to whoever is open; two slashes at its beginning lose one.");
	print_prompt(user);
	return TRUE;
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
	say("%s", error->message);
	g_clear_error(&error);
	print_prompt(plain);
}

static void take_line(struct plain *plain, const char *line)
{
	GError *error = NULL;

	if (!*line && plain_read_is_busy(plain->reading)) {
		plain_read_on(plain->reading);
		if (!plain_read_is_busy(plain->reading))
			print_prompt(plain);
	} else if (!*line) {
		print_prompt(plain);
	} else if (line[0] == '/' && line[1] != '/') {
		if (!command_run(plain->commands, line + 1, &error)) {
			say("%s", error ? error->message : "That did not work.");
			print_prompt(plain);
		}
	} else {
		send_line(plain, line + (line[0] == '/'));
	}
	g_clear_error(&error);
}

static void take_lines(struct plain *plain)
{
	guint8 *end;

	while ((end = memchr(plain->typed->data, '\n', plain->typed->len))) {
		guint bytes = (guint)(end - plain->typed->data);
		char *line = plain_ndup((const char *)plain->typed->data, bytes);

		wipe(plain->typed->data, bytes);
		g_byte_array_remove_range(plain->typed, 0, bytes + 1);
		if (strlen(line) == bytes && g_utf8_validate(line, -1, NULL))
			take_line(plain, line);
		else
			say("That line isn't text.");
		plain_free(line);
	}
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
		app_quit(plain->app);
		return G_SOURCE_REMOVE;
	}
	g_byte_array_append(plain->typed, bytes, (guint)count);
	wipe(bytes, sizeof(bytes));
	take_lines(plain);
	fflush(stdout);
	return G_SOURCE_CONTINUE;
}

gboolean plain_run(struct app *app, const char *warning, GError **error)
{
	struct plain plain = {.app = app};

	(void)error;
	plain.typed = g_byte_array_new();
	plain.commands = command_set_new();
	plain.roster = roster_new(app->link, on_roster, &plain);
	command_set_add(plain.commands, "", plain_commands, &plain);
	plain.reading = plain_read_new(mark_read, &plain);
	plain.trust = plain_trust_new(app->link, on_decision, &plain);
	app->plain = &plain;
	if (warning)
		say("%s", warning);
	roster_refresh(plain.roster);
	job_post(app->link, job_new(JOB_FETCH, NULL), NULL, NULL);
	plain.source = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, &plain);
	app_run_loop(app);
	if (plain.source)
		g_source_remove(plain.source);
	app->plain = NULL;
	link_cancel(app->link, &plain);
	roster_free(plain.roster);
	command_set_free(plain.commands);
	wipe(plain.typed->data, plain.typed->len);
	g_byte_array_unref(plain.typed);
	plain_read_free(plain.reading);
	plain_trust_free(plain.trust);
	g_free(plain.current);
	return TRUE;
}
