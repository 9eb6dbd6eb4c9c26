/* The key file: what opens it, what doesn't, and what a power cut may leave of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/header.h"
#include "tests/support/profile.h"

enum { SUM_AT = HEADER_SLOT_BYTES - CRYPTO_HASH_BYTES };

struct fixture {
	char *folder;
	char *path;
	struct secret *word;
	struct secret *master;
	uint8_t bytes[HEADER_BYTES]; /* as made */
};

static void load(const struct fixture *fixture, uint8_t bytes[static HEADER_BYTES])
{
	char *data = NULL;
	size_t size = 0;

	assert_true(g_file_get_contents(fixture->path, &data, &size, NULL));
	assert_int_equal(size, HEADER_BYTES);
	memcpy(bytes, data, size);
	g_free(data);
}

static void save(const struct fixture *fixture, const void *bytes, size_t size)
{
	assert_true(g_file_set_contents(fixture->path, bytes, (gssize)size, NULL));
}

static void resum(uint8_t *slot)
{
	crypto_blake2b(slot, SUM_AT, NULL, slot + SUM_AT);
}

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "header", NULL);
	fixture->word = profile_word("word");
	fixture->master = header_create(fixture->path, fixture->word, KDF_FLOOR, NULL);
	assert_non_null(fixture->master);
	load(fixture, fixture->bytes);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	rmdir(fixture->folder);
	secret_free(fixture->word);
	secret_free(fixture->master);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

static void assert_opens(const struct fixture *fixture, const char *text)
{
	struct secret *word = profile_word(text);
	GError *error = NULL;
	struct secret *master = header_open(fixture->path, word, &error);

	assert_non_null(master);
	assert_true(secret_equal(master, fixture->master));
	secret_free(master);
	secret_free(word);
}

static void assert_refuses(const struct fixture *fixture, const char *text, enum error code)
{
	struct secret *word = profile_word(text);
	GError *error = NULL;

	assert_null(header_open(fixture->path, word, &error));
	assert_true(error_is(error, code));
	g_clear_error(&error);
	secret_free(word);
}

static void test_opens(void **state)
{
	const struct fixture *fixture = *state;
	enum kdf_level level = KDF_COUNT;
	struct stat st;

	assert_opens(fixture, "word");
	assert_refuses(fixture, "Word", ERROR_PASSPHRASE);
	assert_refuses(fixture, "word ", ERROR_PASSPHRASE);
	assert_true(header_peek(fixture->path, &level, NULL));
	assert_int_equal(level, KDF_FLOOR);
	assert_int_equal(stat(fixture->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_null(header_create(fixture->path, fixture->word, KDF_FLOOR, NULL));
	assert_opens(fixture, "word");
	unlink(fixture->path);
	assert_refuses(fixture, "word", ERROR_NO_PROFILE);
}

/* Nobody can tell an unused second box from a used one, nor two key files of one passphrase. */
static void test_random(void **state)
{
	const struct fixture *fixture = *state;
	const size_t second = 80 + HEADER_WRAP_BYTES;
	uint8_t other[HEADER_BYTES], zeros[HEADER_WRAP_BYTES] = { 0 };

	unlink(fixture->path);
	struct secret *master = header_create(fixture->path, fixture->word, KDF_FLOOR, NULL);
	assert_false(secret_equal(master, fixture->master));
	secret_free(master);
	load(fixture, other);
	assert_memory_not_equal(other + 64, fixture->bytes + 64, KDF_SALT_BYTES);
	assert_memory_not_equal(other + 80, fixture->bytes + 80, HEADER_WRAP_BYTES);
	assert_memory_not_equal(other + second, fixture->bytes + second, HEADER_WRAP_BYTES);
	assert_memory_not_equal(other + second, zeros, HEADER_WRAP_BYTES);
	assert_memory_not_equal(other + second, other + 80, HEADER_WRAP_BYTES);
}

/* Every byte, in both slots: damage, and said so. */
static void test_flipped_both(void **state)
{
	const struct fixture *fixture = *state;
	uint8_t bytes[HEADER_BYTES];
	struct header header;

	for (size_t at = 0; at < HEADER_SLOT_BYTES; at++) {
		memcpy(bytes, fixture->bytes, sizeof(bytes));
		bytes[at] ^= (uint8_t)(1u << at % 8);
		bytes[HEADER_SLOT_BYTES + at] ^= (uint8_t)(1u << at % 8);
		assert_false(header_decode(bytes, &header));
		if (at % 64 == 0 || at < 256) {
			save(fixture, bytes, sizeof(bytes));
			assert_refuses(fixture, "word", ERROR_DAMAGED);
		}
	}
}

/* One slot may be damaged anywhere: the other opens, and the damage is put right. */
static void test_flipped_one(void **state)
{
	static const size_t places[] = { 0, 17, 41, 60, 70, 85, 130, 200, 3000, 4095 };
	const struct fixture *fixture = *state;
	uint8_t bytes[HEADER_BYTES];

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		memcpy(bytes, fixture->bytes, sizeof(bytes));
		bytes[places[i] + (i % 2) * HEADER_SLOT_BYTES] ^= 0x10;
		save(fixture, bytes, sizeof(bytes));
		assert_opens(fixture, "word");
		load(fixture, bytes);
		assert_memory_equal(bytes, fixture->bytes, sizeof(bytes));
	}
	bytes[5] ^= 1;
	save(fixture, bytes, sizeof(bytes));
	assert_refuses(fixture, "wrong", ERROR_PASSPHRASE);
}

/* Someone who mends the checksum gets past it, but not past the tag. */
static void test_forged(void **state)
{
	static const size_t places[] = { 36, 56, 64, 80, 120, 151 };
	const struct fixture *fixture = *state;
	uint8_t bytes[HEADER_BYTES];

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		memcpy(bytes, fixture->bytes, sizeof(bytes));
		bytes[places[i]] ^= 1;
		resum(bytes);
		memcpy(bytes + HEADER_SLOT_BYTES, bytes, HEADER_SLOT_BYTES);
		save(fixture, bytes, sizeof(bytes));
		assert_refuses(fixture, "word", ERROR_PASSPHRASE);
	}
}

