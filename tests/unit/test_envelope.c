#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/omemo/envelope.h"

#define OMEMO "eu.siacs.conversations.axolotl"

static const char inside[] = "the inside form, as content_encode() gives it";
static const char words[] = "h\xC3\xA9llo";

struct sealed {
	struct envelope envelope;
	uint8_t blob[ENVELOPE_BOUND_BYTES];
};

/* What is sealed for a device that reads no digest, and for one that does. */
static const size_t blob_lengths[] = { ENVELOPE_BLOB_BYTES, ENVELOPE_BOUND_BYTES };

static struct sealed seal(const char *content, const char *body)
{
	struct sealed sealed = { .envelope = { .device = 42 } };

	envelope_seal(&sealed.envelope, content, content ? strlen(content) : 0, body, sealed.blob);
	return sealed;
}

static void opens_with(const struct sealed *sealed, size_t blob_bytes, const char *content,
		       const char *body)
{
	struct envelope_opened opened;
	g_autoptr(GError) error = NULL;

	if (!envelope_open(&sealed->envelope, sealed->blob, blob_bytes, &opened, &error))
		fail_msg("%s", error->message);
	assert_int_equal(opened.has_digest, blob_bytes == ENVELOPE_BOUND_BYTES);
	assert_int_equal(opened.is_empty, !content && !body);
	assert_int_equal(opened.content != NULL, content != NULL);
	assert_int_equal(opened.body != NULL, body != NULL);
	if (content) {
		assert_int_equal(opened.content_bytes, strlen(content));
		assert_string_equal(opened.content, content);
	}
	if (body)
		assert_string_equal(opened.body, body);
	envelope_opened_clear(&opened);
	assert_null(opened.content);
}

static void opens(const struct sealed *sealed, const char *content, const char *body)
{
	for (size_t i = 0; i < G_N_ELEMENTS(blob_lengths); i++)
		opens_with(sealed, blob_lengths[i], content, body);
}

static void refuses(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes,
		    enum error code)
{
	struct envelope_opened opened;
	g_autoptr(GError) error = NULL;

	assert_false(envelope_open(envelope, blob, blob_bytes, &opened, &error));
	assert_true(error_is(error, code));
	assert_null(opened.content);
	assert_null(opened.body);
}

static void refuses_sealed(const struct sealed *sealed)
{
	for (size_t i = 0; i < G_N_ELEMENTS(blob_lengths); i++)
		refuses(&sealed->envelope, sealed->blob, blob_lengths[i], ERROR_CRYPTO);
}

static void test_forms(void **state)
{
	struct sealed both = seal(inside, words), ours = seal(inside, NULL);
	struct sealed empty = seal(NULL, NULL), no_words = seal(inside, "");

	(void)state;
	opens(&both, inside, words);
	opens(&ours, inside, NULL);
	opens(&empty, NULL, NULL);
	opens(&no_words, inside, NULL);
	assert_int_equal(g_bytes_get_size(ours.envelope.iv), ENVELOPE_IV_BYTES);
	assert_int_equal(g_bytes_get_size(ours.envelope.extension), strlen(inside));
	assert_int_equal(g_bytes_get_size(both.envelope.extension), strlen(inside) + 16);
	assert_int_equal(g_bytes_get_size(both.envelope.payload), strlen(words));
	assert_memory_not_equal(both.blob, ours.blob, ENVELOPE_KEY_BYTES);
	envelope_clear(&both.envelope);
	envelope_clear(&ours.envelope);
	envelope_clear(&empty.envelope);
	envelope_clear(&no_words.envelope);
	assert_null(both.envelope.iv);
}

/* The bytes at FIELD with one bit of byte AT changed; the former ones are kept in *KEPT. */
static void flip(GBytes **field, size_t at, GBytes **kept)
{
	gsize bytes;
	uint8_t *copy = g_memdup2(g_bytes_get_data(*field, NULL), g_bytes_get_size(*field));

	bytes = g_bytes_get_size(*field);
	copy[at] ^= 0x01;
	*kept = *field;
	*field = g_bytes_new_take(copy, bytes);
}

static void put_back(GBytes **field, GBytes **kept)
{
	g_bytes_unref(*field);
	*field = g_steal_pointer(kept);
}

