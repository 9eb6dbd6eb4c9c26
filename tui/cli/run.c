#include "tui/cli/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/model/message.h"
#include "core/text/text.h"
#include "tui/cli/control.h"
#include "tui/cli/control_level.h"
#include "tui/cli/front.h"
#include "tui/cli/help.h"
#include "tui/cli/interrupt.h"
#include "tui/cli/named.h"
#include "tui/cli/options.h"
#include "tui/cli/question.h"
#include "tui/cli/said.h"
#include "tui/client/settings_follow.h"
#include "tui/confine/ask.h"
#include "tui/confine/secrets.h"

enum {
	/* How long a profile that is just being opened or closed is waited for, without --wait. */
	HOLD_WAIT_MS = 2000,
	HOLD_STEP_US = 20000, /* the first, of ever longer ones */
	HOLD_STEP_MOST_US = 200000,
	LATE_MS = 200, /* behind --wait: a verb that ends by itself then says more about it */
	OTHERS_MS = 2000, /* what it runs for others may take at the end, at least */
};

/* What one run is made of. */
struct runner {
	const struct verb *const *table;
	char **words;
	const char *folder;
	const struct verb_front *front;
	const struct engine_parts *parts;
	int wait; /* seconds; -1: not given */
	gint64 began; /* us, monotonic */
};

struct running {
	GMainLoop *loop;
	struct call *call;
	struct interrupt *interrupt;
	int exit_code;
	guint timer; /* 0: none */
	bool is_interrupted;
	bool is_cut; /* before its end */
};

static void ended(struct call *call, int exit_code, void *user)
{
	struct running *run = user;

	(void)call;
	run->exit_code = exit_code;
	g_main_loop_quit(run->loop);
}

static void end_early(struct running *run)
{
	if (run->call->is_ended)
		return;
	if (run->call->cancel)
		run->call->cancel(run->call);
	else
		call_end(run->call, 1);
}

static void interrupted(void *user)
{
	struct running *run = user;

	run->is_interrupted = true;
	run->is_cut = !run->call->is_ended;
	interrupt_heeded(run->interrupt);
	end_early(run);
	g_main_loop_quit(run->loop);
}

static gboolean is_late(void *user)
{
	struct running *run = user;
	g_autoptr(GError) error = NULL;

	run->timer = 0;
	error_set(&error, ERROR_UNREACHABLE,
		  "It wasn't done within the %u second%s of --wait; what is sealed stays queued.",
		  run->call->wait_ms / 1000, text_s(run->call->wait_ms / 1000));
	if (run->call->cancel || run->call->is_ended) {
		run->call->printer->complain(run->call->printer, error->message);
		end_early(run);
	} else {
		call_fail(run->call, error);
	}
	return G_SOURCE_REMOVE;
}

static gboolean out_of_time(void *user)
{
	struct running *run = user;

	run->timer = 0;
	g_main_loop_quit(run->loop);
	return G_SOURCE_REMOVE;
}

static int complain(struct call *call, const GError *error)
{
	call->printer->complain(call->printer, error->message);
	return error_exit_code(error);
}

static void drop_timer(struct running *run)
{
	if (run->timer)
		g_source_remove(run->timer);
	run->timer = 0;
}

/* What others wait for already is begun, and goes to its end too, within the time that this one's
 * user gave. */
static void serve_out(const struct runner *runner, struct running *run, struct control *control)
{
	gint64 left = OTHERS_MS, now = g_get_monotonic_time(), end;

	if (runner->wait >= 0)
		left = MAX(left, runner->wait * 1000 - (now - runner->began) / 1000);
	end = now + left * 1000;
	while (!run->is_interrupted && g_get_monotonic_time() < end &&
	       g_main_context_iteration(NULL, FALSE))
		;
	left = (end - g_get_monotonic_time()) / 1000;
	if (run->is_interrupted || !control_finish(control, run->loop) || left <= 0)
		return;
	run->timer = g_timeout_add((guint)left, out_of_time, run);
	g_main_loop_run(run->loop);
	drop_timer(run);
}

static bool is_live(const struct call *call)
{
	return call->verb->wants_live && call->verb->wants_live(call);
}

/*
 * Run the verb to its end. Others have been let in since the profile was held: while it was being
 * opened they have waited. CONTROL goes with it.
 */
static int run_here(const struct runner *runner, struct running *run, struct control *control)
{
	struct call *call = run->call;

	if (runner->wait >= 0 && !is_live(call))
		run->timer = g_timeout_add(call->wait_ms + LATE_MS, is_late, run);
	call->ended = ended;
	call->ended_user = run;
	call_run(call);
	if (!call->is_ended)
		g_main_loop_run(run->loop);
	drop_timer(run);
	if (control)
		serve_out(runner, run, control);
	control_free(control);
	return printer_end(run->exit_code);
}

