/* delivery, outwards: see delivery.h for the order of things, which is what matters here. */
#include "core/delivery.h"

#include <string.h>
#include "core/contact.h"
#include "core/engine.h"
#include "core/envelope.h"
#include "core/error.h"
#include "core/policy.h"
#include "core/secret.h"

/* One message on its way to the outbox. */
struct sending {
	struct living *living;
	char *address;
	char *body; /* plain memory */
	int64_t expire;
	bool sealed;
	bool view_once;
	struct message *message; /* once it is stored */
	GError *why;		 /* why the directory could not be asked */
	delivery_sent done;
	void *user;
};

/* The devices that one envelope is sealed for. */
struct recipients {
	GPtrArray *devices; /* the contact's */
	GPtrArray *own;	    /* the own other devices, NULL without any */
	bool all_sotto;
};

static void sending_end(struct sending *sending, const GError *error)
{
	sending->done(sending->user, sending->message, error);
	message_free(sending->message);
	plain_free(sending->body);
	g_clear_error(&sending->why);
	g_free(sending->address);
	g_free(sending);
}

/* -- sealing, inside a transaction ------------------------------------------------------------- */

static bool may_seal(struct living *living, const struct device *device, enum trust_rule rule)
{
	return device->is_active && device->id != living->account->device &&
	       trust_use(device->trust, rule) == USE_SEAL &&
	       ratchet_has_session(living->ratchet, device->address, device->id);
}

static gboolean seal_for(struct living *living, GPtrArray *devices, enum trust_rule rule,
			 uint32_t only, const uint8_t blob[static ENVELOPE_BLOB_BYTES],
			 GArray *keys, GError **error)
{
	for (guint i = 0; devices && i < devices->len; i++) {
		const struct device *device = devices->pdata[i];
		struct envelope_key key = { .device = device->id };

		if (!may_seal(living, device, rule) || (only && device->id != only))
			continue;
		key.sealed = ratchet_seal(living->ratchet, device->address, device->id, blob,
					  ENVELOPE_BLOB_BYTES, &key.is_prekey, error);
		if (!key.sealed)
			return FALSE;
		g_array_append_val(keys, key);
	}
	return TRUE;
}

static bool all_sotto(struct living *living, GPtrArray *devices, enum trust_rule rule)
{
	for (guint i = 0; devices && i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (may_seal(living, device, rule) && !device->is_sotto)
			return false;
	}
	return true;
}

static gboolean put_row(struct living *living, const struct contact *contact, const char *id,
			const char *to, uint32_t device, bool is_own, GBytes *bytes, GError **error)
{
	struct outbox_row row = {
		.conversation = contact->address,
		.id = (char *)id,
		.to = (char *)to,
		.device = device,
		.is_own = is_own,
		.made_at = living_now(living),
		.bytes = bytes,
	};

	return living->store->ops->outbox_put(living->store, &row, error);
}

static gboolean put_rows(struct living *living, const struct contact *contact, const char *id,
			 const struct recipients *to, enum trust_rule rule, uint32_t only,
			 GBytes *bytes, GError **error)
{
	GPtrArray *sets[] = { to->devices, to->own };

	/* Without a carrier at hand (it failed to start) its shape is known from the account. */
	if (strcmp(living->account->carrier, "spool") != 0)
		return put_row(living, contact, id, contact->address, 0, false, bytes, error);
	for (size_t s = 0; s < G_N_ELEMENTS(sets); s++) {
		for (guint i = 0; sets[s] && i < sets[s]->len; i++) {
			const struct device *device = sets[s]->pdata[i];

			if (!may_seal(living, device, rule) || (only && device->id != only))
				continue;
			if (!put_row(living, contact, id, device->address, device->id, s == 1,
				     bytes, error))
				return FALSE;
		}
	}
	return TRUE;
}

static void key_clear(void *data)
{
	struct envelope_key *key = data;

	g_clear_pointer(&key->sealed, g_bytes_unref);
}

