/* The names in a profile's folder: which there are, and that nothing but files is opened there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/profile_files.h"
#include "tests/support/profile.h"

static int setup(void **state)
{
	struct profile *profile = g_new0(struct profile, 1);

	profile_init(profile);
	*state = profile;
	return 0;
}

static int teardown(void **state)
{
	profile_clear(*state);
	g_free(*state);
	return 0;
}

static void make_folder(const char *path, const char *elsewhere)
{
	(void)elsewhere;
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_fifo(const char *path, const char *elsewhere)
{
	(void)elsewhere;
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void make_link(const char *path, const char *elsewhere)
{
	assert_int_equal(symlink(elsewhere, path), 0);
}

static void make_socket(const char *path, const char *elsewhere)
{
	(void)elsewhere;
	assert_int_equal(mknod(path, S_IFSOCK | 0600, 0), 0);
}

/* What isn't the user's to make isn't tried: false. */
static bool make_device(const char *path)
{
	return mknod(path, S_IFCHR | 0600, makedev(1, 5)) == 0;
}

static void assert_refused(struct profile *profile, const char *path, const char *kind)
{
	g_autofree char *words = g_strdup_printf("%s is %s, not a file", path, kind);
	struct store_door *door = profile->door;
	struct store_peek peek;
	GError *error = NULL;

	door->ops->release(door);
	assert_false(door->ops->hold(door, &error));
	if (!error_is(error, ERROR_DAMAGED) || !strstr(error->message, words))
		fail_msg("%s: %s", words, error->message);
	g_clear_error(&error);
	assert_false(door->ops->peek(door, &peek, &error));
	assert_true(error_is(error, ERROR_DAMAGED));
	g_clear_error(&error);
	if (g_str_has_suffix(path, "/note"))
		assert_null(door->ops->note_get(door));
}

/* Each name in the folder, and in its place each thing that isn't a file. */
static void test_kinds(void **state)
{
	static const struct {
		const char *word;
		void (*make)(const char *path, const char *elsewhere);
	} kinds[] = {
		{ "a folder", make_folder },
		{ "a FIFO", make_fifo },
		{ "a symbolic link", make_link },
		{ "a socket", make_socket },
	};
	struct profile *profile = *state;
	struct store *store = profile_create(profile);
	g_autofree char *kept = g_build_filename(profile->root, "kept", NULL);

	store->ops->close(store);
	for (int i = 0; i < PROFILE_FILES; i++) {
		g_autofree char *path = profile_file_path(profile->folder, (enum profile_file)i);
		bool is_moved;

		if (!profile_file_is_regular((enum profile_file)i))
			continue;
		profile->door->ops->release(profile->door);
		is_moved = rename(path, kept) == 0;
		for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
			kinds[k].make(path, kept);
			assert_refused(profile, path, kinds[k].word);
			assert_int_equal(g_remove(path), 0);
		}
		if (make_device(path)) {
			assert_refused(profile, path, "a device");
			assert_int_equal(g_remove(path), 0);
		}
		assert_true(!is_moved || rename(kept, path) == 0);
		/* The control: as it was it opens. */
		store = profile_open(profile, "word", NULL);
		assert_non_null(store);
		store->ops->close(store);
	}
}

static bool is_declared(const char *name)
{
	bool is = false;

	for (int i = 0; !is && i < PROFILE_FILES; i++)
		is = strcmp(name, profile_file_name((enum profile_file)i)) == 0;
	return is;
}

/* Nothing is in the folder, open or closed, that the table doesn't name. */
static void assert_declared(const struct profile *profile)
{
	GDir *dir = g_dir_open(profile->folder, 0, NULL);
	const char *name;
	int count = 0;

	while ((name = g_dir_read_name(dir))) {
		if (!is_declared(name))
			fail_msg("%s is in the folder, but in no table", name);
		count++;
	}
	g_dir_close(dir);
	assert_in_range(count, 4, PROFILE_FILES);
}

static void test_names(void **state)
{
	struct profile *profile = *state;
	g_autoptr(GBytes) note = g_bytes_new_static("note", 4);
	struct store *store = profile_create(profile);

	assert_true(profile->door->ops->note_put(profile->door, note, NULL));
	assert_declared(profile);
	store->ops->close(store);
	assert_declared(profile);
	assert_false(is_declared("notes.txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_names, setup, teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("profile_files", tests, NULL, NULL);
}
