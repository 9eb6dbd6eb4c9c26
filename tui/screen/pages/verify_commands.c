/*
 * What can be done on the verification screen.
 */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/small_file.h"
#include "tui/screen/pages/verify_inside.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { URI_FILE_MAX = 8 * 1024 };

/* A page of comparing needs a number, and STOP isn't left but by comparing again. */
static gboolean go(struct verify *self, enum verify_page page, GError **error)
{
	if (self->page == VERIFY_STOP) {
		error_set(error, ERROR_TRUST, "Something differed: press R to compare again.");
		return FALSE;
	}
	if ((page == VERIFY_TYPE || page == VERIFY_READ) &&
	    (!self->safety || !*self->safety->number)) {
		error_set(error, ERROR_NO_DEVICES,
			  "There is nothing to compare yet: no key of %s is known.", self->address);
		return FALSE;
	}
	verify_go(self, page);
	return TRUE;
}

static gboolean run_type(void *user, ARGS, GError **error)
{
	(void)args;
	return go(user, VERIFY_TYPE, error);
}

static gboolean run_read(void *user, ARGS, GError **error)
{
	(void)args;
	return go(user, VERIFY_READ, error);
}

static gboolean run_qr(void *user, ARGS, GError **error)
{
	(void)args;
	return go(user, VERIFY_QR, error);
}

static gboolean run_devices(void *user, ARGS, GError **error)
{
	(void)args;
	return go(user, VERIFY_DEVICES, error);
}

static gboolean run_history(void *user, ARGS, GError **error)
{
	(void)args;
	return go(user, VERIFY_HISTORY, error);
}

static gboolean run_back(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	(void)args;
	if (self->page != VERIFY_NUMBER)
		return go(self, VERIFY_NUMBER, error);
	self->screen.host->ops->close(self->screen.host, &self->screen);
	return TRUE;
}

static gboolean run_again(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	(void)args;
	(void)error;
	verify_go(self, VERIFY_NUMBER);
	verify_refresh(self);
	return TRUE;
}

/* -- comparing ------------------------------------------------------------------------------- */

/* Everything was typed and something is wrong: that is a mismatch. */
static bool is_all_typed(const struct verify *self)
{
	return verify_is_typed(self, FINGERPRINT_GROUPS - 1);
}

static gboolean run_next(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	(void)args;
	(void)error;
	if (self->page == VERIFY_READ) {
		self->group = MIN(self->group + 1, FINGERPRINT_GROUPS);
	} else if (self->page == VERIFY_TYPE && is_all_typed(self)) {
		/* For the record; the answer is known. */
		verify_compare(self, self->typed, "read-back");
		verify_go(self, VERIFY_STOP);
	}
	return TRUE;
}

static gboolean run_previous(void *user, ARGS, GError **error)
{
	struct verify *self = user;
	size_t count = strlen(self->typed);

	(void)args;
	(void)error;
	if (self->page == VERIFY_READ)
		self->group = MAX(self->group - 1, 0);
	else if (self->page == VERIFY_TYPE && count)
		self->typed[count - 1] = '\0';
	return TRUE;
}

/* TRUE the second time in a row that COMMAND is given for the same thing. */
static bool confirm(struct verify *self, const char *command, uint32_t device, const char *question)
{
	bool is_second =
		self->armed && strcmp(self->armed, command) == 0 && self->armed_device == device;

	self->armed = is_second ? NULL : command;
	self->armed_device = device;
	if (!is_second)
		host_say(self->screen.host, "%s", question);
	return is_second;
}

static gboolean run_match(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	(void)args;
	if (self->page == VERIFY_READ && self->group == FINGERPRINT_GROUPS) {
		verify_compare(self, self->against, "read-aloud");
		return TRUE;
	}
	if (self->page != VERIFY_NUMBER || !self->safety || !*self->safety->number) {
		error_set(error, ERROR_FAILED, "Read all %d groups first.", FINGERPRINT_GROUPS);
		return FALSE;
	}
	if (!self->armed)
		g_strlcpy(self->against, self->safety->number, sizeof(self->against));
	if (confirm(self, "verify-match", 0,
		    "Did you compare all 60 digits with their screen? Press y again if they "
		    "match."))
		verify_compare(self, self->against, "side-by-side");
	return TRUE;
}

static gboolean run_differ(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	(void)args;
	(void)error;
	if (self->page == VERIFY_NUMBER || self->page == VERIFY_READ || self->page == VERIFY_TYPE)
		verify_go(self, VERIFY_STOP);
	return TRUE;
}

static gboolean run_uri(void *user, ARGS, GError **error)
{
	struct verify *self = user;

	if (self->page == VERIFY_STOP)
		return go(self, VERIFY_QR, error);
	if (args[0])
		verify_compare(self, args[0], "uri");
	else
		self->screen.host->ops->prompt(self->screen.host, "verify-uri ");
	return TRUE;
}

static gboolean read_uri(const char *path, char **uri, GError **error)
{
	if (!small_file_read(path, URI_FILE_MAX, uri, NULL, NULL) || !*uri) {
		error_set(error, ERROR_IO,
			  "%s can't be read; it must be a file with their URI in it.", path);
		return FALSE;
	}
	g_strstrip(*uri);
	if (g_str_has_prefix(*uri, "xmpp:") && g_utf8_validate(*uri, -1, NULL))
		return TRUE;
	error_set(error, ERROR_FORMAT, "There is no URI in %s: one begins with xmpp:.", path);
	g_clear_pointer(uri, g_free);
	return FALSE;
}

