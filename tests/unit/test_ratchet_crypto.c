/*
 * libsignal over our provider against its published test vectors (libsignal-protocol-java:
 * HKDFTest, Curve25519Test, ChainKeyTest, RootKeyTest, RatchetingSessionTest), and the provider's
 * own edges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <signal/curve.h>
#include <signal/hkdf.h>
#include <signal/ratchet.h>
#include <signal/session_state.h>

#include "core/base/secret.h"
#include "core/ratchet/ratchet_crypto.h"

enum { BYTES_MAX = 256 };

struct bytes {
	uint8_t data[BYTES_MAX];
	size_t size;
};

static struct bytes from_hex(const char *hex)
{
	struct bytes bytes = { .size = strlen(hex) / 2 };

	assert_true(bytes.size <= BYTES_MAX);
	for (size_t i = 0; i < bytes.size; i++)
		bytes.data[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
					  g_ascii_xdigit_value(hex[2 * i + 1]));
	return bytes;
}

static void assert_hex(const void *data, size_t size, const char *hex)
{
	const struct bytes expected = from_hex(hex);

	assert_int_equal(size, expected.size);
	assert_memory_equal(data, expected.data, size);
}

static int setup(void **state)
{
	*state = ratchet_crypto_new(NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	signal_context_destroy(*state);
	return 0;
}

static ec_public_key *public_key(signal_context *context, const char *hex)
{
	const struct bytes bytes = from_hex(hex);
	ec_public_key *key = NULL;

	assert_int_equal(curve_decode_point(&key, bytes.data, bytes.size, context), 0);
	return key;
}

static ec_private_key *private_key(signal_context *context, const char *hex)
{
	const struct bytes bytes = from_hex(hex);
	ec_private_key *key = NULL;

	assert_int_equal(curve_decode_private_point(&key, bytes.data, bytes.size, context), 0);
	return key;
}

static ec_key_pair *key_pair(signal_context *context, const char *public_hex,
			     const char *private_hex)
{
	ec_public_key *public_half = public_key(context, public_hex);
	ec_private_key *private_half = private_key(context, private_hex);
	ec_key_pair *pair = NULL;

	assert_int_equal(ec_key_pair_create(&pair, public_half, private_half), 0);
	SIGNAL_UNREF(public_half);
	SIGNAL_UNREF(private_half);
	return pair;
}

static ratchet_identity_key_pair *identity_pair(signal_context *context, const char *public_hex,
						const char *private_hex)
{
	ec_public_key *public_half = public_key(context, public_hex);
	ec_private_key *private_half = private_key(context, private_hex);
	ratchet_identity_key_pair *pair = NULL;

	assert_int_equal(ratchet_identity_key_pair_create(&pair, public_half, private_half), 0);
	SIGNAL_UNREF(public_half);
	SIGNAL_UNREF(private_half);
	return pair;
}

/* -- vectors ---------------------------------------------------------------------------------- */

static void check_hkdf(signal_context *context, int version, const char *expected)
{
	const struct bytes key = from_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	const struct bytes salt = from_hex("000102030405060708090a0b0c");
	const struct bytes info = from_hex("f0f1f2f3f4f5f6f7f8f9");
	hkdf_context *hkdf = NULL;
	uint8_t *out = NULL;
	ssize_t size;

	assert_int_equal(hkdf_create(&hkdf, version, context), 0);
	size = hkdf_derive_secrets(hkdf, &out, key.data, key.size, salt.data, salt.size, info.data,
				   info.size, strlen(expected) / 2);
	assert_true(size > 0);
	assert_hex(out, (size_t)size, expected);
	free(out);
	SIGNAL_UNREF(hkdf);
}

static void test_hkdf(void **state)
{
	check_hkdf(*state, 3,
		   "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
		   "34007208d5b887185865");
	check_hkdf(*state, 2,
		   "6ec2556d5d7b1d81dee4222ad7483695ddc98f4f5fabc0e0205dc2ef8752d41e"
		   "04e2e21101c68ff09394b8ad0bdcb9609cd4ee82ac13199b4aa9fda899daebec");
}

