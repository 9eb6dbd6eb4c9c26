/* Every trust under every rule, and the sentences that go with a denial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/model/policy.h"

struct people {
	struct device devices[12];
	GPtrArray *list;
};

static int setup(void **state)
{
	struct people *people = g_new0(struct people, 1);

	people->list = g_ptr_array_new();
	*state = people;
	return 0;
}

static int teardown(void **state)
{
	struct people *people = *state;

	g_ptr_array_unref(people->list);
	g_free(people);
	return 0;
}

static struct device *add(struct people *people, enum trust trust)
{
	struct device *device = &people->devices[people->list->len];

	device->id = 100 + people->list->len;
	device->trust = trust;
	device->has_key = true;
	device->is_active = true;
	g_ptr_array_add(people->list, device);
	return device;
}

static void expect(struct people *people, enum trust_rule rule, enum answer answer, enum error code,
		   const char *words)
{
	struct verdict verdict;

	policy_judge_send("bob", people->list, rule, &verdict);
	assert_int_equal(verdict.answer, answer);
	if (answer == VERDICT_DENY)
		assert_int_equal(verdict.code, code);
	if (!words) {
		assert_null(verdict.reason);
	} else {
		assert_non_null(verdict.reason);
		if (!strstr(verdict.reason, words))
			fail_msg("\"%s\" isn't in \"%s\"", words, verdict.reason);
		assert_true(g_str_has_suffix(verdict.reason, "."));
	}
	verdict_clear(&verdict);
	assert_null(verdict.reason);
}

static void test_nobody(void **state)
{
	struct people *people = *state;

	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_NO_DEVICES, "no device");
	add(people, TRUST_VERIFIED)->is_active = false;
	add(people, TRUST_UNDECIDED)->is_active = false;
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_NO_DEVICES, "no device");
	add(people, TRUST_UNTRUSTED);
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_TRUST,
	       "`sotto trust bob DEVICE trusted`");
	add(people, TRUST_TRUSTED)->has_key = false;
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_NO_DEVICES,
	       "device 103 has published no key");
}

static void test_allowed(void **state)
{
	struct people *people = *state;

	add(people, TRUST_VERIFIED);
	expect(people, RULE_VERIFIED, VERDICT_ALLOW, ERROR_FAILED, NULL);
	add(people, TRUST_TRUSTED);
	expect(people, RULE_FIRST, VERDICT_ALLOW, ERROR_FAILED, NULL);
	expect(people, RULE_MANUAL, VERDICT_ALLOW, ERROR_FAILED, NULL);
}

static void test_undecided(void **state)
{
	struct people *people = *state;

	add(people, TRUST_VERIFIED);
	add(people, TRUST_UNDECIDED);
	for (int rule = RULE_FIRST; rule < RULE_COUNT; rule++) {
		expect(people, (enum trust_rule)rule, VERDICT_DENY, ERROR_TRUST, "device 101");
		expect(people, (enum trust_rule)rule, VERDICT_DENY, ERROR_TRUST,
		       "`sotto verify bob`");
		expect(people, (enum trust_rule)rule, VERDICT_DENY, ERROR_TRUST,
		       "`sotto trust bob 101 trusted`");
	}
	add(people, TRUST_UNDECIDED);
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_TRUST, "devices 101 and 102");
	add(people, TRUST_UNDECIDED);
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_TRUST, "devices 101, 102 and 103");
	while (people->list->len < G_N_ELEMENTS(people->devices))
		add(people, TRUST_UNDECIDED);
	expect(people, RULE_FIRST, VERDICT_DENY, ERROR_TRUST, "107, 108 and 3 more");
}

static void test_unverified(void **state)
{
	struct people *people = *state;

	add(people, TRUST_VERIFIED);
	add(people, TRUST_TRUSTED);
	expect(people, RULE_VERIFIED, VERDICT_DENY, ERROR_TRUST, "device 101 is not");
	expect(people, RULE_VERIFIED, VERDICT_DENY, ERROR_TRUST, "`sotto verify bob`");
}

static void test_warned(void **state)
{
	struct people *people = *state;

	add(people, TRUST_TRUSTED);
	add(people, TRUST_UNTRUSTED);
	expect(people, RULE_FIRST, VERDICT_WARN, ERROR_FAILED, "device 101 (untrusted)");
	add(people, TRUST_COMPROMISED);
	expect(people, RULE_FIRST, VERDICT_WARN, ERROR_FAILED, "device 102 (in the wrong hands)");
	/* A device that never published keys doesn't hold up the others. */
	add(people, TRUST_UNDECIDED)->has_key = false;
	expect(people, RULE_FIRST, VERDICT_WARN, ERROR_FAILED, "device 103 (without a key)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nobody),     TEST(test_allowed), TEST(test_undecided),
		TEST(test_unverified), TEST(test_warned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
