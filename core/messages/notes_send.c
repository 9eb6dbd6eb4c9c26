#include "core/messages/notes_send.h"

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/messages/correction.h"
#include "core/model/contact.h"
#include "core/model/draft.h"
#include "core/model/message.h"
#include "core/profile/expiry.h"
#include "core/profile/notes.h"

static gboolean check(const struct living *living, const struct draft *draft, GError **error)
{
	if (draft->file)
		return notes_refuse(living, draft->address, "files", error);
	if (!draft->view_once)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "A note to yourself can't be one that is shown once: nobody else is shown it. "
		  "Let it expire, or seal it.");
	return FALSE;
}

static struct message *make(const struct living *living, const struct draft *draft,
			    const struct contact *contact)
{
	struct message *message = g_new0(struct message, 1);

	message->id = message_new_id();
	message->conversation = g_strdup(contact->address);
	message->from = g_strdup(contact->address);
	message->device = living->account->device;
	message->direction = DIRECTION_OUT;
	message->state = STATE_READ;
	message->trust = TRUST_VERIFIED;
	message->kind = KIND_TEXT;
	message->sent_at = living_now(living);
	message->expire_seconds = contact->timer;
	if (draft->expire && (!contact->timer || draft->expire < contact->timer))
		message->expire_seconds = draft->expire;
	message->expires_at = living_deadline(living, message->expire_seconds);
	message->sealed = draft->sealed;
	message->body = plain_dup(draft->body);
	return message;
}

/* In the caller's transaction: *STORED is what stands there then. */
static gboolean put(struct living *living, const struct contact *contact, struct message *message,
		    const char *corrects, struct message **stored, GError **error)
{
	enum correction what = CORRECTION_DROPPED;
	bool is_new;

	if (!living->store->ops->contact_put(living->store, contact, error))
		return FALSE;
	if (!corrects) {
		*stored = message_copy(message);
		return living->store->ops->message_put(living->store, *stored, &is_new, error) &&
		       correction_remember(living, message, error);
	}
	if (!correction_take(living, message, corrects, &what, stored, error))
		return FALSE;
	if (what != CORRECTION_DONE)
		error_set(error, ERROR_FAILED, "The note %s has gone meanwhile.", corrects);
	return what == CORRECTION_DONE;
}

static gboolean keep(struct living *living, const struct draft *draft, struct message *former,
		     struct message **stored, GError **error)
{
	bool is_new;
	struct contact *contact = living_contact(living, draft->address, &is_new, error);
	struct message *message = contact ? make(living, draft, contact) : NULL;
	gboolean ok = FALSE;

	if (message && living_begin(living, error)) {
		if (put(living, contact, message, former ? former->id : NULL, stored, error))
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	message_free(message);
	contact_free(contact);
	if (!ok)
		g_clear_pointer(stored, message_free);
	return ok;
}

static void tell(struct living *living, const struct message *stored, bool is_edit)
{
	if (is_edit && !expiry_scrub(living->expiry, NULL))
		g_debug("what was corrected is still erasing");
	living_emit_message(living, is_edit ? EVENT_EDITED : EVENT_MESSAGE, stored);
	living_emit_contact(living, stored->conversation);
}

void notes_send(struct living *living, const struct draft *draft, delivery_sent done, void *user)
{
	struct message *former = NULL, *stored = NULL;
	g_autoptr(GError) error = NULL;

	if (check(living, draft, &error) && draft->corrects)
		former = correction_find(living, draft->address, draft->corrects, &error);
	if (!error && keep(living, draft, former, &stored, &error))
		tell(living, stored, former != NULL);
	done(user, stored, error);
	message_free(former);
	message_free(stored);
}
