#include "core/omemo/form_word.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/xml/stanza.h"

#define MAGIC "sotto-form-1"

static void add_field(GByteArray *text, const void *data, size_t bytes)
{
	uint64_t length = GUINT64_TO_BE((uint64_t)bytes);

	g_byte_array_append(text, (const uint8_t *)&length, sizeof(length));
	g_byte_array_append(text, data, (guint)bytes);
}

GByteArray *form_word_text(const struct form_word *word, const char *address, uint32_t device,
			   const uint8_t key[static FORM_WORD_KEY_BYTES])
{
	GByteArray *text = g_byte_array_new();
	char id[16];

	g_snprintf(id, sizeof(id), "%u", device);
	add_field(text, MAGIC, strlen(MAGIC));
	add_field(text, address, strlen(address));
	add_field(text, id, strlen(id));
	add_field(text, key, FORM_WORD_KEY_BYTES);
	add_field(text, word->reads, strlen(word->reads));
	return text;
}

/* -- to XML ----------------------------------------------------------------------------------- */

static void fill(struct stanza *element, const struct form_word *word)
{
	stanza_set(element, "reads", word->reads);
	stanza_add_base64(element, word->signature, sizeof(word->signature));
}

void form_word_add(struct stanza *parent, const struct form_word *word)
{
	fill(stanza_add(parent, FORM_WORD_NAME, FORM_WORD_SPACE), word);
}

GBytes *form_word_encode(const struct form_word *word, GError **error)
{
	struct stanza *root = stanza_new(FORM_WORD_NAME, FORM_WORD_SPACE);
	size_t bytes = 0;
	char *text;
	GBytes *encoded;

	fill(root, word);
	text = stanza_encode(root, &bytes, error);
	encoded = text ? g_bytes_new(text, bytes) : NULL;
	plain_free(text);
	stanza_free(root);
	return encoded;
}

/* -- from XML --------------------------------------------------------------------------------- */

static bool is_reads(const char *reads)
{
	size_t bytes = 0;

	for (; reads && reads[bytes]; bytes++)
		if (bytes == FORM_WORD_READS_MAX || !g_ascii_isprint(reads[bytes]))
			return false;
	return reads != NULL;
}

gboolean form_word_read(const struct stanza *element, struct form_word *word)
{
	const char *reads = stanza_get(element, "reads");
	g_autoptr(GBytes) signature = NULL;

	memset(word, 0, sizeof(*word));
	if (!stanza_is(element, FORM_WORD_NAME, FORM_WORD_SPACE) || !is_reads(reads))
		return FALSE;
	signature = stanza_base64(element, sizeof(word->signature), NULL);
	if (!signature || g_bytes_get_size(signature) != sizeof(word->signature))
		return FALSE;
	g_strlcpy(word->reads, reads, sizeof(word->reads));
	memcpy(word->signature, g_bytes_get_data(signature, NULL), sizeof(word->signature));
	return TRUE;
}

gboolean form_word_decode(const void *data, size_t bytes, struct form_word *word, GError **error)
{
	struct stanza *root;
	gboolean ok;

	memset(word, 0, sizeof(*word));
	if (bytes > FORM_WORD_BYTES_MAX) {
		error_set(error, ERROR_LIMIT,
			  "What a device says of the forms that it reads is longer than %d bytes.",
			  FORM_WORD_BYTES_MAX);
		return FALSE;
	}
	root = stanza_decode(data, bytes, error);
	if (!root)
		return FALSE;
	ok = form_word_read(root, word);
	if (!ok)
		error_set(error, ERROR_FORMAT,
			  "What a device says of the forms that it reads is malformed.");
	stanza_free(root);
	return ok;
}
