/* Rooms over a session: what is asked before anything is said, whose words count, what was sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/model/account.h"
#include "core/omemo/envelope.h"
#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/transport/xmpp/muc/xmpp_rooms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

#define ROOM	"den@rooms.example.org"
#define USER	"http://jabber.org/protocol/muc#user"
#define INFO	"<query xmlns='http://jabber.org/protocol/disco#info'>%s</query>"
#define FEATURE(name) "<feature var='" name "'/>"
#define SAFE	FEATURE("muc_membersonly") FEATURE("muc_nonanonymous")
#define ARCHIVE FEATURE("urn:xmpp:mam:2")
#define SEALED(sid, rid)                                                                \
	"<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='" sid "'>"      \
	"<key rid='" rid "'>AAAA</key><iv>AAAAAAAAAAAAAAAA</iv></header></encrypted>"
#define SAID(nick, id, sealed)                                                          \
	"<message type='groupchat' from='" ROOM "/" nick "' id='" id "'>" sealed "</message>"
#define HERE(nick, jid, more)                                                           \
	"<presence from='" ROOM "/" nick "'><x xmlns='" USER "'><item jid='" jid        \
	"' affiliation='member' role='participant'/>" more "</x></presence>"

struct world {
	struct account account;
	struct session *session;
	struct arrivals *arrivals;
	struct rooms *rooms;
	GMainContext *context;
	GPtrArray *sent; /* char * */
	GString *log;	 /* what was told, a word each */
	uint64_t token;
	bool keeps_closed; /* the core doesn't open the room */
};

/* -- the two sides ---------------------------------------------------------------------------- */

static gboolean send_bytes(void *user, GBytes *bytes, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	(void)error;
	g_ptr_array_add(((struct world *)user)->sent, g_strndup(data, size));
	return TRUE;
}

static void stalled(void *user)
{
	(void)user;
}

static void notice(void *user, const char *sentence)
{
	assert_true(g_str_has_suffix(sentence, "."));
	g_string_append(((struct world *)user)->log, "notice ");
}

static void settled(void *user, uint64_t token)
{
	session_stored(((struct world *)user)->session, token);
}

static void idle(void *user)
{
	(void)user;
}

static void put(void *user, char *text)
{
	assert_true(session_put(((struct world *)user)->session, text, NULL));
}

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct world *world = user;

	for (size_t i = 0; i < count; i++) {
		assert_string_equal(parcels[i].room, ROOM);
		g_string_append_printf(world->log, "%s%s%s ", parcels[i].from,
				       parcels[i].is_archived ? "(old)" : "",
				       parcels[i].is_guessed ? "(?)" : "");
		arrivals_stored(world->arrivals, parcels[i].token);
	}
}

static void marked(void *user, const char *room, const char *mark)
{
	assert_string_equal(room, ROOM);
	g_string_append_printf(((struct world *)user)->log, "mark=%s ", mark);
}

static void changed(void *user, const struct room_view *view)
{
	struct world *world = user;

	if (view->is_waiting && !world->keeps_closed)
		rooms_open(world->rooms, view->address);
}

static void invited(void *user, const char *room, const char *by)
{
	g_string_append_printf(((struct world *)user)->log, "invited=%s,%s ", room, by);
}

static void answered(void *user, const struct room_view *view, const GError *error)
{
	if (error)
		g_string_append_printf(user, "%s ", error_name((enum error)error->code));
	else
		g_string_append_printf(user, "%s,%zu ",
				       view->state == ROOM_READY ? "ready" : "other", view->count);
}

static void done(void *user, const GError *error)
{
	g_string_append(user, error ? "kept " : "sent ");
}

static void ignore_devices(void *user, const char *address, const uint32_t *ids, size_t count)
{
	(void)user;
	(void)address;
	(void)ids;
	(void)count;
}

