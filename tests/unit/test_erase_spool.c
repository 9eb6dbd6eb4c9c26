/*
 * A raw disk on which the carrier's files lay: once they were fetched nothing of them is on it. The
 * controls find them before, and where they were removed as any file is.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/transport/spool/spool_inbox.h"
#include "core/transport/spool/spool_post.h"
#include "tests/support/disk.h"

enum { FILES = 16, SHORT_BYTES = 1200, LONG_BYTES = 150000, PIECE_BYTES = 32, IMAGE_MIB = 16 };

#define HEAD "<message from='alice'>"

struct stage {
	char *top, *folder, *image;
	int fd; /* of the inbox */
	GPtrArray *files; /* GBytes, as they were posted */
	GArray *tokens;
};

static struct stage *stage_new(void)
{
	struct stage *stage = g_new0(struct stage, 1);

	stage->top = g_dir_make_tmp("sotto-disk-XXXXXX", NULL);
	stage->folder = g_build_filename(stage->top, "disk", NULL);
	stage->image = g_build_filename(stage->top, "image", NULL);
	stage->files = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	stage->tokens = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	return stage;
}

static void stage_free(struct stage *stage)
{
	unlink(stage->image);
	rmdir(stage->top);
	g_ptr_array_unref(stage->files);
	g_array_unref(stage->tokens);
	g_free(stage->image);
	g_free(stage->folder);
	g_free(stage->top);
	g_free(stage);
}

/* A sealed message looks like this: a head that is known, then what nobody can tell from chance. */
static GBytes *make_file(size_t bytes)
{
	g_autofree uint8_t *random = g_malloc(bytes);
	g_autofree char *text = NULL;

	crypto_random(random, bytes);
	text = g_base64_encode(random, bytes);
	memcpy(text, HEAD, strlen(HEAD));
	return g_bytes_new(text, strlen(text));
}

static bool post_all(struct stage *stage)
{
	struct post_run run = { 0 };
	bool ok = true;

	for (int i = 0; ok && i < FILES; i++) {
		GBytes *bytes = make_file(i % 8 ? SHORT_BYTES : LONG_BYTES);

		g_ptr_array_add(stage->files, bytes);
		ok = post_drop(stage->fd, stage->fd, bytes, geteuid(), 0, &run, NULL);
	}
	return ok;
}

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_array_append_val(((struct stage *)user)->tokens, parcels[i].token);
}

static const struct transport_listener listener = { .arrived = arrived };

static bool fetch_all(struct stage *stage)
{
	struct inbox *inbox = inbox_new(geteuid());
	bool ok;

	inbox_begin(inbox, NULL, &listener, stage);
	while (inbox_step(inbox, stage->fd))
		;
	inbox_end(inbox);
	ok = stage->tokens->len == FILES;
	inbox_ack(inbox, stage->fd, (const uint64_t *)(void *)stage->tokens->data,
		  stage->tokens->len);
	inbox_free(inbox, 10000);
	return ok;
}

static bool is_empty(const struct stage *stage)
{
	GDir *dir = g_dir_open(stage->folder, 0, NULL);
	unsigned count = 0;

	for (const char *name; dir && (name = g_dir_read_name(dir));)
		count += strcmp(name, "lost+found") != 0;
	if (dir)
		g_dir_close(dir);
	return dir && count == 0;
}

/* How many of the files left a piece: of each its beginning, its middle and its end are looked for,
 * behind the head. */
static unsigned carve(const struct stage *stage)
{
	unsigned found = 0;
	g_autofree char *disk = NULL;
	gsize size;

	if (!g_file_get_contents(stage->image, &disk, &size, NULL))
		return UINT_MAX;
	for (guint i = 0; i < stage->files->len; i++) {
		gsize bytes;
		const char *data = g_bytes_get_data(stage->files->pdata[i], &bytes);
		const gsize places[] = { strlen(HEAD), bytes / 2, bytes - PIECE_BYTES };
		bool is_there = false;

		for (size_t k = 0; k < G_N_ELEMENTS(places); k++)
			is_there |= memmem(disk, size, data + places[k], PIECE_BYTES) != NULL;
		found += is_there;
	}
	return found;
}

/* Removed as any file is. */
static bool unlink_all(struct stage *stage)
{
	GDir *dir = g_dir_open(stage->folder, 0, NULL);
	bool ok = dir != NULL;

	for (const char *name; ok && (name = g_dir_read_name(dir));)
		ok = unlinkat(stage->fd, name, 0) == 0 || strcmp(name, "lost+found") == 0;
	if (dir)
		g_dir_close(dir);
	return ok;
}

/* While they wait all are on the disk; then they go. */
static bool act(struct stage *stage, bool (*remove)(struct stage *stage))
{
	return post_all(stage) && syncfs(stage->fd) == 0 && carve(stage) == FILES &&
	       remove(stage) && is_empty(stage);
}

/* How many of the files are found once they were removed; the exit code counts. */
static int look(bool (*remove)(struct stage *stage))
{
	struct stage *stage = stage_new();
	int found = DISK_SKIP;

	if (disk_mount(stage->image, stage->folder, IMAGE_MIB)) {
		bool ok;

		stage->fd = open(stage->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ok = act(stage, remove);
		close(stage->fd);
		ok = disk_unmount(stage->folder) && ok;
		found = ok ? (int)carve(stage) : DISK_SKIP - 1;
	}
	stage_free(stage);
	return found;
}

static int look_fetched(void *data)
{
	(void)data;
	return look(fetch_all);
}

static int look_unlinked(void *data)
{
	(void)data;
	return look(unlink_all);
}

static void test_fetched(void **state)
{
	int found = disk_in_child(look_fetched, NULL);

	(void)state;
	if (found == DISK_SKIP) {
		print_message("a disk image can only be mounted as root: skipped\n");
		skip();
	}
	assert_int_equal(found, 0);
	/* The control. */
	assert_in_range(disk_in_child(look_unlinked, NULL), FILES / 2, FILES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetched),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("erase_spool", tests, NULL, NULL);
}
