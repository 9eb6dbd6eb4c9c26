#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"

static struct stanza *decode(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct stanza *root = stanza_decode(text, strlen(text), &error);

	if (error)
		print_message("%s\n%s\n", text, error->message);
	assert_non_null(root);
	return root;
}

static void refuse(const void *data, size_t bytes, enum error code)
{
	g_autoptr(GError) error = NULL;
	struct stanza *root = stanza_decode(data, bytes, &error);

	if (root)
		print_message("accepted: %.*s\n", (int)MIN(bytes, 200), (const char *)data);
	assert_null(root);
	assert_true(error_is(error, code));
}

static void assert_text(const struct stanza *element, const char *expected)
{
	char *text = stanza_text(element);

	assert_string_equal(text, expected);
	assert_int_equal(plain_size(text), strlen(expected));
	plain_free(text);
}

static void assert_encodes(const struct stanza *root, const char *expected)
{
	size_t bytes = 0;
	char *text = stanza_encode(root, &bytes, NULL);

	assert_non_null(text);
	assert_string_equal(text, expected);
	assert_int_equal(bytes, strlen(expected));
	plain_free(text);
}

static void test_build(void **state)
{
	struct stanza *root = stanza_new("message", "jabber:client");
	struct stanza *child;

	(void)state;
	stanza_set(root, "to", "a");
	stanza_set(root, "to", "b'\"<>&\n\t\r");
	stanza_set(root, "id", NULL);
	child = stanza_add(root, "body", NULL);
	stanza_add_text(child, "<&>'\r\n");
	stanza_add_text(child, "");
	stanza_add_base64(child, NULL, 0);
	assert_string_equal(stanza_name(child), "body");
	stanza_set_number(stanza_add(root, "n", "urn:x"), "v", INT64_MIN);
	stanza_add_base64(stanza_add(root, "b", ""), "\0\1\2\3", 4);
	assert_encodes(root, "<message xmlns='jabber:client' "
			     "to='b&apos;\"&lt;&gt;&amp;&#10;&#9;&#13;'>"
			     "<body>&lt;&amp;&gt;'&#13;\n</body>"
			     "<n xmlns='urn:x' v='-9223372036854775808'/>"
			     "<b xmlns=''>AAECAw==</b></message>");
	stanza_free(root);
	stanza_free(NULL);
}

static void test_round_trip(void **state)
{
	static const char words[] = "a\rb\r\nc\td <&>\"' ]]> \xF0\x9F\x98\x80 \xC2\x85 &amp;";
	struct stanza *root = stanza_new("a", "urn:a"), *again;
	size_t bytes = 0;
	char *text;

	(void)state;
	stanza_set(root, "v", words);
	stanza_add_text(root, words);
	text = stanza_encode(root, &bytes, NULL);
	assert_non_null(text);
	again = decode(text);
	assert_string_equal(stanza_get(again, "v"), words);
	assert_text(again, words);
	plain_free(text);
	stanza_free(again);
	stanza_free(root);
}

static void test_encode_refuses(void **state)
{
	static const char *const bad[] = { "\x1b[31m", "\xff", "\xef\xbf\xbf", "\xed\xa0\x80" };
	struct stanza *root, *at;
	g_autoptr(GError) error = NULL;
	size_t bytes = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		root = stanza_new("a", NULL);
		if (i % 2)
			stanza_set(root, "v", bad[i]);
		else
			stanza_add_text(root, bad[i]);
		assert_null(stanza_encode(root, &bytes, &error));
		assert_true(error_is(error, ERROR_FORMAT));
		g_clear_error(&error);
		stanza_free(root);
	}
	root = at = stanza_new("a", NULL);
	for (int i = 1; i < STANZA_DEPTH_MAX; i++)
		at = stanza_add(at, "a", NULL);
	plain_free(stanza_encode(root, &bytes, &error));
	assert_null(error);
	stanza_add(at, "a", NULL);
	assert_null(stanza_encode(root, &bytes, &error));
	assert_true(error_is(error, ERROR_LIMIT));
	stanza_free(root);
}