static void test_agreement(void **state)
{
	static const char shared[] =
		"325f239328941ced6e673b86ba41017448e99b649a9c3806c1dd7ca4c477e629";
	ec_key_pair *alice = key_pair(
		*state, "051bb75966f2e93a3691dfff942bb2a466a1c08b8d78ca3f4d6df8b8bfa2e4ee28",
		"c806439dc9d2c476ffed8f2580c0888d58ab406bf7ae3698879021b96bb4bf59");
	ec_key_pair *bob = key_pair(
		*state, "05653614993d2b15ee9e5fd3d86ce719ef4ec1daae1886a87b3f5fa9565a27a22f",
		"b03b34c33a1c44f225b662d2bf4859b8135411fa7b0386d45fb75dc5b91b4466");
	ec_public_key *derived = NULL;
	uint8_t *out = NULL;
	int size;

	size = curve_calculate_agreement(&out, ec_key_pair_get_public(alice),
					 ec_key_pair_get_private(bob));
	assert_hex(out, (size_t)size, shared);
	free(out);
	size = curve_calculate_agreement(&out, ec_key_pair_get_public(bob),
					 ec_key_pair_get_private(alice));
	assert_hex(out, (size_t)size, shared);
	free(out);
	assert_int_equal(curve_generate_public_key(&derived, ec_key_pair_get_private(alice)), 0);
	assert_int_equal(ec_public_key_compare(derived, ec_key_pair_get_public(alice)), 0);
	SIGNAL_UNREF(derived);
	SIGNAL_UNREF(alice);
	SIGNAL_UNREF(bob);
}

static void test_signature(void **state)
{
	static const char signature_hex[] =
		"5de88ca9a89b4a115da79109c67c9c7464a3e4180274f1cb8c63c2984e286dfb"
		"ede82deb9dcd9fae0bfbb821569b3d9001bd8130cd11d486cef047bd60b86e88";
	const struct bytes message =
		from_hex("05edce9d9c415ca78cb7252e72c2c4a554d3eb29485a0e1d503118d1a82d99fb4a");
	struct bytes signature = from_hex(signature_hex);
	ec_key_pair *alice = key_pair(
		*state, "05ab7e717d4a163b7d9a1d8071dfe9dcf8cdcd1cea3339b6356be84d887e322c64",
		"c097248412e58bf05df487968205132794178e367637f5818f81e0e6ce73e865");
	signal_buffer *made = NULL;

	assert_int_equal(curve_verify_signature(ec_key_pair_get_public(alice), message.data,
						message.size, signature.data, signature.size),
			 1);
	for (size_t i = 0; i < signature.size; i++) {
		signature.data[i] ^= 1;
		assert_int_not_equal(curve_verify_signature(ec_key_pair_get_public(alice),
							    message.data, message.size,
							    signature.data, signature.size),
				     1);
		signature.data[i] ^= 1;
	}
	/* Ours carry random bytes: never the vector, always valid. */
	assert_int_equal(curve_calculate_signature(*state, &made, ec_key_pair_get_private(alice),
						   message.data, message.size),
			 0);
	assert_int_equal(curve_verify_signature(ec_key_pair_get_public(alice), message.data,
						message.size, signal_buffer_data(made),
						signal_buffer_len(made)),
			 1);
	signal_buffer_free(made);
	SIGNAL_UNREF(alice);
}

