/*
 * form: which of sotto's later forms a device reads.
 *
 * As words they are names with single spaces between them: "digest". Names that aren't known here
 * are those of a later sotto, and are passed over.
 */
#ifndef SOTTO_CORE_OMEMO_FORM_H
#define SOTTO_CORE_OMEMO_FORM_H

#include <glib.h>

/* Bits; kept in profiles, never renumber. */
enum form {
	FORM_DIGEST = 1 << 0, /* "digest": a digest in the key blob (core/omemo/envelope.h) */
};

/* What this sotto reads. */
enum { FORM_OURS = FORM_DIGEST };

/* The forms that WORDS (may be NULL) name. */
unsigned form_parse(const char *words);
/* The words for FORMS; g_free. */
char *form_words(unsigned forms);

#endif
