/*
 * Trust is a key's: whatever lists, bundles, messages, restarts and acts do, in any order, what is
 * sealed is sealed for keys that were decided on. A model that only knows the rule (first contact
 * believes the keys seen in its own merge; later ones need an act that named them) runs beside a
 * real engine.
 */
#include "tests/support/device_rows.h"
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_change.h"
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"
#include "core/omemo/bundle.h"
#include "core/profile/journal.h"
#include "core/ratchet/ratchet_record.h"

enum { DONORS = 4, IDS = 4, SEEDS = 12, STEPS = 200, STRANGE_STEPS = 60, OWN = 2, PEOPLE = 3 };

static const char *const names[PEOPLE] = { "bob", "carol", "alice" };

/* What came about, so that a run in which nothing happened isn't taken for one that went well. */
struct tally {
	unsigned sealed, first, late, swapped, denied, acts, verified, messages;
};

struct world {
	struct hub *hub;
	GRand *random;
	struct person *alice;
	struct person *speakers[OWN]; /* real devices of bob and carol, who can write */
	struct bundle donors[DONORS];
	bool known[PEOPLE];
	bool listed[PEOPLE];
	GHashTable *decided; /* "bob 7 HEX" */
	GHashTable *changed; /* "bob 7": it had another key once */
	struct tally tally;
};

/* -- the model -------------------------------------------------------------------------------- */

static char *key_name(const char *address, uint32_t id, const uint8_t key[static CONTACT_KEY_BYTES])
{
	char hex[CONTACT_FINGERPRINT_BYTES];

	return g_strdup_printf("%s %u %s", address, id, contact_fingerprint(key, hex));
}

static bool is_decided(struct world *world, const char *address, uint32_t id,
		       const uint8_t key[static CONTACT_KEY_BYTES])
{
	g_autofree char *name = key_name(address, id, key);

	return g_hash_table_contains(world->decided, name);
}

static void decide(struct world *world, const char *address, uint32_t id,
		   const uint8_t key[static CONTACT_KEY_BYTES])
{
	g_hash_table_add(world->decided, key_name(address, id, key));
}

static void undecide(struct world *world, const struct device *row)
{
	g_autofree char *name = key_name(row->address, row->id, row->key);

	g_hash_table_remove(world->decided, name);
}

static bool is_changed(struct world *world, const char *address, uint32_t id)
{
	g_autofree char *name = g_strdup_printf("%s %u", address, id);

	return g_hash_table_contains(world->changed, name);
}

static void keep_id(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		    const GError *error)
{
	(void)owner;
	(void)error;
	g_array_append_vals(user, ids, (guint)count);
}

/* Who was compared once has no first contact any more, though they were removed since. */
static bool is_compared(const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct device *row = rows->pdata[i];

		if (row->trust == TRUST_VERIFIED || device_is_changed(row))
			return true;
	}
	return false;
}

/* First contact with PERSON begins now: the keys that the hub shows are believed. */
static void model_first(struct world *world, int person)
{
	const char *address = names[person];
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GPtrArray) rows = rows_all(world->alice, address);
	struct transport *carrier = fake_carrier_new(world->hub, "anybody", 1);

	carrier->ops->list(carrier, address, keep_id, ids);
	carrier->ops->free(carrier);
	world->known[person] = ids->len > 0;
	if (is_compared(rows))
		return;
	for (guint i = 0; i < ids->len; i++) {
		uint32_t id = g_array_index(ids, uint32_t, i);
		const struct device *row = rows_in(rows, id);
		uint8_t key[CONTACT_KEY_BYTES];

		if (!hub_shows(world->hub, address, id, key))
			continue;
		if (row && (is_changed(world, address, id) || row->trust != TRUST_UNDECIDED ||
			    device_is_off(row) ||
			    (row->has_key && memcmp(row->key, key, CONTACT_KEY_BYTES) != 0)))
			continue;
		decide(world, address, id, key);
		world->tally.first++;
	}
}

/* -- what must hold --------------------------------------------------------------------------- */

/* An element of alice's goes to DEVICE of TO: the key that its session has was decided on. */
static void taken(void *user, const char *from, const char *to, uint32_t device)
{
	struct world *world = user;
	struct store *store = fake_door_store(world->alice->door);
	g_autoptr(GBytes) record = NULL;
	uint8_t key[CONTACT_KEY_BYTES];

	if (strcmp(from, "alice") != 0)
		return;
	assert_true(store->ops->session_get(store, to, device, &record, NULL));
	assert_non_null(record);
	assert_true(ratchet_record_identity(record, key));
	world->tally.sealed++;
	if (!is_decided(world, to, device, key))
		fail_msg("sealed for a key of %s's device %u that nobody decided on", to, device);
}

