#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/omemo/content.h"
#include "core/omemo/form.h"
#include "core/xml/stanza.h"

#define HEAD	"<envelope xmlns='urn:xmpp:sce:1'>"
#define AFFIXES "<time stamp='2026-11-23T15:20:10Z'/><to jid='bob'/><from jid='alice'/></envelope>"

static void assert_ids(char **ids, const char *const *expected)
{
	if (!expected) {
		assert_null(ids);
		return;
	}
	assert_non_null(ids);
	assert_true(g_strv_equal((const char *const *)ids, expected));
}

static void round_trip(const struct content *content)
{
	g_autoptr(GError) error = NULL;
	struct content again;
	size_t bytes = 0;
	char *text = content_encode(content, &bytes, &error);

	assert_null(error);
	assert_non_null(text);
	assert_int_equal(bytes, content_padded_bytes(bytes));
	assert_int_equal(strlen(text), bytes);
	assert_true(content_decode(text, bytes, content->from, content->to, &again, &error));
	assert_string_equal(again.from, content->from);
	assert_string_equal(again.to, content->to);
	assert_int_equal(again.time, content->time);
	if (content->body)
		assert_string_equal(again.body, content->body);
	else
		assert_null(again.body);
	if (content->id)
		assert_string_equal(again.id, content->id);
	else
		assert_null(again.id);
	assert_int_equal(again.sealed, content->sealed);
	assert_int_equal(again.view_once, content->view_once);
	assert_int_equal(again.has_timer, content->has_timer);
	assert_int_equal(again.timer, content->timer);
	assert_int_equal(again.timer_version, content->timer_version);
	assert_int_equal(again.expire, content->expire);
	assert_int_equal(again.reads, content->reads);
	assert_true(!again.begin_anew == !content->begin_anew);
	assert_true(!again.begin_anew || g_bytes_equal(again.begin_anew, content->begin_anew));
	assert_ids(again.delivered, (const char *const *)content->delivered);
	assert_ids(again.displayed, (const char *const *)content->displayed);
	content_clear(&again);
	assert_null(again.body);
	plain_free(text);
}

static char name_alice[] = "alice", name_bob[] = "bob@example.org", id[] = "0123456789abcdef";

static struct content plain_content(char *body)
{
	return (struct content){ .from = name_alice,
				 .to = name_bob,
				 .id = id,
				 .body = body,
				 .time = G_GINT64_CONSTANT(1795447210123) };
}

static void test_round_trip(void **state)
{
	char *bodies[] = { (char[]){ "hello" },
			   (char[]){ " \r\n\t<&>\"' ]]> &amp; \xF0\x9F\x98\x80\xE2\x80\x8D " } };
	char one[] = "1", two[] = "an odd, foreign id: <&'\">";
	static const char key[CONTACT_KEY_BYTES] = "any thirty-three bytes will do";
	char *ids[] = { one, two, NULL }, *none[] = { one, NULL };
	struct content content;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		content = plain_content(bodies[i]);
		round_trip(&content);
	}
	content = plain_content(NULL);
	content.id = NULL;
	round_trip(&content);
	content = plain_content(bodies[0]);
	content.sealed = content.view_once = content.has_timer = true;
	content.timer = 3600;
	content.timer_version = INT64_MAX;
	content.expire = CONTENT_SECONDS_MAX;
	content.reads = FORM_OURS;
	content.delivered = ids;
	content.displayed = none;
	content.time = 0;
	round_trip(&content);
	content.timer = 0;
	content.timer_version = 0;
	content.time = -1;
	round_trip(&content);
	content = plain_content(NULL);
	content.id = NULL;
	content.begin_anew = g_bytes_new_static(key, CONTACT_KEY_BYTES);
	round_trip(&content);
	g_bytes_unref(content.begin_anew);
}

/* Names of later forms, and nonsense, are passed over; half a name is none. */
static void test_forms(void **state)
{
	static const struct {
		const char *words;
		unsigned forms;
	} cases[] = {
		{ "digest", FORM_DIGEST },
		{ "later digest", FORM_DIGEST },
		{ "  digest later ", FORM_DIGEST },
		{ "digest digest", FORM_DIGEST },
		{ "", 0 },
		{ " ", 0 },
		{ "dig", 0 },
		{ "digests", 0 },
		{ "Digest", 0 },
		{ "digest,", 0 },
		{ "digest\n", 0 },
	};
	g_autofree char *words = form_words(FORM_OURS);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(form_parse(cases[i].words), cases[i].forms);
	assert_int_equal(form_parse(NULL), 0);
	assert_int_equal(form_parse(words), FORM_OURS);
}

