/* What becomes of message stanzas: whose word counts, in which order, and what is marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/port/transport_talk.h"
#include "core/transport/xmpp/message/xmpp_arrivals.h"
#include "core/xml/stanza.h"

#define SEALED(sid)                                                                \
	"<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='" sid "'>" \
	"<key rid='1'>AAAA</key><iv>AAAAAAAAAAAAAAAA</iv></header></encrypted>"
#define FROM(from, inside) "<message type='chat' from='" from "'>" inside "</message>"
#define FORWARDED(from, inside)                                                   \
	"<forwarded xmlns='urn:xmpp:forward:0'>"                                  \
	"<message xmlns='jabber:client' type='chat' from='" from "'>" inside      \
	"</message></forwarded>"
#define RESULT(query, from, inside)                      \
	"<result xmlns='urn:xmpp:mam:2' queryid='" query \
	"' id='a1'>" FORWARDED(from, inside) "</result>"
#define COPY(kind, from, inside) \
	"<" kind " xmlns='urn:xmpp:carbons:2'>" FORWARDED(from, inside) "</" kind ">"
#define COMPOSING "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
#define DELAYED	  "<delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>"
#define LIST                                                             \
	"<event xmlns='http://jabber.org/protocol/pubsub#event'>"        \
	"<items node='eu.siacs.conversations.axolotl.devicelist'><item>" \
	"<list xmlns='eu.siacs.conversations.axolotl'><device id='7'/></list>"    \
	"</item></items></event>"

struct world {
	struct arrivals *arrivals;
	GString *log; /* a letter each: a(rrived) d(evices) n(otice) m(ark) s(ettled) */
	GPtrArray *from;
	GBytes *bytes; /* of the last parcel */
	uint64_t token;
	bool is_large; /* the last parcel */
	bool refuses;
};

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct world *world = user;

	for (size_t i = 0; i < count; i++) {
		g_string_append_c(world->log, 'a');
		g_ptr_array_add(world->from, g_strdup(parcels[i].from));
		g_clear_pointer(&world->bytes, g_bytes_unref);
		world->bytes = g_bytes_ref(parcels[i].bytes);
		world->is_large = parcels[i].is_large;
		if (!world->refuses)
			arrivals_stored(world->arrivals, parcels[i].token);
	}
}

static void devices(void *user, const char *address, const uint32_t *ids, size_t count)
{
	struct world *world = user;

	assert_int_equal(count, 1);
	assert_int_equal(ids[0], 7);
	g_string_append_printf(world->log, "d(%s)", address);
}

static void notice(void *user, const char *sentence)
{
	assert_non_null(sentence);
	g_string_append_c(((struct world *)user)->log, 'n');
}

static void marked(void *user, const char *mark)
{
	g_string_append_printf(((struct world *)user)->log, "m(%s)", mark);
}

static void talk(void *user, const struct talk *news, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(((struct world *)user)->log, "t(%d %s %s)", news[i].what,
				       news[i].address, news[i].id ? news[i].id : "-");
}

static void settled(void *user, uint64_t token)
{
	(void)token;
	g_string_append_c(((struct world *)user)->log, 's');
}

static bool is_room(void *user, const char *address)
{
	(void)user;
	return strcmp(address, "den@rooms.example.org") == 0;
}

static int setup(void **state)
{
	static const struct arrivals_listener listener = { arrived, devices, notice, marked,
							   talk, NULL, is_room, settled };
	struct world *world = g_new0(struct world, 1);

	world->arrivals = arrivals_new("me@example.org", &listener, world);
	world->log = g_string_new(NULL);
	world->from = g_ptr_array_new_with_free_func(g_free);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	arrivals_free(world->arrivals);
	g_string_free(world->log, TRUE);
	g_ptr_array_unref(world->from);
	g_clear_pointer(&world->bytes, g_bytes_unref);
	g_free(world);
	return 0;
}

static void take(struct world *world, const char *text)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);

	assert_non_null(stanza);
	arrivals_take(world->arrivals, stanza, ++world->token);
	stanza_free(stanza);
}

/* What TEXT alone leads to. */
static void expect(struct world *world, const char *text, const char *log)
{
	g_string_set_size(world->log, 0);
	take(world, text);
	arrivals_flush(world->arrivals);
	assert_string_equal(world->log->str, log);
}

