#include "tui/confine/broker_frame.h"

#include <string.h>

enum { AT_KIND = 4, AT_QUESTION = 5, AT_TITLE_BYTES = 6, KNOWN = 0x80 };

static bool is_clean(const char *text, size_t bytes)
{
	if (!g_utf8_validate(text, (gssize)bytes, NULL))
		return false;
	for (const char *p = text; p < text + bytes; p = g_utf8_next_char(p)) {
		if (*p != '\n' && g_unichar_iscntrl(g_utf8_get_char(p)))
			return false;
	}
	return true;
}

/* TEXT as it may go, at most MAX bytes; how many. */
static size_t put_text(const char *text, size_t max, uint8_t *out)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	size_t bytes = 0;

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		size_t width = (size_t)(g_utf8_next_char(p) - p);

		if (bytes + width > max)
			break;
		if (*p != '\n' && g_unichar_iscntrl(g_utf8_get_char(p)))
			continue;
		memcpy(out + bytes, p, width);
		bytes += width;
	}
	return bytes;
}

size_t broker_frame_encode(const struct broker_frame *frame, uint8_t out[static BROKER_FRAME_MAX])
{
	size_t title = put_text(frame->title, BROKER_TITLE_MAX, out + BROKER_HEAD_BYTES);

	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(frame->serial >> (8 * i));
	out[AT_KIND] = (uint8_t)frame->kind;
	out[AT_QUESTION] = (uint8_t)(frame->question | (frame->is_known ? KNOWN : 0));
	out[AT_TITLE_BYTES] = (uint8_t)title;
	out[AT_TITLE_BYTES + 1] = (uint8_t)(title >> 8);
	return BROKER_HEAD_BYTES + title +
	       put_text(frame->text, BROKER_TEXT_MAX, out + BROKER_HEAD_BYTES + title);
}

gboolean broker_frame_decode(const uint8_t *data, size_t bytes, struct broker_frame *frame)
{
	const char *texts = (const char *)data + BROKER_HEAD_BYTES;
	size_t title, text;

	frame->serial = 0;
	frame->title[0] = frame->text[0] = '\0';
	if (bytes < BROKER_HEAD_BYTES || bytes > BROKER_FRAME_MAX)
		return FALSE;
	title = data[AT_TITLE_BYTES] | (size_t)data[AT_TITLE_BYTES + 1] << 8;
	if (title > BROKER_TITLE_MAX || title > bytes - BROKER_HEAD_BYTES)
		return FALSE;
	text = bytes - BROKER_HEAD_BYTES - title;
	if (text > BROKER_TEXT_MAX || data[AT_KIND] >= BROKER_KINDS ||
	    (data[AT_QUESTION] & ~KNOWN) >= BROKER_QUESTIONS || !is_clean(texts, title) ||
	    !is_clean(texts + title, text))
		return FALSE;
	for (int i = 0; i < 4; i++)
		frame->serial |= (uint32_t)data[i] << (8 * i);
	frame->kind = data[AT_KIND];
	frame->question = data[AT_QUESTION] & ~KNOWN;
	frame->is_known = data[AT_QUESTION] & KNOWN;
	memcpy(frame->title, texts, title);
	frame->title[title] = '\0';
	memcpy(frame->text, texts + title, text);
	frame->text[text] = '\0';
	return TRUE;
}
