/* Every way to tamper with the journal is found, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store.h"
#include "core/profile/journal.h"
#include "tests/support/fake_store.h"

enum { ROWS = 6 };

/*
 * A store whose journal can be tampered with: settings come from a fake store, the rows from an
 * array.
 */
struct book {
	struct store store;
	struct store_ops ops;
	struct store *settings;
	struct clock clock;
	GPtrArray *rows;
	int64_t last; /* number, as AUTOINCREMENT counts */
};

static struct book *book_of(struct store *store)
{
	return (struct book *)(void *)store;
}

static void row_free(void *data)
{
	journal_row_clear(data);
	g_free(data);
}

static gboolean put_row(struct store *store, struct journal_row *row, GError **error)
{
	struct book *book = book_of(store);
	struct journal_row *copy = g_memdup2(row, sizeof(*row));

	(void)error;
	row->number = ++book->last;
	copy->number = row->number;
	copy->what = g_strdup(row->what);
	copy->address = g_strdup(row->address);
	copy->detail = g_strdup(row->detail);
	g_ptr_array_add(book->rows, copy);
	return TRUE;
}

static gboolean each_row(struct store *store, int64_t after, journal_func func, void *user,
			 GError **error)
{
	struct book *book = book_of(store);

	(void)error;
	for (unsigned i = 0; i < book->rows->len; i++) {
		const struct journal_row *row = g_ptr_array_index(book->rows, i);

		if (row->number > after && !func(row, user))
			break;
	}
	return TRUE;
}

static gboolean get_setting(struct store *store, const char *name, GBytes **value, GError **error)
{
	struct store *settings = book_of(store)->settings;

	return settings->ops->setting_get(settings, name, value, error);
}

static gboolean put_setting(struct store *store, const char *name, GBytes *value, GError **error)
{
	struct store *settings = book_of(store)->settings;

	return settings->ops->setting_put(settings, name, value, error);
}

static int64_t wall(const struct clock *clock)
{
	(void)clock;
	return 1700000000000;
}

static void add(struct book *book, enum journal_what what, const char *address, uint32_t device,
		const char *detail)
{
	GError *error = NULL;

	if (!journal_add(&book->store, &book->clock, what, address, device, detail, &error))
		fail_msg("%s", error->message);
}

static int setup(void **state)
{
	struct book *book = g_new0(struct book, 1);

	book->clock.wall = wall;
	book->ops.journal_put = put_row;
	book->ops.journal_each = each_row;
	book->ops.setting_get = get_setting;
	book->ops.setting_put = put_setting;
	book->store.ops = &book->ops;
	book->rows = g_ptr_array_new_with_free_func(row_free);
	book->settings = fake_store_new();
	if (!book->settings->ops->begin(book->settings, NULL) ||
	    !journal_create(&book->store, NULL))
		return -1;
	add(book, JOURNAL_CREATED, "alice", 1, NULL);
	add(book, JOURNAL_UNLOCKED, NULL, 0, NULL);
	add(book, JOURNAL_DEVICE_SEEN, "bob", 2, "ab12");
	add(book, JOURNAL_VERIFIED, "bob", 2, "code");
	add(book, JOURNAL_LOCKED, NULL, 0, "");
	add(book, JOURNAL_UNLOCKED, NULL, 0, NULL);
	*state = book;
	return 0;
}

static int teardown(void **state)
{
	struct book *book = *state;

	book->settings->ops->close(book->settings);
	g_ptr_array_unref(book->rows);
	g_free(book);
	return 0;
}

static struct journal_row *row(struct book *book, unsigned index)
{
	return g_ptr_array_index(book->rows, index);
}

static void expect(struct book *book, int64_t expected)
{
	GError *error = NULL;
	int64_t bad = -1;

	if (!journal_verify(&book->store, &bad, &error))
		fail_msg("%s", error->message);
	assert_int_equal(bad, expected);
}

static void drop_setting(struct book *book, const char *name)
{
	assert_true(book->settings->ops->setting_put(book->settings, name, NULL, NULL));
}

static void test_whole(void **state)
{
	struct book *book = *state;

	expect(book, 0);
	assert_int_equal(book->rows->len, ROWS);
	assert_string_equal(row(book, 3)->what, "verified");
	assert_int_equal(row(book, 3)->number, 4);
	assert_int_equal(row(book, 3)->at, 1700000000000);
}

static void test_changed(void **state)
{
	struct book *book = *state;

	row(book, 2)->device ^= 1;
	expect(book, 3);
	row(book, 2)->device ^= 1;
	row(book, 2)->at++;
	expect(book, 3);
	row(book, 2)->at--;
	row(book, 3)->what[0] = 'V';
	expect(book, 4);
	row(book, 3)->what[0] = 'v';
	row(book, 3)->address[0] = 'm';
	expect(book, 4);
	row(book, 3)->address[0] = 'b';
	row(book, 0)->link[31] ^= 1;
	expect(book, 1);
	row(book, 0)->link[31] ^= 1;
	expect(book, 0);
	row(book, ROWS - 1)->number = 60;
	expect(book, ROWS);
	row(book, ROWS - 1)->number = ROWS;
	/* No text isn't an empty text. */
	g_clear_pointer(&row(book, 4)->detail, g_free);
	expect(book, 5);
	row(book, 4)->detail = g_strdup("");
	/* Nor do two texts run into one another. */
	g_free(row(book, 3)->address);
	g_free(row(book, 3)->detail);
	row(book, 3)->address = g_strdup("bobc");
	row(book, 3)->detail = g_strdup("ode");
	expect(book, 4);
}