static void test_names(void **state)
{
	struct stanza *root =
		decode("<?xml version='1.0' encoding=\"utf-8\"?>\n"
		       "<m xmlns='urn:m' xml:lang='en' i='7'> <a xmlns='urn:a'><b/></a>x"
		       "<p:a xmlns:p='urn:p' p:q='z'><b/><p:c xmlns:p='urn:r'/></p:a>"
		       "<n xmlns=''/></m >\r\n");
	struct stanza *a, *p;

	(void)state;
	assert_true(stanza_is(root, "m", "urn:m"));
	assert_string_equal(stanza_get(root, "xml:lang"), "en");
	assert_null(stanza_get(root, "xmlns"));
	assert_null(stanza_get(root, "j"));
	a = stanza_child(root, "a", "urn:a");
	assert_ptr_equal(a, stanza_first(root));
	assert_string_equal(stanza_namespace(stanza_first(a)), "urn:a");
	p = stanza_child(root, "a", "urn:p");
	assert_ptr_equal(p, stanza_next(a));
	assert_null(stanza_get(p, "q"));
	assert_true(stanza_is(stanza_first(p), "b", "urn:m"));
	assert_non_null(stanza_child(p, "c", "urn:r"));
	assert_non_null(stanza_child(root, "n", ""));
	assert_null(stanza_child(root, "a", "urn:m"));
	assert_null(stanza_next(stanza_next(p)));
	assert_text(root, " x");
	stanza_free(root);
}

static void test_text(void **state)
{
	struct stanza *root = decode("<a v='&#9;\t\n\r\n&#x41;&#13;>'>1\r\n2\r3&#13;&#10;"
				     "&lt;&gt;&amp;&quot;&apos;&#128512;&#x1F600;]]</a>");

	(void)state;
	assert_string_equal(stanza_get(root, "v"), "\t   A\r>");
	assert_text(root, "1\n2\n3\r\n<>&\"'\xF0\x9F\x98\x80\xF0\x9F\x98\x80]]");
	stanza_free(root);
}

static const char *const bad_documents[] = {
	"",
	" ",
	"a",
	"<",
	"<a",
	"<a>",
	"<a/",
	"</a>",
	"<a></b>",
	"<a><b></a></b>",
	"<a/>b",
	"<a/><a/>",
	"b<a/>",
	"<a/>&#32;",
	"< a/>",
	"<a / >",
	"<a></a",
	"<a></ a>",
	"<1/>",
	"<a b/>",
	"<a b=c/>",
	"<a b='c/>",
	"<a b='1'c='2'/>",
	"<a b='1' b='2'/>",
	"<a b='<'/>",
	"<a b='&'/>",
	"<a b='&lt'/>",
	"<a>&unknown;</a>",
	"<a>&#0;</a>",
	"<a>&#x1b;</a>",
	"<a>&#xD800;</a>",
	"<a>&#xFFFE;</a>",
	"<a>&#x110000;</a>",
	"<a>&#99999999999999;</a>",
	"<a>&#4294967361;</a>",
	"<a>&#;</a>",
	"<a>&#x;</a>",
	"<a>&#X41;</a>",
	"<a>&amp</a>",
	"<a>&#65</a>;",
	"<a>]]></a>",
	"<a>\x1b</a>",
	"<a>\xff</a>",
	"<a>\xc0\x80</a>",
	"<a>\xef\xbf\xbe</a>",
	"<!-- --><a/>",
	"<a><!-- --></a>",
	"<a><![CDATA[x]]></a>",
	"<!DOCTYPE a><a/>",
	"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
	"<?pi?><a/>",
	"<a><?pi?></a>",
	"<a/><?pi?>",
	" <?xml version='1.0'?><a/>",
	"<?xml?><a/>",
	"<?xml version='1.1'?><a/>",
	"<?xml version='1.0' encoding='latin1'?><a/>",
	"<?xml encoding='utf-8'?><a/>",
	"<?xml version='1.0'><a/>",
	"<?xml version='1.0'?>",
	"<p:a/>",
	"<a p:b='c'/>",
	"<a xmlns:p=''/>",
	"<a:b:c xmlns:a='u'/>",
	"<a: xmlns:a='u'/>",
	"<:a/>",
	"<xmlns:a/>",
	"<a xmlns:xmlns='u'/>",
	"<a xmlns:xml='u'/>",
	"<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
	"<p:a xmlns:p='u'></a>",
	"<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
	"<\xC3\xA9/>",
	"\xEF\xBB\xBF<a/>",
	"<p:a><b xmlns:p='u'/></p:a>",
	"<a><b xmlns:p='u'/><p:b/></a>",
};

static void test_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad_documents); i++)
		refuse(bad_documents[i], strlen(bad_documents[i]), ERROR_FORMAT);
	refuse("<a>\0</a>", 8, ERROR_FORMAT);
	refuse("<a/>\0", 5, ERROR_FORMAT);
}

/* COUNT times UNIT between HEAD and TAIL. */
static char *repeat(const char *head, const char *unit, size_t count, const char *tail)
{
	GString *text = g_string_new(head);

	while (count--)
		g_string_append(text, unit);
	g_string_append(text, tail);
	return g_string_free(text, FALSE);
}

