#include "core/messages/resend.h"

#include <string.h>
#include "core/messages/delivery_inside.h"
#include "core/model/file.h"
#include "core/model/group.h"
#include "core/model/message.h"
#include "core/outbox/delivery_seal.h"
#include "core/port/store_groups.h"
#include "core/profile/file_state.h"
#include "core/profile/session_start.h"

enum { FILES_NAMED_MAX = 5 };

struct member {
	const char *address;
	bool is_there;
};

struct resending {
	struct arrival *arrival;
	const char *conversation; /* that is being gathered: the person's, or a group's */
	GPtrArray *messages; /* struct message * */
	unsigned sent;	     /* of them, once more */
	unsigned left;	     /* that can't go by themselves */
	GString *files;	     /* which of these were files, in words; empty: none */
	unsigned file_count; /* how many */
};

static gboolean note_member(const char *member, enum state state, void *user)
{
	struct member *wanted = user;

	(void)state;
	wanted->is_there |= strcmp(member, wanted->address) == 0;
	return TRUE;
}

/* In a group, only what was for that member: they may have come later. */
static bool was_for_them(const struct resending *resending, const struct message *message)
{
	const struct arrival *arrival = resending->arrival;
	struct store *store = arrival->intake->living->store;
	struct member member = { .address = arrival->envelope.from };

	return !group_is_address(resending->conversation) ||
	       (store->ops->groups->marks(store, resending->conversation, message->id, note_member,
					  &member, NULL) &&
		member.is_there);
}

static gboolean gather(const struct message *message, void *user)
{
	struct resending *resending = user;
	const struct account *account = resending->arrival->intake->living->account;

	if (message->direction != DIRECTION_OUT || message->kind != KIND_TEXT ||
	    message->state == STATE_FAILED || message->device != account->device ||
	    !was_for_them(resending, message))
		return TRUE;
	/* Words that are gone here can't be said again. */
	if (!message->body || resending->messages->len == RESEND_MAX)
		resending->left++;
	else
		g_ptr_array_add(resending->messages, message_copy(message));
	return TRUE;
}

static gboolean put(const struct arrival *arrival, const struct recipients *to,
		    const struct message *message, const struct content *content, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct posting posting = { .conversation = message->conversation,
					 .to = arrival->envelope.from,
					 .id = message->id,
					 .content = content,
					 .recipients = to,
					 .only = arrival->envelope.device };

	return posting_put(living, &posting, error);
}

/* With the word on the group, which may have been lost too. */
static gboolean post_to_group(const struct arrival *arrival, const struct recipients *to,
			      const struct message *message, struct content *content,
			      GError **error)
{
	struct living *living = arrival->intake->living;
	struct group *group = NULL;
	gboolean ok = living->store->ops->groups->get(living->store, message->conversation, &group,
						      error);

	if (ok && group) {
		content->to = arrival->envelope.from;
		content->group = group_say(group, living->account->address);
		ok = put(arrival, to, message, content, error);
		group_word_free(content->group);
	}
	group_free(group);
	return ok;
}

/* FILE: what it says of a file, or NULL. */
static gboolean post(const struct arrival *arrival, const struct recipients *to,
		     const struct message *message, struct file *file, GError **error)
{
	struct living *living = arrival->intake->living;
	struct contact *contact = living_known(living, message->conversation, error);
	struct content content;
	gboolean ok;

	if (!contact)
		return FALSE;
	content = posting_content(message, contact);
	content.file = file;
	if (file)
		content.body = NULL;
	ok = group_is_address(message->conversation)
		     ? post_to_group(arrival, to, message, &content, error)
		     : put(arrival, to, message, &content, error);
	contact_free(contact);
	return ok && (!file || files_begin_again(living, message, error));
}

/* Its parts aren't here any more: it is named, and stands as one that wasn't sent. */
static gboolean leave_file(struct resending *resending, const struct message *message,
			   const struct file *file, GError **error)
{
	g_autofree char *name = file->name ? file_safe_name(file->name) : NULL;

	resending->left++;
	if (resending->file_count++ < FILES_NAMED_MAX)
		g_string_append_printf(resending->files, "%s%s",
				       resending->files->len ? ", " : "", name ? name : "a file");
	return files_fail(resending->arrival->intake->living, message, error);
}

