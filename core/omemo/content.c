#include "core/omemo/content.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/model/file.h"
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/omemo/content_group.h"
#include "core/omemo/form.h"
#include "core/xml/stanza.h"

#define SCE	  "urn:xmpp:sce:1"
#define CLIENT	  "jabber:client"
#define STANZA_ID "urn:xmpp:sid:0"
#define EPHEMERAL "urn:xmpp:ephemeral:0"
#define RECEIPTS  "urn:xmpp:receipts"
#define MARKERS	  "urn:xmpp:chat-markers:0"
#define CORRECT	  "urn:xmpp:message-correct:0"
#define SOTTO	  "urn:sotto:1"

void content_clear(struct content *content)
{
	g_free(content->from);
	g_free(content->to);
	g_free(content->id);
	g_free(content->replaces);
	plain_free(content->body);
	g_strfreev(content->delivered);
	g_strfreev(content->displayed);
	group_word_free(content->group);
	if (content->file)
		file_clear(content->file);
	g_free(content->file);
	g_clear_pointer(&content->begin_anew, g_bytes_unref);
	g_free(content->chunk.id);
	g_clear_pointer(&content->chunk.bytes, g_bytes_unref);
	memset(content, 0, sizeof(*content));
}

/*
 * Padme (Nikitin et al., PETS 2019, section 4): a length may keep as many significant bits as its
 * exponent needs to be written; the bits below are rounded up.
 */
size_t content_padded_bytes(size_t bytes)
{
	size_t exponent, low_bits, mask;

	if (bytes <= CONTENT_FLOOR_BYTES)
		return CONTENT_FLOOR_BYTES;
	exponent = g_bit_storage(bytes) - 1;
	low_bits = exponent - g_bit_storage(exponent);
	mask = ((size_t)1 << low_bits) - 1;
	return (bytes + mask) & ~mask;
}

static gboolean fail(GError **error, const char *why)
{
	error_set(error, ERROR_FORMAT, "The inside of the message is malformed: %s.", why);
	return FALSE;
}

/* An id that we take: 1 to MESSAGE_ID_MAX characters of printable ASCII. */
static bool is_id(const char *id)
{
	size_t bytes = 0;

	for (; id && id[bytes]; bytes++)
		if (bytes == MESSAGE_ID_MAX || !g_ascii_isprint(id[bytes]))
			return false;
	return bytes > 0;
}

/* -- to bytes --------------------------------------------------------------------------------- */

/* Time as XEP-0082 writes it, with milliseconds; FALSE outside the years 1 to 9999. */
static gboolean write_time(struct stanza *element, int64_t ms)
{
	int64_t seconds = ms / 1000 - (ms % 1000 < 0);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
	char stamp[40];

	if (!time)
		return FALSE;
	g_snprintf(stamp, sizeof(stamp), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
		   g_date_time_get_year(time), g_date_time_get_month(time),
		   g_date_time_get_day_of_month(time), g_date_time_get_hour(time),
		   g_date_time_get_minute(time), g_date_time_get_second(time),
		   (int)(ms - seconds * 1000));
	stanza_set(element, "stamp", stamp);
	return TRUE;
}

static gboolean write_ids(struct stanza *parent, const char *name, const char *namespace,
			  char *const *ids, size_t *count, GError **error)
{
	for (; ids && *ids; ids++) {
		if (!is_id(*ids))
			return fail(error, "a receipt has no proper id");
		if (++*count > CONTENT_IDS_MAX) {
			error_set(error, ERROR_LIMIT,
				  "More than %d receipts can't be sent at once.", CONTENT_IDS_MAX);
			return FALSE;
		}
		stanza_set(stanza_add(parent, name, namespace), "id", *ids);
	}
	return TRUE;
}

static void write_chunk(struct stanza *parent, const struct content_chunk *chunk)
{
	struct stanza *element = stanza_add(parent, "chunk", SOTTO);
	gsize bytes;
	const void *data = g_bytes_get_data(chunk->bytes, &bytes);

	stanza_set(element, "id", chunk->id);
	stanza_set_number(element, "number", chunk->number);
	stanza_set_number(element, "count", chunk->count);
	stanza_add_base64(element, data, bytes);
}