static void expect(char *text, bool is_fine)
{
	if (is_fine)
		stanza_free(decode(text));
	else
		refuse(text, strlen(text), ERROR_LIMIT);
	g_free(text);
}

static void test_limits(void **state)
{
	GString *many = g_string_new("<a");
	g_autofree char *open = NULL, *head = NULL;

	(void)state;
	expect(repeat("<a>", "x", STANZA_BYTES_MAX - 7, "</a>"), true);
	expect(repeat("<a>", "x", STANZA_BYTES_MAX - 6, "</a>"), false);
	expect(repeat("<a>", "<b/>", STANZA_ELEMENTS_MAX - 1, "</a>"), true);
	expect(repeat("<a>", "<b/>", STANZA_ELEMENTS_MAX, "</a>"), false);
	open = repeat("", "<a>", STANZA_DEPTH_MAX - 1, "");
	head = g_strconcat(open, "<b/>", NULL);
	expect(repeat(head, "</a>", STANZA_DEPTH_MAX - 1, ""), true);
	expect(repeat("", "<a>", STANZA_DEPTH_MAX + 1, ""), false);
	expect(repeat("", "<a>", 60000, ""), false);
	for (int i = 0; i < STANZA_ATTRIBUTES_MAX; i++)
		g_string_append_printf(many, " a%d=''", i);
	expect(g_strconcat(many->str, "/>", NULL), true);
	expect(g_strconcat(many->str, " b=''/>", NULL), false);
	g_string_assign(many, "<a");
	for (int i = 0; i < STANZA_PREFIXES_MAX; i++)
		g_string_append_printf(many, " xmlns:p%d='u'", i);
	expect(g_strconcat(many->str, "><b xmlns='x'/></a>", NULL), true);
	expect(g_strconcat(many->str, "><b xmlns:q='u'/></a>", NULL), false);
	g_string_free(many, TRUE);
	expect(repeat("<a>", "<b xmlns:p='u'/>", STANZA_PREFIXES_MAX + 1, "</a>"), true);
}

/* Of what is beyond the bounds the structure is there, and it is told from what is whole. */
static void test_cut(void **state)
{
	static const char head[] = "<message from='bob@x/y' id='7'><body>short</body>"
				   "<header sid='5'>";
	g_autofree char *large = repeat(head, "y", STANZA_BYTES_MAX, "</header><store/></message>");
	g_autofree char *deep = repeat(head, "<a>", 100, "");
	g_autofree char *many = repeat(head, "<a/>", STANZA_ELEMENTS_MAX, "</header></message>");
	char *const texts[] = { large, deep, many };
	struct stanza *root;
	char *text;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const struct stanza *header;

		assert_null(stanza_decode_within("jabber:client", texts[i], strlen(texts[i]),
						 NULL));
		root = stanza_decode_cut("jabber:client", texts[i], strlen(texts[i]));
		assert_non_null(root);
		assert_true(stanza_is_cut(root));
		assert_true(stanza_is(root, "message", "jabber:client"));
		assert_string_equal(stanza_get(root, "from"), "bob@x/y");
		header = stanza_child(root, "header", "jabber:client");
		assert_string_equal(stanza_get(header, "sid"), "5");
		assert_true(stanza_is_cut(header));
		text = stanza_text(header);
		assert_string_equal(text, "");
		plain_free(text);
		text = stanza_text(stanza_child(root, "body", "jabber:client"));
		assert_string_equal(text, "short");
		plain_free(text);
		stanza_free(root);
	}
	/* A tag that ends nowhere, and bytes that aren't text. */
	for (size_t bytes = 0; bytes < sizeof(head); bytes++) {
		root = stanza_decode_cut("jabber:client", head, bytes);
		assert_true(!root || strcmp(stanza_name(root), "message") == 0);
		stanza_free(root);
	}
	/* An element whose prefix isn't declared is none of the tree's. */
	root = stanza_decode_cut("jabber:client", "<a><b/><p:c>", 12);
	assert_non_null(stanza_child(root, "b", "jabber:client"));
	assert_null(stanza_next(stanza_first(root)));
	assert_null(stanza_child(root, "c", "jabber:client"));
	stanza_free(root);
	assert_null(stanza_decode_cut("", "\xff<a/>", 5));
	root = decode("<a/>");
	assert_false(stanza_is_cut(root));
	stanza_free(root);
}

