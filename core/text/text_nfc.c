#include "core/text/text_nfc.h"

#include <glib.h>
#include <uninorm.h>

#include "core/text/text_buffer.h"

struct composed {
	char *out;
	size_t used, room;
};

static int put_code(void *user, ucs4_t code)
{
	struct composed *composed = user;
	char bytes[6];
	int count = g_unichar_to_utf8(code, bytes);

	if (composed->used + (size_t)count > composed->room)
		g_error("the composed form of a text takes more room than it may");
	for (int i = 0; i < count; i++)
		composed->out[composed->used++] = bytes[i];
	return 0;
}

size_t text_nfc(const char *text, size_t bytes, char *out)
{
	struct composed composed = { out, 0, bytes * TEXT_NFC_GROWTH };
	struct uninorm_filter *filter = uninorm_filter_create(UNINORM_NFC, put_code, &composed);

	if (!filter)
		g_error("there is no memory left");
	for (size_t at = 0; at < bytes;) {
		uint32_t code;

		at += text_decode(text + at, bytes - at, &code);
		uninorm_filter_write(filter, code);
	}
	uninorm_filter_free(filter);
	return composed.used;
}
