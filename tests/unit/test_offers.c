/* What Tab completes, in the command line and in the box, and what is said where nobody is called
 * so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>
#include "core/base/error.h"
#include "tests/support/stage.h"
#include "tui/client/nobody.h"
#include "tui/confine/filer.h"

static const char *const spool[] = { "nadia", "nemo", "zoe", NULL };

static struct stage *with_people(void)
{
	struct stage *stage = stage_new(24, 80);

	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	fake_link_contact(stage->fake, "carol", NULL);
	fake_link_contact(stage->fake, "group:team", "Team")->kind = CONTACT_GROUP;
	stage->fake->people = spool;
	stage_open(stage);
	return stage;
}

/* LINE and Tab in the command line: what stands there then. */
static void completes(struct stage *stage, const char *line, const char *wanted)
{
	stage_keys(stage, "M-x");
	stage_type(stage, line);
	stage_keys(stage, "Tab");
	if (strcmp(lineedit_text(stage->shell->prompt.edit), wanted) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", line,
			 lineedit_text(stage->shell->prompt.edit), wanted);
	stage_keys(stage, "Escape");
}

/* Contacts, groups and rooms, by what they are called too. */
static void test_open(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	completes(stage, "open bob", "open bob");
	completes(stage, "open Bob", "open Bob");
	completes(stage, "open Te", "open Team ");
	completes(stage, "open ca", "open carol ");
	completes(stage, "open bob\\ ", "open 'Bob Marsh' ");
	/* Nobody who is only on the spool. */
	completes(stage, "open na", "open na");
	completes(stage, "group add ca", "group add carol ");
	completes(stage, "group add carol Te", "group add carol Team ");
	stage_free(stage);
}

static void opens(struct stage *stage, const char *line, const char *wanted)
{
	stage_keys(stage, "M-x");
	stage_type(stage, line);
	stage_keys(stage, "Enter");
	assert_string_equal(stage->shell->host.current, wanted);
}

/* The user's own name for somebody goes before a stranger's address, and what is offered means whom
 * it is offered for. */
static void test_stranger_with_a_name_of_ours(void **state)
{
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_contact(stage->fake, "eve", "mum");
	fake_link_contact(stage->fake, "mum", NULL)->is_listed = false;
	stage_open(stage);
	completes(stage, "open @", "open @mum ");
	completes(stage, "open mu", "open mum ");
	opens(stage, "open mum", "eve");
	opens(stage, "open @mum", "mum");
	stage_free(stage);
}

/* Neither of two contacts goes before the other. */
static void test_two_with_one_name(void **state)
{
	struct stage *stage = stage_new(24, 80);

	(void)state;
	fake_link_contact(stage->fake, "eve", "mum");
	fake_link_contact(stage->fake, "mum", NULL);
	fake_link_contact(stage->fake, "zoe", NULL);
	stage_open(stage);
	opens(stage, "open zoe", "zoe");
	opens(stage, "open mum", "zoe");
	assert_true(stage_shows(stage, "write @eve or @mum"));
	opens(stage, "open @eve", "eve");
	stage_free(stage);
}

/* The spool is asked once, and the answer completes what stands there still. */
static void test_add(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	assert_false(stage_asked(stage, "there"));
	completes(stage, "add na", "add nadia ");
	assert_true(stage_asked(stage, "there"));
	completes(stage, "add ne", "add nemo ");
	completes(stage, "contact-add car", "contact-add carol ");
	stage_keys(stage, "M-x");
	stage_type(stage, "add n");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "nadia  nemo"));
	assert_false(stage_shows(stage, "zoe"));
	stage_free(stage);
}

/* A command in the box is completed as well, and a message is left alone. */
static void test_box(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "Enter");
	stage_type(stage, ":add nad");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, ":add nadia"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, "  /open car");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "/open carol"));
	/* What is possible stands below the box. */
	stage_keys(stage, "C-a C-k");
	stage_type(stage, ":mode-n");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, ":mode-next"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, ":find-");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "find-clear  find-next  find-previous"));
	stage_keys(stage, "C-a C-k");
	stage_type(stage, "add nad");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "add nad"));
	assert_false(stage_shows(stage, "nadia"));
	stage_free(stage);
}

static void test_nobody(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "M-x");
	stage_type(stage, "open xyzzy");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "Nobody called xyzzy is known."));
	assert_true(stage_shows(stage, "Known: Bob Marsh, carol and Team."));
	stage_keys(stage, "M-x");
	stage_type(stage, "verify caro");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "did you mean carol?"));
	/* Nobody is asked whether somebody unknown shall go. */
	stage_keys(stage, "M-x");
	stage_type(stage, "contact-remove caroll");
	stage_keys(stage, "Enter");
	assert_true(stage_shows(stage, "did you mean carol?"));
	assert_false(stage_shows(stage, "Type yes"));
	stage_free(stage);
}

