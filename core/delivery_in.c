/* delivery, inwards: see delivery.h for the order of things, which is what matters here. */
#include "core/delivery.h"

#include <string.h>
#include "core/author.h"
#include "core/clock.h"
#include "core/contact.h"
#include "core/crypto.h"
#include "core/envelope.h"
#include "core/error.h"
#include "core/publish.h"
#include "core/receipts.h"
#include "core/secret.h"
#include "core/timers.h"

/* One batch on its way in. Nothing in it is told to anybody before the commit. */
struct intake {
	struct living *living;
	GPtrArray *events;     /* struct event *, for after the commit */
	struct answers *answers; /* receipts and empty answers, sealed at the end of the batch */
	GHashTable *touched; /* addresses whose contact changed */
	struct author author;	 /* of the arrival before */
};

/* One parcel, decoded so far. */
struct arrival {
	struct intake *intake;
	const struct parcel *parcel;
	struct envelope envelope;
	struct ratchet_opened opened;
	struct envelope_opened inside;
	struct content content;
	struct contact *contact; /* of the conversation it belongs to */
	struct device *device;	 /* the author's */
	bool is_own;		 /* from another device of the own account */
};

static void push_event(struct intake *intake, const struct event *event)
{
	g_ptr_array_add(intake->events, event_copy(event));
}

static void push_notice(struct intake *intake, char *text)
{
	struct event event = { .type = EVENT_NOTICE, .text = text };

	push_event(intake, &event);
	g_free(text);
}

static void arrival_clear(struct arrival *arrival)
{
	envelope_clear(&arrival->envelope);
	ratchet_opened_clear(&arrival->opened);
	envelope_opened_clear(&arrival->inside);
	content_clear(&arrival->content);
	contact_free(arrival->contact);
	device_free(arrival->device);
}

/* -- what could not be read -------------------------------------------------------------------- */

static gboolean keep_last(const struct message *message, void *user)
{
	*(struct message **)user = message_copy(message);
	return FALSE;
}

/* One placeholder a gap: a second one behind the first would say nothing new. */
static gboolean put_placeholder(struct arrival *arrival, const char *why, GError **error)
{
	struct living *living = arrival->intake->living;
	struct message message = { .direction = DIRECTION_IN, .state = STATE_DELIVERED,
				   .kind = KIND_UNREADABLE };
	struct message *last = NULL;
	struct event event = { .type = EVENT_MESSAGE, .message = &message };
	gboolean ok = TRUE;
	bool is_new = false;

	if (!arrival->contact || arrival->is_own)
		return TRUE;
	if (!living->store->ops->message_before(living->store, arrival->contact->address, 0, 1,
						keep_last, &last, error))
		return FALSE;
	if (last && last->kind == KIND_UNREADABLE && last->device == arrival->envelope.device)
		goto out;
	message.id = message_new_id();
	message.conversation = g_strdup(arrival->contact->address);
	message.from = g_strdup(arrival->contact->address);
	message.device = arrival->envelope.device;
	message.trust = arrival->device ? arrival->device->trust : TRUST_UNDECIDED;
	message.received_at = message.sent_at = living_now(living);
	/* It is our own remark, not somebody's message: nobody has to read it. */
	message.read_at = message.received_at;
	message.state = STATE_READ;
	message.body = plain_dup(why);
	ok = living->store->ops->message_put(living->store, &message, &is_new, error);
	if (ok && is_new) {
		event.address = message.conversation;
		push_event(arrival->intake, &event);
	}
out:
	message_clear(&message);
	message_free(last);
	return ok;
}

/* -- opening ------------------------------------------------------------------------------- */

/* What comes of one parcel: FALSE from a step means that the batch can't go on (the store failed).
 */
