#include "tui/kit/reading_time.h"
#include <stdbool.h>
#include <string.h>

enum {
	MINUTE_MS = 60000,
	LONG_WORD = 12,	    /* letters; each as many more count as a word */
	DIGITS_A_WORD = 2,
	ADDRESS_A_WORD = 4, /* characters of it, read letter by letter */
	WIDE_A_WORD = 2,
};

struct word {
	unsigned chars;
	unsigned wide; /* characters of scripts without blanks */
	unsigned digits;
	bool is_address;
};

/* The word that begins at AT; returns what is behind it. */
static const char *take_word(const char *at, const char *end, struct word *word)
{
	*word = (struct word){0};
	for (; at < end && !g_unichar_isspace(g_utf8_get_char(at)); at = g_utf8_next_char(at)) {
		gunichar ch = g_utf8_get_char(at);
		const char *next = g_utf8_next_char(at);
		bool goes_on = next < end && g_unichar_isalnum(g_utf8_get_char(next));

		word->chars++;
		word->wide += g_unichar_iswide(ch) && g_unichar_isalpha(ch);
		word->digits += g_unichar_isdigit(ch);
		word->is_address |= ch == '@' || ch == '/' || ch == '_' || (ch == '.' && goes_on);
	}
	return at;
}

/* Which count as words, and how many they are to read. */
static void count(const char *text, size_t bytes, unsigned *words, unsigned *load)
{
	const char *end = text + bytes;
	struct word word;

	*words = *load = 0;
	while (text < end) {
		if (g_unichar_isspace(g_utf8_get_char(text))) {
			text = g_utf8_next_char(text);
			continue;
		}
		text = take_word(text, end, &word);
		*words += MAX(1, word.wide / WIDE_A_WORD);
		*load += MAX(1, word.wide / WIDE_A_WORD);
		if (word.is_address)
			*load += word.chars / ADDRESS_A_WORD;
		else
			*load += word.digits / DIGITS_A_WORD +
				 (word.chars - word.wide) / LONG_WORD;
	}
}

unsigned reading_words(const char *text, size_t bytes)
{
	unsigned words, load;

	count(text, bytes, &words, &load);
	return words;
}

unsigned reading_ms(const char *text, size_t bytes, unsigned pace)
{
	unsigned words, load;

	count(text, bytes, &words, &load);
	return (unsigned)((guint64)load * MINUTE_MS / pace);
}

unsigned reading_all_ms(const char *text)
{
	guint64 words = reading_words(text, strlen(text));
	guint64 ms = words * MINUTE_MS * 13 / 10 / READING_ALL_PACE;

	return (unsigned)CLAMP(ms, READING_ALL_LEAST_MS, READING_ALL_MOST_MS);
}
