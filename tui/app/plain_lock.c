/*
 * Locking the interface as lines: by command, by C-z, or because nobody has typed for a while.
 */
#include <string.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "tui/confine/broker.h"
#include "tui/term/term.h"
#include "tui/app/opening.h"
#include "tui/app/plain.h"
#include "tui/app/plain_inside.h"
#include "tui/app/plain_read.h"
#include "tui/app/plain_acts.h"
#include "tui/app/plain_trust.h"

/* The keys are gone when the answer is here. */
static gboolean await_lock(struct plain *plain, const char *reason, GError **error)
{
	struct job *job = job_new(JOB_LOCK, NULL);

	job->text = plain_dup(reason);
	return opening_await(plain->app->link, job, NULL, error);
}

bool plain_is_locked(const struct plain *plain)
{
	return plain->is_locked;
}

void plain_idle(struct plain *plain)
{
	g_autoptr(GError) error = NULL;

	if (!plain_lock(plain, "idle", &error))
		g_debug("it ends locked: %s", error ? error->message : "it was told to");
}

gboolean plain_lock(struct plain *plain, const char *reason, GError **error)
{
	g_autofree char *warning = NULL;

	g_clear_pointer(&plain->current, g_free);
	plain_read_clear(plain->reading);
	plain_trust_forget(plain->trust);
	plain_acts_forget(plain->acts);
	plain_drop(plain);
	plain->is_locked = true;
	plain_say(plain, "Locking...");
	if (!await_lock(plain, reason, error))
		return FALSE;
	roster_wipe(plain->roster);
	plain_drop(plain);
	plain_say(plain, "Locked.");
	plain_title_give(plain);
	outlet_wait(plain->outlet, 0, TERM_LEAVE_MS, -1);
	plain_tty_give(&plain->tty);
	if (strcmp(reason, "suspend") == 0 && plain->app->parts->broker)
		broker_stop(plain->app->parts->broker);
	if (plain->app->is_leaving ||
	    !opening_unlock(plain->app->link, &plain->app->wrong, NULL, NULL, &warning, error)) {
		app_quit(plain->app);
		return FALSE;
	}
	plain_tty_take(&plain->tty, STDIN_FILENO);
	plain_title_take(plain);
	plain->is_locked = false;
	plain->is_greeted = false;
	plain->is_waiting = true;
	if (warning)
		plain_say(plain, "%s", warning);
	roster_refresh(plain->roster);
	plain->app->last_input = clock_boot(plain->app->clock);
	app_watch_idle(plain->app);
	return TRUE;
}
