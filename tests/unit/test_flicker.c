#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "tui/kit/flicker_text.h"
#include "tui/term/flicker.h"
#include "tui/term/flicker_font.h"

enum {
	FRAMES = 600,
	GLYPH_POINTS = 64,
	SINGLE = 400,
	GLYPHS = 0x7f - 0x21, /* of ASCII, but the blank */
	BOXES = (GLYPHS + FLICKER_CHARS - 1) / FLICKER_CHARS,
};

/* Texts that fill the box, and one that doesn't. */
static const char *const texts[] = {
	"Meet at nine, quiet: fox 4711",
	"jumping dwarves",
	"OK",
	"quartz; vexed by lynx & 0Ol1I",
};

/* -- the box ---------------------------------------------------------------------------------- */

static bool is_text(const uint8_t *bitmap, unsigned point)
{
	return bitmap[point / 8] & (0x80u >> point % 8);
}

static bool is_lit(const struct flicker *flicker, unsigned point)
{
	return flicker_point(flicker, point % FLICKER_WIDTH, point / FLICKER_WIDTH);
}

static void first_box(const char *text, uint8_t bitmap[static FLICKER_BITMAP_BYTES])
{
	struct flicker_text *boxes = flicker_text_new(text, FLICKER_COLS, NULL);

	assert_non_null(boxes);
	flicker_text_draw(boxes, 0, bitmap);
	flicker_text_free(boxes);
}

static struct flicker *flicker_of(const uint8_t *bitmap, unsigned fps)
{
	struct flicker *flicker = flicker_new(FLICKER_COLS, fps, NULL);

	assert_non_null(flicker);
	flicker_set(flicker, bitmap);
	return flicker;
}

/* How many errors the means of text and ground, point by point, are apart (Welch). */
static double distance(const uint8_t *bitmap, const double *means, unsigned points)
{
	double sum[2] = { 0 }, squares[2] = { 0 }, count[2] = { 0 }, error = 0, mean[2];

	for (unsigned i = 0; i < points; i++) {
		bool side = is_text(bitmap, i);

		sum[side] += means[i];
		squares[side] += means[i] * means[i];
		count[side]++;
	}
	for (int side = 0; side < 2; side++) {
		mean[side] = sum[side] / count[side];
		error +=
			(squares[side] / count[side] - mean[side] * mean[side]) / (count[side] - 1);
	}
	return (mean[1] - mean[0]) / sqrt(error + 1e-12);
}

/* In a box of COLS columns. */
static double watch(const char *text, unsigned cols, unsigned fps, bool is_plain)
{
	const unsigned width = 2 * cols, points = width * FLICKER_HEIGHT;
	struct flicker_text *boxes = flicker_text_new(text, cols, NULL);
	struct flicker *flicker = flicker_new(cols, fps, NULL);
	uint8_t bitmap[FLICKER_BITMAP_MOST];
	double means[8 * FLICKER_BITMAP_MOST] = { 0 };

	assert_non_null(boxes);
	assert_non_null(flicker);
	flicker_text_draw(boxes, 0, bitmap);
	flicker_text_free(boxes);
	flicker_set(flicker, bitmap);
	for (int frame = 0; frame < FRAMES; frame++) {
		flicker_next(flicker);
		for (unsigned i = 0; i < points; i++)
			means[i] += (is_plain && is_text(bitmap, i)) ||
				    flicker_point(flicker, i % width, i / width);
	}
	for (unsigned i = 0; i < points; i++)
		means[i] /= FRAMES;
	flicker_free(flicker);
	return distance(bitmap, means, points);
}

/* No average of frames is brighter where the text is, however wide the box. */
static void test_gate(void **state)
{
	static const unsigned widths[] = { FLICKER_COLS, 80, 132, FLICKER_COLS_MOST };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		unsigned cols = widths[i];

		assert_true(fabs(watch(texts[i], FLICKER_COLS, FLICKER_FPS, false)) < 4);
		assert_true(fabs(watch(texts[0], cols, FLICKER_FPS, false)) < 4);
		assert_true(fabs(watch(texts[3], cols, FLICKER_FPS_REMOTE, false)) < 4);
		assert_true(fabs(watch(texts[0], cols, FLICKER_FPS, true)) > 40);
	}
}

