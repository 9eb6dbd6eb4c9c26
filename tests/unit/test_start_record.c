/* What a start takes on trust, and what somebody who writes to the profile can make of it. */
#include "tui/confine/start_record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "core/base/error.h"
#include "core/model/account.h"

#define HOME "/home/ada/profile"

static const struct account spool = { .carrier = (char *)"spool", .spool = (char *)"/spool",
				      .address = (char *)"ada", .device = 7 };
static const struct account server = { .carrier = (char *)"xmpp", .ca_file = (char *)"" };
/* As the note of an older version has it. */
static const struct account older = { .carrier = (char *)"xmpp" };

static gboolean places(const char *home, const struct account *place, bool is_new)
{
	struct start_record *record = start_record_new(home);
	g_autoptr(GError) error = NULL;
	gboolean ok = start_record_places(record, place, is_new, &error);

	assert_true(ok || error_is(error, ERROR_TRUST));
	assert_true(ok || strstr(error->message, "starts/"));
	start_record_free(record);
	return ok;
}

static void test_places(void **state)
{
	struct account other = spool, authority = server;

	(void)state;
	other.spool = (char *)"/home/ada";
	authority.ca_file = (char *)"/home/ada/.ssh/id_ed25519";
	assert_true(places(HOME, &spool, false));
	assert_true(places(HOME, &spool, false));
	assert_false(places(HOME, &other, false));
	/* An older version's note, or none, is no way round it. */
	assert_false(places(HOME, &server, false));
	assert_false(places(HOME, &older, false));
	/* Another profile has a record of its own; one that is made anew, a new one. */
	assert_true(places(HOME "-other", &other, false));
	assert_true(places(HOME, &other, true));
	assert_false(places(HOME, &spool, false));
	start_record_forget(HOME);
	assert_true(places(HOME, &spool, false));
	start_record_forget(HOME);
	start_record_forget(HOME "-other");
	assert_true(places(HOME, &older, false));
	assert_true(places(HOME, &server, false));
	assert_false(places(HOME, &older, false));
	assert_false(places(HOME, &authority, false));
	start_record_forget(HOME);
}

static struct account *find(const char *note)
{
	struct start_record *record = start_record_new(HOME);
	g_autoptr(GBytes) bytes = note ? g_bytes_new(note, strlen(note)) : NULL;
	struct account *place = start_record_find(record, bytes);

	start_record_free(record);
	return place;
}

static void expect(const char *note, const char *carrier, const char *folder)
{
	struct account *place = find(note);

	assert_string_equal(place->carrier, carrier);
	assert_int_equal(place->spool != NULL, folder != NULL);
	if (folder)
		assert_string_equal(place->spool, folder);
	account_free(place);
}

static void test_notes(void **state)
{
	g_autoptr(GBytes) note = account_encode_place(&spool);
	g_autofree char *text = g_strndup(g_bytes_get_data(note, NULL), g_bytes_get_size(note));

	(void)state;
	expect(text, "spool", "/spool");
	/* Nobody knows anything. */
	expect(NULL, "xmpp", NULL);
	assert_true(places(HOME, &spool, false));
	/* What isn't there, or says nothing sensible, doesn't undo what was so. */
	expect(NULL, "spool", "/spool");
	expect("nonsense", "spool", "/spool");
	expect("[account]\ncarrier=spool\nspool=relative\naddress=ada\n", "spool", "/spool");
	expect("[account]\ncarrier=spool\nspool=/x\naddress=../ada\n", "spool", "/spool");
	expect("[account]\ncarrier=spool\nspool=/x\naddress=a/b\n", "spool", "/spool");
	expect("[account]\ncarrier=xmpp\nspool=/x\naddress=ada\n", "spool", "/spool");
	expect("[account]\ncarrier=xmpp\nca-file=relative\n", "spool", "/spool");
	start_record_forget(HOME);
}

/* A first start with a note that can't be read notes nothing: the right one is taken later. */
static void test_guessed(void **state)
{
	static const char *const notes[] = { NULL, "", "nonsense", "[account]\ncarrier=spool\n" };
	struct account other = spool;

	(void)state;
	other.spool = (char *)"/home/ada";
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
		g_autoptr(GBytes) note =
			notes[i] ? g_bytes_new_static(notes[i], strlen(notes[i])) : NULL;
		struct start_record *record = start_record_new(HOME);
		struct account *guess = start_record_find(record, note);

		assert_string_equal(guess->carrier, "xmpp");
		assert_true(start_record_places(record, guess, false, NULL));
		account_free(guess);
		start_record_free(record);
		assert_true(places(HOME, &spool, false));
		/* The control: that was noted. */
		assert_false(places(HOME, &other, false));
		start_record_forget(HOME);
	}
}

static bool has_hook(const char *command)
{
	struct start_record *record = start_record_new(HOME);
	bool has = start_record_has_hook(record, command);

	start_record_free(record);
	return has;
}

static void test_hook(void **state)
{
	struct start_record *record = start_record_new(HOME);

	(void)state;
	assert_false(has_hook("notify-send x"));
	start_record_confirm_hook(record, "notify-send x");
	start_record_free(record);
	assert_true(has_hook("notify-send x"));
	assert_false(has_hook("notify-send x; rm -rf ~"));
	/* The one doesn't undo the other. */
	assert_true(places(HOME, &spool, false));
	assert_true(has_hook("notify-send x"));
	start_record_forget(HOME);
	assert_false(has_hook("notify-send x"));
}

/* Nobody else may read it; and where it can't be kept, sotto starts all the same. */
static void test_folder(void **state)
{
	g_autofree char *folder = g_build_filename(g_getenv("XDG_STATE_HOME"), "sotto", NULL);
	struct stat st;

	(void)state;
	assert_true(places(HOME, &spool, false));
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	start_record_forget(HOME);
	g_setenv("XDG_STATE_HOME", "/dev/null/nowhere", TRUE);
	assert_true(places(HOME, &spool, false));
	assert_true(places(HOME, &server, false));
}

static int make_state(void **state)
{
	char *folder = g_dir_make_tmp("sotto-state-XXXXXX", NULL);

	*state = folder;
	return folder && g_setenv("XDG_STATE_HOME", folder, TRUE) ? 0 : -1;
}

static int remove_state(void **state)
{
	char *folder = *state;
	g_autofree char *sotto = g_build_filename(folder, "sotto", NULL);
	g_autofree char *starts = g_build_filename(sotto, "starts", NULL);

	g_rmdir(starts);
	g_rmdir(sotto);
	g_rmdir(folder);
	g_free(folder);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_state, remove_state)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_places),
		TEST(test_notes),
		TEST(test_guessed),
		TEST(test_hook),
		TEST(test_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
