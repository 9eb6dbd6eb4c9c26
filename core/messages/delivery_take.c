/* delivery, inwards: what an opened arrival says becomes rows and events. */
#include "core/messages/delivery_inside.h"

#include <string.h>
#include "core/profile/alias.h"
#include "core/messages/correction.h"
#include "core/messages/delivery_group.h"
#include "core/messages/delivery_room.h"
#include "core/profile/device_keys.h"
#include "core/base/error.h"
#include "core/omemo/marks.h"
#include "core/model/file.h"
#include "core/omemo/form.h"
#include "core/model/message.h"
#include "core/profile/notes.h"
#include "core/messages/resend.h"
#include "core/base/secret.h"
#include "core/messages/timers.h"

/* -- what it says ------------------------------------------------------------------------- */

static gboolean apply_receipts(struct arrival *arrival, char **ids, enum state state,
			       GError **error)
{
	struct living *living = arrival->intake->living;
	const char *address = arrival->contact->address;

	for (char **id = ids; id && *id; id++) {
		struct message *message = NULL;
		enum state now = state;
		bool changed = false;

		if (!living->store->ops->message_get(living->store, address, *id, &message, error))
			return FALSE;
		if (!message || message->direction != DIRECTION_OUT) {
			message_free(message);
			continue;
		}
		if (arrival->contact->kind == CONTACT_GROUP &&
		    !arrival_mark(arrival, *id, &now, error)) {
			message_free(message);
			return FALSE;
		}
		if (!living->store->ops->message_state(living->store, address, *id, now,
						       message->expires_at, &changed, error)) {
			message_free(message);
			return FALSE;
		}
		if (changed) {
			struct event event = { .type = EVENT_STATE, .message = message,
					       .address = message->conversation };

			message->state = now;
			plain_free(message->body);
			message->body = NULL;
			intake_event(arrival->intake, &event);
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

/* What a sotto says of a file; or a legacy body that is an aesgcm URL and nothing else. */
static void take_file(const struct arrival *arrival, struct message *message)
{
	const struct file *said = arrival->content.file;
	struct file file = { 0 };

	if (!said && !arrival->content.body && arrival->inside.body &&
	    file_from_url(arrival->inside.body, &file))
		said = &file;
	if (said) {
		message->file = file_encode(said, NULL);
		/* It can be saved until its message goes: to be shown once is nothing for it. */
		message->view_once = false;
	}
	if (message->file) {
		plain_free(message->body);
		message->body = file_words(said);
	}
	file_clear(&file);
}

static bool is_between_two(const struct arrival *arrival)
{
	return !arrival->parcel->room && arrival->contact->kind == CONTACT_PERSON;
}

/* Other clients know a message by its stanza's id, which is the server's word. */
static char *id_of(const struct arrival *arrival)
{
	const char *outer = arrival->envelope.id;

	if (arrival->content.id)
		return g_strdup(arrival->content.id);
	return is_between_two(arrival) && marks_is_id(outer) ? g_strdup(outer) : message_new_id();
}

/* Each client is told in the way that it understands. */
static void answer(struct arrival *arrival, const struct message *message)
{
	if (arrival->inside.content)
		answers_delivered(arrival->intake->answers, message);
	else if (arrival->envelope.wants_receipt && is_between_two(arrival))
		answers_mark(arrival->intake->answers, message->from, TALK_RECEIVED,
			     marks_is_id(arrival->envelope.id) ? arrival->envelope.id
							       : message->id);
}

static struct message *make_message(struct arrival *arrival)
{
	const struct content *content = &arrival->content;
	struct message *message = g_new0(struct message, 1);
	const char *body = content->body ? content->body : arrival->inside.body;

	message->id = id_of(arrival);
	message->conversation = g_strdup(arrival->contact->address);
	message->from = g_strdup(arrival->envelope.from);
	message->device = arrival->envelope.device;
	message->chain = arrival->opened.chain;
	message->counter = arrival->opened.counter;
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
	message->markable = !arrival->inside.content && arrival->envelope.wants_marker &&
			    is_between_two(arrival);
	message->body = plain_dup(body);
	take_file(arrival, message);
	return message;
}

/* What is said of the timer counts before the message that says it. */
static gboolean take_timer(struct arrival *arrival, GError **error)
{
	struct message *notice = NULL;
	struct event event = { .type = EVENT_MESSAGE };

	if (!timers_take(arrival->intake->living, arrival->contact, arrival->device,
			 &arrival->content, &notice, error))
		return FALSE;
	if (notice) {
		event.message = notice;
		event.address = notice->conversation;
		intake_event(arrival->intake, &event);
		message_free(notice);
	}
	return TRUE;
}

/*
 * What it corrects. Other clients say that beside what they seal, so that it is the server's word;
 * a sotto's is inside.
 */
static const char *replaced_by(const struct arrival *arrival)
{
	bool is_other = !arrival->inside.content && !arrival->device->is_sotto;

	return is_other ? arrival->envelope.replaces : arrival->content.replaces;
}

/* Whether MESSAGE was one, and there is no more to do about it: *IS_TAKEN. */
static gboolean take_correction(struct arrival *arrival, struct message *message, bool *is_taken,
				GError **error)
{
	const char *replaces = replaced_by(arrival);
	struct event event = { .type = EVENT_EDITED };
	enum correction what;
	bool is_one;

	*is_taken = false;
	if (!replaces || message->file)
		return TRUE;
	/* Which of several it means nobody knows: its words stand for themselves. */
	if (!arrival_names_one(arrival, replaces, &is_one, error))
		return FALSE;
	if (!is_one)
		return TRUE;
	if (!correction_take(arrival->intake->living, message, replaces, &what, &event.message,
			     error))
		return FALSE;
	*is_taken = what != CORRECTION_ALONE;
	if (event.message) {
		event.address = event.message->conversation;
		intake_event(arrival->intake, &event);
		arrival->intake->is_erasing = true;
		message_free(event.message);
	}
	return TRUE;
}

static gboolean put_message(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	struct message *message;
	struct event event = { .type = EVENT_MESSAGE };
	bool is_new = false, is_taken;
	gboolean ok;

	if (arrival->inside.is_stripped)
		return arrival_lost(arrival, CAUSE_STRIPPED,
				    "A message arrived without its sealed part: somebody on the "
				    "way took it off. Ask for it again.",
				    error);
	if (arrival->content.chunk.id)
		return arrival_chunk(arrival, error);
	if (!arrival->content.body && !arrival->inside.body && !arrival->content.file)
		return TRUE;
	message = make_message(arrival);
	ok = take_correction(arrival, message, &is_taken, error);
	if (!ok || is_taken) {
		message_free(message);
		return ok;
	}
	ok = arrival_put(arrival, message, &is_new, error) &&
	     correction_remember(living, message, error);
	if (ok && is_new && message->file)
		ok = arrival_offer(arrival, message, error);
	if (ok && is_new) {
		event.message = message;
		event.address = message->conversation;
		intake_event(arrival->intake, &event);
		/* A file in chunks is delivered once all of it is. */
		if (!arrival->is_own && !(arrival->content.file && !arrival->content.file->url))
			answer(arrival, message);
	} else if (ok && !arrival->is_own && arrival->inside.content) {
		/* Who sends it once more hasn't heard that it arrived. */
		answers_delivered(arrival->intake->answers, message);
	}
	message_free(message);
	return ok;
}

static bool is_among_many(const struct arrival *arrival)
{
	return arrival->content.group || arrival->parcel->room;
}

/*
 * Whose conversation it is. Of a message from another own device its inside says so; where a client
 * put nothing there but the words, the outside has to do, which is the server's word.
 */
static const char *conversation_of(const struct arrival *arrival)
{
	if (!arrival->is_own)
		return arrival->envelope.from;
	/* With a group the other side is the group, and no person has to be there. */
	if (is_among_many(arrival))
		return NULL;
	return arrival->content.to ? arrival->content.to : arrival->envelope.to;
}

static void tell_stranger(const struct arrival *arrival)
{
	char *sentence = alias_stranger(arrival->intake->living, arrival->contact);

	if (sentence)
		intake_notice(arrival->intake, sentence);
}

/* The person's row: of the conversation between two, or, where a group member wrote, if there is
 * one. */
static gboolean settle_person(struct arrival *arrival, bool *is_first, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *address = conversation_of(arrival);
	bool is_new = false;

	*is_first = false;
	if (!arrival->contact && is_among_many(arrival))
		return TRUE;
	if (!arrival->contact) {
		arrival->contact = living_contact(living, address, &is_new, error);
		if (!arrival->contact)
			return FALSE;
		if (is_new && !arrival->is_own)
			tell_stranger(arrival);
	}
	/* First contact is the user's act: adding the address, or writing to it. */
	*is_first = arrival->contact->is_listed && !arrival->contact->is_known &&
		    !arrival->is_own;
	if (*is_first) {
		arrival->contact->is_known = true;
		is_new = true;
	}
	if (is_new && arrival->parcel->from == NULL && !arrival->is_own) {
		arrival->contact->has_owner = true;
		arrival->contact->owner = arrival->parcel->uid;
	}
	return !is_new ||
	       living->store->ops->contact_put(living->store, arrival->contact, error);
}

/* The row of another own device. */
static gboolean settle_own(struct arrival *arrival, bool *is_confirmed, GError **error)
{
	const struct contact nobody = { 0 };
	struct living *living = arrival->intake->living;

	device_free(arrival->device);
	arrival->device = device_meet(living, arrival->envelope.from, arrival->envelope.device,
				      arrival->opened.identity, living_rule(living, &nobody),
				      false, error);
	*is_confirmed = arrival->device && !device_is_off(arrival->device) &&
			device_use(arrival->device, RULE_FIRST) == USE_SEAL;
	return arrival->device != NULL;
}

/* Whether it brings anything that somebody should see. */
static bool has_words(const struct arrival *arrival)
{
	return arrival->content.body || arrival->inside.body || arrival->content.file ||
	       arrival->inside.is_stripped;
}

/* Another own device, or who speaks for it, writes to the own address: that is nobody's
 * conversation here, since notes stay where they were written. */
static bool is_to_notes(const struct arrival *arrival)
{
	return arrival->is_own && !is_among_many(arrival) &&
	       notes_is(arrival->intake->living, conversation_of(arrival));
}

static gboolean refuse_note(struct arrival *arrival, GError **error)
{
	g_autofree char *why = NULL;

	if (!has_words(arrival))
		return TRUE;
	why = g_strdup_printf("device %u of your own account wrote it to your own address. Notes "
			      "to yourself stay on the device that they are written on.",
			      arrival->envelope.device);
	return arrival_lost(arrival, CAUSE_OTHER, why, error);
}

/* An own device that isn't confirmed yet can't put words into the user's mouth. */
static gboolean refuse_own(struct arrival *arrival, GError **error)
{
	g_autofree char *why = NULL;

	arrival_trust(arrival, "A device of your own account waits to be confirmed.");
	if (!has_words(arrival))
		return TRUE;
	why = g_strdup_printf("Device %u of your own account wrote here, and isn't confirmed: what "
			      "it wrote isn't shown. See `sotto devices`.",
			      arrival->envelope.device);
	return arrival_lost(arrival, CAUSE_OWN, why, error);
}

/* A server that calls a contact's address a room: nobody may speak in that conversation so. */
static gboolean refuse_room(struct arrival *arrival, GError **error)
{
	g_clear_pointer(&arrival->contact, contact_free);
	return arrival_lost(arrival, CAUSE_OTHER, "it was said in a room that isn't one here.",
			    error);
}

/* Not with somebody who was compared once, and removed. */
static gboolean check_first(struct arrival *arrival, bool *is_first, GError **error)
{
	g_autoptr(GPtrArray) devices =
		living_devices(arrival->intake->living, arrival->envelope.from, error);

	*is_first = devices && !devices_are_compared(devices);
	return devices != NULL;
}

/* Who wrote: rows, before anything refers to them. */
static gboolean settle_author(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	struct contact nobody = { 0 };
	enum trust_rule rule;
	bool is_first, is_confirmed = true;

	if (!conversation_of(arrival) && !is_among_many(arrival))
		return TRUE;
	if (arrival->is_own && !settle_own(arrival, &is_confirmed, error))
		return FALSE;
	/* Nothing is begun on the word of one that isn't confirmed. */
	if (!is_confirmed || is_to_notes(arrival))
		return TRUE;
	if (!settle_person(arrival, &is_first, error))
		return FALSE;
	/* Another device of ours wrote to somebody by way of a room: that is no word in it. */
	if (!is_among_many(arrival) && arrival->contact->kind != CONTACT_PERSON) {
		g_clear_pointer(&arrival->device, device_free);
		return TRUE;
	}
	if (arrival->is_own)
		return TRUE;
	rule = living_rule(living, arrival->contact ? arrival->contact : &nobody);
	if (is_first && !check_first(arrival, &is_first, error))
		return FALSE;
	device_free(arrival->device);
	arrival->device = is_first ? NULL :
				     author_device(&arrival->intake->author, living,
						   arrival->envelope.from,
						   arrival->envelope.device,
						   arrival->opened.identity);
	if (arrival->device)
		return TRUE;
	arrival->device = device_meet(living, arrival->envelope.from, arrival->envelope.device,
					 arrival->opened.identity, rule, is_first, error);
	return arrival->device != NULL;
}

/* What the author's device has shown that it is, and reads. */
static gboolean learn_forms(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	struct device *device = arrival->device;
	bool has_digest = arrival->inside.has_digest;
	bool is_sotto = device->is_sotto || arrival->inside.content || has_digest;
	unsigned reads = device->reads | arrival->content.reads | (has_digest ? FORM_DIGEST : 0);

	if (is_sotto == device->is_sotto && reads == device->reads &&
	    (device->sends_digest || !has_digest))
		return TRUE;
	device->is_sotto = is_sotto;
	device->reads = reads;
	device->sends_digest |= has_digest;
	return living->store->ops->device_put(living->store, device, error);
}

gboolean arrival_store(struct arrival *arrival, GError **error)
{
	struct intake *intake = arrival->intake;
	const struct ratchet_opened *opened = &arrival->opened;
	bool is_heard = true;

	if (!settle_author(arrival, error))
		return FALSE;
	if (!arrival->device) {
		g_clear_pointer(&arrival->contact, contact_free);
		return !has_words(arrival) ||
		       arrival_lost(arrival, CAUSE_OTHER,
				    "another device of yours wrote it, to nobody who can be named.",
				    error);
	}
	if (!learn_forms(arrival, error))
		return FALSE;
	if (arrival->is_own && device_use(arrival->device, RULE_FIRST) != USE_SEAL)
		return refuse_own(arrival, error);
	if (is_to_notes(arrival))
		return refuse_note(arrival, error);
	if (opened->is_prekey || opened->wants_heartbeat)
		answers_wanted(intake->answers, arrival->envelope.from, arrival->envelope.device);
	if (arrival->parcel->room ? !arrival_take_room(arrival, &is_heard, error) :
				    arrival->content.group &&
					    !arrival_take_group(arrival, &is_heard, error))
		return FALSE;
	if (!is_heard && arrival->parcel->room && has_words(arrival))
		return refuse_room(arrival, error);
	if (!is_heard)
		return TRUE;
	g_hash_table_add(intake->touched, g_strdup(arrival->contact->address));
	if (!take_timer(arrival, error) || !arrival_told_lost(arrival, error) ||
	    !resend_take(arrival, error) ||
	    !put_message(arrival, error))
		return FALSE;
	/* In a room nobody is told who has read what. */
	if (arrival->is_own || arrival->parcel->room)
		return TRUE;
	return apply_receipts(arrival, arrival->content.delivered, STATE_DELIVERED, error) &&
	       apply_receipts(arrival, arrival->content.displayed, STATE_READ, error);
}
