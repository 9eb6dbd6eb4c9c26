#include "core/text/text.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/text/text_buffer.h"

/*
 * Letters and the Latin one that they look like, from UTS #39's confusables: what is hard to tell
 * apart in most fonts, of the scripts that have most of it. In order.
 */
static const struct alike {
	uint16_t code;
	char latin;
} ALIKE[] = {
	/* Latin that doesn't come apart */
	{0xf8, 'o'}, {0x111, 'd'}, {0x131, 'i'}, {0x142, 'l'}, {0x251, 'a'}, {0x261, 'g'},
	{0x269, 'i'},
	/* Greek */
	{0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'}, {0x397, 'h'}, {0x399, 'i'},
	{0x39a, 'k'}, {0x39c, 'm'}, {0x39d, 'n'}, {0x39f, 'o'}, {0x3a1, 'p'}, {0x3a4, 't'},
	{0x3a5, 'y'}, {0x3a7, 'x'}, {0x3b1, 'a'}, {0x3b3, 'y'}, {0x3b9, 'i'}, {0x3ba, 'k'},
	{0x3bd, 'v'}, {0x3bf, 'o'}, {0x3c1, 'p'}, {0x3c3, 'o'}, {0x3c4, 't'}, {0x3c5, 'u'},
	{0x3c7, 'x'}, {0x3c9, 'w'},
	/* Cyrillic */
	{0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'}, {0x412, 'b'}, {0x415, 'e'},
	{0x41a, 'k'}, {0x41c, 'm'}, {0x41d, 'h'}, {0x41e, 'o'}, {0x420, 'p'}, {0x421, 'c'},
	{0x422, 't'}, {0x423, 'y'}, {0x425, 'x'}, {0x42c, 'b'}, {0x430, 'a'}, {0x433, 'r'},
	{0x435, 'e'}, {0x43a, 'k'}, {0x43c, 'm'}, {0x43d, 'h'}, {0x43e, 'o'}, {0x43f, 'n'},
	{0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x44c, 'b'},
	{0x455, 's'}, {0x456, 'i'}, {0x458, 'j'}, {0x475, 'v'}, {0x4ae, 'y'}, {0x4af, 'y'},
	{0x4ba, 'h'}, {0x4bb, 'h'}, {0x4c0, 'l'}, {0x4cf, 'l'}, {0x501, 'd'}, {0x51a, 'q'},
	{0x51b, 'q'}, {0x51c, 'w'}, {0x51d, 'w'},
	/* Armenian */
	{0x566, 'q'}, {0x570, 'h'}, {0x578, 'n'}, {0x57d, 'u'}, {0x581, 'g'}, {0x585, 'o'},
};

static uint32_t to_latin(uint32_t code)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ALIKE) && ALIKE[i].code <= code; i++)
		if (ALIKE[i].code == code)
			return (uint32_t)ALIKE[i].latin;
	return code;
}

/* Before the case is folded: a capital eta looks like H, a small one like n. */
static char *make_latin(const char *name)
{
	char *apart = text_take_apart(name);
	size_t bytes = strlen(apart);
	struct text_buffer out = {0};

	for (size_t at = 0; at < bytes;) {
		uint32_t code;

		at += text_decode(apart + at, bytes - at, &code);
		text_buffer_add_code(&out, to_latin(code));
	}
	plain_free(apart);
	return text_buffer_take(&out);
}

/* Letters and digits of ASCII that pass for each other, some in pairs; returns what was used. */
static size_t add_shape(struct text_buffer *out, const char *text)
{
	if (strncmp(text, "rn", 2) == 0 || strncmp(text, "vv", 2) == 0) {
		text_buffer_add(out, *text == 'r' ? "m" : "w", 1);
		return 2;
	}
	if (strchr("i1|", *text))
		text_buffer_add(out, "l", 1);
	else
		text_buffer_add(out, *text == '0' ? "o" : text, 1);
	return 1;
}

char *text_shape(const char *name)
{
	char *latin = make_latin(name);
	char *folded = text_fold(latin);
	struct text_buffer out = {0};

	for (const char *at = folded; *at;)
		at += add_shape(&out, at);
	plain_free(folded);
	plain_free(latin);
	return text_buffer_take(&out);
}