static void write_reads(struct stanza *parent, unsigned reads)
{
	g_autofree char *words = form_words(reads);

	stanza_set(stanza_add(parent, "reads", SOTTO), "forms", words);
}

static gboolean write_content(struct stanza *parent, const struct content *content, GError **error)
{
	size_t ids = 0;

	if ((content->id && !is_id(content->id)) ||
	    (content->replaces && !is_id(content->replaces)))
		return fail(error, "it has no proper id");
	if (content->id)
		stanza_set(stanza_add(parent, "origin-id", STANZA_ID), "id", content->id);
	if (content->group && !content_group_write(parent, content->group, error))
		return FALSE;
	if (content->replaces)
		stanza_set(stanza_add(parent, "replace", CORRECT), "id", content->replaces);
	if (content->body)
		stanza_add_text(content->group ? stanza_add(parent, "text", SOTTO)
					       : stanza_add(parent, "body", CLIENT),
				content->body);
	if (content->sealed)
		stanza_add(parent, "sealed", SOTTO);
	if (content->view_once)
		stanza_add(parent, "view-once", SOTTO);
	if (content->has_timer) {
		char version[24];

		g_snprintf(version, sizeof(version), "%" G_GUINT64_FORMAT, content->timer_version);
		stanza_set_number(stanza_add(parent, "ephemeral", EPHEMERAL), "timer",
				  content->timer);
		stanza_set(stanza_add(parent, "timer", SOTTO), "version", version);
	}
	if (content->expire)
		stanza_set_number(stanza_add(parent, "expire", SOTTO), "seconds", content->expire);
	if (content->lost)
		stanza_set_number(stanza_add(parent, "lost", SOTTO), "count", content->lost);
	if (content->begin_anew)
		stanza_add_base64(stanza_add(parent, "begin-anew", SOTTO),
				  g_bytes_get_data(content->begin_anew, NULL),
				  g_bytes_get_size(content->begin_anew));
	if (content->reads)
		write_reads(parent, content->reads);
	if (content->file)
		file_write(parent, content->file);
	if (content->chunk.id)
		write_chunk(parent, &content->chunk);
	return write_ids(parent, "received", RECEIPTS, content->delivered, &ids, error) &&
	       write_ids(parent, "displayed", MARKERS, content->displayed, &ids, error);
}

/* Random printable characters that need no escape. */
static void write_padding(struct stanza *rpad, size_t bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *text = plain_new(bytes);

	crypto_random(text, bytes);
	for (size_t i = 0; i < bytes; i++)
		text[i] = digits[(unsigned char)text[i] % 64];
	stanza_add_text(rpad, text);
	plain_free(text);
}

static gboolean in_range(const struct content *content)
{
	return content->timer >= 0 && content->timer <= CONTENT_SECONDS_MAX &&
	       content->expire >= 0 && content->expire <= CONTENT_SECONDS_MAX &&
	       content->timer_version <= INT64_MAX;
}

static char *write_envelope(struct stanza *root, const struct content *content, size_t *bytes,
			    GError **error)
{
	struct stanza *inside = stanza_add(root, "content", NULL);
	struct stanza *rpad = stanza_add(root, "rpad", NULL);
	char *text;

	if (!write_content(inside, content, error))
		return NULL;
	if (!write_time(stanza_add(root, "time", NULL), content->time)) {
		fail(error, "its time is none");
		return NULL;
	}
	stanza_set(stanza_add(root, "to", NULL), "jid", content->to);
	stanza_set(stanza_add(root, "from", NULL), "jid", content->from);
	write_padding(rpad, 1); /* so that it is <rpad>...</rpad> from here on */
	text = stanza_encode(root, bytes, error);
	if (text && *bytes > CONTENT_BYTES_MAX) {
		g_clear_pointer(&text, plain_free);
		error_set(error, ERROR_LIMIT, "The message is too large to be sent; shorten it.");
	}
	if (!text || content_padded_bytes(*bytes) == *bytes)
		return text;
	plain_free(text);
	write_padding(rpad, content_padded_bytes(*bytes) - *bytes);
	return stanza_encode(root, bytes, error);
}

