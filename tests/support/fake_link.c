#include "tests/support/fake_link.h"
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"

static struct contact *find(struct fake_link *fake, const char *address)
{
	for (guint i = 0; i < fake->contacts->len; i++) {
		struct contact *contact = g_ptr_array_index(fake->contacts, i);

		if (strcmp(contact->address, address) == 0)
			return contact;
	}
	return NULL;
}

struct contact *fake_link_contact(struct fake_link *fake, const char *address, const char *alias)
{
	struct contact *contact = g_new0(struct contact, 1);

	contact->address = g_strdup(address);
	contact->alias = g_strdup(alias);
	contact->is_listed = true;
	contact->is_known = true;
	g_ptr_array_add(fake->contacts, contact);
	return contact;
}

void fake_link_drop(struct fake_link *fake, int64_t seq)
{
	for (guint i = 0; i < fake->messages->len; i++) {
		const struct message *message = g_ptr_array_index(fake->messages, i);

		if (message->seq == seq) {
			g_ptr_array_remove_index(fake->messages, i);
			return;
		}
	}
}

struct message *fake_link_message(struct fake_link *fake, const char *address,
				  enum direction direction, int64_t at, const char *body)
{
	struct message *message = g_new0(struct message, 1);
	struct contact *contact = find(fake, address);

	message->seq = fake->messages->len + 1;
	message->id = g_strdup_printf("%032d", (int)message->seq);
	message->conversation = g_strdup(address);
	message->from = g_strdup(direction == DIRECTION_IN ? address : "ada");
	message->device = 7;
	message->direction = direction;
	message->state = direction == DIRECTION_IN ? STATE_DELIVERED : STATE_SENT;
	message->trust = TRUST_VERIFIED;
	message->sent_at = at;
	message->received_at = at;
	message->body = plain_dup(body);
	g_ptr_array_add(fake->messages, message);
	if (contact) {
		contact->last_at = at;
		contact->unread += direction == DIRECTION_IN;
		plain_free(contact->preview);
		contact->preview = plain_dup(body);
	}
	return message;
}

static bool is_wanted(const struct job *job, const struct message *message)
{
	if (job->address && strcmp(job->address, message->conversation) != 0)
		return false;
	if (job->type == JOB_SEARCH)
		return message->body && strcasestr(message->body, job->text);
	return true;
}

static void take_back(struct fake_link *fake, struct job *job, int64_t before, unsigned limit)
{
	for (guint i = fake->messages->len; i-- > 0 && job->rows->len < limit;) {
		const struct message *message = g_ptr_array_index(fake->messages, i);

		if (is_wanted(job, message) && (before == 0 || message->seq < before))
			g_ptr_array_add(job->rows, message_copy(message));
	}
}

static void take_on(struct fake_link *fake, struct job *job, int64_t after, unsigned limit)
{
	for (guint i = 0; i < fake->messages->len && limit; i++) {
		const struct message *message = g_ptr_array_index(fake->messages, i);

		if (!is_wanted(job, message) || message->seq <= after)
			continue;
		g_ptr_array_add(job->rows, message_copy(message));
		limit--;
	}
}

static void reverse(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer former = rows->pdata[i];

		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = former;
	}
}

static void answer_rows(struct fake_link *fake, struct job *job)
{
	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	switch (job->type) {
	case JOB_BEFORE:
		take_back(fake, job, job->seq, job->limit);
		reverse(job->rows);
		break;
	case JOB_AROUND:
		take_back(fake, job, job->seq, job->limit / 2);
		reverse(job->rows);
		take_on(fake, job, job->seq - 1, job->limit / 2);
		break;
	case JOB_AFTER:
		take_on(fake, job, job->seq, job->limit);
		break;
	default:
		take_back(fake, job, 0, job->limit);
		break;
	}
}

static void answer_contacts(struct fake_link *fake, struct job *job)
{
	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	for (guint i = 0; i < fake->contacts->len; i++)
		g_ptr_array_add(job->rows, contact_copy(g_ptr_array_index(fake->contacts, i)));
}

static void answer_read(struct fake_link *fake, const struct job *job)
{
	for (guint i = 0; i < job->seqs->len; i++) {
		int64_t seq = g_array_index(job->seqs, int64_t, i);
		struct message *message = g_ptr_array_index(fake->messages, seq - 1);
		struct contact *contact = find(fake, job->address);

		if (!message->read_at && contact && contact->unread)
			contact->unread--;
		message->read_at = fake->now;
		message->state = STATE_READ;
	}
}

static void answer_draft(struct fake_link *fake, const struct job *job)
{
	struct contact *contact = find(fake, job->address);

	if (!contact)
		return;
	plain_free(contact->draft);
	contact->draft = job->text && *job->text ? plain_dup(job->text) : NULL;
}

/* One device a contact, as trusted as the contact's newest message says. */
static void answer_devices(struct fake_link *fake, struct job *job)
{
	struct device *device;

	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	for (guint i = 0; i < fake->devices->len; i++) {
		device = g_ptr_array_index(fake->devices, i);
		if (strcmp(device->address, job->address) == 0)
			g_ptr_array_add(job->rows, device_copy(device));
	}
	if (job->rows->len)
		return;
	device = g_new0(struct device, 1);
	device->address = g_strdup(job->address);
	device->id = 7;
	device->is_active = device->has_key = true;
	device->trust = TRUST_VERIFIED;
	for (guint i = 0; i < fake->messages->len; i++) {
		const struct message *message = g_ptr_array_index(fake->messages, i);

		if (is_wanted(job, message))
			device->trust = message->trust;
	}
	g_ptr_array_add(job->rows, device);
}

