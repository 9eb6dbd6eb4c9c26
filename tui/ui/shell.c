#include "tui/ui/shell.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_change.h"
#include "tui/client/typed.h"
#include "tui/screen/conversation/conversation.h"
#include "tui/screen/pages/contacts.h"
#include "tui/screen/pages/devices.h"
#include "tui/screen/pages/lock.h"
#include "tui/screen/pages/search.h"
#include "tui/screen/undo.h"
#include "tui/ui/offers.h"
#include "tui/ui/shell_hold.h"
#include "tui/ui/shell_inside.h"

enum { MODES_MAX = SCREEN_MODES_MAX + 4 };

static struct shell *shell_of(struct host *host)
{
	return (struct shell *)(void *)host;
}

struct screen *shell_top(const struct shell *shell)
{
	return shell->stack->len ? g_ptr_array_index(shell->stack, shell->stack->len - 1) : NULL;
}

/* -- the stack ------------------------------------------------------------------------------ */

/* The commands of the screen in front are in reach, those of the others aren't. */
static void reach(struct shell *shell, struct screen *screen, bool is_in_reach)
{
	const struct screen_table *table = screen ? screen->ops->tables : NULL;

	for (; table && table->mode; table++) {
		if (is_in_reach)
			command_set_add(shell->host.commands, table->mode, table->commands, screen);
		else
			command_set_remove(shell->host.commands, table->commands, screen);
	}
}

static void push(struct shell *shell, const struct screen_ops *ops, const void *argument)
{
	struct screen *former = shell_top(shell);
	struct screen *screen;

	if (former && former->ops->leave && !ops->is_card)
		former->ops->leave(former);
	if (former && former->ops->cover)
		former->ops->cover(former);
	reach(shell, former, false);
	screen = ops->open(&shell->host, argument);
	g_ptr_array_add(shell->stack, screen);
	reach(shell, screen, true);
	shell->is_changed = true;
}

/* Close all screens from place DEPTH on. */
static void pop_to(struct shell *shell, guint depth)
{
	if (shell->stack->len <= depth)
		return;
	reach(shell, shell_top(shell), false);
	while (shell->stack->len > depth) {
		struct screen *screen =
			g_ptr_array_steal_index(shell->stack, shell->stack->len - 1);

		if (screen->ops->leave)
			screen->ops->leave(screen);
		shell->host.edit = NULL;
		screen->ops->close(screen);
	}
	reach(shell, shell_top(shell), true);
	shell->is_changed = true;
}

/* Unless LINE is a command of its own. */
static void end_fleeting(struct shell *shell, const char *line)
{
	struct screen *top = shell_top(shell);

	if (top && top->ops->is_fleeting && !(line && g_str_has_prefix(line, top->ops->name)))
		pop_to(shell, shell->stack->len - 1);
}

void shell_disturb(struct shell *shell)
{
	end_fleeting(shell, NULL);
}

/* -- what screens ask ----------------------------------------------------------------------- */

static void host_op_open(struct host *host, const struct screen_ops *ops, const void *argument)
{
	struct shell *shell = shell_of(host);
	struct screen *top;

	prompt_close(&shell->prompt);
	end_fleeting(shell, NULL);
	top = shell_top(shell);
	if (top && (top->ops == ops || top->ops->is_card))
		pop_to(shell, shell->stack->len - 1);
	push(shell, ops, argument);
}

static void host_op_close(struct host *host, struct screen *screen)
{
	struct shell *shell = shell_of(host);
	guint index;

	/* The root stays. */
	if (g_ptr_array_find(shell->stack, screen, &index) && index > 0)
		pop_to(shell, index);
}

static void host_op_converse(struct host *host, const char *address, int64_t seq, const char *text)
{
	struct shell *shell = shell_of(host);
	struct screen *top = shell_top(shell);
	g_autofree char *whose = g_strdup(address);

	prompt_close(&shell->prompt);
	if (!top || shell->is_locked)
		return;
	/* One conversation at a time; results stay below the one that was opened from them. */
	if (top->ops != &conversation_ops || strcmp(conversation_address(top), whose) != 0) {
		pop_to(shell, top->ops == &search_ops ? shell->stack->len : 1);
		push(shell, &conversation_ops, whose);
		contacts_select(g_ptr_array_index(shell->stack, 0), whose);
	}
	conversation_go(shell_top(shell), seq, text);
	shell->is_changed = true;
}

static void host_op_say(struct host *host, bool is_error, const char *sentence)
{
	shell_say(shell_of(host), is_error, sentence);
}

static void host_op_prompt(struct host *host, const char *line)
{
	struct shell *shell = shell_of(host);

	prompt_open(&shell->prompt, line);
	shell->is_changed = true;
}