static gint64 hold_deadline(const struct runner *runner)
{
	return runner->began + (runner->wait >= 0 ? runner->wait * G_TIME_SPAN_SECOND
						  : HOLD_WAIT_MS * G_TIME_SPAN_MILLISECOND);
}

static void say_locked(GError **error)
{
	g_autofree char *said = *error ? g_strdup((*error)->message) : NULL;

	if (!said)
		return;
	g_clear_error(error);
	error_set(error, ERROR_IN_USE, "%s It is locked there: unlock it, or quit it.", said);
}

/* By who holds the profile, with its question before that. */
static enum control_answer have_done(const struct runner *runner, struct call *call,
				     int *exit_code)
{
	enum control_answer answer = CONTROL_DONE;

	*exit_code = 0;
	if (question_is_due(call))
		answer = question_ask_there(runner->folder, call, runner->words, exit_code);
	return answer == CONTROL_DONE && *exit_code == 0
		       ? control_run(runner->folder, call, runner->words, exit_code)
		       : answer;
}

/* Whether what the holder hasn't done is done without it. */
static bool goes_on_here(const struct call *call, enum control_answer answer, int exit_code)
{
	return call->verb->need == NEED_NOTHING &&
	       (answer == CONTROL_STOPPED || (call->verb->lasts_ms && exit_code));
}

/* Another process has the profile: let it run the verb, or wait while it comes up or goes. */
static int run_there(const struct runner *runner, struct engine *engine, struct call *call,
		     GError **error)
{
	gint64 deadline = hold_deadline(runner);
	gulong step = HOLD_STEP_US;
	int exit_code = 0;

	do {
		gint64 asked = g_get_monotonic_time();
		enum control_answer answer;

		answer = call->verb->is_shared ? have_done(runner, call, &exit_code)
					       : CONTROL_NOBODY;

		if (answer == CONTROL_DONE || answer == CONTROL_STOPPED) {
			g_clear_error(error);
			return goes_on_here(call, answer, exit_code) ? -1 : exit_code;
		}
		/* It was the holder's last: what has no end of its own goes on here. */
		if (answer == CONTROL_ENDED) {
			call->past_ms = (g_get_monotonic_time() - runner->began) / 1000;
			deadline += g_get_monotonic_time() - asked;
			step = HOLD_STEP_US;
		}
		if (answer == CONTROL_LOCKED)
			say_locked(error);
		if (answer == CONTROL_LOCKED || call->verb->need == NEED_NOTHING ||
		    (!call->verb->is_shared && runner->wait < 0))
			return -1;
		g_usleep(step);
		step = MIN(step * 2, HOLD_STEP_MOST_US);
		g_clear_error(error);
		if (engine_hold(engine, error))
			return -1;
	} while (g_get_monotonic_time() < deadline);
	return -1;
}

/* What the verb does with the profile itself (wipe, passphrase) no other process may do for it. */
static void wait_until_free(const struct runner *runner, struct engine *engine)
{
	gint64 deadline = runner->began + runner->wait * G_TIME_SPAN_SECOND;
	struct store_peek peek = { 0 };
	struct engine_place place;

	while (engine_peek(engine, &peek, &place, NULL) && peek.is_held &&
	       g_get_monotonic_time() < deadline)
		g_usleep(HOLD_STEP_MOST_US);
}

static gboolean open_profile(struct engine *engine, struct call *call,
			     const struct secret *passphrase, GError **error)
{
	/* What is found while it is opened is told too. */
	call_hear(call);
	return engine_unlock(engine, passphrase, error) &&
	       (call->verb->need != NEED_CARRIER || call_is_local(call) ||
		engine_connect(engine, is_live(call), error));
}

/* Where the profile that it makes will be; NULL: it makes none. */
static struct account *place_of(const struct call *call)
{
	return call->verb->place ? call->verb->place(call) : NULL;
}

/* What a confined process can't do itself; no secret has been read yet. */
static gboolean get_help(const struct runner *runner, const struct call *call, GError **error)
{
	struct account *made;
	gboolean ok;

	if (call->verb->is_unconfined || !runner->front->help)
		return TRUE;
	made = place_of(call);
	ok = runner->front->help(runner->front->user, made, error);
	account_free(made);
	return ok;
}

static gboolean confine(const struct runner *runner, const struct call *call, GError **error)
{
	g_autofree char *folder = NULL;
	struct account *made;
	gboolean ok;

	if (call->verb->is_unconfined || !runner->front->confine)
		return TRUE;
	folder = call->verb->writes_in ? call->verb->writes_in(call) : NULL;
	made = place_of(call);
	ok = runner->front->confine(runner->front->user, made, folder, error);
	account_free(made);
	return ok;
}

