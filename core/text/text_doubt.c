#include "core/text/text.h"

#include <string.h>
#include <unictype.h>

#include "core/text/text_buffer.h"

/*
 * Letters of other scripts that look like a Latin letter in most fonts, in order.
 * From UTS #39's confusables, only those that are hard to tell apart.
 */
static const uint32_t LOOKALIKES[] = {
	/* Greek */
	0x391, 0x392, 0x395, 0x396, 0x397, 0x399, 0x39a, 0x39c, 0x39d, 0x39f, 0x3a1, 0x3a4, 0x3a5,
	0x3a7, 0x3b1, 0x3b3, 0x3b9, 0x3ba, 0x3bd, 0x3bf, 0x3c1, 0x3c3, 0x3c5, 0x3c7, 0x3f2, 0x3f3,
	/* Cyrillic */
	0x405, 0x406, 0x408, 0x410, 0x412, 0x415, 0x41a, 0x41c, 0x41d, 0x41e, 0x420, 0x421, 0x422,
	0x423, 0x425, 0x42c, 0x430, 0x433, 0x435, 0x43a, 0x43e, 0x43f, 0x440, 0x441, 0x443, 0x445,
	0x44c, 0x455, 0x456, 0x458, 0x475, 0x4ae, 0x4af, 0x4ba, 0x4bb, 0x4c0, 0x4cf, 0x501, 0x50c,
	0x51a, 0x51b, 0x51c, 0x51d,
	/* Armenian */
	0x54d, 0x54f, 0x555, 0x561, 0x563, 0x566, 0x570, 0x578, 0x57c, 0x57d, 0x581, 0x584, 0x585,
	/* Cherokee */
	0x13a0, 0x13a1, 0x13a2, 0x13a5, 0x13aa, 0x13ab, 0x13a9, 0x13b3, 0x13b7, 0x13bb, 0x13c0,
	0x13c2, 0x13c3, 0x13cf, 0x13d2, 0x13d4, 0x13d9, 0x13da, 0x13de, 0x13df, 0x13e2, 0x13e6,
};

/* Sets of scripts that are written together. */
enum {
	SCRIPT_LATIN = 1 << 0,
	SCRIPT_HAN = 1 << 1,
	SCRIPT_KANA = 1 << 2,
	SCRIPT_BOPOMOFO = 1 << 3,
	SCRIPT_HANGUL = 1 << 4,
	SCRIPT_OTHER = 1 << 5,
	JAPANESE = SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_KANA,
	CHINESE = SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_BOPOMOFO,
	KOREAN = SCRIPT_LATIN | SCRIPT_HAN | SCRIPT_HANGUL,
};

static bool is_lookalike(uint32_t code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(LOOKALIKES); i++)
		if (LOOKALIKES[i] == code)
			return true;
	return false;
}

static unsigned script_bit(const uc_script_t *script)
{
	static const struct {
		const char *name;
		unsigned bit;
	} KNOWN[] = {
		{"Common", 0},		  {"Inherited", 0},	    {"Latin", SCRIPT_LATIN},
		{"Han", SCRIPT_HAN},	  {"Hiragana", SCRIPT_KANA}, {"Katakana", SCRIPT_KANA},
		{"Bopomofo", SCRIPT_BOPOMOFO}, {"Hangul", SCRIPT_HANGUL},
	};

	for (size_t i = 0; script && i < G_N_ELEMENTS(KNOWN); i++)
		if (strcmp(script->name, KNOWN[i].name) == 0)
			return KNOWN[i].bit;
	return SCRIPT_OTHER;
}

/* Which scripts the letters of a name belong to. */
struct scripts {
	unsigned seen;
	const uc_script_t *other; /* the first of SCRIPT_OTHER */
	bool is_mixed;
	bool all_lookalikes; /* of the letters of OTHER */
};

static void see(struct scripts *scripts, uint32_t code)
{
	const uc_script_t *script = uc_script(code);
	unsigned bit = script_bit(script);

	scripts->seen |= bit;
	if (bit != SCRIPT_OTHER)
		return;
	scripts->is_mixed |= scripts->other && scripts->other != script;
	scripts->other = script;
	if (uc_is_general_category(code, UC_CATEGORY_L))
		scripts->all_lookalikes &= is_lookalike(code);
}

enum text_doubt text_doubt(const char *name, size_t bytes)
{
	struct scripts scripts = {.all_lookalikes = true};
	uint32_t code = 0;

	if (text_ascii(name, bytes) == bytes)
		return TEXT_DOUBT_NONE;
	if (!text_is_safe(name, bytes, TEXT_NEWLINE_SPACE))
		return TEXT_DOUBT_HIDDEN;
	for (size_t at = 0; at < bytes;) {
		at += text_decode(name + at, bytes - at, &code);
		see(&scripts, code);
	}
	/* A joiner may end a word in a text, but does nothing to see at the end of a name. */
	if (code == 0x200c || code == 0x200d)
		return TEXT_DOUBT_HIDDEN;
	if (scripts.is_mixed || ((scripts.seen & SCRIPT_OTHER) && scripts.seen != SCRIPT_OTHER) ||
	    (!(scripts.seen & SCRIPT_OTHER) && (scripts.seen & ~JAPANESE) &&
	     (scripts.seen & ~CHINESE) && (scripts.seen & ~KOREAN)))
		return TEXT_DOUBT_MIXED;
	if (scripts.other && scripts.all_lookalikes)
		return TEXT_DOUBT_LOOKALIKE;
	return TEXT_DOUBT_NONE;
}

const char *text_doubt_words(enum text_doubt doubt)
{
	switch (doubt) {
	case TEXT_DOUBT_HIDDEN:
		return "holds hidden characters";
	case TEXT_DOUBT_MIXED:
		return "mixes letters of different scripts";
	case TEXT_DOUBT_LOOKALIKE:
		return "uses letters that look like Latin ones but aren't";
	case TEXT_DOUBT_NONE:
		break;
	}
	return NULL;
}