/* A locked profile is completed with nothing, whatever the answer. */
static void test_locked(void **state)
{
	struct stage *stage = with_people();

	(void)state;
	stage_keys(stage, "M-x");
	stage_type(stage, "open ");
	stage_keys(stage, "Tab");
	assert_true(stage_shows(stage, "carol"));
	stage_keys(stage, "Escape M-l");
	stage_keys(stage, "M-x Tab");
	assert_false(stage_shows(stage, "carol"));
	stage_free(stage);
}

/* -- paths ------------------------------------------------------------------------------------ */

/* What was asked of the broker and isn't answered yet. */
static struct asked {
	char *path;
	host_filed filed;
	void *user;
} asked;

static void keep_file(void *user, enum host_file act, const char *path, const char *name,
		      host_filed filed, void *filed_user)
{
	(void)user;
	(void)name;
	assert_int_equal(act, HOST_FILE_LIST);
	g_free(asked.path);
	asked = (struct asked){ g_strdup(path), filed, filed_user };
}

static void answer_files(void)
{
	g_autofree char *path = g_steal_pointer(&asked.path);
	g_autoptr(GError) error = NULL;
	g_autofree char *list = path ? filer_list(path, &error) : NULL;

	if (path)
		asked.filed(list != NULL, -1, list ? list : error->message, asked.user);
}

static void make(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	if (g_str_has_suffix(name, "/"))
		assert_int_equal(g_mkdir(path, 0700), 0);
	else
		assert_true(g_file_set_contents(path, "x", -1, NULL));
}

/* With files that are offered, and others. */
static char *make_files(void)
{
	char *folder = g_dir_make_tmp("sotto-offers-XXXXXX", NULL);
	g_autofree char *fifo = g_build_filename(folder, "alef", NULL);

	make(folder, "album/");
	make(folder, "album/one of them.jpg");
	make(folder, "album/.hidden.jpg");
	make(folder, "al dente.txt");
	make(folder, "al\033[31mred");
	make(folder, "al\nnewline");
	make(folder, "al\342\200\256turned");
	make(folder, "alt\377");
	make(folder, "\346\227\245\346\234\254.txt");
	make(folder, ".secret");
	make(folder, "zebra");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	return folder;
}

/* Children first. */
static void remove_files(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			remove_files(path);
		else
			assert_int_equal(g_unlink(path), 0);
	}
	g_dir_close(dir);
	assert_int_equal(g_rmdir(folder), 0);
}

static void files(const char *folder, const char *typed, const char *wanted)
{
	g_autofree char *path = g_strconcat(folder, typed, NULL);
	g_autofree char *list = filer_list(path, NULL);
	g_autoptr(GString) names = g_string_new(list ? list : "(not all)");

	g_string_replace(names, folder, "", 0);
	if (strcmp(names->str, wanted) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", typed, names->str, wanted);
}

/* Nothing hidden, no kinds but files and folders, no name that would do something. */
static void test_listing(void **state)
{
	g_autofree char *folder = make_files();

	(void)state;
	files(folder, "/al", "/al dente.txt\n/album/");
	files(folder, "/", "/al dente.txt\n/album/\n/zebra\n/\346\227\245\346\234\254.txt");
	files(folder, "/album/", "/album/one of them.jpg");
	files(folder, "/.", "");
	files(folder, "/.s", "");
	files(folder, "/nothing/", "");
	files(folder, "/zebra/", "");
	files(folder, "/alef/", "");
	files("/proc", "/", "");
	files("", "~", "~/");
	remove_files(folder);
}

static void make_many(const char *folder, const char *prefix, unsigned count)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("%s%u", prefix, i);

		assert_int_equal(mknodat(fd, name, S_IFREG | 0600, 0), 0);
	}
	close(fd);
}