/* Standard input to its end, less exactly one final newline. */
static gboolean read_input(struct call *call, GError **error)
{
	char *input = plain_new(MESSAGE_BODY_MAX + 2);
	size_t bytes = 0;
	ssize_t got;

	do {
		got = read(STDIN_FILENO, input + bytes, MESSAGE_BODY_MAX + 2 - bytes);
		if (got > 0)
			bytes += (size_t)got;
	} while (got > 0 || (got < 0 && errno == EINTR));
	if (got < 0)
		error_set(error, ERROR_USAGE, "Standard input can't be read: %s.",
			  g_strerror(errno));
	if (bytes && input[bytes - 1] == '\n')
		input[--bytes] = '\0';
	call->input = plain_ndup(input, bytes);
	call->input_bytes = bytes;
	plain_free(input);
	return got == 0;
}

/* Whoever holds the profile needs no passphrase from us; else it is asked for now. */
static gboolean ask_first(const struct runner *runner, struct engine *engine, GError **error)
{
	struct store_peek peek = { 0 };
	struct engine_place place;

	return engine_peek(engine, &peek, &place, error) &&
	       (peek.is_held ||
		secrets_ask(runner->front->secrets, SECRETS_PASSPHRASE, false, error));
}

/*
 * What isn't among the arguments. On a terminal the passphrase comes first too: who expects to be
 * asked for it must not type it into a message.
 */
static gboolean take_input(const struct runner *runner, struct engine *engine, struct call *call,
			   GError **error)
{
	if (!call_wants_input(call))
		return call_check_input(call, error);
	if (isatty(STDIN_FILENO)) {
		if (!ask_first(runner, engine, error))
			return FALSE;
		fprintf(stderr, "%s, ended by C-d on a line of its own:\n", call->verb->input);
	}
	return read_input(call, error) && call_check_input(call, error);
}

/* Nobody listens there because it was switched off, here as well. */
static void explain(const struct runner *runner, GError **error)
{
	g_autofree char *said = NULL;

	if (!error_is(*error, ERROR_IN_USE) ||
	    control_level(runner->front) != CONTROL_OFF)
		return;
	said = g_strdup((*error)->message);
	g_clear_error(error);
	error_set(error, ERROR_IN_USE,
		  "%s It runs nothing for others: the setting control is off.", said);
}

/* With signals as they were: the question minds them itself. TRUE: go on. */
static bool ask_here(struct running *run, struct engine *engine)
{
	g_autofree char *question = NULL;
	bool goes_on;

	if (!question_is_due(run->call))
		return true;
	question = run->call->verb->question(run->call);
	interrupt_stop(run->interrupt);
	goes_on = question_agree(run->call, question);
	run->interrupt = interrupt_start(engine_cancel(engine), interrupted, run);
	return goes_on;
}

/*
 * In this process, which holds the profile where the verb needs it. Only behind the question for
 * the passphrase, which takes signals itself.
 */
static int perform(const struct runner *runner, struct engine *engine, struct call *call)
{
	bool is_opening = call->verb->need != NEED_NOTHING, is_open;
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	struct running run = { .loop = loop, .call = call };
	struct settings_follow *follow = NULL;
	struct control *control = NULL;
	struct secret *passphrase = NULL;
	g_autoptr(GError) error = NULL;
	int exit_code, number = 0;
	bool is_cut;

	if (call->is_wait_given)
		engine_be_patient(engine, call->wait_ms);
	if (is_opening)
		passphrase = secrets_take(runner->front->secrets, SECRETS_PASSPHRASE, false,
					  &error);
	if (is_opening && !passphrase)
		return complain(call, error);
	/* A fork of it would wait for a thread that it hasn't got. */
	if (!call->verb->is_interface)
		run.interrupt = interrupt_start(engine_cancel(engine), interrupted, &run);
	if (is_opening && control_level(runner->front) != CONTROL_OFF)
		control = control_new(runner->folder, engine, runner->table, runner->front, NULL);
	if (is_opening && call->verb->wants_live && call->verb->wants_live(call))
		follow = settings_follow_new(runner->front->config_file, NULL, NULL,
					     runner->front->settings);
	is_open = !is_opening || open_profile(engine, call, passphrase, &error);
	secret_free(passphrase);
	if (is_open && ask_here(&run, engine)) {
		exit_code = run_here(runner, &run, control);
	} else {
		exit_code = is_open ? 1 : complain(call, error);
		control_free(control);
	}
	settings_follow_free(follow);
	if (run.interrupt)
		number = interrupt_stop(run.interrupt);
	/* Long work sees the signal first, and fails of it. */
	is_cut = run.is_cut || exit_code == 1;
	return number && is_cut && exit_code ? INTERRUPT_EXIT + number : exit_code;
}

