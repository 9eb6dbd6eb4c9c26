#include "core/profile/session_start.h"

#include <string.h>
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/port/store_groups.h"
#include "core/ratchet/ratchet.h"

/* In the place of a group: those that there were have been noted. */
#define GROUPS_NOTED "#"

/* The setting that holds the place of CONVERSATION's last message before the session with a device.
 */
static char *place_name(const char *address, uint32_t device, const char *conversation)
{
	if (strcmp(conversation, address) == 0)
		return g_strdup_printf("session-began|%s|%u", address, device);
	return g_strdup_printf("session-began|%s|%u|%s", address, device, conversation);
}

static gboolean keep_seq(const struct message *message, void *user)
{
	*(int64_t *)user = message->seq;
	return FALSE;
}

/* Up to where CONVERSATION goes now: what comes behind it goes in the session with that device. */
static gboolean put_place(struct living *living, const char *address, uint32_t device,
			  const char *conversation, GError **error)
{
	g_autofree char *name = place_name(address, device, conversation);
	g_autoptr(GBytes) value = NULL;
	int64_t seq = 0;

	if (!living->store->ops->message_before(living->store, conversation, 0, 1, keep_seq, &seq,
						error))
		return FALSE;
	value = g_bytes_new(&seq, sizeof(seq));
	return living->store->ops->setting_put(living->store, name, value, error);
}

struct sharing {
	const char *address;
	GPtrArray *groups; /* char * */
};

static gboolean keep_shared(const struct group *group, void *user)
{
	struct sharing *sharing = user;

	if (group_is_address(group->address) && !group->is_left &&
	    group_has(group, sharing->address))
		g_ptr_array_add(sharing->groups, g_strdup(group->address));
	return TRUE;
}

GPtrArray *session_groups(struct living *living, const char *address, GError **error)
{
	struct sharing sharing = { address, g_ptr_array_new_with_free_func(g_free) };

	if (living->store->ops->groups->each(living->store, keep_shared, &sharing, error))
		return sharing.groups;
	g_ptr_array_unref(sharing.groups);
	return NULL;
}

/* In the conversation between two, and in each group that both are in. */
static gboolean put_places(struct living *living, const char *address, uint32_t device,
			   GError **error)
{
	g_autoptr(GPtrArray) groups = session_groups(living, address, error);
	gboolean ok = groups && put_place(living, address, device, address, error) &&
		      put_place(living, address, device, GROUPS_NOTED, error);

	for (guint i = 0; ok && i < groups->len; i++)
		ok = put_place(living, address, device, groups->pdata[i], error);
	return ok;
}

static gboolean get_place(struct living *living, const char *name, int64_t *seq, bool *is_known,
			  GError **error)
{
	g_autoptr(GBytes) value = NULL;

	if (!living->store->ops->setting_get(living->store, name, &value, error))
		return FALSE;
	*is_known = value && g_bytes_get_size(value) == sizeof(*seq);
	if (*is_known)
		memcpy(seq, g_bytes_get_data(value, NULL), sizeof(*seq));
	return TRUE;
}

gboolean session_place(struct living *living, const char *address, uint32_t device,
		       const char *conversation, int64_t *seq, bool *is_known, GError **error)
{
	g_autofree char *name = place_name(address, device, conversation);
	g_autofree char *noted = place_name(address, device, GROUPS_NOTED);

	*seq = 0;
	if (!get_place(living, name, seq, is_known, error))
		return FALSE;
	/* A group that wasn't noted when others were came since. */
	return *is_known || strcmp(conversation, address) == 0 ||
	       get_place(living, noted, seq, is_known, error);
}

gboolean session_start(struct living *living, const char *address, const struct bundle *bundle,
		      GError **error)
{
	/* Behind one that nobody has answered: what went there isn't read either. */
	bool is_second = ratchet_waits(living->ratchet, address, bundle->device, NULL);

	return ratchet_start(living->ratchet, address, bundle, error) &&
	       (is_second || put_places(living, address, bundle->device, error));
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