static void begin(struct world *world)
{
	const struct session_parts parts = { .address = "me@example.org", .has_acks = true,
					     .context = world->context, .send = send_bytes,
					     .stalled = stalled, .user = world };
	const struct arrivals_listener arrivals_listener = { .arrived = arrived,
							     .devices = ignore_devices,
							     .notice = notice,
							     .settled = settled };

	world->session = session_new(&parts);
	world->arrivals = arrivals_new("me@example.org", &arrivals_listener, world);
	rooms_up(world->rooms, world->session, world->arrivals, world->context, 1);
}

static void end(struct world *world)
{
	g_autoptr(GError) error = NULL;

	error_set(&error, ERROR_UNREACHABLE, "It ended.");
	rooms_down(world->rooms, error);
	session_free(world->session);
	arrivals_free(world->arrivals);
}

static int setup(void **state)
{
	static const struct rooms_listener listener = { invited, changed, marked };
	struct world *world = g_new0(struct world, 1);
	const struct rooms_parts parts = { notice, settled, idle, put, world };

	world->account.address = (char *)"me@example.org";
	world->account.device = 77;
	world->context = g_main_context_new();
	world->sent = g_ptr_array_new_with_free_func(g_free);
	world->log = g_string_new(NULL);
	world->rooms = rooms_new(&world->account, &parts);
	rooms_listen(world->rooms, &listener, world);
	begin(world);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	end(world);
	rooms_free(world->rooms);
	g_ptr_array_unref(world->sent);
	g_string_free(world->log, TRUE);
	g_main_context_unref(world->context);
	g_free(world);
	return 0;
}

static void take(struct world *world, const char *text)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);

	assert_non_null(stanza);
	if (!session_take(world->session, stanza, &world->token))
		assert_true(rooms_take(world->rooms, stanza, world->token));
	stanza_free(stanza);
	arrivals_flush(world->arrivals);
	rooms_drained(world->rooms);
}

/* What was sent last that has NEEDLE in it; NULL: nothing. */
static const char *sent(const struct world *world, const char *needle)
{
	for (guint i = world->sent->len; i > 0; i--)
		if (strstr(world->sent->pdata[i - 1], needle))
			return world->sent->pdata[i - 1];
	return NULL;
}

static void reply(struct world *world, const char *needle, const char *type, const char *payload)
{
	const char *text = sent(world, needle);
	struct stanza *iq;
	g_autofree char *answer = NULL;
	const char *to;

	assert_non_null(text);
	iq = stanza_decode(text, strlen(text), NULL);
	to = stanza_get(iq, "to");
	answer = g_strdup_printf("<iq type='%s' id='%s'%s%s%s>%s</iq>", type, stanza_get(iq, "id"),
				 to ? " from='" : "", to ? to : "", to ? "'" : "", payload);
	stanza_free(iq);
	take(world, answer);
}

static void reply_list(struct world *world, const char *affiliation, const char *address)
{
	g_autofree char *needle = g_strdup_printf("<item affiliation='%s'/>", affiliation);
	g_autofree char *payload = g_strdup_printf(
		"<query xmlns='http://jabber.org/protocol/muc#admin'>%s%s%s</query>",
		*address ? "<item jid='" : "", address, *address ? "'/>" : "");

	reply(world, needle, "result", payload);
}

static void order(struct world *world, enum order_kind kind)
{
	struct order *order = g_new0(struct order, 1);

	order->kind = kind;
	order->room = g_strdup(ROOM);
	order->answered = answered;
	order->user = world->log;
	rooms_order(world->rooms, order);
}

static void reply_info(struct world *world, const char *features)
{
	g_autofree char *payload = g_strdup_printf(INFO, features);

	reply(world, "disco#info", "result", payload);
}

/* Into it; the lists name bob and carol, who are away. */
static void enter(struct world *world, const char *features)
{
	reply_info(world, features);
	take(world, HERE("al", "alice@example.org/x", ""));
	take(world, HERE("me", "me@example.org/y", "<status code='110'/>"));
	reply_list(world, "member", "bob@example.org");
	reply_list(world, "admin", "");
	reply_list(world, "owner", "carol@example.org");
}

static void expect(struct world *world, const char *log)
{
	assert_string_equal(world->log->str, log);
	g_string_set_size(world->log, 0);
}

