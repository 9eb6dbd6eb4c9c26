#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/crypto_gcm.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/file.h"

#define IV12 "000102030405060708090a0b"
#define IV16 "000102030405060708090a0b0c0d0e0f"
#define KEY  "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"

static void assert_safe(const char *name, const char *expected)
{
	g_autofree char *safe = file_safe_name(name);

	assert_string_equal(safe, expected);
}

static void names_are_made_safe(void **state)
{
	(void)state;
	assert_safe("report.pdf", "report.pdf");
	assert_safe("../../etc/passwd", "passwd");
	assert_safe("/absolute/path.txt", "path.txt");
	assert_safe("..", "_.");
	assert_safe(".bashrc", "_bashrc");
	assert_safe("...hidden", "_..hidden");
	assert_safe("-rf", "_rf");
	assert_safe("~root", "_root");
	assert_safe("a\\b", "a_b");
	assert_safe("new\nline\x1b[31m", "new_line_[31m");
	assert_safe("cod\u202egnp.exe", "cod_gnp.exe");
	assert_safe("zero\u200bwidth", "zero_width");
	assert_safe("a\u2028b", "a_b");
	assert_safe("no\u00a0break", "no break");
	assert_safe("  spaces  ", "spaces");
	assert_safe("\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_safe("", "file");
	assert_safe("folder/", "file");
	assert_safe(NULL, "file");
	assert_safe("\u3164\ufe0f", "file");
	assert_safe("\u2800", "file");
	assert_safe("Grüße 你好.txt", "Grüße 你好.txt");
}

static void long_names_keep_their_ending(void **state)
{
	g_autoptr(GString) name = g_string_new(NULL);
	g_autofree char *safe = NULL;

	(void)state;
	for (int i = 0; i < 200; i++)
		g_string_append(name, "ü");
	g_string_append(name, ".tar.gz");
	safe = file_safe_name(name->str);
	assert_true(strlen(safe) <= FILE_NAME_MAX);
	assert_true(g_utf8_validate(safe, -1, NULL));
	assert_true(g_str_has_suffix(safe, ".gz"));
}

static void assert_size(int64_t bytes, const char *expected)
{
	g_autofree char *words = file_size_words(bytes);

	assert_string_equal(words, expected);
}

static void sizes_are_read_by_people(void **state)
{
	(void)state;
	assert_size(0, "0 bytes");
	assert_size(1, "1 byte");
	assert_size(999, "999 bytes");
	assert_size(1200000, "1.2 MB");
	assert_size(999999, "1.0 MB");
	assert_size(-1, "size unknown");
}

static void chunks_are_counted(void **state)
{
	(void)state;
	assert_int_equal(file_chunk_count(0), 1);
	assert_int_equal(file_chunk_count(FILE_CHUNK_BYTES - FILE_TAG_BYTES), 1);
	assert_int_equal(file_chunk_count(FILE_CHUNK_BYTES - FILE_TAG_BYTES + 1), 2);
	assert_int_equal(file_chunk_count(FILE_CHUNK_BYTES), 2);
}

static void urls_are_read(void **state)
{
	struct file file;
	char *again;

	(void)state;
	assert_true(file_from_url("aesgcm://up.example.org:5281/x/report%20.pdf#" IV12 KEY, &file));
	assert_string_equal(file.url, "https://up.example.org:5281/x/report%20.pdf");
	assert_string_equal(file.name, "report .pdf");
	assert_int_equal(file.iv_bytes, 12);
	assert_int_equal(file.iv[11], 0x0b);
	assert_int_equal(file.key[0], 0x10);
	assert_int_equal(file.bytes, -1);
	again = file_to_url(&file);
	assert_string_equal(again, "aesgcm://up.example.org:5281/x/report%20.pdf#" IV12 KEY);
	plain_free(again);
	file_clear(&file);
	assert_true(file_from_url("AESGCM://host/a#" IV16 KEY, &file));
	assert_int_equal(file.iv_bytes, 16);
	file_clear(&file);
	assert_true(file_from_url("aesgcm://host/a#" IV12 KEY "\ndata:image/jpeg,aa", &file));
	assert_string_equal(file.name, "a");
	file_clear(&file);
}

/* What is decoded from a link can be shown, and written down again. */
static void urls_are_made_safe(void **state)
{
	static const char *const paths[] = { "a%01b", "%1b%5b31m", "a%0ab", "..", "%2e%2e%2f.x" };
	g_autoptr(GString) text = g_string_new("aesgcm://host/");
	g_autoptr(GError) error = NULL;
	struct file file, again;

	(void)state;
	for (size_t i = 0; i <= G_N_ELEMENTS(paths); i++) {
		char *element;

		if (i < G_N_ELEMENTS(paths)) {
			g_string_printf(text, "aesgcm://host/%s#" IV12 KEY, paths[i]);
		} else {
			g_string_assign(text, "aesgcm://host/");
			for (int j = 0; j < 1500; j++)
				g_string_append_c(text, 'n');
			g_string_append(text, "#" IV12 KEY);
		}
		assert_true(file_from_url(text->str, &file));
		assert_safe(file.name, file.name);
		element = file_encode(&file, &error);
		assert_non_null(element);
		assert_true(file_decode(element, &again, &error));
		assert_string_equal(again.name, file.name);
		plain_free(element);
		file_clear(&file);
		file_clear(&again);
	}
	assert_false(file_from_url("aesgcm://%1b%5b31mevil%0aspoof/a#" IV12 KEY, &file));
	assert_false(file_from_url("aesgcm://a%20b/a#" IV12 KEY, &file));
	assert_true(file_from_url("aesgcm://[::1]:5281/a#" IV12 KEY, &file));
	file_clear(&file);
}

static void other_texts_are_no_url(void **state)
{
	static const char *const texts[] = {
		"", "aesgcm://", "https://host/a#" IV12 KEY, "aesgcm://host/a",
		"aesgcm://host/a#" KEY, "aesgcm://host/a#" IV12 KEY " ", " aesgcm://h/a#" IV12 KEY,
		"look: aesgcm://host/a#" IV12 KEY, "aesgcm://host/a#" IV12 KEY "\nsecond",
		"aesgcm:///a#" IV12 KEY, "aesgcm://user:word@host/a#" IV12 KEY,
		"aesgcm://host/a#zz0102030405060708090a0b" KEY, "aesgcm://ho\"st/a#" IV12 KEY,
		"aesgcm://host/a#" IV12 KEY "00", "aesgcm://host/\xc3\xbc#" IV12 KEY,
	};
	struct file file;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		assert_false(file_from_url(texts[i], &file));
}

static void the_element_comes_back(void **state)
{
	struct file file = { .name = g_strdup("<&'\">\u202e/x"), .bytes = 5, .has_hash = true,
			     .iv_bytes = FILE_IV_BYTES };
	struct file again;
	g_autoptr(GError) error = NULL;
	char *text, *words;

	(void)state;
	memset(file.hash, 7, sizeof(file.hash));
	memset(file.key, 9, sizeof(file.key));
	text = file_encode(&file, &error);
	assert_null(error);
	assert_true(file_decode(text, &again, &error));
	assert_string_equal(again.name, file.name);
	assert_int_equal(again.bytes, 5);
	assert_memory_equal(again.hash, file.hash, sizeof(file.hash));
	assert_memory_equal(again.key, file.key, sizeof(file.key));
	assert_null(again.url);
	/* What people see has no key. */
	words = file_words(&again);
	assert_string_equal(words, "file: x, 5 bytes");
	plain_free(words);
	plain_free(text);
	file_clear(&file);
	file_clear(&again);
}

static void bad_elements_are_refused(void **state)
{
	static const char *const texts[] = {
		"<file xmlns='urn:sotto:1' name='a' size='1'/>",
		"<file xmlns='urn:sotto:1' name='a' key='" IV12 KEY "'/>",
		"<file xmlns='urn:sotto:1' name='a' size='-1' key='" IV12 KEY "'/>",
		"<file xmlns='urn:sotto:1' name='a' size='99999999999999' key='" IV12 KEY "'/>",
		"<file xmlns='urn:sotto:1' name='a' size='1' key='00'/>",
		"<file xmlns='urn:sotto:1' size='1' sha-256='00' key='" IV12 KEY "'/>",
		"<file xmlns='urn:sotto:1' name='a' size='1' url='https://host/a'/>",
		"<file xmlns='urn:other' name='a' size='1' key='" IV12 KEY "'/>",
		"no element",
	};
	struct file file;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		assert_false(file_decode(texts[i], &file, &error));
		assert_non_null(error);
		assert_null(file.name);
	}
}

