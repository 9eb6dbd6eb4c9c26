#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/text/text.h"
#include "core/text/text_wrap.h"

/* The lines of TEXT, each in bars: "|one|two|". */
static char *wrapped(const char *text, size_t width)
{
	GArray *lines = text_wrap(text, strlen(text), width);
	GString *shown = g_string_new("|");

	for (guint i = 0; i < lines->len; i++) {
		const struct text_line *line = &g_array_index(lines, struct text_line, i);

		assert_int_equal(text_width(text + line->offset, line->bytes), line->cells);
		g_string_append_len(shown, text + line->offset, (gssize)line->bytes);
		g_string_append_c(shown, '|');
	}
	g_array_unref(lines);
	return g_string_free(shown, FALSE);
}

static void test_wrap(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		const char *lines;
	} cases[] = {
		{"", 5, "||"},
		{"one", 5, "|one|"},
		{"one two three", 7, "|one two|three|"},
		{"one two three", 8, "|one two|three|"},
		{"one two three", 6, "|one|two|three|"},
		{"one   two", 5, "|one|two|"},
		{"one\ntwo", 9, "|one|two|"},
		{"one\n\ntwo\n", 9, "|one||two||"},
		{"incomprehensible", 6, "|incomp|rehens|ible|"},
		{"an incomprehensible", 6, "|an|incomp|rehens|ible|"},
		{"well-known", 6, "|well-|known|"},
		{"  indented text", 10, "|  indented|text|"},
		{"          x", 4, "|    |x|"},
		{"abc    ", 4, "|abc|"},
		{"\u6f22\u5b57\u6f22\u5b57", 5, "|\u6f22\u5b57|\u6f22\u5b57|"},
		{"\u6f22\u5b57", 1, "|\u6f22|\u5b57|"},
		{"e\u0301e\u0301e\u0301", 2, "|e\u0301e\u0301|e\u0301|"},
		{"a\u00a0b c", 3, "|a\u00a0b|c|"}, /* a blank that doesn't break */
		{"word )))", 5, "|word |)))|"},
		{"x", 0, "|x|"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *lines = wrapped(cases[i].text, cases[i].width);

		if (strcmp(lines, cases[i].lines) != 0)
			fail_msg("case %zu: %s", i, lines);
		g_free(lines);
	}
}

/* One that fits into a row stands in one, whatever stands around it; else it fills its rows. */
static void test_links(void **state)
{
	static const struct {
		const char *text;
		size_t width;
		const char *lines;
	} cases[] = {
		{"see http://x.org/a-b/c", 18, "|see|http://x.org/a-b/c|"},
		{"see http://x.org/a-b/c", 22, "|see http://x.org/a-b/c|"},
		{"see http://x.org/a-b/c too", 18, "|see|http://x.org/a-b/c|too|"},
		{"see http://x.org/a-b/c", 10, "|see|http://x.o|rg/a-b/c|"},
		{"(http://x.org/a-b/c)", 18, "|(|http://x.org/a-b/c|)|"},
		{"a,http://x.org/a-b/c", 19, "|a,|http://x.org/a-b/c|"},
		{"    http://x.org/a-b/c", 18, "|    |http://x.org/a-b/c|"},
		{"\nhttp://x.org/a-b/c!", 18, "||http://x.org/a-b/c|!|"},
		{"http://x.org/a http://x.org/b", 28, "|http://x.org/a|http://x.org/b|"},
		{"xmpp:a-b@x.org?message", 22, "|xmpp:a-b@x.org?message|"},
		/* what is no link is broken as ever */
		{"see httq://x.org/a-b/c", 18, "|see httq://x.org/|a-b/c|"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *lines = wrapped(cases[i].text, cases[i].width);

		if (strcmp(lines, cases[i].lines) != 0)
			fail_msg("case %zu: %s", i, lines);
		g_free(lines);
	}
}

/* Longer than the array on the stack, with nothing left out. */
static void test_long(void **state)
{
	GString *text = g_string_new(NULL);
	GArray *lines;
	size_t letters = 0;

	(void)state;
	for (int i = 0; i < 5000; i++)
		g_string_append(text, i % 7 ? "x" : " \u00fc");
	lines = text_wrap(text->str, text->len, 20);
	for (guint i = 0; i < lines->len; i++) {
		const struct text_line *line = &g_array_index(lines, struct text_line, i);

		assert_true(line->cells <= 20);
		for (size_t j = 0; j < line->bytes; j++)
			letters += text->str[line->offset + j] != ' ';
	}
	for (size_t j = 0; j < text->len; j++)
		letters -= text->str[j] != ' ';
	assert_int_equal(letters, 0);
	g_array_unref(lines);
	g_string_free(text, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
