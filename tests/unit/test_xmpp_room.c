/* One room: when it counts as safe, who is in it, and what puts us out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/transport/xmpp/muc/xmpp_room.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/xml/stanza.h"

#define ROOM	 "den@rooms.example.org"
#define USER	 "http://jabber.org/protocol/muc#user"
#define INFO(features)                                                                         \
	"<iq type='result'><query xmlns='http://jabber.org/protocol/disco#info'>" features     \
	"</query></iq>"
#define FEATURE(name) "<feature var='" name "'/>"
#define SAFE	      FEATURE("muc_membersonly") FEATURE("muc_nonanonymous")
#define ERROR(condition)                                                           \
	"<error type='cancel'><" condition                                         \
	" xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
#define STATUS(code) "<status code='" code "'/>"
#define ITEM(jid, affiliation)                                                    \
	"<item jid='" jid "' affiliation='" affiliation "' role='participant'/>"
#define PRESENCE(nick, type, inside)                                                       \
	"<presence from='" ROOM "/" nick "'" type "><x xmlns='" USER "'>" inside           \
	"</x></presence>"
#define HERE(nick, jid, affiliation) PRESENCE(nick, "", ITEM(jid, affiliation))
#define GONE(nick, inside)	     PRESENCE(nick, " type='unavailable'", inside)
#define LIST(items)                                                                     \
	"<iq type='result'><query xmlns='http://jabber.org/protocol/muc#admin'>" items  \
	"</query></iq>"
#define WORD(inside) "<message from='" ROOM "'><x xmlns='" USER "'>" inside "</x></message>"
#define ME	     ITEM("me@example.org/here", "member") STATUS("110")

static struct stanza *parse(const char *text)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);

	assert_non_null(stanza);
	return stanza;
}

static unsigned presence(struct room *room, const char *text)
{
	struct stanza *stanza = parse(text);
	unsigned news = room_take_presence(room, stanza);

	stanza_free(stanza);
	return news;
}

static unsigned word(struct room *room, const char *text)
{
	struct stanza *stanza = parse(text);
	unsigned news = room_take_message(room, stanza);

	stanza_free(stanza);
	return news;
}

static bool info(struct room *room, const char *text)
{
	struct stanza *stanza = parse(text);
	bool ok = room_take_info(room, stanza);

	stanza_free(stanza);
	return ok;
}

static bool list(struct room *room, enum affiliation affiliation, const char *text)
{
	struct stanza *stanza = parse(text);
	bool ok = room_take_list(room, affiliation, stanza);

	stanza_free(stanza);
	return ok;
}

static int setup(void **state)
{
	*state = room_new(ROOM, "me@example.org");
	return 0;
}

static int teardown(void **state)
{
	room_free(*state);
	return 0;
}

/* All the way in, with alice the owner there, bob a member who isn't. */
static void enter(struct room *room)
{
	room_begin(room);
	assert_true(info(room, INFO(SAFE)));
	assert_int_equal(presence(room, HERE("al", "alice@example.org/x", "owner")),
			 ROOM_NEWS_PEOPLE);
	assert_int_equal(presence(room, PRESENCE("me", "", ME)),
			 ROOM_NEWS_PEOPLE | ROOM_NEWS_ENTERED);
	assert_false(list(room, AFFILIATION_MEMBER,
			  LIST(ITEM("bob@example.org", "member")
				       ITEM("me@example.org", "member"))));
	assert_false(list(room, AFFILIATION_ADMIN, LIST("")));
	assert_int_equal(room_state(room), ROOM_ENTERING);
	assert_true(list(room, AFFILIATION_OWNER, LIST(ITEM("alice@example.org", "owner"))));
	assert_int_equal(room_state(room), ROOM_READY);
}

static void test_ready(void **state)
{
	struct room *room = *state;
	g_autoptr(GArray) people = NULL;
	const struct room_person *rows;

	enter(room);
	people = room_people(room);
	rows = (const struct room_person *)(const void *)people->data;
	assert_int_equal(people->len, 3);
	assert_string_equal(rows[0].address, "alice@example.org");
	assert_int_equal(rows[0].affiliation, AFFILIATION_OWNER);
	assert_string_equal(rows[0].nick, "al");
	assert_string_equal(rows[1].address, "bob@example.org");
	assert_null(rows[1].nick);
	assert_string_equal(rows[2].nick, "me");
	assert_string_equal(room_author(room, "al"), "alice@example.org");
	assert_null(room_author(room, "bob"));
}

