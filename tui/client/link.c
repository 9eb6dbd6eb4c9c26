#include "tui/client/link.h"
#include <string.h>
#include <unistd.h>
#include "core/base/cancel.h"
#include "core/engine/desk.h"
#include "core/model/draft.h"
#include "core/engine/engine.h"
#include "core/engine/engine_change.h"
#include "core/engine/engine_files.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_server.h"
#include "core/engine/engine_talk.h"
#include "core/engine/engine_trust.h"
#include "core/base/error.h"
#include "core/model/group.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/client/link_inside.h"
#include "tui/client/nobody.h"

/* A send shows as queued at once; this bounds how long its word of success is waited for. */
enum { SEND_WAIT_MS = 10000, FETCH_WAIT_MS = 10000 };

void link_init(struct link *link, const struct link_ops *ops)
{
	link->ops = ops;
	link->pending = g_ptr_array_new();
}

void link_clear(struct link *link)
{
	for (guint i = 0; i < link->pending->len; i++) {
		struct job *job = g_ptr_array_index(link->pending, i);

		job->done = NULL;
		job->link = NULL;
	}
	g_clear_pointer(&link->pending, g_ptr_array_unref);
}

void link_free(struct link *link)
{
	if (link)
		link->ops->free(link);
}

struct job *job_new(enum job_type type, const char *address)
{
	struct job *job = g_new0(struct job, 1);

	job->type = type;
	job->fd = -1;
	job->address = g_strdup(address);
	return job;
}

void job_free(struct job *job)
{
	if (!job)
		return;
	g_free(job->address);
	plain_free(job->text);
	g_free(job->alias);
	if (job->seqs)
		g_array_unref(job->seqs);
	if (job->fd >= 0)
		close(job->fd);
	account_free(job->account);
	secret_free(job->passphrase);
	if (job->rows)
		g_ptr_array_unref(job->rows);
	message_free(job->message);
	link_trust_clear(job);
	g_strfreev(job->people);
	group_free(job->group);
	certificate_free(job->refused);
	g_clear_error(&job->error);
	g_clear_error(&job->warning);
	g_free(job);
}

void job_post(struct link *link, struct job *job, job_done done, void *user)
{
	job->link = link;
	job->done = done;
	job->user = user;
	g_ptr_array_add(link->pending, job);
	link->ops->run(link, job);
}

void link_answer(struct job *job)
{
	if (job->link)
		g_ptr_array_remove_fast(job->link->pending, job);
	if (job->done)
		job->done(job, job->user);
	job_free(job);
}

void link_cancel(struct link *link, const void *user)
{
	for (guint i = 0; i < link->pending->len; i++) {
		struct job *job = g_ptr_array_index(link->pending, i);

		if (job->user == user)
			job->done = NULL;
	}
}

bool link_is_busy(const struct link *link)
{
	return link->pending->len > 0;
}

/* -- on the core thread --------------------------------------------------------------------- */

static gboolean keep_message(const struct message *message, void *user)
{
	g_ptr_array_add(user, message_copy(message));
	return TRUE;
}

static gboolean keep_contact(const struct contact *contact, void *user)
{
	g_ptr_array_add(user, contact_copy(contact));
	return TRUE;
}

static gboolean keep_device(const struct device *device, void *user)
{
	g_ptr_array_add(user, device_copy(device));
	return TRUE;
}

static void rows_new(struct job *job, GDestroyNotify destroy)
{
	job->rows = g_ptr_array_new_with_free_func(destroy);
}

/* The store walks newest first; screens want the order of reading. */
static void reverse(GPtrArray *rows)
{
	for (guint i = 0, j = rows->len; i + 1 < j; i++) {
		gpointer former = rows->pdata[i];

		j--;
		rows->pdata[i] = rows->pdata[j];
		rows->pdata[j] = former;
	}
}

static gboolean run_hold(struct engine *engine, struct job *job)
{
	return engine_hold(engine, &job->error);
}

static gboolean run_may_create(struct engine *engine, struct job *job)
{
	struct engine_found found;

	if (!engine_may_create(engine, &job->error))
		return FALSE;
	if (engine_check(engine, job->account, &found, &job->error))
		return TRUE;
	job->refused = certificate_copy(engine_refused(engine));
	return FALSE;
}

