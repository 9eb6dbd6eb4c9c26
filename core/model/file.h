/*
 * file: a file on its way as a value: what its sender says of it, and the key that opens it.
 *
 * A file is a message of its own. What lies on a server, on the spool or in the store is its
 * AES-256-GCM form, the tag behind the bytes (XEP-0454); key and IV travel inside the sealed
 * message alone. The stored message keeps the element below in place of a body, so the key dies
 * with the message. Screens, lists and notifications get file_words(), which hold no key.
 *
 *     <file xmlns='urn:sotto:1' name='' size='' sha-256='' key=''/>      on the spool: in chunks
 *     <file xmlns='urn:sotto:1' name='' size='' sha-256='' url=''/>      an aesgcm:// URL
 *
 * `name` is what the sender gave, `size` is in bytes, `sha-256` of the plain file in hex, `key` IV
 * and key in hex, `url` as XEP-0454 has it. Only `url` or `key` has to be there.
 */
#ifndef SOTTO_CORE_MODEL_FILE_H
#define SOTTO_CORE_MODEL_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct stanza;

enum {
	FILE_KEY_BYTES = 32,
	FILE_IV_BYTES = 12,	/* what we make */
	FILE_IV_MAX = 16,	/* older clients' */
	FILE_TAG_BYTES = 16,
	FILE_HASH_BYTES = 32,
	FILE_NAME_MAX = 255,	/* bytes of a safe name */
	FILE_FOREIGN_NAME_MAX = 1024, /* bytes of one that somebody gives */
	FILE_URL_MAX = 2048,
	FILE_CHUNK_BYTES = 96 * 1024, /* sealed bytes in one chunk: base64 twice fits a stanza */
};
#define FILE_BYTES_MAX (INT64_C(4) << 30)

struct file {
	char *name;    /* as the sender gave it: foreign text */
	int64_t bytes; /* of the plain file; -1: not said */
	bool has_hash;
	uint8_t hash[FILE_HASH_BYTES];
	char *url; /* https://..., without the key; NULL: it comes in chunks */
	uint8_t iv[FILE_IV_MAX];
	size_t iv_bytes;
	uint8_t key[FILE_KEY_BYTES];
};

/* Free what the value owns and wipe it. */
void file_clear(struct file *file);

/*
 * A name that can be given to a file here, whatever NAME is: its last part, valid UTF-8, without
 * control, format (bidi) and private characters, slashes or backslashes; not beginning with a dot
 * or a dash; at most FILE_NAME_MAX bytes, its ending kept. g_free.
 */
char *file_safe_name(const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes as people read them: "512 bytes", "1.2 MB"; "size unknown" below 0. g_free. */
char *file_size_words(int64_t bytes) G_GNUC_WARN_UNUSED_RESULT;
/* "file: report.pdf, 1.2 MB", in plain memory. */
char *file_words(const struct file *file) G_GNUC_WARN_UNUSED_RESULT;

/* Length of the sealed form of BYTES; how many chunks that is (never 0). */
int64_t file_sealed_bytes(int64_t bytes) G_GNUC_CONST;
unsigned file_chunk_count(int64_t bytes) G_GNUC_CONST;

/* The element as a child of PARENT; and read from ELEMENT, into FILE, which need not be
 * initialised and is cleared on error: ERROR_FORMAT, ERROR_LIMIT. */
void file_write(struct stanza *parent, const struct file *file);
gboolean file_read(const struct stanza *element, struct file *file,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same as text in plain memory, which holds the key. */
char *file_encode(const struct file *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean file_decode(const char *text, struct file *file,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Read TEXT when it is one aesgcm:// URL and nothing else but a small picture of it (a data: URL,
 * on a line of its own, which isn't looked at): the name is its path's last part, size
 * and hash are not said. FALSE, FILE cleared, otherwise. IVs of 12 and 16 bytes are taken.
 */
gboolean file_from_url(const char *text, struct file *file) G_GNUC_WARN_UNUSED_RESULT;
/* The aesgcm:// URL of a file that has a url, in plain memory: it holds the key. */
char *file_to_url(const struct file *file) G_GNUC_WARN_UNUSED_RESULT;

#endif
