#include "core/text/text_bidi.h"

#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/text/text_buffer.h"

enum { BRACKETS_MOST = 63 };

/* A line as arrays of the same length: its clusters, their classes, then their levels. */
struct line {
	GArray *pieces; /* struct text_piece, in the order of the text */
	guint count;
	uint8_t *classes;
	uint8_t *levels;
	int embedding; /* the class of the paragraph's direction: UC_BIDI_L or UC_BIDI_R */
};

static int class_of(uint32_t code)
{
	return uc_bidi_class(code);
}

static bool is_right(int class)
{
	return class == UC_BIDI_R || class == UC_BIDI_AL;
}

enum text_direction text_direction(const char *text, size_t bytes)
{
	for (size_t at = 0; at < bytes;) {
		uint32_t code;
		int class;

		at += text_decode(text + at, bytes - at, &code);
		class = class_of(code);
		if (class == UC_BIDI_L)
			return TEXT_LTR;
		if (is_right(class))
			return TEXT_RTL;
	}
	return TEXT_LTR;
}

bool text_has_rtl(const char *text, size_t bytes)
{
	for (size_t at = 0; at < bytes;) {
		uint32_t code;
		int class;

		at += text_ascii(text + at, bytes - at);
		if (at == bytes)
			break;
		at += text_decode(text + at, bytes - at, &code);
		/* nothing below Hebrew is written from right to left */
		if (code < 0x590)
			continue;
		class = class_of(code);
		if (is_right(class) || class == UC_BIDI_AN)
			return true;
	}
	return false;
}

static void read_pieces(struct line *line, const char *text, size_t bytes)
{
	line->pieces = g_array_new(FALSE, FALSE, sizeof(struct text_piece));
	for (size_t at = 0; at < bytes;) {
		struct text_piece piece = {.offset = at};

		piece.bytes = text_next(text + at, bytes - at, &piece.cells);
		g_array_append_val(line->pieces, piece);
		at += piece.bytes;
	}
	line->count = line->pieces->len;
}

static uint32_t first_code(const struct line *line, const char *text, guint i)
{
	const struct text_piece *piece = &g_array_index(line->pieces, struct text_piece, i);
	uint32_t code;

	text_decode(text + piece->offset, piece->bytes, &code);
	return code;
}

/* Classes as they are, with W1 (marks) and what can't occur made neutral. */
static void read_classes(struct line *line, const char *text)
{
	int last = line->embedding;

	for (guint i = 0; i < line->count; i++) {
		int class = class_of(first_code(line, text, i));

		switch (class) {
		case UC_BIDI_L:
		case UC_BIDI_R:
		case UC_BIDI_AL:
		case UC_BIDI_EN:
		case UC_BIDI_AN:
		case UC_BIDI_ES:
		case UC_BIDI_ET:
		case UC_BIDI_CS:
			break;
		case UC_BIDI_NSM:
			class = last;
			break;
		default:
			class = UC_BIDI_ON;
		}
		line->classes[i] = (uint8_t)class;
		last = class;
	}
}

/* W2 and W3: numbers behind Arabic letters are Arabic; those letters are R from here on. */
static void resolve_arabic(struct line *line)
{
	int strong = line->embedding;

	for (guint i = 0; i < line->count; i++) {
		int class = line->classes[i];

		if (class == UC_BIDI_EN && strong == UC_BIDI_AL)
			line->classes[i] = UC_BIDI_AN;
		if (class == UC_BIDI_L || is_right(class))
			strong = class;
	}
	for (guint i = 0; i < line->count; i++)
		if (line->classes[i] == UC_BIDI_AL)
			line->classes[i] = UC_BIDI_R;
}

/* W4: one separator between two numbers of a kind is part of them. */
static void resolve_separators(struct line *line)
{
	for (guint i = 1; i + 1 < line->count; i++) {
		int class = line->classes[i], number = line->classes[i - 1];

		if (number != line->classes[i + 1])
			continue;
		if ((number == UC_BIDI_EN && (class == UC_BIDI_ES || class == UC_BIDI_CS)) ||
		    (number == UC_BIDI_AN && class == UC_BIDI_CS))
			line->classes[i] = (uint8_t)number;
	}
}

