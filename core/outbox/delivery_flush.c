#include "core/outbox/delivery_flush.h"

#include <string.h>
#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/profile/file_state.h"
#include "core/model/group.h"
#include "core/profile/notes.h"
#include "core/port/store_groups.h"
#include "core/outbox/seal_guard.h"

enum { FLUSH_ROWS = 256 /* rows held in memory at once */ };

/* One pass over the outbox. Rows that are with the carrier already belong to another pass. */
struct flush {
	struct living *living;
	directory_done done;
	void *user;
	GQueue rows;	 /* struct outbox_row *, taken or to be dropped: to be settled */
	int64_t last;	 /* the newest row that was read */
	unsigned read;	 /* rows read in this round */
	GArray *others;	 /* rows that another pass has handed over */
	unsigned pending;
	bool is_looping;
	GError *first;
};

struct handed {
	struct flush *flush;
	struct outbox_row row;
	bool is_dropped;
};

static void passed(void *user, const GError *error);

static void handed_free(struct handed *handed)
{
	outbox_row_clear(&handed->row);
	g_free(handed);
}

/* The sender's copy of a message that expires counts from when the carrier took it. */
static gboolean settle_state(struct living *living, const struct handed *handed,
			     struct message **changed, GError **error)
{
	const struct outbox_row *row = &handed->row;
	enum state state = handed->is_dropped ? STATE_FAILED : STATE_SENT;
	struct message *message = NULL;
	unsigned left = 0;
	bool is_changed = false;

	if (!row->id || row->is_own)
		return TRUE;
	if (!handed->is_dropped && group_is_address(row->conversation) &&
	    !living->store->ops->groups->mark(living->store, row->conversation, row->id, row->to,
					      STATE_SENT, error))
		return FALSE;
	if (!living->store->ops->message_get(living->store, row->conversation, row->id, &message,
					     error))
		return FALSE;
	if (!message || message->state != STATE_QUEUED)
		goto done;
	if (handed->is_dropped &&
	    (!living->store->ops->outbox_count(living->store, row->conversation, row->id, &left,
					       error) || left > 0))
		goto done;
	if (message->file && state == STATE_SENT && files_is_sending(living, message))
		goto done;
	if (message->expire_seconds && state == STATE_SENT)
		message->expires_at = living_deadline(living, message->expire_seconds);
	message->state = state;
	if (living->store->ops->message_state(living->store, row->conversation, row->id, state,
					      message->expires_at, &is_changed, error) &&
	    is_changed)
		*changed = g_steal_pointer(&message);
done:
	message_free(message);
	return !error || !*error;
}

static gboolean settle_rows(struct flush *flush, GPtrArray *changed, GError **error)
{
	for (GList *link = flush->rows.head; link; link = link->next) {
		struct handed *handed = link->data;
		struct message *message = NULL;

		if (!flush->living->store->ops->outbox_del(flush->living->store, handed->row.row,
							   error) ||
		    !settle_state(flush->living, handed, &message, error))
			return FALSE;
		if (message)
			g_ptr_array_add(changed, message);
	}
	return TRUE;
}

/* One commit for all that was taken so far. What can't be committed goes out once more later:
 * receivers dedupe. */
static void settle(struct flush *flush)
{
	struct living *living = flush->living;
	g_autoptr(GPtrArray) changed =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
	g_autoptr(GError) error = NULL;

	if (g_queue_is_empty(&flush->rows))
		return;
	if (living_begin(living, &error)) {
		if (!settle_rows(flush, changed, &error)) {
			living_rollback(living);
			g_ptr_array_set_size(changed, 0);
		} else if (!living_commit(living, &error)) {
			g_ptr_array_set_size(changed, 0);
		}
	}
	if (error && !flush->first)
		flush->first = g_steal_pointer(&error);
	for (guint i = 0; i < changed->len; i++)
		living_emit_message(living, EVENT_STATE, changed->pdata[i]);
	for (GList *link = flush->rows.head; link; link = link->next) {
		struct handed *handed = link->data;

		g_hash_table_remove(living->sending, &handed->row.row);
		handed_free(handed);
	}
	g_queue_clear(&flush->rows);
}

/* What another pass has handed over counts for this one too: it ends when that has come out. */
static void flush_end(struct flush *flush)
{
	for (guint i = 0; i < flush->others->len; i++) {
		if (!g_hash_table_contains(flush->living->sending,
					   &g_array_index(flush->others, int64_t, i)))
			continue;
		g_queue_push_tail(&flush->living->resting, flush);
		return;
	}
	g_array_unref(flush->others);
	flush->done(flush->user, flush->first);
	g_clear_error(&flush->first);
	g_free(flush);
}

static void wake(struct living *living)
{
	GQueue resting = living->resting;
	struct flush *flush;

	g_queue_init(&living->resting);
	while ((flush = g_queue_pop_head(&resting)))
		flush_end(flush);
}

/* Whether that device has left its person's list: then nobody will ever fetch these bytes. */
static bool is_gone(struct living *living, const struct outbox_row *row, const GError *error)
{
	struct device *device = NULL;
	bool gone;

	if (!row->device ||
	    (!error_is(error, ERROR_NO_DEVICES) && !error_is(error, ERROR_NO_CONTACT)) ||
	    !living->store->ops->device_get(living->store, row->to, row->device, &device, NULL))
		return false;
	gone = device && !device->is_active;
	device_free(device);
	return gone;
}

