/* delivery, outwards: see delivery.h for the order of things, which is what matters here. */
#include "core/messages/delivery.h"
#include "core/model/draft.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "core/profile/disclosure.h"

#include <string.h>
#include "core/outbox/audience.h"
#include "core/model/contact.h"
#include "core/messages/correction.h"
#include "core/outbox/delivery_seal.h"
#include "core/base/error.h"
#include "core/profile/file_state.h"
#include "core/groups/lobby.h"
#include "core/profile/expiry.h"
#include "core/groups/room_state.h"
#include "core/outbox/seal_guard.h"
#include "core/base/secret.h"

/* One message on its way to the outbox. */
struct sending {
	struct living *living;
	char *address;
	struct audience audience;
	char *body; /* plain memory */
	int64_t expire;
	bool sealed;
	bool view_once;
	char *corrects;		 /* the own message whose place it takes, or NULL */
	char *edit;		 /* then the id under which that goes out */
	char *file; /* plain memory: core/model/file.h's element, or NULL */
	char *id;   /* the file's, or NULL */
	struct message *message; /* once it is stored */
	GError *why;		 /* why the directory could not be asked */
	bool is_ready;		 /* it may be sealed, once those before it were */
	bool is_asking;		 /* the carrier owes an answer about it */
	bool is_over;		 /* and is the last that knows of it */
	delivery_sent done;
	void *user;
};

static void sending_end(struct sending *sending, const GError *error)
{
	sending->done(sending->user, sending->message, error);
	message_free(sending->message);
	plain_free(sending->body);
	plain_free(sending->file);
	g_free(sending->id);
	g_clear_error(&sending->why);
	audience_clear(&sending->audience);
	g_free(sending->address);
	g_free(sending->corrects);
	g_free(sending->edit);
	sending->is_over = true;
	if (!sending->is_asking)
		g_free(sending);
}

/* -- one message ------------------------------------------------------------------------------ */

static struct message *make_message(struct sending *sending, const struct contact *contact)
{
	struct message *message = g_new0(struct message, 1);

	message->id = sending->id ? g_strdup(sending->id) : message_new_id();
	message->conversation = g_strdup(contact->address);
	message->from = g_strdup(sending->living->account->address);
	message->device = sending->living->account->device;
	message->direction = DIRECTION_OUT;
	message->state = STATE_QUEUED;
	message->kind = KIND_TEXT;
	message->sent_at = living_now(sending->living);
	message->expire_seconds = contact->timer;
	if (sending->expire && (!contact->timer || sending->expire < contact->timer))
		message->expire_seconds = sending->expire;
	message->sealed = sending->sealed;
	message->view_once = sending->view_once;
	message->body = plain_dup(sending->body);
	message->file = plain_dup(sending->file);
	return message;
}

/* As a message, or in the place of a former one, which is then what was sent. */
static gboolean put_message(struct sending *sending, struct message *message, GError **error)
{
	struct living *living = sending->living;
	enum correction what = CORRECTION_DROPPED;
	bool is_new;

	if (!sending->corrects)
		return living->store->ops->message_put(living->store, message, &is_new, error) &&
		       correction_remember(living, message, error);
	sending->edit = g_strdup(message->id);
	if (!correction_take(living, message, sending->corrects, &what, &sending->message, error))
		return FALSE;
	if (what != CORRECTION_DONE)
		error_set(error, ERROR_FAILED,
			  "The message %s has been corrected by another device meanwhile.",
			  sending->corrects);
	return what == CORRECTION_DONE;
}

static gboolean store_sealed(struct sending *sending, const struct contact *contact,
			     struct message *message, GError **error)
{
	struct living *living = sending->living;
	const struct audience *audience = &sending->audience;
	struct content content = posting_content(message, contact);
	struct file file = { 0 };
	gboolean ok;

