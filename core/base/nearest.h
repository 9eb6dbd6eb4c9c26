/*
 * nearest: the word that was probably meant by one that nobody knows.
 */
#ifndef SOTTO_CORE_BASE_NEAREST_H
#define SOTTO_CORE_BASE_NEAREST_H

enum { NEAREST_BYTES = 40 /* what is longer is compared with nothing */ };

struct nearest {
	const char *typed;
	const char *word; /* the best so far; NULL: none is near enough */
	unsigned difference;
};

/* Half of TYPED may differ, three letters at most: what is further away wasn't meant. */
void nearest_init(struct nearest *nearest, const char *typed);
void nearest_look(struct nearest *nearest, const char *word);

#endif
