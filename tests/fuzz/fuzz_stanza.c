/* XML from outside: what is read is written, and reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/xml/stanza.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Walk everything that can be asked of ELEMENT; how many elements there are. */
static size_t visit(const struct stanza *element)
{
	char *text = stanza_text(element);
	g_autoptr(GBytes) bytes = stanza_base64(element, 64, NULL);
	int64_t number;
	size_t count = 1;

	must(stanza_valid_bytes(text, plain_size(text)) == plain_size(text));
	must(!bytes || g_bytes_get_size(bytes) <= 64);
	must(stanza_is(element, stanza_name(element), stanza_namespace(element)));
	if (stanza_get_number(element, "n", -5, 5, &number))
		must(number >= -5 && number <= 5);
	plain_free(text);
	for (const struct stanza *at = stanza_first(element); at; at = stanza_next(at))
		count += visit(at);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stanza *root = stanza_decode(data, size, NULL), *again;
	char *text, *text_again;
	size_t bytes = 0, bytes_again = 0;

	if (!root) {
		root = stanza_decode_cut("", data, size);
		must(!root || visit(root) <= STANZA_ELEMENTS_MAX + 1);
		stanza_free(root);
		return 0;
	}
	must(visit(root) <= STANZA_ELEMENTS_MAX);
	text = stanza_encode(root, &bytes, NULL);
	if (text) {
		again = stanza_decode(text, bytes, NULL);
		must(again != NULL);
		must(visit(again) == visit(root));
		text_again = stanza_encode(again, &bytes_again, NULL);
		must(text_again && bytes == bytes_again && memcmp(text, text_again, bytes) == 0);
		plain_free(text_again);
		stanza_free(again);
	}
	plain_free(text);
	stanza_free(root);
	return 0;
}