/* As wide as the screen and the line let it be. */
static void test_width(void **state)
{
	static const char words[] = "The ferry leaves at six, so be at the pier";
	struct flicker_text *boxes;

	(void)state;
	assert_int_equal(flicker_cols(80, FLICKER_FPS, FLICKER_RATE), 80);
	assert_int_equal(flicker_cols(83, FLICKER_FPS, FLICKER_RATE), 80);
	assert_int_equal(flicker_cols(132, FLICKER_FPS, FLICKER_RATE), 132);
	assert_int_equal(flicker_cols(132, FLICKER_FPS_REMOTE, FLICKER_RATE_REMOTE), 132);
	assert_int_equal(flicker_cols(20, FLICKER_FPS, FLICKER_RATE), FLICKER_COLS);
	assert_in_range(flicker_cols(1000, FLICKER_FPS, FLICKER_RATE), 160, FLICKER_COLS_MOST);
	assert_in_range(flicker_cols(1000, FLICKER_FPS_REMOTE, FLICKER_RATE_REMOTE), 132, 165);
	assert_int_equal(flicker_cols(1000, FLICKER_FPS, 0), FLICKER_COLS);
	/* Nine words: "The ferry leaves at six, so be at", "the pier" at 132. */
	boxes = flicker_text_new(words, 132, NULL);
	assert_int_equal(flicker_text_count(boxes), 2);
	/* Eight words, at 240 a minute. */
	assert_int_equal(flicker_text_ms(boxes, 0, 240), 8 * 250);
	assert_int_equal(flicker_text_ms(boxes, 1, 120), 2 * 500);
	flicker_text_free(boxes);
	boxes = flicker_text_new(words, 80, NULL);
	assert_int_equal(flicker_text_count(boxes), 3);
	flicker_text_free(boxes);
}

/* Single frames of many boxes with one text: how unevenly lit its characters are (1: as coins are),
 * and how often neighbours are the same. */
static void single_frames(const char *text, bool is_plain, double *uneven, double *same)
{
	uint8_t bitmap[FLICKER_BITMAP_BYTES];
	double lit[FLICKER_CHARS];
	struct flicker *flicker;

	first_box(text, bitmap);
	flicker = flicker_of(bitmap, FLICKER_FPS);
	*uneven = *same = 0;
	for (int frame = 0; frame < SINGLE; frame++) {
		memset(lit, 0, sizeof(lit));
		flicker_set(flicker, bitmap);
		for (int skipped = 0; skipped <= frame % 3; skipped++)
			flicker_next(flicker);
		for (unsigned i = 0; i < FLICKER_POINTS; i++) {
			bool is_on = (is_plain && is_text(bitmap, i)) || is_lit(flicker, i);

			lit[i % FLICKER_WIDTH / 8] += is_on;
			if (i % FLICKER_WIDTH)
				*same += is_on == (is_lit(flicker, i - 1) ||
						   (is_plain && is_text(bitmap, i - 1)));
		}
		for (int i = 0; i < FLICKER_CHARS; i++)
			*uneven += pow(lit[i] - GLYPH_POINTS / 2.0, 2) / (GLYPH_POINTS / 4.0);
	}
	*uneven /= SINGLE * FLICKER_CHARS;
	*same /= SINGLE * (double)(FLICKER_POINTS - FLICKER_HEIGHT);
	flicker_free(flicker);
}

/* One frame tells neither where nor how long the text is. */
static void test_single_frame(void **state)
{
	double uneven, same;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		single_frames(texts[i], false, &uneven, &same);
		assert_true(fabs(uneven - 1) < 0.12);
		assert_true(fabs(same - 0.5) < 0.005);
		single_frames(texts[i], true, &uneven, &same);
		assert_true(uneven > 1.3);
		assert_true(same > 0.51);
	}
}

/* The second frame of a pair is the first one's opposite but for the text, which stays. */
static void test_opposites(void **state)
{
	uint8_t bitmap[FLICKER_BITMAP_BYTES];
	bool first[FLICKER_POINTS];
	unsigned kept = 0, text = 0;
	struct flicker *flicker;

	(void)state;
	first_box(texts[0], bitmap);
	flicker = flicker_of(bitmap, FLICKER_FPS);
	for (int frame = 0; frame < 200; frame++) {
		flicker_next(flicker);
		for (unsigned i = 0; i < FLICKER_POINTS; i++) {
			bool is_on = is_lit(flicker, i);

			if (frame % 2 && is_text(bitmap, i)) {
				text++;
				kept += is_on == first[i];
			} else if (frame % 2) {
				assert_true(is_on != first[i]);
			}
			first[i] = is_on;
		}
	}
	/* One in 30 is thrown, and half of those change. */
	assert_true(fabs((double)kept / text - (1 - 0.5 / 30)) < 0.01);
	flicker_free(flicker);
}

