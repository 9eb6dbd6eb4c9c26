#include "core/messages/receipts.h"

#include <string.h>
#include "core/base/cancel.h"
#include "core/omemo/content.h"
#include "core/model/contact.h"
#include "core/outbox/delivery_queue.h"
#include "core/profile/disclosure.h"
#include "core/model/group.h"
#include "core/omemo/marks.h"
#include "core/port/store_groups.h"

/* What one address is answered, within one conversation. */
struct answer {
	char *address;
	char *group;	      /* the group's address, NULL between two */
	GPtrArray *delivered; /* ids */
	GPtrArray *displayed;
	GPtrArray *marks[TALK_DISPLAYED + 1]; /* ids for other clients, by enum talk_what */
	GArray *devices;      /* uint32_t that wait for anything */
	GArray *lost;	      /* struct lost */
};

/* How many messages of a device couldn't be opened. */
struct lost {
	uint32_t device;
	uint32_t count;
};

struct answers {
	GHashTable *all; /* "ADDRESS GROUP" -> struct answer * */
};

static void answer_free(void *data)
{
	struct answer *answer = data;

	g_free(answer->address);
	g_free(answer->group);
	g_ptr_array_unref(answer->delivered);
	g_ptr_array_unref(answer->displayed);
	for (unsigned i = 0; i <= TALK_DISPLAYED; i++)
		g_ptr_array_unref(answer->marks[i]);
	g_array_unref(answer->devices);
	g_array_unref(answer->lost);
	g_free(answer);
}

struct answers *answers_new(void)
{
	struct answers *answers = g_new0(struct answers, 1);

	answers->all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_free);
	return answers;
}

void answers_free(struct answers *answers)
{
	if (!answers)
		return;
	g_hash_table_unref(answers->all);
	g_free(answers);
}

static struct answer *answer_for(struct answers *answers, const char *address, const char *group)
{
	g_autofree char *key = g_strdup_printf("%s %s", address, group ? group : "");
	struct answer *answer = g_hash_table_lookup(answers->all, key);

	if (answer)
		return answer;
	answer = g_new0(struct answer, 1);
	answer->address = g_strdup(address);
	answer->group = g_strdup(group);
	answer->delivered = g_ptr_array_new_with_free_func(g_free);
	answer->displayed = g_ptr_array_new_with_free_func(g_free);
	for (unsigned i = 0; i <= TALK_DISPLAYED; i++)
		answer->marks[i] = g_ptr_array_new_with_free_func(g_free);
	answer->devices = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	answer->lost = g_array_new(FALSE, FALSE, sizeof(struct lost));
	g_hash_table_insert(answers->all, g_steal_pointer(&key), answer);
	return answer;
}

/* NULL where nobody is answered. */
static struct answer *answer_to(struct answers *answers, const struct message *message)
{
	bool is_group = group_is_address(message->conversation);

	if (!is_group && strcmp(message->conversation, message->from) != 0)
		return NULL;
	return answer_for(answers, message->from, is_group ? message->conversation : NULL);
}

void answers_delivered(struct answers *answers, const struct message *message)
{
	struct answer *answer = answer_to(answers, message);

	if (answer)
		g_ptr_array_add(answer->delivered, g_strdup(message->id));
}

void answers_displayed(struct answers *answers, const struct message *message)
{
	struct answer *answer = answer_to(answers, message);

	if (answer)
		g_ptr_array_add(answer->displayed, g_strdup(message->id));
}

void answers_mark(struct answers *answers, const char *address, enum talk_what what,
		  const char *id)
{
	g_ptr_array_add(answer_for(answers, address, NULL)->marks[what], g_strdup(id));
}

void answers_wanted(struct answers *answers, const char *address, uint32_t device)
{
	struct answer *answer = answer_for(answers, address, NULL);

	for (guint i = 0; i < answer->devices->len; i++) {
		if (g_array_index(answer->devices, uint32_t, i) == device)
			return;
	}
	g_array_append_val(answer->devices, device);
}

void answers_lost(struct answers *answers, const char *address, uint32_t device, uint32_t count)
{
	struct answer *answer = answer_for(answers, address, NULL);
	struct lost lost = { device, count };

	for (guint i = 0; i < answer->lost->len; i++) {
		struct lost *former = &g_array_index(answer->lost, struct lost, i);

		if (former->device != device)
			continue;
		former->count = MAX(former->count, count);
		return;
	}
	g_array_append_val(answer->lost, lost);
}

/* At most CONTENT_IDS_MAX ids of IDS from START on, NULL-terminated, borrowed. */
static char **slice(const GPtrArray *ids, guint start)
{
	guint count = start < ids->len ? MIN(ids->len - start, CONTENT_IDS_MAX) : 0;
	char **part;

	if (!count)
		return NULL;
	part = g_new0(char *, count + 1);
	memcpy(part, ids->pdata + start, count * sizeof(*part));
	return part;
}

/* Which group it is about. */
static gboolean name_group(const struct answer *answer, struct living *living,
			   struct group_word **word, GError **error)
{
	struct group *group = NULL;

