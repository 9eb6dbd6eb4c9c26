#include "tui/ui/commands.h"
#include "tui/ui/clock_ask.h"
#include <string.h>
#include "core/base/error.h"
#include "core/profile/naming.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/ui/groups.h"
#include "tui/ui/modes.h"
#include "tui/ui/mute_commands.h"
#include "tui/ui/people.h"
#include "tui/screen/confirm.h"
#include "tui/screen/copy_card.h"
#include "tui/screen/pages/contacts.h"
#include "tui/screen/conversation/conversation.h"
#include "tui/screen/pages/devices.h"
#include "tui/screen/pages/help.h"
#include "tui/screen/pages/journal.h"
#include "tui/screen/pages/lock.h"
#include "tui/screen/pages/options.h"
#include "tui/screen/pages/palette.h"
#include "tui/screen/timer.h"
#include "tui/screen/sealed.h"
#include "tui/screen/pages/search.h"
#include "tui/screen/pages/verify.h"
#include "tui/screen/pages/watch.h"
#include "tui/screen/undo.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

/* -- always --------------------------------------------------------------------------------- */

static gboolean run_quit(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->ops->quit(shell->user);
	return TRUE;
}

static gboolean run_suspend(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->ops->suspend(shell->user);
	return TRUE;
}

static gboolean run_redraw(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->ops->repaint(shell->user);
	return TRUE;
}

static const struct command commands_always[] = {
	{"quit", "q", "", "C-q", "C-x C-c", "leave; drafts are kept", run_quit},
	{"suspend", NULL, "", "C-z", NULL, "lock, and back to the shell for a while", run_suspend},
	{"redraw", NULL, "", "C-l", NULL, "paint the whole screen anew", run_redraw},
	{0},
};

/* -- everywhere ----------------------------------------------------------------------------- */

static gboolean run_lock(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	shell_lock(user, "key");
	return TRUE;
}

static gboolean run_help(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->host.ops->open(&shell->host, &help_ops, NULL);
	return TRUE;
}

static gboolean run_palette(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	guint index = shell->stack->len - 1;
	const struct screen *below = shell_top(shell);

	(void)args;
	(void)error;
	/* It takes the place of a card. */
	if (below->ops->is_card && index > 0)
		below = g_ptr_array_index(shell->stack, index - 1);
	shell->host.ops->open(&shell->host, &palette_ops, below->ops);
	return TRUE;
}

static gboolean run_command(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)error;
	shell->host.ops->prompt(&shell->host, args[0] ? args[0] : "");
	return TRUE;
}

static void on_added(struct job *job, void *user)
{
	struct shell *shell = user;

	if (job->error) {
		host_fail(&shell->host, job->error);
	} else {
		roster_refresh(shell->host.roster);
		if (shell_is_awaiting(shell))
			shell->host.ops->converse(&shell->host, job->address, 0, NULL);
		else
			host_say(&shell->host, "`:open %s` opens it.", job->address);
		if (job->text)
			host_say(&shell->host, "%s: owner: %s", job->address, job->text);
		host_fail(&shell->host, job->warning);
	}
	shell_awaited(shell, !job->error);
	shell->ops->draw(shell->user);
}

static void add(struct shell *shell, const char *address, const char *alias)
{
	struct job *job = job_new(JOB_ADD, address);

	job->alias = g_strdup(alias);
	job_post(shell->host.link, job, on_added, shell);
	shell_await(shell, address);
}

static gboolean run_open(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	/* The own name is nobody else's. */
	bool is_self = people_is_self(&shell->host, args[0]);
	const struct contact *contact =
		is_self ? roster_find(shell->host.roster, shell->host.self) :
			  roster_resolve(shell->host.roster, args[0], error);
	g_autofree char *address = NULL;

	/* Notes to oneself begin when they are opened. */
	if (!contact && is_self) {
		add(shell, shell->host.self, NULL);
		return TRUE;
	}
	if (!contact) {
		roster_refuse(shell->host.roster, args[0],
			      "`:add ADDRESS` adds somebody new.", error);
		return FALSE;
	}
	address = g_strdup(contact->address);
	shell->host.ops->converse(&shell->host, address, 0, NULL);
	return TRUE;
}