static gboolean post_one(struct resending *resending, const struct recipients *to,
			 const struct message *message, GError **error)
{
	struct living *living = resending->arrival->intake->living;
	struct file file = { 0 };
	bool is_here = true;
	gboolean ok = !message->file ||
		      files_find_again(living, message, &file, &is_here, error);

	if (ok && is_here) {
		ok = post(resending->arrival, to, message, message->file ? &file : NULL, error);
		resending->sent++;
	} else if (ok) {
		ok = leave_file(resending, message, &file, error);
	}
	file_clear(&file);
	return ok;
}

static gboolean post_all(struct resending *resending, GError **error)
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
		ok = post_one(resending, &to, resending->messages->pdata[i], error);
	recipients_clear(&to);
	arrival->intake->has_posted = true;
	return ok;
}

/* "2 files (a.txt, b.txt) and 3 messages that are gone here" */
static char *words_of_left(const struct resending *resending)
{
	const unsigned gone = resending->left - resending->file_count;
	GString *text = g_string_new(NULL);

	if (resending->file_count)
		g_string_append_printf(text, "%u %s (%s%s)", resending->file_count,
				       resending->file_count == 1 ? "file" : "files",
				       resending->files->str,
				       resending->file_count > FILES_NAMED_MAX ? ", ..." : "");
	if (gone)
		g_string_append_printf(text, "%s%u %s gone here", text->len ? " and " : "", gone,
				       gone == 1 ? "message that is" : "messages that are");
	return g_string_free(text, FALSE);
}

/* What can't go once more leaves a row, which says what to do. */
static gboolean tell(const struct resending *resending, GError **error)
{
	const struct envelope *envelope = &resending->arrival->envelope;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *left = words_of_left(resending);
	gboolean ok = TRUE;

	g_string_append_printf(text,
			       "Device %u of %s couldn't open what was sent to it first: the key "
			       "that it was sealed for is gone there.",
			       envelope->device, envelope->from);
	if (resending->sent)
		g_string_append_printf(text, " Sent again in a new session: %u.", resending->sent);
	if (resending->left) {
		g_string_append_printf(text, " Not sent again: %s; do that yourself.", left);
		ok = arrival_lost(resending->arrival, CAUSE_THEIRS, text->str, error);
	}
	intake_notice(resending->arrival->intake, g_string_free(g_steal_pointer(&text), FALSE));
	return ok;
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

static gboolean gather_in(struct resending *resending, const char *conversation, int64_t place,
			  GError **error)
{
	struct store *store = resending->arrival->intake->living->store;

	resending->conversation = conversation;
	return store->ops->message_after(store, conversation, place, RESEND_LOOKS, gather,
					 resending, error);
}

/* What went to groups that both are in went in the same session. */
static gboolean gather_groups(struct resending *resending, GError **error)
{
	const struct envelope *envelope = &resending->arrival->envelope;
	struct living *living = resending->arrival->intake->living;
	g_autoptr(GPtrArray) groups = session_groups(living, envelope->from, error);
	gboolean ok = groups != NULL;

	for (guint i = 0; ok && i < groups->len; i++) {
		bool is_known = false;
		int64_t place = 0;

		ok = session_place(living, envelope->from, envelope->device, groups->pdata[i],
				   &place, &is_known, error) &&
		     (!is_known || gather_in(resending, groups->pdata[i], place, error));
	}
	return ok;
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
	    !session_place(living, arrival->envelope.from, arrival->envelope.device,
			   arrival->envelope.from, &place, &is_known, error))
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
	resending.files = g_string_new(NULL);
	ok = gather_in(&resending, arrival->contact->address, place, error) &&
	     gather_groups(&resending, error) && post_all(&resending, error) &&
	     tell(&resending, error);
	g_string_free(resending.files, TRUE);
	g_ptr_array_unref(resending.messages);
	return ok;
}