static void check_row(struct world *world, const struct device *row)
{
	bool is_believed = row->trust == TRUST_TRUSTED || row->trust == TRUST_VERIFIED;

	if (is_believed && !row->has_key)
		fail_msg("device %u of %s is believed without a key", row->id, row->address);
	if (is_believed && !is_decided(world, row->address, row->id, row->key))
		fail_msg("device %u of %s is believed and nobody decided on its key", row->id,
			 row->address);
}

/* Which keys came to be others; told from the rows as they were before. */
static void note_changes(struct world *world, GPtrArray *const before[static PEOPLE])
{
	for (int p = 0; p < PEOPLE; p++) {
		g_autoptr(GPtrArray) rows = rows_all(world->alice, names[p]);

		for (guint i = 0; i < rows->len; i++) {
			const struct device *row = rows->pdata[i];
			const struct device *former = rows_in(before[p], row->id);

			check_row(world, row);
			if (former && !former->has_key && row->has_key)
				world->tally.late++;
			if (!former || !former->has_key ||
			    memcmp(former->key, row->key, CONTACT_KEY_BYTES) == 0)
				continue;
			world->tally.swapped++;
			g_hash_table_add(world->changed,
					 g_strdup_printf("%s %u", row->address, row->id));
		}
	}
}

/* -- moves of the others ---------------------------------------------------------------------- */

static uint32_t any_id(struct world *world)
{
	return (uint32_t)g_rand_int_range(world->random, 1, IDS + 1);
}

static const struct bundle *any_bundle(struct world *world, uint32_t id)
{
	struct bundle *bundle = &world->donors[g_rand_int_range(world->random, 0, DONORS)];

	bundle->device = id;
	return bundle;
}

static void move_carrier(struct world *world)
{
	const char *address = names[g_rand_int_range(world->random, 0, PEOPLE)];
	uint32_t id = any_id(world);
	uint8_t key[CONTACT_KEY_BYTES];

	switch (g_rand_int_range(world->random, 0, 4)) {
	case 0:
		hub_list(world->hub, address, id);
		break;
	case 1:
		hub_publish(world->hub, address, any_bundle(world, id));
		break;
	case 2:
		hub_unlist(world->hub, address, id);
		break;
	default:
		/* The key that the next merge sees isn't the one that is there behind it. */
		if (hub_shows(world->hub, address, id, key))
			hub_give_once(world->hub, address, any_bundle(world, id));
		break;
	}
}

static bool is_known(struct world *world, const char *address)
{
	struct contact *contact = NULL;
	bool is;

	assert_true(engine_find(world->alice->engine, address, &contact, NULL));
	is = contact && contact->is_known;
	contact_free(contact);
	return is;
}

/* A device that can really write does: its key comes with the message. */
static void move_message(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);
	struct person *speaker = world->speakers[person];
	g_autoptr(GPtrArray) rows = rows_all(world->alice, names[person]);
	const struct device *row = rows_in(rows, person_device(speaker));
	struct device said = { .address = (char *)names[person], .id = person_device(speaker) };
	bool may_be_first, is_free;

	person_send(speaker, "alice", "hear me");
	assert_true(engine_identity(speaker->engine, said.key, NULL));
	may_be_first = world->listed[person] && !world->known[person];
	is_free = may_be_first && !is_compared(rows) &&
		  (!row || (row->trust == TRUST_UNDECIDED && !device_is_off(row))) &&
		  !is_decided(world, names[person], said.id, said.key);
	if (is_free)
		decide(world, names[person], said.id, said.key);
	person_fetch(world->alice);
	/* One that couldn't be opened is no contact. */
	if (may_be_first)
		world->known[person] = is_known(world, names[person]);
	if (is_free && !world->known[person])
		undecide(world, &said);
	world->tally.messages++;
}

/* -- moves of alice --------------------------------------------------------------------------- */

static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void move_look(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, PEOPLE);

	if (person < OWN && world->listed[person] && !world->known[person])
		model_first(world, person);
	engine_refresh(world->alice->engine, names[person], 10000, ignore, NULL);
}

static void write_to(struct world *world, int person)
{
	if (!world->known[person])
		model_first(world, person);
	world->listed[person] = true;
}

/* What else asks the carrier for somebody's devices is looking, too. */
static void move_timer(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);

	if (world->listed[person] && !world->known[person])
		model_first(world, person);
	engine_set_timer(world->alice->engine, names[person],
			 g_rand_int_range(world->random, 1, 9) * 3600, 1000, ignore, NULL);
}

static void move_push(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, PEOPLE);

	/* Of who isn't known here the engine takes no such word. */
	if (person < OWN && world->listed[person] && !world->known[person])
		model_first(world, person);
	hub_announce(world->hub, "alice", names[person]);
}

