/*
 * flicker_text: a message cut into what one box of noise shows at a time, drawn in the font of
 * flicker_font.h: as many words as fit into it, or a piece of a longer one (ended by a sign that it
 * goes on).
 *
 * All of it is plain memory (core/base/secret.h).
 */
#ifndef SOTTO_TUI_KIT_FLICKER_TEXT_H
#define SOTTO_TUI_KIT_FLICKER_TEXT_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include "tui/term/flicker.h"

struct flicker_text;

/*
 * TEXT in boxes of COLS columns (flicker.h), at least one. ERROR_UNAVAILABLE, saying which
 * character it was, where there is no glyph for one; and for a text without any. Marks without a
 * glyph are left out.
 */
struct flicker_text *flicker_text_new(const char *text, unsigned cols,
				      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void flicker_text_free(struct flicker_text *text);
size_t flicker_text_count(const struct flicker_text *text);
/* Box number INDEX into a bitmap for COLS columns, its characters in the middle. */
void flicker_text_draw(const struct flicker_text *text, size_t index, uint8_t *bitmap);
/* Milliseconds that reading it takes at PACE words a minute (reading_time.h). */
unsigned flicker_text_ms(const struct flicker_text *text, size_t index, unsigned pace);

#endif
