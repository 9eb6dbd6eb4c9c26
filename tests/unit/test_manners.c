/* manners: what the store keeps of them comes back, and nothing else is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/model/manners.h"

static void test_pack(void **state)
{
	struct manners manners = { 0 }, back;

	(void)state;
	assert_int_equal(manners_pack(&manners), 0);
	for (int64_t number = 0; number < 1 << 14; number++) {
		bool ok = manners_unpack(number, &back);
		bool has_three = false;

		for (unsigned i = 0; i < MANNER_COUNT; i++)
			has_three |= (number >> 2 * i & 3) == 3;
		assert_int_equal(ok, !has_three);
		assert_true(!ok || manners_pack(&back) == number);
	}
	assert_false(manners_unpack(1 << 14, &back));
	assert_false(manners_unpack(-1, &back));
	manners.dropped = UINT32_MAX;
	manners.is_blocked = manners.is_asked = true;
	assert_true(manners_unpack(manners_pack(&manners), &back));
	assert_int_equal(back.dropped, UINT32_MAX);
	assert_true(back.is_blocked && back.is_asked && !back.asks);
}

static void test_names(void **state)
{
	enum manner manner;
	enum manner_choice choice;

	(void)state;
	for (unsigned i = 0; i < MANNER_COUNT; i++) {
		assert_true(manner_parse(manner_name((enum manner)i), &manner));
		assert_int_equal(manner, i);
	}
	for (unsigned i = 0; i < CHOICE_COUNT; i++) {
		assert_true(choice_parse(choice_name((enum manner_choice)i), &choice));
		assert_int_equal(choice, i);
	}
	assert_false(manner_parse("Receipts", &manner));
	assert_false(choice_parse("", &choice));
}

static void test_subscription(void **state)
{
	struct manners manners = { 0 };

	(void)state;
	assert_string_equal(manners_subscription(&manners), "none");
	manners.we_see = true;
	assert_string_equal(manners_subscription(&manners), "to");
	manners.sees_us = true;
	assert_string_equal(manners_subscription(&manners), "both");
	manners.we_see = false;
	assert_string_equal(manners_subscription(&manners), "from");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_subscription),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