static void test_whose_word(void **state)
{
	struct world *world = *state;

	expect(world, FROM("bob@example.org/x", SEALED("9")), "as");
	expect(world, FROM("bob@example.org", COPY("received", "eve@x.org", SEALED("9"))), "s");
	expect(world, FROM("me@example.org/other", COPY("sent", "me@example.org", SEALED("9"))),
	       "s");
	expect(world, FROM("me@example.org", COPY("sent", "me@example.org/a", SEALED("9"))), "as");
	expect(world, FROM("me@example.org", COPY("received", "bob@example.org", SEALED("9"))),
	       "as");
	/* Nobody asked the archive. */
	expect(world, FROM("me@example.org", RESULT("q", "bob@example.org", SEALED("9"))), "s");
	/* What somebody in a room said to one alone, as a copy: the room's word it isn't. */
	expect(world, FROM("me@example.org",
			   COPY("received", "den@rooms.example.org/eve", SEALED("9"))), "ns");
	expect(world, FROM("me@example.org",
			   COPY("received", "den@rooms.example.org/eve",
				"<received xmlns='urn:xmpp:receipts' id='1'/>")), "s");
	/* One that we know nothing of marks it. */
	expect(world, FROM("me@example.org",
			   COPY("received", "other@rooms.example.org/eve", SEALED("9")
				"<x xmlns='http://jabber.org/protocol/muc#user'/>")), "ns");
	assert_int_equal(world->from->len, 3);
	assert_string_equal(world->from->pdata[0], "bob@example.org");
	assert_string_equal(world->from->pdata[1], "me@example.org");
}

static void test_not_for_us(void **state)
{
	struct world *world = *state;

	/* Told once for each address. */
	expect(world, FROM("bob@example.org/x", "<body>clear</body>"), "ns");
	expect(world, FROM("bob@example.org/y", "<body>clear</body>"), "s");
	expect(world, FROM("bob@example.org", ""), "s");
	expect(world, "<message type='groupchat' from='room@x.org/a'>" SEALED("9") "</message>",
	       "ns");
	expect(world, "<message type='groupchat' from='room@x.org/b'>" SEALED("9") "</message>",
	       "s");
	expect(world, FROM("me@example.org", COPY("sent", "me@example.org/a", "<body>x</body>")),
	       "ns");
	expect(world, FROM("me@example.org", COPY("sent", "me@example.org/b", "<body>y</body>")),
	       "s");
	expect(world, "<message type='error' from='bob@example.org'>" SEALED("9") "</message>",
	       "st(4 bob@example.org -)");
	/* What other clients say unsealed: of theirs, and of now. */
	expect(world, FROM("bob@example.org/x", "<received xmlns='urn:xmpp:receipts' id='7'/>"),
	       "st(0 bob@example.org 7)");
	expect(world, FROM("me@example.org/x", "<received xmlns='urn:xmpp:receipts' id='7'/>"),
	       "s");
	expect(world, FROM("bob@example.org/x", COMPOSING), "st(2 bob@example.org -)");
	expect(world, FROM("bob@example.org/x", COMPOSING DELAYED), "s");
	expect(world, FROM("bob@example.org/x", "<received xmlns='urn:xmpp:receipts'/>"), "s");
	expect(world, "<message>" SEALED("9") "</message>", "ns");
	expect(world, FROM("bob@example.org", SEALED("0")), "ns");
	expect(world, FROM("not an address@", SEALED("9")), "s");
}

/* Whatever carries somebody's words leaves a word, in whatever form; what carries none doesn't. */
static void test_other_forms(void **state)
{
	static const struct {
		const char *type;
		const char *inside;
		bool is_told;
	} rows[] = {
		{ "chat", "<encrypted xmlns='urn:xmpp:omemo:2'/>", true },
		{ "chat", "<openpgp xmlns='urn:xmpp:openpgp:0'>aaaa</openpgp>", true },
		{ "chat", "<x xmlns='jabber:x:encrypted'>aaaa</x>", true },
		{ "chat", "<encryption xmlns='urn:xmpp:eme:0' namespace='x'/>", true },
		{ "chat", "<html xmlns='http://jabber.org/protocol/xhtml-im'/>", true },
		{ "chat", "<x xmlns='jabber:x:oob'><url>https://x/y</url></x>", true },
		{ "chat", "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>", true },
		{ "chat", "<propose xmlns='urn:xmpp:jingle-message:0' id='1'/>", true },
		{ "normal", "<subject>words</subject>", true },
		{ "headline", "<body>words</body>", true },
		{ "groupchat", "<body>words</body>", true },
		{ "chat", "<body xml:lang='de'>a</body><body xml:lang='en'>b</body>", true },
		{ "chat", "<store xmlns='urn:xmpp:hints'/>", false },
		{ "chat", "<proceed xmlns='urn:xmpp:jingle-message:0' id='1'/>", false },
		{ "headline", "<something xmlns='urn:example'/>", false },
	};
	struct world *world = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
			"<message type='%s' from='p%zu@example.org/x'>%s</message>",
			rows[i].type, i, rows[i].inside);

		expect(world, text, rows[i].is_told ? "ns" : "s");
	}
}

/* What is said of what isn't shown has an end, and that is said too. */
static void test_told(void **state)
{
	struct world *world = *state;
	unsigned said = 0;

	for (unsigned i = 0; i < 300; i++) {
		g_autofree char *text =
			g_strdup_printf(FROM("p%u@example.org", "<body>clear</body>"), i);

		take(world, text);
	}
	for (const char *p = world->log->str; *p; p++)
		said += *p == 'n';
	assert_int_equal(said, 101);
}