static void test_removed(void **state)
{
	struct book *book = *state;

	g_ptr_array_remove_index(book->rows, 2);
	expect(book, 3);
	/* Closing the gap doesn't help. */
	for (unsigned i = 2; i < book->rows->len; i++)
		row(book, i)->number--;
	expect(book, 3);
}

static void test_reordered(void **state)
{
	struct book *book = *state;
	struct journal_row saved = *row(book, 1);
	int64_t number = row(book, 3)->number;

	*row(book, 1) = *row(book, 3);
	row(book, 1)->number = saved.number;
	saved.number = number;
	*row(book, 3) = saved;
	expect(book, 2);
}

static void test_added(void **state)
{
	struct book *book = *state;
	struct journal_row forged = { .what = g_strdup("trusted") };

	assert_true(put_row(&book->store, &forged, NULL));
	expect(book, ROWS + 1);
	journal_row_clear(&forged);
}

static void test_truncated(void **state)
{
	struct book *book = *state;

	g_ptr_array_set_size(book->rows, 4);
	expect(book, 5);
	/* What is added afterwards doesn't hide it, whether numbers are used again or not. */
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	expect(book, 5);
	g_ptr_array_set_size(book->rows, 4);
	book->last = 4;
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	expect(book, 5);
	g_ptr_array_set_size(book->rows, 0);
	expect(book, 1);
}

/* Rows of two histories that part from one another don't fit together. */
static void test_forked(void **state)
{
	struct book *book = *state;
	g_autoptr(GBytes) head = NULL;
	struct journal_row *other;

	assert_true(get_setting(&book->store, "journal-head", &head, NULL));
	add(book, JOURNAL_DISTRUSTED, "bob", 2, "hand");
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	other = g_ptr_array_steal_index(book->rows, ROWS);
	g_ptr_array_set_size(book->rows, ROWS);
	book->last = ROWS;
	assert_true(put_setting(&book->store, "journal-head", head, NULL));
	expect(book, 0);
	add(book, JOURNAL_TRUSTED, "bob", 2, "hand");
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	expect(book, 0);
	g_ptr_array_remove_index(book->rows, ROWS);
	g_ptr_array_insert(book->rows, ROWS, other);
	expect(book, ROWS + 2);
}

static void test_settings_gone(void **state)
{
	struct book *book = *state;

	drop_setting(book, "journal-head");
	expect(book, ROWS + 1);
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	expect(book, ROWS + 1);
	drop_setting(book, "journal-key");
	expect(book, 1);
	add(book, JOURNAL_LOCKED, NULL, 0, NULL);
	expect(book, 1);
}

static void test_empty(void **state)
{
	struct store *store = fake_store_new();
	int64_t bad = -1;

	(void)state;
	assert_true(journal_verify(store, &bad, NULL));
	assert_int_equal(bad, 0);
	assert_true(store->ops->begin(store, NULL));
	assert_true(journal_create(store, NULL));
	assert_true(store->ops->commit(store, NULL));
	assert_true(journal_verify(store, &bad, NULL));
	assert_int_equal(bad, 0);
	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->setting_put(store, "journal-head", NULL, NULL));
	assert_true(store->ops->commit(store, NULL));
	assert_true(journal_verify(store, &bad, NULL));
	assert_int_equal(bad, 1);
	store->ops->close(store);
}

/* Whatever call of the store fails, the error comes back and the rolled-back chain holds. */
static void test_failing_store(void **state)
{
	struct store *store = fake_store_new();
	struct book *book = *state;
	int64_t bad = -1;
	unsigned failures = 0;

	assert_true(store->ops->begin(store, NULL));
	assert_true(journal_create(store, NULL));
	assert_true(journal_add(store, &book->clock, JOURNAL_CREATED, "alice", 1, NULL, NULL));
	assert_true(store->ops->commit(store, NULL));
	for (unsigned n = 1;; n++) {
		GError *error = NULL;
		gboolean is_done;

		assert_true(store->ops->begin(store, NULL));
		fake_store_fail_at(store, n, ERROR_FULL);
		is_done = journal_add(store, &book->clock, JOURNAL_LOCKED, NULL, 0, NULL, &error);
		fake_store_fail_at(store, 0, ERROR_FULL);
		store->ops->rollback(store);
		assert_true(journal_verify(store, &bad, NULL));
		assert_int_equal(bad, 0);
		if (is_done)
			break;
		assert_true(error_is(error, ERROR_FULL));
		g_error_free(error);
		failures++;
	}
	assert_int_equal(failures, 4);
	store->ops->close(store);
}

static void test_names(void **state)
{
	(void)state;
	for (int i = 0; i < JOURNAL_COUNT; i++) {
		enum journal_what what = JOURNAL_COUNT;

		assert_true(journal_parse(journal_name((enum journal_what)i), &what));
		assert_int_equal(what, i);
		assert_true(g_str_has_suffix(journal_sentence(what), "."));
	}
	{
		enum journal_what what;

		assert_false(journal_parse("nothing", &what));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_whole),	  TEST(test_changed),	    TEST(test_removed),
		TEST(test_reordered),	  TEST(test_added),	    TEST(test_truncated),
		TEST(test_forked),	  TEST(test_settings_gone), TEST(test_empty),
		TEST(test_failing_store), TEST(test_names),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
