#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/omemo/envelope.h"
#include "core/transport/xmpp/stream/xmpp_gate.h"

#define MESSAGE	  "<message xmlns='jabber:client' to='bob@example.org'>"
#define STORE	  "<store xmlns='urn:xmpp:hints'/>"
#define REQUEST	  "<request xmlns='urn:xmpp:receipts'/>"
#define RECEIVED  "<received xmlns='urn:xmpp:receipts' id='1'/>"
#define COMPOSING "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
#define ENCRYPTED "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>"

static bool passes(const char *text, enum gate_stage stage)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
	g_autoptr(GError) error = NULL;
	bool ok = gate_check(bytes, stage, &error);

	assert_true(ok == !error);
	return ok;
}

static void test_messages(void **state)
{
	static const char *const good[] = {
		MESSAGE ENCRYPTED "</message>",
		MESSAGE ENCRYPTED "<store xmlns='urn:xmpp:hints'/></message>",
		MESSAGE ENCRYPTED "<body>" ENVELOPE_FALLBACK "</body></message>",
		MESSAGE ENCRYPTED REQUEST "<markable xmlns='urn:xmpp:chat-markers:0'/></message>",
		MESSAGE ENCRYPTED "<replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>",
		MESSAGE RECEIVED STORE "</message>",
		MESSAGE COMPOSING "<no-store xmlns='urn:xmpp:hints'/></message>",
	};
	static const char *const bad[] = {
		MESSAGE "</message>",
		MESSAGE "<body>hello</body></message>",
		MESSAGE "<body>" ENVELOPE_FALLBACK "</body></message>",
		MESSAGE ENCRYPTED "<body>hello</body></message>",
		MESSAGE ENCRYPTED "<body>" ENVELOPE_FALLBACK "</body><body>hello</body></message>",
		MESSAGE ENCRYPTED "<body xmlns='x'>hello</body></message>",
		MESSAGE ENCRYPTED "hello</message>",
		MESSAGE ENCRYPTED "<subject>hello</subject></message>",
		MESSAGE ENCRYPTED "<html xmlns='http://jabber.org/protocol/xhtml-im'/></message>",
		MESSAGE "<encrypted xmlns='another'/></message>",
		"<message xmlns='another'>" ENCRYPTED "</message>",
		MESSAGE ENCRYPTED "<request xmlns='urn:xmpp:receipts'>hello</request></message>",
		MESSAGE REQUEST "</message>",
		MESSAGE RECEIVED "</message>",
		MESSAGE STORE "</message>",
		MESSAGE STORE RECEIVED "</message>",
		MESSAGE RECEIVED RECEIVED "</message>",
		MESSAGE RECEIVED STORE STORE "</message>",
		MESSAGE RECEIVED "hello" STORE "</message>",
		MESSAGE "<received xmlns='urn:xmpp:receipts' id='1'>hello</received>" STORE
			"</message>",
		MESSAGE COMPOSING STORE "<body>hello</body></message>",
		"not xml",
		"",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		assert_true(passes(good[i], GATE_SESSION));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(passes(bad[i], GATE_SESSION));
}

static void test_the_rest(void **state)
{
	static const char *const good[] = {
		"<presence xmlns='jabber:client'/>",
		"<presence xmlns='jabber:client'><show>away</show></presence>",
		"<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:roster'>"
		"<item jid='bob@example.org' subscription='remove'/></query></iq>",
		"<iq xmlns='jabber:client' type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
		"<iq xmlns='jabber:client' type='result'/>",
		"<r xmlns='urn:xmpp:sm:3'/>",
		"<a xmlns='urn:xmpp:sm:3' h='1'/>",
	};
	static const char *const bad[] = {
		"<presence xmlns='jabber:client'><status>in Paris</status></presence>",
		"<presence xmlns='jabber:client'>in Paris</presence>",
		"<presence xmlns='jabber:client'><show>in Paris</show></presence>",
		"<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:roster'>"
		"<item jid='bob@example.org' name='Bob'/></query></iq>",
		"<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:roster'>"
		"<item jid='bob@example.org'><group>friends</group></item></query></iq>",
		"<iq xmlns='jabber:client' type='set'><query xmlns='jabber:iq:private'/></iq>",
		"<iq xmlns='jabber:client' type='set'>words</iq>",
		"<r xmlns='urn:xmpp:sm:3'>words</r>",
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		assert_true(passes(good[i], GATE_SESSION));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(passes(bad[i], GATE_SESSION));
}

#define MUC	   "http://jabber.org/protocol/muc"
#define GROUPCHAT  "<message xmlns='jabber:client' type='groupchat' to='room@rooms.example.org'>"
#define INVITATION "<message xmlns='jabber:client' to='room@rooms.example.org'>"

/* In a room nothing leaves that couldn't between two, but for who is asked in. */
static void test_rooms(void **state)
{
	static const char *const good[] = {
		GROUPCHAT ENCRYPTED "<origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>",
		INVITATION "<x xmlns='" MUC "#user'><invite to='bob@example.org'/></x></message>",
		"<presence xmlns='jabber:client' to='r@s/n'><x xmlns='" MUC
		"'><history maxchars='0'/></x></presence>",
		"<presence xmlns='jabber:client' to='r@s/n' type='unavailable'/>",
		"<iq xmlns='jabber:client' type='set'><query xmlns='" MUC "#admin'/></iq>",
		"<iq xmlns='jabber:client' type='get'><query xmlns='" MUC "#owner'/></iq>",
	};
	static const char *const bad[] = {
		GROUPCHAT "<body>hello</body></message>",
		GROUPCHAT "<subject>hello</subject></message>",
		GROUPCHAT ENCRYPTED "<subject>hello</subject></message>",
		GROUPCHAT "</message>",
		INVITATION "<x xmlns='" MUC "#user'><invite to='b@e.org'><reason>hello</reason>"
			   "</invite></x></message>",
		INVITATION "<x xmlns='" MUC "#user'><invite to='b@e.org'>hello</invite></x>"
			   "</message>",
		INVITATION "<x xmlns='" MUC "#user'><invite to='b@e.org'/></x><body>hello</body>"
			   "</message>",
		INVITATION "<x xmlns='" MUC "#user'><status>hello</status></x></message>",
		INVITATION "<x xmlns='" MUC "#user'>hello</x></message>",
		INVITATION "<origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>",
		"<presence xmlns='jabber:client' to='r@s/n'><x xmlns='" MUC
		"'><password>hello</password></x></presence>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		assert_true(passes(good[i], GATE_SESSION));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_false(passes(bad[i], GATE_SESSION));
}

/* In the clear nothing but the wish for TLS; while logging in nothing but that. */
static void test_stages(void **state)
{
	static const char starttls[] = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
	static const char auth[] = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AA==</auth>";
	static const char bind[] = "<iq xmlns='jabber:client' type='set' id='b'>"
				   "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
	static const char message[] = MESSAGE ENCRYPTED "</message>";

	(void)state;
	assert_true(passes(starttls, GATE_CLEAR));
	assert_false(passes(auth, GATE_CLEAR));
	assert_false(passes(bind, GATE_CLEAR));
	assert_false(passes(message, GATE_CLEAR));
	assert_false(passes(starttls, GATE_LOGIN));
	assert_true(passes(auth, GATE_LOGIN));
	assert_true(passes(bind, GATE_LOGIN));
	assert_false(passes(message, GATE_LOGIN));
	assert_true(passes(message, GATE_SESSION));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_the_rest),
		cmocka_unit_test(test_rooms),
		cmocka_unit_test(test_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
