#include "core/messages/correction.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "core/ratchet/ratchet_keys.h"

/* The message that ID names: by its own id, or by that of the correction that counts now. */
static gboolean find(struct living *living, const char *conversation, const char *id,
		     struct message **message, GError **error)
{
	struct store *store = living->store;

	if (!store->ops->message_get(store, conversation, id, message, error))
		return FALSE;
	return *message || store->ops->expiry->amended(store, conversation, id, message, error);
}

static bool is_there(const struct living *living, const struct message *message)
{
	return message->kind == KIND_TEXT && message->body && !message->file &&
	       !message->view_once &&
	       (!message->expires_at || message->expires_at > appclock_now(living->appclock));
}

/* -- what has gone stays gone ----------------------------------------------------------------- */

/* A mark of the message ID of FROM in CONVERSATION; *IS_NEW: it hadn't been made before. */
static gboolean put_mark(struct living *living, const char *conversation, const char *from,
			 const char *id, bool *is_new, GError **error)
{
	g_autofree char *text = g_strdup_printf("correction|%s|%s|%s", conversation, from, id);
	uint8_t digest[CRYPTO_HASH_BYTES];

	crypto_sha256(text, strlen(text), digest);
	return living->store->ops->seen_put(living->store, digest, living_now(living), is_new,
					    error);
}

gboolean correction_remember(struct living *living, const struct message *message, GError **error)
{
	bool is_new;

	if (!message->expire_seconds && !message->view_once)
		return TRUE;
	return put_mark(living, message->conversation, message->from, message->id, &is_new, error);
}

/* -- taking one in ---------------------------------------------------------------------------- */

static bool is_believed(enum trust trust)
{
	return trust == TRUST_TRUSTED || trust == TRUST_VERIFIED;
}

/* Nobody has seen what it corrects: it comes later, and will be known by its id then. */
static gboolean take_alone(struct living *living, struct message *fresh, const char *replaces,
			   enum correction *what, GError **error)
{
	bool is_new = false;

	if (!put_mark(living, fresh->conversation, fresh->from, replaces, &is_new, error))
		return FALSE;
	*what = is_new ? CORRECTION_ALONE : CORRECTION_DROPPED;
	g_free(fresh->id);
	fresh->id = g_strdup(replaces);
	fresh->edited_at = MAX(fresh->sent_at, 1);
	return TRUE;
}

/* The shorter life of both, and the lesser trust. */
static void amend(const struct living *living, struct message *former, const struct message *fresh)
{
	int64_t seconds = fresh->expire_seconds;
	int64_t deadline;

	plain_free(former->body);
	former->body = plain_dup(fresh->body);
	former->sealed |= fresh->sealed;
	former->stripped |= fresh->stripped;
	former->edited_at = MAX(fresh->sent_at, 1);
	former->chain = fresh->chain;
	former->counter = fresh->counter;
	if (fresh->trust == TRUST_TRUSTED)
		former->trust = TRUST_TRUSTED;
	if (!seconds || (former->expire_seconds && former->expire_seconds <= seconds))
		return;
	former->expire_seconds = seconds;
	/* Its time has begun where it was read, or, one of ours, where it was sent. */
	if (!former->read_at && (former->direction == DIRECTION_IN || !former->expires_at))
		return;
	deadline = living_deadline(living, seconds);
	if (!former->expires_at || former->expires_at > deadline)
		former->expires_at = deadline;
}

/*
 * Whether FRESH was written before the correction that stands: in one chain by its place there,
 * else as it came. No clock of the author's decides it.
 */
static bool is_older(const struct message *former, const struct message *fresh)
{
	return former->edited_at && former->chain && former->chain == fresh->chain &&
	       fresh->counter < former->counter;
}

static gboolean apply(struct living *living, struct message *former, const struct message *fresh,
		      enum correction *what, GError **error)
{
	/* What somebody unknown says stands beside the known words, not in their place. */
	if (is_believed(former->trust) && !is_believed(fresh->trust)) {
		*what = CORRECTION_ALONE;
		return TRUE;
	}
	/* What can't take its place is words all the same; what has gone stays gone. */
	if (fresh->view_once || former->file) {
		*what = CORRECTION_ALONE;
		return TRUE;
	}
	if (!is_there(living, former) || is_older(former, fresh))
		return TRUE;
	amend(living, former, fresh);
	*what = CORRECTION_DONE;
	/* Nor can the words that are gone be opened again. */
	return living->store->ops->expiry->amend(living->store, former, fresh->id, error) &&
	       ratchet_drop_used(living->ratchet, error);
}

gboolean correction_take(struct living *living, struct message *fresh, const char *replaces,
			 enum correction *what, struct message **amended, GError **error)
{
	struct message *former = NULL;
	gboolean ok;

	*what = CORRECTION_DROPPED;
	*amended = NULL;
	if (!find(living, fresh->conversation, replaces, &former, error))
		return FALSE;
	if (!former)
		return take_alone(living, fresh, replaces, what, error);
	/* Ids are their author's: of somebody else's message of that id these are no words. */
	if (strcmp(former->from, fresh->from) != 0 || former->direction != fresh->direction) {
		*what = CORRECTION_ALONE;
		message_free(former);
		return TRUE;
	}
	ok = apply(living, former, fresh, what, error);
	if (ok && *what == CORRECTION_DONE)
		*amended = g_steal_pointer(&former);
	message_free(former);
	return ok;
}

/* -- making one ------------------------------------------------------------------------------- */

struct message *correction_find(struct living *living, const char *conversation, const char *id,
				GError **error)
{
	struct message *message = NULL;

	if (!find(living, conversation, id, &message, error))
		return NULL;
	if (message && message->direction == DIRECTION_OUT && is_there(living, message))
		return message;
	error_set(error, ERROR_FAILED,
		  !message || message->direction != DIRECTION_OUT ?
			  "There is no message %s of yours to %s." :
			  "The message %s to %s has gone, or can be shown once only: it can't be "
			  "corrected.",
		  id, conversation);
	message_free(message);
	return NULL;
}
