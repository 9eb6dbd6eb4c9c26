#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"

static void accept(const char *text, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *address = contact_address(text, &error);
	g_autofree char *again = NULL;

	if (error)
		print_message("%s\n", error->message);
	assert_non_null(address);
	assert_string_equal(address, expected);
	again = contact_address(address, NULL);
	assert_non_null(again);
	assert_string_equal(again, address);
}

static void refuse(const char *text)
{
	g_autoptr(GError) error = NULL;
	char *address = contact_address(text, &error);

	if (address)
		print_message("accepted: %s\n", text);
	assert_null(address);
	assert_true(error_is(error, ERROR_USAGE));
	assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void test_address(void **state)
{
	static const char *const bad[] = {
		"",
		".bob",
		"-bob",
		"bob smith",
		"b\xC3\xA9",
		"bob/home",
		"@",
		"@example.org",
		"\u3164@example.org",
		"bob\u115f@example.org",
		"bob\ufe0f@example.org",
		"bob@exam\u3164ple.org",
		"bob@",
		"bob@example.org/home",
		"bob@example.org/",
		"b@b@b",
		"b b@x.org",
		"b\"@x",
		"b&@x",
		"b'@x",
		"b/@x",
		"b:@x",
		"b<@x",
		"b>@x",
		"b\t@x",
		"b\x7f@x",
		"bob@.org",
		"bob@x..org",
		"bob@x.org.",
		"bob@-x.org",
		"bob@x-.org",
		"bob@x_y.org",
		"bob@x y",
		"bob@x:5222",
		"\xff@x.org",
		"bob@\xff",
		"a\xEF\xBC\xA0"
		"b@x.org",
		"a\xEF\xBC\x8F@x.org",
		"a\xE2\x80\x8B@x.org",
		"a\xE2\x80\xAE@x.org",
		"a\xF0\x9F\x98\x80@x.org",
		"a@x\xE3\x80\x82org\xEF\xBC\x8F",
		"\x1b[31m",
	};
	g_autofree char *longest = g_strnfill(64, 'a');
	g_autofree char *longer = g_strnfill(65, 'a');
	g_autofree char *huge = g_strnfill(1017, 'a');
	g_autofree char *fits = g_strconcat(huge, "@b.org", NULL);
	g_autoptr(GString) grows = g_string_new(NULL);
	g_autofree char *larger = g_strconcat(huge, "a@b.org", NULL);

	(void)state;
	accept("bob", "bob");
	accept("Bob_7.x-", "Bob_7.x-");
	accept(longest, longest);
	accept("Bob@Example.ORG", "bob@example.org");
	accept("I@X.org", "i@x.org");
	accept("bob+tag=1!@localhost", "bob+tag=1!@localhost");
	accept("bob@192.0.2.1", "bob@192.0.2.1");
	accept("\xC3\x89tienne@M\xC3\x9Cller.example", "\xC3\xA9tienne@m\xC3\xBCller.example");
	accept("E\xCC\x81@x.org", "\xC3\xA9@x.org");
	accept("\xEF\xBC\xA1@x.org", "a@x.org");
	accept(fits, fits);
	refuse(longer);
	refuse(larger);
	for (int i = 0; i < 300; i++)
		g_string_append(grows, "\xEF\xB7\xB2"); /* one letter that folds to four */
	g_string_append(grows, "@x.org");
	refuse(grows->str);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		refuse(bad[i]);
}

static void test_bare_address(void **state)
{
	g_autofree char *full = contact_bare_address("Bob@Example.org/Phone/@2");
	g_autofree char *local = contact_bare_address("bob");

	(void)state;
	assert_string_equal(full, "bob@example.org");
	assert_string_equal(local, "bob");
	assert_null(contact_bare_address("bob/x"));
	assert_null(contact_bare_address(""));
	assert_null(contact_bare_address("\xff@x/y"));
}

static void test_fingerprint(void **state)
{
	uint8_t key[CONTACT_KEY_BYTES] = { 0x05, 0xAB, 0x01 };
	char text[CONTACT_FINGERPRINT_BYTES];

	(void)state;
	key[32] = 0xF0;
	assert_ptr_equal(contact_fingerprint(key, text), text);
	assert_int_equal(strlen(text), 64);
	assert_memory_equal(text, "ab0100", 6);
	assert_string_equal(text + 60, "00f0");
}

static void test_names(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < TRUST_COUNT; i++) {
		enum trust trust = TRUST_COUNT;

		assert_true(trust_parse(trust_name((enum trust)i), &trust));
		assert_int_equal(trust, i);
	}
	assert_string_equal(trust_name(TRUST_UNDECIDED), "undecided");
	assert_false(trust_parse("Trusted", &(enum trust){ 0 }));
	assert_false(trust_parse("", &(enum trust){ 0 }));
	assert_string_equal(rule_name(RULE_VERIFIED), "verified");
}

