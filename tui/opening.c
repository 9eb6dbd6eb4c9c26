#include "tui/opening.h"
#include <stdio.h>
#include "core/error.h"
#include "core/secret.h"
#include "tui/first_run.h"

enum { TRIES = 3, WAIT_DOUBLINGS = 5 };

struct wait {
	bool is_done;
	char *warning;
	GError *error;
};

static void on_awaited(struct job *job, void *user)
{
	struct wait *wait = user;

	wait->is_done = true;
	wait->warning = job->warning ? g_strdup(job->warning->message) : NULL;
	wait->error = g_steal_pointer(&job->error);
}

gboolean opening_await(struct link *link, struct job *job, char **warning, GError **error)
{
	struct wait wait = {0};

	job_post(link, job, on_awaited, &wait);
	while (!wait.is_done)
		g_main_context_iteration(NULL, TRUE);
	if (warning)
		*warning = g_steal_pointer(&wait.warning);
	g_free(wait.warning);
	if (!wait.error)
		return TRUE;
	g_propagate_error(error, wait.error);
	return FALSE;
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
	return opening_await(link, job, warning, error);
}

static unsigned seconds_after(unsigned wrong)
{
	return wrong ? 1u << MIN(wrong - 1, WAIT_DOUBLINGS) : 0;
}

gboolean opening_unlock(struct link *link, unsigned *wrong, char **warning, GError **error)
{
	for (unsigned i = 0; i < TRIES; i++) {
		struct secret *passphrase =
			secret_prompt_after(seconds_after(*wrong), "Passphrase: ", error);
		gboolean is_open;

		if (!passphrase)
			return FALSE;
		g_clear_error(error);
		is_open = unlock_with(link, passphrase, warning, error);
		secret_free(passphrase);
		if (is_open) {
			*wrong = 0;
			return TRUE;
		}
		if (!error_is(*error, ERROR_PASSPHRASE))
			return FALSE;
		if (*wrong <= WAIT_DOUBLINGS)
			++*wrong;
		if (i + 1 < TRIES) {
			printf("%s\n", (*error)->message);
			fflush(stdout);
			g_clear_error(error);
		}
	}
	return FALSE;
}

static gboolean create(struct link *link, const struct account *account, struct first_run *answers,
		       char **warning, GError **error)
{
	struct job *job = job_new(JOB_CREATE, NULL);

	job->account = account_copy(account);
	job->passphrase = g_steal_pointer(&answers->passphrase);
	job->level = KDF_MODERATE;
	return opening_await(link, job, warning, error);
}

static gboolean run_first(const struct app_parts *parts, struct link *link, char **warning,
			  GError **error)
{
	struct first_run answers = {0};
	struct account *account = NULL;
	struct job *may = job_new(JOB_MAY_CREATE, NULL);
	gboolean is_made = FALSE;

	if (!first_run_ask_place(parts->name, parts->spool, &answers, error))
		goto out;
	account = parts->make_account(parts->user, answers.name, answers.spool, error);
	if (!account)
		goto out;
	may->account = account_copy(account);
	if (!opening_await(link, g_steal_pointer(&may), NULL, error) ||
	    !first_run_ask_passphrase(&answers, error))
		goto out;
	is_made = create(link, account, &answers, warning, error);
out:
	job_free(may);
	account_free(account);
	first_run_clear(&answers);
	return is_made;
}

gboolean opening_run(const struct app_parts *parts, struct link *link, unsigned *wrong,
		     char **warning, GError **error)
{
	*warning = NULL;
	if (parts->is_first_run)
		return run_first(parts, link, warning, error);
	if (!opening_await(link, job_new(JOB_HOLD, NULL), NULL, error))
		return FALSE;
	if (parts->passphrase)
		return unlock_with(link, parts->passphrase, warning, error);
	return opening_unlock(link, wrong, warning, error);
}