/* The box is full whatever is in it: as many points are lit with a text as without. */
static void test_full(void **state)
{
	uint8_t bitmap[FLICKER_BITMAP_BYTES] = { 0 };
	uint8_t cells[FLICKER_CELLS];

	(void)state;
	for (size_t i = 0; i <= G_N_ELEMENTS(texts); i++) {
		struct flicker *flicker = flicker_of(bitmap, FLICKER_FPS);
		unsigned kinds[16] = { 0 };

		for (int frame = 0; frame < 100; frame++) {
			unsigned lit = 0;

			flicker_next(flicker);
			flicker_cells(flicker, cells);
			for (unsigned at = 0; at < FLICKER_CELLS; at++) {
				assert_in_range(cells[at], 0, 15);
				kinds[cells[at]]++;
				lit += (unsigned)__builtin_popcount(cells[at]);
			}
			assert_in_range(lit, FLICKER_POINTS / 2 - 110, FLICKER_POINTS / 2 + 110);
		}
		for (int kind = 0; kind < 16; kind++)
			assert_in_range(kinds[kind], 800, 2400);
		flicker_free(flicker);
		if (i < G_N_ELEMENTS(texts))
			first_box(texts[i], bitmap);
	}
}

static void test_cells(void **state)
{
	uint8_t bitmap[FLICKER_BITMAP_BYTES] = { 0 };
	uint8_t cells[FLICKER_CELLS];
	struct flicker *flicker = flicker_of(bitmap, FLICKER_FPS);

	(void)state;
	flicker_next(flicker);
	flicker_cells(flicker, cells);
	for (unsigned y = 0; y < FLICKER_HEIGHT; y++)
		for (unsigned x = 0; x < FLICKER_WIDTH; x++)
			assert_int_equal(
				flicker_point(flicker, x, y),
				cells[y / 2 * FLICKER_COLS + x / 2] >> (x % 2 + y % 2 * 2) & 1);
	assert_false(flicker_point(flicker, FLICKER_WIDTH, 0));
	assert_false(flicker_point(flicker, 0, FLICKER_HEIGHT));
	flicker_free(flicker);
}

static void test_luminance(void **state)
{
	(void)state;
	assert_true(fabs(flicker_luminance(FLICKER_GREY) - 0.089) < 0.0005);
	assert_true(fabs(flicker_luminance(255) - 1) < 1e-9);
	assert_true(flicker_luminance(0) < 1e-9);
	assert_true(flicker_is_safe(FLICKER_GREY));
	assert_true(flicker_is_safe(FLICKER_GREY_MOST));
	for (unsigned grey = FLICKER_GREY_MOST + 1; grey < 1000; grey++)
		assert_false(flicker_is_safe(grey));
}

/* -- reading ---------------------------------------------------------------------------------- */

/* The glyph that fits best where FLIPS counts how often each point has changed in STEPS. */
static uint32_t read_at(const unsigned *flips, unsigned steps, unsigned left)
{
	const double still = log(1 / 60.0), other = log(59 / 60.0);
	const double twinkles = log(0.75), stays = log(0.25);
	double best = -1e9;
	uint32_t found = 0;

	for (uint32_t code = 0x20; code < 0x7f; code++) {
		uint8_t rows[FLICKER_GLYPH_ROWS];
		double score = 0;

		assert_true(flicker_font_glyph(code, NULL, 0, rows));
		for (unsigned y = 0; y < 8; y++) {
			for (unsigned x = 0; x < 8; x++) {
				unsigned n = flips[y * FLICKER_WIDTH + left + x];
				bool is_on = rows[y] & (0x80u >> x);

				score += n * (is_on ? still : twinkles) +
					 (steps - n) * (is_on ? other : stays);
			}
		}
		if (score > best) {
			best = score;
			found = code;
		}
	}
	return found;
}

