/* delivery, inwards: ids that come again. */
#include "core/messages/delivery_inside.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/model/message.h"
#include "core/port/store_lost.h"

static void digest_again(const struct arrival *arrival, const char *id,
			 uint8_t digest[static CRYPTO_HASH_BYTES])
{
	g_autofree char *text = g_strdup_printf("again|%s|%s|%s", arrival->contact->address,
						arrival->envelope.from, id);

	crypto_sha256(text, strlen(text), digest);
}

gboolean arrival_names_one(const struct arrival *arrival, const char *id, bool *is_one,
			   GError **error)
{
	struct store *store = arrival->intake->living->store;
	uint8_t digest[CRYPTO_HASH_BYTES];
	bool is_again = false;

	*is_one = true;
	if (arrival->inside.content)
		return TRUE;
	digest_again(arrival, id, digest);
	if (!store->ops->lost->seen(store, digest, &is_again, error))
		return FALSE;
	*is_one = !is_again;
	return TRUE;
}

/* Whether MESSAGE, by a sotto, is what stands there already, sealed once more. */
static bool is_resent(const struct arrival *arrival, const struct message *message,
		      const struct message *former)
{
	return arrival->inside.content && strcmp(former->from, message->from) == 0 &&
	       (!former->body || former->edited_at || g_strcmp0(former->body, message->body) == 0);
}

/* One of MESSAGE's id is there. */
static gboolean put_again(const struct arrival *arrival, struct message *message, bool *is_new,
			  GError **error)
{
	struct living *living = arrival->intake->living;
	struct message *former = NULL;
	uint8_t digest[CRYPTO_HASH_BYTES];
	bool is_resend, is_first;

	if (!living->store->ops->message_get(living->store, message->conversation, message->id,
					     &former, error))
		return FALSE;
	is_resend = former && is_resent(arrival, message, former);
	message_free(former);
	if (is_resend)
		return TRUE;
	digest_again(arrival, message->id, digest);
	if (!living->store->ops->seen_put(living->store, digest, living_now(living), &is_first,
					  error))
		return FALSE;
	g_free(message->id);
	message->id = message_new_id();
	/* Of a mark nobody could say which one it is about. */
	message->markable = false;
	return living->store->ops->message_put(living->store, message, is_new, error);
}

gboolean arrival_put(const struct arrival *arrival, struct message *message, bool *is_new,
		     GError **error)
{
	struct store *store = arrival->intake->living->store;

	return store->ops->message_put(store, message, is_new, error) &&
	       (*is_new || put_again(arrival, message, is_new, error));
}
