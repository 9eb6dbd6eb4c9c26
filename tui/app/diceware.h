/*
 * diceware: a passphrase of random words, from EFF's long list (data/eff-long.txt: 7,776 words).
 *
 * Each word is chosen uniformly and for itself, which is worth 12.9 bits; five are 64.6.
 */
#ifndef SOTTO_TUI_APP_DICEWARE_H
#define SOTTO_TUI_APP_DICEWARE_H

#include <glib.h>

struct secret;

enum { DICEWARE_LIST = 7776, DICEWARE_WORDS = 5, DICEWARE_WORD_BYTES = 9 };

/* The word of INDEX, less than DICEWARE_LIST. */
const char *diceware_word(unsigned index) G_GNUC_CONST;
/* COUNT words with blanks between; ERROR_MEMORY. */
struct secret *diceware_new(unsigned count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
