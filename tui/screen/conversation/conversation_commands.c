/*
 * What can be done in a conversation: three tables, one for each of the keys' modes.
 */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/base/clock.h"
#include "tui/client/line_kind.h"
#include "tui/screen/confirm.h"
#include "tui/screen/timer.h"
#include "tui/screen/conversation/conversation_inside.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

/* -- writing -------------------------------------------------------------------------------- */

/* Refused and stored nowhere: the words go back into the box, unless something else is there by
 * now. */
static void give_back(struct conversation *self, const struct job *job)
{
	if (lineedit_bytes(self->compose) == 0)
		lineedit_set(self->compose, job->text);
	self->is_sealing |= job->is_sealed;
	if (!self->correcting)
		self->correcting = g_strdup(job->alias);
}

static void on_sent(struct job *job, void *user)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	struct event event = {.type = job->alias ? EVENT_EDITED : EVENT_MESSAGE,
			      .message = job->message};

	if (job->message) {
		self->unread = 0;
		timeline_event(&self->timeline, &event);
		line_sent(self, job->message);
		/* A first message may have decided what the card is about. */
		if (self->change)
			conversation_ask(self);
	} else if (job->error) {
		give_back(self, job);
	}
	if (error_is(job->error, ERROR_TRUST))
		conversation_insist(self);
	host_fail(host, job->error);
	host->ops->draw(host);
}

/* Whether LINE is one that can be run; else it stays in the box, and nothing is sent. */
static gboolean is_runnable(struct conversation *self, const char *line, GError **error)
{
	size_t bytes = strcspn(line, " \t\n");
	g_autofree char *name = g_strndup(line, bytes);
	const char *end = line + strlen(line);

	while (end > line && strchr(" \t\n", end[-1]))
		end--;
	if (memchr(line, '\n', (size_t)(end - line)))
		error_set(error, ERROR_USAGE,
			  "Nothing was sent: a command is one line. To send this as a message, "
			  "double its first sign.");
	else if (!command_find(self->screen.host->commands, name))
		command_refuse(self->screen.host->commands, name,
			       " Nothing was sent; to send it as a message, double its first sign.",
			       error);
	else
		return TRUE;
	return FALSE;
}

/* The command may close this screen: what it goes wrong with is for the command line. */
static gboolean run_line(struct conversation *self, const char *line, GError **error)
{
	struct host *host = self->screen.host;
	char *copy;

	if (!is_runnable(self, line, error))
		return FALSE;
	copy = plain_dup(line);
	talk_sent(self);
	lineedit_set(self->compose, "");
	if (!host->ops->run(host, copy))
		host->ops->prompt(host, copy);
	plain_free(copy);
	return TRUE;
}

static gboolean run_send(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	const char *text = lineedit_text(self->compose);
	struct job *job;

	(void)args;
	/* Nothing is asked of the key then, and what was typed stays. */
	if (text_is_blank(text, strlen(text)))
		return TRUE;
	if (line_kind(text, &text) == LINE_COMMAND)
		return run_line(self, text, error);
	if (!message_check_body(text, strlen(text), error))
		return FALSE;
	job = job_new(JOB_SEND, self->timeline.address);
	job->text = plain_dup(text);
	plain_free(lineedit_take(self->compose));
	job->is_sealed = self->is_sealing;
	job->alias = g_steal_pointer(&self->correcting);
	talk_sent(self);
	self->is_sealing = false;
	self->is_browsing = false;
	job_post(self->screen.host->link, job, on_sent, self);
	if (!self->timeline.is_end)
		timeline_newest(&self->timeline);
	else
		pager_last(&self->pager);
	return TRUE;
}

/* In a line that is a command; else the key reads on, as everywhere in the conversation. */
static gboolean run_complete(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	const char *text = lineedit_text(self->compose), *line;

	if (line_kind(text, &line) != LINE_COMMAND)
		return reading_on(user, args, error);
	host->ops->complete(host, self->compose, (size_t)(line - text));
	return TRUE;
}

static gboolean run_browse(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	self->is_browsing = true;
	if (!self->pager.focus)
		pager_focus_move(&self->pager, 0);
	return TRUE;
}

/* -- the messages --------------------------------------------------------------------------- */

static gboolean run_compose(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	self->is_browsing = false;
	self->pager.focus = 0;
	return TRUE;
}

static gboolean move(struct conversation *self, int by)
{
	self->is_browsing = true;
	pager_focus_move(&self->pager, by);
	return TRUE;
}

static gboolean run_former(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, -1);
}

static gboolean run_later(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, 1);
}

static gboolean run_row_back(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	if (!line_is_on(user))
		return move(user, -1);
	line_key(user, -1);
	return TRUE;
}

static gboolean run_row_on(void *user, ARGS, GError **error)
{
	if (!line_is_on(user))
		return move(user, 1);
	return reading_on(user, args, error);
}

static gboolean run_page_up(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	pager_page(&self->pager, -1);
	return TRUE;
}

static gboolean run_page_down(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	pager_page(&self->pager, 1);
	return TRUE;
}