/* Box number INDEX of those that show every printable character but the blank. */
static void every_character(unsigned index, char text[static FLICKER_CHARS + 1])
{
	for (unsigned i = 0; i < FLICKER_CHARS; i++)
		text[i] = (char)(0x21 + (index * FLICKER_CHARS + i) % GLYPHS);
	text[FLICKER_CHARS] = '\0';
}

/* The share of characters that MS of watching what changes gives back. */
static double legible(unsigned fps, unsigned ms)
{
	unsigned frames = fps * ms / 1000, right = 0, all = 0;

	for (unsigned round = 0; round < 2 * BOXES; round++) {
		char text[FLICKER_CHARS + 1];
		uint8_t bitmap[FLICKER_BITMAP_BYTES];
		bool former[FLICKER_POINTS] = { false };
		unsigned flips[FLICKER_POINTS] = { 0 };
		struct flicker *flicker;

		every_character(round, text);
		first_box(text, bitmap);
		flicker = flicker_of(bitmap, fps);
		for (unsigned skipped = 0; skipped < 7 + round; skipped++)
			flicker_next(flicker);
		for (unsigned frame = 0; frame < frames; frame++) {
			flicker_next(flicker);
			for (unsigned i = 0; i < FLICKER_POINTS; i++) {
				flips[i] += frame && is_lit(flicker, i) != former[i];
				former[i] = is_lit(flicker, i);
			}
		}
		for (unsigned i = 0; i < FLICKER_CHARS; i++, all++)
			right += read_at(flips, frames - 1, 8 * i) == (uint32_t)text[i];
		flicker_free(flicker);
	}
	return (double)right / all;
}

static void test_legible(void **state)
{
	(void)state;
	assert_true(legible(FLICKER_FPS, 200) >= 0.8);
	/* Promised are nine in ten; so long nothing is taken for anything else. */
	assert_true(legible(FLICKER_FPS, 500) > 0.999);
	assert_true(legible(FLICKER_FPS_REMOTE, 200) >= 0.8);
	assert_true(legible(FLICKER_FPS_REMOTE, 500) > 0.999);
	/* One frame, and one change of frames that aren't a pair's, are what they should be. */
	assert_true(legible(FLICKER_FPS, 17) < 0.2);
}

/* -- letters ---------------------------------------------------------------------------------- */

/* In how many points they differ. */
static int apart(const uint8_t *first, const uint8_t *second)
{
	int count = 0;

	for (int y = 0; y < FLICKER_GLYPH_ROWS; y++)
		count += __builtin_popcount(first[y] ^ second[y]);
	return count;
}

/* Codes are what people seal: no character is close to another. */
static void test_font(void **state)
{
	uint8_t glyphs[0x7f][FLICKER_GLYPH_ROWS] = { 0 };
	uint8_t rows[FLICKER_GLYPH_ROWS] = { 0 };

	(void)state;
	for (uint32_t code = 0x20; code < 0x7f; code++) {
		assert_true(flicker_font_glyph(code, NULL, 0, glyphs[code]));
		for (int y = 0; y < FLICKER_GLYPH_ROWS; y++)
			assert_int_equal(glyphs[code][y] & 1, 0); /* letters don't touch */
		for (uint32_t other = 0x20; other < code; other++)
			if (apart(glyphs[code], glyphs[other]) < FLICKER_GLYPHS_APART)
				fail_msg("'%c' and '%c' are alike", (int)code, (int)other);
	}
	assert_false(flicker_font_glyph(0x1f, NULL, 0, rows));
	assert_false(flicker_font_glyph(0x7f, NULL, 0, rows));
	assert_false(flicker_font_glyph(0x1b, NULL, 0, rows));
	assert_false(flicker_font_glyph(0x4e2d, NULL, 0, rows));
}

/* Of the glyphs at 0 to COUNT - 1 the one closest to ROWS. */
static size_t closest(uint8_t (*glyphs)[FLICKER_GLYPH_ROWS], size_t count, const uint8_t *rows)
{
	size_t found = 0;

	for (size_t i = 1; i < count; i++)
		if (apart(glyphs[i], rows) < apart(glyphs[found], rows))
			found = i;
	return found;
}

/* How many of the glyphs are taken for another one by an eye that misjudges two points of it,
 * whichever. */
