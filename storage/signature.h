/*
 * signature: an index of messages in memory, that gives few candidates for a search.
 *
 * Each message has 512 bits, two for each run of three bytes in its folded text, chosen by a
 * random key of this session. The bits lie in slices: one slice holds the same bit of 8,192
 * messages, so that a search reads only the slices of its own runs. What it gives still has to be
 * looked at: a candidate may be wrong, a message that has the words is never missing.
 *
 * About 80 bytes a message; wiped when freed.
 */
#ifndef SOTTO_STORAGE_SIGNATURE_H
#define SOTTO_STORAGE_SIGNATURE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words shorter than this narrow nothing down. */
enum { SIGNATURE_WORD_MIN = 3 };

struct signature;

/* Where a message is, and since when. */
struct place {
	int64_t at;
	uint32_t conversation; /* 0: forgotten */
	uint32_t seq;
};

struct signature *signature_new(void);
void signature_free(struct signature *signature);

void signature_add(struct signature *signature, const struct place *place, const char *folded);
/*
 * Clear the bits of COUNT messages (their times don't matter; the array is sorted), or of a whole
 * conversation. One pass over the index, however many they are.
 */
void signature_forget(struct signature *signature, struct place *places, size_t count);
void signature_forget_all(struct signature *signature, uint32_t conversation);

/*
 * Append to PLACES (of struct place, in no order) the candidates for all of WORDS (folded,
 * NULL-terminated), of CONVERSATION unless it is 0.
 */
void signature_find(const struct signature *signature, const char *const *words,
		    uint32_t conversation, GArray *places);

/* How much memory it takes. */
size_t signature_bytes(const struct signature *signature);

#endif