static void read_lists(struct room *room)
{
	for (int i = AFFILIATION_MEMBER; i <= AFFILIATION_OWNER; i++)
		list(room, (enum affiliation)i, LIST(""));
}

/* Presence that nobody asked for, and lists, make no room safe: only its service's word does. */
static void test_unasked(void **state)
{
	struct room *room = *state;

	room_begin(room);
	presence(room, PRESENCE("me", "", ME));
	read_lists(room);
	assert_true(room_is_inside(room));
	assert_int_equal(room_state(room), ROOM_ENTERING);
	assert_true(info(room, INFO(SAFE)));
	read_lists(room);
	assert_int_equal(room_state(room), ROOM_READY);
	/* It said that it changed: what it is now isn't known. */
	room_doubt(room);
	read_lists(room);
	assert_int_equal(room_state(room), ROOM_ENTERING);
	assert_true(info(room, INFO(SAFE)));
	read_lists(room);
	assert_int_equal(room_state(room), ROOM_READY);
}

static void test_unsafe(void **state)
{
	static const char *const rooms[] = {
		INFO(""),
		INFO(FEATURE("muc_membersonly")),
		INFO(FEATURE("muc_nonanonymous")),
		INFO(FEATURE("muc_membersonly") FEATURE("muc_semianonymous")),
		INFO(FEATURE("muc_open") FEATURE("muc_nonanonymous")),
	};
	struct room *room = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++) {
		room_begin(room);
		assert_false(info(room, rooms[i]));
		assert_int_equal(room_state(room), ROOM_UNSAFE);
		assert_non_null(strstr(room_why(room), ROOM));
	}
	room_begin(room);
	assert_false(info(room, "<iq type='error'>" ERROR("item-not-found") "</iq>"));
	assert_int_equal(room_state(room), ROOM_GONE);
	enter(room);
}

/* What the room says when it changes counts at once. */
static void test_changes(void **state)
{
	struct room *room = *state;

	enter(room);
	assert_int_equal(word(room, WORD(STATUS("104"))), ROOM_NEWS_CHANGED);
	assert_int_equal(word(room, WORD(STATUS("172"))), ROOM_NEWS_CHANGED);
	assert_int_equal(word(room, "<message from='" ROOM "/al'><x xmlns='" USER "'>" STATUS(
					    "174") "</x></message>"),
			 0);
	assert_int_equal(room_state(room), ROOM_READY);
	assert_int_equal(word(room, WORD(STATUS("173"))), ROOM_NEWS_ENDED);
	assert_int_equal(room_state(room), ROOM_UNSAFE);
	enter(room);
	assert_false(info(room, INFO(FEATURE("muc_nonanonymous"))));
	assert_int_equal(room_state(room), ROOM_UNSAFE);
	enter(room);
	assert_int_equal(presence(room, PRESENCE("&#x9b;2J\xe2\x80\xae", "",
						 "<item affiliation='member'/>")),
			 ROOM_NEWS_ENDED);
	assert_null(strstr(room_why(room), "\xc2\x9b"));
	assert_null(strstr(room_why(room), "\xe2\x80\xae"));
	/* Somebody without an address gives the lie to what the room says of itself. */
	enter(room);
	assert_int_equal(presence(room, PRESENCE("x", "", "<item affiliation='member'/>")),
			 ROOM_NEWS_ENDED);
	assert_int_equal(room_state(room), ROOM_UNSAFE);
}

static void test_members(void **state)
{
	struct room *room = *state;

	enter(room);
	assert_int_equal(word(room, WORD(ITEM("carol@example.org", "member"))), ROOM_NEWS_PEOPLE);
	assert_true(room_knows(room, "carol@example.org"));
	assert_int_equal(word(room, WORD(ITEM("bob@example.org", "none"))), ROOM_NEWS_PEOPLE);
	assert_false(room_knows(room, "bob@example.org"));
	assert_int_equal(word(room, WORD(STATUS("101"))), ROOM_NEWS_STALE);
	presence(room, HERE("carol", "carol@example.org/x", "member"));
	presence(room, GONE("carol", ITEM("carol@example.org/x", "none") STATUS("321")));
	assert_null(room_author(room, "carol"));
	assert_false(room_knows(room, "carol@example.org"));
	/* Everybody of a server is nobody whom one knows. */
	room_forget_lists(room);
	assert_false(list(room, AFFILIATION_MEMBER, LIST(ITEM("example.org", "member"))));
	assert_int_equal(room_state(room), ROOM_UNSAFE);
	enter(room);
	/* A list that isn't told is unknown, not empty. */
	room_forget_lists(room);
	assert_int_equal(room_state(room), ROOM_ENTERING);
	assert_false(list(room, AFFILIATION_OWNER, "<iq type='error'>" ERROR("forbidden") "</iq>"));
	assert_int_equal(room_state(room), ROOM_UNSAFE);
}