/* Seal CONTENT once, its key for each device, and put the bytes into the outbox. */
static gboolean seal_and_put(struct living *living, const struct contact *contact, const char *id,
			     const struct recipients *to, uint32_t only,
			     const struct content *content, GError **error)
{
	enum trust_rule rule = living_rule(living, contact);
	g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(struct envelope_key));
	g_autoptr(GBytes) bytes = NULL;
	struct envelope envelope = { .device = living->account->device };
	uint8_t blob[ENVELOPE_BLOB_BYTES];
	char *inside = NULL;
	size_t inside_bytes = 0;
	gboolean ok = FALSE;

	g_array_set_clear_func(keys, key_clear);
	if (content && !(inside = content_encode(content, &inside_bytes, error)))
		return FALSE;
	envelope_seal(&envelope, inside, inside_bytes,
		      content && !to->all_sotto ? content->body : NULL, blob);
	if (!seal_for(living, to->devices, rule, only, blob, keys, error) ||
	    !seal_for(living, to->own, rule, only, blob, keys, error))
		goto out;
	if (keys->len == 0) {
		ok = TRUE;
		goto out;
	}
	envelope.from = g_strdup(living->account->address);
	envelope.to = g_strdup(contact->address);
	envelope.key_count = keys->len;
	envelope.keys = (struct envelope_key *)(void *)g_array_steal(keys, NULL);
	bytes = envelope_encode(&envelope, error);
	ok = bytes && put_rows(living, contact, id, to, rule, only, bytes, error);
out:
	wipe(blob, sizeof(blob));
	plain_free(inside);
	envelope_clear(&envelope);
	return ok;
}

static gboolean recipients_init(struct living *living, const struct contact *contact,
				struct recipients *to, GError **error)
{
	enum trust_rule rule = living_rule(living, contact);

	memset(to, 0, sizeof(*to));
	to->devices = living_devices(living, contact->address, error);
	if (!to->devices)
		return FALSE;
	if (strcmp(contact->address, living->account->address) != 0) {
		to->own = living_devices(living, living->account->address, error);
		if (!to->own) {
			g_clear_pointer(&to->devices, g_ptr_array_unref);
			return FALSE;
		}
	}
	/* On the spool there is nobody but sottos. */
	to->all_sotto = strcmp(living->account->carrier, "spool") == 0 ||
			(all_sotto(living, to->devices, rule) && all_sotto(living, to->own, rule));
	return TRUE;
}

static void recipients_clear(struct recipients *to)
{
	g_clear_pointer(&to->devices, g_ptr_array_unref);
	g_clear_pointer(&to->own, g_ptr_array_unref);
}

gboolean delivery_queue(struct living *living, const struct contact *contact, uint32_t device,
			const struct content *content, GError **error)
{
	struct recipients to;
	gboolean ok;

	if (!recipients_init(living, contact, &to, error))
		return FALSE;
	/* Answers and receipts are nobody's business but the contact's. */
	g_clear_pointer(&to.own, g_ptr_array_unref);
	ok = seal_and_put(living, contact, NULL, &to, device, content, error);
	recipients_clear(&to);
	return ok;
}

/* -- one message ------------------------------------------------------------------------------ */

static enum trust least_trust(struct living *living, const struct recipients *to,
			      enum trust_rule rule)
{
	enum trust least = TRUST_VERIFIED;

	for (guint i = 0; i < to->devices->len; i++) {
		const struct device *device = to->devices->pdata[i];

		if (may_seal(living, device, rule) && device->trust != TRUST_VERIFIED)
			least = TRUST_TRUSTED;
	}
	return least;
}

static struct message *make_message(struct sending *sending, const struct contact *contact)
{
	struct message *message = g_new0(struct message, 1);

	message->id = message_new_id();
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
	return message;
}

