#include "core/model/file.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/xml/stanza.h"

#define SOTTO	  "urn:sotto:1"
#define AESGCM	  "aesgcm://"
#define HTTPS	  "https://"
#define NAMELESS  "file"

enum { ENDING_MAX = 16 /* bytes of a name's ending that is kept */ };

void file_clear(struct file *file)
{
	g_free(file->name);
	g_free(file->url);
	wipe(file, sizeof(*file));
}

/* -- names ------------------------------------------------------------------------------------ */

static bool is_blank(gunichar c)
{
	return g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR;
}

/* What has no business in a name: it can't be seen, or moves what stands beside it. */
static bool is_unfit(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return true;
	default:
		return c == '/' || c == '\\';
	}
}

static size_t cut(const char *text, size_t bytes)
{
	if (strlen(text) <= bytes)
		return strlen(text);
	return (size_t)(g_utf8_find_prev_char(text, text + bytes + 1) - text);
}

/* Too long a name loses of its stem, so that what kind of file it is stays to be seen. */
static void shorten(GString *name)
{
	const char *dot = strrchr(name->str, '.');
	g_autofree char *ending = NULL;

	if (name->len <= FILE_NAME_MAX)
		return;
	ending = g_strdup(dot && strlen(dot) <= ENDING_MAX ? dot : "");
	g_string_truncate(name, cut(name->str, FILE_NAME_MAX - strlen(ending)));
	g_string_append(name, ending);
}

char *file_safe_name(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name ? name : "", -1);
	const char *slash = strrchr(valid, '/');
	GString *safe = g_string_new(NULL);

	for (const char *p = slash ? slash + 1 : valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (is_blank(c)) {
			if (safe->len)
				g_string_append_c(safe, ' ');
		} else if (is_unfit(c) || (safe->len == 0 && (c == '.' || c == '-' || c == '~'))) {
			g_string_append_c(safe, '_');
		} else {
			g_string_append_unichar(safe, c);
		}
	}
	shorten(safe);
	g_strchomp(safe->str);
	safe->len = strlen(safe->str);
	if (text_is_blank(safe->str, safe->len))
		g_string_assign(safe, NAMELESS);
	return g_string_free(safe, FALSE);
}

/* -- words ------------------------------------------------------------------------------------ */

char *file_size_words(int64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double value = (double)bytes / 1000;
	size_t unit = 0;

	if (bytes < 0)
		return g_strdup("size unknown");
	if (bytes < 1000)
		return g_strdup_printf("%d byte%s", (int)bytes, bytes == 1 ? "" : "s");
	for (; value >= 999.95 && unit + 1 < G_N_ELEMENTS(units); unit++)
		value /= 1000;
	return g_strdup_printf("%.1f %s", value, units[unit]);
}

char *file_words(const struct file *file)
{
	g_autofree char *name = file_safe_name(file->name);
	g_autofree char *size = file_size_words(file->bytes);
	g_autofree char *words = g_strdup_printf("file: %s, %s", name, size);

	return plain_dup(words);
}

int64_t file_sealed_bytes(int64_t bytes)
{
	return bytes + FILE_TAG_BYTES;
}

unsigned file_chunk_count(int64_t bytes)
{
	return (unsigned)((file_sealed_bytes(bytes) + FILE_CHUNK_BYTES - 1) / FILE_CHUNK_BYTES);
}

/* -- hex -------------------------------------------------------------------------------------- */

static void write_hex(const uint8_t *data, size_t bytes, char *out)
{
	for (size_t i = 0; i < bytes; i++)
		g_snprintf(out + 2 * i, 3, "%02x", data[i]);
}

