/*
 * The small parts that give the interface its words: when, fuzzy, spans, the first run's hint.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "tui/app/diceware.h"
#include "tui/app/first_run.h"
#include "tui/client/fuzzy.h"
#include "tui/client/when.h"
#include "tui/screen/spans.h"

static int64_t at(const char *text)
{
	int64_t wall = 0;

	assert_true(clock_parse(text, &wall));
	return wall;
}

static void test_when(void **state)
{
	int64_t now = at("2026-01-02T00:30:00Z");
	char out[WHEN_BYTES];

	(void)state;
	assert_string_equal(when_clock(now, WHEN_24H, false, out), "00:30");
	assert_string_equal(when_clock(now, WHEN_ISO, false, out), "00:30");
	assert_string_equal(when_clock(now, WHEN_12H, false, out), "12:30am");
	assert_string_equal(when_clock(now + 9000, WHEN_24H, true, out), "00:30:09");
	assert_string_equal(when_clock(now + 9000, WHEN_ISO, true, out), "00:30:09");
	assert_string_equal(when_clock(now + 9000, WHEN_12H, true, out), "12:30:09am");
	assert_string_equal(when_day(now, now, WHEN_ISO, out), "2026-01-02");
	assert_string_equal(when_day(now, now, WHEN_24H, out), "Today");
	assert_string_equal(when_day(at("2026-01-01T23:59:00Z"), now, WHEN_24H, out), "Yesterday");
	assert_string_equal(when_day(at("2025-12-31T23:59:00Z"), now, WHEN_24H, out),
			    "Wednesday 31 December 2025");
	assert_string_equal(when_short(at("2025-12-31T23:59:00Z"), now, out), "Wed");
	assert_string_equal(when_short(at("2025-12-01T10:00:00Z"), now, out), "2025");
	assert_string_equal(when_short(at("2026-03-01T10:00:00Z"), at("2026-05-01T10:00:00Z"), out),
			    "1 Mar");
	assert_true(when_is_same_day(now, at("2026-01-02T23:59:59Z")));
	assert_false(when_is_same_day(now, at("2026-01-01T23:59:59Z")));
	assert_false(when_is_same_day(now, at("2025-01-02T00:30:00Z")));
}

static void test_fuzzy(void **state)
{
	(void)state;
	assert_int_equal(fuzzy_score("", "anything"), 0);
	assert_int_equal(fuzzy_score("xyz", "anything"), -1);
	assert_int_equal(fuzzy_score("gna", "anything"), -1);
	assert_true(fuzzy_score("lock", "lock") > fuzzy_score("lock", "clock"));
	assert_true(fuzzy_score("ca", "contact-add") > 0);
	assert_true(fuzzy_score("ca", "contact-add") > fuzzy_score("ca", "mica"));
	assert_true(fuzzy_score("ÄR", "ärger") > 0);
}

static const struct span *span(const GArray *spans, guint index)
{
	assert_true(index < spans->len);
	return &g_array_index(spans, struct span, index);
}

static void test_spans(void **state)
{
	const char *const words[] = {"eden", "at", NULL};
	g_autoptr(GArray) none = spans_find("nothing here", NULL);
	g_autoptr(GArray) link = spans_find("see https://a.example/x, ok", NULL);
	g_autoptr(GArray) odd = spans_find("https://bank.example@evil.example/", NULL);
	g_autoptr(GArray) found = spans_find("At Éden", words);

	(void)state;
	assert_int_equal(none->len, 0);
	assert_int_equal(link->len, 1);
	assert_int_equal(span(link, 0)->type, SPAN_LINK);
	assert_int_equal(span(link, 0)->start, 4);
	assert_int_equal(span(link, 0)->bytes, strlen("https://a.example/x"));
	assert_int_equal(odd->len, 1);
	assert_int_equal(span(odd, 0)->type, SPAN_ODD_LINK);
	assert_int_equal(found->len, 2);
	assert_int_equal(span(found, 0)->bytes, 2);
	assert_int_equal(span(found, 1)->start, 3);
	assert_int_equal(span(found, 1)->bytes, strlen("Éden"));
}

static const char *hint(const char *text)
{
	char copy[64];
	struct secret *secret;
	const char *words;

	g_strlcpy(copy, text, sizeof(copy));
	secret = secret_take(copy, strlen(copy), NULL);
	assert_non_null(secret);
	words = first_passphrase_word(secret);
	secret_free(secret);
	return words;
}

static void test_hint(void **state)
{
	(void)state;
	assert_non_null(strstr(hint("correct h"), "Weak"));
	assert_non_null(strstr(hint("fourteen chars"), "Weak"));
	assert_non_null(strstr(hint("abababababababababababababab"), "repeats"));
	assert_non_null(strstr(hint("fifteen letters"), "Fair"));
	assert_non_null(strstr(hint("correct horse battery staple"), "Strong"));
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Five of the list's 7,776 words, each of which can come. */
static void test_diceware(void **state)
{
	g_autofree unsigned *seen = g_new0(unsigned, DICEWARE_LIST);
	const char *list[DICEWARE_LIST];
	const unsigned rounds = 20000;
	unsigned missing = 0, most = 0;

	(void)state;
	for (unsigned i = 0; i < DICEWARE_LIST; i++)
		list[i] = diceware_word(i);
	for (unsigned i = 1; i < DICEWARE_LIST; i++)
		assert_true(strcmp(list[i - 1], list[i]) < 0);
	for (unsigned i = 0; i < rounds; i++) {
		struct secret *secret = diceware_new(DICEWARE_WORDS, NULL);
		g_autofree char *text = g_strndup((const char *)secret_peek(secret),
						  secret_size(secret));
		g_auto(GStrv) words = g_strsplit(text, " ", -1);

		assert_int_equal(g_strv_length(words), DICEWARE_WORDS);
		for (char **word = words; *word; word++) {
			const char *const *row = bsearch(word, list, DICEWARE_LIST, sizeof(*list),
							 compare_words);

			assert_non_null(row);
			seen[row - list]++;
		}
		secret_free(secret);
	}
	/* 12.9 of each are expected: none is missing, and 60 of one would be a wonder. */
	for (unsigned i = 0; i < DICEWARE_LIST; i++) {
		missing += seen[i] == 0;
		most = MAX(most, seen[i]);
	}
	assert_in_range(missing, 0, 3);
	assert_in_range(most, 14, 59);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_fuzzy),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_hint),
		cmocka_unit_test(test_diceware),
	};

	g_setenv("TZ", "UTC", TRUE);
	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