static void move_repair(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);

	if (world->listed[person] && !world->known[person])
		model_first(world, person);
	engine_repair(world->alice->engine, names[person], 1000, ignore, NULL);
}

static void move_send(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);

	write_to(world, person);
	world->tally.denied += person_send(world->alice, names[person], "for you") == 5;
}

/* Making a group is looking at its members, not writing to them. */
static void move_make(struct world *world)
{
	static const char *const people[] = { "bob", "carol", NULL };

	for (int i = 0; i < OWN; i++) {
		if (world->listed[i] && !world->known[i])
			model_first(world, i);
	}
	engine_group_create(world->alice->engine, "team", people, 1000, ignore, NULL);
}

static void move_group(struct world *world)
{
	struct group *group = NULL;

	assert_true(engine_group(world->alice->engine, "#team", &group, NULL));
	if (!group) {
		move_make(world);
		return;
	}
	group_free(group);
	for (int i = 0; i < OWN; i++)
		write_to(world, i);
	person_send(world->alice, "#team", "for all of you");
}

static void move_act(struct world *world)
{
	const char *address = names[g_rand_int_range(world->random, 0, PEOPLE)];
	g_autoptr(GPtrArray) rows = rows_all(world->alice, address);
	const struct device *row =
		rows->len ? rows->pdata[g_rand_int_range(world->random, 0, (gint32)rows->len)] :
			    NULL;
	enum trust_act act = (enum trust_act)g_rand_int_range(world->random, 0, ACT_KEY_CHANGED);
	bool is_raising = act == ACT_TRUST || act == ACT_VERIFY, ok;

	if (!row)
		return;
	ok = person_trust(world->alice, address, row->id, act);
	assert_int_equal(ok, !is_raising || row->has_key);
	if (ok && is_raising)
		decide(world, address, row->id, row->key);
	else if (row->has_key && !is_raising)
		undecide(world, row);
	world->tally.acts++;
}

static void move_off(struct world *world)
{
	const char *address = names[g_rand_int_range(world->random, 0, OWN)];
	g_autoptr(GPtrArray) rows = rows_all(world->alice, address);
	const struct device *row = rows_in(rows, any_id(world));

	if (!row)
		return;
	assert_true(engine_deactivate(world->alice->engine, address, row->id, NULL));
}

static void move_compare(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);
	g_autoptr(GPtrArray) rows = rows_all(world->alice, names[person]);
	struct safety safety;

	assert_true(engine_safety(world->alice->engine, names[person], &safety, NULL));
	if (*safety.number &&
	    engine_verify_code(world->alice->engine, names[person], safety.number, "code", NULL)) {
		for (guint i = 0; i < rows->len; i++) {
			const struct device *row = rows->pdata[i];

			if (device_counts(row))
				decide(world, names[person], row->id, row->key);
		}
		world->tally.verified++;
	}
	safety_clear(&safety);
}

static void move_uri(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);
	g_autoptr(GPtrArray) rows = rows_all(world->alice, names[person]);
	const struct device *row = rows_in(rows, any_id(world));
	struct fingerprint_entry entry = { 0 };
	g_autofree char *uri = NULL;

	if (!row || !row->has_key)
		return;
	entry.device = row->id;
	contact_fingerprint(row->key, entry.hex);
	uri = fingerprint_uri(names[person], &entry, 1);
	assert_true(engine_verify_uri(world->alice->engine, names[person], uri, "uri", NULL, NULL));
	if (!device_is_off(row) && trust_use(row->trust, RULE_FIRST) != USE_SKIP)
		decide(world, names[person], row->id, row->key);
}

static void move_add(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);

	assert_true(engine_contact_add(world->alice->engine, names[person], NULL, NULL));
	world->listed[person] = true;
}

static void move_remove(struct world *world)
{
	int person = g_rand_int_range(world->random, 0, OWN);

	if (engine_contact_remove(world->alice->engine, names[person], NULL))
		world->listed[person] = world->known[person] = false;
}

static void move_restart(struct world *world)
{
	person_restart(world->alice);
}

