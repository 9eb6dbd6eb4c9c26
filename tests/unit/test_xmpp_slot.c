#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/transport/xmpp/upload/xmpp_slot.h"
#include "core/xml/stanza.h"

#define IQ   "<iq xmlns='jabber:client' type='result' id='1'>"
#define SLOT IQ "<slot xmlns='urn:xmpp:http:upload:0'>"

static struct stanza *parse(const char *text)
{
	struct stanza *root = stanza_decode(text, strlen(text), NULL);

	assert_non_null(root);
	return root;
}

static void a_service_is_known_by_its_feature(void **state)
{
	struct stanza *iq = parse(
		IQ "<query xmlns='http://jabber.org/protocol/disco#info'>"
		   "<feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' type='result'>"
		   "<field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field>"
		   "<field var='max-file-size'><value>5242880</value></field></x></query></iq>");
	int64_t most;

	(void)state;
	assert_true(upload_is_service(iq, &most));
	assert_int_equal(most, 5242880);
	stanza_free(iq);
	iq = parse(IQ "<query xmlns='http://jabber.org/protocol/disco#info'>"
		      "<feature var='urn:xmpp:http:upload'/></query></iq>");
	assert_false(upload_is_service(iq, &most));
	stanza_free(iq);
}

static void a_slot_gives_two_places_and_three_headers(void **state)
{
	struct stanza *iq = parse(
		SLOT "<get url='https://up.example.org/a'/><put url='https://up.example.org/b'>"
		     "<header name='authorization'>Basic x</header>"
		     "<header name='Host'>elsewhere</header>"
		     "<header name='Cookie'>a=b&#13;&#10;X-Evil: 1</header>"
		     "<header name='Expires'>never</header></put></slot></iq>");
	struct upload_slot slot;
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(upload_read_slot(iq, &slot, &error));
	assert_string_equal(slot.put, "https://up.example.org/b");
	assert_string_equal(slot.get, "https://up.example.org/a");
	assert_int_equal(slot.header_count, 2);
	assert_string_equal(slot.headers[0].name, "Authorization");
	assert_string_equal(slot.headers[1].name, "Expires");
	upload_slot_clear(&slot);
	stanza_free(iq);
}

static void other_places_are_refused(void **state)
{
	static const char *const texts[] = {
		IQ "</iq>",
		SLOT "<get url='https://a/'/></slot></iq>",
		SLOT "<get url='http://a/'/><put url='https://a/'/></slot></iq>",
		SLOT "<get url='https://a/'/><put url='http://a/'/></slot></iq>",
		SLOT "<get url='https://a/&#10;x'/><put url='https://a/'/></slot></iq>",
		SLOT "<get url='https://a/#key'/><put url='https://a/'/></slot></iq>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct stanza *iq = parse(texts[i]);
		struct upload_slot slot;
		g_autoptr(GError) error = NULL;

		assert_false(upload_read_slot(iq, &slot, &error));
		assert_true(error_is(error, ERROR_FORMAT));
		stanza_free(iq);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_service_is_known_by_its_feature),
		cmocka_unit_test(a_slot_gives_two_places_and_three_headers),
		cmocka_unit_test(other_places_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
