/* Safety numbers over real engines on one hub: all devices of both sides see the same one, and any
 * other key. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"

enum { DEVICES_MAX = 3 };

static void refreshed(void *user, const GError *error)
{
	assert_null(error);
	++*(unsigned *)user;
}

static void refresh(struct person *person, const char *address)
{
	unsigned answers = 0;

	engine_refresh(person->engine, address, 10000, refreshed, &answers);
	assert_int_equal(answers, 1);
}

static char *number(struct person *person, const char *address)
{
	struct safety safety;
	char *copy;

	refresh(person, address);
	refresh(person, person->name);
	assert_true(engine_safety(person->engine, address, &safety, NULL));
	copy = g_strdup(safety.number);
	safety_clear(&safety);
	return copy;
}

struct sides {
	struct hub *hub;
	struct person *alices[DEVICES_MAX];
	struct person *bobs[DEVICES_MAX];
	int alice_count;
	int bob_count;
};

static void sides_init(struct sides *sides, int alices, int bobs)
{
	sides->hub = hub_new();
	sides->alice_count = alices;
	sides->bob_count = bobs;
	for (int i = 0; i < alices; i++)
		sides->alices[i] = person_new(sides->hub, "alice");
	for (int i = 0; i < bobs; i++)
		sides->bobs[i] = person_new(sides->hub, "bob");
}

static void sides_clear(struct sides *sides)
{
	for (int i = 0; i < sides->alice_count; i++)
		person_free(sides->alices[i]);
	for (int i = 0; i < sides->bob_count; i++)
		person_free(sides->bobs[i]);
	hub_free(sides->hub);
}

/* The first ALICES and BOBS: those behind them were revoked. */
static char *check_agreement(struct sides *sides, int alices, int bobs)
{
	char *first = number(sides->alices[0], "bob");

	assert_int_equal(strlen(first), FINGERPRINT_DIGITS);
	for (int i = 0; i < alices; i++) {
		g_autofree char *other = number(sides->alices[i], "bob");

		assert_string_equal(first, other);
	}
	for (int i = 0; i < bobs; i++) {
		g_autofree char *other = number(sides->bobs[i], "alice");

		assert_string_equal(first, other);
	}
	return first;
}

static void test_every_mix_agrees(void **state)
{
	(void)state;
	for (int alices = 1; alices <= DEVICES_MAX; alices++) {
		for (int bobs = 1; bobs <= DEVICES_MAX; bobs++) {
			struct sides sides;
			g_autofree char *before = NULL;
			g_autofree char *after = NULL;

			sides_init(&sides, alices, bobs);
			before = check_agreement(&sides, alices, bobs);
			if (alices > 1) {
				/* One device less on the list, and so on both sides. */
				assert_true(engine_revoke(sides.alices[0]->engine,
							  person_device(sides.alices[alices - 1]),
							  NULL));
				after = check_agreement(&sides, alices - 1, bobs);
				assert_string_not_equal(before, after);
			}
			sides_clear(&sides);
		}
	}
}

/* What both refuse counts on neither side; what only one refuses is seen. */
static void test_refused_devices_dont_count(void **state)
{
	struct sides sides;
	uint32_t refused;
	g_autofree char *both = NULL, *one = NULL, *other = NULL;

	(void)state;
	sides_init(&sides, 2, 1);
	refused = person_device(sides.alices[1]);
	both = check_agreement(&sides, 2, 1);
	assert_true(
		person_trust(sides.bobs[0], "alice", refused, ACT_DISTRUST));
	one = number(sides.bobs[0], "alice");
	assert_string_not_equal(one, both);
	assert_true(person_trust(sides.alices[0], "alice", refused, ACT_COMPROMISED));
	other = number(sides.alices[0], "bob");
	assert_string_equal(one, other);
	sides_clear(&sides);
}

static void test_any_flipped_bit_is_seen(void **state)
{
	uint8_t own[2][CONTACT_KEY_BYTES] = { { 5, 1, 2, 3 }, { 5, 9, 8, 7 } };
	uint8_t other[1][CONTACT_KEY_BYTES] = { { 5, 77, 66 } };
	const struct fingerprint_side sides[] = {
		{ "alice", (const uint8_t(*)[CONTACT_KEY_BYTES])own, 2 },
		{ "bob", (const uint8_t(*)[CONTACT_KEY_BYTES])other, 1 },
	};
	char right[FINGERPRINT_DIGITS + 1], wrong[FINGERPRINT_DIGITS + 1];

	(void)state;
	assert_true(fingerprint_number(&sides[0], &sides[1], right, NULL));
	for (size_t key = 0; key < 3; key++) {
		uint8_t *bytes = key < 2 ? own[key] : other[0];

		/* Every bit of one key, every seventh of the others. */
		for (size_t bit = 8; bit < CONTACT_KEY_BYTES * 8; bit += key == 2 ? 1 : 7) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_true(fingerprint_number(&sides[0], &sides[1], wrong, NULL));
			assert_string_not_equal(right, wrong);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_mix_agrees),
		cmocka_unit_test(test_refused_devices_dont_count),
		cmocka_unit_test(test_any_flipped_bit_is_seen),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
