/* The fake store keeps the port's promises, and fails when it is told to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/secret.h"
#include "tests/support/fake_store.h"
#include "tests/support/store_suite.h"

static struct secret *word(void)
{
	char text[] = "word";

	return secret_take(text, 4, NULL);
}

static struct store *make(void *user)
{
	struct store_door **door = user;
	struct secret *passphrase = word();

	*door = fake_door_new();
	struct store *store = (*door)->ops->create(*door, passphrase, KDF_FLOOR, NULL);
	secret_free(passphrase);
	assert_true((*door)->ops->finish(*door, NULL));
	return store;
}

static struct store *reopen(struct store *store, void *user)
{
	struct store_door **door = user;
	struct secret *passphrase = word();

	store->ops->close(store);
	store = (*door)->ops->open(*door, passphrase, NULL);
	secret_free(passphrase);
	return store;
}

static void drop(struct store *store, void *user)
{
	struct store_door **door = user;

	store->ops->close(store);
	(*door)->ops->free(*door);
}

static void test_fails_at(void **state)
{
	struct store *store = fake_store_new();
	GBytes *value = g_bytes_new_static("x", 1), *back = NULL;
	GError *error = NULL;

	(void)state;
	fake_store_fail_at(store, 2, ERROR_FULL);
	assert_true(store->ops->begin(store, NULL));
	assert_false(store->ops->setting_put(store, "a", value, &error));
	assert_true(error_is(error, ERROR_FULL));
	g_clear_error(&error);
	assert_true(store->ops->setting_put(store, "a", value, NULL));
	assert_true(fake_store_in_transaction(store));
	fake_store_fail_from(store, 1, ERROR_IO);
	assert_false(store->ops->commit(store, NULL));
	store->ops->rollback(store);
	assert_false(fake_store_in_transaction(store));
	assert_false(store->ops->setting_get(store, "a", &back, NULL));
	fake_store_fail_at(store, 0, ERROR_IO);
	assert_true(store->ops->setting_get(store, "a", &back, NULL));
	assert_null(back);
	assert_int_equal(fake_store_commits(store), 0);
	assert_int_equal(fake_store_calls(store), 1);
	store->ops->close(store);
	g_bytes_unref(value);
}

int main(void)
{
	struct store_door *door = NULL;
	struct store_maker maker = { make, reopen, drop, &door };
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_fails_at) };

	if (!secret_start(NULL))
		return 1;
	return store_suite_run("fake store", &maker) +
	       cmocka_run_group_tests_name("failing on purpose", tests, NULL, NULL);
}
