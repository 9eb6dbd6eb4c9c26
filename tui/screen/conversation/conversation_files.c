/*
 * Files in a conversation: sending, saving, and how far they are.
 *
 * What is under way outlives the screen that began it: it knows the host alone.
 */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "tui/screen/conversation/conversation_inside.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { PROGRESS_CELLS = 20 };

/* One file that the user wants sent or saved. */
struct filing {
	struct host *host;
	char *address;
	char *id;   /* of the message that brings it; NULL when it is sent */
	char *name; /* safe */
};

static struct filing *filing_new(struct conversation *self)
{
	struct filing *filing = g_new0(struct filing, 1);

	filing->host = self->screen.host;
	filing->address = g_strdup(self->timeline.address);
	return filing;
}

static void filing_free(struct filing *filing)
{
	g_free(filing->address);
	g_free(filing->id);
	g_free(filing->name);
	g_free(filing);
}

static void filing_fail(struct filing *filing, const char *sentence)
{
	filing->host->ops->say(filing->host, true, sentence);
	filing->host->ops->draw(filing->host);
	filing_free(filing);
}

/* -- sending -------------------------------------------------------------------------------- */

static void on_sent(struct job *job, void *user)
{
	struct filing *filing = user;

	if (job->error) {
		filing_fail(filing, job->error->message);
		return;
	}
	host_say(filing->host, "%s is sent.", filing->name);
	filing->host->ops->draw(filing->host);
	filing_free(filing);
}

static void on_opened(bool ok, int fd, const char *text, void *user)
{
	struct filing *filing = user;
	g_autofree char *base = ok ? g_path_get_basename(text) : NULL;
	struct job *job;

	if (!ok || fd < 0) {
		filing_fail(filing, ok ? "That file can't be read." : text);
		return;
	}
	filing->name = file_safe_name(base);
	job = job_new(JOB_FILE_SEND, filing->address);
	job->alias = g_strdup(base);
	job->fd = fd;
	job_post(filing->host->link, job, on_sent, filing);
}

static gboolean run_send_file(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;

	(void)error;
	if (!args[0]) {
		host->ops->prompt(host, "send-file ");
		return TRUE;
	}
	g_free(self->progress.name);
	self->progress.name = file_safe_name(args[0]);
	host->ops->file(host, HOST_FILE_OPEN, args[0], NULL, on_opened, filing_new(self));
	return TRUE;
}

/* -- saving --------------------------------------------------------------------------------- */

static void ignore(bool ok, int fd, const char *text, void *user)
{
	(void)ok;
	(void)fd;
	(void)text;
	(void)user;
}

static void on_finished(bool ok, int fd, const char *text, void *user)
{
	struct filing *filing = user;
	struct job *job;

	(void)fd;
	if (!ok) {
		filing_fail(filing, text);
		return;
	}
	job = job_new(JOB_FILE_SAVED, filing->address);
	job->alias = g_strdup(filing->id);
	job->text = plain_dup(text);
	job_post(filing->host->link, job, host_heed, filing->host);
	host_say(filing->host, "Saved to %s.", text);
	filing->host->ops->draw(filing->host);
	filing_free(filing);
}

static void on_written(struct job *job, void *user)
{
	struct filing *filing = user;
	struct host *host = filing->host;

	if (!job->error) {
		host->ops->file(host, HOST_FILE_FINISH, NULL, NULL, on_finished, filing);
		return;
	}
	host->ops->file(host, HOST_FILE_DROP, NULL, NULL, ignore, NULL);
	filing_fail(filing, job->error->message);
}

static void on_made(bool ok, int fd, const char *text, void *user)
{
	struct filing *filing = user;
	struct job *job;

	if (!ok || fd < 0) {
		filing_fail(filing, ok ? "That file can't be written." : text);
		return;
	}
	job = job_new(JOB_FILE_SAVE, filing->address);
	job->alias = g_strdup(filing->id);
	job->fd = fd;
	job_post(filing->host->link, job, on_written, filing);
}

static bool brings_file(const struct message *message)
{
	return message && message->file && message->direction == DIRECTION_IN;
}

/* The one in focus, else the newest that brings a file. */
static const struct message *find_file(const struct conversation *self)
{
	const struct timeline *timeline = &self->timeline;
	const struct message *message =
		timeline_at(timeline, timeline_index(timeline, self->pager.focus));

	if (self->is_browsing && message && message->seq == self->pager.focus)
		return brings_file(message) ? message : NULL;
	for (size_t i = timeline_count(timeline); i > 0; i--) {
		message = timeline_at(timeline, i - 1);
		if (brings_file(message))
			return message;
	}
	return NULL;
}

static gboolean run_save_file(void *user, ARGS, GError **error)
{
	struct conversation *self = user;
	struct host *host = self->screen.host;
	const struct message *message = find_file(self);
	struct filing *filing;
	struct file file;

	if (!message) {
		error_set(error, ERROR_USAGE,
			  self->is_browsing ? "The message in focus brings no file."
					    : "Nobody has sent a file that can be seen here.");
		return FALSE;
	}
	if (!args[0]) {
		host->ops->prompt(host, "save-file ");
		return TRUE;
	}
	if (!file_decode(message->file, &file, error))
		return FALSE;
	filing = filing_new(self);
	filing->id = g_strdup(message->id);
	filing->name = file_safe_name(file.name);
	file_clear(&file);
	host->ops->file(host, HOST_FILE_MAKE, args[0], filing->name, on_made, filing);
	return TRUE;
}