static gboolean refuse(struct arrival *arrival, const GError *why, GError **error)
{
	const char *from = arrival->envelope.from;

	if (error_is(why, ERROR_DUPLICATE))
		return TRUE;
	if (!arrival->contact)
		push_notice(arrival->intake, g_strdup_printf("Something from %s was refused: %s",
							     from ? from : "nobody", why->message));
	return put_placeholder(arrival, why->message, error);
}

static bool is_store_error(const GError *error)
{
	return error_is(error, ERROR_FULL) || error_is(error, ERROR_IO) ||
	       error_is(error, ERROR_DAMAGED) || error_is(error, ERROR_FAILED);
}

/* Try every key that carries our id: ids aren't scoped by address. */
static gboolean open_keys(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct envelope *envelope = &arrival->envelope;
	g_autoptr(GError) why = NULL;

	for (size_t i = 0; i < envelope->key_count; i++) {
		const struct envelope_key *key = &envelope->keys[i];
		gsize bytes;
		const void *sealed = g_bytes_get_data(key->sealed, &bytes);

		if (key->device != living->account->device)
			continue;
		g_clear_error(&why);
		if (ratchet_open(living->ratchet, envelope->from, envelope->device, sealed, bytes,
				 key->is_prekey, &arrival->opened, &why))
			return TRUE;
		if (is_store_error(why) || error_is(why, ERROR_DUPLICATE) ||
		    error_is(why, ERROR_TRUST))
			break;
	}
	if (why)
		g_propagate_error(error, g_steal_pointer(&why));
	else
		error_set(
			error, ERROR_CRYPTO,
			"A message was sealed for other devices than this one; ask for it again.");
	return FALSE;
}

static gboolean open_inside(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *own = living->account->address;
	struct ratchet_opened *opened = &arrival->opened;

	if (!envelope_open(&arrival->envelope, (const uint8_t *)opened->data, opened->bytes,
			   &arrival->inside, error))
		return FALSE;
	if (!arrival->inside.content)
		return TRUE;
	return content_decode(arrival->inside.content, arrival->inside.content_bytes,
			      arrival->envelope.from, arrival->is_own ? NULL : own,
			      &arrival->content, error);
}

/* -- what it says ------------------------------------------------------------------------- */

static gboolean apply_receipts(struct arrival *arrival, char **ids, enum state state,
			       GError **error)
{
	struct living *living = arrival->intake->living;
	const char *address = arrival->contact->address;

	for (char **id = ids; id && *id; id++) {
		struct message *message = NULL;
		bool changed = false;

		if (!living->store->ops->message_get(living->store, address, *id, &message, error))
			return FALSE;
		if (!message || message->direction != DIRECTION_OUT) {
			message_free(message);
			continue;
		}
		if (!living->store->ops->message_state(living->store, address, *id, state,
						       message->expires_at, &changed, error)) {
			message_free(message);
			return FALSE;
		}
		if (changed) {
			struct event event = { .type = EVENT_STATE, .message = message,
					       .address = message->conversation };

			message->state = state;
			plain_free(message->body);
			message->body = NULL;
			push_event(arrival->intake, &event);
		}
		message_free(message);
	}
	return TRUE;
}

/* A sotto always sends the extension: one of its messages without is what somebody left of it. */
static bool is_stripped(const struct arrival *arrival)
{
	return arrival->inside.is_stripped ||
	       (arrival->device->is_sotto && arrival->inside.body && !arrival->inside.content);
}

static struct message *make_message(struct arrival *arrival)
{
	const struct content *content = &arrival->content;
	struct message *message = g_new0(struct message, 1);
	const char *body = content->body ? content->body : arrival->inside.body;

