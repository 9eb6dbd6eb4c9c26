#include "tui/screen/verify.h"

#include <string.h>
#include "core/error.h"
#include "core/secret.h"
#include "tui/screen/verify_inside.h"

/* -- what is known --------------------------------------------------------------------------- */

bool verify_is_typed(const struct verify *self, int group)
{
	return strlen(self->typed) >= (size_t)(group + 1) * GROUP_DIGITS;
}

bool verify_is_right(const struct verify *self, int group)
{
	size_t at = (size_t)group * GROUP_DIGITS;

	return verify_is_typed(self, group) &&
	       memcmp(self->typed + at, self->against + at, GROUP_DIGITS) == 0;
}

const struct device *verify_device(const struct verify *self)
{
	const GPtrArray *devices = self->safety ? self->safety->devices : NULL;

	return devices && self->devices.selected < devices->len ?
		       devices->pdata[self->devices.selected] :
		       NULL;
}

static void forget_safety(struct verify *self)
{
	if (!self->safety)
		return;
	safety_clear(self->safety);
	g_clear_pointer(&self->safety, g_free);
	g_clear_pointer(&self->codes, g_ptr_array_unref);
}

static bool is_comparing(const struct verify *self)
{
	return self->page == VERIFY_TYPE || self->page == VERIFY_READ;
}

static void add_code(GPtrArray *codes, const char *uri)
{
	struct qr *qr = qr_new(uri, NULL);

	if (qr)
		g_ptr_array_add(codes, qr);
}

/* Several devices may be more than the window holds: then a camera takes one after the other. */
static void make_codes(struct verify *self)
{
	struct fingerprint_entry *entries = NULL;
	g_autofree char *address = NULL;
	size_t count = 0;

	self->codes = g_ptr_array_new_with_free_func((GDestroyNotify)qr_free);
	self->code = 0;
	add_code(self->codes, self->safety->own_uri);
	if (!fingerprint_parse_uri(self->safety->own_uri, &address, &entries, &count, NULL))
		return;
	for (size_t i = 0; count > 1 && i < count; i++) {
		g_autofree char *uri = fingerprint_uri(address, &entries[i], 1);

		add_code(self->codes, uri);
	}
	g_free(entries);
}

static void take_safety(struct verify *self, struct job *job)
{
	if (!job->safety)
		return;
	forget_safety(self);
	self->safety = g_steal_pointer(&job->safety);
	pattern_make(self->safety->number, &self->pattern);
	make_codes(self);
	list_set_count(&self->devices, self->safety->devices->len);
	if (is_comparing(self) && strcmp(self->against, self->safety->number) != 0) {
		verify_go(self, VERIFY_NUMBER);
		host_say(self->screen.host,
			 "Keys changed while you were comparing: begin again with the new number.");
	}
}

/* -- answers --------------------------------------------------------------------------------- */

static void on_safety(struct job *job, void *user)
{
	struct verify *self = user;

	host_fail(self->screen.host, job->error);
	if (!job->error)
		take_safety(self, job);
	self->screen.host->ops->draw(self->screen.host);
}

static void on_history(struct job *job, void *user)
{
	struct verify *self = user;

	if (job->error || !job->rows)
		return;
	if (self->history)
		g_ptr_array_unref(self->history);
	self->history = g_steal_pointer(&job->rows);
	list_set_count(&self->records, self->history->len);
	self->screen.host->ops->draw(self->screen.host);
}

static void reload(struct verify *self)
{
	struct host *host = self->screen.host;

	job_post(host->link, job_new(JOB_SAFETY, self->address), on_safety, self);
	job_post(host->link, job_new(JOB_JOURNAL, self->address), on_history, self);
}

static void on_refreshed(struct job *job, void *user)
{
	struct verify *self = user;

	host_fail(self->screen.host, job->error);
	reload(self);
}

void verify_refresh(struct verify *self)
{
	reload(self);
	job_post(self->screen.host->link, job_new(JOB_REFRESH, self->address), on_refreshed, self);
}

/* A code may speak of some of their devices only. */
static void say_verified(const struct verify *self)
{
	struct host *host = self->screen.host;
	const char *name = roster_name(host->roster, self->address);
	g_autoptr(GArray) rest = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autofree char *ids = NULL;

	for (guint i = 0; i < self->safety->devices->len; i++) {
		const struct device *device = self->safety->devices->pdata[i];

		if (device_counts(device) && device->trust != TRUST_VERIFIED)
			g_array_append_val(rest, device->id);
	}
	if (self->safety->is_verified) {
		host_say(host, "%s is verified now; that is on record, with the way you compared.",
			 name);
		return;
	}
	ids = device_list_ids(rest);
	host_say(host, "What that code names is verified now. %s isn't yet: it doesn't name %s.",
		 name, ids);
}

