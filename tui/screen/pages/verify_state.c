/* verify: what is known of the keys, and comparing it. */
#include "tui/screen/pages/verify_inside.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"

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

void verify_forget(struct verify *self)
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
	verify_forget(self);
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

void verify_reload(struct verify *self)
{
	struct host *host = self->screen.host;

	job_post(host->link, job_new(JOB_SAFETY, self->address), on_safety, self);
	job_post(host->link, job_new(JOB_JOURNAL, self->address), on_history, self);
}

static void on_refreshed(struct job *job, void *user)
{
	struct verify *self = user;

	host_fail(self->screen.host, job->error);
	verify_reload(self);
}

void verify_refresh(struct verify *self)
{
	verify_reload(self);
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
	verify_reload(self);
	host->ops->draw(host);
}

/* -- comparing ------------------------------------------------------------------------------- */

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
