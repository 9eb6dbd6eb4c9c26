#include "core/outbox/delivery_seal.h"

#include <string.h>
#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "core/model/message.h"
#include "core/omemo/envelope.h"
#include "core/omemo/form.h"
#include "core/profile/disclosure.h"
#include "core/profile/notes.h"
#include "core/profile/seal_state.h"

/* One envelope being sealed: its keys, and for each the device that it is for. */
struct sealing {
	struct living *living;
	const struct posting *posting;
	GArray *keys;	  /* struct envelope_key */
	GPtrArray *sealed; /* const struct device *, as many */
	guint own_from;	  /* from here on they are own devices */
};

static bool may_seal(struct living *living, const struct device *device, enum trust_rule rule)
{
	bool is_here = device->id == living->account->device &&
		       strcmp(device->address, living->account->address) == 0;

	return device->is_active && !is_here && device_use(device, rule) == USE_SEAL;
}

/* What is sealed for DEVICE of BLOB: the digest only where it is read. */
static size_t blob_bytes_for(const struct device *device)
{
	return device->reads & FORM_DIGEST ? ENVELOPE_BOUND_BYTES : ENVELOPE_BLOB_BYTES;
}

/* A device without a session (its keys couldn't be read) is left out; any other failure ends it
 * all. */
static gboolean seal_for(struct sealing *sealing, GPtrArray *devices,
			 const uint8_t blob[static ENVELOPE_BOUND_BYTES], GError **error)
{
	struct living *living = sealing->living;
	const struct posting *posting = sealing->posting;

	for (guint i = 0; devices && i < devices->len; i++) {
		struct device *device = devices->pdata[i];
		struct envelope_key key = { .device = device->id };
		g_autoptr(GError) why = NULL;

		if (!may_seal(living, device, posting->recipients->rule) ||
		    (posting->only && device->id != posting->only))
			continue;
		if (cancel_check(living->cancel, error))
			return FALSE;
		key.sealed = ratchet_seal(living->ratchet, device->address, device->id, blob,
					  blob_bytes_for(device), &key.is_prekey, &why);
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

static gboolean put_row(const struct sealing *sealing, const char *to, uint32_t device,
			bool is_own, GBytes *bytes, GError **error)
{
	struct store *store = sealing->living->store;
	struct outbox_row row = {
		.conversation = (char *)sealing->posting->conversation,
		.id = (char *)sealing->posting->id,
		.to = (char *)to,
		.device = device,
		.is_own = is_own,
		.made_at = living_now(sealing->living),
		.bytes = bytes,
	};

	if (!store->ops->outbox_put(store, &row, error))
		return FALSE;
	seal_state_row(sealing->living->seals, row.row);
	return TRUE;
}

static gboolean put_rows(const struct sealing *sealing, GBytes *bytes, GError **error)
{
	/* Without a carrier at hand (it failed to start) its shape is known from the account. */
	if (strcmp(sealing->living->account->carrier, "spool") != 0)
		return put_row(sealing, sealing->posting->to, 0, false, bytes, error);
	for (guint i = 0; i < sealing->sealed->len; i++) {
		const struct device *device = sealing->sealed->pdata[i];

		if (!put_row(sealing, device->address, device->id, i >= sealing->own_from, bytes,
			     error))
			return FALSE;
	}
	return TRUE;
}

static void key_clear(void *data)
{
	struct envelope_key *key = data;

	g_clear_pointer(&key->sealed, g_bytes_unref);
}

static gboolean seal_keys(struct sealing *sealing,
			  const uint8_t blob[static ENVELOPE_BOUND_BYTES], GError **error)
{
	const struct posting *posting = sealing->posting;
	const struct content *content = posting->content;
	bool has_words = content && (content->body || content->file || content->chunk.id);

	if (!seal_for(sealing, posting->recipients->devices, blob, error))
		return FALSE;
	sealing->own_from = sealing->sealed->len;
	if (has_words && !posting->may_miss && sealing->sealed->len == 0) {
		error_set(
			error, ERROR_NO_DEVICES,
			"No device of %s has keys that can be used; ask them to start sotto once.",
			posting->to);
		return FALSE;
	}
	return seal_for(sealing, posting->recipients->own, blob, error);
}

/* Turn what was sealed into bytes, and those into the outbox. */
static gboolean post(struct sealing *sealing, struct envelope *envelope, GError **error)
{
	const char *id = sealing->posting->id;
	g_autoptr(GBytes) bytes = NULL;

	if (sealing->keys->len == 0)
		return TRUE;
	envelope->from = g_strdup(sealing->living->account->address);
	envelope->to = g_strdup(sealing->posting->to);
	envelope->is_groupchat = sealing->posting->is_room;
	/* A file on the spool has a name of its own; a stanza is known by its id. */
	if (strcmp(sealing->living->account->carrier, "spool") != 0)
		envelope->id = id ? g_strdup(id) : message_new_id();
	envelope->key_count = sealing->keys->len;
	envelope->keys = (struct envelope_key *)(void *)g_array_steal(sealing->keys, NULL);
	bytes = envelope_encode(envelope, error);
	return bytes && put_rows(sealing, bytes, error);
}

/* What other clients show, in plain memory: of a file its URL and nothing else (XEP-0454). */
static char *legacy_body(const struct content *content)
{
	if (content->file)
		return content->file->url ? file_to_url(content->file) : NULL;
	return plain_dup(content->body);
}

/* What other clients look for beside what is sealed; between two people only. */
static gboolean add_asides(struct living *living, const struct posting *posting,
			   struct envelope *envelope, GError **error)
{
	struct contact *contact = NULL;

	if (strcmp(posting->conversation, posting->to) != 0)
		return TRUE;
	if (!living->store->ops->contact_get(living->store, posting->to, &contact, error))
		return FALSE;
	if (contact && contact->kind == CONTACT_PERSON) {
		envelope->replaces = g_strdup(posting->content->replaces);
		envelope->wants_receipt = disclosure_may_tell(living, contact, MANNER_RECEIPTS);
		envelope->wants_marker = disclosure_may_tell(living, contact, MANNER_MARKERS);
	}
	contact_free(contact);
	return TRUE;
}

/* Whatever asks for it: notes are sealed for nobody. */
static gboolean check_notes(const struct living *living, const struct posting *posting,
			    GError **error)
{
	if (!notes_is(living, posting->conversation))
		return TRUE;
	error_set(error, ERROR_POLICY, "Notes to yourself stay on this device: nothing is sent.");
	return FALSE;
}

gboolean posting_put(struct living *living, const struct posting *posting, GError **error)
{
	struct sealing sealing = { .living = living, .posting = posting };
	struct envelope envelope = { .device = living->account->device };
	const struct content *content = posting->content;
	char *legacy = NULL;
	struct content rest = content ? *content : (struct content){ 0 };
	uint8_t blob[ENVELOPE_BOUND_BYTES];
	char *inside = NULL;
	size_t inside_bytes = 0;
	gboolean ok;

	if (!check_notes(living, posting, error))
		return FALSE;
	rest.reads = FORM_OURS;
	if (content && !posting->recipients->all_sotto)
		legacy = legacy_body(content);
	/* Where the legacy payload has the words, the extension carries all the rest. */
	if (legacy)
		rest.body = NULL;
	if (content && !(inside = content_encode(&rest, &inside_bytes, error))) {
		plain_free(legacy);
		return FALSE;
	}
	sealing.keys = g_array_new(FALSE, TRUE, sizeof(struct envelope_key));
	g_array_set_clear_func(sealing.keys, key_clear);
	sealing.sealed = g_ptr_array_new();
	envelope_seal(&envelope, inside, inside_bytes, legacy, blob);
	/* A receipt or a timer is nothing that another client should show as words. */
	envelope.is_silent = content && !content->body && !content->file;
	ok = (!legacy || add_asides(living, posting, &envelope, error)) &&
	     seal_keys(&sealing, blob, error) && post(&sealing, &envelope, error);
	wipe(blob, sizeof(blob));
	plain_free(legacy);
	plain_free(inside);
	envelope_clear(&envelope);
	g_array_unref(sealing.keys);
	g_ptr_array_unref(sealing.sealed);
	return ok;
}

struct content posting_content(const struct message *message, const struct contact *contact)
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

/* -- whom it is for --------------------------------------------------------------------------- */

static gboolean add_devices(struct living *living, const char *address, GPtrArray *devices,
			    GError **error)
{
	GPtrArray *some = living_devices(living, address, error);

	if (!some)
		return FALSE;
	g_ptr_array_extend_and_steal(devices, some);
	return TRUE;
}

gboolean recipients_init(struct living *living, const char *const *addresses, bool with_own,
			 enum trust_rule rule, struct recipients *to, GError **error)
{
	const char *own = living->account->address;
	gboolean ok = TRUE;

	memset(to, 0, sizeof(*to));
	to->rule = rule;
	to->devices = g_ptr_array_new_with_free_func((GDestroyNotify)device_free);
	for (const char *const *address = addresses; ok && *address; address++) {
		/* To oneself, the own devices are the others' as well. */
		with_own &= strcmp(*address, own) != 0;
		ok = add_devices(living, *address, to->devices, error);
	}
	if (ok && with_own) {
		to->own = living_devices(living, own, error);
		ok = to->own != NULL;
	}
	if (!ok) {
		recipients_clear(to);
		return FALSE;
	}
	/* On the spool there is nobody but sottos. */
	to->all_sotto = strcmp(living->account->carrier, "spool") == 0 ||
			(all_sotto(living, to->devices, rule) && all_sotto(living, to->own, rule));
	return TRUE;
}

void recipients_clear(struct recipients *to)
{
	g_clear_pointer(&to->devices, g_ptr_array_unref);
	g_clear_pointer(&to->own, g_ptr_array_unref);
}

enum trust recipients_trust(struct living *living, const struct recipients *to)
{
	enum trust least = TRUST_VERIFIED;

	for (guint i = 0; i < to->devices->len; i++) {
		const struct device *device = to->devices->pdata[i];

		if (may_seal(living, device, to->rule) && device->trust != TRUST_VERIFIED)
			least = TRUST_TRUSTED;
	}
	return least;
}
