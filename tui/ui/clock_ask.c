#include "tui/ui/clock_ask.h"

#include "core/base/clock.h"
#include "tui/screen/confirm.h"
#include "tui/ui/shell.h"

gboolean clock_run_confirm(void *user, const char *const args[static COMMAND_ARGS_MAX],
			   GError **error)
{
	struct shell *shell = user;
	char now[CLOCK_TEXT_BYTES];

	(void)args;
	(void)error;
	confirm_ask(&shell->host, &(const struct confirm_request){
		.loss = LOSS_DUE,
		.name = clock_format(host_now(&shell->host), now),
		.job = job_new(JOB_CLOCK, NULL),
		.done = host_heed,
		.user = &shell->host,
	});
	return TRUE;
}
