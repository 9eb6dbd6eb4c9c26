#include "tui/ui/people.h"

#include <string.h>

#include "core/base/error.h"
#include "core/port/transport_talk.h"
#include "core/profile/naming.h"
#include "tui/screen/confirm.h"
#include "tui/ui/shell.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

bool people_is_self(const struct host *host, const char *text)
{
	g_autofree char *address = naming_address(text, NULL);

	return host->self && (g_strcmp0(address, host->self) == 0 ||
			      g_ascii_strcasecmp(text, CONTACT_NOTES_NAME) == 0);
}

char *people_address(struct shell *shell, const char *text, GError **error)
{
	g_autoptr(GError) why = NULL;
	const struct contact *contact = roster_resolve(shell->host.roster, text, &why);

	if (contact)
		return g_strdup(contact->address);
	if (!why)
		return naming_address(text, error);
	g_propagate_error(error, g_steal_pointer(&why));
	return NULL;
}

/* As people_address; NULL is the conversation in front. */
static char *find(struct shell *shell, const char *text, GError **error)
{
	if (text)
		return people_address(shell, text, error);
	if (shell->host.current)
		return g_strdup(shell->host.current);
	error_set(error, ERROR_USAGE, "Say who is meant, or open their conversation.");
	return NULL;
}

static void on_done(struct job *job, void *user)
{
	static const char *const done[] = {
		[TALK_ACCEPT] = "%s may see when you are there, while that is on.",
		[TALK_DECLINE] = "%s doesn't see when you are there.",
		[TALK_SUBSCRIBE] = "%s was asked.",
		[TALK_FORGET] = "%s isn't on the server's list any more.",
		[TALK_BLOCK] = "%s is blocked: what they send is dropped unread.",
		[TALK_UNBLOCK] = "%s isn't blocked any more.",
	};
	struct shell *shell = user;
	g_autofree char *sentence = NULL;

	if (job->error) {
		host_fail(&shell->host, job->error);
	} else if (job->type == JOB_TALK) {
		g_autoptr(GString) text = g_string_new(done[job->act]);

		g_string_replace(text, "%s", roster_name(shell->host.roster, job->address), 1);
		sentence = g_strdup(text->str);
		host_say(&shell->host, "%s", sentence);
	}
	roster_refresh(shell->host.roster);
	shell->ops->draw(shell->user);
}

static gboolean act(struct shell *shell, const char *text, enum talk_act what, GError **error)
{
	g_autofree char *address = find(shell, text, error);
	const struct contact *contact;
	struct job *job;

	if (!address)
		return FALSE;
	/* A slip would block nobody, and say that somebody is. */
	if (what == TALK_BLOCK && !strchr(address, '@') &&
	    !roster_find(shell->host.roster, address)) {
		roster_refuse(shell->host.roster, text,
			      "`sotto contact block` blocks who hasn't written yet.", error);
		return FALSE;
	}
	job = job_new(JOB_TALK, address);
	job->act = what;
	contact = roster_find(shell->host.roster, address);
	if (what == TALK_BLOCK && contact && contact->last_at)
		confirm_ask(&shell->host, &(const struct confirm_request){
			.loss = LOSS_FUTURE,
			.address = address,
			.name = roster_name(shell->host.roster, address),
			.job = job,
			.done = on_done,
			.user = shell,
		});
	else
		job_post(shell->host.link, job, on_done, shell);
	return TRUE;
}

gboolean people_block(void *user, ARGS, GError **error)
{
	return act(user, args[0], TALK_BLOCK, error);
}

gboolean people_unblock(void *user, ARGS, GError **error)
{
	return act(user, args[0], TALK_UNBLOCK, error);
}

gboolean people_accept(void *user, ARGS, GError **error)
{
	return act(user, args[0], TALK_ACCEPT, error);
}

gboolean people_decline(void *user, ARGS, GError **error)
{
	return act(user, args[0], TALK_DECLINE, error);
}

gboolean people_set(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	g_autofree char *address = NULL;
	enum manner_choice choice;
	enum manner manner;
	struct job *job;

	if (!manner_parse(args[0], &manner) || !args[1] || !choice_parse(args[1], &choice)) {
		error_set(error, ERROR_USAGE,
			  "Say receipts, markers, typing or presence, and on, off or default.");
		return FALSE;
	}
	address = find(shell, args[2], error);
	if (!address)
		return FALSE;
	job = job_new(JOB_MANNER, address);
	job->act = manner;
	job->seq = choice;
	job_post(shell->host.link, job, on_done, shell);
	return TRUE;
}