static size_t misread(uint8_t (*glyphs)[FLICKER_GLYPH_ROWS], size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_wrong = false;

		for (int a = 0; a < GLYPH_POINTS; a++) {
			for (int b = 0; b < a; b++) {
				uint8_t rows[FLICKER_GLYPH_ROWS];

				memcpy(rows, glyphs[i], sizeof(rows));
				rows[a / 8] ^= (uint8_t)(0x80 >> a % 8);
				rows[b / 8] ^= (uint8_t)(0x80 >> b % 8);
				is_wrong = is_wrong || closest(glyphs, count, rows) != i;
			}
		}
		wrong += is_wrong;
	}
	return wrong;
}

/* The control are three pairs as they were drawn once, and were taken for each other. */
static void test_no_misreading(void **state)
{
	uint8_t alike[][FLICKER_GLYPH_ROWS] = {
		{ 0x78, 0xcc, 0xdc, 0xec, 0xcc, 0xcc, 0x78, 0x00 }, /* 0 */
		{ 0x78, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0x78, 0x00 }, /* O */
		{ 0x78, 0xcc, 0xcc, 0x78, 0xcc, 0xcc, 0x78, 0x00 }, /* 8 */
		{ 0xf8, 0xcc, 0xcc, 0xf8, 0xcc, 0xcc, 0xf8, 0x00 }, /* B */
		{ 0x30, 0x30, 0x30, 0x30, 0x30, 0x00, 0x30, 0x00 }, /* ! */
		{ 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x00 }, /* | */
	};
	uint8_t glyphs[0x7f - 0x20][FLICKER_GLYPH_ROWS];

	(void)state;
	assert_true(misread(alike, G_N_ELEMENTS(alike)) >= 4);
	assert_int_equal(apart(alike[0], alike[1]), 2);
	for (uint32_t code = 0x20; code < 0x7f; code++)
		assert_true(flicker_font_glyph(code, NULL, 0, glyphs[code - 0x20]));
	assert_int_equal(misread(glyphs, G_N_ELEMENTS(glyphs)), 0);
}

/* Marked letters differ from each other and from the bare ones. */
static void test_marks(void **state)
{
	static const uint32_t marks[] = { 0x300, 0x301, 0x302, 0x303, 0x304, 0x306, 0x307, 0x308,
					  0x30a, 0x30b, 0x30c, 0x323, 0x327, 0x328, 0x331 };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const uint32_t both[] = { 0x302, 0x301 }, canonical[] = { 0x323, 0x302 };
	const uint32_t comma = 0x326;

	(void)state;
	for (const char *letter = letters; *letter; letter++) {
		uint8_t seen[G_N_ELEMENTS(marks) + 1][FLICKER_GLYPH_ROWS];
		uint8_t rows[FLICKER_GLYPH_ROWS];
		uint32_t code = (uint32_t)*letter;

		assert_true(flicker_font_glyph(code, NULL, 0, seen[0]));
		for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
			assert_true(flicker_font_glyph(code, &marks[i], 1, seen[i + 1]));
			for (size_t j = 0; j <= i; j++)
				if (apart(seen[i + 1], seen[j]) < 3)
					fail_msg("U+%04X alters '%c' too little", marks[i],
						 *letter);
		}
		/* Of two above the first is drawn; one below stays, in whatever order they come. */
		assert_true(flicker_font_glyph(code, both, 2, rows));
		assert_memory_equal(rows, seen[3], FLICKER_GLYPH_ROWS);
		assert_true(flicker_font_glyph(code, canonical, 2, rows));
		assert_true(apart(rows, seen[3]) >= 3);
		assert_true(flicker_font_glyph(code, &comma, 1, rows));
		assert_memory_equal(rows, seen[13], FLICKER_GLYPH_ROWS);
	}
}