static gboolean run_add(void *user, ARGS, GError **error)
{
	g_autofree char *address = naming_address(args[0], error);

	if (!address)
		return FALSE;
	add(user, address, args[1]);
	return TRUE;
}

static void on_removed(struct job *job, void *user)
{
	struct shell *shell = user;
	struct screen *top = shell_top(shell);

	host_fail(&shell->host, job->error);
	if (!job->error && top->ops == &conversation_ops &&
	    strcmp(conversation_address(top), job->address) == 0)
		shell->host.ops->close(&shell->host, top);
	roster_refresh(shell->host.roster);
	shell->ops->draw(shell->user);
}

static gboolean run_remove(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	const struct contact *contact = roster_resolve(shell->host.roster, args[0], error);
	g_autofree char *address = contact ? g_strdup(contact->address) : NULL;

	if (!contact) {
		roster_refuse(shell->host.roster, args[0],
			      "`:add ADDRESS` adds somebody new.", error);
		return FALSE;
	}
	confirm_ask(&shell->host, &(const struct confirm_request){
		.loss = LOSS_CONTACT,
		.address = address,
		.name = roster_name(shell->host.roster, address),
		.job = job_new(JOB_REMOVE, address),
		.done = on_removed,
		.user = shell,
		.pending = "%s isn't removed",
	});
	return TRUE;
}

static gboolean run_search(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)error;
	if (args[0])
		shell->host.ops->open(&shell->host, &search_ops, args[0]);
	else
		shell->host.ops->prompt(&shell->host, "search ");
	return TRUE;
}

static gboolean run_verify(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	const struct contact *contact =
		args[0] ? roster_resolve(shell->host.roster, args[0], error) : NULL;
	const char *address = contact ? contact->address : shell->host.current;
	g_autofree char *copy = NULL;

	if (args[0] && !contact) {
		roster_refuse(shell->host.roster, args[0],
			      "`:add ADDRESS` adds somebody new.", error);
		return FALSE;
	}
	if (!address) {
		shell->host.ops->prompt(&shell->host, "verify ");
		return TRUE;
	}
	contact = roster_find(shell->host.roster, address);
	if (contact && contact->kind == CONTACT_NOTES) {
		error_set(error, ERROR_USAGE,
			  "Notes to yourself have no keys to compare; `:devices` shows your own "
			  "devices.");
		return FALSE;
	}
	if (contact && contact->kind != CONTACT_PERSON) {
		error_set(error, ERROR_USAGE,
			  "Keys are compared with one person: `:verify ADDRESS`.");
		return FALSE;
	}
	copy = g_strdup(address);
	shell->host.ops->open(&shell->host, &verify_ops, copy);
	return TRUE;
}

static gboolean run_devices(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->host.ops->open(&shell->host, &devices_ops, NULL);
	return TRUE;
}

static gboolean run_journal(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->host.ops->open(&shell->host, &journal_ops, NULL);
	return TRUE;
}

static gboolean run_watch(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->host.ops->open(&shell->host, &watch_ops, NULL);
	return TRUE;
}

static gboolean run_theme(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	return shell->ops->set(shell->user, "theme", args[0], error);
}

static gboolean run_set(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	g_autofree char *word = NULL;

	if (!args[0]) {
		shell->host.ops->open(&shell->host, &options_ops, NULL);
		return TRUE;
	}
	if (!args[1]) {
		g_autofree char *line = g_strdup_printf("set %s ", args[0]);

		shell->host.ops->prompt(&shell->host, line);
		return TRUE;
	}
	word = command_quoted(args[1]);
	return shell->ops->set(shell->user, args[0], word ? word : args[1], error);
}

static gboolean go_beside(struct shell *shell, int by)
{
	struct screen *root = g_ptr_array_index(shell->stack, 0);
	g_autofree char *address = g_strdup(contacts_neighbour(root, by));

	if (address)
		shell->host.ops->converse(&shell->host, address, 0, NULL);
	return TRUE;
}

static gboolean run_next(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return go_beside(user, 1);
}

static gboolean run_previous(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return go_beside(user, -1);
}

static gboolean run_unread(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	const struct roster *roster = shell->host.roster;

	(void)args;
	(void)error;
	for (size_t i = 0; i < roster_count(roster); i++) {
		const struct contact *contact = roster_at(roster, i);

		if (contact->unread && g_strcmp0(contact->address, shell->host.current) != 0) {
			shell->host.ops->converse(&shell->host, contact->address, 0, NULL);
			return TRUE;
		}
	}
	shell_say(shell, false, "Nothing is unread.");
	return TRUE;
}

