#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"

#define FAMILY	"\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466"
#define ENGLAND "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
#define MARKS_4 "\u0301\u0302\u0303\u0304"

static void test_check(void **state)
{
	GError *error = NULL;

	(void)state;
	assert_true(text_check("", 0, 10, NULL));
	assert_true(text_check("gr\u00fc\u00df dich", 11, 11, NULL));
	assert_false(text_check("12345678901", 11, 10, &error));
	assert_true(error_is(error, ERROR_LIMIT));
	g_clear_error(&error);
	assert_false(text_check("ab\xc0\x80", 4, 10, &error));
	assert_true(error_is(error, ERROR_FORMAT));
	assert_non_null(strstr(error->message, "byte 2"));
	g_clear_error(&error);
	assert_false(text_check("a\0b", 3, 10, NULL));
	assert_false(text_check("\xed\xa0\x80", 3, 10, NULL));	   /* a surrogate */
	assert_false(text_check("\xf4\x90\x80\x80", 4, 10, NULL)); /* beyond U+10FFFF */
}

static void test_clusters(void **state)
{
	static const struct {
		const char *text;
		unsigned count, cells;
	} cases[] = {
		{ "a", 1, 1 },
		{ "abc", 3, 3 },
		{ "e\u0301", 1, 1 },
		{ "\u6f22\u5b57", 2, 4 },
		{ "\ud55c\uae00", 2, 4 },
		{ "\u1112\u1161\u11ab", 1, 2 }, /* the same letter, conjoined */
		{ FAMILY, 1, 2 },
		{ FAMILY "x", 2, 3 },
		{ "\U0001F1E6\U0001F1F9\U0001F1E8\U0001F1ED", 2, 4 }, /* flags */
		{ "\U0001F1E6", 1, 1 },
		{ ENGLAND, 1, 2 },
		{ "\u2764\ufe0f", 1, 2 }, /* a heart as emoji, and as text */
		{ "\u2764", 1, 1 },
		{ "\U0001F44D\U0001F3FD", 1, 2 }, /* tone of skin */
		{ "1\ufe0f\u20e3", 1, 2 },
		{ "\u26a1", 1, 2 },
		{ "a\u200d"
		  "b",
		  2, 2 }, /* joins nothing */
		{ "\u0e01\u0e33", 1, 2 },
		{ "\u0928\u093f", 1, 2 },
		{ "\uff21", 1, 2 },
		{ "\u00e9\u00e8", 2, 2 },
		{ "\n", 1, 0 },
		{ "\x1b", 1, 0 },
		{ "\xff", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		size_t bytes = strlen(cases[i].text), at = 0, width = 0;
		unsigned count = 0, cells;

		for (; at < bytes; count++, width += cells)
			at += text_next(cases[i].text + at, bytes - at, &cells);
		if (count != cases[i].count || width != cases[i].cells)
			fail_msg("case %zu: %u clusters of %zu cells", i, count, width);
		assert_int_equal(text_width_all(cases[i].text), cases[i].cells);
	}
}

static void test_fit_and_truncate(void **state)
{
	static const struct {
		const char *text;
		size_t cells;
		const char *result;
	} cases[] = {
		{ "hello", 5, "hello" },
		{ "hello", 4, "hel\u2026" },
		{ "hello", 1, "\u2026" },
		{ "hello", 0, "" },
		{ "", 3, "" },
		{ "\u6f22\u5b57", 3, "\u6f22\u2026" },
		{ "\u6f22\u5b57", 2, "\u2026" },
		{ "e\u0301e\u0301", 1, "\u2026" },
		{ "e\u0301e\u0301e", 2, "e\u0301\u2026" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *result = text_truncate(cases[i].text, cases[i].cells);

		assert_string_equal(result, cases[i].result);
		plain_free(result);
	}
	assert_int_equal(text_fit("a\u6f22", 4, 2), 1);
	assert_int_equal(text_fit("a\u6f22", 4, 3), 4);
}

static void assert_safe(const char *text, const char *expected)
{
	char *safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_KEEP);
	char *again = text_make_safe(safe, strlen(safe), TEXT_NEWLINE_KEEP);

	assert_string_equal(safe, expected);
	assert_string_equal(again, safe);
	assert_int_equal(text_is_safe(text, strlen(text), TEXT_NEWLINE_KEEP),
			 strcmp(text, expected) == 0);
	plain_free(safe);
	plain_free(again);
}

static void test_safe_leaves_alone(void **state)
{
	static const char *const texts[] = {
		"",
		"plain words, [brackets] ~ and {all}",
		"two\nlines",
		"caf\u00e9 cafe\u0301",
		"\u6f22\u5b57\u304c\u304b\u3099",
		FAMILY " " ENGLAND " \u2764\ufe0f \u2764\u200d 1\ufe0f\u20e3",
		"\U0001F469\U0001F3FD\u200D\u2764\ufe0f\u200D\U0001F48B\u200D\U0001F469\U0001F3FB",
		"\U0001F3F3\ufe0f\u200d\U0001F308",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  /* Persian, with ZWNJ */
		"\u0647\u200d",					     /* its letter he, alone */
		"\u0915\u094d\u200d\u0937 \u0915\u094d\u200c\u0937", /* Devanagari */
		"\u1112\u1161\u11ab",
		"\u05e9\u05dc\u05d5\u05dd",
		"\u845b\U000E0100", /* an ideographic variant */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (i != 5)
			assert_safe(texts[i], texts[i]);
	/* all but the joiner that joins nothing */
	assert_safe(texts[5],
		    FAMILY " " ENGLAND " \u2764\ufe0f \u2764\u2039U+200D\u203a 1\ufe0f\u20e3");
}

static void test_safe_makes_visible(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "\x1b[31mred", "\u2039U+001B\u203a[31mred" },
		{ "a\x7f\xc2\x9bz", "a\u2039U+007F\u203a\u2039U+009B\u203az" },
		{ "a\rb", "a\u2039U+000D\u203a"
			  "b" },
		{ "a\r\nb", "a\nb" },
		{ "a\tb", "a    b" },
		{ "\u202egnp.exe", "\u2039U+202E\u203agnp.exe" },
		{ "\u2066x\u2069", "\u2039U+2066\u203ax\u2039U+2069\u203a" },
		{ "\u061c\u200e\u200f", "\u2039U+061C\u203a\u2039U+200E\u203a\u2039U+200F\u203a" },
		{ "pay\u200bpal", "pay\u2039U+200B\u203apal" },
		{ "pay\u200dpal", "pay\u2039U+200D\u203apal" },
		{ "pay\u200cpal", "pay\u2039U+200C\u203apal" },
		{ "pay\u00adpal\ufeff", "pay\u2039U+00AD\u203apal\u2039U+FEFF\u203a" },
		{ "a\u2060\u2064", "a\u2039U+2060\u203a\u2039U+2064\u203a" },
		{ "a\u3164\uffa0", "a\u2039U+3164\u203a\u2039U+FFA0\u203a" },
		{ "a\ufe0f", "a\u2039U+FE0F\u203a" },
		{ "1\ufe0f", "1\u2039U+FE0F\u203a" },
		{ "a\U000E0041", "a\u2039U+E0041\u203a" },
		{ "\U0001F3F4\U000E0061\U000E007F",
		  "\U0001F3F4\u2039U+E0061\u203a\u2039U+E007F\u203a" },
		{ "a\u2028b\u2029", "a\u2039U+2028\u203a"
				    "b\u2039U+2029\u203a" },
		{ "\ue000", "\u2039U+E000\u203a" },
		{ "\ufdd0", "\u2039U+FDD0\u203a" },
		{ "\u0378", "\u2039U+0378\u203a" },
		{ "\u0301x", "\u25cc\u0301x" },
		{ "a\n\u0301", "a\n\u25cc\u0301" },
		{ "\u11ab", "\u2039U+11AB\u203a" },
		{ "a" MARKS_4 MARKS_4, "a" MARKS_4 MARKS_4 },
		{ "a" MARKS_4 MARKS_4 "\u0301\u0302z", "a" MARKS_4 MARKS_4 "\ufffdz" },
		{ "ab\xff"
		  "c",
		  "ab\ufffd"
		  "c" },
		{ "\U0001F468\u200D\U0001F468\u200D\U0001F468\u200D\U0001F468\u200D\U0001F468\u200D"
		  "\U0001F468",
		  "\U0001F468\u200D\U0001F468\u200D\U0001F468\u200D\U0001F468\u200D\U0001F468"
		  "\u2039U+200D\u203a\U0001F468" },
	};
	char *line;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_safe(cases[i].text, cases[i].expected);
	line = text_make_safe("a\r\nb\nc", 6, TEXT_NEWLINE_SPACE);
	assert_string_equal(line, "a b c");
	plain_free(line);
	line = text_make_safe("a\0b", 3, TEXT_NEWLINE_KEEP);
	assert_string_equal(line, "a\u2039U+0000\u203a"
				  "b");
	plain_free(line);
}

