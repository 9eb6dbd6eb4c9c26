/* The own keys: made, published, kept fresh. */
#include <signal/key_helper.h>
#include <signal/session_pre_key.h>
#include <string.h>
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/port/store.h"
#include "core/port/store_lost.h"
#include "core/ratchet/ratchet.h"
#include "core/ratchet/ratchet_crypto.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/ratchet/ratchet_store.h"

enum {
	ID_MAX = PRE_KEY_MEDIUM_MAX_VALUE - 1, /* libsignal never removes the one above */
	REGISTRATION_MAX = 16380,	       /* libsignal's own range */
	KEPT_BATCHES = 2, /* a used prekey stays to the batch after the publication without it */
};

static const int64_t day_ms = 24 * 60 * 60 * (int64_t)1000;

/* What makes keys: a store to put them in and libsignal to make them. */
struct maker {
	struct store *store;
	signal_context *context;
	int64_t now;
	int64_t batch; /* the publication that the keys go out with */
};

static gboolean fail_keys(GError **error)
{
	error_set(error, ERROR_CRYPTO, "New keys could not be made.");
	return FALSE;
}

/*
 * An id that nothing stands under. Random: ids that follow one another would tell everybody who
 * reads the published keys how many conversations have begun, and how old the device is.
 */
static gboolean pick_id(struct store *store, enum key_kind kind, uint32_t *id, GError **error)
{
	struct key_row *row = NULL;

	do {
		key_row_free(row);
		row = NULL;
		*id = 1 + crypto_random_below(ID_MAX);
		if (!store->ops->key_get(store, kind, *id, &row, error))
			return FALSE;
	} while (row);
	return TRUE;
}

static gboolean put_key(struct maker *maker, enum key_kind kind, uint32_t id,
			signal_buffer *serialised, GError **error)
{
	g_autoptr(GBytes) record =
		ratchet_store_bytes(signal_buffer_data(serialised), signal_buffer_len(serialised));
	const struct key_row row = {
		.kind = kind,
		.id = id,
		.record = record,
		.made_at = maker->now,
		.batch = maker->batch,
	};

	return maker->store->ops->key_put(maker->store, &row, error);
}

static gboolean make_prekey(struct maker *maker, GError **error)
{
	ec_key_pair *pair = NULL;
	session_pre_key *prekey = NULL;
	signal_buffer *serialised = NULL;
	gboolean is_done = FALSE;
	uint32_t id;

	if (!pick_id(maker->store, KEY_PREKEY, &id, error))
		return FALSE;
	if (curve_generate_key_pair(maker->context, &pair) != SG_SUCCESS ||
	    session_pre_key_create(&prekey, id, pair) != SG_SUCCESS ||
	    session_pre_key_serialize(&serialised, prekey) != SG_SUCCESS)
		fail_keys(error);
	else
		is_done = put_key(maker, KEY_PREKEY, id, serialised, error);
	signal_buffer_bzero_free(serialised);
	SIGNAL_UNREF(prekey);
	SIGNAL_UNREF(pair);
	return is_done;
}

