#include "tui/cli/control_frame.h"

#include <string.h>

enum { FRAME_HEAD = 4 };

void frame_append(GByteArray *out, char type, const void *payload, size_t bytes)
{
	guint32 length = GUINT32_TO_BE((guint32)bytes + 1);

	g_byte_array_append(out, (const guint8 *)&length, FRAME_HEAD);
	g_byte_array_append(out, (const guint8 *)&type, 1);
	if (bytes)
		g_byte_array_append(out, payload, (guint)bytes);
}

bool frame_take(GByteArray *in, size_t max, char *type, GBytes **payload, bool *is_bad)
{
	guint32 length;

	*is_bad = false;
	if (in->len < FRAME_HEAD)
		return false;
	memcpy(&length, in->data, FRAME_HEAD);
	length = GUINT32_FROM_BE(length);
	*is_bad = length == 0 || length > max;
	if (*is_bad || in->len < FRAME_HEAD + length)
		return false;
	*type = (char)in->data[FRAME_HEAD];
	*payload = g_bytes_new(in->data + FRAME_HEAD + 1, length - 1);
	/* It may have held somebody's words. */
	memset(in->data, 0, FRAME_HEAD + length);
	g_byte_array_remove_range(in, 0, FRAME_HEAD + length);
	return true;
}
