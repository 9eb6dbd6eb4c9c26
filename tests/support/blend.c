#include "tests/support/blend.h"
#include <math.h>
#include <string.h>
#include "tui/term/flicker_font.h"

enum {
	GLYPHS = 0x7f - 0x21, /* of ASCII, but the blank */
	GLYPH_POINTS = 64,
	GLYPH_COLS = 8,
	PICTURES = 240,
	PHASES = 2,   /* a picture begins with either frame of a pair */
	LESSONS = 16, /* films that are looked at */
	LESSON_FRAMES = 128,
	SEEN_MAX = 4 * BLEND_FRAMES_MAX,
	SEED = 4711,
};

enum kind { EXPOSED, AVERAGED, SERIES };

/* What a reader knows of pictures of one kind. */
struct reader {
	blend_film film;
	unsigned fps;
	enum kind kind;
	unsigned frames;		 /* from the first to the last one in the picture */
	unsigned lag;			 /* of a series: from one picture to the next */
	double weight[PHASES][SEEN_MAX]; /* how much what is seen speaks for text */
};

/* Of letters, the same each time; the films are different ones. */
static GRand *chance;

static void draw_glyph(uint8_t *bitmap, unsigned place, uint32_t code)
{
	uint8_t rows[FLICKER_GLYPH_ROWS];

	if (!flicker_font_glyph(code, NULL, 0, rows))
		g_error("no glyph");
	for (unsigned y = 0; y < FLICKER_GLYPH_ROWS; y++)
		bitmap[y * FLICKER_WIDTH / 8 + place] = rows[y];
}

void blend_film_flicker(const uint8_t *bitmap, unsigned fps, unsigned count,
			uint8_t (*frames)[FLICKER_POINTS])
{
	struct flicker *flicker = flicker_new(FLICKER_COLS, fps, NULL);

	if (!flicker)
		g_error("no box");
	flicker_set(flicker, bitmap);
	for (unsigned i = 0; i < count; i++) {
		flicker_next(flicker);
		for (unsigned point = 0; point < FLICKER_POINTS; point++)
			frames[i][point] = flicker_point(flicker, point % FLICKER_WIDTH,
							 point / FLICKER_WIDTH);
	}
	flicker_free(flicker);
}

/*
 * What the picture that begins with FRAMES[0] shows of POINT. Of an exposure first and last
 * frame have shares of their own, those in between count alike; of an average only the sum shows;
 * of a series how often the point changed.
 */
static unsigned seen(const struct reader *reader, uint8_t (*frames)[FLICKER_POINTS], unsigned point)
{
	unsigned last = reader->frames - 1, sum = 0;

	if (reader->kind == SERIES) {
		for (unsigned i = reader->lag; i <= last; i += reader->lag)
			sum += frames[i][point] != frames[i - reader->lag][point];
		return sum;
	}
	for (unsigned i = 0; i <= last; i++)
		sum += frames[i][point];
	if (reader->kind == AVERAGED || last == 0)
		return sum;
	sum -= frames[0][point] + frames[last][point];
	return 4 * sum + 2 * frames[last][point] + frames[0][point];
}

/* Look at films of boxes that are half text. */
static void learn(struct reader *reader)
{
	static uint8_t frames[LESSON_FRAMES][FLICKER_POINTS];
	static double counts[PHASES][2][SEEN_MAX];
	double sum[PHASES][2] = { 0 };

	for (unsigned i = 0; i < PHASES * 2 * SEEN_MAX; i++)
		(&counts[0][0][0])[i] = 0.3;
	for (unsigned lesson = 0; lesson < LESSONS; lesson++) {
		uint8_t bitmap[FLICKER_BITMAP_BYTES];

		for (unsigned i = 0; i < sizeof(bitmap); i++)
			bitmap[i] = (uint8_t)g_rand_int(chance);
		reader->film(bitmap, reader->fps, LESSON_FRAMES, frames);
		for (unsigned start = 0; start + reader->frames <= LESSON_FRAMES; start++) {
			for (unsigned point = 0; point < FLICKER_POINTS; point++) {
				unsigned side = bitmap[point / 8] >> (7 - point % 8) & 1;

				counts[start % PHASES][side][seen(reader, frames + start, point)]++;
				sum[start % PHASES][side]++;
			}
		}
	}
	for (unsigned phase = 0; phase < PHASES; phase++)
		for (unsigned i = 0; i < SEEN_MAX; i++)
			reader->weight[phase][i] = log(counts[phase][1][i] / sum[phase][1]) -
						   log(counts[phase][0][i] / sum[phase][0]);
}

