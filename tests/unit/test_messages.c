/* Message rows beneath the port: tampering inside the database, and the counts that follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/inside.h"
#include "storage/message_row.h"
#include "storage/opened.h"
#include "tests/support/store_suite.h"

struct fixture {
	char *folder;
	char *path;
	struct secret *master;
	struct store *store;
};

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "store.db", NULL);
	fixture->master = secret_new_random(32, NULL);
	struct opened_options options = { fixture->path, true, clock_system(), 1000, NULL };
	fixture->store = opened_new(&options, fixture->master, NULL);
	assert_non_null(fixture->store);
	assert_true(fixture->store->ops->begin(fixture->store, NULL));
	store_suite_contact(fixture->store, "bob");
	store_suite_contact(fixture->store, "eve");
	assert_true(fixture->store->ops->commit(fixture->store, NULL));
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fixture->store->ops->close(fixture->store);
	unlink(fixture->path);
	rmdir(fixture->folder);
	secret_free(fixture->master);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

static void put(struct fixture *fixture, const char *conversation, int n, const char *body)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, conversation, n, DIRECTION_IN, body);
	assert_true(fixture->store->ops->begin(fixture->store, NULL));
	assert_true(fixture->store->ops->message_put(fixture->store, &message, &is_new, NULL));
	assert_true(fixture->store->ops->commit(fixture->store, NULL));
	message_clear(&message);
}

static gboolean count_readable(const struct message *message, void *user)
{
	assert_non_null(message->body);
	*(unsigned *)user += message->kind == KIND_TEXT;
	return TRUE;
}

static unsigned readable(struct fixture *fixture, const char *conversation)
{
	unsigned count = 0;

	assert_true(fixture->store->ops->message_before(fixture->store, conversation, 0, 100,
							count_readable, &count, NULL));
	return count;
}

/* Someone with the database's key, or a lost page, changes what must not: the body says so. */
static void test_tampered(void **state)
{
	static const char *const acts[] = {
		"UPDATE messages SET sent_at = sent_at + 1 WHERE seq = 1",
		"UPDATE messages SET received_at = 5 WHERE seq = 1",
		"UPDATE messages SET device = 8 WHERE seq = 1",
		"UPDATE messages SET wire = x'00' WHERE seq = 1",
		"UPDATE messages SET sender = 2 WHERE seq = 1",
		"UPDATE messages SET conversation = 2, seq = 99 WHERE seq = 1",
		"UPDATE messages SET body = (SELECT body FROM messages WHERE seq = 2)"
		" WHERE seq = 1",
		"UPDATE messages SET body = zeroblob(60) WHERE seq = 1",
		"UPDATE messages SET body = x'' WHERE seq = 1",
		"UPDATE bodies SET body = zeroblob(2040)",
		"DELETE FROM bodies",
	};
	struct fixture *fixture = *state;
	struct db *db = inside_of(fixture->store)->db;
	char *long_body = g_strnfill(2000, 'l');

	put(fixture, "bob", 1, "first");
	put(fixture, "bob", 2, "second");
	put(fixture, "bob", 3, long_body);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		assert_int_equal(readable(fixture, "bob"), 3);
		assert_true(db_begin(db, NULL));
		assert_true(db_script(db, acts[i], NULL));
		if (readable(fixture, "bob") + readable(fixture, "eve") != 2)
			fail_msg("not noticed: %s", acts[i]);
		fixture->store->ops->rollback(fixture->store);
	}
	/* What does change, does. */
	assert_true(
		db_script(db, "UPDATE messages SET state = 3, read_at = 9, expires_at = 9", NULL));
	assert_int_equal(readable(fixture, "bob"), 3);
	g_free(long_body);
}