/* One that is larger than is taken in comes too, as that, the same however it came. */
static void test_large(void **state)
{
	struct world *world = *state;
	g_autofree char *fill = g_strnfill(STANZA_BYTES_MAX, 'A');
	g_autofree char *sealed = g_strdup_printf(
		"<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='9'>"
		"<iv>AAAA</iv></header>"
		"<payload>%s</payload></encrypted>", fill);
	g_autofree char *plain = g_strdup_printf(FROM("bob@example.org/x", "%s"), sealed);
	g_autofree char *copy = g_strdup_printf(
		FROM("me@example.org", COPY("received", "bob@example.org/y", "%s")), sealed);
	g_autofree char *list = g_strdup_printf(FROM("bob@example.org", LIST "<x>%s</x>"), fill);
	const char *const texts[] = { plain, copy, list };
	static const char *const logs[] = { "as", "as", "s" };
	GBytes *former = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct stanza *stanza =
			stanza_decode_cut("jabber:client", texts[i], strlen(texts[i]));

		assert_non_null(stanza);
		g_string_set_size(world->log, 0);
		arrivals_take(world->arrivals, stanza, ++world->token);
		arrivals_flush(world->arrivals);
		stanza_free(stanza);
		assert_string_equal(world->log->str, logs[i]);
		if (i == 1)
			assert_true(g_bytes_equal(former, world->bytes));
		assert_true(world->is_large);
		assert_true(g_bytes_get_size(world->bytes) < 200);
		g_clear_pointer(&former, g_bytes_unref);
		former = g_bytes_ref(world->bytes);
	}
	g_bytes_unref(former);
	expect(world, FROM("bob@example.org/x", SEALED("9")), "as");
	assert_false(world->is_large);
}

static void test_lists(void **state)
{
	struct world *world = *state;

	expect(world, FROM("bob@example.org", LIST), "d(bob@example.org)s");
	expect(world, FROM("me@example.org", LIST), "d(me@example.org)s");
	expect(world, FROM("bob@example.org/x", LIST), "s");
}

/* The same message has the same bytes, whichever way it came. */
static void test_one_form(void **state)
{
	struct world *world = *state;
	g_autoptr(GBytes) first = NULL;

	expect(world, FROM("bob@example.org/x", SEALED("9")), "as");
	first = g_bytes_ref(world->bytes);
	arrivals_hold(world->arrivals, "q");
	expect(world, "<message>" RESULT("q", "bob@example.org/x", SEALED("9") "<x/>") "</message>",
	       "as");
	assert_true(g_bytes_equal(first, world->bytes));
	expect(world,
	       FROM("bob@example.org/y", "<delay xmlns='urn:xmpp:delay' stamp='x'/>" SEALED("9")),
	       "");
	arrivals_release(world->arrivals, NULL);
	assert_string_equal(world->log->str, "as");
	assert_true(g_bytes_equal(first, world->bytes));
}

/* Live messages wait for the archive; its end is marked before they are handed over. */
static void test_order(void **state)
{
	struct world *world = *state;

	arrivals_hold(world->arrivals, "q");
	take(world, FROM("live@example.org", SEALED("9")));
	take(world, "<message>" RESULT("q", "old@example.org", SEALED("9")) "</message>");
	take(world, "<message>" RESULT("p", "eve@example.org", SEALED("9")) "</message>");
	g_string_set_size(world->log, 0);
	arrivals_release(world->arrivals, "a1");
	assert_string_equal(world->log->str, "asm(a1)as");
	assert_string_equal(world->from->pdata[0], "old@example.org");
	assert_string_equal(world->from->pdata[1], "live@example.org");
}

/* No mark may pass what couldn't be stored. */
static void test_refused(void **state)
{
	struct world *world = *state;

	arrivals_hold(world->arrivals, "q");
	world->refuses = true;
	take(world, "<message>" RESULT("q", "old@example.org", SEALED("9")) "</message>");
	arrivals_release(world->arrivals, "a1");
	assert_string_equal(world->log->str, "a");
	world->refuses = false;
	arrivals_mark(world->arrivals, "a2");
	assert_string_equal(world->log->str, "a");
}

static void test_marks(void **state)
{
	struct world *world = *state;

	for (int i = 0; i < ARRIVALS_MARK_EVERY; i++)
		take(world, FROM("bob@example.org", SEALED("9") "<stanza-id xmlns='urn:xmpp:sid:0' "
								"by='me@example.org' id='mine'/>"));
	take(world, FROM("bob@example.org", SEALED("9") "<stanza-id xmlns='urn:xmpp:sid:0' "
							"by='eve@example.org' id='hers'/>"));
	g_string_set_size(world->log, 0);
	arrivals_flush(world->arrivals);
	assert_true(g_str_has_suffix(world->log->str, "m(mine)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whose_word, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_for_us, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_marks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