/* -- giving up ------------------------------------------------------------------------------ */

static void on_cancelled(struct job *job, void *user)
{
	struct conversation *self = user;

	if (job->error)
		host_fail(self->screen.host, job->error);
	else if (!job->count)
		host_say(self->screen.host, "No file is on its way here.");
	conversation_progress_clear(self);
	self->screen.host->ops->draw(self->screen.host);
}

static gboolean run_cancel_file(void *user, ARGS, GError **error)
{
	struct conversation *self = user;

	(void)args;
	(void)error;
	job_post(self->screen.host->link, job_new(JOB_FILE_CANCEL, self->timeline.address),
		 on_cancelled, self);
	return TRUE;
}

/* -- how far they are ----------------------------------------------------------------------- */

void conversation_progress_clear(struct conversation *self)
{
	g_clear_pointer(&self->progress.id, g_free);
}

static struct message *find_message(const struct conversation *self, const char *id)
{
	for (size_t i = timeline_count(&self->timeline); i > 0; i--) {
		struct message *message = g_ptr_array_index(self->timeline.rows, i - 1);

		if (strcmp(message->id, id) == 0)
			return message;
	}
	return NULL;
}

/* Behind what the message says of its file stands how it is with it. */
static void on_state(struct job *job, void *user)
{
	struct conversation *self = user;
	struct message *message = find_message(self, job->alias);
	struct file file;
	char *words;

	if (job->error || !message || !message->file || !message->body ||
	    !file_decode(message->file, &file, NULL))
		return;
	words = file_words(&file);
	plain_free(message->body);
	message->body = plain_new(strlen(words) + (job->text ? strlen(job->text) : 0) + 8);
	g_snprintf(message->body, (gulong)plain_size(message->body) + 1, "%s%s%s", words,
		   job->text ? " · " : "", job->text ? job->text : "");
	plain_free(words);
	file_clear(&file);
	self->screen.host->ops->draw(self->screen.host);
}

static void ask_state(struct conversation *self, const char *id)
{
	const struct message *message = find_message(self, id);
	struct job *job;

	if (!message)
		return;
	job = job_new(JOB_FILE_STATE, self->timeline.address);
	job->alias = g_strdup(id);
	job->text = plain_dup(message->from);
	job_post(self->screen.host->link, job, on_state, self);
}

void conversation_ask_files(struct conversation *self)
{
	for (size_t i = 0; i < timeline_count(&self->timeline); i++) {
		const struct message *message = timeline_at(&self->timeline, i);

		if (message->file)
			ask_state(self, message->id);
	}
}

bool conversation_progress_take(struct conversation *self, const struct event *event)
{
	if (event->type != EVENT_FILE || !event->text ||
	    g_strcmp0(event->address, self->timeline.address) != 0)
		return false;
	if (event->count >= 100) {
		if (g_strcmp0(self->progress.id, event->text) == 0)
			conversation_progress_clear(self);
		ask_state(self, event->text);
		return true;
	}
	g_free(self->progress.id);
	self->progress.id = g_strdup(event->text);
	self->progress.percent = event->count;
	return true;
}

/* Of the file of MESSAGE, where it may be seen: "report.pdf, 1.2 MB". Plain memory. */
static char *name_of(const struct conversation *self, const struct message *message)
{
	bool is_open = host_privacy(self->screen.host, self->timeline.address) == PRIVACY_OPEN;
	struct file file;
	char *words, *name;

	if (is_open && !message && self->progress.name)
		return screen_one_line(self->progress.name);
	if (!is_open || !message || !message->file || !file_decode(message->file, &file, NULL))
		return plain_dup("a file");
	words = file_words(&file);
	name = screen_one_line(words + strlen("file: "));
	plain_free(words);
	file_clear(&file);
	return name;
}

char *conversation_progress_words(const struct conversation *self)
{
	const struct message *message;
	unsigned full = self->progress.percent * PROGRESS_CELLS / 100;
	g_autoptr(GString) words = g_string_new(NULL);
	char *name;

	if (!self->progress.id)
		return NULL;
	message = find_message(self, self->progress.id);
	for (unsigned i = 0; i < PROGRESS_CELLS; i++)
		g_string_append(words, i < full ? "█" : "░");
	name = name_of(self, message);
	g_string_append_printf(words, " %u %%  %s %s", self->progress.percent,
			       message && message->direction == DIRECTION_IN ? "receiving"
									     : "sending",
			       name);
	plain_free(name);
	return g_string_free(g_steal_pointer(&words), FALSE);
}

const struct command file_commands[] = {
	{"send-file", "file", "[PATH...]", "C-x f", NULL, "send a file", run_send_file},
	{"save-file", "save", "[PATH...]", "C-x i", NULL,
	 "save the file in focus, or the newest one, to a path or into a folder", run_save_file},
	{"cancel-file", NULL, "", "C-x g", NULL, "stop sending or saving a file here",
	 run_cancel_file},
	{0},
};