/* W5 to W7: terminators go with their number, the rest is neutral, numbers after L are L. */
static void resolve_numbers(struct line *line)
{
	int strong = line->embedding;

	for (guint i = 0; i < line->count; i++) {
		guint end = i;

		while (end < line->count && line->classes[end] == UC_BIDI_ET)
			end++;
		if (end == i)
			continue;
		bool is_number = (i > 0 && line->classes[i - 1] == UC_BIDI_EN) ||
				 (end < line->count && line->classes[end] == UC_BIDI_EN);
		memset(line->classes + i, is_number ? UC_BIDI_EN : UC_BIDI_ON, end - i);
		i = end - 1;
	}
	for (guint i = 0; i < line->count; i++) {
		int class = line->classes[i];

		if (class == UC_BIDI_ES || class == UC_BIDI_CS)
			line->classes[i] = UC_BIDI_ON;
		else if (class == UC_BIDI_EN && strong == UC_BIDI_L)
			line->classes[i] = UC_BIDI_L;
		else if (class == UC_BIDI_L || class == UC_BIDI_R)
			strong = class;
	}
}

/* The direction a class counts as for the neutrals beside it. */
static int side(const struct line *line, guint i)
{
	int class = line->classes[i];

	return class == UC_BIDI_EN || class == UC_BIDI_AN ? UC_BIDI_R : class;
}

/* What a pair of brackets holds: the paragraph's direction, else the other, else neither. */
static int inside(const struct line *line, guint open, guint close)
{
	int found = UC_BIDI_ON;

	for (guint i = open + 1; i < close; i++) {
		int class = side(line, i);

		if (class == line->embedding)
			return class;
		if (class != UC_BIDI_ON)
			found = class;
	}
	return found;
}

/* The strong direction before place I, or the paragraph's. */
static int before(const struct line *line, guint i)
{
	while (i > 0 && side(line, i - 1) == UC_BIDI_ON)
		i--;
	return i > 0 ? side(line, i - 1) : line->embedding;
}

/* N0: both brackets of a pair take the direction of what they hold, seen from the paragraph. */
static void resolve_pair(struct line *line, guint open, guint close)
{
	int class = inside(line, open, close);

	if (class == UC_BIDI_ON)
		return;
	if (class != line->embedding && before(line, open) != class)
		class = line->embedding;
	line->classes[open] = (uint8_t)class;
	line->classes[close] = (uint8_t)class;
}

/* BD16: pairs are found with a stack of 63; they are resolved in the order they open. */
static void resolve_brackets(struct line *line, const char *text)
{
	struct {
		uint32_t closing;
		guint at;
	} stack[BRACKETS_MOST];
	guint depth = 0;
	guint *partner = g_new0(guint, line->count);

	for (guint i = 0; i < line->count; i++) {
		uint32_t code = first_code(line, text, i);
		ucs4_t other;

		if (line->classes[i] != UC_BIDI_ON || !uc_mirror_char(code, &other))
			continue;
		if (uc_is_general_category(code, UC_CATEGORY_Ps)) {
			if (depth == BRACKETS_MOST)
				break;
			stack[depth].closing = other;
			stack[depth++].at = i;
		} else if (uc_is_general_category(code, UC_CATEGORY_Pe)) {
			guint level = depth;

			while (level > 0 && stack[level - 1].closing != code)
				level--;
			if (level > 0) {
				depth = level - 1;
				partner[stack[depth].at] = i;
			}
		}
	}
	for (guint i = 0; i < line->count; i++)
		if (partner[i])
			resolve_pair(line, i, partner[i]);
	g_free(partner);
}

/* N1 and N2: neutrals between two of a direction take it, others the paragraph's. */
static void resolve_neutrals(struct line *line)
{
	for (guint i = 0; i < line->count; i++) {
		guint end = i;
		int last, next;

		while (end < line->count && line->classes[end] == UC_BIDI_ON)
			end++;
		if (end == i)
			continue;
		last = i > 0 ? side(line, i - 1) : line->embedding;
		next = end < line->count ? side(line, end) : line->embedding;
		memset(line->classes + i, last == next ? last : line->embedding, end - i);
		i = end - 1;
	}
}