static void test_chain_key(void **state)
{
	const struct bytes seed =
		from_hex("8ab72d6f4cc5ac0d387eaf463378ddb28edd07385b1cb01250c715982e7ad48f");
	hkdf_context *hkdf = NULL;
	ratchet_chain_key *chain = NULL;
	ratchet_chain_key *next = NULL;
	ratchet_message_keys keys;
	signal_buffer *bytes = NULL;

	assert_int_equal(hkdf_create(&hkdf, 3, *state), 0);
	assert_int_equal(ratchet_chain_key_create(&chain, hkdf, seed.data, seed.size, 0, *state),
			 0);
	assert_int_equal(ratchet_chain_key_get_message_keys(chain, &keys), 0);
	assert_hex(keys.cipher_key, sizeof(keys.cipher_key),
		   "bf51e9d75e0e31031051f82a2491ffc084fa298b7793bd9db620056febf45217");
	assert_hex(keys.mac_key, sizeof(keys.mac_key),
		   "c6c77d6a73a354337a56435e34607dfe48e3ace14e77314dc6abc172e7a7030b");
	assert_int_equal(keys.counter, 0);
	assert_int_equal(ratchet_chain_key_create_next(chain, &next), 0);
	assert_int_equal(ratchet_chain_key_get_index(next), 1);
	assert_int_equal(ratchet_chain_key_get_key(next, &bytes), 0);
	assert_hex(signal_buffer_data(bytes), signal_buffer_len(bytes),
		   "28e8f8fee54b801eef7c5cfb2f17f32c7b334485bbb70fac6ec10342a246d15d");
	signal_buffer_free(bytes);
	SIGNAL_UNREF(next);
	SIGNAL_UNREF(chain);
	SIGNAL_UNREF(hkdf);
}

static void test_root_key(void **state)
{
	const struct bytes seed =
		from_hex("7ba6debc2bc1bbf91abbc1367404176ca623095b7ec66b45f602d93538942dcc");
	ec_private_key *alice = private_key(
		*state, "216822ec67eb38049ebae7b939baeaebb151bbb32db80fd389245ac37a948e50");
	ec_public_key *bob = public_key(
		*state, "05abb8eb29cc80b47109a2265abe9798485406e32da268934a9555e84757708a30");
	hkdf_context *hkdf = NULL;
	ratchet_root_key *root = NULL;
	ratchet_root_key *next = NULL;
	ratchet_chain_key *chain = NULL;
	signal_buffer *bytes = NULL;

	assert_int_equal(hkdf_create(&hkdf, 2, *state), 0);
	assert_int_equal(ratchet_root_key_create(&root, hkdf, seed.data, seed.size, *state), 0);
	assert_int_equal(ratchet_root_key_create_chain(root, &next, &chain, bob, alice), 0);
	assert_int_equal(ratchet_root_key_get_key(next, &bytes), 0);
	assert_hex(signal_buffer_data(bytes), signal_buffer_len(bytes),
		   "b114f5de28011985e6eba25d50e7ec41a9b02f5693c5c788a63a06d212a2f731");
	signal_buffer_free(bytes);
	assert_int_equal(ratchet_chain_key_get_key(chain, &bytes), 0);
	assert_hex(signal_buffer_data(bytes), signal_buffer_len(bytes),
		   "9d7d2469bc9ae53ee9805aa3264d2499a3ace80f4ccae2da13430c5c55b5ca5f");
	signal_buffer_free(bytes);
	SIGNAL_UNREF(chain);
	SIGNAL_UNREF(next);
	SIGNAL_UNREF(root);
	SIGNAL_UNREF(hkdf);
	SIGNAL_UNREF(alice);
	SIGNAL_UNREF(bob);
}

/* -- a session from both ends ----------------------------------------------------------------- */

#define BOB_RATCHET "052cb49776b8770205745a3a6e24f579cdb4ba7a89041005928ebbadc9c05ad458"
#define BOB_IDENTITY "05f1f43874f6966956c2dd473f8fa15adeb71d1cb991b2341692324cefb1c5e626"
#define BOB_SIGNED "05ac248a8f263be6863576eb0362e28c828f0107a3379d34bab1586bf8c770cd67"
#define ALICE_BASE "05472d1fb1a9862c3af6beaca8920277e2b26f4a79213ec7c906aeb35e03cf8950"
#define ALICE_IDENTITY "05b4a8455660ada65b401007f615e654041746432e3339c6875149bceefcb42b4a"
#define CHAIN "9797caca53c989bbe229a40ca7727010eb2604fc14945d77958a0aeda088b44d"

static void assert_chain(ratchet_chain_key *chain)
{
	signal_buffer *bytes = NULL;

	assert_non_null(chain);
	assert_int_equal(ratchet_chain_key_get_key(chain, &bytes), 0);
	assert_hex(signal_buffer_data(bytes), signal_buffer_len(bytes), CHAIN);
	signal_buffer_free(bytes);
}