	message->id = content->id ? g_strdup(content->id) : message_new_id();
	message->conversation = g_strdup(arrival->contact->address);
	message->from = g_strdup(arrival->envelope.from);
	message->device = arrival->envelope.device;
	message->direction = arrival->is_own ? DIRECTION_OUT : DIRECTION_IN;
	message->state = arrival->is_own ? STATE_SENT : STATE_DELIVERED;
	/* One that was switched off doesn't speak for anybody any more. */
	message->trust = device_is_off(arrival->device) ? TRUST_UNTRUSTED : arrival->device->trust;
	message->received_at = living_now(arrival->intake->living);
	message->sent_at = content->time ? content->time
					 : arrival->parcel->stamp ? arrival->parcel->stamp
								  : message->received_at;
	message->expire_seconds = content->expire ? content->expire
						  : content->has_timer ? content->timer
								       : arrival->contact->timer;
	/* Nobody else's word makes a message of this conversation live longer than its timer. */
	if (arrival->contact->timer && (!message->expire_seconds ||
					message->expire_seconds > arrival->contact->timer))
		message->expire_seconds = arrival->contact->timer;
	if (arrival->is_own)
		message->expires_at =
			living_deadline(arrival->intake->living, message->expire_seconds);
	message->sealed = content->sealed;
	message->view_once = content->view_once;
	message->stripped = is_stripped(arrival);
	message->body = plain_dup(body);
	return message;
}

/* What is said of the timer counts before the message that says it. */
static gboolean take_timer(struct arrival *arrival, GError **error)
{
	struct message *notice = NULL;
	struct event event = { .type = EVENT_MESSAGE };

	if (!timers_take(arrival->intake->living, arrival->contact, arrival->device,
			 &arrival->content, arrival->is_own, &notice, error))
		return FALSE;
	if (notice) {
		event.message = notice;
		event.address = notice->conversation;
		push_event(arrival->intake, &event);
		message_free(notice);
	}
	return TRUE;
}

static gboolean put_message(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	struct message *message;
	struct event event = { .type = EVENT_MESSAGE };
	bool is_new = false;
	gboolean ok;

	if (arrival->inside.is_stripped)
		return put_placeholder(
			arrival,
			"A message arrived without its sealed part: somebody on the way "
			"took it off. Ask for it again.",
			error);
	if (!arrival->content.body && !arrival->inside.body)
		return TRUE;
	message = make_message(arrival);
	ok = living->store->ops->message_put(living->store, message, &is_new, error);
	if (ok && is_new) {
		event.message = message;
		event.address = message->conversation;
		push_event(arrival->intake, &event);
		if (!arrival->is_own)
			answers_delivered(arrival->intake->answers, arrival->contact->address,
					  message->id);
	}
	message_free(message);
	return ok;
}

/*
 * Whose conversation it is. Of a message from another own device its inside says so; where a client
 * put nothing there but the words, the outside has to do, which is the server's word.
 */
static const char *conversation_of(const struct arrival *arrival)
{
	if (!arrival->is_own)
		return arrival->envelope.from;
	return arrival->content.to ? arrival->content.to : arrival->envelope.to;
}

/* Who wrote, and in which conversation: rows for both, before anything refers to them. */
static gboolean settle_author(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *address = conversation_of(arrival);
	bool is_new = false, is_first;
	enum trust_rule rule;

	if (!address)
		return TRUE;
	if (!arrival->contact) {
		arrival->contact = living_contact(living, address, &is_new, error);
		if (!arrival->contact)
			return FALSE;
	}
	/* First contact is the user's act: adding the address, or writing to it. */
	is_first = arrival->contact->is_listed && !arrival->contact->is_known;
	rule = living_rule(living, arrival->contact);
	if (is_first && !arrival->is_own) {
		arrival->contact->is_known = true;
		is_new = true;
	}
	if (is_new && arrival->parcel->from == NULL && !arrival->is_own) {
		arrival->contact->has_owner = true;
		arrival->contact->owner = arrival->parcel->uid;
	}
	if (is_new &&
	    !living->store->ops->contact_put(living->store, arrival->contact, error))
		return FALSE;
	device_free(arrival->device);
	arrival->device = author_device(&arrival->intake->author, living, arrival->envelope.from,
					arrival->envelope.device, arrival->opened.identity);
	if (arrival->device)
		return TRUE;
	arrival->device = directory_meet(living, arrival->envelope.from, arrival->envelope.device,
					 arrival->opened.identity, rule,
					 is_first && !arrival->is_own, error);
	return arrival->device != NULL;
}

