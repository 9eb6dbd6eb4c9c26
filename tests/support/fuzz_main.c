/*
 * Runs a fuzz target where libFuzzer isn't: over every file of the folders and files given, then
 * over changed copies of them until the time is up. Takes libFuzzer's options and heeds four:
 * -runs=N, -max_total_time=SECONDS, -seed=N, -artifact_prefix=PATH. What breaks is written to
 * PATH"input" first.
 */
#include <fcntl.h>
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES_MAX = 1 << 20, CHANGES_MAX = 8, CRASH_PATH_BYTES = 512 };

struct run {
	GPtrArray *inputs; /* of GBytes */
	GRand *random;
	guint64 runs; /* changed copies to try */
	gint64 until; /* monotonic us; 0: no limit */
	char prefix[CRASH_PATH_BYTES];
};

/* A fresh block of exactly SIZE, so that a sanitizer sees a read past its end. */
static void try_one(const struct run *run, const uint8_t *data, size_t size)
{
	g_autofree char *path = g_strconcat(run->prefix, "input", NULL);
	uint8_t *copy = g_malloc(MAX(size, 1));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (size)
		memcpy(copy, data, size);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		fprintf(stderr, "%s can't be written: a crash will leave no input behind\n", path);
	if (fd >= 0)
		close(fd);
	LLVMFuzzerTestOneInput(copy, size);
	g_free(copy);
	unlink(path);
}

static void add_path(struct run *run, const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	char *text;
	gsize size;

	if (!dir) {
		if (g_file_get_contents(path, &text, &size, NULL))
			g_ptr_array_add(run->inputs, g_bytes_new_take(text, size));
		return;
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		add_path(run, inside);
	}
	g_dir_close(dir);
}

static guint below(const struct run *run, guint limit)
{
	return limit ? (guint)g_rand_int_range(run->random, 0, (gint32)limit) : 0;
}

static GBytes *any_input(const struct run *run)
{
	return run->inputs->pdata[below(run, run->inputs->len)];
}

/* One small damage: a bit, a byte, a cut, new bytes, a stretch again, another input behind. */
static void change(const struct run *run, GByteArray *bytes)
{
	guint at = below(run, bytes->len);
	guint left = bytes->len - at;
	guint some = left ? 1 + below(run, left) : 0;
	const uint8_t odd[] = { 0x00, 0xff, 0x7f, 0x80, '<', '>', '&', '"' };
	GBytes *other;

	switch (below(run, 7)) {
	case 0:
		if (left)
			bytes->data[at] ^= (guint8)(1u << below(run, 8));
		break;
	case 1:
		if (left)
			bytes->data[at] = odd[below(run, sizeof(odd))];
		break;
	case 2:
		g_byte_array_set_size(bytes, at);
		break;
	case 3:
		if (left)
			g_byte_array_remove_range(bytes, at, MIN(some, 64));
		break;
	case 4:
		for (guint i = 1 + below(run, 16); i > 0; i--) {
			guint8 byte = (guint8)below(run, 256);

			g_byte_array_append(bytes, &byte, 1);
		}
		break;
	case 5:
		if (left && bytes->len < INPUT_BYTES_MAX / 2) {
			g_autofree uint8_t *stretch = g_memdup2(bytes->data + at, some);

			g_byte_array_append(bytes, stretch, some);
		}
		break;
	default:
		other = any_input(run);
		if (bytes->len < INPUT_BYTES_MAX / 2)
			g_byte_array_append(bytes, g_bytes_get_data(other, NULL),
					    (guint)MIN(g_bytes_get_size(other), INPUT_BYTES_MAX));
		break;
	}
}

static void try_changed(struct run *run)
{
	for (guint64 i = 0; i < run->runs; i++) {
		GBytes *input = any_input(run);
		g_autoptr(GByteArray) bytes = g_byte_array_new();
		guint changes = 1 + below(run, CHANGES_MAX);

		if (run->until && g_get_monotonic_time() > run->until)
			return;
		g_byte_array_append(bytes, g_bytes_get_data(input, NULL),
				    (guint)g_bytes_get_size(input));
		while (changes-- > 0)
			change(run, bytes);
		try_one(run, bytes->data, bytes->len);
	}
}

static void take_option(struct run *run, const char *option)
{
	const char *value = strchr(option, '=');

	if (!value)
		return;
	value++;
	if (g_str_has_prefix(option, "-runs="))
		run->runs = g_ascii_strtoull(value, NULL, 10);
	else if (g_str_has_prefix(option, "-seed="))
		g_rand_set_seed(run->random, (guint32)g_ascii_strtoull(value, NULL, 10));
	else if (g_str_has_prefix(option, "-artifact_prefix="))
		g_strlcpy(run->prefix, value, sizeof(run->prefix));
	else if (g_str_has_prefix(option, "-max_total_time=")) {
		run->runs = G_MAXUINT64;
		run->until = g_get_monotonic_time();
		run->until += g_ascii_strtoll(value, NULL, 10) * G_USEC_PER_SEC;
	}
}

int main(int argc, char **argv)
{
	struct run run = { .random = g_rand_new_with_seed(1), .prefix = "crash." };

	run.inputs = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			take_option(&run, argv[i]);
		else
			add_path(&run, argv[i]);
	}
	for (guint i = 0; i < run.inputs->len; i++)
		try_one(&run, g_bytes_get_data(run.inputs->pdata[i], NULL),
			g_bytes_get_size(run.inputs->pdata[i]));
	printf("%u inputs of the corpus\n", run.inputs->len);
	if (run.inputs->len == 0)
		g_ptr_array_add(run.inputs, g_bytes_new_static("", 0));
	try_changed(&run);
	g_ptr_array_unref(run.inputs);
	g_rand_free(run.random);
	return 0;
}