/* Values that no sotto wrote are damage, not a crash. */
static void test_out_of_range(void **state)
{
	static const char *const acts[] = {
		"UPDATE messages SET state = 77",      "UPDATE messages SET kind = -1",
		"UPDATE messages SET trust = 99",      "UPDATE messages SET direction = 2",
		"UPDATE messages SET sender = 123456",
	};
	struct fixture *fixture = *state;
	struct db *db = inside_of(fixture->store)->db;
	unsigned count = 0;

	put(fixture, "bob", 1, "first");
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		GError *error = NULL;

		assert_true(db_begin(db, NULL));
		assert_true(db_script(db, acts[i], NULL));
		assert_false(fixture->store->ops->message_before(fixture->store, "bob", 0, 9,
								 count_readable, &count, &error));
		assert_true(error_is(error, ERROR_DAMAGED));
		g_clear_error(&error);
		fixture->store->ops->rollback(fixture->store);
	}
}

/* The counts that nothing counts are those that counting would give. */
static void test_counts(void **state)
{
	struct fixture *fixture = *state;
	struct db *db = inside_of(fixture->store)->db;
	GRand *dice = g_rand_new_with_seed(3);
	struct store_counts counts;
	int64_t messages, unread;

	for (int n = 0; n < 200; n++) {
		const char *who = g_rand_boolean(dice) ? "bob" : "eve";

		put(fixture, who, g_rand_int_range(dice, 0, 120), "x");
		assert_true(fixture->store->ops->begin(fixture->store, NULL));
		assert_true(fixture->store->ops->message_read(fixture->store, who,
							      g_rand_int_range(dice, 0, 100), 5, 0,
							      g_rand_boolean(dice), NULL));
		if (n == 150)
			assert_true(
				fixture->store->ops->contact_del(fixture->store, "nobody", NULL));
		if (g_rand_boolean(dice))
			assert_true(fixture->store->ops->commit(fixture->store, NULL));
		fixture->store->ops->rollback(fixture->store);
	}
	assert_true(fixture->store->ops->counts(fixture->store, &counts, NULL));
	assert_true(
		db_number(db, NULL, "SELECT count(*) FROM messages WHERE seq > ?", 0, &messages));
	assert_true(db_number(db, NULL,
			      "SELECT count(*) FROM messages WHERE read_at = ? AND direction = 0",
			      0, &unread));
	assert_true(messages > 50 && unread > 5 && unread < messages);
	assert_int_equal(counts.messages, messages);
	assert_int_equal(counts.unread, unread);
	g_rand_free(dice);
}

static void test_wire(void **state)
{
	static const struct {
		const char *id;
		size_t bytes;
	} ids[] = {
		{ "0123456789abcdef0123456789abcdef", 16 },
		{ "0123456789ABCDEF0123456789ABCDEF", 32 },
		{ "sixteen bytes id", 17 },
		{ "fifteen bytes i", 15 },
		{ "x", 1 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		GBytes *wire = message_row_wire(ids[i].id);

		assert_int_equal(g_bytes_get_size(wire), ids[i].bytes);
		g_bytes_unref(wire);
	}
}

/* What is muted is counted apart, as long as it is. */
static void test_counts_mutes(void **state)
{
	struct fixture *fixture = *state;
	const int64_t now = clock_wall(clock_system());
	const struct {
		int64_t muted_to;
		unsigned unread, muted;
	} cases[] = {
		{0, 3, 0},
		{now - 1000, 3, 0},
		{now + 3600 * 1000, 1, 2},
		{CONTACT_MUTED, 1, 2},
	};
	const struct store_ops *ops = fixture->store->ops;
	struct store_counts counts;

	put(fixture, "bob", 1, "one");
	put(fixture, "bob", 2, "two");
	put(fixture, "eve", 3, "three");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct contact *bob = NULL;

		assert_true(ops->contact_get(fixture->store, "bob", &bob, NULL));
		bob->muted_to = cases[i].muted_to;
		assert_true(ops->begin(fixture->store, NULL));
		assert_true(ops->contact_put(fixture->store, bob, NULL));
		assert_true(ops->commit(fixture->store, NULL));
		contact_free(bob);
		assert_true(ops->counts(fixture->store, &counts, NULL));
		assert_int_equal(counts.unread, cases[i].unread);
		assert_int_equal(counts.unread_muted, cases[i].muted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tampered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_out_of_range, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts_mutes, setup, teardown),
		cmocka_unit_test(test_wire),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