/* Every single byte of everything that travels beside the sealed keys is noticed when changed. */
static void test_changes_are_noticed(void **state)
{
	const char *bodies[] = { words, NULL };

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct sealed sealed = seal(inside, bodies[form]);
		struct envelope *envelope = &sealed.envelope;
		GBytes **fields[] = { &envelope->iv, &envelope->extension, &envelope->payload };
		GBytes *kept;

		for (size_t i = 0; i < 3; i++) {
			for (size_t at = 0; *fields[i] && at < g_bytes_get_size(*fields[i]); at++) {
				flip(fields[i], at, &kept);
				refuses_sealed(&sealed);
				put_back(fields[i], &kept);
			}
		}
		for (size_t at = 0; at < sizeof(sealed.blob); at++) {
			sealed.blob[at] ^= 0x80;
			refuses(envelope, sealed.blob, sizeof(sealed.blob), ERROR_CRYPTO);
			if (at < ENVELOPE_BLOB_BYTES)
				refuses(envelope, sealed.blob, ENVELOPE_BLOB_BYTES, ERROR_CRYPTO);
			sealed.blob[at] ^= 0x80;
		}
		envelope->device++;
		refuses_sealed(&sealed);
		envelope->device--;
		opens(&sealed, inside, bodies[form]);
		envelope_clear(envelope);
	}
}

static void test_swapped_parts(void **state)
{
	struct sealed one = seal(inside, words), two = seal(inside, words);
	struct sealed ours = seal(inside, NULL);
	GBytes *kept = one.envelope.extension;

	(void)state;
	/* the extension of another message, alone and together with its IV */
	one.envelope.extension = two.envelope.extension;
	refuses_sealed(&one);
	one.envelope.iv = (g_bytes_unref(one.envelope.iv), g_bytes_ref(two.envelope.iv));
	refuses_sealed(&one);
	one.envelope.extension = kept;
	refuses_sealed(&one);
	/* a legacy payload put beside an extension that came alone */
	ours.envelope.payload = g_bytes_ref(two.envelope.payload);
	refuses_sealed(&ours);
	/* an extension without the payload that it came with */
	kept = two.envelope.payload;
	two.envelope.payload = NULL;
	refuses_sealed(&two);
	two.envelope.payload = kept;
	opens(&two, inside, words);
	envelope_clear(&one.envelope);
	envelope_clear(&two.envelope);
	envelope_clear(&ours.envelope);
}

static void test_stripped_extension(void **state)
{
	struct sealed both = seal(inside, words), ours = seal(inside, NULL);
	struct sealed empty = seal(NULL, NULL);
	struct envelope_opened opened;

	(void)state;
	g_clear_pointer(&both.envelope.extension, g_bytes_unref);
	opens_with(&both, ENVELOPE_BLOB_BYTES, NULL, words);
	refuses(&both.envelope, both.blob, ENVELOPE_BOUND_BYTES, ERROR_CRYPTO);
	g_clear_pointer(&ours.envelope.extension, g_bytes_unref);
	for (size_t i = 0; i < G_N_ELEMENTS(blob_lengths); i++) {
		size_t bytes = blob_lengths[i];

		assert_true(envelope_open(&ours.envelope, ours.blob, bytes, &opened, NULL));
		assert_true(opened.is_empty && opened.is_stripped && !opened.has_digest);
		assert_true(envelope_open(&empty.envelope, empty.blob, bytes, &opened, NULL));
		assert_true(opened.is_empty && !opened.is_stripped);
	}
	/* Without the digest nobody would notice: a message that is nothing but its payload. */
	g_clear_pointer(&both.envelope.payload, g_bytes_unref);
	memset(both.blob + ENVELOPE_KEY_BYTES, 0, CRYPTO_TAG_BYTES);
	assert_true(envelope_open(&both.envelope, both.blob, sizeof(both.blob), &opened, NULL));
	assert_true(opened.is_stripped);
	envelope_clear(&both.envelope);
	envelope_clear(&ours.envelope);
	envelope_clear(&empty.envelope);
}