#define DAVE_PHONE ITEM("dave@example.org/phone", "member")
#define DAVE_DESK  ITEM("dave@example.org/desk", "member")

/* Two clients of one account under one nick: the room names both. */
static void test_two_clients(void **state)
{
	struct room *room = *state;

	enter(room);
	assert_int_equal(presence(room, PRESENCE("dave", "", DAVE_PHONE DAVE_DESK)),
			 ROOM_NEWS_PEOPLE);
	assert_int_equal(room_state(room), ROOM_READY);
	assert_string_equal(room_author(room, "dave"), "dave@example.org");
	assert_true(room_knows(room, "dave@example.org"));
	/* Another name for both; then one goes, and then the other. */
	presence(room, GONE("dave", "<item jid='dave@example.org/phone' nick='d'/>"
				    "<item jid='dave@example.org/desk' nick='d'/>" STATUS("303")));
	assert_string_equal(room_author(room, "d"), "dave@example.org");
	assert_null(room_author(room, "dave"));
	presence(room, PRESENCE("d", "", DAVE_DESK));
	assert_string_equal(room_author(room, "d"), "dave@example.org");
	presence(room, GONE("d", DAVE_DESK));
	assert_null(room_author(room, "d"));
	assert_int_equal(room_state(room), ROOM_READY);
	/* And ours, beside another client of ours. */
	room_begin(room);
	assert_int_equal(presence(room, PRESENCE("me", "", ITEM("me@example.org/phone", "member")
						 ME)),
			 ROOM_NEWS_PEOPLE | ROOM_NEWS_ENTERED);
	assert_true(room_is_inside(room));
}

/* What can't be true of one person tells against that one, not against the room. */
static void test_different(void **state)
{
	static const char *const doubtful[] = {
		PRESENCE("dave", "", DAVE_PHONE ITEM("eve@example.org/x", "member")),
		PRESENCE("dave", "", DAVE_PHONE "<item affiliation='member'/>"),
		PRESENCE("dave", "", "<item affiliation='member'/>" DAVE_PHONE),
		"<presence from='" ROOM "/dave'><x xmlns='" USER "'>" DAVE_PHONE
		"</x><x xmlns='" USER "'/></presence>",
	};
	struct room *room = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(doubtful); i++) {
		enter(room);
		/* The control: he was somebody. */
		presence(room, PRESENCE("dave", "", DAVE_PHONE));
		assert_string_equal(room_author(room, "dave"), "dave@example.org");
		assert_int_equal(presence(room, doubtful[i]), ROOM_NEWS_PEOPLE | ROOM_NEWS_DOUBT);
		assert_null(room_author(room, "dave"));
		assert_null(room_author(room, "eve"));
		assert_false(room_knows(room, "eve@example.org"));
		assert_string_equal(room_author(room, "al"), "alice@example.org");
		assert_int_equal(room_state(room), ROOM_READY);
	}
	/* Who we are the room has to know. */
	assert_int_equal(presence(room, PRESENCE("me", "", ME ITEM("eve@example.org/x", "member"))),
			 ROOM_NEWS_ENDED);
	assert_int_equal(room_state(room), ROOM_UNSAFE);
}

/* What somebody may do there say the lists, where the room says two things of it. */
static void test_mixed(void **state)
{
	struct room *room = *state;

	enter(room);
	assert_true(presence(room, PRESENCE("carol", "", ITEM("carol@example.org/x", "none")
					    ITEM("carol@example.org/y", "member"))) &
		    ROOM_NEWS_STALE);
	assert_string_equal(room_author(room, "carol"), "carol@example.org");
	presence(room, GONE("carol", ""));
	assert_false(room_knows(room, "carol@example.org"));
	assert_true(room_knows(room, "bob@example.org"));
	assert_int_equal(word(room, WORD(ITEM("bob@example.org", "none")
					 ITEM("carol@example.org", "member"))),
			 ROOM_NEWS_STALE);
	assert_true(room_knows(room, "bob@example.org"));
	assert_false(room_knows(room, "carol@example.org"));
}

