/* delivery, inwards: what an arrival costs (core/model/budget.h), and what stays for another
 * time. */
#include "core/messages/delivery_inside.h"

#include <string.h>
#include "core/profile/senders.h"

/* Over XMPP a source is a whole domain, and nothing can stay where it is. */
enum { DOMAIN_TIMES = 10 };

static bool is_local(const struct arrival *arrival)
{
	return arrival->parcel->from == NULL;
}

static unsigned times_of(const struct arrival *arrival)
{
	return is_local(arrival) ? 1 : DOMAIN_TIMES;
}

static uint32_t source_of(const struct arrival *arrival)
{
	const char *from = arrival->parcel->from;
	const char *at = from ? strchr(from, '@') : NULL;

	if (!from)
		return arrival->parcel->uid;
	return g_str_hash(at ? at + 1 : from);
}

static struct cost cost_of(const struct arrival *arrival)
{
	struct cost cost = { .of = { [BUDGET_FILES] = 1 } };

	cost.of[BUDGET_BYTES] = g_bytes_get_size(arrival->parcel->bytes);
	return cost;
}

/* Looking at what is left costs too: so whoever leaves much waits as a whole. */
static void leave(struct arrival *arrival)
{
	const struct cost cost = cost_of(arrival);

	arrival->is_left = true;
	if (senders_allow(arrival->intake->living, source_of(arrival), times_of(arrival), &cost))
		senders_charge(arrival->intake->living, source_of(arrival), &cost);
}

static bool afford(struct arrival *arrival, const struct cost *cost)
{
	struct living *living = arrival->intake->living;

	if (!senders_allow(living, source_of(arrival), times_of(arrival), cost)) {
		leave(arrival);
		return false;
	}
	senders_charge(living, source_of(arrival), cost);
	return true;
}

bool arrival_afford_failure(struct arrival *arrival)
{
	const struct cost cost = cost_of(arrival);

	/* What was paid for needn't be once more. */
	return arrival->parcel->room || arrival->is_paid || afford(arrival, &cost);
}

bool arrival_afford_row(const struct arrival *arrival)
{
	static const struct cost cost = { .of = { [BUDGET_PLACEHOLDERS] = 1 } };

	return arrival->parcel->room || senders_allow(arrival->intake->living, source_of(arrival),
						      times_of(arrival), &cost);
}

void arrival_pay_row(const struct arrival *arrival)
{
	static const struct cost cost = { .of = { [BUDGET_PLACEHOLDERS] = 1 } };

	senders_charge(arrival->intake->living, source_of(arrival), &cost);
}

/* -- what it would make ----------------------------------------------------------------------- */

/* Whether one of the keys for us would begin a session that isn't there. */
static bool begins(const struct arrival *arrival)
{
	const struct envelope *envelope = &arrival->envelope;
	struct living *living = arrival->intake->living;

	for (size_t i = 0; i < envelope->key_count; i++) {
		const struct envelope_key *key = &envelope->keys[i];
		gsize bytes;
		const void *sealed = g_bytes_get_data(key->sealed, &bytes);

		if (key->device == living->account->device && key->is_prekey &&
		    ratchet_begins(living->ratchet, envelope->from, envelope->device, sealed,
				   bytes))
			return true;
	}
	return false;
}

struct counting {
	uint32_t uid;
	unsigned count;
};

static gboolean count_stranger(const struct contact *contact, void *user)
{
	struct counting *counting = user;

	counting->count += contact->kind == CONTACT_PERSON && !contact->is_known &&
			   !contact->is_listed && contact->has_owner &&
			   contact->owner == counting->uid;
	return TRUE;
}

/* What isn't a matter of minutes: how many strangers one uid may be, how many devices somebody. */
static gboolean has_place(const struct arrival *arrival, const struct cost *cost, bool *has,
			  GError **error)
{
	struct living *living = arrival->intake->living;
	struct counting counting = { .uid = arrival->parcel->uid };
	g_autoptr(GPtrArray) devices = NULL;

	*has = true;
	if (cost->of[BUDGET_CONTACTS] && is_local(arrival)) {
		if (!living->store->ops->contact_each(living->store, count_stranger, &counting,
						      error))
			return FALSE;
		*has = counting.count < SENDERS_STRANGERS_MAX;
	}
	if (!*has || !cost->of[BUDGET_DEVICES])
		return TRUE;
	devices = living_devices(living, arrival->envelope.from, error);
	*has = devices && devices->len < CONTACT_DEVICES_MAX;
	return devices != NULL;
}

/* The author's row as far as there is one; of a run of messages it is read once. */
static gboolean find_device(const struct arrival *arrival, struct device **device, GError **error)
{
	const struct device *kept = arrival->intake->author.device;
	struct living *living = arrival->intake->living;

	if (kept && kept->id == arrival->envelope.device &&
	    strcmp(kept->address, arrival->envelope.from) == 0) {
		*device = device_copy(kept);
		return TRUE;
	}
	return living->store->ops->device_get(living->store, arrival->envelope.from,
					      arrival->envelope.device, device, error);
}

static bool is_believed(const struct arrival *arrival, const struct device *device)
{
	const struct contact *contact = arrival->contact;

	if (!device || !device->has_key || device_is_off(device) ||
	    trust_use(device->trust, RULE_FIRST) != USE_SEAL)
		return false;
	return arrival->is_own || (contact && contact->kind == CONTACT_PERSON &&
				   contact->is_known && !contact->manners.is_blocked);
}

/* *IS_FREE: it says that it is a contact's, in a session that is there. */
static gboolean weigh(const struct arrival *arrival, struct cost *cost, bool *is_free,
		      GError **error)
{
	const struct envelope *envelope = &arrival->envelope;
	struct living *living = arrival->intake->living;
	struct device *device = NULL;
	bool is_new;

	if (!find_device(arrival, &device, error))
		return FALSE;
	is_new = begins(arrival);
	*is_free = is_believed(arrival, device) && !is_new &&
		   ratchet_has_session(living->ratchet, envelope->from, envelope->device);
	*cost = cost_of(arrival);
	cost->of[BUDGET_SESSIONS] = is_new;
	cost->of[BUDGET_DEVICES] = !device;
	cost->of[BUDGET_CONTACTS] = !device && !arrival->is_own &&
				    (!arrival->contact || contact_is_hearsay(arrival->contact));
	device_free(device);
	return TRUE;
}

gboolean arrival_afford(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	bool is_free, has = true;
	struct cost cost;

	/* Who is in a room is its server's to say. */
	if (arrival->parcel->room || arrival->parcel->is_large ||
	    (arrival->is_own && arrival->envelope.device == living->account->device))
		return TRUE;
	if (!weigh(arrival, &cost, &is_free, error))
		return FALSE;
	if (is_free)
		return TRUE;
	if (senders_allow(living, source_of(arrival), times_of(arrival), &cost) &&
	    !has_place(arrival, &cost, &has, error))
		return FALSE;
	if (!has)
		leave(arrival);
	else
		arrival->is_paid = afford(arrival, &cost);
	return TRUE;
}