/* What other clients send: an IV of 16 bytes, the tag in the key or behind the payload. */
static void test_foreign_payload(void **state)
{
	static const uint8_t iv[16] = "sixteen bytes iv";
	uint8_t blob[ENVELOPE_BLOB_BYTES] = "the message key.";
	uint8_t cipher[sizeof(words) - 1 + CRYPTO_TAG_BYTES];
	size_t bytes = sizeof(words) - 1;
	struct envelope envelope = { .device = 1, .iv = g_bytes_new(iv, sizeof(iv)) };
	struct envelope_opened opened;

	(void)state;
	crypto_gcm_seal(blob, 16, iv, sizeof(iv), words, bytes, cipher, blob + 16);
	memcpy(cipher + bytes, blob + 16, CRYPTO_TAG_BYTES);
	envelope.payload = g_bytes_new(cipher, bytes);
	assert_true(envelope_open(&envelope, blob, 32, &opened, NULL));
	assert_string_equal(opened.body, words);
	assert_null(opened.content);
	assert_false(opened.is_empty);
	envelope_opened_clear(&opened);
	refuses(&envelope, blob, 16, ERROR_FORMAT);
	g_bytes_unref(envelope.payload);
	envelope.payload = g_bytes_new(cipher, sizeof(cipher));
	assert_true(envelope_open(&envelope, blob, 16, &opened, NULL));
	assert_string_equal(opened.body, words);
	envelope_opened_clear(&opened);
	refuses(&envelope, blob, 32, ERROR_CRYPTO);
	refuses(&envelope, blob, 0, ERROR_FORMAT);
	refuses(&envelope, blob, 31, ERROR_FORMAT);
	envelope.extension = g_bytes_new("short", 5);
	refuses(&envelope, blob, 16, ERROR_CRYPTO);
	g_clear_pointer(&envelope.payload, g_bytes_unref);
	refuses(&envelope, blob, 16, ERROR_FORMAT);
	g_clear_pointer(&envelope.extension, g_bytes_unref);
	for (size_t blob_bytes = 0; blob_bytes <= 32; blob_bytes++) {
		assert_true(envelope_open(&envelope, blob, blob_bytes, &opened, NULL));
		assert_true(opened.is_empty);
	}
	envelope_clear(&envelope);
}

/* Too short for a tag though the bond holds, or without the IV that decoding asks for. */
static void test_short_extension(void **state)
{
	uint8_t blob[ENVELOPE_BLOB_BYTES] = { 0 }, hash[CRYPTO_HASH_BYTES];
	struct envelope envelope = { .device = 1,
				     .extension = g_bytes_new("short", 5),
				     .payload = g_bytes_new("x", 1) };

	(void)state;
	refuses(&envelope, blob, sizeof(blob), ERROR_FORMAT);
	crypto_sha256("short", 5, hash);
	envelope.iv = g_bytes_new(hash, ENVELOPE_IV_BYTES);
	refuses(&envelope, blob, sizeof(blob), ERROR_FORMAT);
	envelope_clear(&envelope);
}

/* Vectors made by another implementation (Python's hmac, and cryptography over OpenSSL). */
static void test_vectors(void **state)
{
	static const char alone[] = "\xd8\xef\x66\xa0\x2a\xe8";
	static const char both[] = "\xfd\x02\x63\x52\x81\x5d\xfd\xd0\xf6\x3d\x5c"
				   "\x50\xc9\x28\x83\x1e\x11\xf9\xd8\x1c\xb7\x8e";
	static const char bond[] = "\x41\x05\xfb\x9e\xfa\x4b\xb2\x3d\x9d\xac\xfc\x41";
	static const char tag_alone[] = "\xac\x29\xc5\x2e\xb3\x60\xb3\x5b"
					"\xc2\x65\x2f\xcd\x2c\xd6\x47\x13";
	static const char tag_both[] = "\xc9\xd8\xd8\x37\xb6\xac\xdf\xac"
				       "\x6d\xd7\x56\x49\x8c\x3b\xbb\xd1";
	static const char digest_alone[] =
		"\xc1\xf8\x73\x23\x49\x9e\x5d\x5e\x33\x09\x2e"
		"\x99\xf1\x5a\x7d\x84\x7f\xbc\x39\x24\xb6\x87"
		"\x62\xd4\x96\xab\x96\xaa\x8a\xed\x9b\xd2";
	static const char digest_both[] =
		"\x9a\x59\x17\xd6\x0f\x29\xd0\x43\x59\x26\xf9"
		"\xda\xba\x68\xa0\x6f\x7b\xaa\x3a\xcb\xe7\xa9"
		"\x6d\x17\x89\x0e\x17\xc5\x28\xa9\x6e\xc3";
	struct sealed one = { .envelope = { .device = 42,
					    .iv = g_bytes_new("defghijklmno", 12),
					    .extension = g_bytes_new(alone, sizeof(alone) - 1) } };
	struct sealed two = { .envelope = { .device = 42,
					    .iv = g_bytes_new(bond, 12),
					    .extension = g_bytes_new(both, sizeof(both) - 1),
					    .payload = g_bytes_new("\x61\xab\xae\xce", 4) } };

	(void)state;
	for (uint8_t i = 0; i < ENVELOPE_KEY_BYTES; i++)
		one.blob[i] = two.blob[i] = i;
	memcpy(one.blob + ENVELOPE_KEY_BYTES, tag_alone, CRYPTO_TAG_BYTES);
	memcpy(two.blob + ENVELOPE_KEY_BYTES, tag_both, CRYPTO_TAG_BYTES);
	memcpy(one.blob + ENVELOPE_BLOB_BYTES, digest_alone, CRYPTO_HASH_BYTES);
	memcpy(two.blob + ENVELOPE_BLOB_BYTES, digest_both, CRYPTO_HASH_BYTES);
	opens(&one, "inside", NULL);
	opens(&two, "inside", "body");
	envelope_clear(&one.envelope);
	envelope_clear(&two.envelope);
}

