/* The form in which a passphrase counts, and how long a new one has to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/passphrase.h"
#include "core/text/text_nfc.h"

static struct secret *word(const char *text)
{
	g_autofree char *copy = g_strdup(text);

	return secret_take(copy, strlen(text), NULL);
}

static void check_normal(const char *text, const char *expected)
{
	struct secret *typed = word(text), *normal = passphrase_normal(typed, NULL);

	assert_non_null(normal);
	assert_int_equal(secret_size(normal), strlen(expected));
	assert_memory_equal(secret_peek(normal), expected, strlen(expected));
	secret_free(normal);
	secret_free(typed);
}

static void test_normal(void **state)
{
	(void)state;
	check_normal("plain ASCII", "plain ASCII");
	check_normal("cafe\xcc\x81", "caf\xc3\xa9");
	check_normal("caf\xc3\xa9", "caf\xc3\xa9");
	/* The Angstrom sign is the letter; a ligature, which only looks the same, stays. */
	check_normal("\xe2\x84\xab", "\xc3\x85");
	check_normal("\xef\xac\x81", "\xef\xac\x81");
	/* Marks in either order; Hangul; what is excluded from composition. */
	check_normal("s\xcc\xa3\xcc\x87", "\xe1\xb9\xa9");
	check_normal("s\xcc\x87\xcc\xa3", "\xe1\xb9\xa9");
	check_normal("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c");
	check_normal("\xe0\xa5\x98", "\xe0\xa4\x95\xe0\xa4\xbc");
	/* Three times as long: as much as it can grow. */
	check_normal("\xf0\x9d\x85\xa0",
		     "\xf0\x9d\x85\x98\xf0\x9d\x85\xa5\xf0\x9d\x85\xae");
	/* Not UTF-8: as it is. */
	check_normal("\xff" "cafe\xcc\x81", "\xff" "cafe\xcc\x81");
	check_normal("\xed\xa0\x80" "e\xcc\x81", "\xed\xa0\x80" "e\xcc\x81");
}

/* Each letter with each mark as GLib has it, who works in memory that nobody wipes. */
static void test_against_glib(void **state)
{
	int composed = 0;

	(void)state;
	for (gunichar letter = 0x20; letter < 0x3000; letter++) {
		if (!g_unichar_isdefined(letter))
			continue;
		for (gunichar mark = 0x300; mark <= 0x345; mark++) {
			char text[16] = { 0 }, ours[16 * TEXT_NFC_GROWTH] = { 0 };
			int bytes = g_unichar_to_utf8(letter, text);
			g_autofree char *theirs = NULL;

			bytes += g_unichar_to_utf8(mark, text + bytes);
			theirs = g_utf8_normalize(text, bytes, G_NORMALIZE_NFC);
			text_nfc(text, (size_t)bytes, ours);
			assert_string_equal(ours, theirs);
			composed += strcmp(ours, text) != 0;
		}
	}
	assert_true(composed > 1000);
}

static void check_length(const char *text, bool is_enough)
{
	struct secret *typed = word(text);
	g_autoptr(GError) error = NULL;

	if (passphrase_check_new(typed, &error) != is_enough)
		fail_msg("%s", text);
	assert_true(is_enough || error_is(error, ERROR_USAGE));
	/* What it says holds nothing of it. */
	assert_true(is_enough || !*text || !strstr(error->message, text));
	secret_free(typed);
}

#define HAN "\xe6\xad\xa3"

static void test_length(void **state)
{
	(void)state;
	check_length("", false);
	check_length("1234567", false);
	check_length("12345678", true);
	/* Code points, composed, not bytes. */
	check_length("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", false);
	check_length("e\xcc\x81" "e\xcc\x81" "e\xcc\x81" "e\xcc\x81", false);
	check_length(HAN HAN HAN HAN HAN HAN HAN, false);
	check_length(HAN HAN HAN HAN HAN HAN HAN HAN, true);
	/* What shows nothing is no passphrase; what shows anything is. */
	check_length("        ", false);
	check_length("\t \xc2\xa0 \xe2\x80\x8b \xe3\x80\x80 \xe2\xa0\x80 ", false);
	check_length("       x", true);
	check_length("\xff\xfe\xfd\xfc", false);
	check_length("\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_against_glib),
		cmocka_unit_test(test_length),
	};
	g_autoptr(GError) error = NULL;

	if (!secret_start(&error))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
