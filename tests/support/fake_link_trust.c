/* The jobs about keys: one made-up safety number, devices as the test lists them. */
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_change.h"
#include "core/engine/engine_trust.h"
#include "core/profile/journal.h"
#include "tests/support/fake_link.h"

const char FAKE_NUMBER[] = "012345678998765432100123400000999996553665535131072246801357";

struct device *fake_link_device(struct fake_link *fake, const char *address, uint32_t id,
				enum trust trust)
{
	struct device *device = g_new0(struct device, 1);

	device->address = g_strdup(address);
	device->id = id;
	device->has_key = device->is_active = device->is_sotto = true;
	device->key[0] = 5;
	for (size_t i = 1; i < CONTACT_KEY_BYTES; i++)
		device->key[i] = (uint8_t)(id * 37 + i * 11);
	device->trust = trust;
	device->first_seen = fake->now - INT64_C(86400000) * 30;
	device->last_seen = fake->now - 3600000;
	g_ptr_array_add(fake->devices, device);
	return device;
}

struct journal_row *fake_link_record(struct fake_link *fake, enum journal_what what,
				     const char *address, uint32_t device, const char *detail)
{
	struct journal_row *row = g_new0(struct journal_row, 1);

	row->number = fake->records->len + 1;
	row->at = fake->now - INT64_C(86400000) * 20 + row->number * 60000;
	row->what = g_strdup(journal_name(what));
	row->address = g_strdup(address);
	row->device = device;
	row->detail = g_strdup(detail);
	g_ptr_array_add(fake->records, row);
	return row;
}

static void free_row(void *row)
{
	journal_row_clear(row);
	g_free(row);
}

static void copy_owner(const struct fake_link *fake, const char *address, struct owner *owner)
{
	for (guint i = 0; i < fake->contacts->len; i++) {
		const struct contact *contact = g_ptr_array_index(fake->contacts, i);

		if (strcmp(contact->address, address) == 0)
			owner_copy(owner, &contact->folder);
	}
}

static void answer_safety(struct fake_link *fake, struct job *job)
{
	struct safety *safety = g_new0(struct safety, 1);

	safety->address = g_strdup(job->address);
	g_strlcpy(safety->number, FAKE_NUMBER, sizeof(safety->number));
	safety->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	safety->keyless = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	safety->own_waiting = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	safety->is_verified = true;
	copy_owner(fake, job->address, &safety->folder);
	for (guint i = 0; i < fake->devices->len; i++) {
		const struct device *device = g_ptr_array_index(fake->devices, i);

		if (strcmp(device->address, job->address) != 0)
			continue;
		g_ptr_array_add(safety->devices, device_copy(device));
		if (device_is_keyless(device))
			g_array_append_val(safety->keyless, device->id);
		else
			safety->is_verified &= device->trust == TRUST_VERIFIED;
	}
	safety->is_verified &= safety->devices->len > 0;
	safety->own_uri =
		g_strdup("xmpp:ada?omemo-sid-1873465920="
			 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	job->safety = safety;
}

static void answer_verify(struct fake_link *fake, struct job *job)
{
	g_string_append_printf(fake->record, "method %s\n", job->alias);
	if (strcmp(job->text, FAKE_NUMBER) != 0) {
		error_set(&job->error, ERROR_TRUST, "They differ.");
		return;
	}
	for (guint i = 0; i < fake->devices->len; i++)
		((struct device *)g_ptr_array_index(fake->devices, i))->trust = TRUST_VERIFIED;
	answer_safety(fake, job);
}

static void answer_act(struct fake_link *fake, const struct job *job)
{
	static const enum trust trusts[] = { TRUST_TRUSTED, TRUST_VERIFIED, TRUST_UNTRUSTED,
					     TRUST_COMPROMISED, TRUST_UNDECIDED };

	g_string_append_printf(fake->record, "act %u on %u\n", job->act, job->device);
	if (job->alias)
		g_string_append_printf(fake->record, "typed %s\n", job->alias);
	for (guint i = 0; i < fake->devices->len; i++) {
		struct device *device = g_ptr_array_index(fake->devices, i);

		if (device->id == job->device)
			device->trust = trusts[job->act];
	}
}

static void answer_change(struct fake_link *fake, struct job *job)
{
	const char *address = job->address ? job->address : "ada";
	struct change *change = g_new0(struct change, 1);

	change->address = g_strdup(address);
	copy_owner(fake, address, &change->folder);
	change->is_own = strcmp(address, "ada") == 0;
	change->was_verified = fake->was_verified;
	change->remind_at = fake->remind_at;
	change->keyless = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	change->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	for (guint i = 0; i < fake->devices->len; i++) {
		const struct device *device = g_ptr_array_index(fake->devices, i);

		if (strcmp(device->address, address) != 0 || device->trust != TRUST_UNDECIDED)
			continue;
		if (!device->has_key) {
			g_array_append_val(change->keyless, device->id);
			continue;
		}
		g_ptr_array_add(change->devices, device_copy(device));
		change->since = device->first_seen;
		if (device->label && strstr(device->label, "changed"))
			change->changed++;
		else if (device->label && strstr(device->label, "late"))
			change->late++;
		else
			change->fresh++;
	}
	job->change = change;
}

static void answer_own(struct fake_link *fake, struct job *job)
{
	job->rows = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	for (guint i = 0; i < fake->devices->len; i++) {
		const struct device *device = g_ptr_array_index(fake->devices, i);

		if (strcmp(device->address, "ada") == 0)
			g_ptr_array_add(job->rows, device_copy(device));
	}
	answer_change(fake, job);
}

static void answer_journal(struct fake_link *fake, struct job *job)
{
	job->rows = g_ptr_array_new_with_free_func(free_row);
	for (guint i = 0; i < fake->records->len; i++) {
		const struct journal_row *row = g_ptr_array_index(fake->records, i);
		struct journal_row *copy;

		if (job->address && g_strcmp0(job->address, row->address) != 0)
			continue;
		copy = g_memdup2(row, sizeof(*row));
		copy->what = g_strdup(row->what);
		copy->address = g_strdup(row->address);
		copy->detail = g_strdup(row->detail);
		g_ptr_array_add(job->rows, copy);
	}
	job->seq = fake->bad_record;
}

void fake_link_answer_trust(struct fake_link *fake, struct job *job)
{
	switch (job->type) {
	case JOB_SAFETY:
		answer_safety(fake, job);
		break;
	case JOB_VERIFY:
		answer_verify(fake, job);
		break;
	case JOB_ACT:
		answer_act(fake, job);
		break;
	case JOB_CHANGE:
		answer_change(fake, job);
		break;
	case JOB_REMIND:
		fake->remind_at = job->seq;
		break;
	case JOB_OWN:
		answer_own(fake, job);
		break;
	case JOB_JOURNAL:
		answer_journal(fake, job);
		break;
	default:
		break;
	}
}

void fake_link_trust_init(struct fake_link *fake)
{
	fake->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	fake->records = g_ptr_array_new_with_free_func(free_row);
}

void fake_link_trust_clear(struct fake_link *fake)
{
	g_ptr_array_unref(fake->devices);
	g_ptr_array_unref(fake->records);
}
