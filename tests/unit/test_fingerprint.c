/* Safety numbers against libsignal's published vector, and the URI both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/ratchet/fingerprint.h"

/* libsignal-protocol-java, NumericFingerprintGeneratorTest, version 0. */
static const uint8_t alice_key[1][CONTACT_KEY_BYTES] = {
	{ 0x05, 0x06, 0x86, 0x3b, 0xc6, 0x6d, 0x02, 0xb4, 0x0d, 0x27, 0xb8,
	  0xd4, 0x9c, 0xa7, 0xc0, 0x9e, 0x92, 0x39, 0x23, 0x6f, 0x9d, 0x7d,
	  0x25, 0xd6, 0xfc, 0xca, 0x5c, 0xe1, 0x3c, 0x70, 0x64, 0xd8, 0x68 },
};
static const uint8_t bob_key[1][CONTACT_KEY_BYTES] = {
	{ 0x05, 0xf7, 0x81, 0xb6, 0xfb, 0x32, 0xfe, 0xd9, 0xba, 0x1c, 0xf2,
	  0xde, 0x97, 0x8d, 0x4d, 0x5d, 0xa2, 0x8d, 0xc3, 0x40, 0x46, 0xae,
	  0x81, 0x44, 0x02, 0xb5, 0xc0, 0xdb, 0xd9, 0x6f, 0xda, 0x90, 0x7b },
};
static const char vector[] = "300354477692869396892869876765458257569162576843440918079131";

#define HEX_A "06863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868"
#define HEX_B "f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b"

static void number(const struct fingerprint_side *own, const struct fingerprint_side *other,
		   char out[static FINGERPRINT_DIGITS + 1])
{
	GError *error = NULL;

	if (!fingerprint_number(own, other, out, &error))
		fail_msg("%s", error->message);
}

static void test_vector(void **state)
{
	const struct fingerprint_side alice = { "+14152222222", alice_key, 1 };
	const struct fingerprint_side bob = { "+14153333333", bob_key, 1 };
	char out[FINGERPRINT_DIGITS + 1];

	(void)state;
	number(&alice, &bob, out);
	assert_string_equal(out, vector);
	number(&bob, &alice, out);
	assert_string_equal(out, vector);
}

/* The order of a side's devices doesn't matter; each key, and each address, does. */
static void test_devices(void **state)
{
	uint8_t keys[3][CONTACT_KEY_BYTES];
	uint8_t turned[3][CONTACT_KEY_BYTES];
	struct fingerprint_side alice = { "alice", keys, 3 };
	const struct fingerprint_side alice_turned = { "alice", turned, 3 };
	const struct fingerprint_side alicia = { "alicia", keys, 3 };
	const struct fingerprint_side bob = { "bob", bob_key, 1 };
	char first[FINGERPRINT_DIGITS + 1];
	char second[FINGERPRINT_DIGITS + 1];

	(void)state;
	for (int i = 0; i < 3; i++) {
		memcpy(keys[i], alice_key[0], CONTACT_KEY_BYTES);
		keys[i][1 + i] ^= 0x55;
		memcpy(turned[2 - i], keys[i], CONTACT_KEY_BYTES);
	}
	number(&alice, &bob, first);
	number(&bob, &alice_turned, second);
	assert_string_equal(first, second);
	number(&alicia, &bob, second);
	assert_string_not_equal(first, second);
	alice.key_count = 2;
	number(&alice, &bob, second);
	assert_string_not_equal(first, second);
	alice.key_count = 3;
	keys[2][32] ^= 1;
	number(&alice, &bob, second);
	assert_string_not_equal(first, second);
}

static void test_number_fails(void **state)
{
	uint8_t broken[1][CONTACT_KEY_BYTES] = { { 0x06 } };
	const struct fingerprint_side alice = { "alice", alice_key, 1 };
	const struct fingerprint_side none = { "bob", NULL, 0 };
	const struct fingerprint_side bent = { "bob", broken, 1 };
	char out[FINGERPRINT_DIGITS + 1];
	GError *error = NULL;

	(void)state;
	assert_false(fingerprint_number(&alice, &none, out, &error));
	assert_true(error_is(error, ERROR_NO_DEVICES));
	assert_non_null(strstr(error->message, "bob"));
	g_clear_error(&error);
	assert_false(fingerprint_number(&none, &alice, out, &error));
	assert_true(error_is(error, ERROR_NO_DEVICES));
	g_clear_error(&error);
	assert_false(fingerprint_number(&alice, &bent, out, &error));
	assert_true(error_is(error, ERROR_CRYPTO));
	g_clear_error(&error);
}

