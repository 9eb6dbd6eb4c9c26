/*
 * What a box of noise costs at 60 frames a second, through a real pseudo-terminal whose other side
 * reads as fast as it can: kB a second, and processor time of the program that draws.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/secret.h"
#include "tests/bench/bench.h"
#include "tui/kit/flicker_text.h"
#include "tui/term/flicker.h"
#include "tui/term/term.h"

enum { SECONDS = 5, ROWS = 24, COLS = 200, BUFFER_BYTES = 65536 };

struct drawing {
	struct term *term;
	struct flicker *flicker;
	unsigned cols;
	GMainLoop *loop;
	unsigned frames;
	double began;
};

static gboolean on_tick(gpointer user)
{
	struct drawing *drawing = user;
	uint8_t cells[FLICKER_CELLS_MOST];

	flicker_next(drawing->flicker);
	flicker_cells(drawing->flicker, cells);
	drawing->frames += term_put_points(drawing->term, 10, 0, FLICKER_ROWS, (int)drawing->cols,
					   cells, FLICKER_GREY);
	if (bench_now() - drawing->began < SECONDS * 1000)
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(drawing->loop);
	return G_SOURCE_REMOVE;
}

/* The frames of SECONDS in a box of COLS at FPS, and the processor seconds they took, down the pipe
 * REPORT. */
static void draw(const char *name, unsigned cols, unsigned fps, int report)
{
	const int fd = open(name, O_RDWR);
	const struct term_options options = { .in = fd, .out = fd, .type = "xterm-256color" };
	struct winsize size = { .ws_row = ROWS, .ws_col = COLS };
	struct drawing drawing = { .loop = g_main_loop_new(NULL, FALSE), .cols = cols };
	uint8_t bitmap[FLICKER_BITMAP_MOST];
	struct flicker_text *text;
	GError *error = NULL;
	struct rusage before, after;
	double seconds[2];

	bench_must(fd >= 0 && ioctl(fd, TIOCSWINSZ, &size) == 0, NULL);
	drawing.term = term_open(&options, &error);
	bench_must(drawing.term != NULL, error);
	drawing.flicker = flicker_new(cols, fps, &error);
	bench_must(drawing.flicker != NULL, error);
	text = flicker_text_new("jumping dwarves vex quartz", cols, &error);
	bench_must(text != NULL, error);
	flicker_text_draw(text, 0, bitmap);
	flicker_text_free(text);
	flicker_set(drawing.flicker, bitmap);
	getrusage(RUSAGE_SELF, &before);
	drawing.began = bench_now();
	g_timeout_add(1000 / fps, on_tick, &drawing);
	g_main_loop_run(drawing.loop);
	getrusage(RUSAGE_SELF, &after);
	seconds[0] = drawing.frames;
	seconds[1] = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec +
			      after.ru_stime.tv_sec - before.ru_stime.tv_sec) +
		     (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec +
			      after.ru_stime.tv_usec - before.ru_stime.tv_usec) /
			     1e6;
	bench_must(write(report, seconds, sizeof(seconds)) == sizeof(seconds), NULL);
	flicker_free(drawing.flicker);
	_exit(0);
}

/* A box in COLS columns, at the frames and within the rate of the host or of a line. */
static void measure(const char *name, int cols, unsigned fps, unsigned rate)
{
	unsigned box = flicker_cols(cols, fps, rate);
	char *buffer = g_malloc(BUFFER_BYTES);
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	g_autofree char *frames = g_strdup_printf("sealed_%s_%u_columns_frames_a_second:wanted",
						  name, box);
	g_autofree char *kb = g_strdup_printf("sealed_%s_%u_columns_kB_a_second:promised", name,
					      box);
	g_autofree char *cpu = g_strdup_printf("sealed_%s_%u_columns_cpu_percent:promised", name,
					       box);
	double said[2] = { 0 }, bytes = 0;
	int report[2];
	ssize_t got;
	pid_t child;

	bench_must(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0 &&
			   pipe(report) == 0,
		   NULL);
	child = fork();
	bench_must(child >= 0, NULL);
	if (child == 0)
		draw(ptsname(master), box, fps, report[1]);
	close(report[1]);
	while ((got = read(master, buffer, BUFFER_BYTES)) > 0)
		bytes += (double)got;
	bench_must(waitpid(child, NULL, 0) == child, NULL);
	bench_must(read(report[0], said, sizeof(said)) == sizeof(said), NULL);
	close(report[0]);
	close(master);
	bench_line(frames, said[0] / SECONDS, fps);
	bench_line(kb, bytes / 1000 / SECONDS, (double)rate / 1000);
	bench_line(cpu, said[1] / SECONDS * 100, 3);
	g_free(buffer);
}

int main(void)
{
	setlocale(LC_ALL, "C.UTF-8");
	g_setenv("COLORTERM", "truecolor", TRUE);
	g_unsetenv("NO_COLOR");
	g_unsetenv("STY");
	bench_must(secret_start(NULL), NULL);
	measure("host", 80, FLICKER_FPS, FLICKER_RATE);
	measure("host", 132, FLICKER_FPS, FLICKER_RATE);
	measure("host", COLS, FLICKER_FPS, FLICKER_RATE);
	measure("ssh", 132, FLICKER_FPS_REMOTE, FLICKER_RATE_REMOTE);
	measure("ssh", COLS, FLICKER_FPS_REMOTE, FLICKER_RATE_REMOTE);
	return 0;
}