static void test_nicks(void **state)
{
	struct room *room = *state;

	room_begin(room);
	assert_string_equal(room_nick(room), "me");
	assert_int_equal(presence(room, "<presence type='error' from='" ROOM "/me'>" ERROR(
						"conflict") "</presence>"),
			 ROOM_NEWS_NICK);
	room_next_nick(room);
	assert_string_equal(room_nick(room), "me.2");
	assert_int_equal(presence(room, PRESENCE("me.2", "", ME)),
			 ROOM_NEWS_PEOPLE | ROOM_NEWS_ENTERED);
	presence(room, HERE("al", "alice@example.org/x", "owner"));
	presence(room, GONE("al", "<item jid='alice@example.org/x' nick='alice'/>" STATUS("303")));
	assert_null(room_author(room, "al"));
	assert_string_equal(room_author(room, "alice"), "alice@example.org");
	presence(room, GONE("me.2", "<item jid='me@example.org/here' nick='I'/>" STATUS("303")
			    STATUS("110")));
	assert_string_equal(room_nick(room), "I");
	assert_true(room_is_inside(room));
}

static void expect_end(struct room *room, const char *inside, enum room_state end,
		       const char *words)
{
	g_autofree char *text =
		g_strdup_printf(GONE("me", ITEM("me@example.org/here", "none") "%s"), inside);

	enter(room);
	assert_true(presence(room, text) & ROOM_NEWS_ENDED);
	assert_int_equal(room_state(room), end);
	assert_non_null(strstr(room_why(room), words));
	assert_false(room_is_inside(room));
	assert_null(room_author(room, "al"));
}

static void test_ends(void **state)
{
	struct room *room = *state;

	expect_end(room, STATUS("110") STATUS("307"), ROOM_GONE, "put out");
	expect_end(room, STATUS("110") STATUS("301"), ROOM_GONE, "banned");
	expect_end(room, STATUS("110") STATUS("321"), ROOM_GONE, "member");
	expect_end(room, STATUS("110") STATUS("322"), ROOM_GONE, "closed");
	expect_end(room, STATUS("110") STATUS("332"), ROOM_OUT, "going down");
	expect_end(room, STATUS("110") "<destroy/>", ROOM_GONE, "taken down");
	expect_end(room, STATUS("110"), ROOM_OUT, "left");
}

static void test_refused(void **state)
{
	struct room *room = *state;

	room_begin(room);
	assert_int_equal(presence(room, "<presence type='error' from='" ROOM "/me'>" ERROR(
						"registration-required") "</presence>"),
			 ROOM_NEWS_ENDED);
	assert_int_equal(room_state(room), ROOM_GONE);
	assert_non_null(strstr(room_why(room), "only members"));
}

static void test_forms(void **state)
{
	static const char form[] =
		"<iq type='result'><query xmlns='http://jabber.org/protocol/muc#owner'>"
		"<x xmlns='jabber:x:data' type='form'>"
		"<field var='muc#roomconfig_membersonly'/>%s"
		"<field var='muc#roomconfig_persistentroom'/></x></query></iq>";
	g_autofree char *whole =
		g_strdup_printf(form, "<field var='muc#roomconfig_whois'/>");
	g_autofree char *poor = g_strdup_printf(form, "");
	struct stanza *good = parse(whole), *bad = parse(poor);
	g_autofree char *sent = room_forms_configure(good), *none = room_forms_configure(bad);
	g_autofree char *room = NULL, *by = NULL;
	struct stanza *invitation =
		parse("<message from='" ROOM "'><x xmlns='" USER
		     "'><invite from='alice@example.org/x'><reason>come</reason></invite></x>"
		     "</message>");

	(void)state;
	assert_non_null(strstr(sent, "whois'><value>anyone"));
	assert_null(strstr(sent, "publicroom"));
	assert_null(none);
	assert_true(room_forms_read_invitation(invitation, &room, &by));
	assert_string_equal(room, ROOM);
	assert_string_equal(by, "alice@example.org");
	stanza_free(good);
	stanza_free(bad);
	stanza_free(invitation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ready, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unasked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unsafe, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_members, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_clients, setup, teardown),
		cmocka_unit_test_setup_teardown(test_different, setup, teardown),
		cmocka_unit_test_setup_teardown(test_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nicks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
