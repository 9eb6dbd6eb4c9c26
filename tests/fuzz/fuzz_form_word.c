/* A device's word for what it reads: what is taken is written, and reads the same again. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/omemo/form.h"
#include "core/omemo/form_word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[FORM_WORD_KEY_BYTES];
	struct form_word word, again;
	g_autoptr(GByteArray) text = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!form_word_decode(data, size, &word, NULL))
		return 0;
	must(size <= FORM_WORD_BYTES_MAX);
	must(memchr(word.reads, '\0', sizeof(word.reads)) != NULL);
	must((form_parse(word.reads) & ~(unsigned)FORM_OURS) == 0);
	text = form_word_text(&word, "alice", 1, key);
	must(text->len <= 5 * 8 + 12 + 5 + 1 + sizeof(key) + FORM_WORD_READS_MAX);
	bytes = form_word_encode(&word, NULL);
	must(bytes && form_word_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				       &again, NULL));
	must(memcmp(&again, &word, sizeof(word)) == 0);
	return 0;
}
