#include "core/text/text.h"

#include <stdio.h>
#include <string.h>
#include <unictype.h>
#include <unigbrk.h>
#include <uniwidth.h>

#include "core/base/secret.h"
#include "core/text/text_buffer.h"

enum {
	ZWNJ = 0x200c,
	ZWJ = 0x200d,
	TEXT_STYLE = 0xfe0e,
	EMOJI_STYLE = 0xfe0f,
	KEYCAP = 0x20e3,
	BLACK_FLAG = 0x1f3f4,
	TAG_END = 0xe007f,
	DOTTED_CIRCLE = 0x25cc,
	REPLACEMENT = 0xfffd,
	FLAG_TAGS = 6,	/* tags of a flag of a country's part, the last included */
	MOST_JOINED = 4, /* joiners in an emoji; the longest in use has 3 */
	NOTHING = 0x110000, /* what follows the last code point */
};

/* What stands before the code point being judged: always what was put out, not what came in. */
struct maker {
	struct text_buffer out;
	enum text_newline newline;
	uint32_t last;	 /* 0 at the start of a line */
	unsigned marks;	 /* on the character that is being built */
	unsigned joined; /* joiners in it */
	bool is_pictograph; /* it ends in a pictograph and its marks */
	bool is_flooded;
};

/* The scripts whose letters change shape when joined: where ZWJ and ZWNJ mean something. */
static bool is_joining_letter(uint32_t code, const uc_script_t **script)
{
	static const char *const JOINING[] = {
		"Arabic",    "Syriac", "Nko",	   "Mandaic", "Mongolian", "Phags_Pa", "Adlam",
		"Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya",   "Tamil",	  "Telugu",
		"Kannada",   "Malayalam", "Sinhala", "Khmer",   "Myanmar",   "Tibetan",
	};

	if (code < 0x600 || !uc_is_general_category(code, UC_CATEGORY_L) ||
	    uc_is_property_default_ignorable_code_point(code)) {
		/* a virama or vowel sign before a joiner counts as its letter */
		if (code < 0x600 || !uc_is_general_category(code, UC_CATEGORY_M))
			return false;
	}
	*script = uc_script(code);
	for (size_t i = 0; *script && i < G_N_ELEMENTS(JOINING); i++)
		if (strcmp((*script)->name, JOINING[i]) == 0)
			return true;
	return false;
}

/* Whether CODE is hidden, or could be drawn as anything, wherever it stands. */
static bool is_hidden(uint32_t code)
{
	const uint32_t HIDDEN = UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Cs |
				UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;

	return uc_is_general_category_withtable(code, HIDDEN) ||
	       uc_is_property_default_ignorable_code_point(code);
}

bool text_json_needs_escape(uint32_t code_point)
{
	return code_point >= 0x7f ? is_hidden(code_point) : code_point < 0x20;
}

/* Put CODE out as it is. */
static void put(struct maker *maker, uint32_t code)
{
	text_buffer_add_code(&maker->out, code);
	maker->last = code;
}

/* Put out a character that begins anew. */
static void put_base(struct maker *maker, uint32_t code)
{
	bool is_joined = maker->last == ZWJ && maker->is_pictograph;

	maker->is_pictograph = code >= 0x80 && uc_is_property_extended_pictographic(code);
	if (!is_joined || !maker->is_pictograph) {
		maker->marks = 0;
		maker->joined = 0;
		maker->is_flooded = false;
	}
	put(maker, code);
}

static void put_token(struct maker *maker, uint32_t code)
{
	char token[24];

	snprintf(token, sizeof(token), "\u2039U+%04X\u203a", code);
	maker->marks = 0;
	maker->joined = 0;
	maker->is_pictograph = false;
	maker->is_flooded = false;
	text_buffer_add(&maker->out, token, strlen(token));
	maker->last = 0x203a;
}

static void put_mark(struct maker *maker, uint32_t code)
{
	if (!maker->last && uc_is_general_category(code, UC_CATEGORY_M))
		put_base(maker, DOTTED_CIRCLE);
	if (maker->is_flooded)
		return;
	if (maker->marks++ < TEXT_MARKS) {
		maker->is_pictograph &= uc_graphemeclusterbreak_property(code) == GBP_EXTEND;
		put(maker, code);
		return;
	}
	/* The sign takes the flood's place, and the rest of it stands on nothing. */
	maker->is_pictograph = false;
	maker->is_flooded = true;
	put(maker, REPLACEMENT);
}

/* Whether a joiner does what it is for between what was put out and NEXT. */
static bool is_joiner_in_place(const struct maker *maker, uint32_t code, uint32_t next)
{
	const uc_script_t *before, *after;

	if (maker->last == ZWJ || maker->last == ZWNJ || maker->marks >= TEXT_MARKS)
		return false;
	if (code == ZWJ && maker->is_pictograph)
		return maker->joined < MOST_JOINED && uc_is_property_extended_pictographic(next) &&
		       !is_hidden(next);
	if (!is_joining_letter(maker->last, &before))
		return false;
	/* ZWJ may end a word, as an initial form is written alone; ZWNJ only all that we see. */
	return code == ZWJ || next == NOTHING ||
	       (is_joining_letter(next, &after) && before == after && !is_hidden(next));
}

/* Whether a variation selector has something to vary. */
static bool is_selector_in_place(const struct maker *maker, uint32_t code, uint32_t next)
{
	uint32_t last = maker->last;

	if (maker->marks >= TEXT_MARKS || last == 0)
		return false;
	if (code == TEXT_STYLE || code == EMOJI_STYLE)
		return uc_is_property_emoji(last) && (last >= 0x80 || next == KEYCAP) &&
		       !uc_is_property_regional_indicator(last);
	if ((code >= 0x180b && code <= 0x180d) || code == 0x180f)
		return last >= 0x1820 && last <= 0x18aa &&
		       uc_is_general_category(last, UC_CATEGORY_L);
	if (code >= 0xe0100 || (code >= 0xfe00 && code <= 0xfe02))
		return uc_is_property_ideographic(last);
	return false;
}