/* What a file asks for is capped before anything is spent. */
static void test_costs(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} costs[] = {
		{ 40, 0 },    { 40, 1 }, { 40, KDF_PASSES_MAX + 1 },
		{ 43, 1 },    { 53, 1 }, { 55, 0x80 },
		{ 51, 3 },    { 52, 1 }, { 16, 2 },
		{ 25, 0x20 }, { 28, 4 }, { 32, 1 },
		{ 36, 9 },
	};
	const struct fixture *fixture = *state;
	uint8_t slot[HEADER_SLOT_BYTES];
	struct header header;

	for (size_t i = 0; i < G_N_ELEMENTS(costs); i++) {
		memcpy(slot, fixture->bytes, sizeof(slot));
		assert_true(header_decode(slot, &header));
		slot[costs[i].at] = costs[i].value;
		resum(slot);
		assert_false(header_decode(slot, &header));
	}
}

static void test_cut_short(void **state)
{
	const struct fixture *fixture = *state;

	save(fixture, fixture->bytes, 0);
	assert_refuses(fixture, "word", ERROR_DAMAGED);
	/* What isn't there is read as zeros, which one byte of the checksum may be. */
	save(fixture, fixture->bytes, HEADER_SLOT_BYTES - 8);
	assert_refuses(fixture, "word", ERROR_DAMAGED);
	save(fixture, fixture->bytes, HEADER_SLOT_BYTES);
	assert_opens(fixture, "word");
}

static void change(const struct fixture *fixture, const char *old, const char *fresh)
{
	struct secret *from = profile_word(old), *to = profile_word(fresh);
	GError *error = NULL;

	assert_true(header_change(fixture->path, from, to, &error));
	assert_null(error);
	secret_free(from);
	secret_free(to);
}

static void test_changed(void **state)
{
	const struct fixture *fixture = *state;
	struct secret *wrong = profile_word("wrong");
	uint8_t bytes[HEADER_BYTES];
	GError *error = NULL;

	assert_false(header_change(fixture->path, wrong, fixture->word, &error));
	assert_true(error_is(error, ERROR_PASSPHRASE));
	g_clear_error(&error);
	secret_free(wrong);
	change(fixture, "word", "other");
	assert_opens(fixture, "other");
	assert_refuses(fixture, "word", ERROR_PASSPHRASE);
	/* Nothing of the old wrap is left in the file. */
	load(fixture, bytes);
	assert_memory_equal(bytes, bytes + HEADER_SLOT_BYTES, HEADER_SLOT_BYTES);
	assert_null(memmem(bytes, sizeof(bytes), fixture->bytes + 80, 16));
	change(fixture, "other", "third");
	assert_opens(fixture, "third");
	assert_refuses(fixture, "other", ERROR_PASSPHRASE);
}