static void sealing_in_pieces_is_sealing(void **state)
{
	enum { BYTES = 10000 };
	uint8_t key[32], iv[12], plain[BYTES], whole[BYTES], pieces[BYTES], opened[BYTES];
	uint8_t tag[CRYPTO_TAG_BYTES], again[CRYPTO_TAG_BYTES];
	struct crypto_gcm *gcm;

	(void)state;
	crypto_random(key, sizeof(key));
	crypto_random(iv, sizeof(iv));
	crypto_random(plain, sizeof(plain));
	crypto_gcm_seal(key, sizeof(key), iv, sizeof(iv), plain, BYTES, whole, tag);
	gcm = crypto_gcm_new(key, sizeof(key), iv, sizeof(iv), TRUE);
	for (size_t at = 0; at < BYTES; at += 1234)
		crypto_gcm_update(gcm, plain + at, MIN(1234, BYTES - at), pieces + at);
	crypto_gcm_tag(gcm, again);
	crypto_gcm_free(gcm);
	assert_memory_equal(whole, pieces, BYTES);
	assert_memory_equal(tag, again, sizeof(tag));
	for (int spoilt = 0; spoilt < 2; spoilt++) {
		gcm = crypto_gcm_new(key, sizeof(key), iv, sizeof(iv), FALSE);
		whole[BYTES / 2] ^= (uint8_t)spoilt;
		crypto_gcm_update(gcm, whole, BYTES, opened);
		assert_int_equal(crypto_gcm_check(gcm, tag), !spoilt);
		crypto_gcm_free(gcm);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_made_safe),
		cmocka_unit_test(long_names_keep_their_ending),
		cmocka_unit_test(sizes_are_read_by_people),
		cmocka_unit_test(chunks_are_counted),
		cmocka_unit_test(urls_are_read),
		cmocka_unit_test(urls_are_made_safe),
		cmocka_unit_test(other_texts_are_no_url),
		cmocka_unit_test(the_element_comes_back),
		cmocka_unit_test(bad_elements_are_refused),
		cmocka_unit_test(sealing_in_pieces_is_sealing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
