#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/error.h"
#include "core/base/mistakes.h"
#include "core/model/settings_take.h"

static const char *const COLOURS[] = { "red", "green", "grey", NULL };

static const struct setting ROWS[] = {
	{ .name = "flag", .type = SETTING_BOOL, .initial = "off", .can_lock = true },
	{ .name = "count", .type = SETTING_INT, .initial = "7", .least = -3, .most = 100 },
	{ .name = "wait",
	  .type = SETTING_DURATION,
	  .initial = "10m",
	  .least = 10,
	  .most = 86400,
	  .can_be_off = true,
	  .can_lock = true },
	{ .name = "always", .type = SETTING_DURATION, .initial = "1h", .least = 60, .most = 86400 },
	{ .name = "colour", .type = SETTING_ENUM, .initial = "green", .closed = "grey",
	  .words = COLOURS },
	{ .name = "words", .type = SETTING_STRING, .initial = "a b", .least = 0, .most = 10 },
	{ .name = "key", .type = SETTING_KEY, .initial = "ctrl-k" },
};

static const struct setting_table TABLE = { ROWS, G_N_ELEMENTS(ROWS) };

struct files {
	char *folder, *path;
};

static int set_up(void **state)
{
	struct files *files = g_new(struct files, 1);

	files->folder = g_dir_make_tmp(NULL, NULL);
	files->path = g_build_filename(files->folder, "config", NULL);
	*state = files;
	return 0;
}

static int tear_down(void **state)
{
	struct files *files = *state;

	g_unlink(files->path);
	g_rmdir(files->folder);
	g_free(files->path);
	g_free(files->folder);
	g_free(files);
	return 0;
}

static void test_every_row_is_whole(void **state)
{
	const struct setting_table *table = settings_engine_rows();
	struct settings *settings = settings_new(table);

	(void)state;
	assert_true(table->count > 0);
	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];
		char *range = setting_range(row);
		char **all = setting_complete(row, "");
		int64_t number;

		assert_ptr_equal(setting_find(table, row->name), row);
		assert_true(g_str_has_suffix(row->explanation, "."));
		assert_true(strlen(range) > 0);
		assert_string_equal(settings_text(settings, row->name), row->initial);
		assert_non_null(all[0]);
		for (char **one = all; *one; one++)
			assert_true(setting_parse(row, *one, &number, NULL));
		assert_true(!row->closed || setting_parse(row, row->closed, &number, NULL));
		g_strfreev(all);
		g_free(range);
	}
	assert_int_equal(settings_number(settings, "lock_idle"), 600);
	assert_int_equal(settings_number(settings, "expire_default"), 0);
	assert_null(setting_find(table, "no_such"));
	settings_free(settings);
	settings_free(NULL);
}