	if (message->file) {
		if (!file_decode(message->file, &file, error))
			return FALSE;
		content.body = NULL;
		content.file = &file;
	}
	content.replaces = sending->corrects;
	ok = living_begin(living, error);
	if (ok && audience_post(living, audience, message->id, &content, &message->trust, error) &&
	    put_message(sending, message, error) &&
	    (!message->file || files_offered(living, message, error)) &&
	    (sending->edit || audience_mark(living, audience, message->id, error))) {
		ok = living_commit(living, error);
	} else if (ok) {
		living_rollback(living);
		ok = FALSE;
	}
	file_clear(&file);
	return ok;
}

/* The message itself has been sent long ago; what takes its place may not. */
static bool is_edit_waiting(const struct sending *sending)
{
	struct store *store = sending->living->store;
	unsigned left = 0;

	return sending->edit &&
	       (!store->ops->outbox_count(store, sending->address, sending->edit, &left, NULL) ||
		left > 0);
}

static void flushed(void *user, const GError *error)
{
	struct sending *sending = user;
	struct living *living = sending->living;
	struct message *fresh = NULL;
	g_autoptr(GError) why = NULL;

	if (living->store->ops->message_get(living->store, sending->address, sending->message->id,
					    &fresh, &why) && fresh) {
		message_free(sending->message);
		sending->message = fresh;
	}
	if (!why && sending->message->state == STATE_FAILED)
		error_set(&why, ERROR_FAILED, "%s The message wasn't sent.",
			  error ? error->message : "The device that it was for has gone.");
	else if (!why && (sending->message->state == STATE_QUEUED || is_edit_waiting(sending)))
		error_set(&why, ERROR_UNREACHABLE,
			  "%s The message is sealed and queued; it goes out when sotto next runs.",
			  error ? error->message : "The carrier didn't take it.");
	else if (!why && error && sending->audience.kind != CONTACT_PERSON)
		living_emit_notice(living, "Not everybody in %s has it yet: %s", sending->address,
				   error->message);
	sending_end(sending, why);
}

/* Whether nothing was ever decided about ADDRESS: no list was read, or only looked at. */
static gboolean is_unread(struct living *living, const char *address, bool *is_unread,
			  GError **error)
{
	g_autoptr(GPtrArray) devices = living_devices(living, address, error);
	struct contact *contact = NULL;

	if (!devices ||
	    !living->store->ops->contact_get(living->store, address, &contact, error))
		return FALSE;
	*is_unread = devices->len == 0 || !contact || !contact->is_known;
	contact_free(contact);
	for (guint i = 0; i < devices->len; i++)
		*is_unread &= device_use(devices->pdata[i], RULE_FIRST) != USE_SEAL;
	return TRUE;
}

/* For whom nothing is known of there is nothing to seal with, so nothing that could wait. */
static void say_unasked(const struct sending *sending, const char *address, GError **error)
{
	if (error_is(sending->why, ERROR_UNREACHABLE))
		error_set(
			error, ERROR_UNREACHABLE,
			"%s You never wrote to %s, and their keys are asked for then, so the "
			"message can't be sealed and isn't kept; send it again later.",
			sending->why->message, address);
	else
		g_propagate_error(error, g_error_copy(sending->why));
}

/* A list that was never read says nothing: the carrier's own word is the better sentence. */
static gboolean check_asked(struct sending *sending, GError **error)
{
	bool is_one = sending->audience.kind == CONTACT_PERSON;

	for (char **address = sending->audience.people; sending->why && *address; address++) {
		g_autoptr(GPtrArray) devices = living_devices(sending->living, *address, error);
		bool is_unasked = false;

		if (!devices || !is_unread(sending->living, *address, &is_unasked, error))
			return FALSE;
		/* Of several people, who has no device is left out. */
		if (!is_unasked || (!is_one && devices->len == 0))
			continue;
		say_unasked(sending, *address, error);
		return FALSE;
	}
	return TRUE;
}