static gboolean run_scroll_up(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	pager_scroll(&self->pager, -1);
	return TRUE;
}

static gboolean run_scroll_down(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	pager_scroll(&self->pager, 1);
	return TRUE;
}

static gboolean run_oldest(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	self->pager.focus = 0;
	if (self->timeline.is_begin)
		pager_first(&self->pager);
	else
		timeline_oldest(&self->timeline);
	return TRUE;
}

static gboolean run_newest(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	self->pager.focus = 0;
	if (self->timeline.is_end)
		pager_last(&self->pager);
	else
		timeline_newest(&self->timeline);
	return TRUE;
}

/* -- searching ------------------------------------------------------------------------------ */

static gboolean run_find(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;

	(void)error;
	if (!args[0]) {
		host->ops->prompt(host, "find ");
		return TRUE;
	}
	find_start(&self->find, self->timeline.address, args[0]);
	host_say(host, "Searching…");
	return TRUE;
}

static gboolean find_step(struct conversation *self, int by, GError **error)
{
	struct host *host = self->screen.host;
	int64_t seq;

	if (!find_words(&self->find)) {
		host->ops->prompt(host, "find ");
		return TRUE;
	}
	seq = find_move(&self->find, by);
	if (!seq) {
		error_set(error, ERROR_FAILED, by > 0 ? "Nothing older was found." :
							"Nothing newer was found.");
		return FALSE;
	}
	host_say(host, "%u of %u", self->find.at + 1, self->find.seqs->len);
	conversation_show(self, seq);
	return TRUE;
}

static gboolean run_find_next(void *user, ARGS, GError **error)
{
	(void)args;
	return find_step(user, 1, error);
}

static gboolean run_find_previous(void *user, ARGS, GError **error)
{
	(void)args;
	return find_step(user, -1, error);
}

static gboolean run_find_clear(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	find_start(&self->find, NULL, NULL);
	return TRUE;
}

/* -- the person ----------------------------------------------------------------------------- */

static void on_trusted(struct job *job, void *user)
{
	struct host *host = user;

	if (job->error)
		host_fail(host, job->error);
	else if (!job->count)
		host_say(host, "Nothing waits for a decision here.");
	else
		host_say(host, "%u of %s's devices are trusted now, though not compared.",
			 job->count, roster_name(host->roster, job->address));
	host->ops->draw(host);
}

static gboolean run_trust(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	/* The keys that the card is about, and none that came since. */
	if (self->change)
		job_post(self->screen.host->link, job_trust(self->change), on_trusted,
			 self->screen.host);
	else
		host_say(self->screen.host, "Nothing waits for a decision here.");
	return TRUE;
}

static void on_reminded(struct job *job, void *user)
{
	struct conversation *self = user;

	host_fail(self->screen.host, job->error);
	conversation_ask(self);
}

static gboolean run_remind(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct job *job;

	(void)args;
	(void)error;
	if (!self->change || !self->change->devices->len) {
		host_say(self->screen.host, "Nothing waits for a decision here.");
		return TRUE;
	}
	job = job_new(JOB_REMIND, self->timeline.address);
	job->seq = host_now(self->screen.host) + CHANGE_LATER_MS;
	job_post(self->screen.host->link, job, on_reminded, self);
	host_say(self->screen.host, self->change->is_accepted ?
		 "Put off for an hour. Your first message still trusts them." :
		 "Put off for an hour. Nothing is sent to them meanwhile.");
	return TRUE;
}

static gboolean run_timer(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;

	(void)args;
	(void)error;
	host->ops->open(host, &timer_ops, self->timeline.address);
	return TRUE;
}

static gboolean run_expire(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	int64_t seconds = 0;

	if (strcmp(args[0], "off") != 0 && !clock_parse_duration(args[0], &seconds)) {
		error_set(error, ERROR_USAGE, "A duration is 30s, 5m, 24h, 7d or 4w; or off.");
		return FALSE;
	}
	timer_set(self->screen.host, self->timeline.address, seconds);
	return TRUE;
}

static void on_erased(struct job *job, void *user)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;

	/* What is being written anew is a copy of it. */
	if (!job->error && g_strcmp0(self->correcting, job->alias) == 0) {
		g_clear_pointer(&self->correcting, g_free);
		lineedit_set(self->compose, NULL);
		lineedit_forget(self->compose);
	}
	if (job->error)
		host_fail(host, job->error);
	else
		host_say(host, "The message is erased here.");
	host->ops->draw(host);
}

static void ask_erase_one(struct conversation *self, const struct message *message)
{
	struct host *host = self->screen.host;
	g_autofree char *name =
		loss_message_name(message, roster_name(host->roster, message->from));
	struct job *job = job_new(JOB_ERASE, self->timeline.address);

	job->seq = message->seq;
	job->alias = g_strdup(message->id);
	confirm_ask(host, &(const struct confirm_request){
		.loss = LOSS_MESSAGE,
		.name = name,
		.job = job,
		.done = on_erased,
		.user = self,
	});
}