static gboolean run_there(struct engine *engine, struct job *job)
{
	job->people = engine_people_there(engine);
	return TRUE;
}

static gboolean run_create(struct engine *engine, struct job *job)
{
	if (!engine_create(engine, job->account, job->passphrase, job->level, &job->error)) {
		job->refused = certificate_copy(engine_refused(engine));
		return FALSE;
	}
	return engine_connect(engine, true, &job->warning) || job->warning;
}

static gboolean run_unlock(struct engine *engine, struct job *job)
{
	if (!engine_unlock(engine, job->passphrase, &job->error))
		return FALSE;
	return engine_connect(engine, true, &job->warning) || job->warning;
}

static gboolean run_lock(struct engine *engine, struct job *job)
{
	engine_lock(engine, job->text ? job->text : "key");
	return TRUE;
}

static gboolean run_self(struct engine *engine, struct job *job)
{
	if (!engine_counts(engine, &job->counts, &job->error) ||
	    !engine_identity(engine, job->identity, &job->error))
		return FALSE;
	job->account = account_copy(engine_account(engine));
	return TRUE;
}

static gboolean run_contacts(struct engine *engine, struct job *job)
{
	rows_new(job, (GDestroyNotify)contact_free);
	return engine_contacts(engine, keep_contact, job->rows, &job->error);
}

static gboolean run_before(struct engine *engine, struct job *job)
{
	rows_new(job, (GDestroyNotify)message_free);
	if (!engine_before(engine, job->address, job->seq, job->limit, keep_message, job->rows,
			   &job->error))
		return FALSE;
	reverse(job->rows);
	return TRUE;
}

static gboolean run_after(struct engine *engine, struct job *job)
{
	rows_new(job, (GDestroyNotify)message_free);
	return engine_after(engine, job->address, job->seq, job->limit, keep_message, job->rows,
			    &job->error);
}

static gboolean run_around(struct engine *engine, struct job *job)
{
	unsigned half = job->limit / 2;

	rows_new(job, (GDestroyNotify)message_free);
	if (!engine_before(engine, job->address, job->seq, half, keep_message, job->rows,
			   &job->error))
		return FALSE;
	reverse(job->rows);
	return engine_after(engine, job->address, job->seq - 1, half, keep_message, job->rows,
			    &job->error);
}

static gboolean run_search(struct engine *engine, struct job *job)
{
	rows_new(job, (GDestroyNotify)message_free);
	return engine_search(engine, job->text, job->address, job->limit, keep_message, job->rows,
			     &job->error);
}

static gboolean run_read(struct engine *engine, struct job *job)
{
	return engine_read(engine, job->address, (const int64_t *)(void *)job->seqs->data,
			   job->seqs->len, &job->error);
}

static gboolean run_draft(struct engine *engine, struct job *job)
{
	const char *text = job->text && *job->text ? job->text : NULL;

	return engine_draft_put(engine, job->address, text, &job->error);
}

static gboolean run_add(struct engine *engine, struct job *job)
{
	struct contact *contact = NULL;
	g_autofree char *owner = NULL;

	if (!engine_contact_add(engine, job->address, job->alias, &job->error) ||
	    !engine_known(engine, job->address, &contact, &job->error))
		return FALSE;
	owner = contact ? owner_words(&contact->folder) : NULL;
	if (contact && engine_is_nobody_there(engine, contact)) {
		g_auto(GStrv) people = engine_people_there(engine);
		g_autofree char *text = nobody_there(job->address, people);

		error_set(&job->warning, ERROR_NO_CONTACT, "%s", text);
	}
	job->text = plain_dup(owner);
	contact_free(contact);
	return TRUE;
}

static gboolean run_held(struct engine *engine, struct job *job)
{
	struct store_held held;

	if (!engine_held(engine, job->address, &held, &job->error))
		return FALSE;
	job->count = held.messages;
	job->limit = held.queued;
	return TRUE;
}