/* I1 and I2, then L1 for the blanks at the end. */
static void set_levels(struct line *line, const char *text)
{
	uint8_t base = line->embedding == UC_BIDI_R;
	guint end = line->count;

	for (guint i = 0; i < line->count; i++) {
		int class = line->classes[i];

		if (base)
			line->levels[i] = class == UC_BIDI_R ? 1 : 2;
		else
			line->levels[i] = class == UC_BIDI_L ? 0 : class == UC_BIDI_R ? 1 : 2;
	}
	while (end > 0 && class_of(first_code(line, text, end - 1)) == UC_BIDI_WS)
		line->levels[--end] = base;
}

/* L4, for characters alone: `mirror` has no room for marks, and nothing may be lost. */
static void mirror(struct line *line, const char *text)
{
	for (guint i = 0; i < line->count; i++) {
		struct text_piece *piece = &g_array_index(line->pieces, struct text_piece, i);
		ucs4_t other;
		uint32_t code;
		int bytes;

		if (!(line->levels[i] & 1) ||
		    text_decode(text + piece->offset, piece->bytes, &code) < piece->bytes ||
		    !uc_mirror_char(code, &other))
			continue;
		bytes = u8_uctomb((uint8_t *)piece->mirror, other, sizeof(piece->mirror) - 1);
		piece->mirror[MAX(bytes, 0)] = '\0';
	}
}

static void reverse(struct line *line, guint from, guint to)
{
	for (; from + 1 < to; from++, to--) {
		struct text_piece *a = &g_array_index(line->pieces, struct text_piece, from);
		struct text_piece *b = &g_array_index(line->pieces, struct text_piece, to - 1);
		struct text_piece piece = *a;
		uint8_t level = line->levels[from];

		*a = *b;
		*b = piece;
		line->levels[from] = line->levels[to - 1];
		line->levels[to - 1] = level;
	}
}

/* L2: from the highest level to 1, reverse what is at least that high. */
static void reorder(struct line *line)
{
	for (uint8_t level = 2; level > 0; level--) {
		for (guint i = 0; i < line->count; i++) {
			guint end = i;

			while (end < line->count && line->levels[end] >= level)
				end++;
			if (end > i) {
				reverse(line, i, end);
				i = end - 1;
			}
		}
	}
}

GArray *text_order(const char *text, size_t bytes, enum text_direction base)
{
	struct line line = {.embedding = base == TEXT_RTL ? UC_BIDI_R : UC_BIDI_L};

	read_pieces(&line, text, bytes);
	if (!line.count || (base == TEXT_LTR && !text_has_rtl(text, bytes)))
		return line.pieces;
	line.classes = g_malloc0(line.count);
	line.levels = g_malloc0(line.count);
	read_classes(&line, text);
	resolve_arabic(&line);
	resolve_separators(&line);
	resolve_numbers(&line);
	resolve_brackets(&line, text);
	resolve_neutrals(&line);
	set_levels(&line, text);
	mirror(&line, text);
	reorder(&line);
	g_free(line.classes);
	g_free(line.levels);
	return line.pieces;
}

char *text_visual(const char *line, size_t bytes, enum text_direction base)
{
	struct text_buffer buffer = {0};
	GArray *pieces;

	if (base == TEXT_LTR && !text_has_rtl(line, bytes))
		return plain_ndup(line, bytes);
	pieces = text_order(line, bytes, base);
	for (guint i = 0; i < pieces->len; i++) {
		const struct text_piece *piece = &g_array_index(pieces, struct text_piece, i);

		if (piece->mirror[0])
			text_buffer_add(&buffer, piece->mirror, strlen(piece->mirror));
		else
			text_buffer_add(&buffer, line + piece->offset, piece->bytes);
	}
	g_array_unref(pieces);
	return text_buffer_take(&buffer);
}
