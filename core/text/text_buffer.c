#include "core/text/text_buffer.h"

#include <string.h>
#include <unistr.h>

#include "core/base/secret.h"

enum { ROOM_FLOOR = 64 };

void text_buffer_add(struct text_buffer *buffer, const char *text, size_t bytes)
{
	if (buffer->room - buffer->used < bytes) {
		size_t room = MAX(2 * buffer->room, buffer->used + bytes + ROOM_FLOOR);
		char *data = plain_new(room);

		if (buffer->used)
			memcpy(data, buffer->data, buffer->used);
		plain_free(buffer->data);
		buffer->data = data;
		buffer->room = room;
	}
	if (bytes)
		memcpy(buffer->data + buffer->used, text, bytes);
	buffer->used += bytes;
}

void text_buffer_add_code(struct text_buffer *buffer, uint32_t code_point)
{
	uint8_t utf8[6];
	int bytes = u8_uctomb(utf8, code_point, sizeof(utf8));

	if (bytes > 0)
		text_buffer_add(buffer, (const char *)utf8, (size_t)bytes);
}

char *text_buffer_take(struct text_buffer *buffer)
{
	char *text = plain_ndup(buffer->data, buffer->used);

	plain_free(buffer->data);
	*buffer = (struct text_buffer){0};
	return text;
}

size_t text_decode(const char *text, size_t bytes, uint32_t *code_point)
{
	ucs4_t code;
	int length;

	if ((uint8_t)*text < 0x80) {
		*code_point = (uint8_t)*text;
		return 1;
	}
	length = u8_mbtoucr(&code, (const uint8_t *)text, bytes);
	*code_point = length > 0 ? code : 0xfffd;
	return length > 0 ? (size_t)length : 1;
}

size_t text_ascii(const char *text, size_t bytes)
{
	size_t at = 0;

	while (at < bytes && text[at] >= 0x20 && text[at] < 0x7f)
		at++;
	return at;
}
