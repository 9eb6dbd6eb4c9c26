/* A number as words and as a picture: the same for the same number, another for another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>
#include "tui/client/pattern.h"
#include "tui/client/words.h"

static void test_the_list(void **state)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	(void)state;
	for (int i = 0; i < 256; i++) {
		unsigned char byte = (unsigned char)i;

		assert_true(g_hash_table_add(seen, (char *)words_two_syllables(byte)));
		assert_true(g_hash_table_add(seen, (char *)words_three_syllables(byte)));
	}
	/* The published list's corners, and its example: E582 94F2 E9A2 2748. */
	assert_string_equal(words_two_syllables(0x00), "aardvark");
	assert_string_equal(words_three_syllables(0x00), "adroitness");
	assert_string_equal(words_two_syllables(0xff), "zulu");
	assert_string_equal(words_three_syllables(0xff), "yucatan");
	assert_string_equal(words_two_syllables(0xe5), "topmost");
	assert_string_equal(words_three_syllables(0x82), "istanbul");
	assert_string_equal(words_two_syllables(0x94), "pluto");
	assert_string_equal(words_three_syllables(0xf2), "vagabond");
	assert_string_equal(words_two_syllables(0xe9), "treadmill");
	assert_string_equal(words_three_syllables(0xa2), "pacific");
	assert_string_equal(words_two_syllables(0x27), "brackish");
	assert_string_equal(words_three_syllables(0x48), "dictator");
}

static void test_each_group_has_words_of_its_own(void **state)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	(void)state;
	for (unsigned n = 0; n < 100000; n++) {
		g_autofree char *group = g_strdup_printf("%05u", n);
		const char *words[2];

		words_of_group(group, words);
		assert_true(g_hash_table_add(seen, g_strjoin(" ", words[0], words[1], NULL)));
	}
}

static void expect_words(const char *group, const char *first, const char *second)
{
	const char *words[2];

	words_of_group(group, words);
	assert_string_equal(words[0], first);
	assert_string_equal(words[1], second);
}

static void test_the_mapping(void **state)
{
	(void)state;
	expect_words("00000", "aardvark", "adroitness");
	expect_words("65535", "zulu", "yucatan");
	/* From here on the longer word comes first. */
	expect_words("65536", "adroitness", "aardvark");
	expect_words("99999", words_three_syllables((99999 - 65536) >> 8),
		     words_two_syllables((99999 - 65536) & 0xff));
	/* The group may stand within the number. */
	expect_words("0000012345", "aardvark", "adroitness");
}

static unsigned differ(const struct pattern *a, const struct pattern *b)
{
	unsigned count = 0;

	for (int y = 0; y < PATTERN_SIDE; y++)
		for (int x = 0; x <= PATTERN_SIDE / 2; x++)
			count += a->squares[y][x] != b->squares[y][x];
	return count;
}

static void test_the_pattern(void **state)
{
	char digits[] = "012345678998765432100123400000999996553665535131072246801357";
	struct pattern right;
	struct pattern other;

	(void)state;
	pattern_make(digits, &right);
	pattern_make(digits, &other);
	assert_int_equal(differ(&right, &other), 0);
	for (int y = 0; y < PATTERN_SIDE; y++)
		for (int x = 0; x < PATTERN_SIDE; x++)
			assert_int_equal(right.squares[y][x],
					 right.squares[y][PATTERN_SIDE - 1 - x]);
	for (size_t i = 0; i < strlen(digits); i++) {
		char former = digits[i];

		digits[i] = former == '9' ? '0' : (char)(former + 1);
		pattern_make(digits, &other);
		assert_in_range(differ(&right, &other), 12, 54);
		digits[i] = former;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_list),
		cmocka_unit_test(test_each_group_has_words_of_its_own),
		cmocka_unit_test(test_the_mapping),
		cmocka_unit_test(test_the_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
