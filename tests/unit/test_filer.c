/* The broker's files: what the confined process may name, and what it may not. */
#include "tui/confine/filer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <glib/gstdio.h>

struct place {
	struct filer *filer;
	char *root;
	char *folder;	/* ROOT/folder */
	char *secret;	/* ROOT/.hidden/secret */
	struct broker_frame answer;
};

static int setup(void **state)
{
	struct place *place = g_new0(struct place, 1);
	g_autofree char *hidden = NULL, *link = NULL, *fifo = NULL, *plain = NULL;

	place->root = g_dir_make_tmp("sotto-filer-XXXXXX", NULL);
	place->folder = g_build_filename(place->root, "folder", NULL);
	hidden = g_build_filename(place->root, ".hidden", NULL);
	place->secret = g_build_filename(hidden, "secret", NULL);
	plain = g_build_filename(place->folder, "plain.txt", NULL);
	link = g_build_filename(place->folder, "link", NULL);
	fifo = g_build_filename(place->folder, "fifo", NULL);
	assert_int_equal(g_mkdir(place->folder, 0700), 0);
	assert_int_equal(g_mkdir(hidden, 0700), 0);
	assert_true(g_file_set_contents(place->secret, "secret", -1, NULL));
	assert_true(g_file_set_contents(plain, "plain", -1, NULL));
	assert_int_equal(symlink(place->secret, link), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	place->filer = filer_new();
	*state = place;
	return 0;
}

static void empty(const char *path)
{
	GDir *folder = g_dir_open(path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		if (g_file_test(inside, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
			empty(inside);
		else
			assert_int_equal(g_unlink(inside), 0);
	}
	g_dir_close(folder);
	assert_int_equal(g_rmdir(path), 0);
}

static int teardown(void **state)
{
	struct place *place = *state;

	filer_free(place->filer);
	empty(place->root);
	g_free(place->root);
	g_free(place->folder);
	g_free(place->secret);
	g_free(place);
	return 0;
}

static int ask(struct place *place, enum broker_kind kind, const char *path, const char *title)
{
	struct broker_frame frame = { .kind = kind };

	g_strlcpy(frame.text, path ? path : "", sizeof(frame.text));
	g_strlcpy(frame.title, title ? title : "", sizeof(frame.title));
	memset(&place->answer, 0, sizeof(place->answer));
	return filer_take(place->filer, &frame, &place->answer);
}

static int ask_in(struct place *place, enum broker_kind kind, const char *name)
{
	g_autofree char *path = g_build_filename(place->folder, name, NULL);

	return ask(place, kind, path, "received.txt");
}

static void test_opening(void **state)
{
	static const char *const refused[] = { "link", "fifo", ".", "missing",
					       "../.hidden/secret" };
	struct place *place = *state;
	int fd = ask_in(place, BROKER_OPEN, "plain.txt");
	char text[8] = "";

	assert_true(fd >= 0 && place->answer.is_known);
	assert_int_equal(read(fd, text, sizeof(text)), 5);
	close(fd);
	/* The kernel's files are regular ones by their mode. */
	assert_int_equal(ask(place, BROKER_OPEN, "/proc/self/environ", ""), -1);
	assert_int_equal(ask(place, BROKER_OPEN, "/sys/kernel/notes", ""), -1);
	assert_int_equal(ask(place, BROKER_OPEN, "/dev/null", ""), -1);
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		assert_int_equal(ask_in(place, BROKER_OPEN, refused[i]), -1);
		assert_false(place->answer.is_known);
		assert_true(g_str_has_suffix(place->answer.text, "."));
	}
}

static void save(struct place *place, const char *path, const char *title)
{
	int fd = ask(place, BROKER_MAKE, path, title);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "came", 4), 4);
	close(fd);
	assert_int_equal(ask(place, BROKER_FINISH, NULL, NULL), -1);
	assert_true(place->answer.is_known);
}

/* Whatever the name that it is to have says, it lies in the folder, and is to be seen there. */
static void test_names(void **state)
{
	static const struct {
		const char *title;
		const char *name;
	} rows[] = {
		{ "report.pdf", "report.pdf" },
		{ "../.hidden/profile", "profile" },
		{ "../../etc/.bashrc", "_bashrc" },
		{ ".profile", "_profile" },
		{ "..", "_." },
		{ "", "file" },
	};
	struct place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *there = g_build_filename(place->folder, rows[i].name, NULL);

		save(place, place->folder, rows[i].title);
		assert_string_equal(place->answer.text, there);
		assert_true(g_file_test(there, G_FILE_TEST_IS_REGULAR));
	}
}

static void test_places(void **state)
{
	static const char *const refused[] = { "plain.txt", "link", "fifo", ".dotted",
					       "../.hidden/new", "missing/new" };
	struct place *place = *state;
	g_autofree char *there = g_build_filename(place->folder, "new.txt", NULL);
	g_autofree char *secret = NULL;

	save(place, there, "received.txt");
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		assert_int_equal(ask_in(place, BROKER_MAKE, refused[i]), -1);
		assert_false(place->answer.is_known);
	}
	assert_true(g_file_get_contents(place->secret, &secret, NULL, NULL));
	assert_string_equal(secret, "secret");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_opening, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_places, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
