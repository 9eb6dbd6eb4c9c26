/* `sotto file send`, `file list`, `file save`. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_files.h"
#include "core/engine/engine_people.h"
#include "core/text/text.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/json.h"
#include "tui/confine/landing.h"

enum { PROGRESS_CELLS = 30 };

/* What a run keeps. */
struct filing {
	char *address;
	char *id;
	char *name; /* safe */
	int fd; /* in memory, for another process; -1: not so */
	struct landing *landing;
	bool has_progress; /* a line of it stands on the terminal */
};

static struct filing *filing_of(const struct call *call)
{
	return call->state;
}

static struct filing *filing_new(struct call *call)
{
	struct filing *filing = g_new0(struct filing, 1);

	filing->fd = -1;
	call->state = filing;
	return filing;
}

static void filing_free(struct call *call)
{
	struct filing *filing = call->state;

	if (!filing)
		return;
	if (filing->fd >= 0)
		close(filing->fd);
	landing_free(filing->landing);
	g_free(filing->address);
	g_free(filing->id);
	g_free(filing->name);
	g_free(filing);
	call->state = NULL;
}

/* -- showing ---------------------------------------------------------------------------------- */

static unsigned percent(const struct file_row *row)
{
	switch (row->state) {
	case FILE_SENT:
	case FILE_HERE:
	case FILE_SAVED:
		return 100;
	default:
		return row->count ? row->done * 100 / row->count : 0;
	}
}

static void show_hash(struct json *json, const struct file *file)
{
	char hex[2 * FILE_HASH_BYTES + 1];

	for (size_t i = 0; i < FILE_HASH_BYTES; i++)
		g_snprintf(hex + 2 * i, 3, "%02x", file->hash[i]);
	json_string(json, "sha256", file->has_hash ? hex : NULL);
}

