#include "tui/app/opening.h"
#include "core/model/certificate.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "tui/confine/ask.h"
#include "tui/app/first_run.h"
#include "tui/confine/secrets.h"
#include "tui/observe/watch.h"

enum { TRIES = 3, WAIT_DOUBLINGS = 5 };

struct wait {
	bool is_done;
	char *warning;
	struct certificate *refused;
	GError *error;
};

static void on_awaited(struct job *job, void *user)
{
	struct wait *wait = user;

	wait->is_done = true;
	wait->refused = g_steal_pointer(&job->refused);
	wait->warning = job->warning ? g_strdup(job->warning->message) : NULL;
	wait->error = g_steal_pointer(&job->error);
}

/* As opening_await; *REFUSED: a certificate that was in the way, or NULL. */
static gboolean await(struct link *link, struct job *job, char **warning,
		      struct certificate **refused, GError **error)
{
	struct wait wait = {0};

	job_post(link, job, on_awaited, &wait);
	while (!wait.is_done)
		g_main_context_iteration(NULL, TRUE);
	if (warning)
		*warning = g_steal_pointer(&wait.warning);
	g_free(wait.warning);
	*refused = wait.refused;
	if (!wait.error)
		return TRUE;
	g_propagate_error(error, wait.error);
	return FALSE;
}

gboolean opening_await(struct link *link, struct job *job, char **warning, GError **error)
{
	struct certificate *refused;
	gboolean ok = await(link, job, warning, &refused, error);

	certificate_free(refused);
	return ok;
}

/* The same for what takes its time, outside curses. REFUSED may be NULL. */
static gboolean await_hushed(struct link *link, struct job *job, char **warning,
			     struct certificate **refused, GError **error)
{
	struct certificate *certificate;
	struct ask_hush hush = { 0 };
	gboolean ok;

	ask_hush(&hush);
	ok = await(link, job, warning, &certificate, error);
	ask_unhush(&hush);
	if (refused)
		*refused = certificate;
	else
		certificate_free(certificate);
	return ok;
}

static gboolean unlock_with(struct link *link, const struct secret *passphrase, char **warning,
			    GError **error)
{
	struct job *job = job_new(JOB_UNLOCK, NULL);

	job->passphrase = secret_copy(passphrase, error);
	if (!job->passphrase) {
		job_free(job);
		return FALSE;
	}
	return await_hushed(link, job, warning, NULL, error);
}

static unsigned seconds_after(unsigned wrong)
{
	return wrong ? 1u << MIN(wrong - 1, WAIT_DOUBLINGS) : 0;
}

static void say_ask(const struct opening_ask *ask)
{
	g_autofree char *tries =
		ask->wrong ? g_strdup_printf("%u wrong passphrase%s so far.\n", ask->wrong,
					     ask->wrong == 1 ? "" : "s") :
			     NULL;

	if (ask->why) {
		ask_say(ask->why);
		ask_say("\n");
	}
	/* Those from before; whoever sits there has seen their own. */
	if (tries && !ask->why)
		ask_say(tries);
}

/* Whoever shows that it is asked. */
struct asked {
	struct opening_ask ask;
	opening_face face;
	void *user;
};

static void on_tick(unsigned seconds, void *user)
{
	struct asked *asked = user;

	asked->ask.wait = seconds;
	asked->ask.is_again = true;
	asked->face(&asked->ask, asked->user);
}

gboolean opening_unlock(struct link *link, unsigned *wrong, opening_face face, void *user,
			char **warning, GError **error)
{
	g_autofree char *why = NULL;

	/* However long it is asked for, nothing is left of when it was open. */
	stack_wipe_all();
	for (unsigned i = 0; i < TRIES; i++) {
		struct asked asked = {
			.ask = {
				.attempt = i + 1,
				.attempts = TRIES,
				.wrong = *wrong,
				.wait = seconds_after(*wrong),
				.why = why,
			},
			.face = face,
			.user = user,
		};
		struct secret *passphrase;
		gboolean is_open;

		if (face)
			face(&asked.ask, user);
		else
			say_ask(&asked.ask);
		passphrase = secret_prompt_after(asked.ask.wait, "Passphrase: ", face != NULL,
						 face ? on_tick : NULL, &asked, error);
		if (!passphrase)
			return FALSE;
		is_open = unlock_with(link, passphrase, warning, error);
		secret_free(passphrase);
		if (is_open) {
			*wrong = 0;
			return TRUE;
		}
		if (!error_is(*error, ERROR_PASSPHRASE))
			return FALSE;
		++*wrong;
		g_free(why);
		why = g_strdup((*error)->message);
		if (i + 1 < TRIES)
			g_clear_error(error);
	}
	return FALSE;
}

