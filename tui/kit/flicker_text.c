#include "tui/kit/flicker_text.h"
#include <stdbool.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/kit/reading_time.h"
#include "tui/term/flicker_font.h"

enum { MARKS_MAX = 8 };

struct letter {
	uint8_t rows[FLICKER_GLYPH_ROWS];
	bool is_blank;
	size_t at; /* in the text that was taken apart */
};

struct box {
	size_t from;
	size_t count;
	bool goes_on; /* the word does */
};

struct flicker_text {
	unsigned cols;
	char *apart; /* plain: letters and marks of their own */
	struct letter *letters; /* plain */
	size_t letter_count;
	struct box *boxes; /* plain */
	size_t count;
};

/* A letter with its marks from *AT on, which moves behind it. */
static bool take_letter(const char **at, struct letter *letter, GError **error)
{
	uint32_t marks[MARKS_MAX];
	size_t count = 0;
	gunichar code = g_utf8_get_char(*at);

	*at = g_utf8_next_char(*at);
	for (; g_unichar_ismark(g_utf8_get_char(*at)); *at = g_utf8_next_char(*at))
		if (count < MARKS_MAX)
			marks[count++] = g_utf8_get_char(*at);
	letter->is_blank = code == ' ' || code == '\n' || code == '\t' || code == '\r';
	if (letter->is_blank || flicker_font_glyph(code, marks, count, letter->rows))
		return true;
	error_set(error, ERROR_UNAVAILABLE, "The character U+%04X can't be shown sealed.", code);
	return false;
}

static bool take_letters(struct flicker_text *self, const char *text, GError **error)
{
	const char *at = self->apart = text_take_apart(text);
	size_t room = strlen(self->apart) + 1;

	self->letters = plain_new(room * sizeof(*self->letters));
	while (*at) {
		self->letters[self->letter_count].at = (size_t)(at - self->apart);
		if (!take_letter(&at, &self->letters[self->letter_count++], error))
			return false;
	}
	self->letters[self->letter_count].at = room - 1;
	return true;
}

/* The place of the first letter from FROM on that is a blank, or that isn't one. */
static size_t skip(const struct flicker_text *self, size_t from, bool is_blank)
{
	while (from < self->letter_count && self->letters[from].is_blank == is_blank)
		from++;
	return from;
}

/* What goes into a box that begins with the letter FROM; the letter after it. */
static size_t fill(const struct flicker_text *self, size_t from, struct box *box)
{
	size_t chars = self->cols / FLICKER_COLS_CHAR;
	size_t end = skip(self, from, false);

	*box = (struct box){ .from = from };
	if (end - from > chars) {
		box->goes_on = true;
		box->count = chars - 1;
		return from + box->count;
	}
	for (;;) {
		/* However many blanks there are, one is shown: the next word must touch the first
		 * blank. */
		size_t next = skip(self, end, true);
		size_t last = skip(self, next, false);

		if (next != end + 1 || last == next || last - from > chars)
			break;
		end = last;
	}
	box->count = end - from;
	return end;
}

struct flicker_text *flicker_text_new(const char *text, unsigned cols, GError **error)
{
	struct flicker_text *self = g_new0(struct flicker_text, 1);
	size_t at;

	self->cols = cols;
	if (!take_letters(self, text, error)) {
		flicker_text_free(self);
		return NULL;
	}
	self->boxes = plain_new((self->letter_count + 1) * sizeof(*self->boxes));
	for (at = skip(self, 0, true); at < self->letter_count; at = skip(self, at, true))
		at = fill(self, at, &self->boxes[self->count++]);
	if (self->count)
		return self;
	error_set(error, ERROR_UNAVAILABLE, "There is nothing in this message to show.");
	flicker_text_free(self);
	return NULL;
}

void flicker_text_free(struct flicker_text *text)
{
	if (!text)
		return;
	plain_free(text->apart);
	plain_free(text->letters);
	plain_free(text->boxes);
	g_free(text);
}

size_t flicker_text_count(const struct flicker_text *text)
{
	return text->count;
}

/* A glyph with its left edge at the point X, a multiple of four, in rows of so many bytes. */
static void put(uint8_t *bitmap, size_t row_bytes, size_t x,
		const uint8_t rows[static FLICKER_GLYPH_ROWS])
{
	for (size_t y = 0; y < FLICKER_GLYPH_ROWS; y++) {
		uint8_t *at = bitmap + y * row_bytes + x / 8;

		if (x % 8 == 0) {
			*at |= rows[y];
			continue;
		}
		at[0] |= (uint8_t)(rows[y] >> 4);
		at[1] |= (uint8_t)(rows[y] << 4);
	}
}

void flicker_text_draw(const struct flicker_text *text, size_t index, uint8_t *bitmap)
{
	const struct box *box = &text->boxes[index];
	size_t shown = box->count + box->goes_on;
	size_t row_bytes = text->cols / 4;
	size_t x = (text->cols / FLICKER_COLS_CHAR - shown) * FLICKER_GLYPH_ROWS / 2;
	uint8_t sign[FLICKER_GLYPH_ROWS];

	memset(bitmap, 0, row_bytes * FLICKER_HEIGHT);
	for (size_t i = 0; i < box->count; i++, x += FLICKER_GLYPH_ROWS)
		put(bitmap, row_bytes, x, text->letters[box->from + i].rows);
	if (box->goes_on && flicker_font_glyph(FLICKER_CODE_CONTINUES, NULL, 0, sign))
		put(bitmap, row_bytes, x, sign);
}

unsigned flicker_text_ms(const struct flicker_text *text, size_t index, unsigned pace)
{
	const struct box *box = &text->boxes[index];
	size_t from = text->letters[box->from].at;
	size_t to = text->letters[box->from + box->count].at;

	return reading_ms(text->apart + from, to - from, pace);
}
