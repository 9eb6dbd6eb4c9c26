#include "tui/term/flicker.h"
#include <math.h>
#include <string.h>
#include "core/base/crypto.h"
#include "core/base/secret.h"

enum {
	STILL_MS = 500,
	FPS_LEAST = 10,
	FPS_MOST = 240,
	/* What a frame takes on the line, at most (term_points.c). */
	FRAME_BYTES = 48,
	ROW_BYTES = 12,
	CELL_BYTES = 3,
	SECOND_MS = 1000,
};

static const double FLASH = 0.10;

/* What a frame takes from the generator, for a bitmap of so many bytes. */
struct draws {
	const uint8_t *ground;
	const uint8_t *text;
	const uint16_t *chance; /* one a point */
};

struct flicker {
	unsigned cols;
	size_t bytes; /* of a bitmap */
	struct secret *key;
	uint64_t number;     /* of the next frame: the generator's nonce */
	unsigned threshold;  /* of 65,536: a text point is thrown anew */
	bool is_new;	     /* the text is another one: every point is thrown */
	bool is_opposite;    /* the next frame is the second of its pair */
	uint8_t *text;	     /* plain: which points are text */
	uint8_t *shown;	     /* plain: which are lit */
	uint8_t *drawn;	     /* plain: what `draws` points into */
	size_t drawn_bytes;
	struct draws draws;
};

double flicker_luminance(unsigned grey)
{
	double level = MIN(grey, 255u) / 255.0;

	/* All three channels are the same, so their weights add up to 1. */
	return level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4);
}

bool flicker_is_safe(unsigned grey)
{
	return grey <= FLICKER_GREY_MOST && flicker_luminance(grey) < FLASH;
}

unsigned flicker_cols(int cols, unsigned fps, unsigned rate)
{
	unsigned ms = MAX(SECOND_MS / MAX(fps, 1), 1);
	unsigned frame = (unsigned)((uint64_t)rate * ms / SECOND_MS);
	unsigned fixed = FRAME_BYTES + FLICKER_ROWS * ROW_BYTES;
	unsigned most = frame > fixed ? (frame - fixed) / (FLICKER_ROWS * CELL_BYTES) : 0;
	unsigned fit = MIN((unsigned)MAX(cols, 0), most);

	return CLAMP(fit, FLICKER_COLS, FLICKER_COLS_MOST) / FLICKER_COLS_CHAR * FLICKER_COLS_CHAR;
}

struct flicker *flicker_new(unsigned cols, unsigned fps, GError **error)
{
	struct secret *key = secret_new_random(CRYPTO_AEAD_KEY_BYTES, error);
	struct flicker *flicker;

	if (!key)
		return NULL;
	flicker = g_new0(struct flicker, 1);
	flicker->key = key;
	fps = CLAMP(fps, (unsigned)FPS_LEAST, (unsigned)FPS_MOST);
	flicker->threshold = 65536u * 1000 / (fps * STILL_MS);
	flicker->cols = CLAMP(cols, FLICKER_COLS, FLICKER_COLS_MOST) / FLICKER_COLS_CHAR *
			FLICKER_COLS_CHAR;
	flicker->bytes = 2 * (size_t)flicker->cols;
	flicker->text = plain_new(flicker->bytes);
	flicker->shown = plain_new(flicker->bytes);
	flicker->drawn_bytes = flicker->bytes * (2 + 8 * sizeof(uint16_t));
	flicker->drawn = plain_new(flicker->drawn_bytes);
	flicker->draws.chance = (const uint16_t *)(const void *)flicker->drawn;
	flicker->draws.ground = flicker->drawn + flicker->bytes * 8 * sizeof(uint16_t);
	flicker->draws.text = flicker->draws.ground + flicker->bytes;
	flicker->is_new = true;
	return flicker;
}

void flicker_free(struct flicker *flicker)
{
	if (!flicker)
		return;
	secret_free(flicker->key);
	plain_free(flicker->text);
	plain_free(flicker->shown);
	plain_free(flicker->drawn);
	g_free(flicker);
}

void flicker_set(struct flicker *flicker, const uint8_t *bitmap)
{
	memcpy(flicker->text, bitmap, flicker->bytes);
	flicker->is_new = true;
	flicker->is_opposite = false;
}

/* Which of the eight points of byte I are thrown anew, were they text. */
static uint8_t thrown(const struct flicker *flicker, size_t i)
{
	uint8_t mask = 0;

	if (flicker->is_new)
		return 0xff;
	for (size_t bit = 0; bit < 8; bit++)
		if (flicker->draws.chance[8 * i + bit] < flicker->threshold)
			mask |= (uint8_t)(0x80 >> bit);
	return mask;
}

void flicker_next(struct flicker *flicker)
{
	const struct draws *draws = &flicker->draws;

	crypto_keystream(secret_peek(flicker->key), flicker->number++, flicker->drawn,
			 flicker->drawn_bytes);
	for (size_t i = 0; i < flicker->bytes; i++) {
		uint8_t text = flicker->text[i];
		uint8_t anew = thrown(flicker, i);
		uint8_t former = flicker->shown[i];
		uint8_t still = (uint8_t)((former & ~anew) | (draws->text[i] & anew));
		uint8_t ground = flicker->is_opposite ? (uint8_t)~former : draws->ground[i];

		flicker->shown[i] = (uint8_t)((still & text) | (ground & ~text));
	}
	flicker->is_new = false;
	flicker->is_opposite = !flicker->is_opposite;
}

static bool bit_of(const struct flicker *flicker, unsigned x, unsigned y)
{
	unsigned at = y * 2 * flicker->cols + x;

	return flicker->shown[at / 8] & (0x80u >> at % 8);
}

bool flicker_point(const struct flicker *flicker, unsigned x, unsigned y)
{
	return x < 2 * flicker->cols && y < FLICKER_HEIGHT && bit_of(flicker, x, y);
}

void flicker_cells(const struct flicker *flicker, uint8_t *cells)
{
	for (unsigned row = 0; row < FLICKER_ROWS; row++) {
		for (unsigned col = 0; col < flicker->cols; col++) {
			unsigned x = 2 * col;
			unsigned y = 2 * row;

			cells[row * flicker->cols + col] =
				(uint8_t)(bit_of(flicker, x, y) | bit_of(flicker, x + 1, y) << 1 |
					  bit_of(flicker, x, y + 1) << 2 |
					  bit_of(flicker, x + 1, y + 1) << 3);
		}
	}
}
