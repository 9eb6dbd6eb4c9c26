#include "core/text/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "core/base/secret.h"
#include "core/text/text_buffer.h"

/*
 * libunistring could fold a whole string at once, but would leave copies of it
 * behind in memory that nobody wipes; so code points go through one at a time.
 */
struct folder {
	struct text_buffer out;
	struct uninorm_filter *decompose;
};

/* Case folding has no context: one code point gives at most three. */
static size_t fold_case(ucs4_t code, ucs4_t out[static 8])
{
	size_t count = 8;

	if (!u32_casefold(&code, 1, NULL, NULL, out, &count)) {
		out[0] = code;
		return 1;
	}
	return count;
}

/*
 * Diacritics go, but not what makes another letter or syllable of it: the vowel
 * signs of Indic scripts, Thai vowels, the voice marks of kana (their combining
 * classes are 0, 9, 103 and 8).
 */
static bool is_dropped(ucs4_t code)
{
	int class;

	if (code < 0x80)
		return false;
	if (uc_is_property_default_ignorable_code_point(code))
		return true;
	class = uc_combining_class(code);
	return (class >= 10 && class <= 36) || class == 107 || class >= 200;
}

/* What comes out of the decomposition: a compatibility form may have hidden a capital. */
static int put_folded(void *user, ucs4_t code)
{
	struct folder *folder = user;
	ucs4_t folded[8];
	size_t count;

	if (is_dropped(code))
		return 0;
	count = fold_case(code, folded);
	for (size_t i = 0; i < count; i++)
		if (!is_dropped(folded[i]))
			text_buffer_add_code(&folder->out, folded[i]);
	return 0;
}

static char *fold_ascii(const char *text, size_t bytes)
{
	char *folded = plain_ndup(text, bytes);

	for (size_t i = 0; i < bytes; i++)
		folded[i] = g_ascii_tolower(folded[i]);
	return folded;
}

static bool is_ascii(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if ((uint8_t)text[i] >= 0x80)
			return false;
	return true;
}

char *text_fold(const char *text)
{
	size_t bytes = strlen(text);
	struct folder folder = {0};

	if (is_ascii(text, bytes))
		return fold_ascii(text, bytes);
	folder.decompose = uninorm_filter_create(UNINORM_NFKD, put_folded, &folder);
	if (!folder.decompose)
		g_error("there is no memory left");
	for (size_t at = 0; at < bytes;) {
		uint32_t code;
		ucs4_t folded[8];
		size_t count;

		at += text_decode(text + at, bytes - at, &code);
		/* Now, not later: it would keep the marks on its sides out of their order. */
		if (code >= 0x80 && uc_is_property_default_ignorable_code_point(code))
			continue;
		count = fold_case(code, folded);
		for (size_t i = 0; i < count; i++)
			uninorm_filter_write(folder.decompose, folded[i]);
	}
	uninorm_filter_free(folder.decompose);
	return text_buffer_take(&folder.out);
}

static int put_part(void *user, ucs4_t code)
{
	struct folder *folder = user;

	text_buffer_add_code(&folder->out, code);
	return 0;
}

char *text_take_apart(const char *text)
{
	size_t bytes = strlen(text);
	struct folder folder = {0};

	folder.decompose = uninorm_filter_create(UNINORM_NFKD, put_part, &folder);
	if (!folder.decompose)
		g_error("there is no memory left");
	for (size_t at = 0; at < bytes;) {
		uint32_t code;

		at += text_decode(text + at, bytes - at, &code);
		uninorm_filter_write(folder.decompose, code);
	}
	uninorm_filter_free(folder.decompose);
	return text_buffer_take(&folder.out);
}

/* Whether CODE parts words: any blank, newlines included. */
static bool is_blank(uint32_t code)
{
	return uc_is_property_white_space(code);
}

static bool is_punctuation(uint32_t code)
{
	return uc_is_general_category(code, UC_CATEGORY_P);
}

/* WORD without the punctuation around it, or all of it when there is nothing else. */
static char *trim(const char *word, size_t bytes)
{
	size_t from = bytes, to = 0;

	for (size_t at = 0; at < bytes;) {
		uint32_t code;
		size_t length = text_decode(word + at, bytes - at, &code);

		if (!is_punctuation(code)) {
			from = MIN(from, at);
			to = at + length;
		}
		at += length;
	}
	return to ? g_strndup(word + from, to - from) : g_strndup(word, bytes);
}

char **text_words(const char *text)
{
	char *folded = text_fold(text);
	size_t bytes = strlen(folded), start = 0, at = 0, count = 0;
	char **words = g_new0(char *, TEXT_WORDS + 1);

	while (at < bytes && count < TEXT_WORDS) {
		uint32_t code;
		size_t length = text_decode(folded + at, bytes - at, &code);

		if (is_blank(code)) {
			if (at > start)
				words[count++] = trim(folded + start, at - start);
			start = at + length;
		}
		at += length;
	}
	if (at > start && count < TEXT_WORDS)
		words[count] = trim(folded + start, at - start);
	plain_free(folded);
	return words;
}
