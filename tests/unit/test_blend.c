/* What docs/screen-privacy.md says that a picture gives away when frames blend in it, is so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "tests/support/blend.h"

enum { ROWS_LEAST = 16 };

/* Percent; what is measured varies by three or so. */
static const double NEAR = 7;

static const unsigned rates[] = { FLICKER_FPS, FLICKER_FPS_REMOTE };

/* What ROW of the table is about; both 0: something else. */
struct about {
	unsigned part, frames, pictures, lag;
};

static bool read_row(const char *row, struct about *about)
{
	*about = (struct about){ 0 };
	if (strstr(row, "| one frame, a screenshot |"))
		about->frames = 1;
	else if (strstr(row, "| exposed for 1/"))
		return sscanf(row, "| exposed for 1/%u s |", &about->part) == 1;
	else if (strstr(row, " frames averaged |"))
		return sscanf(row, "| %u frames averaged |", &about->frames) == 1;
	else
		return sscanf(row, "| %u screenshots, %u frame", &about->pictures, &about->lag) ==
		       2;
	return true;
}

static double measure(const struct about *about, unsigned fps)
{
	if (about->part)
		return 100 * blend_exposed(blend_film_flicker, fps, 1.0 / about->part);
	if (about->frames)
		return 100 * blend_averaged(blend_film_flicker, fps, about->frames);
	return 100 * blend_series(blend_film_flicker, fps, about->pictures, about->lag);
}

/* Whether ROW is one of the table's; its figures, a column for each rate, must be near. */
static bool check_row(const char *row)
{
	g_auto(GStrv) cells = NULL;
	struct about about;

	if (!read_row(row, &about))
		return false;
	cells = g_strsplit(row, "|", -1);
	assert_int_equal(g_strv_length(cells), 5);
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		double said = strtod(cells[2 + i], NULL), is = measure(&about, rates[i]);

		if (fabs(said - is) > NEAR)
			fail_msg("at %u frames a second it is %.1f: %s", rates[i], is, row);
	}
	return true;
}

static void test_the_curve_is_published(void **state)
{
	const char *folder = g_getenv("srcdir");
	g_autofree char *path =
		g_build_filename(folder ? folder : ".", "docs", "screen-privacy.md", NULL);
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	unsigned rows = 0;

	(void)state;
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		rows += check_row(*line);
	assert_true(rows >= ROWS_LEAST);
}

/* One frame gives what guessing gives. */
static void test_one_frame(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++)
		assert_true(blend_averaged(blend_film_flicker, rates[i], 1) < 0.03);
}

/* The control: the reader finds what is there, in one frame that shows it. */
static void film_open(const uint8_t *bitmap, unsigned fps, unsigned count,
		      uint8_t (*frames)[FLICKER_POINTS])
{
	blend_film_flicker(bitmap, fps, count, frames);
	for (unsigned i = 0; i < count; i++)
		for (unsigned point = 0; point < FLICKER_POINTS; point++)
			frames[i][point] |= bitmap[point / 8] >> (7 - point % 8) & 1;
}

static void test_the_reader_reads(void **state)
{
	(void)state;
	assert_true(blend_averaged(film_open, FLICKER_FPS, 1) > 0.9);
	assert_true(blend_averaged(blend_film_flicker, FLICKER_FPS, 4) > 0.99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_frame),
		cmocka_unit_test(test_the_reader_reads),
		cmocka_unit_test(test_the_curve_is_published),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