static size_t log2_floor(size_t number)
{
	size_t log = 0;

	while (number >>= 1)
		log++;
	return log;
}

/* PETS 2019, section 4, as its authors write it. */
static size_t padme(size_t length)
{
	size_t exponent = log2_floor(length);
	size_t bits = log2_floor(exponent) + 1;
	size_t mask = ((size_t)1 << (exponent - bits)) - 1;

	return (length + mask) & ~mask;
}

static void test_padded_bytes(void **state)
{
	size_t values = 0, last = 0;

	(void)state;
	assert_int_equal(content_padded_bytes(0), CONTENT_FLOOR_BYTES);
	assert_int_equal(content_padded_bytes(CONTENT_FLOOR_BYTES), CONTENT_FLOOR_BYTES);
	for (size_t bytes = CONTENT_FLOOR_BYTES + 1; bytes <= CONTENT_BYTES_MAX; bytes++) {
		size_t padded = content_padded_bytes(bytes);

		assert_int_equal(padded, padme(bytes));
		assert_true(padded >= bytes && padded * 100 <= bytes * 112);
		assert_int_equal(content_padded_bytes(padded), padded);
		values += padded != last;
		last = padded;
	}
	assert_int_equal(last, CONTENT_BYTES_MAX);
	assert_true(values < 200);
}

/* Every length around a step comes out padded, and a text byte more never makes it shorter. */
static void test_length_is_exact(void **state)
{
	size_t last = 0;

	(void)state;
	for (size_t length = 1; length < 3000; length += length < 700 ? 1 : 13) {
		char *body = plain_new(length);
		struct content content = plain_content(body);
		size_t bytes = 0;
		char *text;

		memset(body, 'x', length);
		text = content_encode(&content, &bytes, NULL);
		assert_non_null(text);
		assert_int_equal(bytes, content_padded_bytes(bytes));
		assert_int_equal(bytes, strlen(text));
		assert_true(bytes >= last && bytes > length);
		last = bytes;
		plain_free(text);
		plain_free(body);
	}
}

static void test_padding_is_fresh(void **state)
{
	struct content content = plain_content(NULL);
	size_t bytes = 0;
	char *one = content_encode(&content, &bytes, NULL);
	char *two = content_encode(&content, &bytes, NULL);

	(void)state;
	assert_string_not_equal(one, two);
	plain_free(one);
	plain_free(two);
}

static void refuse_encode(const struct content *content, enum error code)
{
	g_autoptr(GError) error = NULL;
	size_t bytes = 0;

	assert_null(content_encode(content, &bytes, &error));
	assert_true(error_is(error, code));
}

static void test_encode_refuses(void **state)
{
	g_autofree char *long_id = g_strnfill(MESSAGE_ID_MAX + 1, 'i');
	char control[] = "a\nb", nothing[] = "", escape[] = "\x1b";
	char *body = plain_new(MESSAGE_BODY_MAX), **ids = g_new0(char *, CONTENT_IDS_MAX + 2);
	struct content content = plain_content(NULL);

	(void)state;
	content.id = long_id;
	refuse_encode(&content, ERROR_FORMAT);
	content.id = control;
	refuse_encode(&content, ERROR_FORMAT);
	content.id = nothing;
	refuse_encode(&content, ERROR_FORMAT);
	content.id = NULL;
	content.displayed = (char *[]){ nothing, NULL };
	refuse_encode(&content, ERROR_FORMAT);
	content = plain_content(escape);
	refuse_encode(&content, ERROR_FORMAT);
	content = plain_content(NULL);
	content.time = INT64_MAX;
	refuse_encode(&content, ERROR_FORMAT);
	content = plain_content(NULL);
	content.from = NULL;
	refuse_encode(&content, ERROR_FORMAT);
	content = plain_content(NULL);
	content.expire = -1;
	refuse_encode(&content, ERROR_FORMAT);
	content = plain_content(NULL);
	for (int i = 0; i < CONTENT_IDS_MAX; i++)
		ids[i] = id;
	content.delivered = ids;
	round_trip(&content);
	ids[CONTENT_IDS_MAX] = id;
	refuse_encode(&content, ERROR_LIMIT);
	g_free(ids);
	content = plain_content(body);
	memset(body, '\n', MESSAGE_BODY_MAX);
	round_trip(&content);
	memset(body, '\r', MESSAGE_BODY_MAX);
	refuse_encode(&content, ERROR_LIMIT);
	memset(body, 'x', MESSAGE_BODY_MAX / 2);
	refuse_encode(&content, ERROR_LIMIT);
	plain_free(body);
}