static gboolean run_file(void *user, ARGS, GError **error)
{
	struct verify *self = user;
	g_autofree char *uri = NULL;

	if (self->page == VERIFY_STOP)
		return go(self, VERIFY_QR, error);
	if (!args[0]) {
		self->screen.host->ops->prompt(self->screen.host, "verify-file ");
		return TRUE;
	}
	if (!read_uri(args[0], &uri, error))
		return FALSE;
	verify_compare(self, uri, "uri");
	return TRUE;
}

/* -- devices --------------------------------------------------------------------------------- */

static gboolean move(struct verify *self, int by)
{
	self->armed = NULL;
	if (self->page == VERIFY_QR && self->codes)
		self->code = CLAMP(self->code + by, 0, (int)self->codes->len - 1);
	list_move(self->page == VERIFY_HISTORY ? &self->records : &self->devices, by);
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, -1);
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return move(user, 1);
}

/* The key that the user has looked at goes with the act: if it is another one by then, the act is
 * void. */
static gboolean act(struct verify *self, const char *command, enum job_act what,
		    const char *question)
{
	char fingerprint[CONTACT_FINGERPRINT_BYTES];
	const struct device *device = verify_device(self);
	struct job *job;

	if (!device || !confirm(self, command, device->id, question))
		return TRUE;
	job = job_new(JOB_ACT, self->address);
	job->device = device->id;
	job->text = plain_dup(contact_fingerprint(device->key, fingerprint));
	job->act = what;
	job_post(self->screen.host->link, job, host_heed, self->screen.host);
	return TRUE;
}

static gboolean run_device_verify(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "device-verify", JOB_ACT_VERIFY,
		   "Did you compare all 64 digits of this device with them? Press v again if they "
		   "match.");
}

static gboolean run_device_trust(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "device-trust", JOB_ACT_TRUST,
		   "This device gets messages then, though nobody compared its key. Press a again "
		   "to trust it.");
}

static gboolean run_device_distrust(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "device-distrust", JOB_ACT_DISTRUST,
		   "This device gets nothing any more, and doesn't block the others. Press x again "
		   "to refuse it.");
}

static gboolean run_device_off(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "device-off", JOB_ACT_OFF,
		   "This device is left out, whatever is announced; its key is kept. Press o again "
		   "to switch it off.");
}

static gboolean run_device_compromised(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return act(user, "device-compromised", JOB_ACT_COMPROMISED,
		   "Somebody else has this device? It is refused and marked. Press ! again to say "
		   "so.");
}

static const struct command verify_commands[] = {
	{ "verify-type", NULL, "", "t", NULL, "they read, you type", run_type },
	{ "verify-read", NULL, "", "r", NULL, "you read, one group at a time", run_read },
	{ "verify-qr", NULL, "", "c", NULL, "a QR code for their camera", run_qr },
	{ "verify-uri", NULL, "[URI...]", "u", NULL, "compare with what their QR code says",
	  run_uri },
	{ "verify-file", NULL, "[FILE...]", "f", NULL, "compare with their URI from a file",
	  run_file },
	{ "verify-devices", NULL, "", "d", NULL, "each device with its fingerprint", run_devices },
	{ "verify-history", NULL, "", "h", NULL, "who was verified how and when", run_history },
	{ "verify-next", NULL, "", "Enter", "Space", "the next group", run_next },
	{ "verify-previous", NULL, "", "Backspace", NULL, "the former group, or take a digit back",
	  run_previous },
	{ "verify-match", NULL, "", "y", NULL, "everything matches: verified", run_match },
	{ "verify-differ", NULL, "", "n", NULL, "something differs", run_differ },
	{ "verify-up", NULL, "", "Up", "k", "to the row above", run_up },
	{ "verify-down", NULL, "", "Down", "j", "to the row below", run_down },
	{ "verify-again", NULL, "", "R", NULL, "ask for their keys anew, and compare again",
	  run_again },
	{ "verify-back", NULL, "", "Escape", "q", "back to the number, then to the messages",
	  run_back },
	{ "verify-leave", NULL, "", "F3", NULL, "leave without a decision", screen_run_leave },
	{ 0 },
};

static const struct command device_commands[] = {
	{ "device-verify", NULL, "", "v", NULL, "mark this device verified", run_device_verify },
	{ "device-trust", NULL, "", "a", NULL, "trust this device, though not compared",
	  run_device_trust },
	{ "device-distrust", NULL, "", "x", NULL, "refuse this device", run_device_distrust },
	{ "device-off", NULL, "", "o", NULL, "switch this device off, keeping its key",
	  run_device_off },
	{ "device-compromised", NULL, "", "!", NULL, "this device is in the wrong hands",
	  run_device_compromised },
	{ 0 },
};

const struct screen_table verify_tables[] = {
	{ "verify-devices", "Among somebody's devices", device_commands },
	{ "verify", "Comparing keys", verify_commands },
	{ 0 },
};