static gboolean mark_sotto(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;

	if (arrival->device->is_sotto || !arrival->inside.content)
		return TRUE;
	arrival->device->is_sotto = true;
	return living->store->ops->device_put(living->store, arrival->device, error);
}

static void push_trust(struct arrival *arrival, const char *text)
{
	struct event event = {
		.type = EVENT_TRUST, .address = arrival->envelope.from, .text = (char *)text
	};

	push_event(arrival->intake, &event);
}

static gboolean store_opened(struct arrival *arrival, GError **error)
{
	struct intake *intake = arrival->intake;
	const struct ratchet_opened *opened = &arrival->opened;

	if (!settle_author(arrival, error))
		return FALSE;
	if (!arrival->device)
		return TRUE;
	if (!mark_sotto(arrival, error))
		return FALSE;
	/* An own device that isn't confirmed yet can't put words into the user's mouth. */
	if (arrival->is_own && trust_use(arrival->device->trust, RULE_FIRST) != USE_SEAL) {
		push_trust(arrival, "A device of your own account waits to be confirmed.");
		return TRUE;
	}
	g_hash_table_add(intake->touched, g_strdup(arrival->contact->address));
	if (opened->is_prekey || opened->wants_heartbeat)
		answers_wanted(intake->answers, arrival->contact->address,
			       arrival->envelope.device);
	if (!take_timer(arrival, error) || !put_message(arrival, error))
		return FALSE;
	if (arrival->is_own)
		return TRUE;
	return apply_receipts(arrival, arrival->content.delivered, STATE_DELIVERED, error) &&
	       apply_receipts(arrival, arrival->content.displayed, STATE_READ, error);
}

/* The address that the envelope claims must be one, and the carrier must vouch for it. */
static gboolean check_sender(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	g_autofree char *address = NULL;
	g_autoptr(GError) bad = NULL;

	if (!arrival->envelope.from || !arrival->envelope.device) {
		error_set(error, ERROR_FORMAT, "it doesn't say who sent it.");
		return FALSE;
	}
	address = contact_address(arrival->envelope.from, &bad);
	if (!address || strcmp(address, arrival->envelope.from) != 0) {
		error_set(error, ERROR_FORMAT, "its sender isn't an address.");
		return FALSE;
	}
	if (!living->transport->ops->vouches(living->transport, arrival->parcel, address)) {
		error_set(error, ERROR_FORMAT, "somebody else than %s left it here.", address);
		return FALSE;
	}
	arrival->is_own = strcmp(address, living->account->address) == 0;
	return TRUE;
}

/*
 * Open, and once more when it came under another key than the known one: the carrier vouches for
 * the sender, so the key has changed and somebody has to decide; until then what it says is kept,
 * marked. FALSE with WHY when it can't be opened, with ERROR when the store failed.
 */
static gboolean open_parcel(struct arrival *arrival, GError **why, GError **error)
{
	struct living *living = arrival->intake->living;

	if (open_keys(arrival, why))
		return open_inside(arrival, why);
	if (!error_is(*why, ERROR_TRUST))
		return FALSE;
	arrival->device = directory_meet(living, arrival->envelope.from, arrival->envelope.device,
					 arrival->opened.identity, RULE_MANUAL, false, error);
	if (!arrival->device) {
		g_clear_error(why);
		return FALSE;
	}
	push_trust(arrival, "A message came under a key that isn't the known one.");
	ratchet_opened_clear(&arrival->opened);
	g_clear_error(why);
	return open_keys(arrival, why) && open_inside(arrival, why);
}

