#include "tui/kit/flicker.h"
#include <math.h>
#include <string.h>
#include "core/crypto.h"
#include "core/secret.h"

enum { STILL_MS = 500, FPS_LEAST = 10, FPS_MOST = 240 };

static const double FLASH = 0.10;

/* What a frame takes from the generator. */
struct draws {
	uint8_t ground[FLICKER_BITMAP_BYTES];
	uint8_t text[FLICKER_BITMAP_BYTES];
	uint16_t chance[FLICKER_POINTS];
};

struct flicker {
	struct secret *key;
	uint64_t number;     /* of the next frame: the generator's nonce */
	unsigned threshold;  /* of 65,536: a text point is thrown anew */
	bool is_new;	     /* the text is another one: every point is thrown */
	bool is_opposite;    /* the next frame is the second of its pair */
	uint8_t *text;	     /* plain: which points are text */
	uint8_t *shown;	     /* plain: which are lit */
	struct draws *draws; /* plain */
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

struct flicker *flicker_new(unsigned fps, GError **error)
{
	struct secret *key = secret_new_random(CRYPTO_AEAD_KEY_BYTES, error);
	struct flicker *flicker;

	if (!key)
		return NULL;
	flicker = g_new0(struct flicker, 1);
	flicker->key = key;
	fps = CLAMP(fps, (unsigned)FPS_LEAST, (unsigned)FPS_MOST);
	flicker->threshold = 65536u * 1000 / (fps * STILL_MS);
	flicker->text = plain_new(FLICKER_BITMAP_BYTES);
	flicker->shown = plain_new(FLICKER_BITMAP_BYTES);
	flicker->draws = plain_new(sizeof(*flicker->draws));
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
	plain_free(flicker->draws);
	g_free(flicker);
}

void flicker_set(struct flicker *flicker, const uint8_t bitmap[static FLICKER_BITMAP_BYTES])
{
	memcpy(flicker->text, bitmap, FLICKER_BITMAP_BYTES);
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
		if (flicker->draws->chance[8 * i + bit] < flicker->threshold)
			mask |= (uint8_t)(0x80 >> bit);
	return mask;
}

void flicker_next(struct flicker *flicker)
{
	struct draws *draws = flicker->draws;

	crypto_keystream(secret_peek(flicker->key), flicker->number++, draws, sizeof(*draws));
	for (size_t i = 0; i < FLICKER_BITMAP_BYTES; i++) {
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

static bool bit_of(const uint8_t *bitmap, unsigned x, unsigned y)
{
	unsigned at = y * FLICKER_WIDTH + x;

	return bitmap[at / 8] & (0x80u >> at % 8);
}

bool flicker_point(const struct flicker *flicker, unsigned x, unsigned y)
{
	return x < FLICKER_WIDTH && y < FLICKER_HEIGHT && bit_of(flicker->shown, x, y);
}

void flicker_cells(const struct flicker *flicker, uint8_t cells[static FLICKER_CELLS])
{
	for (unsigned row = 0; row < FLICKER_ROWS; row++) {
		for (unsigned col = 0; col < FLICKER_COLS; col++) {
			unsigned x = 2 * col;
			unsigned y = 2 * row;

			cells[row * FLICKER_COLS + col] =
				(uint8_t)(bit_of(flicker->shown, x, y) |
					  bit_of(flicker->shown, x + 1, y) << 1 |
					  bit_of(flicker->shown, x, y + 1) << 2 |
					  bit_of(flicker->shown, x + 1, y + 1) << 3);
		}
	}
}