static struct content make_content(const struct message *message, const struct contact *contact)
{
	struct content content = {
		.from = message->from,
		.to = message->conversation,
		.time = message->sent_at,
		.id = message->id,
		.body = message->body,
		.sealed = message->sealed,
		.view_once = message->view_once,
		.has_timer = true,
		.timer = contact->timer,
		.timer_version = contact->timer_version,
	};

	if (message->expire_seconds != contact->timer)
		content.expire = message->expire_seconds;
	return content;
}

static gboolean store_sealed(struct sending *sending, const struct contact *contact,
			     const struct recipients *to, struct message *message, GError **error)
{
	struct living *living = sending->living;
	struct content content = make_content(message, contact);
	bool is_new;

	if (!living_begin(living, error))
		return FALSE;
	if (seal_and_put(living, contact, message->id, to, 0, &content, error) &&
	    living->store->ops->message_put(living->store, message, &is_new, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
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
	if (!why && sending->message->state == STATE_QUEUED)
		error_set(&why, ERROR_UNREACHABLE,
			  "%s The message is sealed and queued; it goes out when sotto next runs.",
			  error ? error->message : "The carrier didn't take it.");
	sending_end(sending, why);
}

static gboolean judge(struct sending *sending, const struct contact *contact,
		      const struct recipients *to, GError **error)
{
	enum trust_rule rule = living_rule(sending->living, contact);
	struct verdict verdict = { 0 };
	gboolean ok;

	/* A list that was never read says nothing: the carrier's own word is the better sentence. */
	if (to->devices->len == 0 && sending->why) {
		g_propagate_error(error, g_error_copy(sending->why));
		return FALSE;
	}
	policy_judge_send(contact->address, to->devices, rule, &verdict);
	ok = verdict.answer != VERDICT_DENY;
	if (!ok)
		error_set(error, verdict.code, "%s", verdict.reason);
	verdict_clear(&verdict);
	return ok;
}

static void seal_message(struct sending *sending)
{
	struct living *living = sending->living;
	struct event event = { .type = EVENT_MESSAGE };
	struct recipients to = { 0 };
	struct message *message = NULL;
	struct contact *contact = NULL;
	GError *error = NULL;

	if (!living->store->ops->contact_get(living->store, sending->address, &contact, &error))
		goto refused;
	if (!contact) {
		if (sending->why)
			g_propagate_error(&error, g_error_copy(sending->why));
		else
			error_set(&error, ERROR_NO_CONTACT, "Nobody called %s is known.",
				  sending->address);
		goto refused;
	}
	if (!recipients_init(living, contact, &to, &error) || !judge(sending, contact, &to, &error))
		goto refused;
	message = make_message(sending, contact);
	message->trust = least_trust(living, &to, living_rule(living, contact));
	if (!store_sealed(sending, contact, &to, message, &error)) {
		message_free(message);
		goto refused;
	}
	sending->message = message;
	event.message = message;
	event.address = contact->address;
	living_emit(living, &event);
	recipients_clear(&to);
	contact_free(contact);
	delivery_flush(living, flushed, sending);
	return;
refused:
	recipients_clear(&to);
	contact_free(contact);
	sending_end(sending, error);
	g_clear_error(&error);
}

static bool is_fatal(const GError *error)
{
	return error && !error_is(error, ERROR_UNREACHABLE) && !error_is(error, ERROR_NO_DEVICES) &&
	       !error_is(error, ERROR_NO_CONTACT);
}

static void own_refreshed(void *user, const GError *error)
{
	struct sending *sending = user;

	if (is_fatal(error))
		sending_end(sending, error);
	else
		seal_message(sending);
}

static void refreshed(void *user, const GError *error)
{
	struct sending *sending = user;

	if (is_fatal(error)) {
		sending_end(sending, error);
		return;
	}
	sending->why = error ? g_error_copy(error) : NULL;
	directory_refresh(sending->living, sending->living->account->address, own_refreshed,
			  sending);
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
	sending->done = done;
	sending->user = user;
	directory_refresh(living, draft->address, refreshed, sending);
}
