/*
 * What one picture gives away of a sealed text when several frames lie over each other in it, and
 * what a series of screenshots does, to the best reader (tests/support/blend.h): percent of
 * characters. Behind what sotto draws stand other ways to draw the ground, which were tried:
 * there a slower ground hides more from a short exposure, and shows less to an eye, which blends
 * too.
 */
#include <math.h>
#include <string.h>
#include "core/base/secret.h"
#include "tests/bench/bench.h"
#include "tests/support/blend.h"

enum { ROUNDS = 40 };

static const unsigned parts[] = { 1000, 500, 250, 125, 60, 30, 15, 10 };
static const unsigned counts[] = { 1, 2, 3, 4, 8 };
/* So many screenshots, so many frames apart. */
static const unsigned series[][2] = { { 2, 1 }, { 2, 4 }, { 2, 7 }, { 3, 7 }, { 5, 7 }, { 10, 7 } };

/* -- other grounds ---------------------------------------------------------------------------  */

/* How many frames a point of the ground that has just changed stays as it is. */
typedef unsigned (*stay)(void);

static unsigned fresh(void)
{
	unsigned frames = 1;

	while (g_random_boolean())
		frames++;
	return frames;
}

static unsigned one_in_four(void)
{
	unsigned frames = 1;

	while (g_random_int_range(0, 4))
		frames++;
	return frames;
}

static unsigned three_to_five(void)
{
	return (unsigned)g_random_int_range(3, 6);
}

static void draw(const uint8_t *bitmap, unsigned fps, unsigned count,
		 uint8_t (*frames)[FLICKER_POINTS], stay how_long)
{
	for (unsigned point = 0; point < FLICKER_POINTS; point++) {
		bool is_text = bitmap[point / 8] & (0x80u >> point % 8);
		uint8_t value = (uint8_t)g_random_boolean();
		unsigned left = 0;

		/* A while ahead, so that the changes of different points are apart. */
		for (int frame = -60; frame < (int)count; frame++) {
			if (is_text && g_random_int_range(0, (int)fps / 2) == 0) {
				value = (uint8_t)g_random_boolean();
			} else if (!is_text && left-- == 0) {
				value = !value;
				left = how_long() - 1;
			}
			if (frame >= 0)
				frames[frame][point] = value;
		}
	}
}

static void film_fresh(const uint8_t *bitmap, unsigned fps, unsigned count,
		       uint8_t (*frames)[FLICKER_POINTS])
{
	draw(bitmap, fps, count, frames, fresh);
}

static void film_one_in_four(const uint8_t *bitmap, unsigned fps, unsigned count,
			     uint8_t (*frames)[FLICKER_POINTS])
{
	draw(bitmap, fps, count, frames, one_in_four);
}

static void film_three_to_five(const uint8_t *bitmap, unsigned fps, unsigned count,
			       uint8_t (*frames)[FLICKER_POINTS])
{
	draw(bitmap, fps, count, frames, three_to_five);
}

/* -- printing --------------------------------------------------------------------------------  */

/* How much the points of ground (0) or text (1) differ in an average of COUNT frames. */
static double spread(uint8_t (*frames)[FLICKER_POINTS], unsigned count, const uint8_t *bitmap,
		     bool is_text)
{
	double sum = 0, squares = 0;
	unsigned points = 0;

	for (unsigned point = 0; point < FLICKER_POINTS; point++) {
		double mean = 0;

		if ((bool)(bitmap[point / 8] & (0x80u >> point % 8)) != is_text)
			continue;
		for (unsigned i = 0; i < count; i++)
			mean += (double)frames[i][point] / count;
		sum += mean;
		squares += mean * mean;
		points++;
	}
	return sqrt(squares / points - sum / points * (sum / points));
}

/* The ground's contrast in what an eye blends, a tenth of a second, as a share of the text's. At 0
 * the text stands on an even grey. */
static double unrest(blend_film film, unsigned fps)
{
	uint8_t bitmap[FLICKER_BITMAP_BYTES], frames[FLICKER_FPS][FLICKER_POINTS];
	double ground = 0, text = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < sizeof(bitmap); i++)
			bitmap[i] = (uint8_t)g_random_int();
		film(bitmap, fps, fps, frames);
		ground += spread(frames + round % 4, fps / 10, bitmap, false);
		text += spread(frames + round % 4, fps / 10, bitmap, true);
	}
	return ground / text;
}

static void measure(const char *name, blend_film film, unsigned fps)
{
	g_autofree char *eye = g_strdup_printf("%s_%ufps_ground_in_an_eye_percent", name, fps);

	bench_line(eye, 100 * unrest(film, fps), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *line =
			g_strdup_printf("%s_%ufps_1/%us_percent", name, fps, parts[i]);

		bench_line(line, 100 * blend_exposed(film, fps, 1.0 / parts[i]), 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		g_autofree char *line =
			g_strdup_printf("%s_%ufps_%u_averaged_percent", name, fps, counts[i]);

		bench_line(line, 100 * blend_averaged(film, fps, counts[i]), 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(series); i++) {
		g_autofree char *line = g_strdup_printf("%s_%ufps_%u_screenshots_%u_apart_percent",
							name, fps, series[i][0], series[i][1]);

		bench_line(line, 100 * blend_series(film, fps, series[i][0], series[i][1]), 0);
	}
}

int main(void)
{
	bench_must(secret_start(NULL), NULL);
	measure("blend", blend_film_flicker, FLICKER_FPS);
	measure("blend", blend_film_flicker, FLICKER_FPS_REMOTE);
	measure("blend_fresh", film_fresh, FLICKER_FPS);
	measure("blend_one_in_four", film_one_in_four, FLICKER_FPS);
	measure("blend_three_to_five", film_three_to_five, FLICKER_FPS);
	return 0;
}