/* Each box of TEXT is what EXPECTED says, character by character; '>' goes on. */
static void expect_boxes(const char *text, const char *const *expected)
{
	struct flicker_text *boxes = flicker_text_new(text, FLICKER_COLS, NULL);
	size_t count = 0;

	assert_non_null(boxes);
	for (; expected[count]; count++) {
		uint8_t bitmap[FLICKER_BITMAP_BYTES], want[FLICKER_BITMAP_BYTES] = { 0 };
		size_t length = strlen(expected[count]);
		size_t x = (FLICKER_CHARS - length) * 4;

		assert_true(count < flicker_text_count(boxes));
		flicker_text_draw(boxes, count, bitmap);
		for (size_t i = 0; i < length * 64; i++) {
			size_t point = i / 64 * 8 + x + i % 8 + i % 64 / 8 * FLICKER_WIDTH;
			uint32_t code = (uint8_t)expected[count][i / 64];
			uint8_t rows[FLICKER_GLYPH_ROWS];

			assert_true(flicker_font_glyph(code == '>' ? FLICKER_CODE_CONTINUES : code,
						       NULL, 0, rows));
			if (rows[i % 64 / 8] & (0x80 >> i % 8))
				want[point / 8] |= (uint8_t)(0x80 >> point % 8);
		}
		assert_memory_equal(bitmap, want, sizeof(want));
	}
	assert_int_equal(count, flicker_text_count(boxes));
	flicker_text_free(boxes);
}

static void test_boxes(void **state)
{
	(void)state;
	expect_boxes("Meet at nine", (const char *const[]){ "Meet at nine", NULL });
	expect_boxes("Meet us at nine.", (const char *const[]){ "Meet us at", "nine.", NULL });
	expect_boxes("  a  b\n\n\tc d e ", (const char *const[]){ "a", "b", "c d e", NULL });
	expect_boxes("exactly fifteen", (const char *const[]){ "exactly fifteen", NULL });
	expect_boxes("exactly sixteens", (const char *const[]){ "exactly", "sixteens", NULL });
	expect_boxes("abcdefghijklmno p", (const char *const[]){ "abcdefghijklmno", "p", NULL });
	expect_boxes("x abcdefghijklmnopq r",
		     (const char *const[]){ "x", "abcdefghijklmn>", "opq r", NULL });
	/* Compatibility forms and typographer's signs. */
	expect_boxes("\xef\xac\x81x\xe2\x80\xa6 \xe2\x80\x9cq\xe2\x80\x9d\xe2\x80\x93\xc2\xb2",
		     (const char *const[]){ "fix... \"q\"-2", NULL });
}

static void test_accents(void **state)
{
	const uint32_t diaeresis = 0x308;
	uint8_t rows[FLICKER_GLYPH_ROWS], bitmap[FLICKER_BITMAP_BYTES];

	(void)state;
	/* Composed or not, it is the letter with its mark, in the middle: seven characters left. */
	assert_true(flicker_font_glyph('u', &diaeresis, 1, rows));
	for (int i = 0; i < 2; i++) {
		first_box(i ? "u\xcc\x88" : "\xc3\xbc", bitmap);
		for (int y = 0; y < FLICKER_GLYPH_ROWS; y++)
			assert_int_equal(bitmap[y * FLICKER_WIDTH / 8 + 7], rows[y]);
	}
	/* A mark that nobody drew leaves the letter. */
	assert_true(flicker_font_glyph('u', NULL, 0, rows));
	first_box("u\xcc\xbd", bitmap);
	assert_int_equal(bitmap[2 * FLICKER_WIDTH / 8 + 7], rows[2]);
}

static void test_refused(void **state)
{
	static const char *const refused[] = { "ok \xe4\xb8\xad",
					       "a\xf0\x9f\x91\x8d",
					       "\xd0\xb0",
					       "a\033[2J",
					       "a\x7f"
					       "b",
					       "\xe2\x80\xae"
					       "b",
					       "a\xe2\x80\x8b"
					       "b",
					       "",
					       " \n\t",
					       "\xff" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		GError *error = NULL;

		assert_null(flicker_text_new(refused[i], FLICKER_COLS, &error));
		assert_true(error_is(error, ERROR_UNAVAILABLE));
		g_clear_error(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gate),	      cmocka_unit_test(test_single_frame),
		cmocka_unit_test(test_opposites),     cmocka_unit_test(test_full),
		cmocka_unit_test(test_cells),	      cmocka_unit_test(test_luminance),
		cmocka_unit_test(test_legible),	      cmocka_unit_test(test_font),
		cmocka_unit_test(test_no_misreading), cmocka_unit_test(test_marks),
		cmocka_unit_test(test_boxes),	      cmocka_unit_test(test_accents),
		cmocka_unit_test(test_refused),	      cmocka_unit_test(test_width),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
