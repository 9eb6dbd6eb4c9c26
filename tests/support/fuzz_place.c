#include "tests/support/fuzz_place.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>

static char *folder;

static void remove_all(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		remove_all(inside);
	}
	if (dir)
		g_dir_close(dir);
	if (g_remove(path) != 0)
		g_debug("%s stays", path);
}

static void end(void)
{
	remove_all(folder);
	g_clear_pointer(&folder, g_free);
}

const char *fuzz_place(void)
{
	if (folder)
		return folder;
	folder = g_strdup("/dev/shm/fuzz-XXXXXX");
	if (!g_mkdtemp(folder)) {
		g_free(folder);
		folder = g_dir_make_tmp("fuzz-XXXXXX", NULL);
	}
	fuzz_must(folder != NULL);
	atexit(end);
	return folder;
}

const char *fuzz_put(const char *name, const uint8_t *data, size_t size)
{
	static char *path;

	g_free(path);
	path = g_build_filename(fuzz_place(), name, NULL);
	fuzz_must(g_file_set_contents_full(path, size ? (const char *)data : "", (gssize)size,
					   G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	return path;
}

void fuzz_must(int holds)
{
	if (!holds)
		abort();
}