static void test_parse(void **state)
{
	static const struct {
		const char *name, *text;
		bool is_good;
		int64_t number;
	} cases[] = {
		{ "flag", "on", true, 1 },	    { "flag", "false", true, 0 },
		{ "flag", "ON", false, 0 },	    { "flag", "", false, 0 },
		{ "count", "-3", true, -3 },	    { "count", "100", true, 100 },
		{ "count", "101", false, 0 },	    { "count", "-4", false, 0 },
		{ "count", "5x", false, 0 },	    { "count", " 5", false, 0 },
		{ "count", "", false, 0 },	    { "count", "0x5", false, 0 },
		{ "wait", "off", true, 0 },	    { "wait", "10s", true, 10 },
		{ "wait", "1d", true, 86400 },	    { "wait", "9s", false, 0 },
		{ "wait", "2d", false, 0 },	    { "wait", "600", false, 0 },
		{ "always", "off", false, 0 },	    { "always", "1m", true, 60 },
		{ "colour", "grey", true, 2 },	    { "colour", "gr", false, 0 },
		{ "colour", "", false, 0 },	    { "words", "", true, 0 },
		{ "words", "0123456789", true, 0 }, { "words", "01234567890", false, 0 },
		{ "words", "a\nb", false, 0 },	    { "words", "\xff", false, 0 },
		{ "words", "\x1b[m", false, 0 },    { "words", "a\u202e", false, 0 },
		{ "key", "ctrl-x", true, 0 },	    { "key", "", false, 0 },
		{ "key", "a b", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct setting *row = setting_find(&TABLE, cases[i].name);
		GError *error = NULL;
		int64_t number;
		bool is_good = setting_parse(row, cases[i].text, &number, &error);

		if (is_good != cases[i].is_good || number != cases[i].number)
			fail_msg("%s = %s", cases[i].name, cases[i].text);
		if (!is_good) {
			char *range = setting_range(row);

			assert_true(error_is(error, ERROR_USAGE));
			assert_non_null(strstr(error->message, row->name));
			assert_non_null(strstr(error->message, range));
			g_free(range);
		}
		g_clear_error(&error);
	}
}

static void assert_complete(const char *name, const char *prefix, const char *expected)
{
	char **found = setting_complete(setting_find(&TABLE, name), prefix);
	char *joined = g_strjoinv(" ", found);

	assert_string_equal(joined, expected);
	g_free(joined);
	g_strfreev(found);
}

static void test_words(void **state)
{
	char *range = setting_range(setting_find(&TABLE, "wait"));

	(void)state;
	assert_string_equal(range, "a time from 10s to 1d, or off");
	g_free(range);
	range = setting_range(setting_find(&TABLE, "colour"));
	assert_string_equal(range, "one of red, green, grey");
	g_free(range);
	assert_complete("colour", "gr", "green grey");
	assert_complete("colour", "x", "");
	assert_complete("flag", "", "on off");
	assert_complete("wait", "", "10m off");
	assert_complete("always", "", "1h");
}

static void test_sources(void **state)
{
	struct settings *settings = settings_new(&TABLE);
	GError *error = NULL;

	(void)state;
	assert_int_equal(settings_source(settings, "wait"), SETTING_DEFAULT);
	assert_true(settings_set(settings, "wait", "20s", SETTING_FILE, NULL));
	assert_int_equal(settings_number(settings, "wait"), 20);
	assert_true(settings_set(settings, "wait", "30s", SETTING_COMMAND_LINE, NULL));
	assert_true(settings_set(settings, "wait", "25s", SETTING_FILE, NULL));
	assert_int_equal(settings_number(settings, "wait"), 30);
	assert_true(settings_set(settings, "wait", "40s", SETTING_POLICY, NULL));
	assert_int_equal(settings_number(settings, "wait"), 40);
	assert_string_equal(setting_source_name(settings_source(settings, "wait")), "policy");
	assert_false(settings_set(settings, "wiat", "20s", SETTING_FILE, &error));
	assert_non_null(strstr(error->message, "did you mean wait?"));
	g_clear_error(&error);
	assert_false(settings_set(settings, "wait", "off", SETTING_COMMAND_LINE, &error));
	assert_true(error_is(error, ERROR_POLICY));
	g_clear_error(&error);
	assert_false(settings_set(settings, "wait", "off", SETTING_FILE, NULL));
	settings_unset(settings, "wait", SETTING_POLICY);
	settings_unset(settings, "wait", SETTING_COMMAND_LINE);
	assert_int_equal(settings_number(settings, "wait"), 25);
	settings_unset(settings, "wait", SETTING_FILE);
	settings_unset(settings, "wait", SETTING_DEFAULT);
	assert_int_equal(settings_number(settings, "wait"), 600);

	assert_false(settings_set(settings, "count", "8", SETTING_POLICY, &error));
	assert_true(error_is(error, ERROR_POLICY));
	g_clear_error(&error);
	assert_false(settings_set(settings, "nothing", "8", SETTING_FILE, &error));
	assert_true(error_is(error, ERROR_USAGE));
	g_clear_error(&error);
	assert_true(settings_set(settings, "flag", "yes", SETTING_POLICY, NULL));
	assert_true(settings_bool(settings, "flag"));
	assert_string_equal(settings_text(settings, "flag"), "on");
	assert_int_equal(settings_choice(settings, "colour"), 1);
	settings_free(settings);
}

static void test_load_and_save(void **state)
{
	struct files *files = *state;
	struct settings *settings = settings_new(&TABLE);
	struct stat status;
	char *text;

	/* no file yet, then an empty one */
	assert_true(settings_load(settings, files->path, NULL));
	assert_true(g_file_set_contents(files->path, "", 0, NULL));
	assert_true(settings_load(settings, files->path, NULL));
	assert_true(g_file_set_contents(files->path,
					"# mine\n[settings]\n# why\nwait = 1h \nfuture=3\n"
					"[keys]\nx=y\n",
					-1, NULL));
	/* What nobody reads is told, and stays. */
	assert_false(settings_load(settings, files->path, NULL));
	assert_int_equal(settings_number(settings, "wait"), 3600);
	assert_true(settings_set(settings, "words", " a\\b ", SETTING_FILE, NULL));
	assert_true(settings_set(settings, "colour", "red", SETTING_COMMAND_LINE, NULL));
	assert_true(settings_save(settings, files->path, NULL));
	settings_free(settings);

	assert_int_equal(stat(files->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(g_file_get_contents(files->path, &text, NULL, NULL));
	assert_non_null(strstr(text, "# mine"));
	assert_non_null(strstr(text, "# why"));
	assert_non_null(strstr(text, "future=3"));
	assert_non_null(strstr(text, "[keys]"));
	assert_null(strstr(text, "colour"));
	g_free(text);
	settings = settings_new(&TABLE);
	assert_false(settings_load(settings, files->path, NULL));
	assert_int_equal(settings_number(settings, "wait"), 3600);
	settings_unset(settings, "wait", SETTING_FILE);
	assert_true(settings_save(settings, files->path, NULL));
	assert_false(settings_load(settings, files->path, NULL));
	assert_int_equal(settings_source(settings, "wait"), SETTING_DEFAULT);
	settings_free(settings);
}

static void test_bad_files(void **state)
{
	struct files *files = *state;
	struct settings *settings = settings_new(&TABLE);
	GError *error = NULL;

	assert_true(g_file_set_contents(files->path, "[settings]\nwait=never\ncount=9\nkey=a b\n",
					-1, NULL));
	assert_false(settings_load(settings, files->path, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, "wait"));
	assert_non_null(strstr(error->message, files->path));
	assert_non_null(strstr(error->message, ", line 2."));
	g_clear_error(&error);
	assert_int_equal(settings_number(settings, "wait"), 600);
	assert_int_equal(settings_number(settings, "count"), 9);
	assert_true(g_file_set_contents(files->path, "no group\n", -1, NULL));
	assert_false(settings_load(settings, files->path, &error));
	assert_true(error_is(error, ERROR_FORMAT));
	assert_non_null(strstr(error->message, ", line 1 "));
	g_clear_error(&error);
	/* What is taken back doesn't come back by itself. */
	assert_true(g_file_set_contents(files->path, "[settings]\nflag=on\nflag=on\nflag=on\n", -1,
					NULL));
	assert_true(settings_load(settings, files->path, NULL));
	settings_unset(settings, "flag", SETTING_FILE);
	assert_true(settings_save(settings, files->path, NULL));
	assert_true(settings_load(settings, files->path, NULL));
	assert_false(settings_bool(settings, "flag"));
	/* It would be saved as less than it was. */
	assert_true(g_file_set_contents(files->path, "[settings]\ncount=9\n\0x=1\n", 24, NULL));
	assert_false(settings_load(settings, files->path, &error));
	assert_true(error_is(error, ERROR_FORMAT));
	g_clear_error(&error);
	assert_false(settings_load(settings, files->folder, &error));
	assert_true(error_is(error, ERROR_IO));
	g_clear_error(&error);
	g_unlink(files->path);
	assert_false(settings_save(settings, "/nonexistent/folder/config", &error));
	assert_true(error_is(error, ERROR_IO));
	g_clear_error(&error);
	settings_free(settings);
}

/* What protects isn't left open by a slip; the control: a right word, and rows without `closed`. */
static void test_mistakes_close(void **state)
{
	static const char *const wrong[] = { "[settings]\ncolour=blue\ncount=x\n",
					     "[settings]\ncolour=\ncount=x\n", "no group\n",
					     "[settings]\ncount=9\xff\n" };
	struct files *files = *state;
	struct settings *settings = settings_new(&TABLE);

	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		assert_true(g_file_set_contents(files->path, "[settings]\ncolour=red\n", -1, NULL));
		assert_true(settings_load(settings, files->path, NULL));
		assert_string_equal(settings_text(settings, "colour"), "red");
		assert_true(g_file_set_contents(files->path, wrong[i], -1, NULL));
		assert_false(settings_load(settings, files->path, NULL));
		assert_string_equal(settings_text(settings, "colour"), "grey");
		assert_int_equal(settings_number(settings, "count"), 7);
	}
	assert_false(settings_load(settings, files->folder, NULL));
	assert_string_equal(settings_text(settings, "colour"), "grey");
	settings_free(settings);
}

static void check_told(struct files *files, const char *text, const char *word, unsigned line)
{
	g_autofree char *place = g_strdup_printf("%s, line %u", files->path, line);
	struct settings *settings = settings_new(&TABLE);
	GError *error = NULL;

	assert_true(g_file_set_contents(files->path, text, -1, NULL));
	assert_false(settings_load(settings, files->path, &error));
	assert_true(error_is(error, ERROR_USAGE));
	assert_non_null(strstr(error->message, place));
	assert_non_null(strstr(error->message, word));
	g_clear_error(&error);
	assert_int_equal(settings_number(settings, "count"), 9);
	assert_string_equal(settings_text(settings, "colour"),
			    strstr(text, "colour") ? "grey" : "green");
	settings_free(settings);
}

/* Lines that nothing reads are told, with file and line; a setting that protects is closed. */
static void test_unread_lines(void **state)
{
	struct files *files = *state;
	struct settings *settings = settings_new(&TABLE);

	check_told(files, "# mine\n[settings]\ncount=9\n[seting]\nx=1\n", "[seting]", 4);
	check_told(files, "[settings]\ncount=9\n\n[Settings]\ncolour=red\n", "[Settings]", 4);
	check_told(files, "[settings]\ncount=9\n  countt = 8\n", "countt", 3);
	/* The control. */
	assert_true(g_file_set_contents(files->path,
					"[settings]\ncount=9\n[keys]\na=b\n"
					"[keys contacts]\nc=d\n",
					-1, NULL));
	assert_true(settings_load(settings, files->path, NULL));
	settings_free(settings);
}

/* All that is wrong is told, in the order of the lines, so many at a time. */
static void test_every_mistake_is_told(void **state)
{
	static const char text[] = "[settings]\nwait=never\ncount=x\ncolour=blue\nnothing=1\n"
				   "[other]\nx=1\n[settings]\nflag=maybe\nkey=a b\n";
	struct files *files = *state;
	struct settings *settings = settings_new(&TABLE);
	const char *at;
	GError *error = NULL;
	unsigned told = 0;

	assert_true(g_file_set_contents(files->path, text, -1, NULL));
	assert_false(settings_load(settings, files->path, &error));
	at = error->message;
	for (unsigned line = 2; line <= 6; line++) {
		g_autofree char *place = g_strdup_printf("%s, line %u", files->path, line);

		at = strstr(at, place);
		assert_non_null(at);
	}
	assert_true(g_str_has_suffix(error->message, "\nAnd 2 more."));
	for (at = error->message; (at = strstr(at, files->path)); at++)
		told++;
	assert_int_equal(told, MISTAKES_TOLD);
	g_clear_error(&error);
	settings_free(settings);
}

/* Whatever a line of text may hold comes back from the file as it was set. */
static void test_blanks(void **state)
{
	static const char *const values[] = {"a b", "a  b", "'a' \"b\" c", "a\\nb", "a=b;c", "# a",
					     "printf '%s' \"$X\" >>/tmp/x", "[a]", "\u00e9 \u4f60"};
	const struct setting_table *table = settings_engine_rows();
	struct files *files = *state;
	unsigned rows = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];

		for (size_t j = 0; row->type == SETTING_STRING && j < G_N_ELEMENTS(values); j++) {
			struct settings *settings = settings_new(table);

			assert_true(settings_write(table, files->path, row->name, values[j], NULL));
			assert_true(settings_load(settings, files->path, NULL));
			assert_string_equal(settings_text(settings, row->name), values[j]);
			settings_free(settings);
			rows++;
		}
	}
	assert_true(rows >= 2 * G_N_ELEMENTS(values));
}

