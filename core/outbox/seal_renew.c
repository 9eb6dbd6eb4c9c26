#include "core/outbox/seal_renew.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/file.h"
#include "core/omemo/content.h"
#include "core/outbox/audience.h"
#include "core/outbox/delivery_seal.h"
#include "core/profile/file_state.h"
#include "core/profile/publish.h"

/* A message whose sealed bytes can't be used any more. */
struct stale {
	char *conversation;
	char *id;
};

struct renewal {
	struct living *living;
	int64_t row;
	GPtrArray *messages; /* struct stale * */
	guint next;
	struct audience audience; /* of the message under way */
	directory_done done;
	void *user;
};

static void stale_free(void *data)
{
	struct stale *stale = data;

	g_free(stale->conversation);
	g_free(stale->id);
	g_free(stale);
}

static void renewal_end(struct renewal *renewal, const GError *error)
{
	renewal->done(renewal->user, error);
	audience_clear(&renewal->audience);
	g_ptr_array_unref(renewal->messages);
	g_free(renewal);
}

/* -- rows ------------------------------------------------------------------------------------- */

/* What is looked for among the rows: those of one message, or of none. */
struct search {
	struct renewal *renewal;
	const struct stale *stale; /* NULL: all that are left */
	GArray *rows;
};

static bool is_stale(const struct renewal *renewal, const struct outbox_row *row)
{
	return row->row >= renewal->row &&
	       !g_hash_table_contains(renewal->living->sending, &row->row);
}

static gboolean note_message(const struct outbox_row *row, void *user)
{
	struct renewal *renewal = user;
	struct stale *stale;

	if (!row->id || !is_stale(renewal, row))
		return TRUE;
	for (guint i = 0; i < renewal->messages->len; i++) {
		stale = renewal->messages->pdata[i];
		if (strcmp(stale->id, row->id) == 0 &&
		    strcmp(stale->conversation, row->conversation) == 0)
			return TRUE;
	}
	stale = g_new0(struct stale, 1);
	stale->conversation = g_strdup(row->conversation);
	stale->id = g_strdup(row->id);
	g_ptr_array_add(renewal->messages, stale);
	return TRUE;
}

static gboolean note_row(const struct outbox_row *row, void *user)
{
	struct search *search = user;
	const struct stale *stale = search->stale;

	if (is_stale(search->renewal, row) && row->id &&
	    strcmp(stale->id, row->id) == 0 && strcmp(stale->conversation, row->conversation) == 0)
		g_array_append_val(search->rows, row->row);
	return TRUE;
}

static gboolean note_rest(const struct outbox_row *row, void *user)
{
	struct search *search = user;

	if (is_stale(search->renewal, row) && !row->id)
		g_array_append_val(search->rows, row->row);
	return TRUE;
}

static gboolean drop(struct renewal *renewal, const struct stale *stale, unsigned *count,
		     GError **error)
{
	struct store *store = renewal->living->store;
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct search search = { renewal, stale, rows };

	if (!store->ops->outbox_each(store, stale ? note_row : note_rest, &search, error))
		return FALSE;
	for (guint i = 0; i < rows->len; i++) {
		if (!store->ops->outbox_del(store, g_array_index(rows, int64_t, i), error))
			return FALSE;
	}
	*count = rows->len;
	return TRUE;
}

/* -- messages --------------------------------------------------------------------------------- */

/* FALSE with ERROR and nothing done: it can't be sealed. */
static gboolean reseal(struct renewal *renewal, const struct stale *stale,
		       const struct message *message, const struct contact *contact,
		       GError **error)
{
	struct living *living = renewal->living;
	struct content content = posting_content(message, contact);
	struct file file = { 0 };
	unsigned count;
	gboolean ok = FALSE;

	if (message->file) {
		if (!file_decode(message->file, &file, error))
			return FALSE;
		content.file = &file;
		content.body = NULL;
	}
	if (living_begin(living, error)) {
		ok = drop(renewal, stale, &count, error) &&
		     audience_post(living, &renewal->audience, message->id, &content, NULL,
				   error) &&
		     (!message->file || files_begin_again(living, message, error));
		if (!ok)
			living_rollback(living);
		ok = ok && living_commit(living, error);
	}
	file_clear(&file);
	return ok;
}

