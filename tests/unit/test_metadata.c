#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/model/metadata.h"

static const struct exposure good[] = {
	{ OBSERVER_SERVER, FACT_SENDER, PRECISION_EXACTLY, "It delivers by it." },
	{ OBSERVER_SERVER, FACT_SIZE, PRECISION_ROUGHLY, "Padding leaves steps." },
	{ OBSERVER_NETWORK, FACT_SIZE, PRECISION_ROUGHLY, "TLS leaves the length." },
};

static void test_find(void **state)
{
	const size_t count = G_N_ELEMENTS(good);

	(void)state;
	assert_ptr_equal(exposure_find(good, count, OBSERVER_SERVER, FACT_SIZE), &good[1]);
	assert_ptr_equal(exposure_find(good, count, OBSERVER_NETWORK, FACT_SIZE), &good[2]);
	assert_null(exposure_find(good, count, OBSERVER_NETWORK, FACT_SENDER));
	assert_null(exposure_find(good, 0, OBSERVER_SERVER, FACT_SIZE));
}

static void test_check(void **state)
{
	struct exposure rows[G_N_ELEMENTS(good)];

	(void)state;
	assert_null(exposure_check(good, G_N_ELEMENTS(good)));
	assert_null(exposure_check(NULL, 0));
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		rows[i] = good[i];
	rows[2].who = OBSERVER_SERVER;
	assert_ptr_equal(exposure_check(rows, G_N_ELEMENTS(rows)), &rows[2]);
	rows[2] = good[2];
	rows[1].sentence = "No full stop";
	assert_ptr_equal(exposure_check(rows, G_N_ELEMENTS(rows)), &rows[1]);
	rows[1].sentence = NULL;
	assert_ptr_equal(exposure_check(rows, G_N_ELEMENTS(rows)), &rows[1]);
	rows[1] = good[1];
	rows[0].what = FACT_ALL;
	assert_ptr_equal(exposure_check(rows, G_N_ELEMENTS(rows)), &rows[0]);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(observer_name(OBSERVER_HOST_ADMIN), "host-admin");
	assert_string_equal(fact_name(FACT_PRESENCE), "presence");
	assert_string_equal(precision_name(PRECISION_ROUGHLY), "roughly");
	assert_string_equal(observer_words(OBSERVER_LOCAL_USERS), "other users of this host");
	assert_string_equal(fact_words(FACT_SENDER), "who sends");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