static void forgotten(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static gboolean run_remove(struct engine *engine, struct job *job)
{
	struct contact *contact = NULL;
	bool is_on_list = engine_known(engine, job->address, &contact, NULL) && contact &&
			  (contact->manners.sees_us || contact->manners.we_see ||
			   contact->manners.is_asked);

	contact_free(contact);
	if (!engine_contact_remove(engine, job->address, &job->error))
		return FALSE;
	/* Else the server's list would bring them back. */
	if (is_on_list)
		engine_act(engine, TALK_FORGET, job->address, SEND_WAIT_MS, forgotten, NULL);
	return TRUE;
}

static gboolean run_devices(struct engine *engine, struct job *job)
{
	rows_new(job, (GDestroyNotify)device_free);
	return engine_devices(engine, job->address, keep_device, job->rows, &job->error);
}

static gboolean run_set(struct engine *engine, struct job *job)
{
	if (!settings_set(job->settings, job->alias, job->text, SETTING_FILE, &job->error))
		return FALSE;
	engine_show_presence(engine);
	if (strcmp(job->alias, "trust_rule") == 0)
		engine_rules_changed(engine);
	return TRUE;
}

static gboolean run_clock(struct engine *engine, struct job *job)
{
	return engine_clock_confirm(engine, &job->error);
}

static gboolean run_privacy(struct engine *engine, struct job *job)
{
	return engine_privacy(engine, job->address, (enum privacy)job->act, &job->error);
}

static gboolean run_mute(struct engine *engine, struct job *job)
{
	return engine_mute(engine, job->address, job->seq, &job->error);
}

static gboolean (*const runs[JOB_TYPES])(struct engine *engine, struct job *job) = {
	[JOB_HOLD] = run_hold,	     [JOB_CREATE] = run_create,	  [JOB_UNLOCK] = run_unlock,
	[JOB_LOCK] = run_lock,	     [JOB_SELF] = run_self,	  [JOB_CONTACTS] = run_contacts,
	[JOB_BEFORE] = run_before,   [JOB_AFTER] = run_after,	  [JOB_AROUND] = run_around,
	[JOB_SEARCH] = run_search,   [JOB_READ] = run_read,	  [JOB_DRAFT] = run_draft,
	[JOB_ADD] = run_add,	     [JOB_REMOVE] = run_remove,	  [JOB_TRUST] = link_trust_known,
	[JOB_DEVICES] = run_devices, [JOB_MAY_CREATE] = run_may_create,
	[JOB_FILE_SAVED] = link_file_saved, [JOB_FILE_CANCEL] = link_file_cancel,
	[JOB_FILE_STATE] = link_file_state,
	[JOB_CLOCK] = run_clock,       [JOB_HELD] = run_held,
	[JOB_THERE] = run_there,     [JOB_MUTE] = run_mute,
	[JOB_SET] = run_set,	     [JOB_PRIVACY] = run_privacy, [JOB_GROUP] = link_group_run,
	[JOB_MANNER] = link_talk_run, [JOB_TYPING] = link_talk_run, [JOB_REST] = link_talk_run,
};

static void on_sent(void *user, const struct message *message, const GError *error)
{
	struct desk_job *desk_job = user;
	struct job *job = desk_data(desk_job);

	job->message = message ? message_copy(message) : NULL;
	job->error = error ? g_error_copy(error) : NULL;
	desk_finish(desk_job);
}

static void on_fetched(void *user, const GError *error)
{
	struct desk_job *desk_job = user;
	struct job *job = desk_data(desk_job);

	job->error = error ? g_error_copy(error) : NULL;
	desk_finish(desk_job);
}

static void perform(struct engine *engine, struct desk_job *desk_job, void *data)
{
	struct job *job = data;
	struct draft draft = {
		.address = job->address, .body = job->text, .corrects = job->alias,
		.sealed = job->is_sealed};

	if (job->type == JOB_SEND) {
		engine_send(engine, &draft, SEND_WAIT_MS, on_sent, desk_job);
		return;
	}
	if (job->type == JOB_FILE_SEND) {
		link_file_send(engine, job, on_sent, desk_job);
		return;
	}
	if (job->type == JOB_FILE_SAVE) {
		engine_save_file(engine, job->address, job->alias, job->fd, NULL, on_fetched,
				 desk_job);
		return;
	}
	if (job->type == JOB_FETCH) {
		engine_fetch(engine, FETCH_WAIT_MS, on_fetched, desk_job);
		return;
	}
	if (job->type == JOB_TIMER) {
		engine_set_timer(engine, job->address, job->seq, SEND_WAIT_MS, on_fetched,
				 desk_job);
		return;
	}
	if (job->type == JOB_GROUP_ACT) {
		link_group_act(engine, job, on_fetched, desk_job);
		return;
	}
	if (job->type == JOB_TALK) {
		link_talk_act(engine, job, on_fetched, desk_job);
		return;
	}
	if (job->type == JOB_ERASE && job->seq) {
		if (!engine_erase_message(engine, job->address, job->seq, &job->error))
			g_debug("the message isn't erased");
		desk_finish(desk_job);
		return;
	}
	if (job->type == JOB_ERASE) {
		engine_erase(engine, job->address, on_fetched, desk_job);
		return;
	}
	if (job->type == JOB_REPAIR) {
		engine_repair(engine, job->address, SEND_WAIT_MS, on_fetched, desk_job);
		return;
	}
	if (job->type == JOB_REFRESH) {
		link_trust_refresh(engine, job, on_fetched, desk_job);
		return;
	}
	if (!(job->type >= JOB_SAFETY ? link_trust_run(engine, job) :
					runs[job->type](engine, job)) && !job->error)
		error_set_plain(&job->error, ERROR_FAILED);
	desk_finish(desk_job);
}

/* What becomes of a job that stands before one that locks. */
enum urgency {
	ENDS,	/* nobody waits for its answer any more */
	STAYS,	/* somebody said so: it is done whole, which takes one commit */
	SHRINKS /* it is begun, and ends where it looks at the flag: undone, or what it had done by
		   then stays */
};

static enum urgency urgency_of(enum job_type type)
{
	switch (type) {
	case JOB_HOLD:
	case JOB_LOCK:
	case JOB_SEND:
	case JOB_READ:
	case JOB_DRAFT:
	case JOB_ADD:
	case JOB_TRUST:
	case JOB_SET:
	case JOB_PRIVACY:
	case JOB_MUTE:
	case JOB_MANNER:
	case JOB_TIMER:
	case JOB_CLOCK:
	case JOB_FILE_SAVED:
	case JOB_FILE_CANCEL:
	case JOB_VERIFY:
	case JOB_ACT:
	case JOB_REMIND:
	case JOB_REVOKE:
	case JOB_RULE:
		return STAYS;
	case JOB_REMOVE:
	case JOB_ERASE:
	case JOB_REPAIR:
	case JOB_TALK:
	case JOB_GROUP_ACT:
	case JOB_FILE_SEND:
		return SHRINKS;
	default:
		return ENDS;
	}
}

static void work(struct engine *engine, struct desk_job *desk_job, void *data)
{
	struct cancel *cancel = engine_cancel(engine);
	struct job *job = data;
	enum urgency urgency = urgency_of(job->type);

	if (urgency == ENDS && cancel_check(cancel, &job->error)) {
		desk_finish(desk_job);
		return;
	}
	if (urgency == STAYS)
		cancel_shield(cancel);
	perform(engine, desk_job, job);
	if (urgency == STAYS)
		cancel_unshield(cancel);
}

/* -- the link over a desk ------------------------------------------------------------------- */

struct desk_link {
	struct link link;
	struct desk *desk;
};

static void reply(void *data)
{
	link_answer(data);
}

static void desk_link_run(struct link *link, struct job *job)
{
	struct desk_link *self = (struct desk_link *)(void *)link;

	if (job->type == JOB_LOCK)
		desk_post_urgent(self->desk, work, reply, job);
	else
		desk_post(self->desk, work, reply, job);
}

static void desk_link_free(struct link *link)
{
	link_clear(link);
	g_free(link);
}

static const struct link_ops desk_link_ops = {
	.run = desk_link_run,
	.free = desk_link_free,
};

struct link *link_new(struct desk *desk)
{
	struct desk_link *self = g_new0(struct desk_link, 1);

	link_init(&self->link, &desk_link_ops);
	self->desk = desk;
	return &self->link;
}

struct job *job_trust(const struct change *change)
{
	struct job *job = job_new(JOB_TRUST, change->address);

	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	for (guint i = 0; i < change->devices->len; i++) {
		const struct device *device = change->devices->pdata[i];

		if (device->trust == TRUST_UNDECIDED)
			g_ptr_array_add(job->rows, device_copy(device));
	}
	return job;
}