static bool host_op_run(struct host *host, const char *line)
{
	struct shell *shell = shell_of(host);
	GError *error = NULL;

	shell->is_changed = true;
	if (command_run(host->commands, line, &error))
		return true;
	if (error && !shell->is_locked)
		shell_say(shell, true, error->message);
	g_clear_error(&error);
	return shell->is_locked;
}

static void host_op_draw(struct host *host)
{
	struct shell *shell = shell_of(host);

	shell->ops->draw(shell->user);
}

static void host_op_unlock(struct host *host)
{
	struct shell *shell = shell_of(host);

	shell->ops->unlock(shell->user);
}

static const struct host_ops host_ops = {
	.open = host_op_open,
	.close = host_op_close,
	.converse = host_op_converse,
	.say = host_op_say,
	.prompt = host_op_prompt,
	.run = host_op_run,
	.draw = host_op_draw,
	.unlock = host_op_unlock,
	.ask_flicker = shell_ask_flicker,
	.put_flicker = shell_put_flicker,
	.file = shell_file,
	.complete = shell_complete,
	.themes = shell_themes,
	.copy = {.ask = shell_ask_copy, .put = shell_copy},
};

/* -- life ----------------------------------------------------------------------------------- */

/* The conversation from before the lock, where it is beyond doubt and nothing was done yet. */
static void resume(struct shell *shell)
{
	const struct roster *roster = shell->host.roster;
	const struct contact *found = NULL;
	unsigned count = 0;
	struct screen *top = shell_top(shell);

	if (!shell->resume || shell->is_locked || !roster_is_known(roster))
		return;
	for (size_t i = 0; i < roster_count(roster); i++) {
		if (roster_at(roster, i)->added_at != shell->resume)
			continue;
		found = roster_at(roster, i);
		count++;
	}
	shell->resume = 0;
	if (count == 1 && top->ops == &contacts_ops && !shell->prompt.is_open)
		shell->host.ops->converse(&shell->host, found->address, 0, NULL);
}

static void on_roster(void *user)
{
	struct shell *shell = user;

	shell->unread = roster_unread(shell->host.roster, host_now(&shell->host), NULL);
	shell->ops->unread(shell->user);
	resume(shell);
	shell->ops->draw(shell->user);
}

static void take_kept(void *user, const struct key *key)
{
	struct shell *shell = user;

	shell->is_changed |= shell_key(shell, key);
}

struct shell *shell_new(struct link *link, struct settings *settings, const struct clock *clock,
			const struct shell_tables *tables, const struct shell_ops *ops, void *user)
{
	struct shell *shell = g_new0(struct shell, 1);

	shell->host.ops = &host_ops;
	shell->host.link = link;
	shell->host.clock = clock;
	shell->host.settings = settings;
	shell->host.commands = command_set_new();
	shell->host.keymap = keymap_new();
	shell->host.tables = tables->all;
	shell->tables = tables;
	shell->host.roster = roster_new(link, on_roster, shell);
	shell->host.typed = typed_new();
	shell->hold = shell_hold_new(take_kept, shell);
	shell->ops = ops;
	shell->user = user;
	shell->stack = g_ptr_array_new();
	shell->is_locked = true;
	prompt_init(&shell->prompt);
	shell->offers = offers_new(&shell->host);
	command_set_add(shell->host.commands, "", tables->always, shell);
	push(shell, &lock_ops, NULL);
	return shell;
}

void shell_free(struct shell *shell)
{
	if (!shell)
		return;
	pop_to(shell, 0);
	undo_take_back(&shell->host);
	link_cancel(shell->host.link, shell);
	g_ptr_array_unref(shell->stack);
	offers_free(shell->offers);
	shell_hold_free(shell->hold);
	prompt_clear(&shell->prompt);
	roster_free(shell->host.roster);
	typed_free(shell->host.typed);
	command_set_free(shell->host.commands);
	keymap_free(shell->host.keymap);
	g_free(shell->host.self);
	g_free(shell->said);
	g_free(shell->banner);
	g_free(shell->carrier_why);
	g_free(shell);
}

/* A device of the own account that nobody confirmed asks, once nothing else is in front. */
static void on_own(struct job *job, void *user)
{
	struct shell *shell = user;
	struct screen *top = shell_top(shell);

	if (job->error || !job->change || !job->change->devices->len || shell->is_locked)
		return;
	if (top->ops == &contacts_ops && !shell->prompt.is_open)
		push(shell, &devices_ops, NULL);
	else if (top->ops != &devices_ops)
		shell_say(shell, true,
			  "A device of your own account waits to be confirmed: see :devices.");
	shell->ops->draw(shell->user);
}

static void ask_own(struct shell *shell)
{
	job_post(shell->host.link, job_new(JOB_OWN, NULL), on_own, shell);
}

