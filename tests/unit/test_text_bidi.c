#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/secret.h"
#include "core/text/text_bidi.h"

/*
 * For legibility as in UAX #9: capitals are Hebrew letters (A is U+05D0), and
 * in the Arabic cases Arabic ones (A is U+0628).
 */
static char *letters(const char *text, uint32_t first)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++)
		g_string_append_unichar(out, g_ascii_isupper(*text)
						     ? first + (uint32_t)(*text - 'A')
						     : (uint32_t)*text);
	return g_string_free(out, FALSE);
}

static void assert_visual(const char *text, const char *expected, uint32_t first,
			  enum text_direction base)
{
	char *in = letters(text, first), *out = letters(expected, first);
	char *visual = text_visual(in, strlen(in), base);

	if (strcmp(visual, out) != 0)
		fail_msg("\"%s\" becomes \"%s\"", text, visual);
	plain_free(visual);
	g_free(in);
	g_free(out);
}

static void test_direction(void **state)
{
	(void)state;
	assert_int_equal(text_direction("", 0), TEXT_LTR);
	assert_int_equal(text_direction("123 abc", 7), TEXT_LTR);
	assert_int_equal(text_direction("12 \u05d0", 5), TEXT_RTL);
	assert_int_equal(text_direction("\u0628", 2), TEXT_RTL);
	assert_int_equal(text_direction("a\u05d0", 3), TEXT_LTR);
	assert_int_equal(text_direction("...", 3), TEXT_LTR);
	assert_false(text_has_rtl("abc \u00e9\u6f22", 9));
	assert_true(text_has_rtl("abc \u05d0", 6));
}

static void test_hebrew(void **state)
{
	static const struct {
		const char *text, *ltr, *rtl;
	} cases[] = {
		{"", "", ""},
		{"abc", "abc", "abc"},
		{"ABC", "CBA", "CBA"},
		{"car is THE CAR", "car is RAC EHT", "RAC EHT car is"},
		{"he said THIS IS (A) b", "he said (A) SI SIHT b", "b (A) SI SIHT he said"},
		{"ABC 123 DEF", "FED 123 CBA", "FED 123 CBA"},
		{"ABC 1,234.5 DEF", "FED 1,234.5 CBA", "FED 1,234.5 CBA"},
		{"ABC $10 DEF", "FED $10 CBA", "FED $10 CBA"},
		{"abc 12 DEF", "abc 12 FED", "FED abc 12"},
		{"ABC!", "CBA!", "!CBA"},
		{"ABC  ", "CBA  ", "  CBA"},
		{"A<B>C", "C<B>A", "C<B>A"},
		{"ABC def GHI", "CBA def IHG", "IHG def CBA"},
		{"12-34", "12-34", "12-34"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_visual(cases[i].text, cases[i].ltr, 0x5d0, TEXT_LTR);
		assert_visual(cases[i].text, cases[i].rtl, 0x5d0, TEXT_RTL);
	}
}

/* Numbers behind Arabic letters are Arabic numbers: a hyphen doesn't join them (W2, W4). */
static void test_arabic(void **state)
{
	(void)state;
	assert_visual("A 12-34", "34-12 A", 0x628, TEXT_RTL);
	assert_visual("A 1,2", "1,2 A", 0x628, TEXT_RTL);
	assert_visual("A 12-34", "12-34 A", 0x5d0, TEXT_RTL);
}

/* A bracket with more than itself in its cluster isn't mirrored: the rest would be lost. */
static void test_marked_bracket(void **state)
{
	static const char TEXT[] = "\u05d0]\u0301(";
	char *visual = text_visual(TEXT, strlen(TEXT), TEXT_RTL);

	(void)state;
	assert_string_equal(visual, ")]\u0301\u05d0");
	plain_free(visual);
}

/* Marks stay with their letter, and the pieces say where they come from. */
static void test_pieces(void **state)
{
	static const char TEXT[] = "a \u05d0\u05b8\u05d1(";
	GArray *pieces = text_order(TEXT, strlen(TEXT), TEXT_RTL);
	const struct text_piece *piece = &g_array_index(pieces, struct text_piece, 0);

	(void)state;
	/* in a line from right to left: bracket, bet, alef with its vowel, blank, a */
	assert_int_equal(pieces->len, 5);
	assert_string_equal(piece[0].mirror, ")");
	assert_int_equal(piece[1].offset, 6);
	assert_int_equal(piece[2].offset, 2);
	assert_int_equal(piece[2].bytes, 4);
	assert_int_equal(piece[2].cells, 1);
	assert_string_equal(piece[2].mirror, "");
	assert_int_equal(piece[4].offset, 0);
	g_array_unref(pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_hebrew),
		cmocka_unit_test(test_arabic),
		cmocka_unit_test(test_marked_bracket),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
