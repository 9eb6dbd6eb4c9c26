/*
 * fuzz_place: a folder for the files that a fuzz target hands to what reads files. Made when it is
 * first asked for, in memory where there is /dev/shm, and removed at the end.
 */
#ifndef SOTTO_TESTS_SUPPORT_FUZZ_PLACE_H
#define SOTTO_TESTS_SUPPORT_FUZZ_PLACE_H

#include <stddef.h>
#include <stdint.h>

/* The folder; the same for the whole run. */
const char *fuzz_place(void);
/* Write the file NAME in it anew; its path, valid until the next call. */
const char *fuzz_put(const char *name, const uint8_t *data, size_t size);
/* End the program when HOLDS is false: that is a find. */
void fuzz_must(int holds);

#endif