static void answer(struct fake_link *fake, struct job *job)
{
	switch (job->type) {
	case JOB_DEVICES:
		answer_devices(fake, job);
		break;
	case JOB_CONTACTS:
		answer_contacts(fake, job);
		break;
	case JOB_BEFORE:
	case JOB_AFTER:
	case JOB_AROUND:
	case JOB_SEARCH:
		answer_rows(fake, job);
		break;
	case JOB_READ:
		answer_read(fake, job);
		break;
	case JOB_DRAFT:
		answer_draft(fake, job);
		break;
	case JOB_SEND:
		job->message = message_copy(fake_link_message(fake, job->address, DIRECTION_OUT,
							      fake->now, job->text));
		job->message->sealed = job->is_sealed;
		((struct message *)g_ptr_array_index(fake->messages, fake->messages->len - 1))
			->sealed = job->is_sealed;
		break;
	case JOB_ADD:
		fake_link_contact(fake, job->address, job->alias);
		break;
	case JOB_THERE:
		job->people = g_strdupv((char **)(uintptr_t)fake->people);
		break;
	case JOB_SELF:
		job->account = g_new0(struct account, 1);
		job->account->carrier = g_strdup(fake->is_xmpp ? "xmpp" : "spool");
		job->account->address = g_strdup("ada");
		job->account->device = 4711;
		break;
	case JOB_GROUP:
		job->group = group_copy(fake->group);
		job->rows = g_ptr_array_new_with_free_func(g_free);
		if (fake->missing)
			g_ptr_array_add(job->rows, g_strdup(fake->missing));
		break;
	case JOB_GROUP_ACT:
		break;
	case JOB_HELD:
		for (guint i = 0; i < fake->messages->len; i++)
			job->count += is_wanted(job, g_ptr_array_index(fake->messages, i));
		break;
	case JOB_PRIVACY:
		if (find(fake, job->address))
			find(fake, job->address)->privacy = (enum privacy)job->act;
		break;
	case JOB_MUTE:
		if (find(fake, job->address))
			find(fake, job->address)->muted_to = job->seq;
		break;
	case JOB_LOCK:
		fake->is_open = false;
		break;
	case JOB_UNLOCK:
		fake->is_open = true;
		break;
	default:
		fake_link_answer_trust(fake, job);
		break;
	}
}

static const char *const names[JOB_TYPES] = {
	[JOB_HOLD] = "hold", [JOB_MAY_CREATE] = "may-create", [JOB_CREATE] = "create",
	[JOB_UNLOCK] = "unlock", [JOB_LOCK] = "lock", [JOB_SELF] = "self",
	[JOB_CONTACTS] = "contacts", [JOB_BEFORE] = "before", [JOB_AFTER] = "after",
	[JOB_AROUND] = "around", [JOB_SEARCH] = "search", [JOB_SEND] = "send",
	[JOB_READ] = "read", [JOB_DRAFT] = "draft", [JOB_ADD] = "add",
	[JOB_REMOVE] = "remove", [JOB_TRUST] = "trust", [JOB_DEVICES] = "devices",
	[JOB_SET] = "set", [JOB_FETCH] = "fetch", [JOB_TIMER] = "timer",
	[JOB_HELD] = "held", [JOB_THERE] = "there",
	[JOB_ERASE] = "erase", [JOB_REFRESH] = "refresh", [JOB_SAFETY] = "safety",
	[JOB_VERIFY] = "verify", [JOB_ACT] = "act", [JOB_CHANGE] = "change",
	[JOB_REMIND] = "remind", [JOB_OWN] = "own", [JOB_REVOKE] = "revoke",
	[JOB_REPAIR] = "repair", [JOB_CLOCK] = "clock",
	[JOB_GROUP] = "group", [JOB_GROUP_ACT] = "group-act",
	[JOB_MANNER] = "manner", [JOB_TYPING] = "typing", [JOB_REST] = "rest",
	[JOB_TALK] = "talk",
	[JOB_RULE] = "rule", [JOB_PRIVACY] = "privacy",
	[JOB_MUTE] = "mute", [JOB_JOURNAL] = "journal",
};

static void fake_run(struct link *link, struct job *job)
{
	struct fake_link *fake = (struct fake_link *)(void *)link;

	g_string_append_printf(fake->record, "%s %s %s\n", names[job->type],
			       job->address ? job->address : "-", job->text ? job->text : "-");
	g_queue_push_tail(&fake->jobs, job);
}

void fake_link_settle(struct fake_link *fake)
{
	struct job *job;

	while ((job = g_queue_pop_head(&fake->jobs))) {
		if (fake->fail)
			error_set(&job->error, ERROR_FAILED, "%s", fake->fail);
		else
			answer(fake, job);
		link_answer(job);
	}
}

static void fake_free(struct link *link)
{
	struct fake_link *fake = (struct fake_link *)(void *)link;
	struct job *job;

	link_clear(link);
	while ((job = g_queue_pop_head(&fake->jobs)))
		link_answer(job);
	g_ptr_array_unref(fake->contacts);
	g_ptr_array_unref(fake->messages);
	group_free(fake->group);
	fake_link_trust_clear(fake);
	g_string_free(fake->record, TRUE);
	g_free(fake);
}

static const struct link_ops fake_ops = {.run = fake_run, .free = fake_free};

struct fake_link *fake_link_new(void)
{
	struct fake_link *fake = g_new0(struct fake_link, 1);

	link_init(&fake->link, &fake_ops);
	g_queue_init(&fake->jobs);
	fake->contacts = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	fake->messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	fake->record = g_string_new(NULL);
	fake_link_trust_init(fake);
	fake->is_open = true;
	return fake;
}
