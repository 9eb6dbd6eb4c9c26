/*
 * text_buffer: a growing string in plain memory, and code points in and out of
 * UTF-8; shared by the files of text, nobody else's.
 */
#ifndef SOTTO_CORE_TEXT_TEXT_BUFFER_H
#define SOTTO_CORE_TEXT_TEXT_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* Zero it to start; give it back through text_buffer_take. */
struct text_buffer {
	char *data;
	size_t used;
	size_t room;
};

void text_buffer_add(struct text_buffer *buffer, const char *text, size_t bytes);
void text_buffer_add_code(struct text_buffer *buffer, uint32_t code_point);

/* What was added, as plain memory of just that size; the buffer is empty afterwards. */
char *text_buffer_take(struct text_buffer *buffer);

/* The code point at TEXT (BYTES left, not 0) into *CODE_POINT (U+FFFD: invalid); its bytes. */
size_t text_decode(const char *text, size_t bytes, uint32_t *code_point);

/* The length of the printable ASCII that TEXT begins with. */
size_t text_ascii(const char *text, size_t bytes);

#endif
