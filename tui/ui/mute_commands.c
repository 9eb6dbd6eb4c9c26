#include "tui/ui/mute_commands.h"

#include "core/base/error.h"
#include "tui/client/mute.h"
#include "tui/ui/shell.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

static void on_muted(struct job *job, void *user)
{
	struct shell *shell = user;

	host_fail(&shell->host, job->error);
	roster_refresh(shell->host.roster);
	shell->ops->draw(shell->user);
}

static gboolean put(struct shell *shell, int64_t to, GError **error)
{
	struct job *job;

	if (!shell->host.current) {
		error_set(error, ERROR_USAGE, "No conversation is open.");
		return FALSE;
	}
	job = job_new(JOB_MUTE, shell->host.current);
	job->seq = to;
	job_post(shell->host.link, job, on_muted, shell);
	return TRUE;
}

gboolean mute_run(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	int64_t to;

	if (!mute_parse(args[0], host_now(&shell->host), &to, error) || !put(shell, to, error))
		return FALSE;
	host_say(&shell->host, "You aren't told of messages here %s%s; :unmute ends it.",
		 args[0] ? "for " : "any more", args[0] ? args[0] : "");
	return TRUE;
}

gboolean mute_run_off(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	if (!put(shell, 0, error))
		return FALSE;
	host_say(&shell->host, "You are told of messages here again.");
	return TRUE;
}