/* -- tests ------------------------------------------------------------------------------------ */

static void test_entering(void **state)
{
	struct world *world = *state;

	order(world, ORDER_JOIN);
	assert_null(sent(world, "muc'><history"));
	enter(world, SAFE);
	expect(world, "ready,2 ");
	assert_non_null(sent(world, "since='1970"));
	assert_non_null(sent(world, "autojoin='true'"));
	take(world, SAID("al", "1", SEALED("5", "77")));
	expect(world, "alice@example.org ");
	/* Nobody of that name is there; nobody seals; in private; somebody leaves. */
	take(world, SAID("stranger", "2", SEALED("5", "77")));
	expect(world, "notice ");
	take(world, SAID("al", "3", "<body>in the clear</body>"));
	take(world, SAID("al", "4", "<body>in the clear</body>"));
	expect(world, "notice ");
	take(world, "<message type='chat' from='" ROOM "/al'>" SEALED("5", "77") "</message>");
	expect(world, "notice ");
	take(world, "<presence type='unavailable' from='" ROOM "/al'><x xmlns='" USER
		    "'><item jid='alice@example.org/x' affiliation='member'/></x></presence>");
	take(world, SAID("al", "5", SEALED("5", "77")));
	expect(world, "notice ");
}

static void test_unsafe(void **state)
{
	static const char *const rooms[] = { "", FEATURE("muc_membersonly"),
					     FEATURE("muc_nonanonymous") };
	struct world *world = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rooms); i++) {
		order(world, ORDER_READY);
		reply_info(world, rooms[i]);
		expect(world, "policy ");
		assert_null(sent(world, "muc'><history"));
	}
	/* And one that becomes so: left at once, nothing is taken or sent there. */
	order(world, ORDER_READY);
	enter(world, SAFE);
	take(world, "<message from='" ROOM "'><x xmlns='" USER "'><status code='104'/></x>"
		    "</message>");
	take(world, SAID("al", "1", SEALED("5", "77")));
	reply_info(world, FEATURE("muc_nonanonymous"));
	expect(world, "ready,2 notice ");
	assert_non_null(sent(world, "type='unavailable'"));
	/* What is said where we aren't is a word, and but one. */
	for (unsigned i = 0; i < 3; i++)
		take(world, SAID("al", "2", SEALED("5", "77")));
	expect(world, "notice ");
}

/* However many say what can't be shown, there is an end of the words about it. */
static void test_flood(void **state)
{
	struct world *world = *state;
	unsigned notices = 0;

	order(world, ORDER_JOIN);
	enter(world, SAFE);
	expect(world, "ready,2 ");
	for (unsigned i = 0; i < 300; i++) {
		g_autofree char *text =
			g_strdup_printf("<message type='groupchat' from='" ROOM "/stranger %u'>"
					SEALED("5", "77") "</message>", i % 150);

		take(world, text);
	}
	for (const char *at = world->log->str; (at = strstr(at, "notice ")); at++)
		notices++;
	assert_int_equal(notices, 101);
}

static GBytes *message(const char *id)
{
	g_autofree char *text = g_strdup_printf(
		"<message xmlns='jabber:client' type='groupchat' to='" ROOM "' id='%s'>" SEALED(
			"77", "5") "</message>",
		id);

	return g_bytes_new(text, strlen(text));
}

