#include "tui/app/diceware.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/secret.h"

/* Made of data/eff-long.txt. */
static const char list[][DICEWARE_WORD_BYTES + 1] = {
#include "tui/app/diceware_list.inc"
};

G_STATIC_ASSERT(G_N_ELEMENTS(list) == DICEWARE_LIST);

const char *diceware_word(unsigned index)
{
	return list[index % DICEWARE_LIST];
}

struct secret *diceware_new(unsigned count, GError **error)
{
	struct secret *room = secret_new(count * (DICEWARE_WORD_BYTES + 1), error), *words;
	size_t used = 0;

	if (!room)
		return NULL;
	for (unsigned i = 0; i < count; i++) {
		const char *word = diceware_word(crypto_random_below(DICEWARE_LIST));
		size_t bytes = strlen(word);

		if (i > 0)
			secret_data(room)[used++] = ' ';
		memcpy(secret_data(room) + used, word, bytes);
		used += bytes;
	}
	words = secret_new(used, error);
	if (words)
		memcpy(secret_data(words), secret_peek(room), used);
	secret_free(room);
	return words;
}