/* Every code point by itself: whatever comes out has no control and nothing invisible. */
static void test_safe_every_code_point(void **state)
{
	(void)state;
	for (uint32_t code = 1; code < 0x110000; code++) {
		char utf8[8] = "";
		char *safe;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		g_unichar_to_utf8(code, utf8);
		safe = text_make_safe(utf8, strlen(utf8), TEXT_NEWLINE_SPACE);
		for (char *at = safe; *at; at = g_utf8_next_char(at))
			if (text_json_needs_escape(g_utf8_get_char(at)))
				fail_msg("U+%04X stays", code);
		if (text_width_all(safe) == 0)
			fail_msg("U+%04X has no width", code);
		plain_free(safe);
	}
}

static void test_json(void **state)
{
	static const uint32_t escaped[] = { 0,	     8,	       0xa,    0x1b,   0x7f,   0x85,
					    0xad,    0x61c,    0x200b, 0x200d, 0x200e, 0x202e,
					    0x2028,  0x2066,   0xfe0f, 0xfeff, 0x3164, 0xfffe,
					    0xe0041, 0x10ffff, 0x378 };
	static const uint32_t kept[] = {
		' ', 'a', '~', 0xe9, 0x301, 0x5d0, 0x6f22, 0x1f600, 0xfffd
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(escaped); i++)
		assert_true(text_json_needs_escape(escaped[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		assert_false(text_json_needs_escape(kept[i]));
}

static void test_doubt(void **state)
{
	static const struct {
		const char *name;
		enum text_doubt doubt;
	} cases[] = {
		{ "bob", TEXT_DOUBT_NONE },
		{ "Zo\u00eb-3", TEXT_DOUBT_NONE },
		{ "\u0410\u043d\u043d\u0430", TEXT_DOUBT_NONE },
		{ "\u041d\u0430\u0434\u044f", TEXT_DOUBT_NONE },
		{ "p\u0430ypal", TEXT_DOUBT_MIXED },
		{ "\u0430\u0440\u0440\u04cf\u0435", TEXT_DOUBT_LOOKALIKE },
		{ "\u03b1\u0430", TEXT_DOUBT_MIXED },
		{ "\u6f22\u5b57\u3072\u3089abc", TEXT_DOUBT_NONE },
		{ "\ud55c\uae00 abc", TEXT_DOUBT_NONE },
		{ "\ud55c\u3072", TEXT_DOUBT_MIXED },
		{ "\u05d3\u05d5\u05d3", TEXT_DOUBT_NONE },
		{ "bo\u200bb", TEXT_DOUBT_HIDDEN },
		{ "\u202e"
		  "bob",
		  TEXT_DOUBT_HIDDEN },
		{ "\u0646\u06cc\u200c\u0645\u0627", TEXT_DOUBT_NONE },
		{ "\u0646\u06cc\u200c", TEXT_DOUBT_HIDDEN },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		enum text_doubt doubt = text_doubt(cases[i].name, strlen(cases[i].name));

		if (doubt != cases[i].doubt)
			fail_msg("case %zu: %d", i, (int)doubt);
		assert_int_equal(text_doubt_words(doubt) == NULL, doubt == TEXT_DOUBT_NONE);
	}
}

static void test_shape(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_alike;
	} cases[] = {
		{ "alice", "alice", true },
		{ "alice", "Alice", true },
		{ "alice", "\u0430lice", true }, /* Cyrillic a */
		{ "Alice", "\u0391lice", true }, /* Greek capital alpha */
		{ "alice", "a1ice", true },
		{ "alice", "AIice", true },
		{ "Henry", "\u0397enry", true },		     /* Greek capital eta */
		{ "apple", "\u0430\u0440\u0440\u04cf\u0435", true }, /* Cyrillic all of it */
		{ "bob", "b\u03ccb", true },			     /* omicron with an accent */
		{ "bob", "b0b", true },
		{ "bob", "bo\u200bb", true },
		{ "Zo\u00eb", "Zoe", true },
		{ "norma", "nonna", false },
		{ "norma", "nomna", false },
		{ "tom", "torn", true },
		{ "alice", "\uff41lice", true }, /* fullwidth */
		{ "alice", "alicia", false },
		{ "bob", "rob", false },
		{ "\u041d\u0430\u0434\u044f", "\u041d\u0430\u0442\u0430", false },
		{ "\u05d3\u05d5\u05d3", "\u05d3\u05df\u05d3", false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *one = text_shape(cases[i].one), *other = text_shape(cases[i].other);

		if ((strcmp(one, other) == 0) != cases[i].is_alike)
			fail_msg("case %zu: %s, %s", i, one, other);
		plain_free(one);
		plain_free(other);
	}
}

static void test_fold(void **state)
{
	static const struct {
		const char *text, *folded;
	} cases[] = {
		{ "", "" },
		{ "Hello, World", "hello, world" },
		{ "Stra\u00dfe", "strasse" },
		{ "STRASSE", "strasse" },
		{ "\u00c9t\u00e9 E\u0301te\u0301", "ete ete" },
		{ "\uff28\uff25\uff39 \u210b", "hey h" },
		{ "\ufb01n", "fin" },
		{ "co\u00adop\u200b", "coop" },
		{ "\u0416\u0401", "\u0436\u0435" },
		{ "\u03a3\u03c2\u03c3", "\u03c3\u03c3\u03c3" },
		{ "\u0915\u094d\u200d\u093c", "\u0915\u093c\u094d" },
		{ "\u0e01\u0e38", "\u0e01\u0e38" }, /* a Thai vowel stays */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *folded = text_fold(cases[i].text), *again = text_fold(folded);

		assert_string_equal(folded, cases[i].folded);
		assert_string_equal(again, folded);
		plain_free(folded);
		plain_free(again);
	}
	char *one = text_fold("\u304c"), *two = text_fold("\u304b");
	assert_string_not_equal(one, two);
	plain_free(one);
	plain_free(two);
}

static void assert_words(const char *text, const char *expected)
{
	char **words = text_words(text), *joined = g_strjoinv("|", words);

	assert_string_equal(joined, expected);
	g_free(joined);
	g_strfreev(words);
}

static void test_words(void **state)
{
	GString *many = g_string_new(NULL);
	char **words;

	(void)state;
	assert_words("", "");
	assert_words(" \t\n", "");
	assert_words("one", "one");
	assert_words("  Hello,  (World)! ", "hello|world");
	assert_words("C++ foo.bar ... \u00c9t\u00e9\u3000x", "c++|foo.bar|...|ete|x");
	for (int i = 0; i < 100; i++)
		g_string_append(many, "w ");
	words = text_words(many->str);
	assert_int_equal(g_strv_length(words), TEXT_WORDS);
	g_strfreev(words);
	g_string_free(many, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_fit_and_truncate),
		cmocka_unit_test(test_safe_leaves_alone),
		cmocka_unit_test(test_safe_makes_visible),
		cmocka_unit_test(test_safe_every_code_point),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_shape),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
