#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/transport/xmpp/stream/xmpp_server.h"

static void expect(const char *text, const char *host, unsigned port, bool is_direct)
{
	struct server server;

	assert_true(server_parse(text, &server, NULL));
	assert_int_equal(g_strcmp0(server.host, host), 0);
	assert_int_equal(server.port, port);
	assert_int_equal(server.is_direct, is_direct);
	server_clear(&server);
}

static void test_good(void **state)
{
	(void)state;
	expect(NULL, NULL, 0, false);
	expect("example.org", "example.org", 0, false);
	expect("example.org:5269", "example.org", 5269, false);
	expect("tls:example.org", "example.org", 0, true);
	expect("tls:example.org:99", "example.org", 99, true);
	expect("example.org:5223", "example.org", 5223, true);
	expect("example.org:443", "example.org", 443, true);
	expect("[::1]:5222", "::1", 5222, false);
	expect("[::1]", "::1", 0, false);
	expect("::1", "::1", 0, false);
}

static void test_bad(void **state)
{
	static const char *const bad[] = { "",	   ":5222", "a:",   "a:0",  "a:65536",
					   "a:x",  "a b",   "a/b",  "[::1", "[::1]5",
					   "[]:1", "-a",    "tls:", "[a]:", "a:-1" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct server server;
		g_autoptr(GError) error = NULL;

		assert_false(server_parse(bad[i], &server, &error));
		assert_true(error_is(error, ERROR_USAGE));
		server_clear(&server);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
