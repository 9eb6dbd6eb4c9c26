#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "core/text/text_link.h"

static void test_find(void **state)
{
	static const struct {
		const char *text, *link, *host;
		unsigned doubts;
	} cases[] = {
		{"see http://example.org.", "http://example.org", "example.org", 0},
		{"(https://x.org/a_(b))", "https://x.org/a_(b)", "x.org", 0},
		{"<HTTPS://X.org:8080/p?q#f>", "HTTPS://X.org:8080/p?q#f", "X.org", 0},
		{"go to https://x.org/, now", "https://x.org/", "x.org", 0},
		{"\u201chttps://x.org\u201d", "https://x.org", "x.org", 0},
		{"https://x.org/\u00fc\u6f22 z", "https://x.org/\u00fc\u6f22", "x.org", 0},
		{"https://x.org/\u202etxt", "https://x.org/", "x.org", 0},
		{"xmpp:bob@example.org?message", "xmpp:bob@example.org?message", "example.org", 0},
		{"xmpp://me@good.org/bob@evil.org", "xmpp://me@good.org/bob@evil.org", "evil.org",
		 TEXT_LINK_USERINFO},
		{"mailto:bob@example.org, or", "mailto:bob@example.org", "example.org", 0},
		{"MAILTO:b@xn--e1a.com?subject=a", "MAILTO:b@xn--e1a.com?subject=a", "xn--e1a.com",
		 TEXT_LINK_PUNYCODE},
		{"https://[2001:db8::1]:80/", "https://[2001:db8::1]:80/", "[2001:db8::1]", 0},
		{"http://192.168.0.1/", "http://192.168.0.1/", "192.168.0.1", 0},
		{"http://good.org@evil.org/", "http://good.org@evil.org/", "evil.org",
		 TEXT_LINK_USERINFO},
		{"http://a:b@evil.org@more.org", "http://a:b@evil.org@more.org", "more.org",
		 TEXT_LINK_USERINFO},
		{"http://x.org/a@b", "http://x.org/a@b", "x.org", 0},
		{"http://xn--80ak6aa92e.com", "http://xn--80ak6aa92e.com", "xn--80ak6aa92e.com",
		 TEXT_LINK_PUNYCODE},
		{"http://p\u0430ypal.com", "http://p\u0430ypal.com", "p\u0430ypal.com",
		 TEXT_LINK_SCRIPT},
		{"http://b\u00fccher.de", "http://b\u00fccher.de", "b\u00fccher.de", 0},
		{"http://3232235777/", "http://3232235777/", "3232235777", TEXT_LINK_NUMBER},
		{"http://0xc0a80001", "http://0xc0a80001", "0xc0a80001", TEXT_LINK_NUMBER},
		{"http://0300.168.0.1", "http://0300.168.0.1", "0300.168.0.1", TEXT_LINK_NUMBER},
		{"http://127.1", "http://127.1", "127.1", TEXT_LINK_NUMBER},
		{"http://x.org\u2044evil", "http://x.org\u2044evil", "x.org\u2044evil",
		 TEXT_LINK_SEPARATOR},
		{"http://x%2eorg", "http://x%2eorg", "x%2eorg", TEXT_LINK_SEPARATOR},
		{"no link, http:// nor xmpp: at all, nor ahttp://x.org", NULL, NULL, 0},
		{"http://@/", NULL, NULL, 0},
		{"", NULL, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		struct text_link link;
		bool is_found = text_link_find(text, strlen(text), 0, &link);

		if (is_found != (cases[i].link != NULL))
			fail_msg("\"%s\": %d", text, is_found);
		if (!is_found)
			continue;
		if (link.bytes != strlen(cases[i].link) ||
		    memcmp(text + link.offset, cases[i].link, link.bytes) != 0)
			fail_msg("\"%s\": %.*s", text, (int)link.bytes, text + link.offset);
		if (link.host_bytes != strlen(cases[i].host) ||
		    memcmp(text + link.host_offset, cases[i].host, link.host_bytes) != 0)
			fail_msg("\"%s\": host %.*s", text, (int)link.host_bytes,
				 text + link.host_offset);
		if (link.doubts != cases[i].doubts)
			fail_msg("\"%s\": doubts %x", text, link.doubts);
		assert_int_equal(text_link_words(link.doubts) == NULL, link.doubts == 0);
	}
}

static void test_several(void **state)
{
	static const char TEXT[] = "http://a.org http://b.org,http://c.org";
	struct text_link link = {0};
	size_t from = 0, count = 0;

	(void)state;
	for (; text_link_find(TEXT, strlen(TEXT), from, &link); count++)
		from = link.offset + link.bytes;
	/* a comma may stand in a link: the last two are one */
	assert_int_equal(count, 2);
	assert_int_equal(from, strlen(TEXT));
}

/* Each of these took seconds when it was looked at again and again. */
static void test_hostile_length(void **state)
{
	static const char *const pieces[] = {"xmpp:/", ")", "http://@", "]", "http://("};
	enum { PIECES = 50000 };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		GString *text = g_string_new("http://a");
		gint64 start = g_get_monotonic_time();
		struct text_link link;
		size_t from = 0;

		g_string_append_c(text, i % 2 ? 'b' : ' ');
		for (int j = 0; j < PIECES; j++)
			g_string_append(text, pieces[i]);
		while (text_link_find(text->str, text->len, from, &link))
			from = link.offset + link.bytes;
		assert_true(g_get_monotonic_time() - start < G_USEC_PER_SEC / 2);
		g_string_free(text, TRUE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_hostile_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
