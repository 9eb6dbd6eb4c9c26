#include "storage/body.h"

#include <string.h>

#include "core/base/crypto.h"
#include "core/base/secret.h"

enum {
	AD_FIXED_BYTES = 1 + 4 + 1 + 1 + 8 + 8,
	AD_ON_STACK = 512,
};

static uint8_t *put_number(uint8_t *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*out++ = (uint8_t)(value >> (8 * i));
	return out;
}

/* Strings go in with their NUL, which none of them holds. */
static uint8_t *put_string(uint8_t *out, const char *text, size_t size)
{
	memcpy(out, text, size);
	return out + size;
}

/*
 * Associated data of a message, version 1: 01, device, direction, kind, sent_at, received_at
 * (little-endian), conversation, author, id, each with a NUL. In STACK where it fits.
 */
static uint8_t *make_ad(const struct message *message, uint8_t stack[static AD_ON_STACK],
			size_t *bytes)
{
	size_t conversation = strlen(message->conversation) + 1;
	size_t from = strlen(message->from) + 1;
	size_t id = strlen(message->id) + 1;

	*bytes = AD_FIXED_BYTES + conversation + from + id;
	uint8_t *ad = *bytes <= AD_ON_STACK ? stack : g_malloc(*bytes);
	uint8_t *out = ad;
	out = put_number(out, 1, 1);
	out = put_number(out, message->device, 4);
	out = put_number(out, (uint64_t)message->direction, 1);
	out = put_number(out, (uint64_t)message->kind, 1);
	out = put_number(out, (uint64_t)message->sent_at, 8);
	out = put_number(out, (uint64_t)message->received_at, 8);
	out = put_string(out, message->conversation, conversation);
	out = put_string(out, message->from, from);
	put_string(out, message->id, id);
	return ad;
}

static GBytes *seal(const struct secret *key, const void *ad, size_t ad_bytes, const char *text)
{
	size_t bytes = strlen(text);
	uint8_t *box = g_malloc(bytes + CRYPTO_BOX_BYTES);

	crypto_box_seal(secret_peek(key), ad, ad_bytes, text, bytes, box);
	return g_bytes_new_take(box, bytes + CRYPTO_BOX_BYTES);
}

static char *open_box(const struct secret *key, const void *ad, size_t ad_bytes, const void *sealed,
		      size_t bytes)
{
	if (!sealed || bytes < CRYPTO_BOX_BYTES)
		return NULL;
	char *text = plain_new(bytes - CRYPTO_BOX_BYTES);
	if (!crypto_box_open(secret_peek(key), ad, ad_bytes, sealed, bytes, text))
		g_clear_pointer(&text, plain_free);
	return text;
}

GBytes *body_seal(const struct secret *key, const struct message *message)
{
	uint8_t stack[AD_ON_STACK];
	size_t ad_bytes;
	uint8_t *ad = make_ad(message, stack, &ad_bytes);
	GBytes *sealed = seal(key, ad, ad_bytes, message->file ? message->file : message->body);

	if (ad != stack)
		g_free(ad);
	return sealed;
}

gboolean body_open(const struct secret *key, struct message *message, const void *sealed,
		   size_t bytes)
{
	uint8_t stack[AD_ON_STACK];
	size_t ad_bytes;
	uint8_t *ad = make_ad(message, stack, &ad_bytes);

	message->body = open_box(key, ad, ad_bytes, sealed, bytes);
	if (ad != stack)
		g_free(ad);
	return message->body != NULL;
}

static char *draft_ad(const char *address)
{
	return g_strconcat("draft ", address, NULL);
}

GBytes *body_seal_draft(const struct secret *key, const char *address, const char *text)
{
	char *ad = draft_ad(address);
	GBytes *sealed = seal(key, ad, strlen(ad), text);

	g_free(ad);
	return sealed;
}

char *body_open_draft(const struct secret *key, const char *address, const void *sealed,
		      size_t bytes)
{
	char *ad = draft_ad(address);
	char *text = open_box(key, ad, strlen(ad), sealed, bytes);

	g_free(ad);
	return text;
}