static void test_first_sight(void **state)
{
	(void)state;
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		assert_int_equal(trust_at_first_sight(rule, false), TRUST_UNDECIDED);
		assert_int_equal(trust_at_first_sight(rule, true),
				 rule == RULE_FIRST ? TRUST_TRUSTED : TRUST_UNDECIDED);
	}
}

static void test_use(void **state)
{
	(void)state;
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		assert_int_equal(trust_use(TRUST_UNDECIDED, rule), USE_BLOCK);
		assert_int_equal(trust_use(TRUST_VERIFIED, rule), USE_SEAL);
		assert_int_equal(trust_use(TRUST_UNTRUSTED, rule), USE_SKIP);
		assert_int_equal(trust_use(TRUST_COMPROMISED, rule), USE_SKIP);
		assert_int_equal(trust_use(TRUST_TRUSTED, rule),
				 rule == RULE_VERIFIED ? USE_BLOCK : USE_SEAL);
	}
}

static void test_acts(void **state)
{
	(void)state;
	for (int now = 0; now < TRUST_COUNT; now++) {
		bool refused = now == TRUST_UNTRUSTED || now == TRUST_COMPROMISED;

		assert_int_equal(trust_after(now, ACT_KEY_CHANGED),
				 refused ? now : TRUST_UNDECIDED);
		assert_int_equal(trust_after(now, ACT_VERIFY), TRUST_VERIFIED);
		assert_int_equal(trust_after(now, ACT_COMPROMISED), TRUST_COMPROMISED);
		assert_int_equal(trust_after(now, ACT_TRUST),
				 now == TRUST_VERIFIED ? TRUST_VERIFIED : TRUST_TRUSTED);
		assert_int_equal(trust_after(now, ACT_DISTRUST),
				 now == TRUST_COMPROMISED ? now : TRUST_UNTRUSTED);
	}
}

/*
 * From a trust that doesn't seal, no sequence of acts without ACT_TRUST and ACT_VERIFY leads to one
 * that does, and from one that skips none leads to one that blocks. States are few: what can be
 * reached in one act more is followed until nothing is new.
 */
static void test_no_way_back(void **state)
{
	static const enum trust_act acts[] = { ACT_DISTRUST, ACT_COMPROMISED, ACT_KEY_CHANGED };

	(void)state;
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		for (int start = 0; start < TRUST_COUNT; start++) {
			unsigned int reached = 1u << start, before;
			enum trust_use use = trust_use(start, rule);

			if (use == USE_SEAL)
				continue;
			do {
				before = reached;
				for (int now = 0; now < TRUST_COUNT; now++)
					for (size_t i = 0; (reached & 1u << now) && i < 3; i++)
						reached |= 1u << trust_after(now, acts[i]);
			} while (reached != before);
			for (int end = 0; end < TRUST_COUNT; end++) {
				if (!(reached & 1u << end))
					continue;
				assert_int_not_equal(trust_use(end, rule), USE_SEAL);
				if (use == USE_SKIP)
					assert_int_equal(trust_use(end, rule), USE_SKIP);
			}
		}
	}
}

static void test_values(void **state)
{
	struct contact contact = { .address = g_strdup("bob"),
				   .draft = plain_dup("words"),
				   .timer = 5 };
	struct device device = { .address = g_strdup("bob"), .id = 7, .label = g_strdup("desk") };
	struct contact *contact_two = contact_copy(&contact);
	struct device *device_two = device_copy(&device);

	(void)state;
	contact_clear(&contact);
	device_clear(&device);
	assert_null(contact.draft);
	assert_int_equal(device.id, 0);
	assert_string_equal(contact_two->draft, "words");
	assert_null(contact_two->alias);
	assert_int_equal(contact_two->timer, 5);
	assert_string_equal(device_two->label, "desk");
	contact_free(contact_two);
	device_free(device_two);
	contact_free(NULL);
	device_free(NULL);
	assert_null(contact_copy(NULL));
	assert_null(device_copy(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),	    cmocka_unit_test(test_bare_address),
		cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_names),
		cmocka_unit_test(test_first_sight), cmocka_unit_test(test_use),
		cmocka_unit_test(test_acts),	    cmocka_unit_test(test_no_way_back),
		cmocka_unit_test(test_values),
	};

	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
