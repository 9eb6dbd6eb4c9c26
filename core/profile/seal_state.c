#include "core/profile/seal_state.h"

#include <string.h>
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet.h"

#define RECORD_SETTING "seal-mark"

enum { LIFE_MS = 600000 /* of the mark of a block: a copy may be made meanwhile */ };

struct seal_state *seal_state_new(struct store *store, struct ratchet *ratchet,
				  const struct clock *clock, GError **error)
{
	g_autoptr(GBytes) value = NULL;
	struct seal_state *state;

	if (!store->ops->setting_get(store, RECORD_SETTING, &value, error))
		return NULL;
	state = g_new0(struct seal_state, 1);
	state->store = store;
	state->ratchet = ratchet;
	state->clock = clock;
	state->block = 1;
	seal_record_decode(value, &state->known.record);
	state->known.stored = state->known.record;
	return state;
}

void seal_state_begin(struct seal_state *state)
{
	state->former = state->known;
}

void seal_state_forget(struct seal_state *state)
{
	state->known = state->former;
}

void seal_state_row(struct seal_state *state, int64_t row)
{
	if (!state->known.record.unsure_row)
		state->known.record.unsure_row = row;
}

bool seal_state_is_put(const struct seal_state *state)
{
	return state->known.is_adopted &&
	       memcmp(&state->put, &state->known.record.now, sizeof(state->put)) == 0;
}

/* More was sealed than the run's bound says, or a while ago: it grows by whole blocks. */
static void raise_bound(struct seal_state *state)
{
	struct seal_known *known = &state->known;
	const uint64_t seals = ratchet_seals(state->ratchet), block = state->block;
	const bool is_old = block > 1 && seal_state_is_put(state) &&
			    clock_boot(state->clock) - state->put_at > LIFE_MS;
	uint64_t more;

	if (seals == known->seals)
		return;
	known->seals = seals;
	if (!known->is_adopted || (seals <= known->covered && !is_old))
		return;
	more = seals > known->covered ? (seals - known->covered + block - 1) / block * block
				      : block;
	known->covered += more;
	known->record.now.bound += more;
}

gboolean seal_state_store(struct seal_state *state, GError **error)
{
	g_autoptr(GBytes) value = NULL, before = NULL;

	raise_bound(state);
	value = seal_record_encode(&state->known.record);
	before = seal_record_encode(&state->known.stored);
	if (g_bytes_equal(value, before))
		return TRUE;
	if (!state->store->ops->setting_put(state->store, RECORD_SETTING, value, error))
		return FALSE;
	state->known.stored = state->known.record;
	return TRUE;
}

void seal_state_adopt(struct seal_state *state, const struct seal_mark *found)
{
	struct seal_record *record = &state->known.record;
	const uint64_t last = MAX(found->bound, MAX(record->now.bound, record->before.bound));

	record->before = *found;
	crypto_random(record->now.run, sizeof(record->now.run));
	record->now.bound = last + state->block;
	state->known.seals = ratchet_seals(state->ratchet);
	state->known.covered = state->known.seals + state->block;
	state->known.is_adopted = true;
}
