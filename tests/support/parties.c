#include "tests/support/parties.h"

#include "core/base/appclock.h"
#include "core/ratchet/ratchet_keys.h"

static int64_t still_wall(const struct clock *clock)
{
	const struct still_clock *still = (const struct still_clock *)clock;

	return still->wall + still->ahead;
}

static int64_t still_boot(const struct clock *clock)
{
	return ((const struct still_clock *)clock)->wall;
}

static void still_boot_id(const struct clock *clock, char out[static 37])
{
	(void)clock;
	g_strlcpy(out, "one boot", 37);
}

void party_begin(struct party *party)
{
	assert_ok(party->store->ops->begin(party->store, &error));
}

void party_commit(struct party *party)
{
	assert_ok(ratchet_flush(party->ratchet, &error));
	assert_ok(party->store->ops->commit(party->store, &error));
}

void party_rollback(struct party *party)
{
	party->store->ops->rollback(party->store);
	ratchet_forget(party->ratchet);
}

void party_init(struct party *party, const char *address, uint32_t device,
		struct still_clock *clock)
{
	party->address = address;
	party->device = device;
	party->clock = clock;
	party->store = fake_store_new();
	party_begin(party);
	assert_ok(ratchet_create(party->store, &clock->clock, &error));
	assert_ok(party->store->ops->commit(party->store, &error));
	party->ratchet = NULL;
	party->appclock = appclock_new(&clock->clock, &(const struct apptime){ 0 });
	assert_ok((party->ratchet = ratchet_new(party->store, party->appclock, &error)) != NULL);
}

void party_clear(struct party *party)
{
	ratchet_free(party->ratchet);
	g_free(party->appclock);
	party->store->ops->close(party->store);
}

int pair_setup(void **state)
{
	struct pair *pair = g_new0(struct pair, 1);

	pair->clock.clock.wall = still_wall;
	pair->clock.clock.boot = still_boot;
	pair->clock.clock.boot_id = still_boot_id;
	pair->clock.wall = 1700000000000;
	party_init(&pair->alice, "alice", 11, &pair->clock);
	party_init(&pair->bob, "bob", G_MAXINT32, &pair->clock);
	*state = pair;
	return 0;
}

int pair_teardown(void **state)
{
	struct pair *pair = *state;

	party_clear(&pair->alice);
	party_clear(&pair->bob);
	g_free(pair);
	return 0;
}

void party_meet(struct party *party, const struct party *other, const uint8_t *key)
{
	struct device row = {
		.address = g_strdup(other->address),
		.id = other->device,
		.has_key = true,
		.is_active = true,
		.trust = TRUST_TRUSTED,
	};

	if (key)
		memcpy(row.key, key, sizeof(row.key));
	else
		ratchet_identity(other->ratchet, row.key);
	party_begin(party);
	assert_ok(party->store->ops->device_put(party->store, &row, &error));
	party_commit(party);
	g_free(row.address);
}

void party_bundle(struct party *party, struct bundle *bundle)
{
	assert_ok(ratchet_bundle(party->ratchet, bundle, &error));
	bundle->device = party->device;
}

void party_start(struct party *party, struct party *other)
{
	struct bundle bundle;

	party_bundle(other, &bundle);
	party_meet(party, other, NULL);
	party_begin(party);
	assert_ok(ratchet_start(party->ratchet, other->address, &bundle, &error));
	party_commit(party);
	bundle_clear(&bundle);
}

GBytes *party_seal(struct party *from, struct party *to, const char *text, bool *is_prekey)
{
	GBytes *sealed = NULL;

	party_begin(from);
	assert_ok((sealed = ratchet_seal(from->ratchet, to->address, to->device, text, strlen(text),
					 is_prekey, &error)) != NULL);
	party_commit(from);
	return sealed;
}

gboolean party_open(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		    struct ratchet_opened *opened, GError **error)
{
	return ratchet_open(to->ratchet, from->address, from->device,
			    g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), is_prekey,
			    opened, error);
}

static void expect(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		   bool is_start, const char *text)
{
	struct ratchet_opened opened;
	uint8_t key[CONTACT_KEY_BYTES];

	party_begin(to);
	assert_ok(party_open(to, from, sealed, is_prekey, &opened, &error));
	party_commit(to);
	assert_int_equal(opened.bytes, strlen(text));
	assert_memory_equal(opened.data, text, opened.bytes);
	assert_int_equal(opened.is_prekey, is_start);
	ratchet_identity(from->ratchet, key);
	assert_memory_equal(opened.identity, key, sizeof(key));
	ratchet_opened_clear(&opened);
}

void party_expect(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		  const char *text)
{
	expect(to, from, sealed, is_prekey, is_prekey, text);
}

void party_expect_retired(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
			  const char *text)
{
	expect(to, from, sealed, is_prekey, false, text);
}

void party_say(struct party *from, struct party *to, const char *text, bool expect_prekey)
{
	bool is_prekey = !expect_prekey;
	g_autoptr(GBytes) sealed = party_seal(from, to, text, &is_prekey);

	assert_int_equal(is_prekey, expect_prekey);
	party_expect(to, from, sealed, is_prekey, text);
}

void pair_introduce(struct pair *pair)
{
	party_start(&pair->alice, &pair->bob);
	party_say(&pair->alice, &pair->bob, "hello", true);
	party_meet(&pair->bob, &pair->alice, NULL);
	party_say(&pair->bob, &pair->alice, "hello yourself", false);
}

GBytes *party_session(struct party *party, struct party *other)
{
	GBytes *record = NULL;

	assert_ok(party->store->ops->session_get(party->store, other->address, other->device,
						 &record, &error));
	assert_non_null(record);
	return record;
}

bool party_refresh(struct party *party)
{
	bool changed = false;

	party_begin(party);
	assert_ok(ratchet_refresh(party->ratchet, party->clock->wall, true, &changed,
				  &error));
	party_commit(party);
	return changed;
}

void party_drop(struct party *party, struct party *other)
{
	party_begin(party);
	assert_ok(ratchet_drop(party->ratchet, other->address, other->device, &error));
	party_commit(party);
}

void party_refuse(struct party *to, struct party *from, GBytes *sealed, bool is_prekey,
		  enum error code)
{
	struct ratchet_opened opened;

	party_begin(to);
	assert_error(party_open(to, from, sealed, is_prekey, &opened, &error), code);
	assert_null(opened.data);
	party_commit(to);
}
