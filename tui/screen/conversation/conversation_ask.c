/* conversation: what it asks of the core: the other side's devices, its group, what was read. */
#include "core/model/group.h"
#include "tui/screen/conversation/conversation_inside.h"

static void on_devices(struct job *job, void *user)
{
	struct conversation *self = user;
	g_autoptr(GArray) keyless = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	enum standing standing = STANDING_UNKNOWN;
	bool is_lax = false;

	for (guint i = 0; job->rows && i < job->rows->len; i++) {
		const struct device *device = g_ptr_array_index(job->rows, i);
		enum standing now = device->trust == TRUST_VERIFIED  ? STANDING_VERIFIED :
				    device->trust == TRUST_UNDECIDED ? STANDING_UNDECIDED :
								       STANDING_TRUSTED;

		if (device_is_keyless(device))
			g_array_append_val(keyless, device->id);
		if (!device_counts(device))
			continue;
		standing = standing == STANDING_UNKNOWN ? now : MIN(standing, now);
		is_lax |= !device->is_sotto;
	}
	self->standing = standing;
	g_free(self->keyless);
	self->keyless = device_keyless_words(keyless);
	self->is_lax = is_lax && self->screen.host->has_strangers;
	self->screen.host->ops->draw(self->screen.host);
}

static void on_change(struct job *job, void *user)
{
	struct conversation *self = user;

	self->is_asking = false;
	if (job->change) {
		change_free(self->change);
		self->change = g_steal_pointer(&job->change);
	}
	if (self->asks_again)
		conversation_ask(self);
	self->screen.host->ops->draw(self->screen.host);
}

/* Who is in it, and whom nothing would reach: known before Enter. */
static void on_group(struct job *job, void *user)
{
	struct conversation *self = user;
	guint more = job->rows && job->rows->len > 1 ? job->rows->len - 1 : 0;

	self->is_asking = false;
	group_free(self->group);
	self->group = g_steal_pointer(&job->group);
	g_clear_pointer(&self->missing, g_free);
	if (job->warning)
		self->missing = g_strdup(job->warning->message);
	else if (more)
		self->missing = g_strdup_printf("%s (and %u more)",
						(const char *)job->rows->pdata[0], more);
	else if (job->rows && job->rows->len)
		self->missing = g_strdup(job->rows->pdata[0]);
	if (self->asks_again)
		conversation_ask(self);
	self->screen.host->ops->draw(self->screen.host);
}

void conversation_insist(struct conversation *self)
{
	if (self->change)
		self->change->remind_at = 0;
	conversation_ask(self);
}

bool conversation_is_notes(const struct conversation *self)
{
	const struct host *host = self->screen.host;
	const struct contact *contact = roster_find(host->roster, self->timeline.address);

	return contact && contact->kind == CONTACT_NOTES;
}

/* However many events come, one question is out at a time. */
void conversation_ask(struct conversation *self)
{
	struct link *link = self->screen.host->link;
	const struct contact *contact =
		roster_find(self->screen.host->roster, self->timeline.address);

	self->asks_again = self->is_asking;
	/* Of oneself nothing is asked: the notes go to no device. */
	if (self->is_asking || conversation_is_notes(self))
		return;
	self->is_asking = true;
	if (contact && contact_is_several(contact)) {
		job_post(link, job_new(JOB_GROUP, self->timeline.address), on_group, self);
		return;
	}
	job_post(link, job_new(JOB_DEVICES, self->timeline.address), on_devices, self);
	job_post(link, job_new(JOB_CHANGE, self->timeline.address), on_change, self);
}

static void on_read(struct job *job, void *user)
{
	struct host *host = user;

	host_fail(host, job->error);
	roster_refresh(host->roster);
}

void conversation_post_read(struct conversation *self)
{
	struct host *host = self->screen.host;
	struct job *job = job_new(JOB_READ, self->timeline.address);

	job->seqs = g_array_copy(self->seen);
	job_post(host->link, job, on_read, host);
}