/* STRANGE: nobody is written to or added yet; what is seen of strangers isn't first contact. */
static void step(struct world *world, bool is_strange)
{
	static void (*const moves[])(struct world * world) = {
		move_carrier, move_carrier, move_carrier, move_carrier, move_message, move_look,
		move_look,    move_send,    move_send,	  move_send,	move_act,     move_act,
		move_off,     move_compare, move_uri,	  move_group,	move_restart, move_add,
		move_timer,   move_repair,  move_push,	  move_remove,
	};
	static void (*const strange[])(struct world * world) = {
		move_carrier, move_message, move_look,	 move_restart,
		move_make,    move_timer,   move_repair, move_push,
	};
	GPtrArray *before[PEOPLE];
	int many = is_strange ? G_N_ELEMENTS(strange) : G_N_ELEMENTS(moves);
	int which = g_rand_int_range(world->random, 0, many);

	for (int i = 0; i < PEOPLE; i++)
		before[i] = rows_all(world->alice, names[i]);
	(is_strange ? strange[which] : moves[which])(world);
	note_changes(world, before);
	for (int i = 0; i < PEOPLE; i++)
		g_ptr_array_unref(before[i]);
}

/* -- the journal ------------------------------------------------------------------------------ */

static gboolean keep_detail(const struct journal_row *row, void *user)
{
	if (row->address && row->detail && strlen(row->detail) >= CONTACT_FINGERPRINT_BYTES - 1)
		g_hash_table_add(user, g_strdup_printf("%s %u %.64s", row->address, row->device,
						       row->detail));
	return TRUE;
}

static void check_journal(struct world *world)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	int64_t bad = 0;

	assert_true(engine_journal(world->alice->engine, 0, keep_detail, seen, NULL));
	for (int p = 0; p < PEOPLE; p++) {
		g_autoptr(GPtrArray) rows = rows_all(world->alice, names[p]);

		for (guint i = 0; i < rows->len; i++) {
			const struct device *row = rows->pdata[i];
			g_autofree char *name = key_name(names[p], row->id, row->key);

			if (row->has_key && !g_hash_table_contains(seen, name))
				fail_msg("the key of %s's device %u isn't in the journal", names[p],
					 row->id);
		}
	}
	assert_true(engine_journal_verify(world->alice->engine, &bad, NULL));
	assert_int_equal(bad, 0);
}

/* -- the worlds ------------------------------------------------------------------------------- */

static void keep_bundle(void *user, const struct bundle *bundle, const GError *error)
{
	assert_null(error);
	bundle_copy(user, bundle);
}

/* Keys that are well made, and nobody's here. */
static void make_donors(struct bundle donors[static DONORS])
{
	struct hub *hub = hub_new();

	for (int i = 0; i < DONORS; i++) {
		struct person *donor = person_new(hub, "donor");
		struct transport *carrier = fake_carrier_new(hub, "anybody", 1);

		carrier->ops->fetch(carrier, "donor", person_device(donor), keep_bundle,
				    &donors[i]);
		carrier->ops->free(carrier);
		person_free(donor);
	}
	hub_free(hub);
}

static void run_world(const struct bundle donors[static DONORS], guint32 seed, struct tally *sum)
{
	struct world world = { .hub = hub_new(), .random = g_rand_new_with_seed(seed) };

	memcpy(world.donors, donors, sizeof(world.donors));
	world.decided = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	world.changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	world.alice = person_new(world.hub, "alice");
	for (int i = 0; i < OWN; i++)
		world.speakers[i] = person_new(world.hub, names[i]);
	hub_watch(world.hub, taken, &world);
	for (int i = 0; i < STEPS; i++)
		step(&world, i < STRANGE_STEPS);
	check_journal(&world);
	for (size_t i = 0; i < sizeof(*sum) / sizeof(unsigned); i++)
		((unsigned *)sum)[i] += ((unsigned *)&world.tally)[i];
	person_free(world.alice);
	for (int i = 0; i < OWN; i++)
		person_free(world.speakers[i]);
	g_hash_table_unref(world.decided);
	g_hash_table_unref(world.changed);
	g_rand_free(world.random);
	hub_free(world.hub);
}

static void test_only_decided_keys_are_sealed_for(void **state)
{
	const char *given = g_getenv("TRUST_SEED");
	struct bundle donors[DONORS] = { { 0 } };
	struct tally sum = { 0 };

	(void)state;
	make_donors(donors);
	for (guint32 seed = 1; seed <= SEEDS; seed++)
		run_world(donors, given ? (guint32)atoi(given) + seed : seed, &sum);
	for (int i = 0; i < DONORS; i++)
		bundle_clear(&donors[i]);
	print_message("sealed %u, first contact %u, late keys %u, other keys %u, refused %u, "
		      "acts %u, compared %u, messages %u\n",
		      sum.sealed, sum.first, sum.late, sum.swapped, sum.denied, sum.acts,
		      sum.verified, sum.messages);
	/* Each of these happened, or nothing was shown. */
	assert_true(sum.sealed > 50 && sum.first > 5 && sum.late > 5 && sum.swapped > 5 &&
		    sum.denied > 5 && sum.acts > 20 && sum.verified > 5 && sum.messages > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_decided_keys_are_sealed_for),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