static void test_session_as_bob(void **state)
{
	ratchet_identity_key_pair *identity =
		identity_pair(*state, BOB_IDENTITY,
			      "4875cc69ddf8ea0719ec947d61081135868d5fd801f02c0225e516df2156605e");
	ec_key_pair *signed_pair =
		key_pair(*state, BOB_SIGNED,
			 "583900131fb727998b7803fe6ac22cc591f342e4e42a8c8d5d78194209b8d253");
	ec_key_pair *ratchet_pair =
		key_pair(*state, BOB_RATCHET,
			 "a1cab48f7c893fafa9880a28c3b4999d28d6329562d27a4ea4e22e9ff1bdd65a");
	ec_public_key *alice = public_key(*state, ALICE_IDENTITY);
	ec_public_key *base = public_key(*state, ALICE_BASE);
	bob_signal_protocol_parameters *parameters = NULL;
	session_state *session = NULL;

	assert_int_equal(bob_signal_protocol_parameters_create(&parameters, identity, signed_pair,
							       NULL, ratchet_pair, alice, base),
			 0);
	assert_int_equal(session_state_create(&session, *state), 0);
	assert_int_equal(ratcheting_session_bob_initialize(session, parameters, *state), 0);
	assert_chain(session_state_get_sender_chain_key(session));
	assert_int_equal(
		ec_public_key_compare(session_state_get_remote_identity_key(session), alice), 0);
	SIGNAL_UNREF(session);
	SIGNAL_UNREF(parameters);
	SIGNAL_UNREF(base);
	SIGNAL_UNREF(alice);
	SIGNAL_UNREF(ratchet_pair);
	SIGNAL_UNREF(signed_pair);
	SIGNAL_UNREF(identity);
}

static void test_session_as_alice(void **state)
{
	ratchet_identity_key_pair *identity =
		identity_pair(*state, ALICE_IDENTITY,
			      "9040f0d4e09cf38f6dc7c13779c908c015a1da4fa78737a080eb0a6f4f5f8f58");
	ec_key_pair *base =
		key_pair(*state, ALICE_BASE,
			 "11ae7c64d1e61cd596b76a0db5012673391cae66edbfcf073b4da80516a47449");
	ec_public_key *bob = public_key(*state, BOB_IDENTITY);
	ec_public_key *signed_key = public_key(*state, BOB_SIGNED);
	ec_public_key *ratchet_key = public_key(*state, BOB_RATCHET);
	alice_signal_protocol_parameters *parameters = NULL;
	session_state *session = NULL;

	assert_int_equal(alice_signal_protocol_parameters_create(&parameters, identity, base, bob,
								 signed_key, NULL, ratchet_key),
			 0);
	assert_int_equal(session_state_create(&session, *state), 0);
	assert_int_equal(ratcheting_session_alice_initialize(session, parameters, *state), 0);
	assert_chain(session_state_get_receiver_chain_key(session, ratchet_key));
	SIGNAL_UNREF(session);
	SIGNAL_UNREF(parameters);
	SIGNAL_UNREF(ratchet_key);
	SIGNAL_UNREF(signed_key);
	SIGNAL_UNREF(bob);
	SIGNAL_UNREF(base);
	SIGNAL_UNREF(identity);
}

/* A new context makes other keys: the provider's random bytes are random. */
static void test_random(void **state)
{
	ec_key_pair *one = NULL;
	ec_key_pair *two = NULL;

	assert_int_equal(curve_generate_key_pair(*state, &one), 0);
	assert_int_equal(curve_generate_key_pair(*state, &two), 0);
	assert_int_not_equal(
		ec_public_key_compare(ec_key_pair_get_public(one), ec_key_pair_get_public(two)), 0);
	SIGNAL_UNREF(one);
	SIGNAL_UNREF(two);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_hkdf),
		TEST(test_agreement),
		TEST(test_signature),
		TEST(test_chain_key),
		TEST(test_root_key),
		TEST(test_session_as_bob),
		TEST(test_session_as_alice),
		TEST(test_random),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