/* It stays in the conversation as one that wasn't sent. */
static gboolean give_up(struct renewal *renewal, const struct stale *stale, const char *why,
			GError **error)
{
	struct living *living = renewal->living;
	const struct store_ops *ops = living->store->ops;
	struct message *message = NULL;
	bool is_changed = false;
	unsigned count;
	gboolean ok;

	if (!living_begin(living, error))
		return FALSE;
	ok = drop(renewal, stale, &count, error) &&
	     ops->message_get(living->store, stale->conversation, stale->id, &message, error) &&
	     (message && message->file ? files_fail(living, message, error)
				       : ops->message_state(living->store, stale->conversation,
							    stale->id, STATE_FAILED, 0,
							    &is_changed, error));
	g_clear_pointer(&message, message_free);
	if (!ok) {
		living_rollback(living);
		return FALSE;
	}
	if (!living_commit(living, error))
		return FALSE;
	living_emit_notice(living, "What waited for %s can't be sealed anew and wasn't sent: %s",
			   stale->conversation, why);
	if (is_changed && ops->message_get(living->store, stale->conversation, stale->id, &message,
					   NULL) && message)
		living_emit_message(living, EVENT_STATE, message);
	message_free(message);
	return TRUE;
}

static void next(struct renewal *renewal);

/* The message under way and its contact, if it can be made anew; WHY says why not. */
static gboolean find(struct renewal *renewal, const struct stale *stale, struct message **message,
		     struct contact **contact, const char **why, GError **error)
{
	const struct store_ops *ops = renewal->living->store->ops;

	struct file file = { 0 };
	bool is_here = true;
	gboolean ok = TRUE;

	*message = NULL;
	*contact = NULL;
	*why = NULL;
	if (!ops->message_get(renewal->living->store, stale->conversation, stale->id, message,
			      error) ||
	    !ops->contact_get(renewal->living->store, stale->conversation, contact, error))
		return FALSE;
	if (!*message || !*contact)
		*why = "it is a correction, or gone; correct the message again.";
	else if ((*message)->file)
		ok = files_find_again(renewal->living, *message, &file, &is_here, error);
	if (!is_here)
		*why = "its file isn't kept here any more; send it again.";
	file_clear(&file);
	return ok;
}

static void asked(void *user, const GError *failure)
{
	struct renewal *renewal = user;
	const struct stale *stale = renewal->messages->pdata[renewal->next];
	struct message *message;
	struct contact *contact;
	const char *why;
	g_autoptr(GError) error = NULL, local = NULL;

	if (error_is(failure, ERROR_UNREACHABLE)) {
		renewal_end(renewal, failure);
		return;
	}
	if (find(renewal, stale, &message, &contact, &why, &error)) {
		if (!reseal(renewal, stale, message, contact, &local))
			give_up(renewal, stale, local->message, &error);
		message_free(message);
		contact_free(contact);
	}
	if (error) {
		renewal_end(renewal, error);
		return;
	}
	renewal->next++;
	next(renewal);
}

/* What isn't a message can't be made anew: nobody knows any more what it said. */
static void drop_rest(struct renewal *renewal)
{
	struct living *living = renewal->living;
	g_autoptr(GError) error = NULL;
	unsigned count = 0;

	if (!living_begin(living, &error)) {
		renewal_end(renewal, error);
		return;
	}
	if (!drop(renewal, NULL, &count, &error)) {
		living_rollback(living);
	} else if (living_commit(living, &error) && count > 0) {
		living_emit_notice(living,
				   "%u sealed notes that waited (receipts, timers, changes of "
				   "groups) weren't sent: set again what you had changed.", count);
	}
	renewal_end(renewal, error);
}

static void next(struct renewal *renewal)
{
	struct living *living = renewal->living;
	const struct stale *stale;
	struct message *message;
	struct contact *contact;
	const char *why;
	g_autoptr(GError) error = NULL, local = NULL;
	gboolean may = FALSE;

	if (renewal->next == renewal->messages->len) {
		drop_rest(renewal);
		return;
	}
	stale = renewal->messages->pdata[renewal->next];
	if (find(renewal, stale, &message, &contact, &why, &error)) {
		audience_clear(&renewal->audience);
		may = !why && audience_init(living, contact, &renewal->audience, &local);
		if (!may)
			give_up(renewal, stale, why ? why : local->message, &error);
		message_free(message);
		contact_free(contact);
	}
	if (error) {
		renewal_end(renewal, error);
	} else if (may) {
		audience_refresh(living, &renewal->audience, DIRECTORY_LOOK, asked, renewal);
	} else {
		renewal->next++;
		next(renewal);
	}
}

static void published(void *user, const GError *error)
{
	struct renewal *renewal = user;
	struct store *store = renewal->living->store;
	g_autoptr(GError) why = NULL;

	if (error)
		renewal_end(renewal, error);
	else if (renewal->row && !store->ops->outbox_each(store, note_message, renewal, &why))
		renewal_end(renewal, why);
	else if (renewal->row)
		next(renewal);
	else
		renewal_end(renewal, NULL);
}

void seal_renew(struct living *living, int64_t row, directory_done done, void *user)
{
	struct renewal *renewal = g_new0(struct renewal, 1);

	renewal->living = living;
	renewal->row = row;
	renewal->messages = g_ptr_array_new_with_free_func(stale_free);
	renewal->done = done;
	renewal->user = user;
	publish_then(living, published, renewal);
}
