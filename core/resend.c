#include "core/resend.h"

#include <string.h>
#include "core/delivery.h"
#include "core/delivery_inside.h"
#include "core/delivery_seal.h"
#include "core/message.h"
#include "core/session_start.h"

struct resending {
	struct arrival *arrival;
	GPtrArray *messages; /* struct message * */
	unsigned left;	     /* that can't go by themselves */
};

static gboolean gather(const struct message *message, void *user)
{
	struct resending *resending = user;
	const struct account *account = resending->arrival->intake->living->account;

	if (message->direction != DIRECTION_OUT || message->kind != KIND_TEXT ||
	    message->state == STATE_FAILED || message->device != account->device)
		return TRUE;
	/* A file's parts went with it; words that are gone here can't be said again. */
	if (message->file || !message->body || resending->messages->len == RESEND_MAX)
		resending->left++;
	else
		g_ptr_array_add(resending->messages, message_copy(message));
	return TRUE;
}

static gboolean post(const struct arrival *arrival, const struct recipients *to,
		     const struct message *message, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct content content = posting_content(message, arrival->contact);
	const struct posting posting = { .conversation = message->conversation,
					 .to = message->conversation,
					 .id = message->id,
					 .content = &content,
					 .recipients = to,
					 .only = arrival->envelope.device };

	return posting_put(living, &posting, error);
}

static gboolean post_all(const struct resending *resending, GError **error)
{
	const struct arrival *arrival = resending->arrival;
	struct living *living = arrival->intake->living;
	const char *const people[] = { arrival->contact->address, NULL };
	struct recipients to;
	gboolean ok = recipients_init(living, people, false, living_rule(living, arrival->contact),
				      &to, error);

	if (!ok)
		return FALSE;
	for (guint i = 0; ok && i < resending->messages->len; i++)
		ok = post(arrival, &to, resending->messages->pdata[i], error);
	recipients_clear(&to);
	arrival->intake->has_posted = true;
	return ok;
}

static void tell(const struct resending *resending)
{
	const struct envelope *envelope = &resending->arrival->envelope;
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text,
			       "Device %u of %s couldn't open what was sent to it first: the key "
			       "that it was sealed for is gone there.",
			       envelope->device, envelope->from);
	if (resending->messages->len)
		g_string_append_printf(text, " Sent again in a new session: %u.",
				       resending->messages->len);
	if (resending->left)
		g_string_append_printf(text,
				       " Not sent again (files, or what is gone here): %u; do that "
				       "yourself.",
				       resending->left);
	intake_notice(resending->arrival->intake, g_string_free(g_steal_pointer(&text), FALSE));
}

/* Once for each session, whatever is said how often. */
static gboolean is_first(const struct arrival *arrival, bool *is, GError **error)
{
	struct living *living = arrival->intake->living;
	uint8_t digest[CRYPTO_HASH_BYTES];

	session_digest("resent", arrival->envelope.from, arrival->envelope.device,
		      arrival->content.begin_anew, digest);
	return living->store->ops->seen_put(living->store, digest, living_now(living), is, error);
}

static bool is_wanted(const struct arrival *arrival)
{
	const struct contact *contact = arrival->contact;
	struct living *living = arrival->intake->living;

	return arrival->content.begin_anew && !arrival->is_own && !arrival->parcel->room &&
	       contact->kind == CONTACT_PERSON && contact->is_known &&
	       !contact->manners.is_blocked && !device_is_off(arrival->device) &&
	       device_use(arrival->device, living_rule(living, contact)) == USE_SEAL &&
	       ratchet_waits(living->ratchet, arrival->envelope.from, arrival->envelope.device,
			     g_bytes_get_data(arrival->content.begin_anew, NULL));
}

gboolean resend_take(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	struct resending resending = { .arrival = arrival };
	bool is_known = false, is = false;
	int64_t place = 0;
	gboolean ok;

	if (!is_wanted(arrival))
		return TRUE;
	if (!is_first(arrival, &is, error) ||
	    !session_place(living, arrival->envelope.from, arrival->envelope.device, &place,
			   &is_known, error))
		return FALSE;
	if (!is)
		return TRUE;
	/* Nobody noted where it began: nothing is picked at random. */
	if (!is_known)
		return arrival_lost(arrival, CAUSE_THEIRS,
				    "Their device couldn't open what was sent to it first: the key "
				    "that it was sealed for is gone there. Send it again.",
				    error);
	resending.messages = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	ok = living->store->ops->message_after(living->store, arrival->contact->address, place,
					       RESEND_LOOKS, gather, &resending, error) &&
	     post_all(&resending, error);
	if (ok)
		tell(&resending);
	g_ptr_array_unref(resending.messages);
	return ok;
}
