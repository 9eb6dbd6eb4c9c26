/* Logins: the file first, then the helper, whose answers are kept and whose time is bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/model/logins.h"
#include "core/model/owner.h"
#include "tui/confine/helper_login.h"

enum { LENA = 70001, BOUND_MS = 1000 /* how late an answer may be, on a busy machine */ };

/* -- the finder ------------------------------------------------------------------------------- */

struct asked {
	unsigned names, uids;
	bool is_down;
};

static enum login_answer by_name(void *user, const char *name, uint32_t *uid)
{
	struct asked *asked = user;

	asked->names++;
	*uid = LENA;
	if (asked->is_down)
		return LOGIN_UNKNOWN;
	return strcmp(name, "lena") == 0 ? LOGIN_FOUND : LOGIN_NONE;
}

static enum login_answer by_uid(void *user, uint32_t uid, char name[static LOGIN_BYTES])
{
	struct asked *asked = user;

	asked->uids++;
	if (asked->is_down)
		return LOGIN_UNKNOWN;
	g_strlcpy(name, "le\x1bna", LOGIN_BYTES);
	return uid == LENA ? LOGIN_FOUND : LOGIN_NONE;
}

static struct logins *logins_asking(struct asked *asked)
{
	const struct login_finder finder = { by_name, by_uid, asked };
	struct logins *logins = logins_new();

	logins_let_find(logins, &finder);
	return logins;
}

/* What stands in the file is asked of nobody else. */
static void test_file_first(void **state)
{
	struct asked asked = { .is_down = true };
	struct logins *logins = logins_asking(&asked);
	uint32_t holder = 7;
	char *name;

	(void)state;
	assert_int_equal(logins_of_name(logins, "ROOT", 1, &holder), LOGIN_FOUND);
	assert_int_equal(holder, 0);
	assert_int_equal(logins_of_uid(logins, 0, &name), LOGIN_FOUND);
	assert_string_equal(name, "root");
	g_free(name);
	assert_int_equal(asked.names + asked.uids, 0);
	logins_free(logins);
	assert_int_equal(logins_of_name(NULL, "root", 1, &holder), LOGIN_FOUND);
	assert_int_equal(logins_of_name(NULL, "lena", 1, &holder), LOGIN_NONE);
}

/* A service's users too, in whatever case, asked once; and what it says is safe to show. */
static void test_service(void **state)
{
	struct asked asked = { 0 };
	struct logins *logins = logins_asking(&asked);
	uint32_t holder;
	char *name;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(logins_of_name(logins, "lena", 1, &holder), LOGIN_FOUND);
		assert_int_equal(holder, LENA);
		assert_int_equal(logins_of_name(logins, "nobody-here", 1, &holder), LOGIN_NONE);
		assert_int_equal(logins_of_uid(logins, LENA, &name), LOGIN_FOUND);
		assert_null(strchr(name, '\x1b'));
		g_free(name);
		assert_int_equal(logins_of_uid(logins, LENA + 1, &name), LOGIN_NONE);
		assert_null(name);
	}
	assert_int_equal(asked.names, 2);
	assert_int_equal(asked.uids, 2);
	assert_int_equal(logins_of_name(logins, "LENA", 1, &holder), LOGIN_FOUND);
	logins_free(logins);
}

/* One that doesn't answer costs its time once, not for each name; nobody is told as nobody. */
static void test_down(void **state)
{
	struct asked asked = { .is_down = true };
	struct logins *logins = logins_asking(&asked);
	uint32_t holder;
	char *name;

	(void)state;
	for (int i = 0; i < 10; i++) {
		g_autofree char *some = g_strdup_printf("name%d", i);

		assert_int_equal(logins_of_name(logins, some, 1, &holder), LOGIN_UNKNOWN);
		assert_int_equal(logins_of_uid(logins, LENA + i, &name), LOGIN_UNKNOWN);
	}
	assert_int_equal(asked.names + asked.uids, 1);
	logins_free(logins);
}

/* -- the helper ------------------------------------------------------------------------------- */

static enum login_answer slow_name(const char *name, uint32_t *uid)
{
	if (strcmp(name, "dies") == 0)
		abort();
	while (strcmp(name, "hangs") == 0)
		pause();
	*uid = LENA;
	return strcmp(name, "lena") == 0 ? LOGIN_FOUND : LOGIN_NONE;
}

