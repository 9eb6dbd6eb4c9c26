#include "core/text/text.h"

#include <string.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uniwidth.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text_buffer.h"

enum { ZWJ = 0x200d, EMOJI_STYLE = 0xfe0f };

gboolean text_check(const void *data, size_t bytes, size_t most, GError **error)
{
	const char *end;

	if (bytes > most) {
		error_set(error, ERROR_LIMIT,
			  "The text has %zu bytes, and at most %zu are possible. Make it shorter.",
			  bytes, most);
		return FALSE;
	}
	if (bytes && !g_utf8_validate_len(data, bytes, &end)) {
		error_set(error, ERROR_FORMAT,
			  "The text isn't valid UTF-8 (at byte %zu). Convert it with `iconv`.",
			  (size_t)(end - (const char *)data));
		return FALSE;
	}
	return TRUE;
}

/* A cluster while it is being read. */
struct cluster {
	uint32_t last;
	unsigned cells;
	unsigned flags;	 /* regional indicators so far */
	bool is_emoji;	 /* begins with a pictograph */
	bool is_joining; /* a pictograph, marks, and now a ZWJ */
	bool is_wide;	 /* drawn as an emoji whatever the sum of widths */
};

static unsigned width_of(uint32_t code)
{
	int width = code < 0x7f ? code >= 0x20 : uc_width(code, "UTF-8");

	return width > 0 ? (unsigned)width : 0;
}

static void start(struct cluster *cluster, uint32_t code)
{
	*cluster = (struct cluster){
		.last = code,
		.cells = width_of(code),
		.flags = uc_is_property_regional_indicator(code),
		.is_emoji = code >= 0x80 && uc_is_property_extended_pictographic(code),
	};
	cluster->is_wide = cluster->is_emoji && uc_is_property_emoji_presentation(code);
}

/* Whether UAX #29 puts CODE in CLUSTER; libunistring's pairs can't see GB11, GB12 and GB13. */
static bool belongs(const struct cluster *cluster, uint32_t code)
{
	if (cluster->flags && uc_is_property_regional_indicator(code))
		return cluster->flags == 1 && uc_is_property_regional_indicator(cluster->last);
	if (cluster->last == ZWJ && uc_is_property_extended_pictographic(code))
		return cluster->is_joining;
	return !uc_is_grapheme_break(cluster->last, code);
}

/* Take CODE into CLUSTER; false when it would be too wide. */
static bool take(struct cluster *cluster, uint32_t code)
{
	unsigned width = width_of(code);

	if (!cluster->is_emoji && width && cluster->cells + width > TEXT_CLUSTER_CELLS)
		return false;
	if (code == EMOJI_STYLE)
		cluster->is_wide |= uc_is_property_emoji(cluster->last);
	else if (width && cluster->is_emoji)
		cluster->is_wide = true; /* another pictograph, or a tone of skin */
	cluster->is_joining = code == ZWJ && cluster->is_emoji;
	cluster->cells += width;
	cluster->flags += uc_is_property_regional_indicator(code);
	cluster->last = code;
	return true;
}

size_t text_next(const char *text, size_t bytes, unsigned *cells)
{
	struct cluster cluster;
	uint32_t code;
	size_t used;

	if (*text >= 0x20 && *text < 0x7f && (bytes == 1 || (uint8_t)text[1] < 0x80)) {
		if (cells)
			*cells = 1;
		return 1;
	}
	used = text_decode(text, bytes, &code);
	start(&cluster, code);
	while (used < bytes) {
		size_t length = text_decode(text + used, bytes - used, &code);

		if (!belongs(&cluster, code) || !take(&cluster, code))
			break;
		used += length;
	}
	if (cells)
		*cells = cluster.is_wide ? TEXT_CLUSTER_CELLS
					 : MIN(cluster.cells, (unsigned)TEXT_CLUSTER_CELLS);
	return used;
}

size_t text_width(const char *text, size_t bytes)
{
	size_t width = 0;

	for (size_t at = 0; at < bytes;) {
		unsigned cells;

		at += text_next(text + at, bytes - at, &cells);
		width += cells;
	}
	return width;
}

size_t text_width_all(const char *text)
{
	return text_width(text, strlen(text));
}

size_t text_fit(const char *text, size_t bytes, size_t cells)
{
	size_t at = 0;

	while (at < bytes) {
		unsigned width;
		size_t length = text_next(text + at, bytes - at, &width);

		if (width > cells)
			break;
		cells -= width;
		at += length;
	}
	return at;
}

char *text_truncate(const char *text, size_t cells)
{
	static const char ELLIPSIS[] = "\u2026";
	struct text_buffer buffer = {0};
	size_t bytes = strlen(text);

	if (!cells)
		return plain_dup("");
	if (text_fit(text, bytes, cells) == bytes)
		return plain_ndup(text, bytes);
	text_buffer_add(&buffer, text, text_fit(text, bytes, cells - 1));
	text_buffer_add(&buffer, ELLIPSIS, strlen(ELLIPSIS));
	return text_buffer_take(&buffer);
}
