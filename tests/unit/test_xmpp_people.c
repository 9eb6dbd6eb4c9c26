/* The account among people: lists as they come, the way of being there, and the unsealed words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "core/base/secret.h"
#include "core/omemo/marks.h"
#include "core/transport/xmpp/message/xmpp_people.h"
#include "core/transport/xmpp/message/xmpp_presence.h"
#include "core/transport/xmpp/message/xmpp_roster.h"
#include "core/transport/xmpp/stream/xmpp_gate.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

static struct stanza *parse(const char *text)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);

	assert_non_null(stanza);
	return stanza;
}

/* -- lists ------------------------------------------------------------------------------------ */

static void test_list(void **state)
{
	struct stanza *iq =
		parse("<iq type='result'><query xmlns='jabber:iq:roster'>"
		      "<item jid='Bob@Example.org/x' subscription='both' name='B'/>"
		      "<item jid='carol@example.org' subscription='none' ask='subscribe'/>"
		      "<item jid='dave@example.org' subscription='remove'/>"
		      "<item jid='service.example.org' subscription='from'/>"
		      "<item/><other/></query></iq>");
	struct news *news = news_new();
	const struct talk *rows;
	size_t count;

	(void)state;
	assert_true(roster_read(iq, true, news));
	rows = news_rows(news, &count);
	assert_int_equal(count, 4);
	assert_int_equal(rows[0].what, TALK_STRANGER);
	assert_null(rows[0].address);
	assert_string_equal(rows[1].address, "bob@example.org");
	assert_true(rows[1].sees_us && rows[1].we_see && !rows[1].is_asked);
	assert_true(!rows[2].sees_us && !rows[2].we_see && rows[2].is_asked);
	assert_int_equal(rows[3].what, TALK_STRANGER);
	news_free(news);
	stanza_free(iq);
}

static void test_long_list(void **state)
{
	GString *text = g_string_new("<iq type='result'><query xmlns='jabber:iq:roster'>");
	struct news *news = news_new();
	struct stanza *iq;
	size_t count;

	(void)state;
	for (unsigned i = 0; i < 4000; i++)
		g_string_append_printf(text, "<item jid='u%u@e.org'/>", i);
	g_string_append(text, "</query></iq>");
	iq = parse(text->str);
	assert_true(roster_read(iq, false, news));
	news_rows(news, &count);
	assert_int_equal(count, 4000);
	news_free(news);
	stanza_free(iq);
	g_string_free(text, TRUE);
}

/* -- the way of being there ------------------------------------------------------------------- */

static void test_ways(void **state)
{
	struct presence_place place = { 0 };

	(void)state;
	assert_int_equal(presence_choose(&place), WAY_UNSEEN);
	place.seers = 1;
	assert_int_equal(presence_choose(&place), WAY_FORCED);
	place.has_archive = true;
	assert_int_equal(presence_choose(&place), WAY_HIDDEN);
	place.has_lists = true;
	assert_int_equal(presence_choose(&place), WAY_LISTED);
	place.is_on = true;
	assert_int_equal(presence_choose(&place), WAY_SEEN);
	assert_false(presence_is_said(WAY_HIDDEN));
	assert_true(presence_is_said(WAY_LISTED));
}

/* -- marks ------------------------------------------------------------------------------------ */

static void test_marks(void **state)
{
	static const enum talk_what whats[] = { TALK_RECEIVED, TALK_DISPLAYED, TALK_COMPOSING,
						TALK_PAUSED };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(whats); i++) {
		bool has_id = whats[i] <= TALK_DISPLAYED;
		g_autoptr(GBytes) bytes =
			marks_encode(whats[i], "bob@example.org", has_id ? "an <id>" : NULL);
		struct stanza *message =
			stanza_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), NULL);
		struct talk talk = { .what = TALK_COUNT };

		assert_true(gate_check(bytes, GATE_SESSION, NULL));
		assert_int_equal(marks_decode(message, false, &talk), has_id);
		assert_true(marks_decode(message, true, &talk));
		assert_int_equal(talk.what, whats[i]);
		if (has_id)
			assert_string_equal(talk.id, "an <id>");
		stanza_free(message);
	}
}

/* -- over a session that a test plays the server of ------------------------------------------- */

struct server {
	struct session *session;
	struct people *people;
	GPtrArray *sent; /* what it got */
	GString *log;
};