char *content_encode(const struct content *content, size_t *bytes, GError **error)
{
	struct stanza *root;
	char *text;

	if (!content->from || !content->to || !in_range(content)) {
		fail(error, "it lacks an address, or a time span is out of range");
		return NULL;
	}
	root = stanza_new("envelope", SCE);
	text = write_envelope(root, content, bytes, error);
	stanza_free(root);
	return text;
}

/* -- from bytes ------------------------------------------------------------------------------- */

/* The address that an affix gives, normalised; NULL without one. */
static char *read_address(const struct stanza *root, const char *name)
{
	const struct stanza *affix = stanza_child(root, name, SCE);
	const char *jid = affix ? stanza_get(affix, "jid") : NULL;

	return jid ? contact_bare_address(jid) : NULL;
}

static gboolean read_time(const struct stanza *root, int64_t *ms)
{
	const struct stanza *affix = stanza_child(root, "time", SCE);
	const char *stamp = affix ? stanza_get(affix, "stamp") : NULL;
	g_autoptr(GDateTime) time = stamp ? g_date_time_new_from_iso8601(stamp, NULL) : NULL;

	if (!time)
		return FALSE;
	*ms = g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000;
	return TRUE;
}

static gboolean read_affixes(const struct stanza *root, const char *from, const char *to,
			     struct content *content, GError **error)
{
	content->from = read_address(root, "from");
	if (!content->from || strcmp(content->from, from) != 0)
		return fail(error, "<from/> doesn't name who sent it");
	content->to = read_address(root, "to");
	if (!content->to || (to && strcmp(content->to, to) != 0))
		return fail(error, "<to/> doesn't name whom it is for");
	if (!read_time(root, &content->time))
		return fail(error, "<time/> is missing or malformed");
	return TRUE;
}

static gboolean read_ids(const struct stanza *parent, const char *name, const char *namespace,
			 char ***ids, GError **error)
{
	g_autoptr(GPtrArray) found = NULL;

	for (const struct stanza *at = stanza_first(parent); at; at = stanza_next(at)) {
		if (!stanza_is(at, name, namespace))
			continue;
		if (!found)
			found = g_ptr_array_new_with_free_func(g_free);
		if (!is_id(stanza_get(at, "id")))
			return fail(error, "a receipt has no proper id");
		if (found->len == CONTENT_IDS_MAX) {
			error_set(error, ERROR_LIMIT, "A message holds more than %d receipts.",
				  CONTENT_IDS_MAX);
			return FALSE;
		}
		g_ptr_array_add(found, g_strdup(stanza_get(at, "id")));
	}
	if (!found)
		return TRUE;
	g_ptr_array_add(found, NULL);
	*ids = (char **)g_ptr_array_steal(found, NULL);
	return TRUE;
}

static gboolean read_body(const struct stanza *parent, struct content *content, GError **error)
{
	const struct stanza *id = stanza_child(parent, "origin-id", STANZA_ID);
	const struct stanza *body = content->group ? stanza_child(parent, "text", SOTTO)
						   : stanza_child(parent, "body", CLIENT);
	const struct stanza *replace = stanza_child(parent, "replace", CORRECT);

	if ((id && !is_id(stanza_get(id, "id"))) ||
	    (replace && !is_id(stanza_get(replace, "id"))))
		return fail(error, "it has no proper id");
	if (id)
		content->id = g_strdup(stanza_get(id, "id"));
	if (replace)
		content->replaces = g_strdup(stanza_get(replace, "id"));
	if (!body)
		return TRUE;
	content->body = stanza_text(body);
	if (plain_size(content->body) > MESSAGE_BODY_MAX) {
		error_set(error, ERROR_LIMIT, "A message has more than %d bytes of text.",
			  MESSAGE_BODY_MAX);
		return FALSE;
	}
	return TRUE;
}