/* It counts as sent when the room has sent it back, whoever claims what before. */
static void test_sending(void **state)
{
	struct world *world = *state;
	g_autoptr(GBytes) first = message("one"), second = message("two");

	rooms_send(world->rooms, ROOM, first, done, world->log);
	expect(world, "kept ");
	rooms_keep(world->rooms, ROOM, NULL, 1);
	rooms_send(world->rooms, ROOM, first, done, world->log);
	assert_null(sent(world, "id='one'"));
	enter(world, SAFE);
	assert_non_null(sent(world, "id='one'"));
	take(world, SAID("al", "one", SEALED("5", "77")));
	expect(world, "alice@example.org ");
	take(world, SAID("me", "one", SEALED("77", "5")));
	expect(world, "sent ");
	/* Another device of ours isn't this one. */
	take(world, SAID("me", "three", SEALED("78", "77")));
	expect(world, "me@example.org ");
	/* Cut off before it came back: kept. That it got through shows the history: not again. */
	rooms_send(world->rooms, ROOM, second, done, world->log);
	end(world);
	expect(world, "kept ");
	g_ptr_array_set_size(world->sent, 0);
	begin(world);
	rooms_send(world->rooms, ROOM, second, done, world->log);
	reply_info(world, SAFE);
	take(world, HERE("me", "me@example.org/y", "<status code='110'/>"));
	take(world, "<message type='groupchat' from='" ROOM "/me' id='two'>" SEALED("77", "5")
		    "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/></message>");
	expect(world, "sent ");
	/* Who has a name now needn't be who had it when it was said. */
	take(world, HERE("al", "alice@example.org/x", ""));
	take(world, "<message type='groupchat' from='" ROOM "/al' id='old'>" SEALED("5", "77")
		    "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/></message>");
	reply_list(world, "member", "bob@example.org");
	reply_list(world, "admin", "");
	reply_list(world, "owner", "carol@example.org");
	assert_null(sent(world, "id='two'"));
	expect(world, "alice@example.org(?) ");
}

/* Lists that were asked for before the room was changed don't make it safe. */
static void test_changed_meanwhile(void **state)
{
	struct world *world = *state;

	order(world, ORDER_READY);
	reply_info(world, SAFE);
	take(world, HERE("me", "me@example.org/y", "<status code='110'/>"));
	take(world, "<message type='groupchat' from='" ROOM "'><x xmlns='" USER
		    "'><status code='104'/></x></message>");
	reply_list(world, "member", "bob@example.org");
	reply_list(world, "admin", "");
	reply_list(world, "owner", "carol@example.org");
	expect(world, "");
	reply_info(world, FEATURE("muc_membersonly"));
	assert_int_equal(strncmp(world->log->str, "policy", 6), 0);
}

/* A room that says again and again that we aren't in it, and lets us in each time. */
static void test_bounces(void **state)
{
#define BOUNCED                                                                                \
	"<message type='error' from='" ROOM "' id='one'><error type='cancel'><not-acceptable " \
	"xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
	struct world *world = *state;
	g_autoptr(GBytes) first = message("one");

	rooms_keep(world->rooms, ROOM, NULL, 1);
	rooms_send(world->rooms, ROOM, first, done, world->log);
	for (int i = 0; i < 3; i++) {
		enter(world, SAFE);
		assert_non_null(sent(world, "id='one'"));
		g_ptr_array_set_size(world->sent, 0);
		take(world, BOUNCED);
		expect(world, "");
	}
	enter(world, SAFE);
	take(world, BOUNCED);
	expect(world, "kept ");
}