static void on_own_refreshed(struct job *job, void *user)
{
	(void)job;
	ask_own(user);
}

static void on_self(struct job *job, void *user)
{
	struct shell *shell = user;

	if (job->error || !job->account)
		return;
	g_free(shell->host.self);
	shell->host.self = g_strdup(job->account->address);
	shell->host.has_strangers = strcmp(job->account->carrier, "spool") != 0;
	job_post(shell->host.link, job_new(JOB_REFRESH, shell->host.self), on_own_refreshed, shell);
	shell->ops->draw(shell->user);
}

void shell_open(struct shell *shell)
{
	if (!shell->is_locked)
		return;
	shell->is_locked = false;
	shell->host.is_locking = false;
	pop_to(shell, 0);
	command_set_add(shell->host.commands, "edit", lineedit_commands, &shell->host.edit);
	command_set_add(shell->host.commands, "prompt", shell->tables->prompt, shell);
	command_set_add(shell->host.commands, "", shell->tables->global, shell);
	push(shell, &contacts_ops, NULL);
	roster_refresh(shell->host.roster);
	job_post(shell->host.link, job_new(JOB_SELF, NULL), on_self, shell);
	/* The carrier watches for what comes; this takes what came before. */
	job_post(shell->host.link, job_new(JOB_FETCH, NULL), host_heed, &shell->host);
}

static void on_locked(struct job *job, void *user)
{
	struct shell *shell = user;

	(void)job;
	shell->host.is_locking = false;
	shell->ops->draw(shell->user);
}

void shell_lock(struct shell *shell, const char *reason)
{
	const struct contact *open =
		shell->host.current ? roster_find(shell->host.roster, shell->host.current) : NULL;
	struct job *job;

	if (shell->is_locked)
		return;
	shell->resume = open ? open->added_at : 0;
	shell->is_locked = true;
	shell->is_covered = false;
	undo_flush(&shell->host);
	pop_to(shell, 0); /* drafts go out in front of the lock */
	link_cancel(shell->host.link, shell);
	shell->host.is_locking = true;
	job = job_new(JOB_LOCK, NULL);
	job->text = plain_dup(reason);
	job_post(shell->host.link, job, on_locked, shell);
	command_set_remove(shell->host.commands, shell->tables->global, shell);
	command_set_remove(shell->host.commands, shell->tables->prompt, shell);
	command_set_remove(shell->host.commands, lineedit_commands, &shell->host.edit);
	roster_wipe(shell->host.roster);
	typed_forget(shell->host.typed, NULL);
	prompt_wipe(&shell->prompt);
	offers_forget(shell->offers);
	shell->pending = (struct key_pending){0};
	shell_hold_drop(shell->hold);
	g_clear_pointer(&shell->said, g_free);
	g_clear_pointer(&shell->host.self, g_free);
	shell->unread = 0;
	push(shell, &lock_ops, NULL);
	shell->ops->locked(shell->user);
}

void shell_leave(struct shell *shell)
{
	undo_flush(&shell->host);
	for (guint i = 0; i < shell->stack->len; i++) {
		struct screen *screen = g_ptr_array_index(shell->stack, i);

		if (screen->ops->leave)
			screen->ops->leave(screen);
	}
}

bool shell_set_floor(struct shell *shell, enum privacy floor, const char *banner)
{
	if (shell->host.floor == floor && g_strcmp0(shell->banner, banner) == 0)
		return false;
	shell->host.floor = floor;
	g_free(shell->banner);
	shell->banner = g_strdup(banner);
	return true;
}

static bool has_cover(const struct shell *shell)
{
	return !shell->is_locked &&
	       host_privacy(&shell->host, shell->host.current) > PRIVACY_OPEN;
}

bool shell_can_cover(const struct shell *shell)
{
	return has_cover(shell) && !shell->is_covered;
}

bool shell_cover(struct shell *shell, bool is_covered)
{
	bool is_wanted = is_covered && has_cover(shell);

	for (guint i = 0; is_wanted && i < shell->stack->len; i++) {
		struct screen *screen = g_ptr_array_index(shell->stack, i);

		if (screen->ops->cover)
			screen->ops->cover(screen);
	}
	if (shell->is_covered == is_wanted)
		return false;
	shell->is_covered = is_wanted;
	shell->pending = (struct key_pending){0};
	return true;
}

/* -- keys and events ------------------------------------------------------------------------ */

/* The modes in reach, innermost first; and who has the cursor. */
static void find_modes(struct shell *shell, const char *modes[static MODES_MAX])
{
	struct screen *screen = shell_top(shell);
	size_t count = 0;

	shell->host.edit = NULL;
	if (shell->prompt.is_open) {
		modes[count++] = "prompt";
		shell->host.edit = shell->prompt.edit;
	} else {
		if (screen->ops->modes)
			count = screen->ops->modes(screen, modes);
		modes[count++] = screen->ops->name;
		if (screen->ops->edit)
			shell->host.edit = screen->ops->edit(screen);
	}
	if (shell->host.edit)
		modes[count++] = "edit";
	modes[count] = NULL;
}