static enum login_answer slow_uid(uint32_t uid, char name[static LOGIN_BYTES])
{
	g_strlcpy(name, "lena", LOGIN_BYTES);
	return uid == LENA ? LOGIN_FOUND : LOGIN_NONE;
}

static const struct login_source source = { slow_name, slow_uid };

static struct login_helper *start(struct logins **logins, const struct login_source *from)
{
	struct login_helper *helper;

	*logins = logins_new();
	helper = login_helper_start(from, *logins, NULL);
	assert_non_null(helper);
	return helper;
}

static void end(struct logins *logins, struct login_helper *helper)
{
	logins_free(logins);
	login_helper_free(helper);
}

static void test_helper(void **state)
{
	struct logins *logins;
	struct login_helper *helper = start(&logins, &source);
	uint32_t holder;
	char *name;

	(void)state;
	assert_int_equal(logins_of_name(logins, "lena", 1, &holder), LOGIN_FOUND);
	assert_int_equal(holder, LENA);
	assert_int_equal(logins_of_name(logins, "none", 1, &holder), LOGIN_NONE);
	assert_int_equal(logins_of_uid(logins, LENA, &name), LOGIN_FOUND);
	assert_string_equal(name, "lena");
	g_free(name);
	/* Longer than any name on a spool. */
	name = g_strnfill(70, 'a');
	assert_int_equal(logins_of_name(logins, name, 1, &holder), LOGIN_UNKNOWN);
	g_free(name);
	end(logins, helper);
}

/* A service that hangs, or whose library ends the look-up, is no answer after 2 s; the helper goes
 * on, and a verb's end doesn't wait for it. */
static void test_bound(void **state)
{
	gint64 began = g_get_monotonic_time(), took;
	struct logins *logins;
	struct login_helper *helper = start(&logins, &source);
	uint32_t holder;

	(void)state;
	assert_int_equal(logins_of_name(logins, "hangs", 1, &holder), LOGIN_UNKNOWN);
	took = (g_get_monotonic_time() - began) / 1000;
	/* A clock in milliseconds may be one behind. */
	assert_in_range(took, LOGIN_LOOK_MS - 1, LOGIN_LOOK_MS + BOUND_MS);
	logins_free(logins);
	logins = logins_new();
	login_helper_free(helper);
	helper = login_helper_start(&source, logins, NULL);
	assert_int_equal(logins_of_name(logins, "dies", 1, &holder), LOGIN_UNKNOWN);
	end(logins, helper);
	helper = start(&logins, &source);
	assert_int_equal(logins_of_name(logins, "lena", 1, &holder), LOGIN_FOUND);
	end(logins, helper);
}

/* The host's own, whatever it has: root is there. */
static void test_host(void **state)
{
	char name[LOGIN_BYTES] = "";
	uint32_t uid = 1;

	(void)state;
	assert_int_equal(login_source_host.by_name("root", &uid), LOGIN_FOUND);
	assert_int_equal(uid, 0);
	assert_int_equal(login_source_host.by_uid(0, name), LOGIN_FOUND);
	assert_string_equal(name, "root");
	assert_int_equal(login_source_host.by_name("no-such-login-here", &uid), LOGIN_NONE);
}

/* -- owners ----------------------------------------------------------------------------------- */

static void check_words(const struct owner *owner, const char *words, bool differs)
{
	g_autofree char *said = owner_words(owner);

	assert_string_equal(said, words);
	assert_int_equal(owner_differs(owner, "lena"), differs);
}

static void test_owner(void **state)
{
	char login[] = "lena", other[] = "mallory";

	(void)state;
	assert_null(owner_words(&(struct owner){ 0 }));
	check_words(&(struct owner){ true, false, 5, LOGIN_FOUND, login }, "login lena, uid 5",
		    false);
	check_words(&(struct owner){ true, false, 5, LOGIN_FOUND, other }, "login mallory, uid 5",
		    true);
	check_words(&(struct owner){ true, true, 5, LOGIN_FOUND, other },
		    "login mallory, uid 5 (your own)", false);
	check_words(&(struct owner){ true, false, 5, LOGIN_NONE, NULL },
		    "uid 5, which has no login", false);
	check_words(&(struct owner){ true, false, 5, LOGIN_UNKNOWN, NULL },
		    "uid 5, whose login can't be looked up", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_first), cmocka_unit_test(test_service),
		cmocka_unit_test(test_down),	   cmocka_unit_test(test_helper),
		cmocka_unit_test(test_bound),	   cmocka_unit_test(test_host),
		cmocka_unit_test(test_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