static void test_foreign_text(void **state)
{
	static const char *const bad[] = { "\xff", "a\xC3" };
	struct sealed sealed;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		sealed = seal(inside, bad[i]);
		refuses(&sealed.envelope, sealed.blob, sizeof(sealed.blob), ERROR_FORMAT);
		envelope_clear(&sealed.envelope);
	}
}

static void test_xml(void **state)
{
	struct sealed sealed = seal(inside, words);
	struct envelope *envelope = &sealed.envelope, again;
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *text = NULL;

	(void)state;
	envelope->from = g_strdup("alice@example.org");
	envelope->to = g_strdup("bob");
	envelope->id = g_strdup("<1>");
	envelope->key_count = 2;
	envelope->keys = g_new0(struct envelope_key, 2);
	envelope->keys[0] = (struct envelope_key){ 7, true, g_bytes_new("one", 3) };
	envelope->keys[1] = (struct envelope_key){ INT32_MAX, false, g_bytes_new("two!", 4) };
	bytes = envelope_encode(envelope, NULL);
	assert_non_null(bytes);
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	assert_non_null(strstr(text, "<key rid='7' prekey='true'>b25l</key>"));
	assert_non_null(strstr(text, "<store xmlns='urn:xmpp:hints'/>"));
	assert_non_null(strstr(text, "<encryption xmlns='urn:xmpp:eme:0'"));
	assert_non_null(strstr(text, "</encrypted><extension xmlns='urn:sotto:extension:1'>"));
	assert_null(strstr(text, words));
	assert_true(envelope_decode(text, strlen(text), &again, NULL));
	assert_string_equal(again.from, envelope->from);
	assert_string_equal(again.to, envelope->to);
	assert_string_equal(again.id, envelope->id);
	assert_int_equal(again.device, 42);
	assert_int_equal(again.key_count, 2);
	assert_int_equal(again.keys[0].device, 7);
	assert_true(again.keys[0].is_prekey && !again.keys[1].is_prekey);
	assert_true(g_bytes_equal(again.keys[1].sealed, envelope->keys[1].sealed));
	envelope_clear(envelope);
	*envelope = again;
	opens(&sealed, inside, words);
	envelope_clear(envelope);
	assert_int_equal(envelope->key_count, 0);
}

static void test_xml_empty(void **state)
{
	struct sealed sealed = seal(NULL, NULL);
	g_autoptr(GBytes) bytes = envelope_encode(&sealed.envelope, NULL);
	struct envelope again;

	(void)state;
	assert_null(g_strstr_len(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes),
				 "<body"));
	assert_true(envelope_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &again,
				    NULL));
	assert_null(again.from);
	assert_null(again.payload);
	assert_null(again.extension);
	envelope_clear(&again);
	envelope_clear(&sealed.envelope);
}

/* A message around HEADER and REST, as a server may deliver it. */
static char *message(const char *attributes, const char *header, const char *rest)
{
	return g_strdup_printf(
		"<message xmlns='jabber:client' %s><body>x</body><encrypted xmlns='" OMEMO
		"'>%s%s</encrypted></message>",
		attributes, header, rest);
}

