/* The stream over pieces: all of them in order, and none once nobody gives any. */
#include "core/transport/xmpp/upload/xmpp_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static GBytes *next(void *user, GError **error)
{
	const char ***at = user, *piece = **at;

	if (piece) {
		++*at;
		return g_bytes_new_static(piece, strlen(piece));
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "no more");
	return NULL;
}

static void test_pieces(void **state)
{
	const char *pieces[] = { "one ", "two ", "three", NULL }, **at = pieces;
	g_autoptr(GInputStream) body = body_new(11, next, &at);
	g_autoptr(GError) error = NULL;
	char text[16] = "";
	gsize got = 0;

	(void)state;
	assert_true(g_input_stream_read_all(body, text, sizeof(text) - 1, &got, NULL, &error));
	/* As many as were said, and no more. */
	assert_string_equal(text, "one two thr");
}

/* What sends may ask for more when the answer has come already. */
static void test_ended(void **state)
{
	const char *pieces[] = { "one ", "two ", NULL }, **at = pieces;
	g_autoptr(GInputStream) body = body_new(8, next, &at);
	g_autoptr(GError) error = NULL;
	char text[16] = "";

	(void)state;
	assert_int_equal(g_input_stream_read(body, text, 4, NULL, &error), 4);
	body_end(body);
	at = NULL;
	assert_int_equal(g_input_stream_read(body, text, 4, NULL, &error), -1);
	assert_true(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
