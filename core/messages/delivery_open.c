/* delivery, inwards: opening one parcel. */
#include "core/messages/delivery_inside.h"

#include "core/base/error.h"
#include "core/profile/device_keys.h"

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
		if (error_is_store(why) || error_is(why, ERROR_DUPLICATE) ||
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

/* A device that has sealed a digest once seals one with everything: without it is nobody's. */
static gboolean check_digest(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct envelope *envelope = &arrival->envelope;
	struct device *device = NULL;
	bool wants;

	if (arrival->inside.has_digest || arrival->inside.is_stripped)
		return TRUE;
	if (!living->store->ops->device_get(living->store, envelope->from, envelope->device,
					    &device, error))
		return FALSE;
	wants = device && device->sends_digest;
	device_free(device);
	if (!wants)
		return TRUE;
	arrival->refusal = CAUSE_STRIPPED;
	error_set(error, ERROR_CRYPTO,
		  "A message from device %u of %s came without the digest that its other messages "
		  "have. Its profile may have been put back from a copy, or an older sotto be in "
		  "use there: ask them, and to send it again.",
		  envelope->device, envelope->from);
	return FALSE;
}

static gboolean open_inside(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const char *room = arrival->parcel->room;
	const char *to = room ? room : living->account->address;
	struct ratchet_opened *opened = &arrival->opened;

	if (!envelope_open(&arrival->envelope, (const uint8_t *)opened->data, opened->bytes,
			   &arrival->inside, error)) {
		if (arrival->inside.is_rewritten)
			arrival->refusal = CAUSE_REWRITTEN;
		return FALSE;
	}
	if (!check_digest(arrival, error))
		return FALSE;
	if (!arrival->inside.content)
		return TRUE;
	return content_decode(arrival->inside.content, arrival->inside.content_bytes,
			      arrival->envelope.from, arrival->is_own ? NULL : to,
			      &arrival->content, error);
}
/* Where the carrier doesn't vouch for the author, only a key that is known already does. */
static gboolean check_guess(const struct arrival *arrival, GError **why)
{
	struct living *living = arrival->intake->living;
	struct device *device = NULL;
	bool is_known;

	if (!arrival->parcel->is_guessed)
		return TRUE;
	is_known = living->store->ops->device_get(living->store, arrival->envelope.from,
						  arrival->envelope.device, &device, why) &&
		   device && device->has_key;
	device_free(device);
	if (!is_known && !*why)
		error_set(why, ERROR_CRYPTO,
			  "Something was said here while you were away, by somebody who has left "
			  "since: who that was isn't certain. Ask for it again.");
	return is_known;
}

/*
 * Open, and once more when it came under another key than the known one: the carrier vouches for
 * the sender, so the key has changed and somebody has to decide; until then what it says is kept,
 * marked. FALSE with WHY when it can't be opened, with ERROR when the store failed.
 */
gboolean arrival_open(struct arrival *arrival, GError **why, GError **error)
{
	struct living *living = arrival->intake->living;

	if (!check_guess(arrival, why))
		return FALSE;
	if (open_keys(arrival, why))
		return open_inside(arrival, why);
	if (!error_is(*why, ERROR_TRUST) || arrival->parcel->is_guessed)
		return FALSE;
	arrival->device = device_meet(living, arrival->envelope.from, arrival->envelope.device,
					 arrival->opened.identity, RULE_MANUAL, false, error);
	if (!arrival->device) {
		g_clear_error(why);
		return FALSE;
	}
	arrival_trust(arrival, "A message came under a key that isn't the known one.");
	ratchet_opened_clear(&arrival->opened);
	g_clear_error(why);
	return open_keys(arrival, why) && open_inside(arrival, why);
}