static void test_foreign_xml(void **state)
{
	g_autofree char *text = message(
		"from='Bob@Example.org/phone' to='me@x.org/desk'",
		"<header sid='2147483647'><key prekey='1' rid='5'>AAAA</key><key prekey='true' "
		"rid='5'>AQEB</key><key rid='5' prekey='false'>AgIC</key><key rid='0'>AAAA</key>"
		"<key>AAAA</key><key rid='6'>A</key><key rid='9'>\n AwMD\n</key>"
		"<iv>AAAAAAAAAAAAAAAAAAAAAA==</iv></header>",
		"<payload/>");
	struct envelope envelope;

	(void)state;
	assert_true(envelope_decode(text, strlen(text), &envelope, NULL));
	assert_string_equal(envelope.from, "bob@example.org");
	assert_string_equal(envelope.to, "me@x.org");
	assert_null(envelope.id);
	assert_int_equal(envelope.device, INT32_MAX);
	assert_int_equal(envelope.key_count, 4);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(envelope.keys[i].device, i < 3 ? 5 : 9);
		assert_int_equal(envelope.keys[i].is_prekey, i < 2);
		assert_int_equal(
			((const uint8_t *)g_bytes_get_data(envelope.keys[i].sealed, NULL))[0], i);
	}
	assert_int_equal(g_bytes_get_size(envelope.iv), 16);
	assert_null(envelope.payload); /* an empty one counts as none */
	envelope_clear(&envelope);
}

static void refuse(char *text, enum error code)
{
	struct envelope envelope;
	g_autoptr(GError) error = NULL;

	if (envelope_decode(text, strlen(text), &envelope, &error))
		fail_msg("accepted: %.200s", text);
	assert_true(error_is(error, code));
	assert_null(envelope.from);
	assert_null(envelope.keys);
	g_free(text);
}

static void test_decode_refuses(void **state)
{
	static const char header[] = "<header sid='1'><iv>AAAA</iv></header>";
	g_autoptr(GString) many = g_string_new("<header sid='1'>");
	g_autofree char *long_iv = g_strnfill(88, 'A');

	(void)state;
	refuse(g_strdup("<message"), ERROR_FORMAT);
	refuse(g_strdup("<message xmlns='jabber:client'/>"), ERROR_FORMAT);
	refuse(g_strdup("<iq xmlns='jabber:client'/>"), ERROR_FORMAT);
	refuse(message("type='error'", header, ""), ERROR_FORMAT);
	refuse(message("from=''", header, ""), ERROR_FORMAT);
	refuse(message("from='a b@c'", header, ""), ERROR_FORMAT);
	refuse(message("to='@'", header, ""), ERROR_FORMAT);
	refuse(message("", "", "<payload>AAAA</payload>"), ERROR_FORMAT);
	refuse(message("", "<header/>", ""), ERROR_FORMAT);
	refuse(message("", "<header sid='0'/>", ""), ERROR_FORMAT);
	refuse(message("", "<header sid='2147483648'/>", ""), ERROR_FORMAT);
	refuse(message("", "<header sid='1'/>", "<payload>AAAA</payload>"), ERROR_FORMAT);
	refuse(message("", header, "<payload>AAA</payload>"), ERROR_FORMAT);
	refuse(message("", header,
		       "</encrypted><extension xmlns='urn:sotto:extension:1'>A</extension>"
		       "<encrypted>"),
	       ERROR_FORMAT);
	refuse(message("", "<header sid='1'><iv>!</iv></header>", ""), ERROR_FORMAT);
	refuse(g_strdup_printf("<message><encrypted xmlns='" OMEMO "'><header sid='1'><iv>%s</iv>"
			       "</header></encrypted></message>",
			       long_iv),
	       ERROR_LIMIT);
	for (int i = 0; i <= ENVELOPE_KEYS_MAX; i++)
		g_string_append(many, "<key rid='1'>AAAA</key>");
	g_string_append(many, "</header>");
	refuse(message("", many->str, ""), ERROR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_extension),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_changes_are_noticed),
		cmocka_unit_test(test_swapped_parts),
		cmocka_unit_test(test_stripped_extension),
		cmocka_unit_test(test_foreign_payload),
		cmocka_unit_test(test_foreign_text),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_xml_empty),
		cmocka_unit_test(test_foreign_xml),
		cmocka_unit_test(test_decode_refuses),
	};
	g_autoptr(GError) error = NULL;

	if (!secret_start(&error)) {
		g_printerr("%s\n", error->message);
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
