#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/error.h"
#include "core/omemo/bundle.h"

static struct bundle make_bundle(size_t prekeys)
{
	struct bundle bundle = {
		.device = 7, .label = g_strdup("desk <1>"), .signed_id = 3, .prekey_count = prekeys
	};

	bundle.prekeys = g_new0(struct bundle_prekey, prekeys);
	memset(bundle.identity, 0x11, CONTACT_KEY_BYTES);
	memset(bundle.signed_key, 0x22, CONTACT_KEY_BYTES);
	memset(bundle.signature, 0x33, BUNDLE_SIGNATURE_BYTES);
	bundle.identity[0] = bundle.signed_key[0] = 0x05;
	for (size_t i = 0; i < prekeys; i++) {
		bundle.prekeys[i].id = (uint32_t)(i ? i + UINT32_MAX - prekeys : 0);
		memset(bundle.prekeys[i].key, (int)i, CONTACT_KEY_BYTES);
		bundle.prekeys[i].key[0] = 0x05;
	}
	return bundle;
}

static char *encode(struct bundle *bundle)
{
	g_autoptr(GBytes) bytes = bundle_encode(bundle, NULL);

	assert_non_null(bytes);
	bundle_clear(bundle);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void test_round_trip(void **state)
{
	struct bundle bundle = make_bundle(BUNDLE_PREKEYS), again;
	g_autoptr(GBytes) bytes = bundle_encode(&bundle, NULL);

	(void)state;
	assert_non_null(bytes);
	assert_true(bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), 0, &again,
				  NULL));
	assert_int_equal(again.device, 7);
	assert_string_equal(again.label, "desk <1>");
	assert_int_equal(again.signed_id, 3);
	assert_memory_equal(again.identity, bundle.identity, CONTACT_KEY_BYTES);
	assert_memory_equal(again.signed_key, bundle.signed_key, CONTACT_KEY_BYTES);
	assert_memory_equal(again.signature, bundle.signature, BUNDLE_SIGNATURE_BYTES);
	assert_int_equal(again.prekey_count, BUNDLE_PREKEYS);
	for (size_t i = 0; i < BUNDLE_PREKEYS; i++) {
		assert_int_equal(again.prekeys[i].id, bundle.prekeys[i].id);
		assert_memory_equal(again.prekeys[i].key, bundle.prekeys[i].key, CONTACT_KEY_BYTES);
	}
	bundle_clear(&again);
	bundle_clear(&bundle);
	assert_null(bundle.prekeys);
}

static void decode(const char *text, uint32_t device, bool is_fine)
{
	g_autoptr(GError) error = NULL;
	struct bundle bundle;

	assert_int_equal(bundle_decode(text, strlen(text), device, &bundle, &error), is_fine);
	if (is_fine)
		assert_int_equal(bundle.device, 7);
	else
		assert_true(error_is(error, ERROR_FORMAT));
	bundle_clear(&bundle);
}

static void test_device(void **state)
{
	struct bundle bundle = make_bundle(1);
	g_autofree char *named = encode(&bundle);
	g_autofree char *plain = NULL;

	(void)state;
	decode(named, 0, true);
	decode(named, 7, true);
	decode(named, 8, false);
	bundle = make_bundle(1);
	bundle.device = 0;
	g_clear_pointer(&bundle.label, g_free);
	plain = encode(&bundle);
	assert_true(g_str_has_prefix(plain, "<bundle xmlns='eu.siacs.conversations.axolotl'>"));
	decode(plain, 7, true);
	decode(plain, 0, false);
	decode(plain, UINT32_MAX, false);
}

/* A published bundle, with WAS replaced by IS. */
static void replaced(const char *was, const char *is, bool is_fine)
{
	struct bundle bundle = make_bundle(2);
	g_autofree char *text = encode(&bundle);
	g_auto(GStrv) parts = g_strsplit(text, was, 2);
	g_autofree char *changed = NULL;

	assert_non_null(parts[1]);
	changed = g_strjoinv(is, parts);
	decode(changed, 0, is_fine);
}