static gboolean send_bytes(void *user, GBytes *bytes, GError **error)
{
	struct server *server = user;
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	if (!gate_check(bytes, GATE_SESSION, error))
		return FALSE;
	g_ptr_array_add(server->sent, g_strndup(data, size));
	return TRUE;
}

static void stalled(void *user)
{
	(void)user;
	fail();
}

static void news(void *user, const struct talk *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(((struct server *)user)->log, "%d(%s)", rows[i].what,
				       rows[i].address ? rows[i].address : "-");
}

static void notice(void *user, const char *sentence)
{
	assert_true(g_str_has_suffix(sentence, "."));
	g_string_append_c(((struct server *)user)->log, 'n');
}

static void ready(void *user)
{
	g_string_append_c(((struct server *)user)->log, 'r');
}

static void look(void *user)
{
	(void)user;
}

static void left(void *user)
{
	g_string_append_c(((struct server *)user)->log, 'l');
}

static void say(void *user, const char *text)
{
	g_ptr_array_add(((struct server *)user)->sent, g_strdup(text));
}

static int setup(void **state)
{
	struct server *server = g_new0(struct server, 1);
	const struct session_parts parts = {
		.address = "me@example.org", .send = send_bytes, .stalled = stalled, .user = server
	};
	const struct people_parts people = { news, notice, ready, look, left, say, server, 7 };

	server->sent = g_ptr_array_new_with_free_func(g_free);
	server->log = g_string_new(NULL);
	server->session = session_new(&parts);
	server->people = people_new("me@example.org", &people);
	people_up(server->people, server->session, NULL, true, true);
	*state = server;
	return 0;
}

static int teardown(void **state)
{
	struct server *server = *state;

	people_down(server->people, NULL);
	session_free(server->session);
	people_free(server->people);
	g_ptr_array_unref(server->sent);
	g_string_free(server->log, TRUE);
	g_free(server);
	return 0;
}

static void take(struct server *server, const char *text)
{
	struct stanza *stanza = parse(text);
	uint64_t token;

	if (!session_take(server->session, stanza, &token))
		people_take(server->people, stanza);
	stanza_free(stanza);
}

/* Answer what was asked with WHAT in it; the answer comes from FROM ("": nobody said). */
static void answer(struct server *server, const char *what, const char *from, const char *inside)
{
	for (guint i = 0; i < server->sent->len; i++) {
		const char *text = server->sent->pdata[i], *id = strstr(text, "id='");
		g_autofree char *reply = NULL;

		if (!strstr(text, what) || !g_str_has_prefix(text, "<iq") || !id)
			continue;
		reply = g_strdup_printf("<iq type='result' id='%.32s'%s>%s</iq>", id + 4, from,
					inside);
		g_ptr_array_remove_index(server->sent, i);
		take(server, reply);
		return;
	}
	fail_msg("%s was not asked", what);
}

static bool has_sent(const struct server *server, const char *what)
{
	for (guint i = 0; i < server->sent->len; i++) {
		if (strstr(server->sent->pdata[i], what))
			return true;
	}
	return false;
}

#define LIST(items)    "<query xmlns='jabber:iq:roster'>" items "</query>"
#define SEER	       "<item jid='bob@example.org' subscription='from'/>"
#define FEATURES(vars) "<query xmlns='http://jabber.org/protocol/disco#info'>" vars "</query>"

/* Nothing is said before everything is known. */
static void begin(struct server *server, const char *features, const char *list)
{
	answer(server, "to='example.org'", " from='example.org'", features);
	answer(server, "to='me@example.org'", " from='me@example.org'", FEATURES(""));
	assert_false(has_sent(server, "<presence xmlns"));
	answer(server, "jabber:iq:roster", "", list);
}

static void test_nobody_sees(void **state)
{
	struct server *server = *state;

	begin(server, FEATURES(""), LIST(""));
	assert_true(has_sent(server, "<presence xmlns"));
	assert_string_equal(server->log->str, "6(-)r10(me@example.org)");
}

static void test_behind_a_list(void **state)
{
	struct server *server = *state;

	begin(server, FEATURES("<feature var='jabber:iq:privacy'/>"), LIST(SEER));
	assert_false(has_sent(server, "<presence xmlns"));
	answer(server, "<list name='sotto-hidden'>", "", "");
	assert_false(has_sent(server, "<presence xmlns"));
	answer(server, "<active name='sotto-hidden'/>", "", "");
	assert_true(has_sent(server, "<presence xmlns"));
}

