/* The mark that is kept outside the profile: who can make one, and what it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "core/omemo/seal_mark.h"

static struct seal_owner owner_of(uint8_t key, const char *address, uint32_t device)
{
	struct seal_owner owner = { .address = address, .device = device };

	memset(owner.key, key, sizeof(owner.key));
	return owner;
}

static struct seal_mark mark_of(uint8_t run, uint64_t bound)
{
	struct seal_mark mark = { .bound = bound };

	memset(mark.run, run, sizeof(mark.run));
	return mark;
}

/* Another profile of the same computer can't pass its mark off as ours, nor can a single bit be
 * another one. */
static void test_authentic(void **state)
{
	struct seal_owner alice = owner_of(1, "alice", 7);
	struct seal_owner others[] = { owner_of(2, "alice", 7), owner_of(1, "alic", 7),
				       owner_of(1, "bob", 7), owner_of(1, "alice", 8) };
	struct seal_mark mark = mark_of(9, 512), found;
	g_autoptr(GBytes) bytes = seal_mark_encode(&mark, &alice);
	gsize size;
	const uint8_t *data = g_bytes_get_data(bytes, &size);

	(void)state;
	assert_int_equal(size, SEAL_MARK_BYTES);
	assert_true(seal_mark_decode(bytes, &alice, &found));
	assert_memory_equal(&found, &mark, sizeof(mark));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		assert_false(seal_mark_decode(bytes, &others[i], &found));
	for (size_t bit = 0; bit < size * 8; bit++) {
		g_autofree uint8_t *copy = g_memdup2(data, size);
		g_autoptr(GBytes) forged = NULL;

		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		forged = g_bytes_new(copy, size);
		assert_false(seal_mark_decode(forged, &alice, &found));
	}
	for (gsize length = 0; length < size; length++) {
		g_autoptr(GBytes) cut = g_bytes_new(data, length);

		assert_false(seal_mark_decode(cut, &alice, &found));
	}
}

/* A mark of no seals says nothing, whoever made it. */
static void test_empty_bound(void **state)
{
	struct seal_owner alice = owner_of(1, "alice", 7);
	struct seal_mark mark = mark_of(9, 0), found;
	g_autoptr(GBytes) bytes = seal_mark_encode(&mark, &alice);

	(void)state;
	assert_false(seal_mark_decode(bytes, &alice, &found));
}

static void test_record(void **state)
{
	struct seal_record record = { .now = mark_of(1, 256),
				      .before = mark_of(2, 512),
				      .unsure_row = 4,
				      .renewed_at = INT64_MAX },
			   read;
	static const struct seal_record empty;

	(void)state;
	for (int flags = 0; flags < 16; flags++) {
		g_autoptr(GBytes) bytes = NULL, cut = NULL;

		record.is_renewing = flags & 1;
		record.is_clone = flags & 2;
		record.is_unkept = flags & 4;
		record.is_greeting = flags & 8;
		bytes = seal_record_encode(&record);
		seal_record_decode(bytes, &read);
		assert_memory_equal(&read.now, &record.now, sizeof(read.now));
		assert_memory_equal(&read.before, &record.before, sizeof(read.before));
		assert_int_equal(read.unsure_row, 4);
		assert_int_equal(read.renewed_at, INT64_MAX);
		assert_int_equal(read.is_renewing, record.is_renewing);
		assert_int_equal(read.is_clone, record.is_clone);
		assert_int_equal(read.is_unkept, record.is_unkept);
		assert_int_equal(read.is_greeting, record.is_greeting);
		cut = g_bytes_new_from_bytes(bytes, 0, g_bytes_get_size(bytes) - 1);
		seal_record_decode(cut, &read);
		assert_memory_equal(&read, &empty, sizeof(empty));
	}
	seal_record_decode(NULL, &read);
	assert_memory_equal(&read, &empty, sizeof(empty));
}

/* What the profile knows, what is there, and what that means. */
static void test_compare(void **state)
{
	static const struct {
		struct {
			uint8_t run;
			uint64_t bound;
		} now, before, there;
		enum seal_verdict verdict;
	} table[] = {
		{ .verdict = SEAL_FIRST },
		/* One that is only on record may never have got there. */
		{ .now = { 1, 256 }, .verdict = SEAL_FIRST },
		{ .now = { 2, 512 }, .before = { 1, 256 }, .verdict = SEAL_MISSING },
		{ .now = { 1, 256 }, .there = { 1, 256 }, .verdict = SEAL_SAME },
		{ .now = { 1, 512 }, .there = { 1, 256 }, .verdict = SEAL_SAME },
		{ .now = { 2, 512 }, .before = { 1, 256 }, .there = { 1, 256 },
		  .verdict = SEAL_SAME },
		{ .now = { 2, 512 }, .before = { 1, 256 }, .there = { 2, 512 },
		  .verdict = SEAL_SAME },
		/* The run went on after the copy was made, or there was another one. */
		{ .now = { 1, 256 }, .there = { 1, 257 }, .verdict = SEAL_NEWER },
		{ .now = { 1, 256 }, .there = { 2, 512 }, .verdict = SEAL_NEWER },
		{ .now = { 1, 256 }, .there = { 2, 256 }, .verdict = SEAL_NEWER },
		{ .there = { 2, 256 }, .verdict = SEAL_NEWER },
		{ .now = { 1, 256 }, .there = { 0, 512 }, .verdict = SEAL_FREE },
		{ .now = { 1, 512 }, .there = { 2, 256 }, .verdict = SEAL_OLDER },
		{ .now = { 1, 512 }, .there = { 0, 256 }, .verdict = SEAL_OLDER },
	};
	struct seal_owner alice = owner_of(1, "alice", 7), mallory = owner_of(2, "alice", 7);
	struct seal_mark foreign = mark_of(1, 256), found;
	g_autoptr(GBytes) other = seal_mark_encode(&foreign, &mallory);
	struct seal_record knows = { .now = foreign };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
		struct seal_record record = {
			.now = mark_of(table[i].now.run, table[i].now.bound),
			.before = mark_of(table[i].before.run, table[i].before.bound),
		};
		struct seal_mark there = mark_of(table[i].there.run, table[i].there.bound);
		g_autoptr(GBytes) bytes = there.bound ? seal_mark_encode(&there, &alice) : NULL;

		if (seal_record_compare(&record, bytes, &alice, &found) != table[i].verdict)
			fail_msg("row %zu", i);
		assert_int_equal(found.bound, there.bound);
	}
	assert_int_equal(seal_record_compare(&knows, other, &alice, &found), SEAL_FOREIGN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_authentic),
		cmocka_unit_test(test_empty_bound),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
