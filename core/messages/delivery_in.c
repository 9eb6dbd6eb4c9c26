/* delivery, inwards: see delivery.h for the order of things, which is what matters here. */
#include "core/messages/delivery.h"

#include <string.h>
#include "core/base/cancel.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/messages/blocking.h"
#include "core/messages/delivery_inside.h"
#include "core/messages/delivery_room.h"
#include "core/messages/repair.h"
#include "core/outbox/delivery_flush.h"
#include "core/port/store_lost.h"
#include "core/profile/expiry.h"
#include "core/profile/publish.h"
#include "core/profile/senders.h"
#include "core/text/text.h"
#include "core/xml/stanza.h"

static void arrival_clear(struct arrival *arrival)
{
	envelope_clear(&arrival->envelope);
	ratchet_opened_clear(&arrival->opened);
	envelope_opened_clear(&arrival->inside);
	content_clear(&arrival->content);
	contact_free(arrival->contact);
	device_free(arrival->device);
}

static enum cause cause_of(const struct arrival *arrival, const GError *why)
{
	if (arrival->refusal != CAUSE_OTHER)
		return arrival->refusal;
	if (error_is(why, ERROR_LIMIT))
		return CAUSE_SIZE;
	if (arrival->parcel->is_guessed)
		return CAUSE_AUTHOR;
	if (error_is(why, ERROR_NO_SESSION))
		return CAUSE_SESSION;
	return error_is(why, ERROR_CRYPTO) ? CAUSE_BROKEN : CAUSE_FORMAT;
}

/* Profiles of before 0.2 knew what had come by all of its bytes. */
static gboolean was_seen_whole(const struct arrival *arrival, bool *was, GError **error)
{
	struct store *store = arrival->intake->living->store;
	uint8_t digest[CRYPTO_HASH_BYTES];
	gsize bytes;
	const void *data = g_bytes_get_data(arrival->parcel->bytes, &bytes);

	crypto_sha256(data, bytes, digest);
	return store->ops->lost->seen(store, digest, was, error);
}

/*
 * Its number in the session was used before, by other bytes, or those would have been seen: the
 * other side has sealed two messages under it, as a profile does that was put back from a copy. The
 * key is gone, so nobody can say for certain who made these.
 */
static gboolean refuse_counter(struct arrival *arrival, GError **error)
{
	g_autofree char *why = NULL;
	bool was_seen = false;

	if (!was_seen_whole(arrival, &was_seen, error))
		return FALSE;
	if (was_seen)
		return TRUE;
	why = g_strdup_printf("A message from device %u of %s came under a number that another one "
			      "has used: it can't be opened, and who made it isn't certain. "
			      "Their profile may have been put back from a copy, or be in use "
			      "twice: ask them, and to send it again.",
			      arrival->envelope.device, arrival->envelope.from);
	return arrival_unopened(arrival, CAUSE_COUNTER, why, error);
}

/* A session that came of it, with a device that nothing else is known of, leads nowhere. */
static gboolean drop_stray(const struct arrival *arrival, GError **error)
{
	const struct envelope *envelope = &arrival->envelope;
	struct living *living = arrival->intake->living;
	struct device *device = NULL;
	bool is_known;

	if (!arrival->opened.data)
		return TRUE;
	if (!living->store->ops->device_get(living->store, envelope->from, envelope->device,
					    &device, error))
		return FALSE;
	is_known = device != NULL;
	device_free(device);
	return is_known ||
	       ratchet_drop(living->ratchet, envelope->from, envelope->device, error);
}

static void unread_free(void *data)
{
	struct unread *unread = data;

	g_free(unread->address);
	g_bytes_unref(unread->base);
	g_free(unread);
}

/*
 * It begins a session with a prekey that went with a message that was erased (or with a signed one
 * that is too old). A contact's device is told to begin anew; who isn't decided on is told nothing.
 */
