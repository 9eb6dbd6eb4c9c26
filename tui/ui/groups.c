#include "tui/ui/groups.h"

#include <string.h>
#include "core/base/error.h"
#include "tui/client/group_names.h"
#include "tui/screen/confirm.h"
#include "tui/ui/people.h"
#include "tui/ui/shell.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

/* -- what comes back -------------------------------------------------------------------------- */

static void on_done(struct job *job, void *user)
{
	struct shell *shell = user;
	bool is_done = !job->error || error_is(job->error, ERROR_UNREACHABLE);

	host_fail(&shell->host, job->error);
	roster_refresh(shell->host.roster);
	if (job->act == JOB_GROUP_CREATE || job->act == JOB_GROUP_JOIN) {
		if (is_done && shell_is_awaiting(shell))
			shell->host.ops->converse(&shell->host, job->address, 0, NULL);
		else if (!job->error)
			host_say(&shell->host, "`:open %s` opens it.", job->address);
		shell_awaited(shell, is_done);
	}
	shell->ops->draw(shell->user);
}

static void on_group(struct job *job, void *user)
{
	struct shell *shell = user;
	g_autofree char *members = NULL;

	host_fail(&shell->host, job->error);
	if (job->group) {
		members = group_names(job->group, shell->host.roster, shell->host.self);
		host_say(&shell->host, "In %s: %s.%s%s%s", job->group->address, members,
			 job->text ? " There now: " : "", job->text ? job->text : "",
			 job->text ? "." : "");
	}
	shell->ops->draw(shell->user);
}

/* -- what is asked ---------------------------------------------------------------------------- */

static const struct contact *front(struct shell *shell, GError **error)
{
	const struct contact *contact =
		shell->host.current ? roster_find(shell->host.roster, shell->host.current) : NULL;

	if (contact && contact_is_several(contact))
		return contact;
	error_set(error, ERROR_USAGE, "No group is open; open one, or make one: "
				      "`:group create NAME PEOPLE`.");
	return NULL;
}

static bool is_group(const struct contact *contact, const char *word)
{
	return contact ? contact_is_several(contact) : *word == '#';
}

/* Who is meant by the words, by alias or address; NULL with ERROR. */
static char **people_of(struct shell *shell, char *const *words, GError **error)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);

	for (; *words; words++) {
		char *address = people_address(shell, *words, error);

		if (!address)
			return NULL;
		if (is_group(roster_find(shell->host.roster, address), address)) {
			g_free(address);
			error_set(error, ERROR_USAGE,
				  "%s is a group; a group's members are people.", *words);
			return NULL;
		}
		g_ptr_array_add(people, address);
	}
	g_ptr_array_add(people, NULL);
	return (char **)g_ptr_array_steal(people, NULL);
}

static void confirm(struct shell *shell, enum job_group_act act, struct job *job)
{
	const char *group = roster_name(shell->host.roster, job->address);
	g_autofree char *people = g_strjoinv(", ", job->people);
	bool is_leaving = act == JOB_GROUP_LEAVE;

	confirm_ask(&shell->host, &(const struct confirm_request){
		.loss = is_leaving ? LOSS_GROUP : LOSS_MEMBERS,
		.address = is_leaving ? job->address : NULL,
		.name = is_leaving ? group : people,
		.among = group,
		.job = job,
		.done = on_done,
		.user = shell,
		.pending = is_leaving ? "%s isn't left" : "%s isn't put out",
	});
}

static gboolean post(struct shell *shell, enum job_group_act act, const char *address,
		     char *const *words, GError **error)
{
	char **people = people_of(shell, words, error);
	struct job *job;

	if (!people)
		return FALSE;
	if ((act == JOB_GROUP_ADD || act == JOB_GROUP_REMOVE) && !people[0]) {
		g_strfreev(people);
		error_set(error, ERROR_USAGE, "Say whom.");
		return FALSE;
	}
	job = job_new(JOB_GROUP_ACT, address);
	job->act = act;
	job->people = people;
	if (act == JOB_GROUP_REMOVE || act == JOB_GROUP_LEAVE)
		confirm(shell, act, job);
	else
		job_post(shell->host.link, job, on_done, shell);
	if (act == JOB_GROUP_CREATE || act == JOB_GROUP_JOIN)
		shell_await(shell, address);
	return TRUE;
}

static gboolean create(struct shell *shell, char *const *words, GError **error)
{
	g_autofree char *address = words[0] ? group_address(words[0], error) : NULL;

	if (!words[0])
		error_set(error, ERROR_USAGE, "Say what it is called: `:group create NAME`.");
	return address && post(shell, JOB_GROUP_CREATE, words[0], words + 1, error);
}

static gboolean join(struct shell *shell, char *const *words, GError **error)
{
	g_autofree char *address = words[0] ? contact_address(words[0], error) : NULL;
	char *const nobody[] = { NULL };

	if (!words[0])
		error_set(error, ERROR_USAGE, "Say which room: `:group join ROOM@SERVICE`.");
	return address && post(shell, JOB_GROUP_JOIN, address, nobody, error);
}

/* The words of TEXT, or none; g_strfreev. */
static char **words_of(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text ? text : "", " ", -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (char **part = parts; *part; part++)
		if (**part)
			g_strv_builder_add(words, *part);
	return g_strv_builder_end(words);
}

/*
 * The group that the first of WORDS names, else the one in front; *REST: the words behind its name.
 * What names no group is never about the one in front by mistake: with IS_ALONE no word is for
 * anything else.
 */
static const struct contact *meant(struct shell *shell, bool is_alone, char *const *words,
				   char *const **rest, GError **error)
{
	g_autoptr(GError) why = NULL;
	const struct contact *contact =
		words[0] ? roster_resolve(shell->host.roster, words[0], &why) : NULL;

	*rest = words;
	if (!words[0] || (!is_alone && !why && !is_group(contact, words[0])))
		return front(shell, error);
	*rest = words + 1;
	if (is_alone && words[1])
		error_set(error, ERROR_USAGE,
			  "That is too much: name one group, or none for the one in front.");
	else if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	else if (!contact || !is_group(contact, words[0]))
		error_set(error, ERROR_USAGE, "%s isn't a group that is known here.", words[0]);
	else
		return contact;
	return NULL;
}

gboolean groups_run(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	const char *what = args[0] ? args[0] : "list";
	g_auto(GStrv) words = words_of(args[1]);
	bool is_about_one = strcmp(what, "leave") == 0 || strcmp(what, "list") == 0;
	const struct contact *group;
	char *const *people;

	if (strcmp(what, "create") == 0)
		return create(shell, words, error);
	if (strcmp(what, "join") == 0)
		return join(shell, words, error);
	group = meant(shell, is_about_one, words, &people, error);
	if (!group)
		return FALSE;
	if (strcmp(what, "add") == 0)
		return post(shell, JOB_GROUP_ADD, group->address, people, error);
	if (strcmp(what, "remove") == 0)
		return post(shell, JOB_GROUP_REMOVE, group->address, people, error);
	if (strcmp(what, "leave") == 0)
		return post(shell, JOB_GROUP_LEAVE, group->address, people, error);
	job_post(shell->host.link, job_new(JOB_GROUP, group->address), on_group, shell);
	return TRUE;
}