static void on_verified(struct job *job, void *user)
{
	struct verify *self = user;
	struct host *host = self->screen.host;

	if (error_is(job->error, ERROR_TRUST)) {
		verify_go(self, VERIFY_STOP);
	} else if (job->error) {
		host_fail(host, job->error);
	} else {
		verify_go(self, VERIFY_NUMBER);
		take_safety(self, job);
		say_verified(self);
	}
	reload(self);
	host->ops->draw(host);
}

/* -- comparing ------------------------------------------------------------------------------------
 */

void verify_go(struct verify *self, enum verify_page page)
{
	self->page = page;
	self->armed = NULL;
	self->group = 0;
	wipe(self->typed, sizeof(self->typed));
	g_strlcpy(self->against, self->safety ? self->safety->number : "", sizeof(self->against));
}

void verify_compare(struct verify *self, const char *text, const char *method)
{
	struct job *job = job_new(JOB_VERIFY, self->address);

	job->text = plain_dup(text);
	job->alias = g_strdup(method);
	job_post(self->screen.host->link, job, on_verified, self);
}

void verify_type_digit(struct verify *self, char digit)
{
	size_t count = strlen(self->typed);

	if (count >= FINGERPRINT_DIGITS)
		return;
	self->typed[count] = digit;
	for (int group = 0; group < FINGERPRINT_GROUPS; group++) {
		if (!verify_is_right(self, group))
			return;
	}
	verify_compare(self, self->typed, "read-back");
}

/* -- the screen ------------------------------------------------------------------------------ */

static struct screen *verify_open(struct host *host, const void *argument)
{
	const char *address = argument;
	struct verify *self = g_new0(struct verify, 1);

	screen_init(&self->screen, &verify_ops, host);
	self->address = g_strdup(address);
	list_init(&self->devices, 3);
	list_init(&self->records, 1);
	verify_refresh(self);
	return &self->screen;
}

static void verify_close(struct screen *screen)
{
	struct verify *self = verify_of(screen);

	link_cancel(screen->host->link, self);
	forget_safety(self);
	if (self->history)
		g_ptr_array_unref(self->history);
	wipe(self->typed, sizeof(self->typed));
	wipe(self->against, sizeof(self->against));
	g_free(self->address);
	g_free(self);
}

static bool take_paste(struct verify *self, const char *text)
{
	while (g_ascii_isspace(*text))
		text++;
	if (g_str_has_prefix(text, "xmpp:")) {
		g_autofree char *uri = g_strchomp(g_strdup(text));

		verify_compare(self, uri, "uri");
		return true;
	}
	if (self->page != VERIFY_TYPE)
		return false;
	for (; *text; text++)
		if (g_ascii_isdigit(*text))
			verify_type_digit(self, *text);
	return true;
}

static bool verify_key(struct screen *screen, const struct key *key)
{
	struct verify *self = verify_of(screen);

	if (self->page == VERIFY_STOP)
		return false;
	if (key->code == KC_PASTE)
		return take_paste(self, key->text);
	if (self->page != VERIFY_TYPE || key->code != KC_CHAR || key->mods || key->ch < '0' ||
	    key->ch > '9')
		return false;
	verify_type_digit(self, (char)key->ch);
	return true;
}

static bool verify_event(struct screen *screen, const struct event *event)
{
	struct verify *self = verify_of(screen);
	bool is_ours = g_strcmp0(event->address, self->address) == 0 ||
		       g_strcmp0(event->address, screen->host->self) == 0;

	if ((event->type == EVENT_TRUST || event->type == EVENT_CONTACT) && is_ours)
		reload(self);
	return false;
}

static size_t verify_modes(struct screen *screen, const char *modes[static SCREEN_MODES_MAX])
{
	if (verify_of(screen)->page != VERIFY_DEVICES)
		return 0;
	modes[0] = "verify-devices";
	return 1;
}

static const char *const *verify_hints(struct screen *screen)
{
	static const char *const pages[][9] = {
		[VERIFY_NUMBER] = { "verify-back", "leave", "help", "help" },
		[VERIFY_TYPE] = { "verify-previous", "take back", "verify-back", "give up" },
		[VERIFY_READ] = { "verify-next", "next group", "verify-previous", "the former",
				  "verify-back", "give up" },
		[VERIFY_QR] = { "verify-uri", "paste theirs", "verify-back", "back" },
		[VERIFY_DEVICES] = { "device-verify", "verify", "device-distrust", "distrust",
				     "device-off", "switch off", "verify-back", "back" },
		[VERIFY_HISTORY] = { "verify-back", "back" },
		[VERIFY_STOP] = { "verify-again", "compare again" },
	};

	return pages[verify_of(screen)->page];
}

const struct screen_ops verify_ops = {
	.name = "verify",
	.tables = verify_tables,
	.open = verify_open,
	.close = verify_close,
	.draw = verify_draw,
	.key = verify_key,
	.event = verify_event,
	.modes = verify_modes,
	.hints = verify_hints,
};