static bool is_selector(uint32_t code)
{
	return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef) ||
	       (code >= 0x180b && code <= 0x180d) || code == 0x180f;
}

/* How many bytes at TEXT, behind a black flag, make it one of the three flags in use; else 0. */
static size_t flag_tags(const char *text, size_t bytes)
{
	static const char *const PARTS[] = {"gbeng", "gbsct", "gbwls"};
	char part[FLAG_TAGS] = "";
	size_t at = 0;

	for (int i = 0; i < FLAG_TAGS && at < bytes; i++) {
		uint32_t code;

		at += text_decode(text + at, bytes - at, &code);
		if (i == FLAG_TAGS - 1)
			break;
		if (code < 0xe0061 || code > 0xe007a)
			return 0;
		part[i] = (char)(code - 0xe0000);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(PARTS); i++) {
		uint32_t end = 0;

		if (strcmp(part, PARTS[i]) == 0 && at >= 4) {
			text_decode(text + at - 4, 4, &end);
			return end == TAG_END ? at : 0;
		}
	}
	return 0;
}

/* Vowels and finals of conjoining Hangul have no width: they need a syllable before them. */
static bool is_jamo_in_place(uint32_t last, int property)
{
	int before = last ? uc_graphemeclusterbreak_property(last) : GBP_OTHER;

	if (property == GBP_V)
		return before == GBP_L || before == GBP_V || before == GBP_LV;
	return before == GBP_V || before == GBP_T || before == GBP_LV || before == GBP_LVT;
}

/* A code point beyond ASCII; NEXT is what follows it. */
static void make_one(struct maker *maker, uint32_t code, uint32_t next)
{
	int property;

	if (code == ZWJ || code == ZWNJ) {
		if (!is_joiner_in_place(maker, code, next)) {
			put_token(maker, code);
			return;
		}
		maker->joined += code == ZWJ;
		put(maker, code);
		return;
	}
	if (is_selector(code) && is_selector_in_place(maker, code, next)) {
		put_mark(maker, code);
		return;
	}
	if (is_hidden(code) || uc_is_general_category(code, UC_CATEGORY_Co)) {
		put_token(maker, code);
		return;
	}
	property = uc_graphemeclusterbreak_property(code);
	if (property == GBP_V || property == GBP_T) {
		if (is_jamo_in_place(maker->last, property))
			put_mark(maker, code);
		else
			put_token(maker, code);
	} else if (property == GBP_EXTEND || (uc_is_general_category(code, UC_CATEGORY_M))) {
		put_mark(maker, code);
	} else if (uc_width(code, "UTF-8") <= 0) {
		put_token(maker, code);
	} else {
		put_base(maker, code);
	}
}

/* A control character of ASCII; gives how many bytes were used. */
static size_t make_control(struct maker *maker, const char *text, size_t bytes)
{
	size_t used = text[0] == '\r' && bytes > 1 && text[1] == '\n' ? 2 : 1;

	if (text[used - 1] == '\n') {
		put_base(maker, maker->newline == TEXT_NEWLINE_KEEP ? '\n' : ' ');
		if (maker->newline == TEXT_NEWLINE_KEEP)
			maker->last = 0;
	} else if (text[0] == '\t') {
		for (int i = 0; i < TEXT_TAB_CELLS; i++)
			put_base(maker, ' ');
	} else {
		put_token(maker, (uint8_t)text[0]);
	}
	return used;
}

/* Everything of TEXT that isn't printable ASCII, from its start to the next that is. */
static size_t make_some(struct maker *maker, const char *text, size_t bytes)
{
	uint32_t code, next = NOTHING;
	size_t used;

	if ((uint8_t)text[0] < 0x80)
		return make_control(maker, text, bytes);
	used = text_decode(text, bytes, &code);
	if (used < bytes)
		text_decode(text + used, bytes - used, &next);
	make_one(maker, code, next);
	if (code == BLACK_FLAG) {
		size_t tags = flag_tags(text + used, bytes - used);

		text_buffer_add(&maker->out, text + used, tags);
		if (tags)
			maker->last = TAG_END;
		used += tags;
	}
	return used;
}

char *text_make_safe(const char *text, size_t bytes, enum text_newline newline)
{
	struct maker maker = {.newline = newline};

	for (size_t at = 0; at < bytes;) {
		size_t ascii = text_ascii(text + at, bytes - at);

		if (ascii) {
			text_buffer_add(&maker.out, text + at, ascii - 1);
			put_base(&maker, (uint8_t)text[at + ascii - 1]);
			at += ascii;
		} else {
			at += make_some(&maker, text + at, bytes - at);
		}
	}
	return text_buffer_take(&maker.out);
}

bool text_is_safe(const char *text, size_t bytes, enum text_newline newline)
{
	char *safe;
	bool is_safe;

	if (text_ascii(text, bytes) == bytes)
		return true;
	safe = text_make_safe(text, bytes, newline);
	is_safe = plain_size(safe) == bytes && memcmp(safe, text, bytes) == 0;
	plain_free(safe);
	return is_safe;
}

bool text_is_blank(const char *text, size_t bytes)
{
	enum { BRAILLE_BLANK = 0x2800 };
	uint32_t code;

	for (size_t at = 0; at < bytes;) {
		at += text_decode(text + at, bytes - at, &code);
		if (!uc_is_property_white_space(code) && code != BRAILLE_BLANK &&
		    !uc_is_property_default_ignorable_code_point(code))
			return false;
	}
	return true;
}