static void test_in_hiding(void **state)
{
	struct server *server = *state;
	struct talk_presence presence = { .is_on = true };

	begin(server, FEATURES("<feature var='urn:xmpp:mam:2'/>"), LIST(SEER));
	assert_false(has_sent(server, "<presence xmlns"));
	assert_true(people_is_hidden(server->people));
	assert_non_null(strchr(server->log->str, 'n'));
	people_show(server->people, &presence);
	assert_true(has_sent(server, "<presence xmlns"));
	assert_false(people_is_hidden(server->people));
}

/* Who looks away is away for those who see us, and for nobody else. */
static void test_away(void **state)
{
	struct server *server = *state;
	struct talk_presence presence = { 0 };

	begin(server, FEATURES("<feature var='urn:xmpp:mam:2'/>"), LIST(""));
	people_rest(server->people, true);
	assert_false(has_sent(server, "<show>"));
	presence.is_on = true;
	people_show(server->people, &presence);
	assert_true(has_sent(server, "<show>away</show>"));
	g_ptr_array_set_size(server->sent, 0);
	people_rest(server->people, false);
	assert_true(has_sent(server, "<presence xmlns"));
	assert_false(has_sent(server, "<show>"));
}

static void accepted(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

/* Somebody may see us from now on: we are gone before the server hears of it. */
static void test_accepting(void **state)
{
	struct server *server = *state;
	guint gone = 0, told = 0;

	begin(server, FEATURES("<feature var='urn:xmpp:mam:2'/>"), LIST(""));
	people_act(server->people, TALK_ACCEPT, "bob@example.org", accepted, NULL);
	for (guint i = 0; i < server->sent->len; i++) {
		gone = strstr(server->sent->pdata[i], "'unavailable'") ? i + 1 : gone;
		told = strstr(server->sent->pdata[i], "'subscribed'") ? i + 1 : told;
	}
	assert_true(gone && told && gone < told);
	assert_true(people_is_hidden(server->people));
}

static void test_whose_push(void **state)
{
	struct server *server = *state;

	begin(server, FEATURES(""), LIST(""));
	g_string_truncate(server->log, 0);
	take(server, "<iq type='set' id='1' from='eve@example.org'>" LIST(SEER) "</iq>");
	take(server, "<iq type='set' id='1' from='example.org'>" LIST(SEER) "</iq>");
	take(server, "<iq type='set' id='1' from='me@example.org/other'>" LIST(SEER) "</iq>");
	take(server, "<iq type='set' id='1' from='eve@example.org'><block "
		     "xmlns='urn:xmpp:blocking'><item jid='bob@example.org'/></block></iq>");
	assert_string_equal(server->log->str, "");
	take(server, "<iq type='set' id='1' from='me@example.org'><block "
		     "xmlns='urn:xmpp:blocking'><item jid='bob@example.org'/></block></iq>");
	assert_string_equal(server->log->str, "8(bob@example.org)");
	take(server, "<presence type='subscribe' from='eve@example.org/x'/>");
	take(server, "<presence from='eve@example.org/x'/>");
	take(server, "<presence type='subscribe' from='eve@example.org/y'/>");
	assert_string_equal(server->log->str, "8(bob@example.org)7(eve@example.org)");
}

static void test_resting(void **state)
{
	struct server *server = *state;

	people_rest(server->people, true);
	assert_false(has_sent(server, "urn:xmpp:csi:0"));
	begin(server, FEATURES(""), LIST(""));
	assert_true(has_sent(server, "<inactive xmlns='urn:xmpp:csi:0'/>"));
	people_rest(server->people, false);
	assert_true(has_sent(server, "<active xmlns='urn:xmpp:csi:0'/>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_long_list),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_marks),
		cmocka_unit_test_setup_teardown(test_nobody_sees, setup, teardown),
		cmocka_unit_test_setup_teardown(test_behind_a_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_hiding, setup, teardown),
		cmocka_unit_test_setup_teardown(test_away, setup, teardown),
		cmocka_unit_test_setup_teardown(test_accepting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_whose_push, setup, teardown),
		cmocka_unit_test_setup_teardown(test_resting, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
