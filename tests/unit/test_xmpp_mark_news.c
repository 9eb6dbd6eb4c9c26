/* What a server pushes of the mark, and what of it is told. */
#include "core/transport/xmpp/message/xmpp_mark_news.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/xml/stanza.h"

#define EVENT(from, what)                                                             \
	"<message xmlns='jabber:client' from='" from "'>"                             \
	"<event xmlns='http://jabber.org/protocol/pubsub#event'>" what "</event></message>"
#define ITEMS(node, mark)                                                             \
	"<items node='" node "'><item id='current'><mark xmlns='urn:sotto:mark:1'>"   \
	mark "</mark></item></items>"
#define NODE "urn:sotto:mark:1:7"

struct heard {
	struct mark_news *news;
	GMainContext *context;
	unsigned count;
};

static void changed(void *user)
{
	((struct heard *)user)->count++;
}

static int setup(void **state)
{
	struct heard *heard = g_new0(struct heard, 1);

	heard->context = g_main_context_new();
	heard->news = mark_news_new("me@example.org", 7, changed, heard);
	*state = heard;
	return 0;
}

static int teardown(void **state)
{
	struct heard *heard = *state;

	mark_news_free(heard->news);
	g_main_context_unref(heard->context);
	g_free(heard);
	return 0;
}

static bool take(struct heard *heard, const char *text)
{
	struct stanza *stanza = stanza_decode(text, strlen(text), NULL);
	bool is_taken;

	assert_non_null(stanza);
	is_taken = mark_news_take(heard->news, stanza);
	stanza_free(stanza);
	return is_taken;
}

static void test_whose(void **state)
{
	struct heard *heard = *state;
	g_autoptr(GBytes) own = g_bytes_new("own", 3);

	mark_news_up(heard->news, heard->context, 3600);
	mark_news_put(heard->news, own);
	assert_false(take(heard, EVENT("you@example.org", ITEMS(NODE, "b3RoZXI="))));
	assert_false(take(heard, EVENT("me@example.org/x", ITEMS(NODE, "b3RoZXI="))));
	assert_false(take(heard, EVENT("me@example.org", ITEMS("urn:sotto:mark:1:8", "b3RoZXI="))));
	assert_true(take(heard, EVENT("me@example.org", ITEMS(NODE, "b3du"))));
	assert_int_equal(heard->count, 0);
	assert_true(take(heard, EVENT("me@example.org", ITEMS(NODE, "b3RoZXI="))));
	assert_int_equal(heard->count, 1);
	/* Taken away, or not to be read. */
	assert_true(take(heard, EVENT("me@example.org", "<delete node='" NODE "'/>")));
	assert_true(take(heard, EVENT("me@example.org", ITEMS(NODE, "?"))));
	assert_int_equal(heard->count, 3);
}

static void test_flood(void **state)
{
	struct heard *heard = *state;

	/* Without a connection that stays nothing is told. */
	assert_true(take(heard, EVENT("me@example.org", ITEMS(NODE, "b3RoZXI="))));
	assert_int_equal(heard->count, 0);
	mark_news_up(heard->news, heard->context, 3600);
	for (int i = 0; i < 100000; i++)
		take(heard, EVENT("me@example.org", ITEMS(NODE, "b3RoZXI=")));
	assert_int_equal(heard->count, MARK_NEWS_MOST);
}

/* Where nothing is pushed it is looked at, and no more once something is. */
static void test_looks(void **state)
{
	struct heard *heard = *state;

	mark_news_up(heard->news, heard->context, 0);
	while (!heard->count)
		g_main_context_iteration(heard->context, TRUE);
	take(heard, EVENT("me@example.org", ITEMS(NODE, "b3RoZXI=")));
	heard->count = 0;
	while (g_main_context_pending(heard->context))
		g_main_context_iteration(heard->context, FALSE);
	assert_int_equal(heard->count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whose),
		TEST(test_flood),
		TEST(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
