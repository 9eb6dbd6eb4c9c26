/* delivery, outwards: see delivery.h for the order of things, which is what matters here. */
#include "core/delivery.h"
#include "core/draft.h"

#include <string.h>
#include "core/blocking.h"
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

/* The devices that one envelope is for. */
struct recipients {
	GPtrArray *devices; /* the contact's */
	GPtrArray *own;	    /* the own other devices, NULL without any */
	bool all_sotto;
};

/* One envelope being sealed: its keys, and for each the device that it is for. */
struct sealing {
	struct living *living;
	const struct contact *contact;
	enum trust_rule rule;
	uint32_t only;	  /* when not 0, this device alone */
	GArray *keys;	  /* struct envelope_key */
	GPtrArray *sealed; /* const struct device *, as many */
	guint own_from;	  /* from here on they are own devices */
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
	       trust_use(device->trust, rule) == USE_SEAL;
}

/* A device without a session (its keys couldn't be read) is left out; any other failure ends it
 * all. */
static gboolean seal_for(struct sealing *sealing, GPtrArray *devices,
			 const uint8_t blob[static ENVELOPE_BLOB_BYTES], GError **error)
{
	struct living *living = sealing->living;

	for (guint i = 0; devices && i < devices->len; i++) {
		struct device *device = devices->pdata[i];
		struct envelope_key key = { .device = device->id };
		g_autoptr(GError) why = NULL;

		if (!may_seal(living, device, sealing->rule) ||
		    (sealing->only && device->id != sealing->only))
			continue;
		key.sealed = ratchet_seal(living->ratchet, device->address, device->id, blob,
					  ENVELOPE_BLOB_BYTES, &key.is_prekey, &why);
		if (key.sealed) {
			g_array_append_val(sealing->keys, key);
			g_ptr_array_add(sealing->sealed, device);
		} else if (!error_is(why, ERROR_NO_SESSION)) {
			g_propagate_error(error, g_steal_pointer(&why));
			return FALSE;
		}
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

static gboolean put_row(const struct sealing *sealing, const char *id, const char *to,
			uint32_t device, bool is_own, GBytes *bytes, GError **error)
{
	struct store *store = sealing->living->store;
	struct outbox_row row = {
		.conversation = sealing->contact->address,
		.id = (char *)id,
		.to = (char *)to,
		.device = device,
		.is_own = is_own,
		.made_at = living_now(sealing->living),
		.bytes = bytes,
	};

	return store->ops->outbox_put(store, &row, error);
}

static gboolean put_rows(const struct sealing *sealing, const char *id, GBytes *bytes,
			 GError **error)
{
	/* Without a carrier at hand (it failed to start) its shape is known from the account. */
	if (strcmp(sealing->living->account->carrier, "spool") != 0)
		return put_row(sealing, id, sealing->contact->address, 0, false, bytes, error);
	for (guint i = 0; i < sealing->sealed->len; i++) {
		const struct device *device = sealing->sealed->pdata[i];

		if (!put_row(sealing, id, device->address, device->id, i >= sealing->own_from,
			     bytes, error))
			return FALSE;
	}
	return TRUE;
}

static void key_clear(void *data)
{
	struct envelope_key *key = data;

	g_clear_pointer(&key->sealed, g_bytes_unref);
}

static gboolean seal_keys(struct sealing *sealing, const struct recipients *to, bool must_reach,
			  const uint8_t blob[static ENVELOPE_BLOB_BYTES], GError **error)
{
	if (!seal_for(sealing, to->devices, blob, error))
		return FALSE;
	sealing->own_from = sealing->sealed->len;
	if (must_reach && sealing->sealed->len == 0) {
		error_set(
			error, ERROR_NO_DEVICES,
			"No device of %s has keys that can be used; ask them to start sotto once.",
			sealing->contact->address);
		return FALSE;
	}
	return seal_for(sealing, to->own, blob, error);
}

/* Turn what was sealed into bytes, and those into the outbox. */
static gboolean post(struct sealing *sealing, struct envelope *envelope, const char *id,
		     GError **error)
{
	g_autoptr(GBytes) bytes = NULL;

	if (sealing->keys->len == 0)
		return TRUE;
	envelope->from = g_strdup(sealing->living->account->address);
	envelope->to = g_strdup(sealing->contact->address);
	/* A file on the spool has a name of its own; a stanza is known by its id. */
	if (strcmp(sealing->living->account->carrier, "spool") != 0)
		envelope->id = id ? g_strdup(id) : message_new_id();
	envelope->key_count = sealing->keys->len;
	envelope->keys = (struct envelope_key *)(void *)g_array_steal(sealing->keys, NULL);
	bytes = envelope_encode(envelope, error);
	return bytes && put_rows(sealing, id, bytes, error);
}

/* Seal CONTENT once, its key for each device, and put the bytes into the outbox. */
static gboolean seal_and_put(struct living *living, const struct contact *contact, const char *id,
			     const struct recipients *to, uint32_t only,
			     const struct content *content, GError **error)
{
	struct sealing sealing = { .living = living, .contact = contact, .only = only,
				   .rule = living_rule(living, contact) };
	struct envelope envelope = { .device = living->account->device };
	const char *legacy = content && !to->all_sotto ? content->body : NULL;
	struct content rest = content ? *content : (struct content){ 0 };
	uint8_t blob[ENVELOPE_BLOB_BYTES];
	char *inside = NULL;
	size_t inside_bytes = 0;
	gboolean ok;

	/* Where the legacy payload has the words, the extension carries all the rest. */
	if (legacy)
		rest.body = NULL;
	if (content && !(inside = content_encode(&rest, &inside_bytes, error)))
		return FALSE;
	sealing.keys = g_array_new(FALSE, TRUE, sizeof(struct envelope_key));
	g_array_set_clear_func(sealing.keys, key_clear);
	sealing.sealed = g_ptr_array_new();
	envelope_seal(&envelope, inside, inside_bytes, legacy, blob);
	ok = seal_keys(&sealing, to, content && content->body, blob, error) &&
	     post(&sealing, &envelope, id, error);
	wipe(blob, sizeof(blob));
	plain_free(inside);
	envelope_clear(&envelope);
	g_array_unref(sealing.keys);
	g_ptr_array_unref(sealing.sealed);
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

gboolean delivery_announce(struct living *living, const struct contact *contact,
			   const struct content *content, GError **error)
{
	struct recipients to;
	gboolean ok;

	if (!recipients_init(living, contact, &to, error))
		return FALSE;
	ok = seal_and_put(living, contact, NULL, &to, 0, content, error);
	recipients_clear(&to);
	return ok;
}

void delivery_warn_of_gaps(struct living *living, const char *address, GPtrArray *devices)
{
	g_autoptr(GString) names = g_string_new(NULL);

	if (strcmp(living->account->carrier, "spool") == 0)
		return;
	for (guint i = 0; i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (!device->is_active || device->is_sotto ||
		    trust_use(device->trust, RULE_FIRST) == USE_SKIP)
			continue;
		g_string_append_printf(names, "%s%u", names->len ? ", " : "", device->id);
		if (device->label)
			g_string_append_printf(names, " (%s)", device->label);
	}
	if (names->len)
		living_emit_notice(
			living,
			"Of %s, these devices haven't shown that they honour timers and may keep "
			"what is sent: %s.",
			address, names->str);
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

	if (!blocking_check(contact, error))
		return FALSE;

	/* A list that was never read says nothing: the carrier's own word is the better sentence.
	 */
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
	struct recipients to = { 0 };
	struct message *message = NULL;
	struct contact *contact = NULL;
	GError *error = NULL;

	if (!living->store->ops->contact_get(living->store, sending->address, &contact, &error))
		goto refused;
	if (!contact) {
		if (sending->why)
			g_propagate_error(&error, g_error_copy(sending->why));
		else if (strcmp(sending->address, living->account->address) == 0)
			error_set(&error, ERROR_USAGE, "%s is your own address.",
				  sending->address);
		else
			error_set(&error, ERROR_NO_CONTACT, "Nobody called %s is known.",
				  sending->address);
		goto refused;
	}
	if (!recipients_init(living, contact, &to, &error) || !judge(sending, contact, &to, &error))
		goto refused;
	message = make_message(sending, contact);
	message->trust = least_trust(living, &to, living_rule(living, contact));
	if (message->expire_seconds || message->view_once)
		delivery_warn_of_gaps(living, contact->address, to.devices);
	if (!store_sealed(sending, contact, &to, message, &error)) {
		message_free(message);
		goto refused;
	}
	sending->message = message;
	living_emit_message(living, EVENT_MESSAGE, message);
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