static void test_a_chunk(void **state)
{
	char *bytes = g_malloc0(FILE_CHUNK_BYTES);
	g_autoptr(GBytes) data = g_bytes_new_take(bytes, FILE_CHUNK_BYTES);
	struct content content = plain_content(NULL), again;
	g_autofree char *own_id = g_strdup("m1");
	size_t size = 0;
	char *text;

	(void)state;
	content.chunk = (struct content_chunk){ own_id, 6, 7, data };
	text = content_encode(&content, &size, NULL);
	assert_non_null(text);
	/* It still fits a stanza once it is sealed, and base64 again. */
	assert_true(size / 3 * 4 < STANZA_BYTES_MAX - 32 * 1024);
	assert_true(content_decode(text, size, content.from, content.to, &again, NULL));
	assert_string_equal(again.chunk.id, "m1");
	assert_int_equal(again.chunk.number, 6);
	assert_int_equal(again.chunk.count, 7);
	assert_true(g_bytes_equal(again.chunk.bytes, data));
	content_clear(&again);
	plain_free(text);
}

static void refuse(const char *text, const char *to, const char *says)
{
	g_autoptr(GError) error = NULL;
	struct content content;

	if (content_decode(text, strlen(text), "alice", to, &content, &error))
		fail_msg("accepted: %s", text);
	assert_true(error_is(error, ERROR_FORMAT));
	if (!strstr(error->message, says))
		fail_msg("%s: %s", text, error->message);
	assert_null(content.from);
	assert_null(content.body);
}

static void test_affixes(void **state)
{
	static const char *const chunks[] = {
		"id='m' number='0'>AAAA</chunk>",
		"id='m' number='1' count='1'>AAAA</chunk>",
		"id='m' number='-1' count='1'>AAAA</chunk>",
		"id='m' number='0' count='99999999'>AAAA</chunk>",
		"id='' number='0' count='1'>AAAA</chunk>",
		"number='0' count='1'>AAAA</chunk>",
		"id='m' number='0' count='1'>no base64!</chunk>",
	};
	struct content content;
	static const char whole[] = HEAD "<content/>" AFFIXES;

	(void)state;
	assert_true(content_decode(whole, strlen(whole), "alice", "bob", &content, NULL));
	assert_int_equal(content.time, G_GINT64_CONSTANT(1795447210000));
	content_clear(&content);
	assert_true(content_decode(whole, strlen(whole), "alice", NULL, &content, NULL));
	assert_string_equal(content.to, "bob");
	content_clear(&content);
	refuse(whole, "carol", "<to/>");
	assert_false(content_decode(whole, strlen(whole), "mallory", "bob", &content, NULL));
	refuse(HEAD "<content/><time stamp='2026-11-23T15:20:10Z'/><to jid='bob'/></envelope>",
	       "bob", "<from/>");
	refuse(HEAD "<content/><time stamp='2026-11-23T15:20:10Z'/><from jid='alice'/></envelope>",
	       NULL, "<to/>");
	refuse(HEAD "<content/><to jid='bob'/><from jid='alice'/></envelope>", "bob", "<time/>");
	refuse(HEAD "<content/><time stamp='now'/><to jid='bob'/><from jid='alice'/></envelope>",
	       "bob", "<time/>");
	for (size_t i = 0; i < G_N_ELEMENTS(chunks); i++) {
		g_autofree char *chunk = g_strdup_printf(
			HEAD "<content><chunk xmlns='urn:sotto:1' %s</content>" AFFIXES, chunks[i]);

		refuse(chunk, "bob", "");
	}
	refuse(HEAD AFFIXES, "bob", "<content/>");
	refuse("<envelope xmlns='urn:xmpp:sce:0'><content/>" AFFIXES, "bob", "envelope");
	refuse(HEAD "<content/><from xmlns='u' jid='alice'/><to jid='bob'/></envelope>", "bob",
	       "<from/>");
}

