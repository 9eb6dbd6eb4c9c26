/*
 * record_keys: the secret keys in what libsignal keeps of a session or of an own key.
 */
#ifndef SOTTO_TESTS_RECORD_KEYS_H
#define SOTTO_TESTS_RECORD_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_KEY_BYTES = 32 };

/* Call EACH with every one; false: this isn't such a record. */
bool record_keys(const uint8_t *record, size_t bytes,
		 void (*each)(const uint8_t key[static RECORD_KEY_BYTES], void *user), void *user);

#endif