static void test_archive(void **state)
{
#define OLD(id, nick, sealed, more)                                                              \
	"<message from='" ROOM "'><result xmlns='urn:xmpp:mam:2' queryid='room-catch-up' id='" id \
	"'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "                \
	"type='groupchat' from='" ROOM "/" nick "'>" sealed more "</message></forwarded>"        \
	"</result></message>"
#define BY(jid) "<x xmlns='" USER "'><item jid='" jid "' affiliation='member'/></x>"
	struct world *world = *state;

	world->keeps_closed = true;
	order(world, ORDER_READY);
	enter(world, SAFE ARCHIVE);
	/* Nothing is handed over before the core says so. */
	assert_null(sent(world, "urn:xmpp:mam:2"));
	take(world, SAID("al", "live", SEALED("5", "77")));
	rooms_open(world->rooms, ROOM);
	assert_non_null(sent(world, "urn:xmpp:mam:2"));
	take(world, OLD("a1", "gone", SEALED("6", "77"), BY("bob@example.org/z")));
	/* Not for us; nobody's; of two; and, from elsewhere, not of the archive at all. */
	take(world, OLD("a2", "gone", SEALED("6", "9"), BY("bob@example.org/z")));
	expect(world, "bob@example.org(old) ");
	take(world, OLD("a3", "gone", SEALED("6", "77"), ""));
	take(world, OLD("a4", "gone", SEALED("6", "77"), BY("x@example.org") BY("y@example.org")));
	expect(world, "notice ");
	take(world, "<message from='" ROOM "/al'><result xmlns='urn:xmpp:mam:2' "
		    "queryid='room-catch-up' id='a5'><forwarded xmlns='urn:xmpp:forward:0'>"
		    "<message xmlns='jabber:client' type='groupchat' from='" ROOM
		    "/gone'>" SEALED("6", "77") BY("bob@example.org") "</message></forwarded>"
		    "</result></message>");
	expect(world, "");
	reply(world, "urn:xmpp:mam:2", "result",
	      "<fin xmlns='urn:xmpp:mam:2' complete='true'><set "
	      "xmlns='http://jabber.org/protocol/rsm'><last>a4</last></set></fin>");
	expect(world, "mark=a4 ready,2 alice@example.org ");
	/* Once we have been there, what wasn't sealed for us is something that we can't read. */
	end(world);
	begin(world);
	order(world, ORDER_READY);
	enter(world, SAFE ARCHIVE);
	rooms_open(world->rooms, ROOM);
	g_string_set_size(world->log, 0);
	take(world, OLD("a6", "gone", SEALED("6", "9"), BY("bob@example.org/z")));
	expect(world, "bob@example.org(old) ");
}

/* An archive that gives the same page again and again has ended. */
static void test_archive_stuck(void **state)
{
#define PAGE "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>" \
	     "<last>a1</last></set></fin>"
	struct world *world = *state;

	order(world, ORDER_READY);
	enter(world, SAFE ARCHIVE);
	reply(world, "urn:xmpp:mam:2", "result", PAGE);
	expect(world, "mark=a1 ");
	assert_non_null(sent(world, "<after>a1</after>"));
	reply(world, "<after>a1</after>", "result", PAGE);
	expect(world, "mark=a1 ready,2 ");
}

static bool is_taken(struct world *world, const char *text)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);
	bool is;

	assert_non_null(stanza);
	is = rooms_take(world->rooms, stanza, world->token);
	stanza_free(stanza);
	return is;
}

static void test_invitations(void **state)
{
	struct world *world = *state;

	take(world, "<message from='" ROOM "'><x xmlns='" USER
		    "'><invite from='alice@example.org/x'/></x></message>");
	expect(world, "invited=" ROOM ",alice@example.org ");
	take(world, "<message from='bob@example.org/y'><x xmlns='jabber:x:conference' jid='" ROOM
		    "'/></message>");
	expect(world, "invited=" ROOM ",bob@example.org ");
	/* Nobody is asked because of it: that would tell whoever was named that we are here. */
	assert_null(sent(world, "disco#info"));
	/* Ours that came back asks nobody; what is sealed is for the core, whatever hangs on it. */
	assert_false(is_taken(world, "<message type='error' from='" ROOM "'><x xmlns='" USER
				     "'><invite to='bob@example.org'/></x></message>"));
	assert_false(is_taken(world, "<message from='bob@example.org/y'>" SEALED("5", "77")
				     "<x xmlns='jabber:x:conference' jid='" ROOM
				     "'/></message>"));
	expect(world, "");
	order(world, ORDER_JOIN);
	enter(world, SAFE);
	take(world, SAID("al", "in", SEALED("5", "77") "<x xmlns='jabber:x:conference' "
				     "jid='den@example.org'/>"));
	expect(world, "ready,2 alice@example.org ");
	take(world, "<message from='bob@example.org/y'><x xmlns='jabber:x:conference' jid='" ROOM
		    "'/></message>");
	expect(world, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_entering, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unsafe, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sending, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changed_meanwhile, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounces, setup, teardown),
		cmocka_unit_test_setup_teardown(test_archive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_archive_stuck, setup, teardown),
		cmocka_unit_test_setup_teardown(test_invitations, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