/* Whatever fills the bytes, decoding them is a matter of milliseconds. */
static void test_time_is_linear(void **state)
{
	static const char *const units[] = { "\n",
					     "&amp;",
					     "x\n",
					     "&#9;",
					     "x",
					     "]",
					     "<b/>x",
					     "<b c='&lt;'/>",
					     "<b xmlns='u'>x</b>" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		size_t unit = strlen(units[i]);
		size_t count = (STANZA_BYTES_MAX - 7) / unit;
		char *text;
		gint64 before;

		if (*units[i] == '<')
			count = MIN(count, STANZA_ELEMENTS_MAX - 1);
		text = repeat("<a>", units[i], count, "</a>");
		before = g_get_monotonic_time();
		stanza_free(decode(text));
		assert_true(g_get_monotonic_time() - before < 500 * 1000);
		g_free(text);
	}
}

/* Every beginning of a document is refused, and none is read past its end. */
static void test_truncated(void **state)
{
	static const char whole[] = "<?xml version='1.0'?><p:a xmlns:p='u' b='&#65;\"'>t&lt;"
				    "<c d=\"'\"/>\r</p:a>";

	(void)state;
	stanza_free(decode(whole));
	for (size_t bytes = 0; bytes < sizeof(whole) - 1; bytes++) {
		char *part = g_memdup2(whole, bytes);

		refuse(part, bytes, ERROR_FORMAT);
		g_free(part);
	}
}

static void test_number(void **state)
{
	struct stanza *root = decode("<a n='42' m='-1' s=' 1' p='+1' h='0x1' e='' t='1x' "
				     "b='9223372036854775808'/>");
	int64_t number = 0;

	(void)state;
	assert_true(stanza_get_number(root, "n", 42, 42, &number));
	assert_int_equal(number, 42);
	assert_false(stanza_get_number(root, "n", 0, 41, &number));
	assert_false(stanza_get_number(root, "n", 43, 99, &number));
	assert_true(stanza_get_number(root, "m", -1, 0, &number));
	for (const char *at = "sphetbz"; *at; at++) {
		char name[2] = { *at, '\0' };

		assert_false(stanza_get_number(root, name, INT64_MIN, INT64_MAX, &number));
	}
	stanza_free(root);
}

static void test_base64(void **state)
{
	static const struct {
		const char *text;
		int bytes; /* -1 malformed, -2 too large for 4 */
	} cases[] = {
		{ "", 0 },
		{ "AAECAw==", 4 },
		{ " AA\nEC\tAw = = ", 4 },
		{ "AAEC", 3 },
		{ "AAECAwQ=", -2 },
		{ "AAECAwQF", -2 },
		{ "AAECAwQFBgcI", -2 },
		{ "A", -1 },
		{ "AA", -1 },
		{ "AA=", -1 },
		{ "A===", -1 },
		{ "=AAA", -1 },
		{ "AA==AA==", -1 },
		{ "AA-_", -1 },
		{ "AAE\xC3\xA9", -1 },
		{ "====", -1 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct stanza *root = stanza_new("a", NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = NULL;

		stanza_add_text(root, cases[i].text);
		bytes = stanza_base64(root, 4, &error);
		if (cases[i].bytes >= 0) {
			assert_non_null(bytes);
			assert_int_equal(g_bytes_get_size(bytes), cases[i].bytes);
			assert_memory_equal(g_bytes_get_data(bytes, NULL) ?: "", "\0\1\2\3",
					    cases[i].bytes);
		} else {
			assert_null(bytes);
			assert_true(
				error_is(error, cases[i].bytes == -1 ? ERROR_FORMAT : ERROR_LIMIT));
		}
		stanza_free(root);
	}
}

static void test_valid_bytes(void **state)
{
	(void)state;
	assert_int_equal(stanza_valid_bytes("", 0), 0);
	assert_int_equal(stanza_valid_bytes("\t\r\n \x7f\xC3\xA9", 7), 7);
	assert_int_equal(stanza_valid_bytes("ab\0c", 4), 2);
	assert_int_equal(stanza_valid_bytes("a\xC3", 2), 1);
	assert_int_equal(stanza_valid_bytes("a\xF4\x90\x80\x80", 5), 1);
	assert_int_equal(stanza_valid_bytes("\x08", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build),	       cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_encode_refuses), cmocka_unit_test(test_names),
		cmocka_unit_test(test_text),	       cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_limits),	       cmocka_unit_test(test_time_is_linear),
		cmocka_unit_test(test_truncated),      cmocka_unit_test(test_number),
		cmocka_unit_test(test_base64),	       cmocka_unit_test(test_valid_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