/* A key that nothing is bound to goes to whoever writes, or to the screen. */
static void give(struct shell *shell, const struct key *key)
{
	struct screen *screen = shell_top(shell);

	if (shell->prompt.is_open) {
		prompt_forget_offers(&shell->prompt);
		shell->is_changed |= lineedit_key(shell->prompt.edit, key, NULL);
		return;
	}
	if (screen->ops->key)
		shell->is_changed |= screen->ops->key(screen, key);
}

static void feed(struct shell *shell, const struct key *key)
{
	const char *modes[MODES_MAX] = {NULL};
	const char *line = NULL;
	g_autofree char *copy = NULL;

	find_modes(shell, modes);
	switch (keymap_feed(shell->host.keymap, modes, &shell->pending, key, &line)) {
	case KEYMAP_PENDING:
		end_fleeting(shell, NULL);
		shell->is_changed = true;
		break;
	case KEYMAP_LINE:
		/* The command may bind keys and so change what LINE points to. */
		copy = g_strdup(line);
		end_fleeting(shell, copy);
		host_op_run(&shell->host, copy);
		break;
	case KEYMAP_NONE:
		give(shell, key);
		break;
	}
}

/*
 * Whether KEY is text to be written, or the sign of a command. Without it the rest of what is typed
 * would be another line: a command that lost its sign would be sent.
 */
static bool is_writing(struct shell *shell, const struct key *key)
{
	const char *modes[MODES_MAX] = {NULL};
	const char *line = NULL;
	struct key_pending none = {0};

	if (key->code == KC_PASTE)
		return true;
	if (key->code != KC_CHAR || key->mods & (MOD_CTRL | MOD_ALT))
		return false;
	if (key->ch == ':' || key->ch == '/')
		return true;
	find_modes(shell, modes);
	return keymap_feed(shell->host.keymap, modes, &none, key, &line) == KEYMAP_NONE;
}

bool shell_key(struct shell *shell, const struct key *key)
{
	bool was_covered = shell->is_covered;

	if (shell_keeps(shell, key))
		return true;

	/* What any other key would do can't be seen. */
	if (was_covered) {
		shell_cover(shell, false);
		if (!is_writing(shell, key))
			return true;
	}
	shell->host.pressed = *key;
	shell->host.pressed.text = NULL;
	shell->is_changed = was_covered || shell->said != NULL || shell->pending.count;
	if (!shell->is_locked)
		shell->resume = 0;
	if (key->mods & MOD_ALT)
		keymap_believe_alt(shell->host.keymap);
	if (key_is_key(key))
		g_clear_pointer(&shell->said, g_free);
	if (key_is_key(key))
		feed(shell, key);
	else
		give(shell, key);
	return shell->is_changed;
}

bool shell_release(struct shell *shell, const struct key *key)
{
	struct screen *screen = shell_top(shell);

	return !shell->is_covered && screen->ops->release && screen->ops->release(screen, key);
}

static void take_carrier(struct shell *shell, const struct event *event)
{
	shell->carrier = event->carrier;
	g_free(shell->carrier_why);
	shell->carrier_why = g_strdup(event->text);
	shell->is_changed = true;
}

bool shell_event(struct shell *shell, const struct event *event)
{
	shell->is_changed = false;
	if (event->type == EVENT_CARRIER)
		take_carrier(shell, event);
	if (event->type == EVENT_LOCKED)
		shell_lock(shell, event->text ? event->text : "engine");
	if (shell->is_locked)
		return shell->is_changed;
	if ((event->type == EVENT_NOTICE || event->type == EVENT_TRUST) && event->text)
		shell_say(shell, event->type == EVENT_TRUST, event->text);
	if (event->type == EVENT_TRUST && g_strcmp0(event->address, shell->host.self) == 0)
		ask_own(shell);
	if (event->type == EVENT_MESSAGE || event->type == EVENT_CONTACT ||
	    event->type == EVENT_GONE || event->type == EVENT_TRUST ||
	    event->type == EVENT_CAUGHT_UP)
		roster_refresh(shell->host.roster);
	if (event->type == EVENT_GONE && event->address)
		typed_forget(shell->host.typed, event->address);
	for (guint i = 0; i < shell->stack->len; i++) {
		struct screen *screen = g_ptr_array_index(shell->stack, i);

		if (screen->ops->event)
			shell->is_changed |= screen->ops->event(screen, event);
	}
	return shell->is_changed;
}