static uint32_t likeliest(const struct reader *reader, uint8_t (*frames)[FLICKER_POINTS],
			  unsigned phase, unsigned place)
{
	double points[GLYPH_POINTS], best = -HUGE_VAL;
	uint32_t found = 0;

	for (unsigned i = 0; i < GLYPH_POINTS; i++)
		points[i] = reader->weight[phase][seen(
			reader, frames,
			i / GLYPH_COLS * FLICKER_WIDTH + place * GLYPH_COLS + i % GLYPH_COLS)];
	for (uint32_t code = 0x21; code < 0x21 + GLYPHS; code++) {
		uint8_t rows[FLICKER_GLYPH_ROWS];
		double score = 0;

		if (!flicker_font_glyph(code, NULL, 0, rows))
			g_error("no glyph");
		for (unsigned i = 0; i < GLYPH_POINTS; i++)
			if (rows[i / GLYPH_COLS] & 0x80 >> i % GLYPH_COLS)
				score += points[i];
		if (score > best) {
			best = score;
			found = code;
		}
	}
	return found;
}

/* The share of characters read in picture number INDEX. */
static double read_picture(const struct reader *reader, unsigned index)
{
	static uint8_t frames[2 * BLEND_FRAMES_MAX][FLICKER_POINTS];
	uint8_t bitmap[FLICKER_BITMAP_BYTES] = { 0 };
	uint32_t text[FLICKER_CHARS];
	unsigned start = 4 + index % PHASES, right = 0;

	for (unsigned i = 0; i < FLICKER_CHARS; i++) {
		text[i] = 0x21 + (uint32_t)g_rand_int_range(chance, 0, GLYPHS);
		draw_glyph(bitmap, i, text[i]);
	}
	reader->film(bitmap, reader->fps, start + reader->frames, frames);
	for (unsigned i = 0; i < FLICKER_CHARS; i++)
		right += likeliest(reader, frames + start, start % PHASES, i) == text[i];
	return (double)right / FLICKER_CHARS;
}

static double read_all(struct reader *reader, unsigned pictures)
{
	double sum = 0;

	if (reader->frames > BLEND_FRAMES_MAX)
		g_error("too many frames");
	chance = g_rand_new_with_seed(SEED);
	learn(reader);
	for (unsigned i = 0; i < pictures; i++)
		sum += read_picture(reader, i);
	g_rand_free(chance);
	return sum / pictures;
}

/* A picture of so many frames' length, and a fraction, takes part in one more where it begins late
 * in its first frame. */
double blend_exposed(blend_film film, unsigned fps, double seconds)
{
	double length = fps * seconds, share = length - floor(length);
	double sum = 0;

	for (unsigned more = 0; more < 2; more++) {
		struct reader reader = {
			.film = film,
			.fps = fps,
			.kind = EXPOSED,
			.frames = (unsigned)floor(length) + 1 + more,
		};
		double part = more ? share : 1 - share;

		if (part > 0.001)
			sum += part * read_all(&reader, (unsigned)ceil(PICTURES * part));
	}
	return sum;
}

double blend_averaged(blend_film film, unsigned fps, unsigned count)
{
	struct reader reader = { .film = film, .fps = fps, .kind = AVERAGED, .frames = count };

	return read_all(&reader, PICTURES);
}

double blend_series(blend_film film, unsigned fps, unsigned count, unsigned lag)
{
	struct reader reader = {
		.film = film,
		.fps = fps,
		.kind = SERIES,
		.frames = (count - 1) * lag + 1,
		.lag = lag,
	};

	return read_all(&reader, PICTURES);
}
