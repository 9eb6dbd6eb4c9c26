#include "tui/app/plain_acts.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_trust.h"
#include "core/port/store_expiry.h"
#include "core/text/text.h"
#include "tui/client/loss.h"

struct plain_acts {
	struct link *link;
	struct job *asked; /* what a yes does; NULL: nothing is asked */
	char *name;	   /* of whose conversation the question is about */
	void (*said)(void *user, const char *text);
	void *user;
};

struct plain_acts *plain_acts_new(struct link *link, void (*said)(void *user, const char *text),
				  void *user)
{
	struct plain_acts *self = g_new0(struct plain_acts, 1);

	self->link = link;
	self->said = said;
	self->user = user;
	return self;
}

void plain_acts_forget(struct plain_acts *self)
{
	link_cancel(self->link, self);
	g_clear_pointer(&self->asked, job_free);
	g_clear_pointer(&self->name, g_free);
}

void plain_acts_free(struct plain_acts *self)
{
	plain_acts_forget(self);
	g_free(self);
}

static void say(const struct plain_acts *self, const char *text)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);

	self->said(self->user, safe);
	plain_free(safe);
}

/* -- comparing -------------------------------------------------------------------------------- */

/* Four groups a line, as `sotto verify` prints them. */
static void add_number(GString *text, const char *number)
{
	for (int row = 0; row < 3 && *number; row++) {
		const char *p = number + row * 20;

		g_string_append_printf(text, "    %.5s %.5s %.5s %.5s\n", p, p + 5, p + 10,
				       p + 15);
	}
}

static void on_safety(struct job *job, void *user)
{
	struct plain_acts *self = user;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *keyless = NULL;

	if (job->error) {
		say(self, job->error->message);
		return;
	}
	if (!*job->safety->number) {
		say(self, "None of their devices has a key yet: there is nothing to compare.");
		return;
	}
	keyless = device_keyless_words(job->safety->keyless);
	g_string_append_printf(text, "%s is %s%s%s.\n", job->address,
			       job->safety->is_verified ? "verified" : "not verified",
			       keyless ? "; " : "", keyless ? keyless : "");
	add_number(text, job->safety->number);
	if (job->safety->own_waiting->len)
		g_string_append(text, "A device of your own isn't confirmed, and this number "
				      "vouches for it: look at `sotto devices` first.\n");
	g_string_append(text, "Have them read theirs to you over another channel; /verify and its "
			      "digits compares it.");
	say(self, text->str);
}

static void on_compared(struct job *job, void *user)
{
	struct plain_acts *self = user;
	g_autofree char *text =
		job->error ? g_strdup(job->error->message) :
			     g_strdup_printf("It matches: %s is %s.", job->address,
					     job->safety->is_verified ? "verified" :
									"not verified whole; "
									"/verify shows it");

	say(self, text);
}

void plain_acts_verify(struct plain_acts *self, const char *address, const char *code)
{
	struct job *job = job_new(code ? JOB_VERIFY : JOB_SAFETY, address);

	job->text = plain_dup(code);
	job_post(self->link, job, code ? on_compared : on_safety, self);
}

/* -- the timer -------------------------------------------------------------------------------- */

static void on_timer(struct job *job, void *user)
{
	char duration[CLOCK_TEXT_BYTES];
	g_autofree char *text = NULL;

	if (job->error)
		text = g_strdup(job->error->message);
	else if (!job->seq)
		text = g_strdup("The timer is off: messages stay.");
	else
		text = g_strdup_printf("Messages go %s after they are read.",
				       clock_format_duration(job->seq, duration));
	say(user, text);
}

gboolean plain_acts_expire(struct plain_acts *self, const char *address, const char *duration,
			   GError **error)
{
	int64_t seconds = 0;
	struct job *job;

	if (strcmp(duration, "off") != 0 && !clock_parse_duration(duration, &seconds)) {
		error_set(error, ERROR_USAGE, "A duration is 30s, 5m, 24h, 7d or 4w; or off.");
		return FALSE;
	}
	job = job_new(JOB_TIMER, address);
	job->seq = seconds;
	job_post(self->link, job, on_timer, self);
	return TRUE;
}

/* -- erasing ---------------------------------------------------------------------------------- */

static void on_erased(struct job *job, void *user)
{
	say(user, job->error ? job->error->message : "The conversation is erased here.");
}

static void on_held(struct job *job, void *user)
{
	struct plain_acts *self = user;
	const struct store_held held = { .messages = job->count, .queued = job->limit };
	g_autofree char *question = NULL, *text = NULL;

	if (job->error) {
		say(self, job->error->message);
		return;
	}
	question = loss_question(LOSS_MESSAGES, self->name, NULL, &held);
	text = g_strdup_printf("%s\nType yes: anything else leaves it.", question);
	g_clear_pointer(&self->asked, job_free);
	self->asked = job_new(JOB_ERASE, job->address);
	say(self, text);
}

void plain_acts_erase(struct plain_acts *self, const char *address, const char *name)
{
	g_clear_pointer(&self->asked, job_free);
	g_free(self->name);
	self->name = g_strdup(name);
	job_post(self->link, job_new(JOB_HELD, address), on_held, self);
}

bool plain_acts_answer(struct plain_acts *self, const char *line)
{
	struct job *asked = g_steal_pointer(&self->asked);

	if (!asked)
		return false;
	if (strcmp(line, "yes") == 0) {
		job_post(self->link, asked, on_erased, self);
	} else {
		job_free(asked);
		say(self, "Nothing was erased.");
	}
	return true;
}