static gboolean create(struct link *link, const struct account *account,
		       const struct secret *passphrase, char **warning, GError **error)
{
	struct job *job = job_new(JOB_CREATE, NULL);

	job->account = account_copy(account);
	job->passphrase = secret_copy(passphrase, error);
	job->level = KDF_MODERATE;
	if (job->passphrase)
		return await_hushed(link, job, warning, NULL, error);
	job_free(job);
	return FALSE;
}

/* What was in the way, and the question that it leads to; FALSE when that is no other answer. */
static gboolean ask_again(struct account *account, const struct certificate *refused,
			  const GError *why)
{
	if (account->spool)
		return FALSE;
	if (refused && !account->pin)
		return first_run_ask_pin(account, refused, NULL);
	ask_tell(why->message);
	if (error_is(why, ERROR_PASSPHRASE))
		return first_run_ask_password(account, NULL);
	/* What is no server is not offered again; one that doesn't answer may in a moment. */
	if (error_is(why, ERROR_USAGE))
		g_clear_pointer(&account->server, g_free);
	return (error_is(why, ERROR_UNREACHABLE) || error_is(why, ERROR_USAGE)) &&
	       first_run_ask_server(account, NULL);
}

/* Look whether the profile can be made, until it can or there is nothing more to ask. */
static gboolean look(struct link *link, struct account *account, GError **error)
{
	for (unsigned i = 0;; i++) {
		struct certificate *refused = NULL;
		g_autoptr(GError) why = NULL;
		struct job *job = job_new(JOB_MAY_CREATE, NULL);
		gboolean is_free, is_over;

		job->account = account_copy(account);
		is_free = await_hushed(link, job, NULL, &refused, &why);
		is_over = is_free || i == TRIES * 2 || !ask_again(account, refused, why);
		certificate_free(refused);
		if (is_over && !is_free)
			g_propagate_error(error, g_steal_pointer(&why));
		if (is_over)
			return is_free;
	}
}

/* The server first without a password, then with it. */
static gboolean look_there(struct link *link, struct account *account, GError **error)
{
	if (!account->spool)
		ask_say("\n  Looking for the server.\n");
	if (!look(link, account, error))
		return FALSE;
	if (account->spool)
		return TRUE;
	return first_run_ask_password(account, error) && look(link, account, error);
}

/* The one that was given, which would else stay in memory, or one that is asked for. */
static struct secret *find_passphrase(const struct app_parts *parts, GError **error)
{
	bool is_watched = !parts->watch || parts->watch->verdict != WATCH_CLEAR;

	if (!secrets_has(parts->secrets, SECRETS_PASSPHRASE))
		return first_passphrase_ask(is_watched, error);
	return secrets_take(parts->secrets, SECRETS_PASSPHRASE, true, error);
}

static gboolean run_first(const struct app_parts *parts, struct link *link, char **warning,
			  GError **error)
{
	struct account *account = account_copy(parts->first->place);
	struct secret *passphrase = NULL;
	gboolean is_made = FALSE;

	if (look_there(link, account, error))
		passphrase = find_passphrase(parts, error);
	if (passphrase) {
		ask_say("\n  Making keys; this takes a moment.\n");
		is_made = create(link, account, passphrase, warning, error);
	}
	account_free(account);
	secret_free(passphrase);
	return is_made;
}

/* It isn't kept: a locked sotto holds none. */
static gboolean unlock_given(struct secrets *secrets, struct link *link, char **warning,
			     GError **error)
{
	struct secret *passphrase = secrets_take(secrets, SECRETS_PASSPHRASE, false, error);
	gboolean ok = passphrase && unlock_with(link, passphrase, warning, error);

	secret_free(passphrase);
	return ok;
}

gboolean opening_run(const struct app_parts *parts, struct link *link, unsigned *wrong,
		     char **warning, GError **error)
{
	*warning = NULL;
	if (parts->first)
		return run_first(parts, link, warning, error);
	if (!opening_await(link, job_new(JOB_HOLD, NULL), NULL, error))
		return FALSE;
	if (secrets_has(parts->secrets, SECRETS_PASSPHRASE))
		return unlock_given(parts->secrets, link, warning, error);
	return opening_unlock(link, wrong, NULL, NULL, warning, error);
}