static gboolean read_timer(const struct stanza *parent, struct content *content, GError **error)
{
	const struct stanza *ephemeral = stanza_child(parent, "ephemeral", EPHEMERAL);
	const struct stanza *timer = stanza_child(parent, "timer", SOTTO);
	const struct stanza *expire = stanza_child(parent, "expire", SOTTO);
	const struct stanza *lost = stanza_child(parent, "lost", SOTTO);
	int64_t version = 0, count = 0;

	if (ephemeral) {
		if (!stanza_get_number(ephemeral, "timer", 0, CONTENT_SECONDS_MAX, &content->timer))
			return fail(error, "its timer is none");
		content->has_timer = true;
	}
	if (timer && !stanza_get_number(timer, "version", 0, INT64_MAX, &version))
		return fail(error, "its timer has no proper version");
	content->timer_version = (uint64_t)version;
	if (expire &&
	    !stanza_get_number(expire, "seconds", 1, CONTENT_SECONDS_MAX, &content->expire))
		return fail(error, "its time to live is none");
	if (lost && !stanza_get_number(lost, "count", 1, UINT32_MAX, &count))
		return fail(error, "it counts nothing that is lost");
	content->lost = (uint32_t)count;
	return TRUE;
}

static gboolean read_begin_anew(const struct stanza *parent, struct content *content,
				GError **error)
{
	const struct stanza *element = stanza_child(parent, "begin-anew", SOTTO);

	if (!element)
		return TRUE;
	content->begin_anew = stanza_base64(element, CONTACT_KEY_BYTES, error);
	if (!content->begin_anew)
		return FALSE;
	return g_bytes_get_size(content->begin_anew) == CONTACT_KEY_BYTES ||
	       fail(error, "it names no session");
}

static gboolean read_chunk(const struct stanza *element, struct content_chunk *chunk,
			   GError **error)
{
	int64_t number, count;

	if (!is_id(stanza_get(element, "id")) ||
	    !stanza_get_number(element, "count", 1, file_chunk_count(FILE_BYTES_MAX), &count) ||
	    !stanza_get_number(element, "number", 0, count - 1, &number))
		return fail(error, "a part of a file has no proper place");
	chunk->bytes = stanza_base64(element, FILE_CHUNK_BYTES, error);
	if (!chunk->bytes)
		return FALSE;
	chunk->id = g_strdup(stanza_get(element, "id"));
	chunk->number = (unsigned)number;
	chunk->count = (unsigned)count;
	return TRUE;
}

static gboolean read_file(const struct stanza *parent, struct content *content, GError **error)
{
	const struct stanza *file = stanza_child(parent, "file", SOTTO);
	const struct stanza *chunk = stanza_child(parent, "chunk", SOTTO);

	if (chunk && !read_chunk(chunk, &content->chunk, error))
		return FALSE;
	if (!file)
		return TRUE;
	content->file = g_new0(struct file, 1);
	return file_read(file, content->file, error);
}

static gboolean read_content(const struct stanza *parent, struct content *content, GError **error)
{
	const struct stanza *reads = parent ? stanza_child(parent, "reads", SOTTO) : NULL;

	if (!parent)
		return fail(error, "<content/> is missing");
	content->reads = reads ? form_parse(stanza_get(reads, "forms")) : 0;
	content->sealed = stanza_child(parent, "sealed", SOTTO) != NULL;
	content->view_once = stanza_child(parent, "view-once", SOTTO) != NULL;
	return content_group_read(parent, &content->group, error) &&
	       read_body(parent, content, error) && read_timer(parent, content, error) &&
	       read_begin_anew(parent, content, error) &&
	       read_file(parent, content, error) &&
	       read_ids(parent, "received", RECEIPTS, &content->delivered, error) &&
	       read_ids(parent, "displayed", MARKERS, &content->displayed, error);
}

gboolean content_decode(const void *data, size_t bytes, const char *from, const char *to,
			struct content *content, GError **error)
{
	struct stanza *root = stanza_decode(data, bytes, error);
	gboolean ok = FALSE;

	memset(content, 0, sizeof(*content));
	if (!root)
		return FALSE;
	if (!stanza_is(root, "envelope", SCE))
		fail(error, "it isn't an envelope");
	else
		ok = read_affixes(root, from, to, content, error) &&
		     read_content(stanza_child(root, "content", SCE), content, error);
	if (!ok)
		content_clear(content);
	stanza_free(root);
	return ok;
}