static void test_code(void **state)
{
	static const char typed[] = " 30035 44776 92869 39689 28698 76765\n"
				    "45825-75691-62576-84344-09180-79131\t";
	char out[FINGERPRINT_DIGITS + 1];
	char longer[FINGERPRINT_DIGITS + 2];

	(void)state;
	assert_true(fingerprint_parse_code(typed, out));
	assert_string_equal(out, vector);
	assert_true(fingerprint_parse_code(vector, out));
	assert_false(fingerprint_parse_code(vector + 1, out));
	g_snprintf(longer, sizeof(longer), "%s1", vector);
	assert_false(fingerprint_parse_code(longer, out));
	assert_false(fingerprint_parse_code("", out));
	longer[60] = '\0';
	longer[7] = 'x';
	assert_false(fingerprint_parse_code(longer, out));
}

static void test_uri(void **state)
{
	const struct fingerprint_entry entries[] = { { 12345, HEX_A }, { G_MAXINT32, HEX_B } };
	g_autofree char *uri = fingerprint_uri("alice@example.org", entries, 2);
	g_autofree char *address = NULL;
	g_autofree struct fingerprint_entry *found = NULL;
	size_t count = 0;

	(void)state;
	assert_string_equal(uri, "xmpp:alice@example.org?omemo-sid-12345=" HEX_A
				 ";omemo-sid-2147483647=" HEX_B);
	assert_true(fingerprint_parse_uri(uri, &address, &found, &count, NULL));
	assert_string_equal(address, "alice@example.org");
	assert_int_equal(count, 2);
	assert_int_equal(found[0].device, 12345);
	assert_int_equal(found[1].device, G_MAXINT32);
	assert_string_equal(found[0].hex, HEX_A);
	assert_string_equal(found[1].hex, HEX_B);
}

/* A local name with every odd character, upper-case digits, parameters of others. */
static void test_uri_variants(void **state)
{
	const struct fingerprint_entry entry = { 7, HEX_A };
	g_autofree char *uri = fingerprint_uri("a?b;c=d&e%", &entry, 1);
	g_autofree char *upper = NULL;
	g_autofree char *address = NULL;
	g_autofree struct fingerprint_entry *found = NULL;
	size_t count = 0;

	(void)state;
	assert_true(fingerprint_parse_uri(uri, &address, &found, &count, NULL));
	assert_string_equal(address, "a?b;c=d&e%");
	g_clear_pointer(&address, g_free);
	g_clear_pointer(&found, g_free);
	upper = g_ascii_strup(HEX_A, -1);
	g_free(uri);
	uri = g_strconcat("XMPP:bob?message;omemo-sid-9=", upper, "&name=Bob", NULL);
	assert_true(fingerprint_parse_uri(uri, &address, &found, &count, NULL));
	assert_string_equal(address, "bob");
	assert_int_equal(count, 1);
	assert_string_equal(found[0].hex, HEX_A);
}

static void test_uri_malformed(void **state)
{
	static const char *const bad[] = {
		"",
		"xmpp:",
		"alice?omemo-sid-1=" HEX_A,
		"xmpp:alice",
		"xmpp:alice?",
		"xmpp:?omemo-sid-1=" HEX_A,
		"xmpp:alice?message",
		"xmpp:alice?omemo-sid-1",
		"xmpp:alice?omemo-sid-=" HEX_A,
		"xmpp:alice?omemo-sid-0=" HEX_A,
		"xmpp:alice?omemo-sid--1=" HEX_A,
		"xmpp:alice?omemo-sid-2147483648=" HEX_A,
		"xmpp:alice?omemo-sid-1x=" HEX_A,
		"xmpp:alice?omemo-sid-1=" HEX_A "0",
		"xmpp:alice?omemo-sid-1=0" HEX_A ";omemo-sid-2=" HEX_B,
		"xmpp:alice?omemo-sid-1=06863bc6",
		"xmpp:alice?omemo-sid-1=zz",
		"xmpp:alice?omemo-sid-1=" HEX_A ";omemo-sid-1=" HEX_B,
		"xmpp:al%00ice?omemo-sid-1=" HEX_A,
		"xmpp:al%zzice?omemo-sid-1=" HEX_A,
		"xmpp:al%ffice?omemo-sid-1=" HEX_A,
	};
	g_autoptr(GString) many = g_string_new("xmpp:alice?x=");

	(void)state;
	for (int i = 1; i <= CONTACT_DEVICES_MAX; i++)
		g_string_append_printf(many, ";omemo-sid-%d=" HEX_A, i);
	for (size_t i = 0; i <= G_N_ELEMENTS(bad); i++) {
		const char *uri = i < G_N_ELEMENTS(bad) ? bad[i] : many->str;
		char *address = NULL;
		struct fingerprint_entry *found = NULL;
		size_t count = 0;
		GError *error = NULL;

		if (fingerprint_parse_uri(uri, &address, &found, &count, &error))
			fail_msg("taken: %s", uri);
		assert_true(error_is(error, ERROR_USAGE));
		assert_null(address);
		assert_null(found);
		g_error_free(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vector),	      cmocka_unit_test(test_devices),
		cmocka_unit_test(test_number_fails),  cmocka_unit_test(test_code),
		cmocka_unit_test(test_uri),	      cmocka_unit_test(test_uri_variants),
		cmocka_unit_test(test_uri_malformed),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
