/* delivery, inwards: what came and can't be shown leaves a row or a word. */
#include "core/messages/delivery_inside.h"

#include <string.h>
#include "core/model/message.h"
#include "core/profile/notes.h"
#include "core/profile/placeholder.h"

/* -- rows ------------------------------------------------------------------------------------- */

/* One that counted up within the batch is told once, as it is at its end. */
static void tell_row(struct intake *intake, struct message *row, bool is_new)
{
	struct event event = { .type = is_new ? EVENT_MESSAGE : EVENT_EDITED,
			       .address = row->conversation, .message = row };

	for (guint i = intake->events->len; !is_new && i > 0; i--) {
		struct event *former = intake->events->pdata[i - 1];

		if (!former->message || former->message->seq != row->seq ||
		    strcmp(former->message->conversation, row->conversation) != 0)
			continue;
		message_free(former->message);
		former->message = message_copy(row);
		return;
	}
	intake_event(intake, &event);
}

/* *COUNT: how many the row stands for. */
static gboolean put_row(struct arrival *arrival, const char *conversation, enum cause cause,
			const char *why, uint32_t *count, GError **error)
{
	const struct placeholder placeholder = {
		.conversation = conversation,
		.from = arrival->envelope.from ? arrival->envelope.from : arrival->parcel->from,
		.device = arrival->envelope.device,
		.trust = arrival->device ? arrival->device->trust : TRUST_UNDECIDED,
		.cause = cause,
		.why = why,
	};
	struct living *living = arrival->intake->living;
	struct message *row;
	bool is_new;

	if (!placeholder_put(living->store, living_now(living), &placeholder, &row, &is_new,
			     error))
		return FALSE;
	*count = row->count;
	if (is_new)
		arrival_pay_row(arrival);
	tell_row(arrival->intake, row, is_new);
	g_hash_table_add(arrival->intake->touched, g_strdup(conversation));
	message_free(row);
	return TRUE;
}

/* -- words ------------------------------------------------------------------------------------ */

/* As far as that is known: on the spool the uid always is. */
static char *author_of(const struct arrival *arrival)
{
	if (arrival->envelope.from)
		return g_strdup(arrival->envelope.from);
	if (arrival->parcel->from)
		return g_strdup(arrival->parcel->from);
	return g_strdup_printf("uid %u", (unsigned)arrival->parcel->uid);
}

/* What one author sent that has no place, for one cause. */
struct word {
	char *from;
	char *why;
	unsigned count;
};

static void word_free(void *data)
{
	struct word *word = data;

	g_free(word->from);
	g_free(word->why);
	g_free(word);
}

static void add_word(struct arrival *arrival, enum cause cause, const char *why)
{
	struct intake *intake = arrival->intake;
	g_autofree char *from = author_of(arrival);
	g_autofree char *key = g_strdup_printf("%d %s", (int)cause, from);
	struct word *word;

	if (!intake->words)
		intake->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, word_free);
	word = g_hash_table_lookup(intake->words, key);
	if (!word) {
		word = g_new0(struct word, 1);
		word->from = g_strdup(from);
		word->why = g_strdup(why);
		g_hash_table_insert(intake->words, g_steal_pointer(&key), word);
	}
	word->count++;
}

void intake_words(struct intake *intake)
{
	GHashTableIter iter;
	gpointer value;

	if (!intake->words)
		return;
	g_hash_table_iter_init(&iter, intake->words);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct word *word = value;

		if (word->count == 1)
			intake_notice(intake, g_strdup_printf("Something from %s was refused: %s",
							      word->from, word->why));
		else
			intake_notice(intake,
				      g_strdup_printf("%u messages from %s were refused, the first "
						      "because: %s",
						      word->count, word->from, word->why));
	}
}

/* -- the place -------------------------------------------------------------------------------- */

/*
 * The conversation that ARRIVAL belongs to, as far as that is known: of another own device's, only
 * one that is there already. *ADDRESS NULL: none.
 */
static gboolean find_place(struct arrival *arrival, char **address, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *to = arrival->content.to ? arrival->content.to : arrival->envelope.to;
	struct contact *contact = NULL;

	*address = NULL;
	if (arrival->contact && arrival->contact->kind != CONTACT_NOTES) {
		*address = g_strdup(arrival->contact->address);
		return TRUE;
	}
	if (!arrival->is_own || !to || arrival->content.group || notes_is(living, to))
		return TRUE;
	if (!living->store->ops->contact_get(living->store, to, &contact, error))
		return FALSE;
	if (contact)
		*address = g_strdup(contact->address);
	contact_free(contact);
	return TRUE;
}

/* *COUNT 0: there is no row. */
static gboolean put(struct arrival *arrival, enum cause cause, const char *why, uint32_t *count,
		    GError **error)
{
	g_autofree char *address = NULL;

	*count = 0;
	if (!find_place(arrival, &address, error))
		return FALSE;
	if (address && arrival_afford_row(arrival))
		return put_row(arrival, address, cause, why, count, error);
	add_word(arrival, cause, why);
	return TRUE;
}

gboolean arrival_lost(struct arrival *arrival, enum cause cause, const char *why, GError **error)
{
	uint32_t count;

	return put(arrival, cause, why, &count, error);
}

/* -- both sides ------------------------------------------------------------------------------- */

gboolean arrival_unopened(struct arrival *arrival, enum cause cause, const char *why,
			  GError **error)
{
	const struct envelope *envelope = &arrival->envelope;
	g_autofree char *hint = NULL;
	uint32_t count;

	if (!arrival->contact || arrival->is_own)
		return arrival_lost(arrival, cause, why, error);
	if (cause != CAUSE_REWRITTEN && cause != CAUSE_STRIPPED)
		hint = g_strdup_printf("%s `sotto repair %s` (C-x z) begins a new session.", why,
				       envelope->from);
	if (!put(arrival, cause, hint ? hint : why, &count, error))
		return FALSE;
	/* In a room the row is the room's; who is told is the author all the same. */
	if (count && (count & (count - 1)) == 0)
		answers_lost(arrival->intake->answers, envelope->from, envelope->device, count);
	return TRUE;
}

gboolean arrival_told_lost(struct arrival *arrival, GError **error)
{
	const struct envelope *envelope = &arrival->envelope;
	g_autofree char *why = NULL;
	uint32_t count = arrival->content.lost;

	if (!count || arrival->is_own || arrival->contact->kind != CONTACT_PERSON)
		return TRUE;
	why = g_strdup_printf("%s's device %u couldn't open what was sent from here, %u so far: "
			      "send it again.",
			      envelope->from, envelope->device, count);
	return arrival_lost(arrival, CAUSE_THEIRS, why, error);
}
