/* Beginning all anew: what is sealed with, what is opened. */
#include "core/base/secret.h"
#include "core/ratchet/ratchet_keys.h"
#include "tests/support/parties.h"

static void retire(struct party *party)
{
	bool changed = false;

	party_begin(party);
	assert_ok(ratchet_retire(party->ratchet, party->clock->wall, &changed, &error));
	party_commit(party);
	assert_true(changed);
}

/*
 * All begins anew: nothing is sealed with what there was, whatever still comes under it, and it can
 * all be opened.
 */
static void test_retire(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice, *bob = &pair->bob;
	g_autoptr(GBytes) late = NULL, later = NULL, fresh = NULL, start = NULL;
	struct bundle old, new;
	bool is_prekey;

	pair_introduce(pair);
	party_bundle(alice, &old);
	late = party_seal(bob, alice, "late", &is_prekey);
	later = party_seal(bob, alice, "later", &is_prekey);
	retire(alice);
	party_bundle(alice, &new);
	/* Other keys are published, all of them, under the same identity. */
	assert_memory_equal(old.identity, new.identity, sizeof(old.identity));
	assert_int_not_equal(old.signed_id, new.signed_id);
	assert_int_equal(new.prekey_count, BUNDLE_PREKEYS);
	for (size_t i = 0; i < old.prekey_count; i++)
		for (size_t j = 0; j < new.prekey_count; j++)
			assert_int_not_equal(old.prekeys[i].id, new.prekeys[j].id);
	/* Nothing can be sealed, before and after what still comes under the old session. */
	party_begin(alice);
	assert_error(ratchet_seal(alice->ratchet, "bob", bob->device, "x", 1, &is_prekey,
				  &error) != NULL,
		     ERROR_NO_SESSION);
	party_rollback(alice);
	party_expect_retired(alice, bob, late, false, "late");
	assert_false(ratchet_has_session(alice->ratchet, "bob", bob->device));
	/* A new one; what comes under the old one afterwards doesn't take its place. */
	party_start(alice, bob);
	fresh = party_seal(alice, bob, "fresh", &is_prekey);
	assert_true(is_prekey);
	party_expect_retired(alice, bob, later, false, "later");
	party_refuse(alice, bob, later, false, ERROR_DUPLICATE);
	start = party_seal(alice, bob, "again", &is_prekey);
	assert_true(is_prekey);
	party_expect(bob, alice, fresh, true, "fresh");
	party_expect(bob, alice, start, true, "again");
	party_say(bob, alice, "welcome back", false);
	party_say(alice, bob, "thank you", false);
	bundle_clear(&old);
	bundle_clear(&new);
}

/* Who begins with keys of before is heard, but not answered in that session. */
static void test_retired_start(void **state)
{
	struct pair *pair = *state;
	struct party *alice = &pair->alice, *bob = &pair->bob;
	g_autoptr(GBytes) first = NULL, second = NULL;
	struct bundle old;
	bool is_prekey;

	party_bundle(alice, &old);
	party_meet(bob, alice, NULL);
	party_meet(alice, bob, NULL);
	party_begin(bob);
	assert_ok(ratchet_start(bob->ratchet, "alice", &old, &error));
	party_commit(bob);
	first = party_seal(bob, alice, "first", &is_prekey);
	second = party_seal(bob, alice, "second", &is_prekey);
	retire(alice);
	party_expect_retired(alice, bob, first, true, "first");
	party_expect_retired(alice, bob, second, true, "second");
	assert_false(ratchet_has_session(alice->ratchet, "bob", bob->device));
	/* The control: with the new ones it is a session like any other. */
	bundle_clear(&old);
	party_drop(bob, alice);
	party_start(bob, alice);
	party_say(bob, alice, "third", true);
	assert_true(ratchet_has_session(alice->ratchet, "bob", bob->device));
	party_say(alice, bob, "fourth", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_retire, pair_setup, pair_teardown),
		cmocka_unit_test_setup_teardown(test_retired_start, pair_setup, pair_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
