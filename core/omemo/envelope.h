/*
 * envelope: the outside form, what every carrier and every administrator sees.
 *
 * One <message/> with OMEMO 0.3 (XEP-0384 0.3.0, section 4.4; namespace
 * eu.siacs.conversations.axolotl):
 *     <encrypted>
 *       <header sid=''><key rid='' prekey=''>BASE64</key>...<iv>BASE64</iv></header>
 *       <payload>BASE64</payload>
 *     </encrypted>
 * with <encryption/> (XEP-0380), <store/> (XEP-0334), a generic fallback <body/>, and beside
 * <encrypted/> our extension
 *     <extension xmlns='urn:sotto:extension:1'>BASE64</extension>
 * and, for other clients that can't read the inside and only where they were switched on or are
 * needed, <replace/>, <request/> and <markable/>.
 * The extension's bytes are the padded content under ChaCha20-Poly1305 (RFC 8439) without
 * associated data. Its key and nonce (32 + 12 bytes) are HKDF-SHA-256 of the 16-byte message key,
 * with the info "sotto-ext-1|" and the sender's device id in decimal.
 *  - Without a legacy payload the salt is the IV, and the tag in the key blob (bytes 16-31) is the
 *    extension's.
 *  - With one, the key blob carries the payload's GCM tag, the extension carries its own tag behind
 *    its bytes, and the IV is the first 12 bytes of SHA-256(extension, tag included), so that
 *    neither can be swapped. The salt is empty then, since the IV comes from the extension; the
 *    message key is used once, so that nothing is lost.
 * Neither tag commits to what it was made for: whoever knows the message key, as each recipient
 * does, can make other bytes that the same key blob opens. For a device that reads it the blob
 * therefore goes on (bytes 32-63) with SHA-256 over the IV, the payload and the extension as they
 * are sent, in this order, each behind its length in 8 bytes, the most significant first; what is
 * missing has length 0. The device's session seals it, and no other recipient can.
 * The envelope knows no sessions: it takes and gives key blobs. It is a value that owns all it
 * points to.
 */
#ifndef SOTTO_CORE_OMEMO_ENVELOPE_H
#define SOTTO_CORE_OMEMO_ENVELOPE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What a client that knows no OMEMO shows. */
#define ENVELOPE_FALLBACK                                                                          \
	"This message is sealed with OMEMO, which this client doesn't seem to support."

enum {
	ENVELOPE_KEY_BYTES = 16,
	ENVELOPE_BLOB_BYTES = 32, /* key and tag: what is sealed for each device */
	ENVELOPE_BOUND_BYTES = 64, /* and for one that reads it, with the digest behind them */
	ENVELOPE_IV_BYTES = 12,	  /* what we make; any length up to ENVELOPE_IV_MAX is read */
	ENVELOPE_IV_MAX = 64,
	ENVELOPE_KEYS_MAX = 2000,
	ENVELOPE_SEALED_KEY_MAX = 4096, /* one device's sealed key blob */
	ENVELOPE_ID_MAX = 1023,		/* bytes of a stanza's id; a longer one is left out */
};

/* One device's key: the blob sealed by the ratchet. */
struct envelope_key {
	uint32_t device;
	bool is_prekey;
	GBytes *sealed;
};

struct envelope {
	char *from;	 /* bare address (resource cut off), or NULL */
	char *to;	 /* bare address, or NULL */
	char *id;	 /* the stanza's id, or NULL (the spool: none) */
	char *replaces;	 /* for other clients: whose place it takes (XEP-0308), or NULL */
	bool is_silent;	 /* nothing for a client that can't read it to show: no fallback */
	bool wants_receipt; /* for other clients: say that it arrived (XEP-0184) */
	bool wants_marker;  /* and that it was read (XEP-0333) */
	uint32_t device; /* sid */
	bool is_groupchat; /* it goes to a room; not kept by those that come */
	struct envelope_key *keys;
	size_t key_count;
	GBytes *iv;
	GBytes *payload;   /* legacy payload, or NULL */
	GBytes *extension; /* or NULL */
};

/* Free what the value owns and zero it. */
void envelope_clear(struct envelope *envelope);

/*
 * Seal once for all devices: fill the IV, PAYLOAD and EXTENSION of ENVELOPE, whose DEVICE (the
 * sender's) must be set, and BLOB, which is a key: the caller wipes it. Its first
 * ENVELOPE_BLOB_BYTES are for devices that read no digest. CONTENT is the encoded
 * inside form, or NULL for an empty message (key transport: BLOB is the key and 16 zero bytes,
 * and there is neither payload nor extension). BODY is the bare body for other clients, or NULL
 * (or empty) when every recipient is a sotto.
 */
void envelope_seal(struct envelope *envelope, const void *content, size_t content_bytes,
		   const char *body, uint8_t blob[static ENVELOPE_BOUND_BYTES]);

/* What an opened key blob gives. */
struct envelope_opened {
	char *content; /* plain memory: the inside form; NULL without extension */
	size_t content_bytes;
	char *body;	  /* plain memory: the legacy body, valid UTF-8; NULL without payload */
	bool is_empty;	  /* key transport: neither payload nor extension */
	bool is_stripped; /* empty, but the blob has a tag, or the digest of something else: if a
			   * sotto sent it, it was stripped */
	bool has_digest;  /* the blob has one, and it is this envelope's */
	/* With ERROR_CRYPTO: its tags hold, but the digest is another envelope's. */
	bool is_rewritten;
};

/* Wipe and free, and zero. */
void envelope_opened_clear(struct envelope_opened *opened);

/*
 * Open with BLOB as the ratchet gave it: 16 bytes are the key only, with the tag behind the
 * payload; 32 are key and tag, 64 those and the digest; other lengths are ERROR_FORMAT, but for key
 * transport any will do. ERROR_CRYPTO when a tag, the digest, or the bond of IV and extension,
 * doesn't hold; ERROR_FORMAT when a body
 * isn't valid UTF-8. A legacy payload whose extension was stripped opens with content NULL (the
 * caller knows whether the device is a sotto). OPENED, which need not be initialised, is cleared
 * on error.
 */
gboolean envelope_open(const struct envelope *envelope, const uint8_t *blob, size_t blob_bytes,
		       struct envelope_opened *opened, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Write the <message/>. ERROR_LIMIT when it is more than STANZA_BYTES_MAX. */
GBytes *envelope_encode(const struct envelope *envelope, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Read a <message/>. ERROR_FORMAT or ERROR_LIMIT for what isn't a message with an <encrypted/>,
 * for an error that came back, and for improper addresses. A single key that is malformed or too
 * large is left out: it is another device's. There may be several keys for one device, in the
 * order in which they came. ENVELOPE, which need not be initialised, is cleared on error.
 */
gboolean envelope_decode(const void *data, size_t bytes, struct envelope *envelope,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
