#include "storage/signature.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/crypto.h"
#include "core/base/secret.h"

enum {
	SLICES = 512,
	BLOCK_MESSAGES = 8192,
	SLICE_WORDS = BLOCK_MESSAGES / 64,
};

struct block {
	uint64_t slices[SLICES][SLICE_WORDS];
	struct place places[BLOCK_MESSAGES];
	unsigned count;
};

struct signature {
	GPtrArray *blocks; /* struct block, in plain memory; all but the last are full */
	uint64_t key[3];
};

struct signature *signature_new(void)
{
	struct signature *signature = g_new0(struct signature, 1);

	signature->blocks = g_ptr_array_new_with_free_func(plain_free);
	crypto_random(signature->key, sizeof(signature->key));
	signature->key[1] |= 1;
	signature->key[2] |= 1;
	return signature;
}

void signature_free(struct signature *signature)
{
	if (!signature)
		return;
	g_ptr_array_unref(signature->blocks);
	wipe(signature->key, sizeof(signature->key));
	g_free(signature);
}

/*
 * Two slices for the three bytes at RUN. Keyed, so that nobody can write texts that match
 * everything.
 */
static void choose(const struct signature *signature, const char *run, unsigned out[static 2])
{
	const unsigned char *bytes = (const unsigned char *)run;
	uint64_t h = (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16;

	h = (h ^ signature->key[0]) * signature->key[1];
	h = (h ^ h >> 29) * signature->key[2];
	out[0] = (unsigned)(h >> 55);
	out[1] = (unsigned)(h >> 46) & (SLICES - 1);
}

static struct block *block_with_room(struct signature *signature)
{
	GPtrArray *blocks = signature->blocks;
	struct block *last = blocks->len > 0 ? blocks->pdata[blocks->len - 1] : NULL;

	if (!last || last->count == BLOCK_MESSAGES) {
		last = plain_new(sizeof(*last));
		g_ptr_array_add(blocks, last);
	}
	return last;
}

void signature_add(struct signature *signature, const struct place *place, const char *folded)
{
	struct block *block = block_with_room(signature);
	unsigned column = block->count++;
	size_t bytes = strlen(folded);
	unsigned slices[2];

	block->places[column] = *place;
	for (size_t i = 0; i + SIGNATURE_WORD_MIN <= bytes; i++) {
		choose(signature, folded + i, slices);
		block->slices[slices[0]][column / 64] |= (uint64_t)1 << (column % 64);
		block->slices[slices[1]][column / 64] |= (uint64_t)1 << (column % 64);
	}
}

static void clear_column(struct block *block, unsigned column)
{
	for (int i = 0; i < SLICES; i++)
		block->slices[i][column / 64] &= ~((uint64_t)1 << (column % 64));
	block->places[column] = (struct place){ 0 };
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->conversation != right->conversation)
		return left->conversation < right->conversation ? -1 : 1;
	return left->seq < right->seq ? -1 : left->seq > right->seq;
}

/* A sieve before the look into the sorted array: most places pass it by. */
enum { SIEVE_BITS = 8192 };

static unsigned sieve_bit(const struct place *place)
{
	return (place->seq * 31u + place->conversation) % SIEVE_BITS;
}

void signature_forget(struct signature *signature, struct place *places, size_t count)
{
	uint64_t sieve[SIEVE_BITS / 64] = { 0 };

	qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 0; i < count; i++)
		sieve[sieve_bit(&places[i]) / 64] |= (uint64_t)1 << sieve_bit(&places[i]) % 64;
	for (unsigned b = 0; count > 0 && b < signature->blocks->len; b++) {
		struct block *block = signature->blocks->pdata[b];

		for (unsigned i = 0; i < block->count; i++) {
			unsigned bit = sieve_bit(&block->places[i]);

			if ((sieve[bit / 64] >> bit % 64 & 1) &&
			    bsearch(&block->places[i], places, count, sizeof(*places),
				    compare_places))
				clear_column(block, i);
		}
	}
}

void signature_forget_all(struct signature *signature, uint32_t conversation)
{
	for (unsigned b = 0; b < signature->blocks->len; b++) {
		struct block *block = signature->blocks->pdata[b];

		for (unsigned i = 0; i < block->count; i++) {
			if (block->places[i].conversation == conversation)
				clear_column(block, i);
		}
	}
}

/* The slices that WORDS need, each once. */
static GArray *slices_of(const struct signature *signature, const char *const *words)
{
	GArray *needed = g_array_new(FALSE, FALSE, sizeof(unsigned));
	bool is_needed[SLICES] = { false };
	unsigned slices[2];

	for (; *words; words++) {
		size_t bytes = strlen(*words);

		for (size_t i = 0; i + SIGNATURE_WORD_MIN <= bytes; i++) {
			choose(signature, *words + i, slices);
			for (int k = 0; k < 2; k++) {
				if (!is_needed[slices[k]])
					g_array_append_val(needed, slices[k]);
				is_needed[slices[k]] = true;
			}
		}
	}
	return needed;
}

static void take_matches(const struct block *block, unsigned base, uint64_t bits,
			 uint32_t conversation, GArray *places)
{
	for (; bits; bits &= bits - 1) {
		unsigned column = base + (unsigned)__builtin_ctzll(bits);

		if (column >= block->count)
			return;
		const struct place *place = &block->places[column];
		if (place->conversation && (!conversation || place->conversation == conversation))
			g_array_append_val(places, *place);
	}
}

void signature_find(const struct signature *signature, const char *const *words,
		    uint32_t conversation, GArray *places)
{
	GArray *needed = slices_of(signature, words);
	const unsigned *slices = (const unsigned *)(void *)needed->data;

	for (unsigned b = 0; b < signature->blocks->len; b++) {
		const struct block *block = signature->blocks->pdata[b];

		for (unsigned w = 0; w * 64 < block->count; w++) {
			uint64_t bits = UINT64_MAX;

			for (unsigned i = 0; bits && i < needed->len; i++)
				bits &= block->slices[slices[i]][w];
			take_matches(block, w * 64, bits, conversation, places);
		}
	}
	g_array_unref(needed);
}

size_t signature_bytes(const struct signature *signature)
{
	return sizeof(*signature) + signature->blocks->len * sizeof(struct block);
}