static gboolean judge(struct sending *sending, GError **error)
{
	struct living *living = sending->living;
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);

	if (!check_asked(sending, error))
		return FALSE;
	if (!audience_judge(living, &sending->audience, missing, error))
		return FALSE;
	for (guint i = 0; i < missing->len; i++)
		living_emit_notice(living, "%s", (const char *)missing->pdata[i]);
	return TRUE;
}

static void warn_of_gaps(struct sending *sending)
{
	for (char **address = sending->audience.people; *address; address++) {
		g_autoptr(GPtrArray) devices = living_devices(sending->living, *address, NULL);

		if (devices)
			delivery_warn_of_gaps(sending->living, *address, devices);
	}
}

/* The row of whom it goes to; made, with its devices, when the carrier was asked for a person. */
static struct contact *find_contact(struct sending *sending, GError **error)
{
	struct living *living = sending->living;
	struct contact *contact = NULL;

	if (!living->store->ops->contact_get(living->store, sending->address, &contact, error) ||
	    contact)
		return contact;
	if (sending->why)
		say_unasked(sending, sending->address, error);
	else if (strcmp(sending->address, living->account->address) == 0)
		error_set(error, ERROR_USAGE, "%s is your own address.", sending->address);
	else
		error_set(error, ERROR_NO_CONTACT, "Nobody called %s is known.",
			  sending->address);
	return NULL;
}

static void tell_stored(struct sending *sending, struct message *message)
{
	struct living *living = sending->living;

	if (!sending->edit) {
		sending->message = message;
		living_emit_message(living, EVENT_MESSAGE, message);
		return;
	}
	message_free(message);
	if (!expiry_scrub(living->expiry, NULL))
		g_debug("what was corrected is still erasing");
	living_emit_message(living, EVENT_EDITED, sending->message);
	living_emit_contact(living, sending->address);
}

/* The former message, by its own id, if it may still be corrected. */
static gboolean find_former(struct sending *sending, GError **error)
{
	struct message *former;

	if (!sending->corrects)
		return TRUE;
	former = correction_find(sending->living, sending->address, sending->corrects, error);
	if (!former)
		return FALSE;
	g_free(sending->corrects);
	sending->corrects = g_strdup(former->id);
	message_free(former);
	return TRUE;
}

/* While the carrier was asked somebody may have come, or gone. */
static gboolean look_again(struct sending *sending, const struct contact *contact, GError **error)
{
	if (contact->kind == CONTACT_PERSON)
		return TRUE;
	audience_clear(&sending->audience);
	return audience_init(sending->living, contact, &sending->audience, error);
}

static void seal_message(struct sending *sending)
{
	struct living *living = sending->living;
	struct message *message = NULL;
	GError *error = NULL;
	struct contact *contact = find_contact(sending, &error);

	if (!contact || !disclosure_check(contact, &error) ||
	    !look_again(sending, contact, &error) || !judge(sending, &error) ||
	    !find_former(sending, &error))
		goto refused;
	message = make_message(sending, contact);
	if (message->expire_seconds || message->view_once)
		warn_of_gaps(sending);
	if (!store_sealed(sending, contact, message, &error)) {
		g_clear_pointer(&sending->message, message_free);
		message_free(message);
		goto refused;
	}
	tell_stored(sending, message);
	contact_free(contact);
	delivery_flush(living, flushed, sending);
	return;
refused:
	contact_free(contact);
	sending_end(sending, error);
	g_clear_error(&error);
}

/* The oldest to ADDRESS that isn't sealed yet. */
static struct sending *first_to(struct living *living, const char *address)
{
	for (GList *link = living->unsealed.head; link; link = link->next) {
		struct sending *sending = link->data;

		if (strcmp(sending->address, address) == 0)
			return sending;
	}
	return NULL;
}

/* What the carrier answers comes in any order; what was written to one address is sealed in the
 * order in which it was written. */
