#include "tui/mute.h"

#include <string.h>
#include "core/clock.h"
#include "core/error.h"
#include "tui/shell.h"
#include "tui/when.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

gboolean mute_parse(const char *text, int64_t now, int64_t *to, GError **error)
{
	int64_t seconds;

	*to = CONTACT_MUTED;
	if (!text)
		return TRUE;
	if (!clock_parse_duration(text, &seconds)) {
		error_set(error, ERROR_USAGE,
			  "\"%s\" is no time to mute for: it is like 30m, 8h, 7d; without one it "
			  "is for good.",
			  text);
		return FALSE;
	}
	*to = now + seconds * 1000;
	return TRUE;
}

/* Whether a word could go on at the character before or at AT. */
static bool is_inside(const char *text, const char *at)
{
	return at > text && g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(at)));
}

bool mute_is_named(const char *body, const char *address)
{
	g_autofree char *local = g_strndup(address, strcspn(address, "@"));
	g_autofree char *name = g_utf8_casefold(local, -1);
	g_autofree char *text = g_utf8_casefold(body, -1);

	for (const char *at = text; *name && (at = strstr(at, name)); at += strlen(name))
		if (!is_inside(text, at) && !g_unichar_isalnum(g_utf8_get_char(at + strlen(name))))
			return true;
	return false;
}

char *mute_words(const struct contact *contact, int64_t now)
{
	char when[WHEN_BYTES];

	if (!contact_is_muted(contact, now))
		return NULL;
	if (contact->muted_to == CONTACT_MUTED)
		return g_strdup("muted");
	return g_strdup_printf("muted until %s", when_short(contact->muted_to, now, when));
}

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
