/*
 * forge: another message under a key blob that stays as it is. Whoever knows the message key can do
 * that, as every recipient does: neither GCM nor Poly1305 commits to what it was made for.
 */
#ifndef SOTTO_TESTS_FORGE_H
#define SOTTO_TESTS_FORGE_H

#include "core/omemo/envelope.h"

/*
 * Put CONTENT and BODY into ENVELOPE, sealed with a legacy payload, so that BLOB opens them. Of
 * BODY the last FORGE_FREE bytes become letters.
 */
enum { FORGE_FREE = 40 };
void forge_payload(struct envelope *envelope, const uint8_t blob[static ENVELOPE_BLOB_BYTES],
		   const char *content, char *body);

/*
 * The same with CONTENT of BYTES alone, which has 48 bytes of padding from PADDING on that may
 * become anything that XML can hold. Gives how often it had to try; 0: in vain.
 */
unsigned forge_extension(struct envelope *envelope,
			 const uint8_t blob[static ENVELOPE_BLOB_BYTES], char *content,
			 size_t bytes, size_t padding);

#endif