static gboolean run_undo(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell_say(shell, false, undo_take_back(&shell->host) ? "Taken back: nothing was done."
							     : "Nothing can be taken back.");
	return TRUE;
}

static const struct command commands_global[] = {
	{"help", "h", "", "F1", "C-x h", "every command and key", run_help},
	{"palette", NULL, "", "C-o", "F2", "find a person or a command by a few letters",
	 run_palette},
	{"command", NULL, "[LINE...]", "M-x", "C-x x", "the command line", run_command},
	{"search", NULL, "[WORDS...]", "C-x s", NULL, "search in all conversations", run_search},
	{"open", "o", "ADDRESS", NULL, NULL, "open the conversation with somebody", run_open},
	{"next", NULL, "", "M-Down", "C-x n", "the conversation below", run_next},
	{"previous", NULL, "", "M-Up", "C-x p", "the conversation above", run_previous},
	{"unread", NULL, "", "M-u", "C-x C-u", "the next conversation with unread messages",
	 run_unread},
	{"contact-add", "add", "PERSON [ALIAS...]", NULL, NULL, "add somebody, or rename",
	 run_add},
	{"contact-remove", NULL, "ADDRESS", NULL, NULL, "remove somebody, and all messages",
	 run_remove},
	{"undo", NULL, "", "C-x u", NULL,
	 "take back removing or leaving, within ten seconds", run_undo},
	{"contact-set", NULL, "receipts|markers|typing|presence on|off|default [ADDRESS]", NULL,
	 NULL, "what somebody is told of you", people_set},
	{"contact-block", "block", "[ADDRESS]", NULL, NULL,
	 "drop what somebody sends, send them nothing", people_block},
	{"contact-unblock", "unblock", "[ADDRESS]", NULL, NULL, "hear somebody again",
	 people_unblock},
	{"contact-accept", NULL, "[ADDRESS]", NULL, NULL, "let somebody see when you are there",
	 people_accept},
	{"contact-decline", NULL, "[ADDRESS]", NULL, NULL,
	 "don't let somebody see it, or no more", people_decline},
	{"group", NULL, "create|join|add|remove|leave|list [ADDRESS...]", NULL, NULL,
	 "make a group (create NAME PEOPLE), or change the one named, else in front", groups_run},
	{"verify", NULL, "[ADDRESS]", "F5", "C-x v", "compare keys with this person", run_verify},
	{"devices", NULL, "", "F7", "C-x d", "your own devices", run_devices},
	{"journal", NULL, "", "F8", "C-x j", "what was decided about keys, and when", run_journal},
	{"watch", NULL, "", "C-x w", NULL, "who watches this terminal", run_watch},
	{"theme", NULL, "THEME", NULL, NULL, "change the colours", run_theme},
	{"set", NULL, "[SETTING] [VALUE...]", "F4", "C-x ,", "see the settings, or change one",
	 run_set},
	{"mode", NULL, "[SCOPE] [MODE]", NULL, NULL,
	 "how much the screen shows: open, line, spotlight, veil, sealed", modes_run},
	{"mode-next", NULL, "", "M-m", "C-x m", "show less of this conversation, and round again",
	 modes_run_next},
	{"mute", NULL, "[DURATION]", NULL, NULL,
	 "no notifications of this conversation, for 8h or for good", mute_run},
	{"unmute", NULL, "", NULL, NULL, "notifications of this conversation again", mute_run_off},
	{"clock-confirm", NULL, "", NULL, NULL,
	 "say that the date is right, after the clock went forward", clock_run_confirm},
	{"lock", NULL, "", "M-l", "C-x l", "lock: the keys leave the memory", run_lock},
	{0},
};

/* -- the command line ----------------------------------------------------------------------- */

static gboolean run_prompt_take(void *user, ARGS, GError **error)
{
	struct shell *shell = user;
	char *line = prompt_take(&shell->prompt);

	(void)args;
	(void)error;
	shell->host.ops->run(&shell->host, line);
	plain_free(line);
	return TRUE;
}