static void test_decode_refuses(void **state)
{
	static const struct {
		const char *inside;
		const char *says;
	} cases[] = {
		{ "<origin-id xmlns='urn:xmpp:sid:0'/>", "id" },
		{ "<origin-id xmlns='urn:xmpp:sid:0' id=''/>", "id" },
		{ "<origin-id xmlns='urn:xmpp:sid:0' id='a&#10;b'/>", "id" },
		{ "<origin-id xmlns='urn:xmpp:sid:0' id='\xC3\xA9'/>", "id" },
		{ "<origin-id xmlns='urn:xmpp:sid:0' id='012345678901234567890123456789"
		  "01234567890123456789012345678901234'/>",
		  "id" },
		{ "<received xmlns='urn:xmpp:receipts'/>", "receipt" },
		{ "<displayed xmlns='urn:xmpp:chat-markers:0' id='&#9;'/>", "receipt" },
		{ "<ephemeral xmlns='urn:xmpp:ephemeral:0'/>", "timer" },
		{ "<ephemeral xmlns='urn:xmpp:ephemeral:0' timer='-1'/>", "timer" },
		{ "<ephemeral xmlns='urn:xmpp:ephemeral:0' timer='4294967296'/>", "timer" },
		{ "<timer xmlns='urn:sotto:1' version='x'/>", "version" },
		{ "<expire xmlns='urn:sotto:1' seconds='0'/>", "live" },
		{ "<begin-anew xmlns='urn:sotto:1'/>", "session" },
		{ "<begin-anew xmlns='urn:sotto:1'>BQAB</begin-anew>", "session" },
		{ "<begin-anew xmlns='urn:sotto:1'>?</begin-anew>", "base64" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text =
			g_strconcat(HEAD "<content>", cases[i].inside, "</content>" AFFIXES, NULL);

		refuse(text, "bob", cases[i].says);
	}
	refuse("", "bob", "XML");
}

static void test_body_limit(void **state)
{
	g_autofree char *words = g_strnfill(MESSAGE_BODY_MAX + 1, 'x');
	g_autofree char *text = g_strconcat(HEAD "<content><body xmlns='jabber:client'>", words,
					    "</body></content>" AFFIXES, NULL);
	g_autoptr(GError) error = NULL;
	struct content content;

	(void)state;
	assert_false(content_decode(text, strlen(text), "alice", "bob", &content, &error));
	assert_true(error_is(error, ERROR_LIMIT));
}

static void test_receipt_limit(void **state)
{
	g_autoptr(GString) text = g_string_new(HEAD "<content>");
	g_autoptr(GError) error = NULL;
	struct content content;

	(void)state;
	for (int i = 0; i <= CONTENT_IDS_MAX; i++)
		g_string_append(text, "<received xmlns='urn:xmpp:receipts' id='1'/>");
	g_string_append(text, "</content>" AFFIXES);
	assert_false(content_decode(text->str, text->len, "alice", "bob", &content, &error));
	assert_true(error_is(error, ERROR_LIMIT));
	assert_null(content.delivered);
}

/* What a later sotto adds is passed over, wherever it stands. */
static void test_unknown_is_ignored(void **state)
{
	static const char text[] =
		HEAD "<new xmlns='urn:new'/><content x='y'><reply xmlns='urn:xmpp:reply:0'><body "
		     "xmlns='jabber:client'>no</body></reply><body>no</body><body "
		     "xmlns='jabber:client'>yes<b/></body>words</content><rpad/>" AFFIXES;
	struct content content;

	(void)state;
	assert_true(content_decode(text, strlen(text), "alice", "bob", &content, NULL));
	assert_string_equal(content.body, "yes");
	assert_false(content.sealed || content.view_once || content.has_timer);
	content_clear(&content);
}

#define GROUP_ID "0123456789abcdef0123456789abcdef"

static struct group_word *make_word(char *const *members)
{
	struct group_word *word = g_new0(struct group_word, 1);

	word->id = g_strdup(GROUP_ID);
	word->name = g_strdup("ops");
	word->owner = g_strdup("alice");
	word->version = INT64_MAX;
	word->members = g_strdupv((char **)members);
	return word;
}

static void test_group(void **state)
{
	char bob[] = "bob@example.org", alice[] = "alice", body[] = "words";
	char *members[] = { alice, bob, NULL };
	struct content content = plain_content(body), again;
	g_autoptr(GError) error = NULL;
	size_t bytes = 0;
	char *text;

	(void)state;
	content.group = make_word(members);
	text = content_encode(&content, &bytes, &error);
	assert_null(error);
	/* A sotto that knows no groups must find no words for it alone. */
	assert_null(strstr(text, "<body"));
	assert_true(content_decode(text, bytes, name_alice, name_bob, &again, &error));
	assert_string_equal(again.body, "words");
	assert_string_equal(again.group->id, GROUP_ID);
	assert_string_equal(again.group->name, "ops");
	assert_string_equal(again.group->owner, "alice");
	assert_true(again.group->version == INT64_MAX && !again.group->is_leaving);
	assert_true(g_strv_equal((const char *const *)again.group->members,
				 (const char *const *)members));
	content_clear(&again);
	plain_free(text);
	group_word_free(content.group);
}

/* What can't be told of a group isn't taken, and the words with it neither. */
static void test_group_refuses(void **state)
{
	static const char *const bad[] = {
		"id='short' name='ops' owner='alice' version='1'/>",
		"id='" GROUP_ID "' name='' owner='alice' version='1'/>",
		"id='" GROUP_ID "' name='#ops' owner='alice' version='1'/>",
		"id='" GROUP_ID "' name='../ops' owner='alice' version='1'/>",
		"id='" GROUP_ID "' name='ops' owner='#ops' version='1'/>",
		"id='" GROUP_ID "' name='ops' version='1'/>",
		"id='" GROUP_ID "' name='ops' owner='alice'/>",
		"id='" GROUP_ID "' name='ops' owner='alice' version='-1'/>",
		"id='" GROUP_ID "' name='ops' owner='alice' version='9223372036854775808'/>",
		"id='" GROUP_ID "' name='ops' owner='alice' version='1'><members><member/>"
		"</members></group>",
		"id='" GROUP_ID "' name='ops' owner='alice' version='1'><members>"
		"<member jid='Bob@EXAMPLE.org'/></members></group>",
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *text = g_strdup_printf(
			HEAD "<content><group xmlns='urn:sotto:1' %s<text xmlns='urn:sotto:1'>x"
			     "</text></content>" AFFIXES, bad[i]);
		g_autoptr(GError) error = NULL;
		struct content content;

		if (content_decode(text, strlen(text), "alice", "bob", &content, &error))
			fail_msg("taken: %s", bad[i]);
		assert_true(error_is(error, ERROR_FORMAT));
	}
}

static void test_group_limit(void **state)
{
	g_autoptr(GString) text = g_string_new(HEAD "<content><group xmlns='urn:sotto:1' id='"
					       GROUP_ID "' name='ops' owner='alice' version='1'>"
					       "<members>");
	g_autoptr(GError) error = NULL;
	struct content content;

	(void)state;
	for (int i = 0; i <= GROUP_MEMBERS_MAX; i++)
		g_string_append_printf(text, "<member jid='m%d'/>", i);
	g_string_append(text, "</members></group></content>" AFFIXES);
	assert_false(content_decode(text->str, text->len, "alice", "bob", &content, &error));
	assert_true(error_is(error, ERROR_LIMIT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_receipt_limit),	 cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_padded_bytes),	 cmocka_unit_test(test_length_is_exact),
		cmocka_unit_test(test_padding_is_fresh), cmocka_unit_test(test_encode_refuses),
		cmocka_unit_test(test_affixes),		 cmocka_unit_test(test_decode_refuses),
		cmocka_unit_test(test_body_limit),	 cmocka_unit_test(test_unknown_is_ignored),
		cmocka_unit_test(test_group),		 cmocka_unit_test(test_group_refuses),
		cmocka_unit_test(test_a_chunk),		 cmocka_unit_test(test_forms),
		cmocka_unit_test(test_group_limit),
	};
	g_autoptr(GError) error = NULL;

	if (!secret_start(&error)) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