static void test_shapes(void **state)
{
	static const char key[] = "BSIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi";

	(void)state;
	replaced(key, "BSIiIiIiIiIiIiIiIiIiIiIi IiIiIiIiIiIi\nIiIiIiIi", true);
	replaced(key, "AyIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi", false);	  /* type 3 */
	replaced(key, "BSIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI=", false);	  /* 32 bytes */
	replaced(key, "BSIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIg==", false); /* 34 */
	replaced(key, "", false);
	replaced(key, "not base64!", false);
	replaced("signedPreKeyId='3'", "signedPreKeyId='0'", true);
	replaced("signedPreKeyId='3'", "", false);
	replaced("signedPreKeyId='3'", "signedPreKeyId='4294967296'", false);
	replaced("MzMzMzMz", "MzMzMw==", false);
	replaced("<identityKey>", "<identityKey xmlns='urn:x'>", false);
	replaced("preKeyId='0'", "preKeyId='-1'", false);
	replaced("<preKeyPublic preKeyId='0'>", "<preKeyPublic preKeyId='0'>A", false);
	replaced("device='7'", "device='0'", false);
	replaced("device='7'", "device='2147483648'", false);
	replaced("<prekeys>", "<prekeys><other xmlns='urn:x'/>", true);
	replaced("bundle xmlns='eu.", "bundle xmlns='us.", false);
}

static void test_prekey_count(void **state)
{
	static const size_t counts[] = { 0, 1, BUNDLE_PREKEYS_MAX, BUNDLE_PREKEYS_MAX + 1 };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		struct bundle bundle = make_bundle(counts[i]), again;
		g_autofree char *text = encode(&bundle);
		g_autoptr(GError) error = NULL;

		assert_int_equal(bundle_decode(text, strlen(text), 7, &again, &error),
				 i == 1 || i == 2);
		if (i == 3)
			assert_true(error_is(error, ERROR_LIMIT));
		bundle_clear(&again);
	}
}

static void test_list_round_trip(void **state)
{
	static const uint32_t ids[] = { 5, INT32_MAX, 1 };
	g_autoptr(GBytes) bytes = device_list_encode(ids, 3, NULL);
	g_autoptr(GBytes) empty = device_list_encode(NULL, 0, NULL);
	g_autofree uint32_t *again = NULL;
	uint32_t *none = NULL;
	size_t count = 0;

	(void)state;
	assert_true(device_list_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				       &again, &count, NULL));
	assert_int_equal(count, 3);
	assert_memory_equal(again, ids, sizeof(ids));
	assert_true(device_list_decode(g_bytes_get_data(empty, NULL), g_bytes_get_size(empty),
				       &none, &count, NULL));
	assert_int_equal(count, 0);
	assert_null(none);
}

static void test_list_encode_refuses(void **state)
{
	static const uint32_t bad[][2] = { { 0, 1 }, { 1, 1 }, { 1, (uint32_t)INT32_MAX + 1 } };
	uint32_t many[CONTACT_DEVICES_MAX + 1];
	g_autoptr(GBytes) fits = NULL;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_null(device_list_encode(bad[i], 2, NULL));
	for (uint32_t i = 0; i <= CONTACT_DEVICES_MAX; i++)
		many[i] = i + 1;
	assert_null(device_list_encode(many, CONTACT_DEVICES_MAX + 1, NULL));
	fits = device_list_encode(many, CONTACT_DEVICES_MAX, NULL);
	assert_non_null(fits);
}

static void list(const char *inside, size_t expected, int code)
{
	g_autofree char *text = g_strdup_printf("<list xmlns='eu.siacs.conversations.axolotl'>%s"
						"</list>",
						inside);
	g_autoptr(GError) error = NULL;
	g_autofree uint32_t *ids = NULL;
	size_t count = 99;

	if (device_list_decode(text, strlen(text), &ids, &count, &error))
		assert_int_equal(code, -1);
	else
		assert_true(error_is(error, (enum error)code));
	assert_int_equal(count, expected);
}

static void test_list_decode(void **state)
{
	g_autoptr(GString) many = g_string_new(NULL);
	uint32_t *ids = NULL;
	size_t count = 0;

	(void)state;
	list("", 0, -1);
	list("<device id='1'/><device id='2' label='x'/><device id='1'/>", 2, -1);
	list("<device id='0'/><device/><device id='x'/><device id='7'/>", 1, -1);
	list("<device id='0'/>", 0, ERROR_FORMAT);
	list("<device xmlns='urn:x' id='1'/>", 0, -1);
	list("<device", 0, ERROR_FORMAT);
	assert_false(device_list_decode("<list/>", 7, &ids, &count, NULL));
	assert_false(device_list_decode("<", 1, &ids, &count, NULL));
	assert_null(ids);
	for (int i = 1; i <= CONTACT_DEVICES_MAX; i++)
		g_string_append_printf(many, "<device id='%d'/>", i);
	list(many->str, CONTACT_DEVICES_MAX, -1);
	g_string_append(many, "<device id='999'/>");
	list(many->str, 0, ERROR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),	cmocka_unit_test(test_device),
		cmocka_unit_test(test_shapes),		cmocka_unit_test(test_prekey_count),
		cmocka_unit_test(test_list_round_trip), cmocka_unit_test(test_list_encode_refuses),
		cmocka_unit_test(test_list_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