static bool read_hex(const char *text, uint8_t *out, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = high < 0 ? -1 : g_ascii_xdigit_value(text[2 * i + 1]);

		if (low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

enum { SECRET_TEXT = 2 * (FILE_IV_MAX + FILE_KEY_BYTES) + 1 };

static void write_secret(const struct file *file, char out[static SECRET_TEXT])
{
	write_hex(file->iv, file->iv_bytes, out);
	write_hex(file->key, FILE_KEY_BYTES, out + 2 * file->iv_bytes);
}

/* IV and key, in hex, of the BYTES at TEXT. */
static bool read_secret(const char *text, struct file *file)
{
	size_t length = strlen(text);

	if (length == 2 * (FILE_IV_BYTES + FILE_KEY_BYTES))
		file->iv_bytes = FILE_IV_BYTES;
	else if (length == 2 * (FILE_IV_MAX + FILE_KEY_BYTES))
		file->iv_bytes = FILE_IV_MAX;
	else
		return false;
	return read_hex(text, file->iv, file->iv_bytes) &&
	       read_hex(text + 2 * file->iv_bytes, file->key, FILE_KEY_BYTES);
}

/* -- URLs ------------------------------------------------------------------------------------- */

/* Printable ASCII only: nothing in it can be taken for the end of a header line. */
static bool is_plain_url(const char *text)
{
	size_t bytes = strlen(text);

	if (bytes > FILE_URL_MAX)
		return false;
	for (const char *p = text; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '"' || *p == '<' || *p == '>')
			return false;
	return true;
}

/* The link alone, without the picture that may follow (XEP-0454 section 3). Plain memory. */
static char *first_line(const char *text)
{
	const char *end = strchr(text, '\n');

	if (end && g_str_has_prefix(end, "\ndata:image/"))
		return plain_ndup(text, (size_t)(end - text));
	return plain_dup(text);
}

/* As a name or a number is written: whatever is decoded from it can be shown. */
static bool is_plain_host(const char *host)
{
	return host && *host &&
	       strspn(host, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:_") ==
		       strlen(host);
}

static gboolean read_url(const char *text, struct file *file)
{
	const char *hash = strchr(text, '#');
	g_autoptr(GUri) uri = NULL;
	const char *slash;

	if (g_ascii_strncasecmp(text, AESGCM, strlen(AESGCM)) != 0 || !hash ||
	    !is_plain_url(text) || !read_secret(hash + 1, file))
		return FALSE;
	file->url = g_strdup_printf(HTTPS "%.*s", (int)(hash - text - (int)strlen(AESGCM)),
				    text + strlen(AESGCM));
	uri = g_uri_parse(file->url, G_URI_FLAGS_NONE, NULL);
	if (!uri || !is_plain_host(g_uri_get_host(uri)) || g_uri_get_userinfo(uri))
		return FALSE;
	slash = strrchr(g_uri_get_path(uri), '/');
	/* Nobody called it so: what is decoded may be longer than a name, and hold anything. */
	file->name = file_safe_name(slash ? slash + 1 : "");
	return TRUE;
}

gboolean file_from_url(const char *text, struct file *file)
{
	char *line = first_line(text);
	gboolean ok;

	memset(file, 0, sizeof(*file));
	file->bytes = -1;
	ok = read_url(line, file);
	plain_free(line);
	if (!ok)
		file_clear(file);
	return ok;
}

char *file_to_url(const struct file *file)
{
	char secret[SECRET_TEXT];
	char *url = plain_new(strlen(file->url) + strlen(AESGCM) + sizeof(secret));

	write_secret(file, secret);
	g_snprintf(url, (gulong)plain_size(url) + 1, AESGCM "%s#%s", file->url + strlen(HTTPS),
		   secret);
	wipe(secret, sizeof(secret));
	return url;
}

/* -- the element ------------------------------------------------------------------------------ */

void file_write(struct stanza *parent, const struct file *file)
{
	struct stanza *element = stanza_add(parent, "file", SOTTO);
	char secret[SECRET_TEXT], hash[2 * FILE_HASH_BYTES + 1];

	stanza_set(element, "name", file->name);
	if (file->bytes >= 0)
		stanza_set_number(element, "size", file->bytes);
	if (file->has_hash) {
		write_hex(file->hash, FILE_HASH_BYTES, hash);
		stanza_set(element, "sha-256", hash);
	}
	if (file->url) {
		char *url = file_to_url(file);

		stanza_set(element, "url", url);
		plain_free(url);
		return;
	}
	write_secret(file, secret);
	stanza_set(element, "key", secret);
	wipe(secret, sizeof(secret));
}

static gboolean fail(struct file *file, const char *why, GError **error)
{
	file_clear(file);
	error_set(error, ERROR_FORMAT, "What is said of a file is malformed: %s.", why);
	return FALSE;
}

gboolean file_read(const struct stanza *element, struct file *file, GError **error)
{
	const char *name = stanza_get(element, "name"), *hash = stanza_get(element, "sha-256");
	const char *url = stanza_get(element, "url"), *key = stanza_get(element, "key");

	memset(file, 0, sizeof(*file));
	if (url ? !file_from_url(url, file) : !key || !read_secret(key, file))
		return fail(file, "it has no proper key", error);
	file->bytes = -1;
	if (stanza_get(element, "size") &&
	    !stanza_get_number(element, "size", 0, FILE_BYTES_MAX, &file->bytes))
		return fail(file, "its size is none", error);
	if (!url && file->bytes < 0)
		return fail(file, "it says no size", error);
	if (hash && (strlen(hash) != (size_t)2 * FILE_HASH_BYTES ||
		     !read_hex(hash, file->hash, FILE_HASH_BYTES)))
		return fail(file, "its hash is none", error);
	file->has_hash = hash != NULL;
	if (name && strlen(name) > FILE_FOREIGN_NAME_MAX)
		return fail(file, "its name is too long", error);
	if (name || !file->name) {
		g_free(file->name);
		file->name = g_strdup(name ? name : "");
	}
	return TRUE;
}

char *file_encode(const struct file *file, GError **error)
{
	struct stanza *root = stanza_new("kept", SOTTO);
	size_t bytes;
	char *text;

	file_write(root, file);
	text = stanza_encode(stanza_first(root), &bytes, error);
	stanza_free(root);
	return text;
}

gboolean file_decode(const char *text, struct file *file, GError **error)
{
	struct stanza *root = stanza_decode_within(SOTTO, text, strlen(text), error);
	gboolean ok;

	memset(file, 0, sizeof(*file));
	if (!root)
		return FALSE;
	ok = stanza_is(root, "file", SOTTO) ? file_read(root, file, error)
					    : fail(file, "it isn't a file", error);
	stanza_free(root);
	return ok;
}