/* Whether it was queued for a device that mustn't have it any more, or for who has been taken out
 * of the group since. Where one stanza is for all of them, that can't be looked at. */
static bool is_barred(struct living *living, const struct outbox_row *row)
{
	const struct store_ops *ops = living->store->ops;
	struct device *device = NULL;
	struct group *group = NULL;
	bool is;

	/* What was queued for the own address before there were notes. */
	if (notes_is(living, row->conversation))
		return true;
	if (!row->device || !ops->device_get(living->store, row->to, row->device, &device, NULL))
		return false;
	is = device && device_use(device, RULE_FIRST) == USE_SKIP;
	device_free(device);
	/* What has no id isn't a message: that somebody is out has to reach them. */
	if (is || !row->id || row->is_own || !group_is_address(row->conversation) ||
	    !ops->groups->get(living->store, row->conversation, &group, NULL))
		return is;
	is = group && !group_has(group, row->to);
	group_free(group);
	return is;
}

/* Whether the carrier will never take these bytes. */
static bool is_refused(struct living *living, const struct outbox_row *row, const GError *error)
{
	if (!error_is(error, ERROR_LIMIT))
		return false;
	living_emit_notice(living, "A message to %s can't be sent: %s", row->conversation,
			   error->message);
	return true;
}

/* It stays in the outbox, and is nobody's now. */
static void take_back(struct flush *flush, struct handed *handed)
{
	g_hash_table_remove(flush->living->sending, &handed->row.row);
	handed_free(handed);
}

static void handed_over(void *user, const GError *error)
{
	struct handed *handed = user;
	struct flush *flush = handed->flush;
	struct living *living = flush->living;

	flush->pending--;
	handed->is_dropped = error && (is_gone(living, &handed->row, error) ||
				       is_refused(living, &handed->row, error));
	if (error && !flush->first && !is_gone(living, &handed->row, error))
		flush->first = g_error_copy(error);
	if (!error || handed->is_dropped)
		g_queue_push_tail(&flush->rows, handed);
	else
		take_back(flush, handed);
	if (flush->is_looping)
		return;
	settle(flush);
	if (flush->pending == 0)
		seal_guard_pass(living, passed, flush);
	wake(living);
}

struct reading {
	struct flush *flush;
	GPtrArray *batch;
};

static gboolean read_row(const struct outbox_row *row, void *user)
{
	struct reading *reading = user;
	struct flush *flush = reading->flush;
	struct handed *handed;

	if (row->row <= flush->last)
		return TRUE;
	if (reading->batch->len == FLUSH_ROWS)
		return FALSE;
	flush->last = row->row;
	flush->read++;
	if (g_hash_table_contains(flush->living->sending, &row->row)) {
		g_array_append_val(flush->others, row->row);
		return TRUE;
	}
	handed = g_new0(struct handed, 1);
	handed->flush = flush;
	handed->row = *row;
	handed->row.conversation = g_strdup(row->conversation);
	handed->row.id = g_strdup(row->id);
	handed->row.to = g_strdup(row->to);
	handed->row.bytes = g_bytes_ref(row->bytes);
	g_ptr_array_add(reading->batch, handed);
	return TRUE;
}

static void flush_round(struct flush *flush)
{
	struct living *living = flush->living;
	struct transport *transport = living->transport;
	g_autoptr(GPtrArray) batch = g_ptr_array_new();
	struct reading reading = { flush, batch };

	flush->read = 0;
	if (cancel_check(living->cancel, flush->first ? NULL : &flush->first)) {
		flush_end(flush);
		return;
	}
	if (!living->store->ops->outbox_each(living->store, read_row, &reading,
					     flush->first ? NULL : &flush->first) || !flush->read) {
		flush_end(flush);
		return;
	}
	flush->is_looping = true;
	flush->pending = batch->len;
	for (guint i = 0; i < batch->len; i++) {
		struct handed *handed = batch->pdata[i];

		g_hash_table_add(living->sending, g_memdup2(&handed->row.row, sizeof(int64_t)));
		if (cancel_is_raised(living->cancel)) {
			flush->pending--;
			take_back(flush, handed);
			continue;
		}
		if (is_barred(living, &handed->row)) {
			handed->is_dropped = true;
			flush->pending--;
			g_queue_push_tail(&flush->rows, handed);
			continue;
		}
		transport->ops->send(transport, handed->row.to, handed->row.device,
				     handed->row.bytes, handed_over, handed);
	}
	flush->is_looping = false;
	settle(flush);
	if (flush->pending == 0)
		seal_guard_pass(living, passed, flush);
	wake(living);
}

/* Before each round: what was put there meanwhile may not leave yet. */
static void passed(void *user, const GError *error)
{
	struct flush *flush = user;

	if (error) {
		if (!flush->first)
			flush->first = g_error_copy(error);
		flush_end(flush);
		return;
	}
	flush_round(flush);
}

void delivery_flush(struct living *living, directory_done done, void *user)
{
	struct flush *flush = g_new0(struct flush, 1);

	flush->living = living;
	flush->done = done;
	flush->user = user;
	flush->others = g_array_new(FALSE, FALSE, sizeof(int64_t));
	if (!living->transport) {
		error_set(&flush->first, ERROR_UNREACHABLE, "The carrier isn't running.");
		flush_end(flush);
		return;
	}
	seal_guard_pass(living, passed, flush);
}