static gboolean refuse_gone(struct arrival *arrival, const GError *why, GError **error)
{
	const struct contact *contact = arrival->contact;
	const struct envelope *envelope = &arrival->envelope;
	struct unread *unread;
	g_autofree char *text = NULL;

	if (!contact || contact->kind != CONTACT_PERSON || arrival->parcel->room ||
	    !(contact->is_known || contact->is_listed))
		return arrival_lost(arrival, CAUSE_KEY, why->message, error);
	unread = g_new0(struct unread, 1);
	unread->address = g_strdup(envelope->from);
	unread->device = envelope->device;
	unread->base = g_bytes_new(arrival->opened.base, sizeof(arrival->opened.base));
	g_ptr_array_add(arrival->intake->unread, unread);
	text = g_strdup_printf("A message from device %u of %s is sealed for a key that this "
			       "device no longer has. If that device may be written to, it is told "
			       "to begin anew and sends it again by itself; else ask for it again.",
			       envelope->device, envelope->from);
	return arrival_lost(arrival, CAUSE_KEY, text, error);
}

/* What comes of a parcel that can't be opened. */
static gboolean refuse(struct arrival *arrival, const GError *why, GError **error)
{
	enum cause cause = cause_of(arrival, why);
	bool is_heard = true;

	if (!arrival_afford_failure(arrival))
		return TRUE;
	arrival->is_refused = !error_is(why, ERROR_DUPLICATE);
	if (!drop_stray(arrival, error))
		return FALSE;
	if (arrival->parcel->room && !arrival_take_room(arrival, &is_heard, error))
		return FALSE;
	if (!is_heard)
		g_clear_pointer(&arrival->contact, contact_free);
	if (error_is(why, ERROR_DUPLICATE))
		return refuse_counter(arrival, error);
	if (arrival->opened.is_gone)
		return refuse_gone(arrival, why, error);
	if (cause == CAUSE_SESSION || cause == CAUSE_BROKEN || cause == CAUSE_REWRITTEN ||
	    cause == CAUSE_STRIPPED)
		return arrival_unopened(arrival, cause, why->message, error);
	return arrival_lost(arrival, cause, why->message, error);
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

static gboolean find_contact(struct arrival *arrival, GError **error)
{
	return arrival->is_own ||
	       author_contact(&arrival->intake->author, arrival->intake->living,
			      arrival->envelope.from, &arrival->contact, error);
}

/* Who isn't pinned yet waits untouched while it can't be looked up whose name that is. */
static void check_begin(struct arrival *arrival)
{
	struct intake *intake = arrival->intake;
	struct transport *transport = intake->living->transport;
	const struct contact *contact = arrival->contact;
	g_autoptr(GError) why = NULL;

	if (!transport->ops->may_begin || arrival->is_own || arrival->parcel->is_large ||
	    (contact && contact->has_owner && contact->owner == arrival->parcel->uid) ||
	    transport->ops->may_begin(transport, arrival->envelope.from, arrival->parcel->uid,
				      &why))
		return;
	arrival->is_left = true;
	if (!intake->is_unsure)
		living_emit_notice(intake->living, "What %s left here waits. %s",
				   arrival->envelope.from, why->message);
	intake->is_unsure = true;
}

/*
 * Other clients answer one another with key transport, of which carbons and the archive bring a
 * copy: without anything inside, and without a key for this device, it is nobody's message here.
 */
static bool is_between_others(const struct arrival *arrival)
{
	const struct envelope *envelope = &arrival->envelope;

	if (arrival->parcel->is_large || envelope->payload || envelope->extension)
		return false;
	for (size_t i = 0; i < envelope->key_count; i++)
		if (envelope->keys[i].device == arrival->intake->living->account->device)
			return false;
	return true;
}

static gboolean take_genuine(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	g_autoptr(GError) why = NULL;

	if (arrival->is_own && arrival->envelope.device == living->account->device)
		return TRUE;
	if (is_between_others(arrival))
		return TRUE;
	if (blocking_holds(arrival))
		return blocking_drop(arrival, error);
	if (arrival->parcel->is_large) {
		error_set(&why, ERROR_LIMIT,
			  "A message is larger than is taken in, which is %d KiB: ask for it in "
			  "smaller parts.",
			  STANZA_BYTES_MAX / 1024);
		return refuse(arrival, why, error);
	}
	/* Rooms are spoken in, they don't speak: what somebody called one isn't. */
	if (arrival->contact && contact_is_hearsay(arrival->contact)) {
		g_clear_pointer(&arrival->contact, contact_free);
		if (!living->store->ops->contact_del(living->store, arrival->envelope.from, error))
			return FALSE;
	} else if (arrival->contact && arrival->contact->kind != CONTACT_PERSON) {
		g_clear_pointer(&arrival->contact, contact_free);
		return arrival_lost(arrival, CAUSE_OTHER,
				    "sotto takes no private messages by way of a room.", error);
	}
	if (!arrival_open(arrival, &why, error)) {
		if (!why)
			return FALSE;
		if (error_is_store(why)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
		return refuse(arrival, why, error);
	}
	return arrival_store(arrival, error);
}

/*
 * What is sealed for us is what tells one message from another: whatever is put around it on the
 * way, it is the same.
 */
static void digest_of(const struct arrival *arrival, uint8_t digest[static CRYPTO_HASH_BYTES])
{
	const struct envelope *envelope = &arrival->envelope;
	uint32_t device = arrival->intake->living->account->device;
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *head = g_strdup_printf("sealed|%s|%u|", envelope->from, envelope->device);
	gsize start, bytes;
	const void *data = g_bytes_get_data(arrival->parcel->bytes, &bytes);

	g_byte_array_append(text, (const uint8_t *)head, (guint)strlen(head));
	start = text->len;
	for (size_t i = 0; i < envelope->key_count; i++) {
		const struct envelope_key *key = &envelope->keys[i];
		gsize size;
		const uint8_t *sealed = g_bytes_get_data(key->sealed, &size);
		const uint8_t mark[] = { key->is_prekey, (uint8_t)(size >> 8), (uint8_t)size };

		if (key->device != device)
			continue;
		g_byte_array_append(text, mark, sizeof(mark));
		g_byte_array_append(text, sealed, (guint)size);
	}
	if (text->len > start)
		crypto_sha256(text->data, text->len, digest);
	else
		crypto_sha256(data, bytes, digest);
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

	/* Of one that is too large only the carrier's word is known. */
	if (arrival->parcel->is_large) {
		arrival->envelope.from = g_strdup(arrival->parcel->from);
		arrival->is_own = g_strcmp0(arrival->parcel->from, living->account->address) == 0;
	} else if (!envelope_decode(data, bytes, &arrival->envelope, &why) ||
		   !check_sender(arrival, &why)) {
		g_clear_pointer(&arrival->envelope.from, g_free);
		return !arrival_afford_failure(arrival) ||
		       arrival_lost(arrival, CAUSE_FORMAT, why->message, error);
	}
	if (!find_contact(arrival, error))
		return FALSE;
	check_begin(arrival);
	if (!arrival->is_left && !arrival_afford(arrival, error))
		return FALSE;
	if (arrival->is_left)
		return TRUE;
	digest_of(arrival, digest);
	if (!living->store->ops->seen_put(living->store, digest, living_now(living), &is_new,
					  error))
		return FALSE;
	if (is_new && !take_genuine(arrival, error))
		return FALSE;
	/* What is left comes again; what a stranger sent and nobody could read is gone for good. */
	if (!arrival->is_left && !(arrival->is_refused && arrival->is_paid))
		return TRUE;
	return living->store->ops->lost->unsee(living->store, digest, error);
}

/* Where nothing can stay it is dropped, and one line tells of all of them. */
static void intake_leave(struct intake *intake, const struct parcel *parcel)
{
	if (intake->living->transport->ops->leave)
		g_array_append_val(intake->left, parcel->token);
	else
		intake->turned_away++;
}

static gboolean take_all(struct intake *intake, const struct parcel *parcels, size_t count,
			 GError **error)
{
	for (size_t i = 0; i < count; i++) {
		struct arrival arrival = { .intake = intake, .parcel = &parcels[i] };
		gboolean ok = !cancel_check(intake->living->cancel, error) &&
			      take_parcel(&arrival, error);

		if (ok && arrival.is_left)
			intake_leave(intake, &parcels[i]);
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

	intake_words(intake);
	if (intake->turned_away)
		intake_notice(intake,
			      g_strdup_printf("%u message%s of people who aren't contacts %s "
					      "dropped: there were too many for one minute.",
					      intake->turned_away, text_s(intake->turned_away),
					      intake->turned_away == 1 ? "was" : "were"));
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

/* All that was stored; LEFT, in the same order, wasn't. */
static void acknowledge(struct living *living, const struct parcel *parcels, size_t count,
			const GArray *left)
{
	const struct transport_ops *ops = living->transport->ops;
	g_autofree uint64_t *tokens = g_new(uint64_t, count);
	size_t stored = 0;
	guint next = 0;

	for (size_t i = 0; i < count; i++) {
		if (next < left->len && g_array_index(left, uint64_t, next) == parcels[i].token)
			next++;
		else
			tokens[stored++] = parcels[i].token;
	}
	if (stored)
		ops->ack(living->transport, tokens, stored);
	if (left->len)
		ops->leave(living->transport, (const uint64_t *)(const void *)left->data,
			   left->len);
}

static void ignore_flush(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void tell_left(struct living *living, const GError *error)
{
	living_emit_notice(living,
			   "What arrived could not be stored and stays where it is: %s",
			   error->message);
}

static void answer_unread(struct living *living, const struct unread *unread)
{
	repair_answer(living, unread->address, unread->device, unread->base);
}

/* One transaction; what is told and sent because of it comes behind. */
static gboolean take_batch(struct living *living, const struct parcel *parcels, size_t count,
			   GError **error)
{
	struct intake intake = {
		.living = living,
		.events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free),
		.answers = answers_new(),
		.touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.unread = g_ptr_array_new_with_free_func(unread_free),
		.left = g_array_new(FALSE, FALSE, sizeof(uint64_t)),
	};
	bool is_changed = false, is_answered = false;
	int64_t began = g_get_monotonic_time(), worked;
	gboolean ok = living_begin(living, error);

	if (!ok)
		goto out;
	if (!take_all(&intake, parcels, count, error) ||
	    !answers_queue(intake.answers, living, &is_answered, error) ||
	    !publish_refresh(living, &is_changed, error) || !senders_keep(living, error)) {
		living_rollback(living);
		senders_forget(living);
		ok = FALSE;
		goto out;
	}
	worked = g_get_monotonic_time();
	ok = living_commit(living, error);
	if (!ok) {
		senders_forget(living);
		goto out;
	}
	pace_fit(&living->pace, (unsigned)count, worked - began, g_get_monotonic_time() - worked);
	acknowledge(living, parcels, count, intake.left);
	if (intake.is_erasing && !expiry_scrub(living->expiry, NULL))
		g_debug("what was corrected is still erasing");
	intake_tell(&intake);
	if (is_changed)
		publish_now(living);
	if (is_answered || intake.has_posted)
		delivery_flush(living, ignore_flush, NULL);
	for (guint i = 0; i < intake.unread->len; i++)
		answer_unread(living, intake.unread->pdata[i]);
out:
	author_clear(&intake.author);
	answers_free(intake.answers);
	g_ptr_array_unref(intake.events);
	g_hash_table_unref(intake.touched);
	g_ptr_array_unref(intake.unread);
	g_array_unref(intake.left);
	g_clear_pointer(&intake.words, g_hash_table_unref);
	return ok;
}

void delivery_arrived(struct living *living, const struct parcel *parcels, size_t count)
{
	g_autoptr(GError) error = NULL;
	bool is_store;

	/* Cut short: all of it stays where it is, and comes again. */
	if (take_batch(living, parcels, count, &error) || error_is(error, ERROR_CANCELLED))
		return;
	/* One that can't be taken in must not keep the others out. */
	is_store = error_is(error, ERROR_FULL) || error_is(error, ERROR_IO) ||
		   error_is(error, ERROR_DAMAGED);
	for (size_t i = 0; count > 1 && !is_store && i < count; i++) {
		g_clear_error(&error);
		if (!take_batch(living, &parcels[i], 1, &error) &&
		    !error_is(error, ERROR_CANCELLED))
			tell_left(living, error);
	}
	if (count == 1 || is_store)
		tell_left(living, error);
}
