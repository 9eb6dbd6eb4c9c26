#include "tui/app/plain_trust.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/engine/engine_change.h"
#include "core/text/text.h"
#include "tui/client/job_acts.h"

struct plain_trust {
	struct link *link;
	struct change *shown; /* what was printed last; NULL: nothing */
	void (*said)(void *user, const char *text);
	void *user;
};

struct plain_trust *plain_trust_new(struct link *link, void (*said)(void *user, const char *text),
				    void *user)
{
	struct plain_trust *self = g_new0(struct plain_trust, 1);

	self->link = link;
	self->said = said;
	self->user = user;
	return self;
}

void plain_trust_forget(struct plain_trust *self)
{
	g_clear_pointer(&self->shown, change_free);
}

void plain_trust_free(struct plain_trust *self)
{
	link_cancel(self->link, self);
	plain_trust_forget(self);
	g_free(self);
}

static void say(const struct plain_trust *self, const char *text)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);

	self->said(self->user, safe);
	plain_free(safe);
}

static void on_trusted(struct job *job, void *user)
{
	g_autofree char *text =
		job->error ? g_strdup(job->error->message) :
			     g_strdup_printf("%u device%s trusted now, though not compared.",
					     job->count, job->count == 1 ? " is" : "s are");

	say(user, text);
}

static void add_device(GString *text, const struct device *device)
{
	char hex[CONTACT_FINGERPRINT_BYTES];

	g_string_append_printf(text, "device %u%s%s: ", device->id, device->label ? ", " : "",
			       device->label ? device->label : "");
	contact_fingerprint(device->key, hex);
	for (size_t at = 0; hex[at]; at += 8)
		g_string_append_printf(text, "%s%.8s", at ? " " : "", hex + at);
	g_string_append_c(text, '\n');
}

static void on_change(struct job *job, void *user)
{
	struct plain_trust *self = user;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *owner = NULL;

	plain_trust_forget(self);
	if (job->error) {
		say(self, job->error->message);
		return;
	}
	owner = job->change->devices->len ? owner_words(&job->change->folder) : NULL;
	if (owner)
		g_string_append_printf(text, "owner: %s\n", owner);
	for (guint i = 0; i < job->change->devices->len; i++)
		add_device(text, job->change->devices->pdata[i]);
	if (!text->len) {
		say(self, "Nothing waits for a decision here.");
		return;
	}
	g_string_append(text, "Nobody has compared these keys with their owner. /trust once more "
			      "trusts them all the same.");
	self->shown = g_steal_pointer(&job->change);
	say(self, text->str);
}

void plain_trust_ask(struct plain_trust *self, const char *address)
{
	if (!self->shown || strcmp(self->shown->address, address) != 0) {
		job_post(self->link, job_new(JOB_CHANGE, address), on_change, self);
		return;
	}
	job_post(self->link, job_trust(self->shown), on_trusted, self);
	plain_trust_forget(self);
}