/* As many as an answer holds are all of them; with one more none is. */
static void test_many_names(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("sotto-offers-XXXXXX", NULL);
	g_autofree char *path = g_strconcat(folder, "/n", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *list = NULL;
	g_auto(GStrv) names = NULL;

	(void)state;
	make(folder, "other");
	make_many(folder, "n", FILER_LIST_MAX);
	list = filer_list(path, NULL);
	assert_non_null(list);
	names = g_strsplit(list, "\n", -1);
	assert_int_equal(g_strv_length(names), FILER_LIST_MAX);
	make(folder, "n-more");
	assert_null(filer_list(path, &error));
	assert_non_null(strstr(error->message, "Type more"));
	files(folder, "/n-", "/n-more");
	files(folder, "/o", "/other");
	remove_files(folder);
}

/* Those that are longer than an answer are left out together too. */
static void test_long_names(void **state)
{
	g_autofree char *folder = g_dir_make_tmp("sotto-offers-XXXXXX", NULL);
	g_autofree char *stem = g_strnfill(200, 'n');

	(void)state;
	make_many(folder, stem, FILER_LIST_BYTES / 200);
	make(folder, "other");
	files(folder, "/n", "(not all)");
	files(folder, "/o", "/other");
	remove_files(folder);
}

/* Of a folder of which only a part is looked at nothing is known to be the only one. */
static void test_big_folder(void **state)
{
	struct stage *stage = with_people();
	g_autofree char *folder = g_dir_make_tmp("sotto-offers-XXXXXX", NULL);
	g_autofree char *line = g_strdup_printf("send-file %s/z", folder);
	struct shell_ops ops = *stage->shell->ops;

	(void)state;
	ops.file = keep_file;
	stage->shell->ops = &ops;
	make_many(folder, "f", FILER_LIST_LOOKS - 3); /* "." and ".." count too */
	make(folder, "zebra");
	files(folder, "/z", "/zebra");
	make(folder, "zoo");
	files(folder, "/z", "(not all)");
	stage_keys(stage, "Enter M-x");
	stage_type(stage, line);
	stage_keys(stage, "Tab");
	answer_files();
	assert_string_equal(lineedit_text(stage->shell->prompt.edit), line);
	assert_true(stage_shows(stage, "nothing is completed"));
	/* It is typed whole. */
	stage_type(stage, "ebra");
	assert_false(stage_shows(stage, "nothing is completed"));
	stage_free(stage);
	remove_files(folder);
}

static void test_paths(void **state)
{
	struct stage *stage = with_people();
	g_autofree char *folder = make_files();
	g_autofree char *line = g_strdup_printf("send-file %s/al", folder);
	g_autofree char *whole = g_strdup_printf("send-file %s/album/one of them.jpg", folder);
	g_autofree char *box = g_strdup_printf(":file %s/zeb", folder);
	g_autofree char *filled = g_strdup_printf(":file %s/zebra", folder);
	struct shell_ops ops = *stage->shell->ops;
	const char *text;

	(void)state;
	ops.file = keep_file;
	stage->shell->ops = &ops;
	stage_keys(stage, "Enter M-x");
	stage_type(stage, line);
	stage_keys(stage, "Tab");
	/* Nothing waits for the answer; meanwhile the line is as it was. */
	assert_string_equal(lineedit_text(stage->shell->prompt.edit), line);
	answer_files();
	assert_true(stage_shows(stage, "al dente.txt"));
	assert_true(stage_shows(stage, "album/"));
	assert_false(stage_shows(stage, "secret"));
	assert_false(stage_shows(stage, "red"));
	stage_type(stage, "b");
	stage_keys(stage, "Tab");
	answer_files();
	stage_keys(stage, "Tab");
	answer_files();
	text = lineedit_text(stage->shell->prompt.edit);
	assert_string_equal(text, whole);
	/* An answer that comes when something else stands there changes nothing. */
	stage_keys(stage, "C-a C-k");
	stage_type(stage, line);
	stage_keys(stage, "Tab");
	stage_type(stage, "x");
	answer_files();
	assert_false(stage_shows(stage, "al dente.txt"));
	stage_keys(stage, "Escape");
	stage_type(stage, box);
	stage_keys(stage, "Tab");
	answer_files();
	assert_true(stage_shows(stage, filled));
	/* Nor one that comes when it is locked. */
	stage_keys(stage, "C-a C-k");
	stage_type(stage, box);
	stage_keys(stage, "Tab M-l");
	answer_files();
	assert_false(stage_shows(stage, "zebra"));
	stage_free(stage);
	remove_files(folder);
}

static void lists(size_t count, const char *wanted)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h" };
	g_autofree char *list = nobody_list(names, count);

	assert_string_equal(list, wanted);
}

static void test_lists(void **state)
{
	g_autofree char *there = nobody_there("nado", (char *const *)(uintptr_t)spool);
	g_autofree char *empty = nobody_there("nado", NULL);

	(void)state;
	lists(0, "nobody yet");
	lists(1, "a");
	lists(2, "a and b");
	lists(5, "a, b, c, d and e");
	lists(6, "a, b, c, d, e and 1 more");
	lists(8, "a, b, c, d, e and 3 more");
	assert_non_null(strstr(there, "Did you mean nadia? On it: nadia, nemo and zoe."));
	assert_non_null(strstr(empty, "On it: nobody yet."));
	assert_null(strstr(empty, "mean"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),   cmocka_unit_test(test_add),
		cmocka_unit_test(test_box),    cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_locked), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_listing), cmocka_unit_test(test_paths),
		cmocka_unit_test(test_many_names), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_big_folder),
		cmocka_unit_test(test_stranger_with_a_name_of_ours),
		cmocka_unit_test(test_two_with_one_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