/* The message in focus; NULL: none is. */
static const struct message *in_focus(const struct conversation *self)
{
	const struct message *focus =
		timeline_at(&self->timeline, timeline_index(&self->timeline, self->pager.focus));

	return self->is_browsing && focus && focus->seq == self->pager.focus ? focus : NULL;
}

static gboolean run_erase(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	const struct message *message = in_focus(self);

	if (g_strcmp0(args[0], "conversation") == 0)
		message = NULL;
	if (g_strcmp0(args[0], "message") == 0 && !message) {
		error_set(error, ERROR_USAGE, "No message is in focus; Escape and the arrows "
					      "choose one.");
		return FALSE;
	}
	if (message) {
		ask_erase_one(self, message);
		return TRUE;
	}
	confirm_ask(host, &(const struct confirm_request){
		.loss = LOSS_MESSAGES,
		.address = self->timeline.address,
		.name = roster_name(host->roster, self->timeline.address),
		.job = job_new(JOB_ERASE, self->timeline.address),
		.done = host_heed,
		.user = host,
	});
	return TRUE;
}

static void on_repaired(struct job *job, void *user)
{
	struct conversation *self = user;

	host_fail(self->screen.host, job->error);
	if (!job->error)
		host_say(self->screen.host,
			 "New sessions with %s; ask again for what could not be read.",
			 job->address);
	self->screen.host->ops->draw(self->screen.host);
}

static gboolean run_repair(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	job_post(self->screen.host->link, job_new(JOB_REPAIR, self->timeline.address), on_repaired,
		 self);
	return TRUE;
}

static gboolean run_rename(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct job *job = job_new(JOB_ADD, self->timeline.address);

	(void)error;
	job->alias = g_strdup(args[0]);
	job_post(self->screen.host->link, job, host_heed, self->screen.host);
	return TRUE;
}

static const struct command compose_commands[] = {
	{"send", NULL, "", "Enter", NULL, "send what is written", run_send},
	{"complete", NULL, "", "Tab", NULL,
	 "complete the command that is being written, else read on", run_complete},
	{"browse", NULL, "", "Escape", "C-x b", "move to the messages", run_browse},
	{0},
};

static const struct command browse_commands[] = {
	{"compose", NULL, "", "Escape", "i", "move to the box", run_compose},
	{"former", NULL, "", "Up", NULL, "to the message above", run_former},
	{"later", NULL, "", "Down", NULL, "to the message below", run_later},
	{"row-on", NULL, "", "j", NULL, "in line to the next row, else to the message below",
	 run_row_on},
	{"row-back", NULL, "", "k", NULL, "in line to the row before, else to the message above",
	 run_row_back},
	{0},
};

static const struct command conversation_commands[] = {
	{"page-up", NULL, "", "PageUp", "M-v", "a page back", run_page_up},
	{"page-down", NULL, "", "PageDown", "C-v", "a page on", run_page_down},
	{"scroll-up", NULL, "", "S-Up", NULL, "a row back", run_scroll_up},
	{"scroll-down", NULL, "", "S-Down", NULL, "a row on", run_scroll_down},
	{"oldest", NULL, "", "M-<", "C-x <", "to the oldest message", run_oldest},
	{"newest", NULL, "", "M->", "C-x >", "to the newest message", run_newest},
	{"find", NULL, "[WORDS...]", "C-s", NULL, "search in this conversation", run_find},
	{"find-next", NULL, "", "M-s", "C-x C-s", "to the next older find", run_find_next},
	{"find-previous", NULL, "", "M-r", "C-x C-r", "to the next newer find", run_find_previous},
	{"find-clear", NULL, "", NULL, NULL, "stop marking what was searched", run_find_clear},
	{"trust", NULL, "", NULL, NULL, "trust the devices that wait for a decision", run_trust},
	{"correct", NULL, "", "C-x a", NULL, "write a message of yours anew, or not", talk_correct},
	{"remind-later", NULL, "", "F6", "C-x r", "decide about changed keys in an hour",
	 run_remind},
	{"timer", NULL, "", "F9", "C-x t", "choose after what time messages go", run_timer},
	{"expire", NULL, "DURATION", NULL, NULL, "let messages go after 30s, 5m, 24h, 7d; or off",
	 run_expire},
	{"erase", NULL, "[message|conversation]", NULL, NULL,
	 "erase the message in focus here, or the whole conversation", run_erase},
	{"repair", NULL, "", "C-x z", NULL, "begin new sessions, when messages can't be read",
	 run_repair},
	{"rename", NULL, "[ALIAS...]", NULL, NULL, "give this person another name, or none",
	 run_rename},
	{"leave", NULL, "", "F3", "C-x c", "back to the contact list", screen_run_leave},
	{0},
};

const struct screen_table conversation_tables[] = {
	{"compose", "Writing", compose_commands},
	{"browse", "Among the messages", browse_commands},
	{"browse", "Reading", reading_commands},
	{"browse", "Reading row by row", line_commands},
	{"browse", "Copying", copy_commands},
	{"links", "Choosing a link", link_commands},
	{"conversation", "What the screen shows", veil_commands},
	{"conversation", "In a conversation", conversation_commands},
	{"conversation", "Files", file_commands},
	{0},
};