static void seal_in_order(struct living *living, const char *address)
{
	struct sending *sending;

	while ((sending = first_to(living, address)) && sending->is_ready) {
		/* Whatever comes of it, it is in nobody's way any more. */
		g_queue_remove(&living->unsealed, sending);
		seal_message(sending);
	}
}

/* It ends unsent, and whoever waited behind it goes on. */
static void give_up(struct sending *sending, const GError *error)
{
	struct living *living = sending->living;
	g_autofree char *address = g_strdup(sending->address);

	g_queue_remove(&living->unsealed, sending);
	sending_end(sending, error);
	seal_in_order(living, address);
}

/* Whether the answer that came is still wanted; else it was the last that knew of SENDING. */
static bool take_answer(struct sending *sending)
{
	bool is_wanted = !sending->is_over && !sending->is_ready;

	sending->is_asking = false;
	if (sending->is_over)
		g_free(sending);
	return is_wanted;
}

static void refreshed(void *user, const GError *error)
{
	struct sending *sending = user;
	g_autofree char *address = NULL;

	if (!take_answer(sending))
		return;
	if (audience_is_fatal(error)) {
		give_up(sending, error);
		return;
	}
	address = g_strdup(sending->address);
	sending->why = error ? g_error_copy(error) : NULL;
	sending->is_ready = true;
	seal_in_order(sending->living, address);
}

/* Who isn't known yet is a person. */
static gboolean find_audience(struct sending *sending, GError **error)
{
	struct living *living = sending->living;
	struct contact person = { .address = sending->address };
	struct contact *contact = NULL;
	gboolean ok;

	if (!living->store->ops->contact_get(living->store, sending->address, &contact, error))
		return FALSE;
	ok = audience_init(living, contact ? contact : &person, &sending->audience, error);
	contact_free(contact);
	return ok;
}

static void begin(struct sending *sending)
{
	g_autoptr(GError) error = NULL;

	if (!seal_guard_check(sending->living, &error) || !find_audience(sending, &error)) {
		give_up(sending, error);
		return;
	}
	sending->is_asking = true;
	audience_refresh(sending->living, &sending->audience, DIRECTORY_WRITE, refreshed, sending);
}

static void room_asked(void *user, const GError *error)
{
	struct sending *sending = user;

	if (!take_answer(sending))
		return;
	if (audience_is_fatal(error))
		give_up(sending, error);
	else
		begin(sending);
}

void delivery_send(struct living *living, const struct draft *draft, delivery_sent done, void *user)
{
	struct sending *sending = g_new0(struct sending, 1);

	sending->living = living;
	sending->address = g_strdup(draft->address);
	sending->body = plain_dup(draft->body);
	sending->expire = draft->expire;
	sending->sealed = draft->sealed;
	sending->view_once = draft->view_once;
	sending->corrects = g_strdup(draft->corrects);
	sending->file = plain_dup(draft->file);
	sending->id = g_strdup(draft->id);
	sending->done = done;
	sending->user = user;
	g_queue_push_tail(&living->unsealed, sending);
	/* Who is in a room, and that it is safe, is looked at before anything is sealed. */
	if (room_state_is_open(living, draft->address)) {
		sending->is_asking = true;
		lobby_ready(living, draft->address, room_asked, sending);
	} else {
		begin(sending);
	}
}

static void hurry(struct sending *sending)
{
	g_autoptr(GError) error = NULL;

	sending->is_ready = true;
	if (!sending->audience.people && !find_audience(sending, &error))
		give_up(sending, error);
	else
		error_set(&sending->why, ERROR_UNREACHABLE, "The carrier didn't answer in time.");
}

void delivery_hurry(struct living *living, const char *address, const void *user)
{
	struct sending *sending;
	bool is_last = false;

	/* What was written before it is behind the same silence. */
	while (!is_last && (sending = first_to(living, address))) {
		is_last = sending->user == user;
		hurry(sending);
		seal_in_order(living, address);
	}
}
