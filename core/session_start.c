#include "core/session_start.h"

#include <string.h>
#include "core/message.h"
#include "core/ratchet.h"

/* The setting that holds the place of the last message before the session with a device. */
static char *place_name(const char *address, uint32_t device)
{
	return g_strdup_printf("session-began|%s|%u", address, device);
}

static gboolean keep_seq(const struct message *message, void *user)
{
	*(int64_t *)user = message->seq;
	return FALSE;
}

static gboolean put_place(struct living *living, const char *address, uint32_t device,
			  GError **error)
{
	g_autofree char *name = place_name(address, device);
	g_autoptr(GBytes) value = NULL;
	int64_t seq = 0;

	if (!living->store->ops->message_before(living->store, address, 0, 1, keep_seq, &seq,
						error))
		return FALSE;
	value = g_bytes_new(&seq, sizeof(seq));
	return living->store->ops->setting_put(living->store, name, value, error);
}

gboolean session_place(struct living *living, const char *address, uint32_t device,
			  int64_t *seq, bool *is_known, GError **error)
{
	g_autofree char *name = place_name(address, device);
	g_autoptr(GBytes) value = NULL;

	if (!living->store->ops->setting_get(living->store, name, &value, error))
		return FALSE;
	*is_known = value && g_bytes_get_size(value) == sizeof(*seq);
	if (*is_known)
		memcpy(seq, g_bytes_get_data(value, NULL), sizeof(*seq));
	return TRUE;
}

gboolean session_start(struct living *living, const char *address, const struct bundle *bundle,
		      GError **error)
{
	/* Behind one that nobody has answered: what went there isn't read either. */
	bool is_second = ratchet_waits(living->ratchet, address, bundle->device, NULL);

	return ratchet_start(living->ratchet, address, bundle, error) &&
	       (is_second || put_place(living, address, bundle->device, error));
}

void session_digest(const char *what, const char *address, uint32_t device, GBytes *base,
		   uint8_t digest[static CRYPTO_HASH_BYTES])
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_autofree char *head = g_strdup_printf("%s|%s|%u|", what, address, device);

	g_byte_array_append(text, (const uint8_t *)head, (guint)strlen(head));
	g_byte_array_append(text, g_bytes_get_data(base, NULL), (guint)g_bytes_get_size(base));
	crypto_sha256(text->data, text->len, digest);
}
