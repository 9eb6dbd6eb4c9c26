#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/secret.h"

enum { SCRATCH = 512 };

/* HEX (spaces allowed) into OUT; gives the number of bytes. */
static size_t unhex(const char *hex, uint8_t *out)
{
	size_t bytes = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		assert_true(bytes < SCRATCH);
		out[bytes++] =
			(uint8_t)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
		hex++;
	}
	return bytes;
}

static void assert_hex(const void *data, const char *hex)
{
	uint8_t expected[SCRATCH];
	size_t bytes = unhex(hex, expected);

	assert_memory_equal(data, expected, bytes);
}

/* FIPS 180-4 examples */
static void test_sha(void **state)
{
	struct crypto_sha512_state *sha512 = crypto_sha512_new();
	uint8_t out[64];

	(void)state;
	crypto_sha256("", 0, out);
	assert_hex(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	crypto_sha256("abc", 3, out);
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, out);
	assert_hex(out, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	/* twice: the state starts anew after a digest */
	for (int i = 0; i < 2; i++) {
		crypto_sha512_update(sha512, "a", 1);
		crypto_sha512_update(sha512, "bc", 2);
		crypto_sha512_final(sha512, out);
		assert_hex(out, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
				"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
	}
	crypto_sha512_free(sha512);
	crypto_sha512_free(NULL);
}

static void test_blake2b(void **state)
{
	uint8_t key[32] = { 1 }, plain[32], keyed[32];

	(void)state;
	crypto_blake2b("", 0, NULL, plain);
	assert_hex(plain, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	crypto_blake2b("", 0, key, keyed);
	assert_memory_not_equal(plain, keyed, sizeof(plain));
}

/* RFC 4231, test cases 1, 2, 4 and 6 */
static void test_hmac(void **state)
{
	uint8_t key[SCRATCH], data[SCRATCH], out[32];
	struct crypto_hmac_state *hmac;

	(void)state;
	memset(key, 0x0b, 20);
	crypto_hmac(key, 20, "Hi There", 8, out);
	assert_hex(out, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	crypto_hmac("Jefe", 4, "what do ya want for nothing?", 28, out);
	assert_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	size_t bytes = unhex("0102030405060708090a0b0c0d0e0f10111213141516171819", key);
	memset(data, 0xcd, 50);
	crypto_hmac(key, bytes, data, 50, out);
	assert_hex(out, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
	memset(key, 0xaa, 131);
	crypto_hmac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
	assert_hex(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	hmac = crypto_hmac_new((const uint8_t *)"Jefe", 4);
	crypto_hmac_update(hmac, "what do ya want ", 16);
	crypto_hmac_update(hmac, "for nothing?", 12);
	crypto_hmac_final(hmac, out);
	crypto_hmac_free(hmac);
	assert_hex(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 5869, appendix A.1 to A.3 */
static void test_hkdf(void **state)
{
	uint8_t key[SCRATCH], salt[SCRATCH], info[SCRATCH], out[82];
	size_t salt_bytes, info_bytes;

	(void)state;
	memset(key, 0x0b, 22);
	salt_bytes = unhex("000102030405060708090a0b0c", salt);
	info_bytes = unhex("f0f1f2f3f4f5f6f7f8f9", info);
	crypto_hkdf(key, 22, salt, salt_bytes, info, info_bytes, out, 42);
	assert_hex(out, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
			"34007208d5b887185865");
	crypto_hkdf(key, 22, NULL, 0, NULL, 0, out, 42);
	assert_hex(out, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
			"9d201395faa4b61a96c8");
	for (unsigned i = 0; i < 80; i++) {
		key[i] = (uint8_t)i;
		salt[i] = (uint8_t)(0x60 + i);
		info[i] = (uint8_t)(0xb0 + i);
	}
	crypto_hkdf(key, 80, salt, 80, info, 80, out, 82);
	assert_hex(out, "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
			"59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
			"cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

static void test_derive(void **state)
{
	uint8_t key[32] = { 7 }, one[32], two[32], other[32];

	(void)state;
	crypto_derive(key, "sotto-at", 1, one, sizeof(one));
	crypto_derive(key, "sotto-at", 2, two, sizeof(two));
	crypto_derive(key, "sotto-ot", 1, other, sizeof(other));
	assert_false(crypto_equal(one, two, 32));
	assert_false(crypto_equal(one, other, 32));
	crypto_derive(key, "sotto-at", 1, two, sizeof(two));
	assert_true(crypto_equal(one, two, 32));
}

struct gcm {
	const char *key, *iv, *plain, *cipher, *tag;
};

/*
 * The GCM specification's (McGrew, Viega) test cases 1, 2, 3, 13 and 14, and one
 * with an IV of 16 bytes, which OMEMO clients send, worked out from the specification.
 */
static const struct gcm GCM[] = {
	{ "00000000000000000000000000000000", "000000000000000000000000", "", "",
	  "58e2fccefa7e3061367f1d57a4e7455a" },
	{ "00000000000000000000000000000000", "000000000000000000000000",
	  "00000000000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78",
	  "ab6e47d42cec13bdf53a67b21257bddf" },
	{ "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
	  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
	  "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	  "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
	  "4d5c2af327cd64a62cf35abd2ba6fab4" },
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ "0000000000000000000000000000000000000000000000000000000000000000",
	  "000000000000000000000000", "00000000000000000000000000000000",
	  "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919" },
	{ "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f",
	  "736f74746f20766f6365", "b6f183c2129252e7b57d", "7bd3950297d687fa766fb409fb2cd845" },
};

static void test_gcm(void **state)
{
	uint8_t key[SCRATCH], iv[SCRATCH], plain[SCRATCH], cipher[SCRATCH], tag[16], back[SCRATCH];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(GCM); i++) {
		size_t key_bytes = unhex(GCM[i].key, key), iv_bytes = unhex(GCM[i].iv, iv);
		size_t bytes = unhex(GCM[i].plain, plain);

		crypto_gcm_seal(key, key_bytes, iv, iv_bytes, plain, bytes, cipher, tag);
		assert_hex(cipher, GCM[i].cipher);
		assert_hex(tag, GCM[i].tag);
		assert_true(
			crypto_gcm_open(key, key_bytes, iv, iv_bytes, cipher, bytes, tag, back));
		assert_memory_equal(back, plain, bytes);
		tag[15] ^= 1;
		memset(back, 0x5a, bytes);
		assert_false(
			crypto_gcm_open(key, key_bytes, iv, iv_bytes, cipher, bytes, tag, back));
		for (size_t j = 0; j < bytes; j++)
			assert_int_equal(back[j], 0);
		/* lengths that come from outside are refused, not fatal */
		assert_false(crypto_gcm_open(key, 15, iv, iv_bytes, cipher, bytes, tag, back));
		assert_false(crypto_gcm_open(key, key_bytes, iv, 0, cipher, bytes, tag, back));
		assert_false(crypto_gcm_open(key, key_bytes, iv, 129, cipher, bytes, tag, back));
	}
}

/* RFC 8439, section 2.8.2 */
static void test_chacha(void **state)
{
	static const char TEXT[] = "Ladies and Gentlemen of the class of '99: If I could offer you "
				   "only one tip for the future, sunscreen would be it.";
	uint8_t key[SCRATCH], nonce[SCRATCH], ad[SCRATCH], cipher[SCRATCH], tag[16], back[SCRATCH];
	size_t bytes = sizeof(TEXT) - 1, ad_bytes = unhex("50515253c0c1c2c3c4c5c6c7", ad);

	(void)state;
	unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", key);
	unhex("070000004041424344454647", nonce);
	crypto_chacha_seal(key, nonce, ad, ad_bytes, TEXT, bytes, cipher, tag);
	assert_hex(cipher, "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
			   "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
			   "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
			   "3ff4def08e4b7a9de576d26586cec64b6116");
	assert_hex(tag, "1ae10b594f09e26a7e902ecbd0600691");
	assert_true(crypto_chacha_open(key, nonce, ad, ad_bytes, cipher, bytes, tag, back));
	assert_memory_equal(back, TEXT, bytes);
	ad[0] ^= 1;
	assert_false(crypto_chacha_open(key, nonce, ad, ad_bytes, cipher, bytes, tag, back));
	assert_int_equal(back[0] | back[bytes - 1], 0);
	crypto_chacha_seal(key, nonce, NULL, 0, NULL, 0, cipher, tag);
	assert_true(crypto_chacha_open(key, nonce, NULL, 0, cipher, 0, tag, back));
}

static void test_rest(void **state)
{
	uint8_t key[32] = { 3 }, plain[5] = "sotto", back[5], one[5 + CRYPTO_REST_BYTES];
	uint8_t two[sizeof(one)];

	(void)state;
	crypto_rest_seal(key, "slot", 4, plain, sizeof(plain), one);
	crypto_rest_seal(key, "slot", 4, plain, sizeof(plain), two);
	assert_memory_not_equal(one, two, sizeof(one));
	assert_true(crypto_rest_open(key, "slot", 4, one, sizeof(one), back));
	assert_memory_equal(back, plain, sizeof(plain));
	assert_false(crypto_rest_open(key, "slow", 4, one, sizeof(one), back));
	assert_int_equal(back[0], 0);
	for (size_t i = 0; i < sizeof(one); i++) {
		one[i] ^= 0x80;
		assert_false(crypto_rest_open(key, "slot", 4, one, sizeof(one), back));
		one[i] ^= 0x80;
	}
	for (size_t i = 0; i < sizeof(one); i++)
		assert_false(crypto_rest_open(key, "slot", 4, one, i, back));
}

/* NIST SP 800-38A, F.2.5 (first block) and F.5.5 */
static void test_cbc_and_ctr(void **state)
{
	uint8_t key[SCRATCH], iv[SCRATCH], plain[SCRATCH];
	size_t bytes = unhex("6bc1bee22e409f96e93d7e117393172a", plain);
	GBytes *sealed, *opened;
	uint8_t *broken;

	(void)state;
	unhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", key);
	unhex("000102030405060708090a0b0c0d0e0f", iv);
	sealed = crypto_cbc_seal(key, 32, iv, plain, bytes);
	assert_int_equal(g_bytes_get_size(sealed), 32);
	assert_hex(g_bytes_get_data(sealed, NULL), "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
	opened = crypto_cbc_open(key, 32, iv, g_bytes_get_data(sealed, NULL), 32);
	assert_int_equal(g_bytes_get_size(opened), bytes);
	assert_memory_equal(g_bytes_get_data(opened, NULL), plain, bytes);
	g_bytes_unref(opened);
	assert_null(crypto_cbc_open(key, 32, iv, g_bytes_get_data(sealed, NULL), 31));
	assert_null(crypto_cbc_open(key, 32, iv, g_bytes_get_data(sealed, NULL), 16));
	assert_null(crypto_cbc_open(key, 32, iv, g_bytes_get_data(sealed, NULL), 0));
	assert_null(crypto_cbc_open(key, 31, iv, g_bytes_get_data(sealed, NULL), 32));
	broken = g_memdup2(g_bytes_get_data(sealed, NULL), 32);
	broken[15] ^= 0xff; /* makes the padding 0xef */
	assert_null(crypto_cbc_open(key, 32, iv, broken, 32));
	g_free(broken);
	g_bytes_unref(sealed);

	unhex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", iv);
	sealed = crypto_ctr(key, 32, iv, plain, bytes);
	assert_int_equal(g_bytes_get_size(sealed), bytes);
	assert_hex(g_bytes_get_data(sealed, NULL), "601ec313775789a5b7a7f504bbf3d228");
	opened = crypto_ctr(key, 32, iv, g_bytes_get_data(sealed, NULL), bytes);
	assert_memory_equal(g_bytes_get_data(opened, NULL), plain, bytes);
	g_bytes_unref(opened);
	g_bytes_unref(sealed);
	assert_null(crypto_ctr(key, 0, iv, plain, bytes));
}

static void test_random(void **state)
{
	uint8_t one[32] = { 0 }, two[32] = { 0 };

	(void)state;
	crypto_random(one, sizeof(one));
	crypto_random(two, sizeof(two));
	assert_memory_not_equal(one, two, sizeof(one));
	for (int i = 0; i < 1000; i++)
		assert_true(crypto_random_below(7) < 7);
	assert_int_equal(crypto_random_below(1), 0);
}

/* The first block of the key stream of a zero key, as everybody has published it. */
static void test_stream(void **state)
{
	static const uint8_t first[] = {0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90,
					0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28};
	const uint8_t key[CRYPTO_AEAD_KEY_BYTES] = {0};
	uint8_t out[70], other[70];

	(void)state;
	crypto_keystream(key, 0, out, sizeof(out));
	assert_memory_equal(out, first, sizeof(first));
	crypto_keystream(key, 1, other, sizeof(other));
	assert_memory_not_equal(out, other, sizeof(first));
}

static void test_versions(void **state)
{
	char **versions = crypto_versions();

	(void)state;
	assert_int_equal(g_strv_length(versions), 2);
	assert_true(g_str_has_prefix(versions[0], "libsodium 1."));
	assert_true(g_str_has_prefix(versions[1], "libcrypto "));
	g_strfreev(versions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha),	    cmocka_unit_test(test_blake2b),
		cmocka_unit_test(test_hmac),	    cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_derive),	    cmocka_unit_test(test_gcm),
		cmocka_unit_test(test_chacha),	    cmocka_unit_test(test_rest),
		cmocka_unit_test(test_cbc_and_ctr), cmocka_unit_test(test_random),
		cmocka_unit_test(test_stream),	    cmocka_unit_test(test_versions),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
