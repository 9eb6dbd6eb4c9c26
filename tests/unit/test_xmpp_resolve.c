#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/crypto.h"
#include "core/transport/xmpp/stream/xmpp_resolve.h"

static uint32_t lowest(uint32_t bound)
{
	assert_true(bound > 0);
	return 0;
}

static uint32_t highest(uint32_t bound)
{
	return bound - 1;
}

static void check(const struct resolve_target *targets, size_t count, const char *hosts)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(targets[i].host[0], hosts[i]);
}

/* Both services are mixed; a lower number comes first, whatever its weight. */
static void test_priorities(void **state)
{
	struct resolve_target targets[] = {
		{ .host = "d", .priority = 30, .weight = 9 },
		{ .host = "b", .priority = 10, .weight = 0 },
		{ .host = "c", .priority = 20, .weight = 65535, .is_direct = true },
		{ .host = "a", .priority = 0, .weight = 1, .is_direct = true },
	};

	(void)state;
	resolve_order(targets, 4, highest);
	check(targets, 4, "abcd");
	assert_true(targets[0].is_direct && !targets[1].is_direct && targets[2].is_direct);
	resolve_order(targets, 0, highest);
}

static void test_weights(void **state)
{
	struct resolve_target targets[] = {
		{ .host = "a", .priority = 5, .weight = 10 },
		{ .host = "z", .priority = 5, .weight = 0 },
		{ .host = "b", .priority = 5, .weight = 65535 },
		{ .host = "c", .priority = 5, .weight = 65535 },
	};

	(void)state;
	/* Nothing weighs less than nothing, yet it may be drawn. */
	resolve_order(targets, 4, lowest);
	assert_string_equal(targets[0].host, "z");
	resolve_order(targets, 4, highest);
	assert_string_not_equal(targets[0].host, "z");
	assert_string_equal(targets[3].host, "z");
}

/* Three of four, as the weights say; 4,000 draws hardly ever stray by 150 from 3,000. */
static void test_chance(void **state)
{
	unsigned heavy = 0;

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		struct resolve_target targets[] = {
			{ .host = "l", .weight = 100 },
			{ .host = "h", .weight = 300 },
		};

		resolve_order(targets, 2, crypto_random_below);
		heavy += targets[0].host[0] == 'h';
	}
	assert_in_range(heavy, 2850, 3150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