static gboolean run_prompt_complete(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	shell->host.ops->complete(&shell->host, shell->prompt.edit, 0);
	return TRUE;
}

static gboolean run_prompt_leave(void *user, ARGS, GError **error)
{
	struct shell *shell = user;

	(void)args;
	(void)error;
	prompt_close(&shell->prompt);
	return TRUE;
}

static const struct command commands_prompt[] = {
	{"prompt-run", NULL, "", "Enter", NULL, "run what is written", run_prompt_take},
	{"prompt-complete", NULL, "", "Tab", NULL, "complete the word", run_prompt_complete},
	{"prompt-leave", NULL, "", "Escape", "C-g", "close the command line", run_prompt_leave},
	{0},
};

/* -- the tables ----------------------------------------------------------------------------- */

static const struct screen_table own_tables[] = {
	{"", "Everywhere", commands_global},
	{"", "Always", commands_always},
	{"prompt", "In the command line", commands_prompt},
	{"edit", "While writing", lineedit_commands},
};

static const struct screen_table *const all_tables[] = {
	&own_tables[0],
	&conversation_tables[0],
	&conversation_tables[1],
	&conversation_tables[2],
	&conversation_tables[3],
	&conversation_tables[4],
	&conversation_tables[5],
	&conversation_tables[6],
	&conversation_tables[7],
	&conversation_tables[8],
	&contacts_tables[0],
	&search_tables[0],
	&verify_tables[1],
	&verify_tables[0],
	&devices_tables[0],
	&journal_tables[0],
	&watch_tables[0],
	&own_tables[3],
	&own_tables[2],
	&palette_tables[0],
	&confirm_tables[0],
	&copy_card_tables[0],
	&timer_tables[0],
	&sealed_tables[0],
	&options_tables[0],
	&help_tables[0],
	&lock_tables[0],
	&own_tables[1],
	NULL,
};

const struct shell_tables commands_shell = {
	.always = commands_always,
	.global = commands_global,
	.prompt = commands_prompt,
	.all = all_tables,
};

const struct screen_table *const *commands_tables(void)
{
	return all_tables;
}

/* Keys that run what has a key already, where that one doesn't reach. */
static const struct { const char *mode; const char *keys; const char *line; } more_keys[] = {
	{"contacts", ":", "command"}, {"contacts", "/", "search"}, {"contacts", "?", "help"},
	{"contacts", "q", "quit"},    {"browse", ":", "command"},  {"browse", "/", "find"},
	{"browse", "n", "find-next"}, {"browse", "N", "find-previous"},
	{"browse", "g", "oldest"},    {"browse", "Home", "oldest"},
	{"browse", "G", "newest"},    {"browse", "End", "newest"},
	{"browse", "Space", "read-on"}, {"browse", "Backspace", "read-back"},
	{"browse", "b", "read-back"},
	{"sealed", "j", "sealed-next"}, {"sealed", "b", "sealed-previous"},
	{"sealed", "k", "sealed-previous"},
	{"browse", "q", "leave"},     {"browse", "?", "help"},	   {"search", ":", "command"},
	{"search", "/", "search"},    {"help", ":", "command"},
	{"options", ":", "command"},  {"verify", ":", "command"},  {"verify", "?", "help"},
	{"devices", ":", "command"},  {"journal", ":", "command"},
	{"watch", ":", "command"},
	{"links", "1", "copy-link 1"}, {"links", "2", "copy-link 2"},
	{"links", "3", "copy-link 3"}, {"links", "4", "copy-link 4"},
	{"links", "5", "copy-link 5"}, {"links", "6", "copy-link 6"},
	{"links", "7", "copy-link 7"}, {"links", "8", "copy-link 8"},
	{"links", "9", "copy-link 9"},
};

gboolean commands_bind(struct keymap *keymap, GKeyFile *file, GError **error)
{
	for (const struct screen_table *const *table = commands_tables(); *table; table++)
		keymap_add_commands(keymap, (*table)->mode, (*table)->commands);
	for (size_t i = 0; i < G_N_ELEMENTS(more_keys); i++)
		if (!keymap_bind(keymap, more_keys[i].mode, more_keys[i].keys, more_keys[i].line,
				 error))
			return FALSE;
	return !file || keymap_load(keymap, file, NULL, NULL, error);
}
