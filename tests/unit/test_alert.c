/* What somebody who looks elsewhere is told, and how. */
#include "tui/app/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/secret.h"

static void test_a_count_at_most(void **state)
{
	const struct alert_place held[] = { { .is_locked = true }, { .is_veiled = true },
					    { .is_recorded = true }, { .is_remote = true } };
	const struct alert_place free = { 0 };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(held); i++) {
		assert_int_equal(alert_level(ALERT_PREVIEW, &held[i]), ALERT_COUNT);
		assert_int_equal(alert_level(ALERT_SENDER, &held[i]), ALERT_COUNT);
		assert_int_equal(alert_level(ALERT_NONE, &held[i]), ALERT_NONE);
	}
	assert_int_equal(alert_level(ALERT_PREVIEW, &free), ALERT_PREVIEW);
}

static void test_by_what(void **state)
{
	const struct alert_place bus = { .has_desktop = true };
	const struct alert_place far = { .has_desktop = true, .is_remote = true };
	const struct alert_place tmux = { .is_tmux = true };

	(void)state;
	assert_int_equal(alert_via(ALERT_AUTO, &bus), ALERT_DESKTOP);
	assert_int_equal(alert_via(ALERT_AUTO, &far), ALERT_BELL);
	assert_int_equal(alert_via(ALERT_AUTO, &tmux), ALERT_BELL);
	assert_int_equal(alert_via(ALERT_OSC9, &tmux), ALERT_BELL);
	assert_int_equal(alert_via(ALERT_OSC777, &bus), ALERT_OSC777);
	assert_int_equal(alert_via(ALERT_HOOK, &tmux), ALERT_HOOK);
}

static void expect(enum alert_level level, const char *sender, const char *body, const char *title,
		   const char *text)
{
	const struct alert_news news = { 3, sender, body };
	char *got_title, *got_text;

	assert_true(alert_words(level, &news, &got_title, &got_text));
	assert_string_equal(got_title, title);
	assert_string_equal(got_text, text);
	plain_free(got_title);
	plain_free(got_text);
}

static void test_words(void **state)
{
	const struct alert_news news = { 1, "bob", "x" };
	char *title, *text;

	(void)state;
	assert_false(alert_words(ALERT_NONE, &news, &title, &text));
	expect(ALERT_COUNT, "bob", "secret", "sotto", "3 unread messages");
	expect(ALERT_SENDER, "bob", "secret", "bob", "3 unread messages");
	expect(ALERT_PREVIEW, "bob", "two\nlines", "bob", "two lines");
	expect(ALERT_PREVIEW, "bob", NULL, "bob", "3 unread messages");
	expect(ALERT_PREVIEW, NULL, "secret", "sotto", "3 unread messages");
	/* The key of a file stays inside. */
	expect(ALERT_PREVIEW, "bob", "see aesgcm://host/a#00", "bob", "3 unread messages");
}

static void test_foreign_text(void **state)
{
	const struct alert_news news = { 1, "b\033]0;x\a\xe2\x80\xae", "\033[2J;\xc2\x9b" "31m" };
	char *title, *text, *bytes;

	(void)state;
	assert_true(alert_words(ALERT_PREVIEW, &news, &title, &text));
	assert_null(strpbrk(title, "\033\a"));
	assert_null(strpbrk(text, "\033\a"));
	assert_null(strstr(text, "\xc2\x9b"));
	assert_null(strstr(title, "\xe2\x80\xae"));
	bytes = alert_bytes(ALERT_OSC777, title, text);
	/* One sequence, its own fields alone. */
	assert_ptr_equal(strrchr(bytes, '\033'), bytes);
	assert_ptr_equal(strchr(bytes, '\a'), bytes + strlen(bytes) - 1);
	assert_ptr_equal(strrchr(bytes, ';'), strchr(strstr(bytes, "notify;") + 7, ';'));
	plain_free(bytes);
	bytes = alert_bytes(ALERT_BELL, title, text);
	assert_string_equal(bytes, "\a");
	plain_free(bytes);
	assert_null(alert_bytes(ALERT_DESKTOP, title, text));
	plain_free(title);
	plain_free(text);
}

static void test_long_text_is_cut(void **state)
{
	g_autofree char *body = g_strnfill(60000, 'x');
	const struct alert_news news = { 1, body, body };
	char *title, *text;

	(void)state;
	assert_true(alert_words(ALERT_PREVIEW, &news, &title, &text));
	assert_true(strlen(title) < ALERT_TITLE_CELLS + 4);
	assert_true(strlen(text) < ALERT_TEXT_CELLS + 4);
	plain_free(title);
	plain_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_count_at_most), cmocka_unit_test(test_by_what),
		cmocka_unit_test(test_words),		cmocka_unit_test(test_foreign_text),
		cmocka_unit_test(test_long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
