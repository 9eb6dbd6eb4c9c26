#include "tui/kit/pair.h"
#include <math.h>
#include <string.h>
#include "core/crypto.h"
#include "core/secret.h"

enum { STILL_MS = 500, FPS_LEAST = 10, FPS_MOST = 240 };

static const double FLASH = 0.10;

/* What a frame takes from the generator. */
struct draws {
	uint8_t ground[PAIR_BITMAP_BYTES];
	uint8_t text[PAIR_BITMAP_BYTES];
	uint16_t chance[PAIR_POINTS];
};

struct pair {
	struct secret *key;
	uint64_t number;     /* of the next frame: the generator's nonce */
	unsigned threshold;  /* of 65,536: a text point is thrown anew */
	bool is_new;	     /* the text is another one: every point is thrown */
	bool is_opposite;    /* the next frame is the second of its pair */
	uint8_t *text;	     /* plain: which points are text */
	uint8_t *shown;	     /* plain: which are lit */
	struct draws *draws; /* plain */
};

double pair_luminance(unsigned grey)
{
	double level = MIN(grey, 255u) / 255.0;

	/* All three channels are the same, so their weights add up to 1. */
	return level <= 0.04045 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4);
}

bool pair_is_safe(unsigned grey)
{
	return grey <= PAIR_GREY_MOST && pair_luminance(grey) < FLASH;
}

struct pair *pair_new(unsigned fps, GError **error)
{
	struct secret *key = secret_new_random(CRYPTO_AEAD_KEY_BYTES, error);
	struct pair *pair;

	if (!key)
		return NULL;
	pair = g_new0(struct pair, 1);
	pair->key = key;
	fps = CLAMP(fps, (unsigned)FPS_LEAST, (unsigned)FPS_MOST);
	pair->threshold = 65536u * 1000 / (fps * STILL_MS);
	pair->text = plain_new(PAIR_BITMAP_BYTES);
	pair->shown = plain_new(PAIR_BITMAP_BYTES);
	pair->draws = plain_new(sizeof(*pair->draws));
	pair->is_new = true;
	return pair;
}

void pair_free(struct pair *pair)
{
	if (!pair)
		return;
	secret_free(pair->key);
	plain_free(pair->text);
	plain_free(pair->shown);
	plain_free(pair->draws);
	g_free(pair);
}

void pair_set(struct pair *pair, const uint8_t bitmap[static PAIR_BITMAP_BYTES])
{
	memcpy(pair->text, bitmap, PAIR_BITMAP_BYTES);
	pair->is_new = true;
	pair->is_opposite = false;
}

/* Which of the eight points of byte I are thrown anew, were they text. */
static uint8_t thrown(const struct pair *pair, size_t i)
{
	uint8_t mask = 0;

	if (pair->is_new)
		return 0xff;
	for (size_t bit = 0; bit < 8; bit++)
		if (pair->draws->chance[8 * i + bit] < pair->threshold)
			mask |= (uint8_t)(0x80 >> bit);
	return mask;
}

void pair_next(struct pair *pair)
{
	struct draws *draws = pair->draws;

	crypto_keystream(secret_peek(pair->key), pair->number++, draws, sizeof(*draws));
	for (size_t i = 0; i < PAIR_BITMAP_BYTES; i++) {
		uint8_t text = pair->text[i];
		uint8_t anew = thrown(pair, i);
		uint8_t former = pair->shown[i];
		uint8_t still = (uint8_t)((former & ~anew) | (draws->text[i] & anew));
		uint8_t ground = pair->is_opposite ? (uint8_t)~former : draws->ground[i];

		pair->shown[i] = (uint8_t)((still & text) | (ground & ~text));
	}
	pair->is_new = false;
	pair->is_opposite = !pair->is_opposite;
}

static bool bit_of(const uint8_t *bitmap, unsigned x, unsigned y)
{
	unsigned at = y * PAIR_WIDTH + x;

	return bitmap[at / 8] & (0x80u >> at % 8);
}

bool pair_point(const struct pair *pair, unsigned x, unsigned y)
{
	return x < PAIR_WIDTH && y < PAIR_HEIGHT && bit_of(pair->shown, x, y);
}

void pair_cells(const struct pair *pair, uint8_t cells[static PAIR_CELLS])
{
	for (unsigned row = 0; row < PAIR_ROWS; row++) {
		for (unsigned col = 0; col < PAIR_COLS; col++) {
			unsigned x = 2 * col;
			unsigned y = 2 * row;

			cells[row * PAIR_COLS + col] =
				(uint8_t)(bit_of(pair->shown, x, y) |
					  bit_of(pair->shown, x + 1, y) << 1 |
					  bit_of(pair->shown, x, y + 1) << 2 |
					  bit_of(pair->shown, x + 1, y + 1) << 3);
		}
	}
}