static gboolean make_prekeys(struct maker *maker, size_t count, GError **error)
{
	for (size_t i = 0; i < count; i++) {
		if (!make_prekey(maker, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean make_signed(struct maker *maker, const ratchet_identity_key_pair *identity,
			    GError **error)
{
	session_signed_pre_key *prekey = NULL;
	signal_buffer *serialised = NULL;
	gboolean is_done = FALSE;
	uint32_t id;

	if (!pick_id(maker->store, KEY_SIGNED, &id, error))
		return FALSE;
	if (signal_protocol_key_helper_generate_signed_pre_key(
		    &prekey, identity, id, (uint64_t)maker->now, maker->context) != SG_SUCCESS ||
	    session_signed_pre_key_serialize(&serialised, prekey) != SG_SUCCESS)
		fail_keys(error);
	else
		is_done = put_key(maker, KEY_SIGNED, id, serialised, error);
	signal_buffer_bzero_free(serialised);
	SIGNAL_UNREF(prekey);
	return is_done;
}

/* -- creation --------------------------------------------------------------------------------- */

static gboolean put_identity(struct store *store, const ratchet_identity_key_pair *pair,
			     GError **error)
{
	signal_buffer *public_key = NULL;
	signal_buffer *private_key = NULL;
	uint8_t both[CONTACT_KEY_BYTES + RATCHET_PRIVATE_BYTES];
	g_autoptr(GBytes) value = NULL;
	gboolean is_done = FALSE;

	if (ec_public_key_serialize(&public_key, ratchet_identity_key_pair_get_public(pair)) !=
		    SG_SUCCESS ||
	    ec_private_key_serialize(&private_key, ratchet_identity_key_pair_get_private(pair)) !=
		    SG_SUCCESS ||
	    signal_buffer_len(public_key) != CONTACT_KEY_BYTES ||
	    signal_buffer_len(private_key) != RATCHET_PRIVATE_BYTES) {
		fail_keys(error);
		goto out;
	}
	memcpy(both, signal_buffer_data(public_key), CONTACT_KEY_BYTES);
	memcpy(both + CONTACT_KEY_BYTES, signal_buffer_data(private_key), RATCHET_PRIVATE_BYTES);
	value = ratchet_store_bytes(both, sizeof(both));
	wipe(both, sizeof(both));
	is_done = store->ops->setting_put(store, RATCHET_SETTING_IDENTITY, value, error);
out:
	signal_buffer_free(public_key);
	signal_buffer_bzero_free(private_key);
	return is_done;
}

static gboolean refuse_second(struct store *store, GError **error)
{
	g_autoptr(GBytes) value = NULL;

	if (!store->ops->setting_get(store, RATCHET_SETTING_IDENTITY, &value, error))
		return FALSE;
	if (value)
		error_set_plain(error, ERROR_EXISTS);
	return value == NULL;
}

gboolean ratchet_create(struct store *store, const struct clock *clock, GError **error)
{
	struct maker maker = { .store = store, .now = clock_wall(clock), .batch = 1 };
	const int64_t registration = 1 + (int64_t)crypto_random_below(REGISTRATION_MAX);
	ratchet_identity_key_pair *identity = NULL;
	gboolean is_done = FALSE;

	if (!refuse_second(store, error))
		return FALSE;
	maker.context = ratchet_crypto_new(error);
	if (!maker.context)
		return FALSE;
	if (signal_protocol_key_helper_generate_identity_key_pair(&identity, maker.context) !=
	    SG_SUCCESS) {
		fail_keys(error);
		goto out;
	}
	is_done = put_identity(store, identity, error) &&
		  ratchet_store_put_number(store, RATCHET_SETTING_REGISTRATION, registration,
					   error) &&
		  ratchet_store_put_number(store, RATCHET_SETTING_BATCH, maker.batch, error) &&
		  make_signed(&maker, identity, error) &&
		  make_prekeys(&maker, BUNDLE_PREKEYS, error);
out:
	SIGNAL_UNREF(identity);
	signal_context_destroy(maker.context);
	stack_wipe();
	return is_done;
}

/* -- the bundle ------------------------------------------------------------------------------- */

struct reading {
	signal_context *context;
	struct bundle *bundle;
	GArray *prekeys; /* of struct bundle_prekey */
	int64_t batch;	 /* of the signed prekey taken so far */
	bool is_broken;
};

static bool copy_public(const ec_key_pair *pair, uint8_t key[static CONTACT_KEY_BYTES])
{
	signal_buffer *buffer = NULL;
	bool is_done =
		ec_public_key_serialize(&buffer, ec_key_pair_get_public(pair)) == SG_SUCCESS &&
		signal_buffer_len(buffer) == CONTACT_KEY_BYTES;

	if (is_done)
		memcpy(key, signal_buffer_data(buffer), CONTACT_KEY_BYTES);
	signal_buffer_free(buffer);
	return is_done;
}

static gboolean read_prekey(const struct key_row *row, void *user)
{
	struct reading *reading = user;
	struct bundle_prekey entry = { .id = row->id };
	session_pre_key *prekey = NULL;
	gsize bytes = 0;
	const void *data = g_bytes_get_data(row->record, &bytes);

	if (row->used_at || reading->prekeys->len >= BUNDLE_PREKEYS)
		return TRUE;
	if (session_pre_key_deserialize(&prekey, data, bytes, reading->context) != SG_SUCCESS ||
	    !copy_public(session_pre_key_get_key_pair(prekey), entry.key))
		reading->is_broken = true;
	else
		g_array_append_val(reading->prekeys, entry);
	SIGNAL_UNREF(prekey);
	return !reading->is_broken;
}

static gboolean read_signed(const struct key_row *row, void *user)
{
	struct reading *reading = user;
	struct bundle *bundle = reading->bundle;
	session_signed_pre_key *prekey = NULL;
	gsize bytes = 0;
	const void *data = g_bytes_get_data(row->record, &bytes);

	if (row->batch <= reading->batch)
		return TRUE;
	if (session_signed_pre_key_deserialize(&prekey, data, bytes, reading->context) !=
		    SG_SUCCESS ||
	    session_signed_pre_key_get_signature_len(prekey) != BUNDLE_SIGNATURE_BYTES ||
	    !copy_public(session_signed_pre_key_get_key_pair(prekey), bundle->signed_key)) {
		reading->is_broken = true;
	} else {
		reading->batch = row->batch;
		bundle->signed_id = row->id;
		memcpy(bundle->signature, session_signed_pre_key_get_signature(prekey),
		       BUNDLE_SIGNATURE_BYTES);
	}
	SIGNAL_UNREF(prekey);
	return !reading->is_broken;
}

gboolean ratchet_bundle(struct ratchet *ratchet, struct bundle *bundle, GError **error)
{
	struct store *store = ratchet->store;
	struct reading reading = { .context = ratchet->context, .bundle = bundle };
	gboolean is_done;

	memset(bundle, 0, sizeof(*bundle));
	memcpy(bundle->identity, ratchet->public_key, CONTACT_KEY_BYTES);
	reading.prekeys = g_array_new(FALSE, FALSE, sizeof(struct bundle_prekey));
	is_done = store->ops->key_each(store, KEY_SIGNED, read_signed, &reading, error) &&
		  store->ops->key_each(store, KEY_PREKEY, read_prekey, &reading, error);
	stack_wipe();
	if (!is_done) {
		g_array_unref(reading.prekeys);
		return FALSE;
	}
	if (reading.is_broken || !reading.batch || !reading.prekeys->len) {
		g_array_unref(reading.prekeys);
		error_set(error, ERROR_DAMAGED,
			  "The profile is damaged: its keys are broken; restore it from a backup.");
		return FALSE;
	}
	bundle->prekey_count = reading.prekeys->len;
	bundle->prekeys = (struct bundle_prekey *)(void *)g_array_free(reading.prekeys, FALSE);
	return TRUE;
}

/* -- refresh ---------------------------------------------------------------------------------- */

/* What stands in the store, found before anything is written. */
struct survey {
	int64_t now;
	bool is_published;   /* the carrier has all that was made */
	int64_t batch;	     /* the newest publication */
	size_t unused;	     /* prekeys */
	GArray *finished;    /* ids of used prekeys whose time is up */
	GArray *signed_keys; /* struct signed_key, as they come */
};

struct signed_key {
	uint32_t id;
	int64_t batch;
	int64_t made_at;
	int64_t confirmed_at; /* when it was known that the carrier has it; 0: not yet */
};

/* One that was used in the future was so by a wall clock, which 0.1 noted. */
static bool is_over(int64_t used_at, int64_t now)
{
	return now - used_at >= day_ms || now - used_at < -day_ms;
}

static gboolean survey_prekey(const struct key_row *row, void *user)
{
	struct survey *survey = user;

	if (!row->used_at)
		survey->unused++;
	else if (is_over(row->used_at, survey->now) && survey->batch - row->batch >= KEPT_BATCHES)
		g_array_append_val(survey->finished, row->id);
	return TRUE;
}

static gboolean survey_signed(const struct key_row *row, void *user)
{
	struct survey *survey = user;
	const struct signed_key key = { row->id, row->batch, row->made_at, row->used_at };

	g_array_append_val(survey->signed_keys, key);
	return TRUE;
}

static struct signed_key newest_signed(const struct survey *survey)
{
	struct signed_key newest = { 0 };

	for (unsigned i = 0; i < survey->signed_keys->len; i++) {
		const struct signed_key *key =
			&g_array_index(survey->signed_keys, struct signed_key, i);

		if (key->batch > newest.batch)
			newest = *key;
	}
	/* 0.1 noted no confirmation. */
	if (survey->is_published && !newest.confirmed_at)
		newest.confirmed_at = newest.made_at;
	return newest;
}

/* A key from the future was made while the clock was wrong: it would never grow old. */
static bool is_stale(int64_t made_at, int64_t now)
{
	return now - made_at >= RATCHET_SIGNED_DAYS * day_ms || now - made_at < -day_ms;
}

static gboolean delete_finished(struct store *store, const struct survey *survey, GError **error)
{
	for (unsigned i = 0; i < survey->finished->len; i++) {
		if (!store->ops->key_del(store, KEY_PREKEY,
					 g_array_index(survey->finished, uint32_t, i), error))
			return FALSE;
	}
	return TRUE;
}

static ratchet_identity_key_pair *own_pair(struct ratchet *self)
{
	ec_public_key *public_key = NULL;
	ec_private_key *private_key = NULL;
	ratchet_identity_key_pair *pair = NULL;

	if (curve_decode_point(&public_key, self->public_key, CONTACT_KEY_BYTES, self->context) ==
		    SG_SUCCESS &&
	    curve_decode_private_point(&private_key, secret_peek(self->private_key),
				       secret_size(self->private_key), self->context) == SG_SUCCESS)
		(void)ratchet_identity_key_pair_create(&pair, public_key, private_key);
	SIGNAL_UNREF(public_key);
	SIGNAL_UNREF(private_key);
	return pair;
}

static gboolean make_next_signed(struct ratchet *self, struct maker *maker, GError **error)
{
	ratchet_identity_key_pair *pair = own_pair(self);
	gboolean is_done;

	if (!pair)
		return fail_keys(error);
	is_done = make_signed(maker, pair, error);
	SIGNAL_UNREF(pair);
	return is_done;
}

/* Whether the carrier has had a later key for a period: nobody begins a session with KEY now. */
static bool is_succeeded(const struct survey *survey, const struct signed_key *key,
			 const struct signed_key *newest)
{
	for (unsigned i = 0; i < survey->signed_keys->len; i++) {
		const struct signed_key *later =
			&g_array_index(survey->signed_keys, struct signed_key, i);
		int64_t at = later->id == newest->id ? newest->confirmed_at : later->confirmed_at;

		if (later->batch > key->batch && at &&
		    survey->now - at >= RATCHET_SIGNED_DAYS * day_ms)
			return true;
	}
	return false;
}

static gboolean delete_succeeded(struct store *store, const struct survey *survey,
				 const struct signed_key *newest, GError **error)
{
	for (unsigned i = 0; i < survey->signed_keys->len; i++) {
		const struct signed_key *key =
			&g_array_index(survey->signed_keys, struct signed_key, i);

		if (is_succeeded(survey, key, newest) &&
		    !store->ops->key_del(store, KEY_SIGNED, key->id, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean renew(struct ratchet *self, const struct survey *survey, bool must, bool *changed,
		      GError **error)
{
	struct maker maker = { self->store, self->context, survey->now, survey->batch + 1 };
	const struct signed_key newest = newest_signed(survey);
	const bool is_due =
		must || (newest.confirmed_at && is_stale(newest.made_at, survey->now));
	const size_t missing =
		survey->unused < BUNDLE_PREKEYS ? BUNDLE_PREKEYS - survey->unused : 0;

	if (!delete_finished(self->store, survey, error))
		return FALSE;
	if (!is_due && !missing)
		return TRUE;
	if (is_due && (!delete_succeeded(self->store, survey, &newest, error) ||
		       !make_next_signed(self, &maker, error)))
		return FALSE;
	if (missing && !make_prekeys(&maker, missing, error))
		return FALSE;
	*changed = true;
	return ratchet_store_put_number(self->store, RATCHET_SETTING_BATCH, maker.batch, error);
}

struct newest_row {
	struct key_row row;
	bool is_found;
};

static gboolean find_newest(const struct key_row *row, void *user)
{
	struct newest_row *newest = user;

	if (newest->is_found && newest->row.batch >= row->batch)
		return TRUE;
	if (newest->is_found)
		g_bytes_unref(newest->row.record);
	newest->row = *row;
	newest->row.record = g_bytes_ref(row->record);
	newest->is_found = true;
	return TRUE;
}

gboolean ratchet_confirm(struct ratchet *ratchet, int64_t now, GError **error)
{
	struct store *store = ratchet->store;
	struct newest_row newest = { .is_found = false };
	gboolean ok = store->ops->key_each(store, KEY_SIGNED, find_newest, &newest, error);

	if (!newest.is_found)
		return ok;
	if (ok && !newest.row.used_at) {
		newest.row.used_at = MAX(now, 1);
		ok = store->ops->key_put(store, &newest.row, error);
	}
	g_bytes_unref(newest.row.record);
	return ok;
}

/* MUST: the signed prekey is rotated in any case. */
static gboolean refresh(struct ratchet *ratchet, int64_t now, bool is_published, bool must,
			bool *changed, GError **error)
{
	struct store *store = ratchet->store;
	struct survey survey = { .now = now, .is_published = is_published };
	gboolean is_done;

	*changed = false;
	survey.finished = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	survey.signed_keys = g_array_new(FALSE, FALSE, sizeof(struct signed_key));
	is_done = ratchet_store_number(store, RATCHET_SETTING_BATCH, &survey.batch, error) &&
		  store->ops->key_each(store, KEY_PREKEY, survey_prekey, &survey, error) &&
		  store->ops->key_each(store, KEY_SIGNED, survey_signed, &survey, error) &&
		  renew(ratchet, &survey, must, changed, error);
	g_array_unref(survey.finished);
	g_array_unref(survey.signed_keys);
	stack_wipe();
	return is_done;
}

gboolean ratchet_refresh(struct ratchet *ratchet, int64_t now, bool is_published, bool *changed,
			 GError **error)
{
	return refresh(ratchet, now, is_published, false, changed, error);
}

static gboolean note_used(const struct key_row *row, void *user)
{
	if (row->used_at)
		g_array_append_val(user, row->id);
	return TRUE;
}

gboolean ratchet_drop_used(struct ratchet *ratchet, GError **error)
{
	struct store *store = ratchet->store;
	g_autoptr(GArray) used = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	if (!store->ops->key_each(store, KEY_PREKEY, note_used, used, error))
		return FALSE;
	for (guint i = 0; i < used->len; i++) {
		if (!store->ops->key_del(store, KEY_PREKEY, g_array_index(used, uint32_t, i),
					 error))
			return FALSE;
	}
	return TRUE;
}

/* -- retiring --------------------------------------------------------------------------------- */

static gboolean note_unused(const struct key_row *row, void *user)
{
	if (!row->used_at)
		g_array_append_val(user, row->id);
	return TRUE;
}

/* They are published no more, and stay for what is on its way under them. */
static gboolean use_up(struct store *store, const GArray *ids, int64_t now, GError **error)
{
	for (guint i = 0; i < ids->len; i++) {
		struct key_row *row = NULL;
		gboolean ok = store->ops->key_get(store, KEY_PREKEY,
						  g_array_index(ids, uint32_t, i), &row, error);

		if (ok && row) {
			row->used_at = now;
			ok = store->ops->key_put(store, row, error);
		}
		key_row_free(row);
		if (!ok)
			return FALSE;
	}
	return TRUE;
}

gboolean ratchet_retire(struct ratchet *ratchet, int64_t now, bool *changed, GError **error)
{
	struct store *store = ratchet->store;
	g_autoptr(GArray) unused = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	int64_t batch = 0;

	ratchet_store_forget(ratchet);
	return store->ops->lost->retire(store, error) &&
	       ratchet_store_number(store, RATCHET_SETTING_BATCH, &batch, error) &&
	       ratchet_store_put_number(store, RATCHET_SETTING_RETIRED, batch, error) &&
	       store->ops->key_each(store, KEY_PREKEY, note_unused, unused, error) &&
	       use_up(store, unused, MAX(now, 1), error) &&
	       refresh(ratchet, now, false, true, changed, error);
}
