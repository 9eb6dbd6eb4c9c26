/*
 * text_nfc: the composed form of a text (NFC, Unicode Standard Annex 15), with no copy elsewhere.
 */
#ifndef SOTTO_CORE_TEXT_TEXT_NFC_H
#define SOTTO_CORE_TEXT_TEXT_NFC_H

#include <stddef.h>

/* How many times as many bytes of UTF-8 it takes at most. */
enum { TEXT_NFC_GROWTH = 3 };

/*
 * Write the NFC of TEXT, BYTES of valid UTF-8, to OUT, which has room for TEXT_NFC_GROWTH * BYTES;
 * the result is how many it has. Works a code point at a time: what is secret in TEXT stays in TEXT
 * and OUT.
 */
size_t text_nfc(const char *text, size_t bytes, char *out);

#endif
