#include "tui/ui/modes.h"
#include <string.h>
#include "core/base/error.h"
#include "core/model/settings.h"
#include "tui/screen/sealed.h"
#include "tui/ui/shell.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

/* What a screen that can't do MODE does instead, behind the sentence that names it; g_free. */
static char *instead(struct shell *shell, enum privacy mode)
{
	g_autofree char *why = mode == PRIVACY_SEALED ? sealed_refusal(&shell->host) : NULL;

	return why ? g_strdup_printf(" Here a message opens one word at a time, without noise: %s.",
				     why) :
		     g_strdup("");
}

static void say_mode(struct shell *shell, bool is_profile)
{
	const char *address = is_profile ? NULL : shell->host.current;
	enum privacy mode = host_privacy(&shell->host, address);
	const struct contact *contact =
		address ? roster_find(shell->host.roster, address) : NULL;
	g_autofree char *here = instead(shell, mode);

	if (contact && privacy_is_stricter(mode, contact->privacy))
		host_say(&shell->host, "This conversation: %s, as the %s asks for.%s",
			 privacy_name(mode), shell->host.floor == mode ? "terminal" : "profile",
			 here);
	else
		host_say(&shell->host, "%s: %s.%s", contact ? "This conversation" : "Everywhere",
			 privacy_name(mode), here);
}

static void on_put(struct job *job, void *user)
{
	struct shell *shell = user;

	host_fail(&shell->host, job->error);
	roster_refresh(shell->host.roster);
	shell->ops->draw(shell->user);
}

/* Why the conversation is in PROFILE though MODE was asked for; g_free. */
static char *why_stricter(struct shell *shell, enum privacy profile, enum privacy mode)
{
	enum privacy own = privacy_at(settings_choice(shell->host.settings, "screen_mode"));

	if (privacy_is_stricter(profile, own))
		return g_strdup_printf("This conversation: %s, as the terminal asks for; see "
				       "`:watch`.",
				       privacy_name(profile));
	return g_strdup_printf("This conversation: %s, because everything is; `:mode profile %s` "
			       "changes that.",
			       privacy_name(profile), privacy_name(mode));
}

/* IS_NAMED: MODE was asked for by its name, not come upon in a round through all. */
static void put_conversation(struct shell *shell, enum privacy mode, bool is_named)
{
	struct job *job = job_new(JOB_PRIVACY, shell->host.current);
	enum privacy profile = host_privacy(&shell->host, NULL);
	g_autofree char *here = instead(shell, privacy_strictest(mode, profile));
	g_autofree char *why = NULL;

	job->act = mode;
	job_post(shell->host.link, job, on_put, shell);
	if (privacy_is_stricter(profile, mode) && (is_named || mode != PRIVACY_OPEN)) {
		why = why_stricter(shell, profile, mode);
		host_say(&shell->host, "%s", why);
	} else {
		host_say(&shell->host, "This conversation: %s.%s",
			 privacy_name(privacy_strictest(mode, profile)), here);
	}
}

static gboolean put_profile(struct shell *shell, enum privacy mode, GError **error)
{
	if (!shell->ops->set(shell->user, "screen_mode", privacy_name(mode), error))
		return FALSE;
	say_mode(shell, true);
	return TRUE;
}

gboolean modes_run(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	bool is_profile = !shell->host.current;
	const char *word = args[0];
	enum privacy mode;

	if (args[1]) {
		is_profile = strcmp(args[0], "profile") == 0;
		word = args[1];
	}
	if (!word) {
		say_mode(shell, is_profile);
		return TRUE;
	}
	if ((args[1] && !is_profile && strcmp(args[0], "conversation") != 0) ||
	    !privacy_parse(word, &mode)) {
		error_set(error, ERROR_USAGE,
			  "`:mode MODE` or `:mode profile MODE`: open, line, spotlight, veil, "
			  "sealed.");
		return FALSE;
	}
	if (is_profile)
		return put_profile(shell, mode, error);
	if (!shell->host.current) {
		error_set(error, ERROR_USAGE, "No conversation is open.");
		return FALSE;
	}
	put_conversation(shell, mode, true);
	return TRUE;
}

gboolean modes_run_next(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	enum privacy now = host_privacy(&shell->host, shell->host.current);
	enum privacy next =
		now == PRIVACY_SEALED ? PRIVACY_OPEN : privacy_at(privacy_strictness(now) + 1);

	(void)args;
	if (!shell->host.current)
		return put_profile(shell, next, error);
	put_conversation(shell, next, false);
	return TRUE;
}
