/*
 * From a key press to the bytes on the terminal: typing, scrolling and walking through a
 * conversation of 1,000,000 messages, drawn by curses into a pseudo-terminal that is read dry.
 * Lines as bench.h says: the median, the 99th percentile against the promised 2 ms, the longest.
 */
#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "core/base/secret.h"
#include "tests/bench/bench.h"
#include "tests/support/stage.h"
#include "tui/term/term.h"

enum { ROWS = 43, COLS = 132, MESSAGES = 1000000, KEYS = 3000 };

struct bench {
	struct stage *stage;
	struct term *term;
	int master;
	int64_t taken[KEYS];
};

/* What the terminal has got; nobody looks at it. */
static gpointer drain(gpointer data)
{
	char bytes[65536];

	while (read(GPOINTER_TO_INT(data), bytes, sizeof(bytes)) > 0)
		;
	return NULL;
}

static void fill(struct stage *stage)
{
	fake_link_contact(stage->fake, "bob", "Bob Marsh");
	for (int i = 0; i < MESSAGES; i++)
		fake_link_message(stage->fake, "bob", i % 3 ? DIRECTION_IN : DIRECTION_OUT,
				  stage->now - (int64_t)(MESSAGES - i) * 40000,
				  "Some words that are long enough to be wrapped once in a while, "
				  "with \xc3\xa4 few \xe6\x97\xa5\xe6\x9c\xac wide ones.")
			->read_at = 1;
	stage_open(stage);
	stage_keys(stage, "Enter");
}

static int open_terminal(struct bench *bench)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
	struct term_options options = {.type = "xterm-256color"};
	GError *error = NULL;
	int slave;

	bench->master = posix_openpt(O_RDWR | O_NOCTTY);
	if (bench->master < 0 || grantpt(bench->master) || unlockpt(bench->master))
		return -1;
	slave = open(ptsname(bench->master), O_RDWR | O_NOCTTY);
	ioctl(slave, TIOCSWINSZ, &size);
	g_thread_unref(g_thread_new("drain", drain, GINT_TO_POINTER(bench->master)));
	options.in = slave;
	options.out = slave;
	bench->term = term_open(&options, &error);
	if (!bench->term) {
		fprintf(stderr, "bench_keys: %s\n", error->message);
		return -1;
	}
	term_set_theme(bench->term, theme_load(NULL, "dark", NULL));
	return 0;
}

static int by_time(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a;
	int64_t second = *(const int64_t *)b;

	return first < second ? -1 : first > second;
}

static void line(const char *name, const char *what, int64_t micros, double promised)
{
	char *full = g_strdup_printf("%s_%s", name, what);

	bench_line(full, (double)micros / 1000, promised);
	g_free(full);
}

static void measure(struct bench *bench, const char *name, const char *const *keys, size_t count)
{
	for (int i = 0; i < KEYS; i++) {
		struct key key = {0};
		int64_t since;

		if (!key_parse(keys[(size_t)i % count], &key))
			exit(1);
		since = g_get_monotonic_time();
		shell_key(bench->stage->shell, &key);
		shell_draw(bench->stage->shell, bench->stage->grid);
		term_draw(bench->term, bench->stage->grid);
		bench->taken[i] = g_get_monotonic_time() - since;
		/* Answers come from another thread; they are no part of the key's time. */
		fake_link_settle(bench->stage->fake);
	}
	qsort(bench->taken, KEYS, sizeof(bench->taken[0]), by_time);
	line(name, "median_ms", bench->taken[KEYS / 2], 0);
	line(name, "99_percent_ms:promised", bench->taken[KEYS * 99 / 100], 2);
	line(name, "most_ms", bench->taken[KEYS - 1], 0);
}

int main(void)
{
	static const char *const typing[] = {"a", "b", "Space", "c", "d", "e", "Backspace"};
	static const char *const paging[] = {"PageUp"};
	static const char *const walking[] = {"k"};
	struct bench bench = {0};

	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("TZ", "UTC", TRUE);
	if (!secret_start(NULL))
		return 1;
	bench.stage = stage_new(ROWS, COLS);
	fill(bench.stage);
	if (open_terminal(&bench) < 0)
		return 1;
	measure(&bench, "typing", typing, G_N_ELEMENTS(typing));
	measure(&bench, "paging_back", paging, G_N_ELEMENTS(paging));
	stage_keys(bench.stage, "Escape");
	measure(&bench, "walking_back", walking, G_N_ELEMENTS(walking));
	term_close(bench.term);
	stage_free(bench.stage);
	return 0;
}