	if (!living->store->ops->groups->get(living->store, answer->group, &group, error))
		return FALSE;
	if (group)
		*word = group_say(group, living->account->address);
	/* Who is out needn't hear who is in. */
	if (group && !group_has(group, answer->address))
		g_clear_pointer(&(*word)->members, g_strfreev);
	group_free(group);
	return TRUE;
}

static gboolean queue_receipts(const struct answer *answer, struct living *living,
			       const struct contact *contact, bool *is_queued, GError **error)
{
	bool tells = disclosure_may_tell(living, contact, MANNER_RECEIPTS);
	bool marks = disclosure_may_tell(living, contact, MANNER_MARKERS);
	guint delivered = tells ? answer->delivered->len : 0;
	guint displayed = marks ? answer->displayed->len : 0;
	struct group_word *word = NULL;
	gboolean ok = !answer->group || (!delivered && !displayed) ||
		      name_group(answer, living, &word, error);

	for (guint start = 0; ok && start < MAX(delivered, displayed); start += CONTENT_IDS_MAX) {
		g_autofree char **some = delivered ? slice(answer->delivered, start) : NULL;
		g_autofree char **read = displayed ? slice(answer->displayed, start) : NULL;
		struct content content = {
			.from = living->account->address,
			.to = contact->address,
			.time = living_now(living),
			.delivered = some,
			.displayed = read,
			.group = word,
		};

		ok = delivery_queue(living, contact, 0, &content, error);
		*is_queued = true;
	}
	group_word_free(word);
	return ok;
}

static gboolean queue_lost(const struct answer *answer, struct living *living,
			   const struct contact *contact, bool *is_queued, GError **error)
{
	for (guint i = 0; i < answer->lost->len && !contact->manners.is_blocked; i++) {
		const struct lost *lost = &g_array_index(answer->lost, struct lost, i);
		const struct content content = {
			.from = living->account->address,
			.to = contact->address,
			.time = living_now(living),
			.lost = lost->count,
		};

		*is_queued = true;
		if (!delivery_queue(living, contact, lost->device, &content, error))
			return FALSE;
	}
	return TRUE;
}

/* An unsealed mark WHAT of message ID, into the outbox. */
static gboolean queue_mark(struct living *living, const struct contact *contact,
			   enum talk_what what, const char *id, GError **error)
{
	g_autoptr(GBytes) bytes = marks_encode(what, contact->address, id);
	struct outbox_row row = {
		.conversation = contact->address,
		.to = contact->address,
		.made_at = living_now(living),
		.bytes = bytes,
	};

	return living->store->ops->outbox_put(living->store, &row, error);
}

/* Of those that were read the last one says it of all (XEP-0333). */
static gboolean queue_marks(const struct answer *answer, struct living *living,
			    const struct contact *contact, bool *is_queued, GError **error)
{
	const GPtrArray *arrived = answer->marks[TALK_RECEIVED];
	const GPtrArray *read = answer->marks[TALK_DISPLAYED];
	bool tells = disclosure_may_tell(living, contact, MANNER_RECEIPTS);
	bool marks = disclosure_may_tell(living, contact, MANNER_MARKERS);

	for (guint i = 0; tells && i < arrived->len; i++) {
		*is_queued = true;
		if (!queue_mark(living, contact, TALK_RECEIVED, arrived->pdata[i], error))
			return FALSE;
	}
	if (!marks || !read->len)
		return TRUE;
	*is_queued = true;
	return queue_mark(living, contact, TALK_DISPLAYED, read->pdata[read->len - 1], error);
}

static gboolean queue_answer(const struct answer *answer, struct living *living, bool *is_queued,
			     GError **error)
{
	struct contact *contact = NULL;
	bool was_queued = false;
	gboolean ok;

	if (!living->store->ops->contact_get(living->store, answer->address, &contact, error))
		return FALSE;
	if (!contact || !contact->is_known) {
		contact_free(contact);
		return TRUE;
	}
	ok = queue_lost(answer, living, contact, is_queued, error) &&
	     queue_receipts(answer, living, contact, &was_queued, error) &&
	     queue_marks(answer, living, contact, is_queued, error);
	/* A receipt turns the ratchet as well as an empty message would. */
	for (guint i = 0; ok && !was_queued && i < answer->devices->len; i++) {
		ok = delivery_queue(living, contact, g_array_index(answer->devices, uint32_t, i),
				    NULL, error);
		*is_queued = true;
	}
	*is_queued |= was_queued;
	contact_free(contact);
	return ok;
}

gboolean answers_queue(struct answers *answers, struct living *living, bool *is_queued,
		       GError **error)
{
	GHashTableIter iter;
	gpointer answer;

	g_hash_table_iter_init(&iter, answers->all);
	while (g_hash_table_iter_next(&iter, NULL, &answer)) {
		if (cancel_check(living->cancel, error) ||
		    !queue_answer(answer, living, is_queued, error))
			return FALSE;
	}
	return TRUE;
}