static void show_json(struct call *call, const struct file_shown *shown, const char *safe)
{
	const struct message *message = shown->message;
	struct json *json = json_new();
	char *line;

	json_string(json, "id", message->id);
	json_string(json, "conversation", message->conversation);
	json_string(json, "from", message->from);
	json_string(json, "direction", message->direction == DIRECTION_IN ? "in" : "out");
	json_string(json, "name", shown->file->name);
	json_string(json, "safe_name", safe);
	if (shown->file->bytes >= 0)
		json_number(json, "bytes", shown->file->bytes);
	else
		json_null(json, "bytes");
	show_hash(json, shown->file);
	json_string(json, "state", file_state_name(shown->row->state));
	json_number(json, "progress", percent(shown->row));
	json_string(json, "path", shown->row->path);
	json_string(json, "message_state", state_name(message->state));
	json_time(json, "sent_at", message->sent_at);
	json_time(json, "expires_at", message->expires_at);
	json_string(json, "trust", trust_name(message->trust));
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static gboolean show(const struct file_shown *shown, void *user)
{
	struct call *call = user;
	g_autofree char *safe = file_safe_name(shown->file->name);
	g_autofree char *size = file_size_words(shown->file->bytes);
	char *name, *path;

	if (call->is_json) {
		show_json(call, shown, safe);
		return TRUE;
	}
	name = text_make_safe(safe, strlen(safe), TEXT_NEWLINE_SPACE);
	path = shown->row->path ? text_make_safe(shown->row->path, strlen(shown->row->path),
						 TEXT_NEWLINE_SPACE)
				: NULL;
	print(call->printer, "%s  %s%s  %s, %s  %s %u %%%s%s", shown->message->id,
	      shown->message->direction == DIRECTION_OUT ? "> " : "", shown->message->conversation,
	      name, size, file_state_name(shown->row->state), percent(shown->row),
	      path ? "  " : "", path ? path : "");
	plain_free(name);
	plain_free(path);
	return TRUE;
}

static gboolean show_one(const struct file_shown *shown, void *user)
{
	const struct call *call = user;

	if (strcmp(shown->message->id, filing_of(call)->id) == 0)
		show(shown, user);
	return TRUE;
}

/* On a terminal only, in one line that the end takes away. */
static void show_progress(void *user, unsigned done, unsigned count)
{
	struct call *call = user;

	if (call->printer->file || !isatty(STDERR_FILENO) || !call->state || !count)
		return;
	fputs("\r", stderr);
	for (unsigned i = 0; i < PROGRESS_CELLS; i++)
		fputs(i < done * PROGRESS_CELLS / count ? "█" : "░", stderr);
	fprintf(stderr, " %3u %%", done * 100 / count);
	fflush(stderr);
	filing_of(call)->has_progress = true;
}

static void end(struct call *call, const GError *error)
{
	struct filing *filing = call->state;
	g_autoptr(GError) why = NULL;

	if (filing && filing->has_progress)
		fprintf(stderr, "\r\033[K");
	if (filing && filing->id && (call->is_json || (!error && filing->name)) &&
	    !engine_files(call->engine, filing->address, show_one, call, &why))
		g_debug("the file can't be shown: %s", why->message);
	filing_free(call);
	if (error)
		call_fail(call, error);
	else
		call_end(call, 0);
}

/* -- sending ---------------------------------------------------------------------------------- */

/* Before the process gives up looking at other folders; a FIFO must not make it wait. */
static gboolean check_send(struct call *call, GError **error)
{
	const char *expire = call_option(call, "expire");
	int64_t seconds;

	if (expire && !clock_parse_duration(expire, &seconds)) {
		error_set(error, ERROR_USAGE,
			  "--expire is a duration such as 30s, 5m, 24h, 7d; %s isn't.", expire);
		return FALSE;
	}
	/* On behalf of another process it has come with the call. */
	if (call->input_fd < 0)
		call->input_fd = open(call->args[1], O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (call->input_fd < 0)
		error_set_errno(error, errno, "can't read %s", call->args[1]);
	return call->input_fd >= 0;
}

static void sent(void *user, const struct message *message, const GError *error)
{
	struct call *call = user;

	if (message && call->state)
		filing_of(call)->id = g_strdup(message->id);
	end(call, error);
}

static void run_send(struct call *call)
{
	struct filing *filing = filing_new(call);
	g_autoptr(GError) error = NULL;
	g_autofree char *base = g_path_get_basename(call->args[1]);
	const char *name = call_option(call, "name"), *expire = call_option(call, "expire");
	struct file_draft draft = { .fd = call->input_fd, .name = name ? name : base };

	filing->address = call_address(call, call->args[0], &error);
	if (!filing->address) {
		end(call, error);
		return;
	}
	if (expire && !clock_parse_duration(expire, &draft.expire))
		draft.expire = 0;
	draft.address = filing->address;
	/* Somebody else may have been asked before. */
	if (lseek(call->input_fd, 0, SEEK_SET) != 0)
		g_debug("what is sent can't be read from its beginning");
	engine_send_file(call->engine, &draft, show_progress, sent, call);
}

/* -- listing ---------------------------------------------------------------------------------- */

static void run_list(struct call *call)
{
	struct contact *contact = NULL;
	g_autoptr(GError) error = NULL;
	gboolean ok;

	if (call->arg_count > 0) {
		contact = call_contact(call, call->args[0]);
		if (!contact)
			return;
	}
	ok = engine_files(call->engine, contact ? contact->address : NULL, show, call, &error);
	contact_free(contact);
	if (ok)
		call_end(call, 0);
	else
		call_fail(call, error);
}

/* -- saving ----------------------------------------------------------------------------------- */

static char *save_folder(const struct call *call)
{
	return landing_folder(call->args[2]);
}

/* It lies at PATH. */
static void landed(struct call *call, const char *path)
{
	const struct filing *filing = call->state;
	g_autoptr(GError) why = NULL;

	if (engine_saved_file(call->engine, filing->address, filing->id, path, &why))
		end(call, NULL);
	else
		end(call, why);
}

static void carried(void *user, bool ok, const char *text)
{
	struct call *call = user;
	g_autoptr(GError) error = NULL;

	if (ok) {
		landed(call, text);
		return;
	}
	error_set(&error, ERROR_FAILED, "%s", text);
	end(call, error);
}

static void saved(void *user, const GError *error)
{
	struct call *call = user;
	struct filing *filing = call->state;
	g_autofree char *path = NULL;
	g_autoptr(GError) why = NULL;

	if (!error && filing->fd >= 0) {
		call->printer->file(call->printer, filing->fd, filing->name, carried, call);
	} else if (!error && landing_finish(filing->landing, &why)) {
		path = g_canonicalize_filename(landing_path(filing->landing), NULL);
		landed(call, path);
	} else {
		end(call, error ? error : why);
	}
}

/* This process may not write where the other one's user said: that one gets it to put it there. */
static int open_memory(GError **error)
{
	int fd = memfd_create("file", MFD_CLOEXEC);

	if (fd < 0)
		error_set_errno(error, errno, "can't keep a file in memory");
	return fd;
}

struct finding {
	const char *given;
	char *id;
	unsigned count;
};

static gboolean find(const struct file_shown *shown, void *user)
{
	struct finding *finding = user;

	if (shown->row->is_out || !g_str_has_prefix(shown->row->key.id, finding->given))
		return TRUE;
	finding->count++;
	g_free(finding->id);
	finding->id = g_strdup(shown->row->key.id);
	return strcmp(shown->row->key.id, finding->given) != 0;
}

/* The whole id of what GIVEN begins; GIVEN itself when nothing does. */
static char *find_id(struct call *call, const char *address, const char *given, GError **error)
{
	struct finding finding = { .given = given };

	if (!engine_files(call->engine, address, find, &finding, error))
		return NULL;
	if (finding.count < 2 || strcmp(finding.id, given) == 0)
		return finding.id ? finding.id : g_strdup(given);
	error_set(error, ERROR_USAGE, "%u files of %s begin with %s; say more of it.",
		  finding.count, address, given);
	g_free(finding.id);
	return NULL;
}

static void run_save(struct call *call)
{
	struct contact *contact = call_contact(call, call->args[0]);
	struct filing *filing;
	g_autoptr(GError) error = NULL;

	if (!contact)
		return;
	filing = filing_new(call);
	filing->address = g_strdup(contact->address);
	contact_free(contact);
	filing->id = find_id(call, filing->address, call->args[1], &error);
	if (filing->id)
		filing->name = engine_file_name(call->engine, filing->address, filing->id, &error);
	if (filing->name && call->printer->file)
		filing->fd = open_memory(&error);
	else if (filing->name)
		filing->landing = landing_new(call->args[2], filing->name, &error);
	if (error)
		end(call, error);
	else
		engine_save_file(call->engine, filing->address, filing->id,
				 filing->landing ? landing_fd(filing->landing) : filing->fd,
				 filing->landing ? show_progress : NULL, saved, call);
}

const struct verb verb_file_send = {
	.name = "file send",
	.arguments = "ADDRESS PATH",
	.summary = "Send a file, sealed.",
	.details = "On the spool it goes in parts; what was interrupted goes on when sotto next "
		   "runs. Exits with 0 when the carrier took all of it, with 6 when the rest is "
		   "queued. Its timer is the conversation's, or --expire.",
	.args_min = 2,
	.args_max = 2,
	.need = NEED_CARRIER,
	.is_shared = true,
	.options = {
		{ "name", "NAME", "what the other side sees it called", NULL },
		{ "expire", "DURATION", "it is erased that long after it was read", NULL },
	},
	.reach = REACH_SEND,
	.check = check_send,
	.run = run_send,
	.said = "The file is sent to {1}.",
};

const struct verb verb_file_list = {
	.name = "file list",
	.arguments = "[ADDRESS]",
	.summary = "Files that were sent and received, and how far they are.",
	.args_min = 0,
	.args_max = 1,
	.need = NEED_OPEN,
	.is_shared = true,
	.run = run_list,
};

const struct verb verb_file_save = {
	.name = "file save",
	.arguments = "ADDRESS ID PATH",
	.summary = "Write a received file to PATH, or under its own name into the folder PATH.",
	.details = "ID is the message's, or what it begins with. Until then nothing of it is "
		   "written anywhere but sealed, into the profile. Nothing that exists is "
		   "replaced. What is saved is yours: no timer erases it.",
	.args_min = 3,
	.args_max = 3,
	.need = NEED_CARRIER,
	.is_shared = true,
	.writes_in = save_folder,
	.run = run_save,
};
