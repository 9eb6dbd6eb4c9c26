/*
 * envelope: the outside form, what every carrier and every administrator sees.
 *
 * One <message/> with OMEMO 0.3 (XEP-0384 0.3.0, section 4.4; namespace
 * eu.siacs.conversations.axolotl): <encrypted><header sid=''><key rid='' prekey=''/>...<iv/></header>
 * <payload/></encrypted>, <encryption/> (XEP-0380), <store/> (XEP-0334), a generic
 * fallback <body/>, and beside <encrypted> our extension
 *     <extension xmlns='urn:sotto:extension:1'>BASE64</extension>
 * whose bytes are the padded content under ChaCha20-Poly1305 (RFC 8439). Its key and nonce are
 * HKDF-SHA-256(key = 16-byte message key, salt = IV, info = "sotto-ext-1|" and the
 * sender's device id in decimal): 32 + 12 bytes, no associated data.
 *  - Without a legacy payload the tag in the key blob (bytes 16-31) is the extension's.
 *  - With one, the key blob carries the payload's GCM tag, the extension carries its own tag behind its bytes, and the IV is
 *    the first 12 bytes of SHA-256(extension bytes, tag included), so that neither can be swapped or stripped.
 * The envelope knows no sessions: it takes and gives key blobs.
 */
#ifndef SOTTO_CORE_ENVELOPE_H
#define SOTTO_CORE_ENVELOPE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	ENVELOPE_KEY_BYTES = 16,
	ENVELOPE_BLOB_BYTES = 32,    /* key and tag: what is sealed for each device */
	ENVELOPE_IV_BYTES = 12,	     /* what we make; any length is read */
	ENVELOPE_IV_MAX = 64,
	ENVELOPE_KEYS_MAX = 2000,
	ENVELOPE_SEALED_KEY_MAX = 4096, /* one device's sealed key blob */
};

/* One device's key: the blob sealed by the ratchet. */
struct envelope_key {
	uint32_t device;
	bool is_prekey;
	GBytes *sealed;
};

struct envelope {
	char *from;	   /* bare address (resource cut off), or NULL */
	char *to;	   /* bare address, or NULL */
	char *id;	   /* the stanza's id, or NULL (the spool: none) */
	uint32_t device;   /* sid */
	struct envelope_key *keys;
	size_t key_count;
	GBytes *iv;
	GBytes *payload;   /* legacy payload, or NULL */
	GBytes *extension; /* or NULL */
};

void envelope_clear(struct envelope *envelope);

/*
 * What is sealed once for all devices: fills IV, PAYLOAD and EXTENSION of ENVELOPE and BLOB. DEVICE (the
 * sender's) must be set. CONTENT is the encoded inside form, or NULL for an empty message (key transport: BLOB is key
 * and 16 zero bytes, neither payload nor extension). BODY is the bare body for other clients, or NULL when every recipient is a sotto.
 */
void envelope_seal(struct envelope *envelope, const void *content, size_t content_bytes,
		   const char *body, uint8_t blob[static ENVELOPE_BLOB_BYTES]);

/* What an opened key blob gives. */
struct envelope_opened {
	char *content; /* plain memory: the inside form, NULL without a valid extension */
	size_t content_bytes;
	char *body;    /* plain memory: the legacy body, NULL without payload */
	bool is_empty; /* key transport: neither */
};
void envelope_opened_clear(struct envelope_opened *opened);

/*
 * Open with BLOB as the ratchet gave it (16 bytes: key only, tag behind the payload; 32: key and tag; other
 * lengths ERROR_FORMAT). ERROR_CRYPTO when a tag, or the bond of IV and extension, doesn't hold; a
 * legacy payload whose extension was stripped opens with content NULL (the caller knows whether the device is a sotto).
 */
gboolean envelope_open(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes,
		       struct envelope_opened *opened, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The <message/> as bytes. */
GBytes *envelope_encode(const struct envelope *envelope, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* ERROR_FORMAT or ERROR_LIMIT for what isn't a message with an <encrypted/>; ENVELOPE is cleared then. */
gboolean envelope_decode(const void *data, size_t bytes, struct envelope *envelope,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
