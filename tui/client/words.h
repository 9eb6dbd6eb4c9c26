/*
 * words: groups of a safety number as words that are hard to mishear on a voice line.
 *
 * The words are the PGP word list (Juola and Zimmermann, 1996): 256 of two syllables and 256 of
 *three, chosen to sound apart. A group of five digits is a number N from 0 to 99,999, which is a
 *byte more than two of them hold; so the order of the two kinds carries the seventeenth bit:
 *
 *	N < 65,536:  two syllables [N / 256], three syllables [N % 256]
 *	else, with M = N - 65,536:  three syllables [M / 256], two syllables [M % 256]
 *
 * Each group gives exactly one pair, and each pair at most one group. Words are lower case ASCII.
 */
#ifndef SOTTO_TUI_CLIENT_WORDS_H
#define SOTTO_TUI_CLIENT_WORDS_H

#include <stdbool.h>

enum { WORDS_GROUP_DIGITS = 5 };

/* The two words for the five decimal digits at GROUP, which need not end there. */
void words_of_group(const char *group, const char *words[static 2]);

/* The list itself: the words for BYTE. */
const char *words_two_syllables(unsigned char byte);
const char *words_three_syllables(unsigned char byte);

#endif