/* What protects less isn't taken from outside; the control: the other way round it is, at once. */
static void test_taken(void **state)
{
	static const struct {
		const char *name, *former, *value;
		enum setting_taken when;
	} cases[] = {
		{"control", "full", "off", TAKEN_NOW},
		{"control", "off", "status", TAKEN_LATER},
		{"screen_mode", "line", "sealed", TAKEN_NOW},
		{"screen_mode", "line", "open", TAKEN_LATER},
		{"watch_refuse", "off", "unknown", TAKEN_NOW},
		{"watch_refuse", "recorded", "off", TAKEN_LATER},
		{"lock_idle", "10m", "1m", TAKEN_NOW},
		{"lock_idle", "10m", "off", TAKEN_LATER},
		{"lock_idle", "off", "10m", TAKEN_NOW},
		{"veil_reveal", "5s", "off", TAKEN_NOW},
		{"notify", "count", "preview", TAKEN_LATER},
		{"receipts", "delivered", "off", TAKEN_NOW},
		{"trust_rule", "first", "verified", TAKEN_NOW},
		{"theme", "dark", "light", TAKEN_NOW},
		{"copy", "ask", "yes", TAKEN_LATER},
		{"copy", "no", "ask", TAKEN_LATER},
		{"copy", "yes", "ask", TAKEN_NOW},
		{"copy", "yes", "no", TAKEN_NOW},
		{"notify_hook", "", "true", TAKEN_AT_START},
	};
	const struct setting_table *table = settings_engine_rows();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(setting_taken(setting_find(table, cases[i].name), cases[i].former,
					       cases[i].value),
				 cases[i].when);
	/* What a slip closes protects: the table says so, and in that direction. */
	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];

		if (!row->closed || strcmp(row->closed, row->initial) == 0)
			continue;
		assert_int_not_equal(row->protects, SETTING_NEITHER);
		assert_int_equal(setting_taken(row, row->initial, row->closed), TAKEN_NOW);
		assert_int_equal(setting_taken(row, row->closed, row->initial), TAKEN_LATER);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_is_whole),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sources),
		cmocka_unit_test_setup_teardown(test_load_and_save, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_mistakes_close, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unread_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_mistake_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_blanks, set_up, tear_down),
		cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
