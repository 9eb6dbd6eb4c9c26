/*
 * form_word: a device's signed word for the forms that it reads, published beside its keys, so that
 * already the first message to it can have them. Whoever has such a word is a sotto.
 *
 *     <form xmlns='urn:sotto:form:1' reads='digest'>BASE64</form>
 *
 * `reads` is as core/omemo/form.h says, names of later forms too; the text is the signature by the
 * device's identity key (XEdDSA, as libsignal signs prekeys) over
 *     "sotto-form-1", the address, the device's id in decimal, the key (33 bytes), `reads`
 * each behind its length in 8 bytes, the most significant first. On the spool it stands in the
 * device's file, within <bundle/>; over XMPP it is an item of a node of its own, named by the id,
 * because other clients check <bundle/> against a closed schema.
 */
#ifndef SOTTO_CORE_OMEMO_FORM_WORD_H
#define SOTTO_CORE_OMEMO_FORM_WORD_H

#include <glib.h>
#include <stdint.h>

#define FORM_WORD_SPACE "urn:sotto:form:1"
#define FORM_WORD_NAME	"form"

enum {
	FORM_WORD_READS_MAX = 255,   /* bytes of `reads`, printable ASCII */
	FORM_WORD_SIGNATURE = 64,    /* bytes */
	FORM_WORD_BYTES_MAX = 2048,  /* of the element; a longer one isn't parsed */
	FORM_WORD_KEY_BYTES = 33,
};

struct stanza;

/* A value that owns nothing. */
struct form_word {
	char reads[FORM_WORD_READS_MAX + 1];
	uint8_t signature[FORM_WORD_SIGNATURE];
};

/* What is signed. */
GByteArray *form_word_text(const struct form_word *word, const char *address, uint32_t device,
			   const uint8_t key[static FORM_WORD_KEY_BYTES]);

/* Add the element to PARENT. */
void form_word_add(struct stanza *parent, const struct form_word *word);
GBytes *form_word_encode(const struct form_word *word, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Shapes only; whose it is, the signature tells. FALSE, with WORD zeroed, for anything else. */
gboolean form_word_read(const struct stanza *element,
			struct form_word *word) G_GNUC_WARN_UNUSED_RESULT;
/* The same from bytes. ERROR_LIMIT, ERROR_FORMAT. */
gboolean form_word_decode(const void *data, size_t bytes, struct form_word *word,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