/* Have it, or have it done by who has it: an exit code, or -1 where neither is so, or ERROR. */
static int reach(const struct runner *runner, struct engine *engine, struct call *call,
		 GError **error)
{
	struct store_peek peek = { 0 };
	struct engine_place place;
	int exit_code = -1;

	if (call->verb->need != NEED_NOTHING) {
		if (!engine_hold(engine, error) && error_is(*error, ERROR_IN_USE))
			exit_code = run_there(runner, engine, call, error);
	} else if (!call->verb->is_shared) {
		wait_until_free(runner, engine);
	} else if (engine_peek(engine, &peek, &place, NULL) && peek.is_held) {
		exit_code = run_there(runner, engine, call, error);
	}
	return exit_code;
}

static int run_call(const struct runner *runner, struct call *call)
{
	struct engine_parts parts = *runner->parts;
	struct cancel cancel = { 0 };
	struct engine *engine;
	g_autoptr(GError) error = NULL;
	int exit_code = -1;

	parts.cancel = &cancel;
	call->engine = engine = engine_new(&parts);
	if (!confine(runner, call, &error) || !take_input(runner, engine, call, &error))
		exit_code = complain(call, error);
	else
		exit_code = reach(runner, engine, call, &error);
	if (exit_code < 0 && call->verb->is_shared)
		explain(runner, &error);
	if (exit_code < 0)
		exit_code = error ? complain(call, error) : perform(runner, engine, call);
	engine_free(engine);
	return exit_code;
}

/* Those of its own that the verb was given descriptors for. */
static gboolean name_secrets(struct secrets *secrets, const struct call *call, GError **error)
{
	for (int i = 0; i < SECRETS_COUNT; i++) {
		const char *name = secrets_option((enum secrets_kind)i);
		const struct verb_option *option = call->verb->options;
		int64_t fd = -1;
		int count = 0;

		while (count < VERB_OPTIONS_MAX && option[count].name &&
		       strcmp(option[count].name, name) != 0)
			count++;
		if (count == VERB_OPTIONS_MAX || !option[count].name)
			continue;
		if (!option_number(call, name, 0, G_MAXINT, &fd, error) ||
		    (fd >= 0 && !secrets_name(secrets, (enum secrets_kind)i, (int)fd, error)))
			return FALSE;
	}
	return TRUE;
}

/* Before anything else is read, whoever performs the verb then. */
static gboolean read_secrets(const struct runner *runner, const struct call *call, GError **error)
{
	struct secrets *secrets = runner->front->secrets;

	return name_secrets(secrets, call, error) &&
	       (call->verb->takes_no_passphrase || secrets_read(secrets, error));
}

static int say_usage(const GError *error)
{
	ask_complain(error->message);
	return error_exit_code(error);
}

/* By SIGALRM, so that nothing that hangs can hold it up. */
static void end_in(unsigned ms)
{
	const struct itimerval value = { .it_value = { ms / 1000, ms % 1000 * 1000 } };

	if (ms)
		setitimer(ITIMER_REAL, &value, NULL);
}

/* Whoever did it, this process or the one that holds the profile. A script gets the exit code. */
static void say_done(const struct call *call)
{
	g_autofree char *said = call->is_json || !isatty(STDOUT_FILENO) ? NULL : call_said(call);

	if (said)
		call->printer->line(call->printer, said);
}

int run_words(const struct verb *const *table, char **words, const struct run_options *options,
	      const char *folder, const struct verb_front *front, const struct engine_parts *parts)
{
	struct runner runner = {
		table, words, folder, front, parts, options->wait, g_get_monotonic_time(),
	};
	g_autoptr(GError) error = NULL;
	g_autofree char *help = NULL;
	bool wants_help;
	int exit_code;
	struct call *call = call_new(table, words, &wants_help, &error);

	if (!call)
		return say_usage(error);
	if (wants_help) {
		help = help_verb(table, call->verb, help_columns());
		fputs(help, stdout);
		call_free(call);
		return 0;
	}
	call->is_json |= options->is_json;
	call->is_wait_given = options->wait >= 0;
	if (call->is_wait_given)
		call->wait_ms = (unsigned)options->wait * 1000;
	call->printer = printer_standard();
	call->front = front;
	end_in(call->verb->lasts_ms);
	if (!call_check(call, &error) || !get_help(&runner, call, &error) ||
	    !read_secrets(&runner, call, &error))
		exit_code = complain(call, error);
	else
		exit_code = run_call(&runner, call);
	if (exit_code == 0)
		say_done(call);
	call_free(call);
	return exit_code;
}