static gboolean take_genuine(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	g_autoptr(GError) why = NULL;

	if (arrival->is_own && arrival->envelope.device == living->account->device)
		return TRUE;
	if (!arrival->is_own &&
	    !author_contact(&arrival->intake->author, living, arrival->envelope.from,
			    &arrival->contact, error))
		return FALSE;
	if (!open_parcel(arrival, &why, error)) {
		if (!why)
			return FALSE;
		if (is_store_error(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		return refuse(arrival, why, error);
	}
	return store_opened(arrival, error);
}

/*
 * Only what its author left counts as seen: a copy that somebody else dropped first must not keep
 * the genuine one out.
 */
static gboolean take_parcel(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	g_autoptr(GError) why = NULL;
	uint8_t digest[CRYPTO_HASH_BYTES];
	gsize bytes;
	const void *data = g_bytes_get_data(arrival->parcel->bytes, &bytes);
	bool is_new = false;

	if (!envelope_decode(data, bytes, &arrival->envelope, &why) ||
	    !check_sender(arrival, &why)) {
		push_notice(arrival->intake,
			    g_strdup_printf("A file in the inbox was refused: %s", why->message));
		return TRUE;
	}
	crypto_sha256(data, bytes, digest);
	if (!living->store->ops->seen_put(living->store, digest, living_now(living), &is_new,
					  error))
		return FALSE;
	return !is_new || take_genuine(arrival, error);
}

static gboolean take_all(struct intake *intake, const struct parcel *parcels, size_t count,
			 GError **error)
{
	for (size_t i = 0; i < count; i++) {
		struct arrival arrival = { .intake = intake, .parcel = &parcels[i] };
		gboolean ok = take_parcel(&arrival, error);

		if (ok && !arrival.is_own)
			author_keep(&intake->author, &arrival.contact, &arrival.device);
		arrival_clear(&arrival);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

/* -- after the commit ---------------------------------------------------------------------- */

static void intake_tell(struct intake *intake)
{
	GHashTableIter iter;
	gpointer address;

	for (guint i = 0; i < intake->events->len; i++) {
		const struct event *event = intake->events->pdata[i];

		if (event->message)
			living_emit_message(intake->living, event->type, event->message);
		else
			living_emit(intake->living, event);
	}
	g_hash_table_iter_init(&iter, intake->touched);
	while (g_hash_table_iter_next(&iter, &address, NULL))
		living_emit_contact(intake->living, address);
}

static void acknowledge(struct living *living, const struct parcel *parcels, size_t count)
{
	g_autofree uint64_t *tokens = g_new(uint64_t, count);

	for (size_t i = 0; i < count; i++)
		tokens[i] = parcels[i].token;
	living->transport->ops->ack(living->transport, tokens, count);
}

static void ignore_flush(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

void delivery_arrived(struct living *living, const struct parcel *parcels, size_t count)
{
	struct intake intake = {
		.living = living,
		.events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free),
		.answers = answers_new(),
		.touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	g_autoptr(GError) error = NULL;
	bool is_changed = false, is_answered = false;

	if (!living_begin(living, &error))
		goto out;
	if (!take_all(&intake, parcels, count, &error) ||
	    !answers_queue(intake.answers, living, &is_answered, &error) ||
	    !publish_refresh(living, &is_changed, &error)) {
		living_rollback(living);
		goto out;
	}
	if (!living_commit(living, &error))
		goto out;
	acknowledge(living, parcels, count);
	intake_tell(&intake);
	if (is_changed)
		publish_now(living);
	if (is_answered)
		delivery_flush(living, ignore_flush, NULL);
out:
	if (error)
		living_emit_notice(living,
				   "What arrived could not be stored and stays where it is: %s",
				   error->message);
	author_clear(&intake.author);
	answers_free(intake.answers);
	g_ptr_array_unref(intake.events);
	g_hash_table_unref(intake.touched);
}
