/* The conformance suite on the real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/secret.h"
#include "tests/support/profile.h"
#include "tests/support/store_suite.h"

static struct store *make(void *user)
{
	profile_init(user);
	return profile_create(user);
}

static struct store *reopen(struct store *store, void *user)
{
	GError *error = NULL;

	store->ops->close(store);
	profile_renew(user);
	store = profile_open(user, "word", &error);
	if (!store)
		fail_msg("open: %s", error->message);
	return store;
}

static void drop(struct store *store, void *user)
{
	store->ops->close(store);
	profile_clear(user);
}

int main(void)
{
	struct profile profile;
	struct store_maker maker = { make, reopen, drop, &profile };

	if (!secret_start(NULL))
		return 1;
	return store_suite_run("store", &maker);
}
