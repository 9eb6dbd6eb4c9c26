/* Hostile text: what is drawn of it can't reach the terminal as anything but letters. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/text/text_bidi.h"
#include "core/text/text_link.h"
#include "core/text/text_wrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { JOINER = 0x200d, NON_JOINER = 0x200c };

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* No control but LF; nothing hidden but joiners, selectors and tags where they may be. */
static void check_safe(const char *safe, size_t bytes)
{
	must(g_utf8_validate_len(safe, bytes, NULL));
	for (size_t at = 0; at < bytes;) {
		gunichar code = g_utf8_get_char(safe + at);
		bool is_selector = (code >= 0xfe00 && code <= 0xfe0f) || code >= 0xe0100 ||
				   (code >= 0x180b && code <= 0x180f);
		bool is_tag = code >= 0xe0020 && code <= 0xe007f;

		must(code == '\n' || code == JOINER || code == NON_JOINER || is_selector ||
		     is_tag || !text_json_needs_escape(code));
		at += (size_t)g_unichar_to_utf8(code, NULL);
	}
	for (size_t at = 0; at < bytes;) {
		unsigned cells;
		size_t length = text_next(safe + at, bytes - at, &cells);

		must(length > 0 && length <= TEXT_CLUSTER_BYTES && length <= bytes - at);
		must(cells <= TEXT_CLUSTER_CELLS && (cells > 0 || safe[at] == '\n'));
		at += length;
	}
}

/* Every byte is in a line, or is a space or LF between two. */
static void check_wrap(const char *text, size_t bytes, size_t width)
{
	GArray *lines = text_wrap(text, bytes, width);
	size_t at = 0;

	must(lines->len > 0);
	for (guint i = 0; i < lines->len; i++) {
		const struct text_line *line = &g_array_index(lines, struct text_line, i);

		for (; at < line->offset; at++)
			must(text[at] == ' ' || text[at] == '\n');
		must(line->offset == at && line->bytes <= bytes - at);
		must(line->cells == text_width(text + at, line->bytes));
		must(line->cells <= width || line->cells <= TEXT_CLUSTER_CELLS);
		at += line->bytes;
	}
	for (; at < bytes; at++)
		must(text[at] == ' ' || text[at] == '\n');
	g_array_unref(lines);
}

/* Reordering loses and adds no cluster. */
static void check_order(const char *text, size_t bytes)
{
	char *visual = text_visual(text, bytes, text_direction(text, bytes));
	GArray *pieces = text_order(text, bytes, TEXT_RTL);
	size_t total = 0;

	for (guint i = 0; i < pieces->len; i++)
		total += g_array_index(pieces, struct text_piece, i).bytes;
	must(total == bytes);
	must(g_utf8_validate(visual, -1, NULL));
	g_array_unref(pieces);
	plain_free(visual);
}

/* A link that fits into a line stands in one. */
static void check_whole(const char *text, size_t bytes, size_t width)
{
	GArray *lines = text_wrap(text, bytes, width);
	struct text_link link;
	guint i = 0;

	for (size_t from = 0; text_link_find(text, bytes, from, &link);) {
		const struct text_line *line;

		from = link.offset + link.bytes;
		if (text_width(text + link.offset, link.bytes) > width)
			continue;
		while (i + 1 < lines->len &&
		       g_array_index(lines, struct text_line, i + 1).offset <= link.offset)
			i++;
		line = &g_array_index(lines, struct text_line, i);
		must(line->offset + line->bytes >= from);
	}
	g_array_unref(lines);
}

static void check_links(const char *text, size_t bytes)
{
	struct text_link link;

	for (size_t from = 0; text_link_find(text, bytes, from, &link);) {
		must(link.offset >= from && link.bytes > 0 && link.offset + link.bytes <= bytes);
		must(link.host_offset >= link.offset && link.host_bytes > 0);
		must(link.host_offset + link.host_bytes <= link.offset + link.bytes);
		from = link.offset + link.bytes;
	}
}

static void check_fold(const char *text)
{
	char *folded = text_fold(text), *again = text_fold(folded);
	char **words = text_words(text);
	char *shape = text_shape(text);

	must(g_utf8_validate(shape, -1, NULL));
	must(g_utf8_validate(folded, -1, NULL));
	must(strcmp(folded, again) == 0);
	for (char **word = words; *word; word++)
		must(strstr(folded, *word) != NULL);
	g_strfreev(words);
	plain_free(shape);
	plain_free(again);
	plain_free(folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = plain_ndup((const char *)data, size);
	char *safe = text_make_safe(text, size, TEXT_NEWLINE_KEEP);
	size_t bytes = plain_size(safe);
	char *again = text_make_safe(safe, bytes, TEXT_NEWLINE_KEEP);
	char *line = text_make_safe(text, size, TEXT_NEWLINE_SPACE);
	char *cut = text_truncate(line, 10);

	check_safe(safe, bytes);
	must(plain_size(again) == bytes && memcmp(safe, again, bytes) == 0);
	must(strchr(line, '\n') == NULL);
	must(text_width_all(cut) <= 10);
	for (size_t width = 1; width < 30; width += 7)
		check_wrap(safe, bytes, width);
	for (size_t width = 8; width < 60; width += 17)
		check_whole(safe, bytes, width);
	check_order(line, strlen(line));
	check_links(text, size);
	check_fold(text);
	(void)text_doubt(text, size);
	must(text_width(text, size) <= 2 * size);
	plain_free(cut);
	plain_free(line);
	plain_free(again);
	plain_free(safe);
	plain_free(text);
	return 0;
}
