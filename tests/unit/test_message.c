#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/message.h"

static void test_new_id(void **state)
{
	g_autofree char *one = message_new_id();
	g_autofree char *two = message_new_id();

	(void)state;
	assert_int_equal(strlen(one), 32);
	assert_int_equal(strspn(one, "0123456789abcdef"), 32);
	assert_string_not_equal(one, two);
}

static void test_values(void **state)
{
	struct message message = {
		.id = g_strdup("i"),
		.conversation = g_strdup("bob"),
		.from = g_strdup("me"),
		.body = plain_dup("words"),
		.seq = 3,
		.state = STATE_READ,
	};
	struct message *copy = message_copy(&message);

	(void)state;
	message_clear(&message);
	assert_null(message.body);
	assert_int_equal(message.seq, 0);
	assert_string_equal(copy->body, "words");
	assert_string_equal(copy->conversation, "bob");
	assert_int_equal(copy->seq, 3);
	message_free(copy);
	message_free(NULL);
	assert_null(message_copy(NULL));
	assert_string_equal(state_name(STATE_QUEUED), "queued");
	assert_string_equal(state_name(STATE_FAILED), "failed");
}

static void accept(const char *body, size_t bytes)
{
	g_autoptr(GError) error = NULL;

	if (!message_check_body(body, bytes, &error))
		fail_msg("%s", error->message);
}

static void refuse(const char *body, size_t bytes, const char *says)
{
	g_autoptr(GError) error = NULL;

	assert_false(message_check_body(body, bytes, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, says));
}

static void test_check_body(void **state)
{
	g_autofree char *longest = g_strnfill(MESSAGE_BODY_MAX, 'x');
	g_autofree char *longer = g_strnfill(MESSAGE_BODY_MAX + 1, 'x');

	(void)state;
	accept("a", 1);
	accept(" a\n", 3);
	refuse(" ", 1, "white space");
	refuse("\t\r\n", 3, "white space");
	/* No-break and ideographic space; zero width space, joiner, word joiner; what looks like
	 * them: a Hangul filler, an empty Braille cell, a soft hyphen. */
	refuse("\xC2\xA0\xE3\x80\x80", 5, "white space");
	refuse("\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0 ", 10, "white space");
	refuse("\xE3\x85\xA4\xE2\xA0\x80\xC2\xAD", 8, "white space");
	accept("\xE2\x80\x8B.", 4);
	accept("\xE2\xA0\x81", 3);
	accept("\xCC\x81", 2);
	accept("\xE2\x80\x8D\xF0\x9F\x98\x80", 7);
	accept(longest, MESSAGE_BODY_MAX);
	refuse(longer, MESSAGE_BODY_MAX + 1, "65536");
	refuse("", 0, "empty");
	refuse("ab\x1b[m", 5, "U+001B at byte 3");
	refuse("a\0b", 3, "U+0000 at byte 2");
	refuse("\xEF\xBF\xBF", 3, "U+FFFF at byte 1");
	refuse("abc\xff", 4, "UTF-8 at byte 4");
	refuse("\xE2\x80", 2, "UTF-8 at byte 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_id),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_check_body),
	};
	g_autoptr(GError) error = NULL;

	if (!secret_start(&error)) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