/* Between the two writes either passphrase opens, and the one that does makes the other useless. */
static void test_change_cut(void **state)
{
	const struct fixture *fixture = *state;
	uint8_t changed[HEADER_BYTES], between[HEADER_BYTES];

	change(fixture, "word", "other");
	load(fixture, changed);
	for (int fresh_slot = 0; fresh_slot < 2; fresh_slot++) {
		memcpy(between, fixture->bytes, sizeof(between));
		memcpy(between + fresh_slot * HEADER_SLOT_BYTES, changed, HEADER_SLOT_BYTES);
		save(fixture, between, sizeof(between));
		assert_refuses(fixture, "neither", ERROR_PASSPHRASE);
		assert_opens(fixture, "word");
		assert_refuses(fixture, "other", ERROR_PASSPHRASE);
		save(fixture, between, sizeof(between));
		assert_opens(fixture, "other");
		assert_refuses(fixture, "word", ERROR_PASSPHRASE);
		/* And with the write of the fresh slot torn. */
		memset(between + fresh_slot * HEADER_SLOT_BYTES + 512, 0xee, 1024);
		save(fixture, between, sizeof(between));
		assert_refuses(fixture, "other", ERROR_PASSPHRASE);
		assert_opens(fixture, "word");
	}
}

#define COMPOSED "Z\xc3\xbcrich caf\xc3\xa9 99"
#define SPLIT	 "Zu\xcc\x88rich cafe\xcc\x81 99"
#define OTHER	 "Zurich cafe 99"

/* The slots as a sotto made them that took a passphrase as it was typed. */
static void wrap_as_typed(const struct fixture *fixture, const char *text)
{
	enum { AT_WRAP = 80 };
	struct secret *word = profile_word(text);
	uint8_t bytes[HEADER_BYTES];
	struct header header;

	memcpy(bytes, fixture->bytes, sizeof(bytes));
	assert_true(header_decode(bytes, &header));
	struct secret *key = kdf_derive(word, header.salt, &header.cost, NULL);
	assert_non_null(key);
	crypto_box_seal(secret_peek(key), bytes, AT_WRAP, secret_peek(fixture->master),
			HEADER_MASTER_BYTES, bytes + AT_WRAP);
	resum(bytes);
	memcpy(bytes + HEADER_SLOT_BYTES, bytes, HEADER_SLOT_BYTES);
	save(fixture, bytes, sizeof(bytes));
	secret_free(key);
	secret_free(word);
}

/* Whether TEXT opens the file; with the same master key then. */
static bool opens_with(const struct fixture *fixture, const char *text)
{
	struct secret *word = profile_word(text);
	g_autoptr(GError) error = NULL;
	struct secret *master = header_open(fixture->path, word, &error);
	bool is_open = master != NULL;

	assert_true(is_open ? secret_equal(master, fixture->master)
			    : error_is(error, ERROR_PASSPHRASE));
	secret_free(master);
	secret_free(word);
	return is_open;
}

static gboolean change_to(const struct fixture *fixture, const char *from, const char *to)
{
	struct secret *old = profile_word(from), *fresh = profile_word(to);
	gboolean ok = header_change(fixture->path, old, fresh, NULL);

	secret_free(old);
	secret_free(fresh);
	return ok;
}

/* The same characters open it, however they are put together. */
static void test_forms(void **state)
{
	struct fixture *fixture = *state;

	assert_true(change_to(fixture, "word", SPLIT));
	assert_true(opens_with(fixture, SPLIT) && opens_with(fixture, COMPOSED));
	assert_false(opens_with(fixture, OTHER));
	assert_true(change_to(fixture, SPLIT, COMPOSED));
	assert_true(opens_with(fixture, SPLIT) && opens_with(fixture, COMPOSED));
}

static void test_forms_of_before(void **state)
{
	struct fixture *fixture = *state;

	wrap_as_typed(fixture, SPLIT);
	assert_true(opens_with(fixture, SPLIT));
	assert_false(opens_with(fixture, COMPOSED) || opens_with(fixture, OTHER));
	/* Once changed it is as if it had been made now. */
	assert_true(change_to(fixture, SPLIT, SPLIT));
	assert_true(opens_with(fixture, SPLIT) && opens_with(fixture, COMPOSED));
	wrap_as_typed(fixture, COMPOSED);
	assert_true(opens_with(fixture, SPLIT) && opens_with(fixture, COMPOSED));
	wrap_as_typed(fixture, "\xff\xfe not UTF-8");
	assert_true(opens_with(fixture, "\xff\xfe not UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_opens, setup, teardown),
		cmocka_unit_test_setup_teardown(test_random, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flipped_both, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flipped_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_costs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_short, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forms_of_before, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("header", tests, NULL, NULL);
}
