#include "tests/support/fake_inside.h"

#include <string.h>

#include "core/base/secret.h"

static struct fake_store *fake_of(struct store *store)
{
	return (struct fake_store *)store;
}

static gboolean clock_get(struct store *store, struct apptime *saved, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	*saved = fake_rows_of(store)->clock;
	return TRUE;
}

static gboolean clock_put(struct store *store, const struct apptime *now, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	fake_rows_of(store)->clock = *now;
	return TRUE;
}

static bool is_older(struct store *store)
{
	(void)store;
	return false;
}

static gboolean next(struct store *store, int64_t after, int64_t *deadline, GError **error)
{
	const GPtrArray *messages = fake_rows_of(store)->messages;

	if (!fake_call(store, error))
		return FALSE;
	*deadline = 0;
	for (unsigned i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];

		if (m->expires_at > after && (!*deadline || m->expires_at < *deadline))
			*deadline = m->expires_at;
	}
	return TRUE;
}

static gboolean due(struct store *store, int64_t after, int64_t until, gone_func func, void *user,
		    GError **error)
{
	const GPtrArray *messages = fake_rows_of(store)->messages;

	if (!fake_call(store, error))
		return FALSE;
	for (unsigned i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];

		if (m->expires_at && m->expires_at > after && m->expires_at <= until)
			func(m->conversation, 1, user);
	}
	return TRUE;
}

static gboolean shift(struct store *store, int64_t since, int64_t back, GError **error)
{
	const GPtrArray *messages = fake_rows_of(store)->messages;

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < messages->len; i++) {
		struct message *m = messages->pdata[i];

		if (m->expires_at && m->expires_at - m->expire_seconds * 1000 > since)
			m->expires_at = MAX(m->expires_at - back, 1);
	}
	return TRUE;
}

static void drop_outbox(struct fake_rows *rows, const char *conversation, const char *id)
{
	for (unsigned i = rows->outbox->len; i > 0; i--) {
		const struct outbox_row *row = rows->outbox->pdata[i - 1];

		if (g_str_equal(row->conversation, conversation) &&
		    (!id || g_strcmp0(row->id, id) == 0))
			g_ptr_array_remove_index(rows->outbox, i - 1);
	}
}

static void go(struct store *store, unsigned index, bool leave_line)
{
	struct fake_rows *rows = fake_rows_of(store);
	struct message *m = rows->messages->pdata[index];
	struct contact *contact = fake_contact(rows, m->conversation);

	if (contact && m->direction == DIRECTION_IN && !m->read_at)
		contact->unread--;
	drop_outbox(rows, m->conversation, m->id);
	fake_of(store)->erasing++;
	if (!leave_line) {
		g_ptr_array_remove_index(rows->messages, index);
		return;
	}
	g_clear_pointer(&m->body, plain_free);
	m->expires_at = 0;
	m->kind = KIND_GONE;
}

static gboolean sweep(struct store *store, int64_t time, unsigned limit, bool leave_line,
		      gone_func gone, void *user, unsigned *count, GError **error)
{
	const GPtrArray *messages = fake_rows_of(store)->messages;

	if (!fake_write(store, error))
		return FALSE;
	*count = 0;
	for (unsigned i = messages->len; i > 0 && *count < limit; i--) {
		const struct message *m = messages->pdata[i - 1];

		if (!m->expires_at || m->expires_at > time)
			continue;
		gone(m->conversation, 1, user);
		go(store, i - 1, leave_line);
		++*count;
	}
	return TRUE;
}

static gboolean held(struct store *store, const char *address, struct store_held *result,
		     GError **error)
{
	const struct fake_rows *rows = fake_rows_of(store);

	(void)error;
	*result = (struct store_held){0};
	for (guint i = 0; i < rows->messages->len; i++) {
		const struct message *m = rows->messages->pdata[i];

		if (!g_str_equal(m->conversation, address) ||
		    (m->kind != KIND_TEXT && m->kind != KIND_UNREADABLE))
			continue;
		result->messages++;
		result->queued += m->direction == DIRECTION_OUT && m->state == STATE_QUEUED;
	}
	return TRUE;
}

static gboolean clear(struct store *store, const char *address, unsigned limit, unsigned *count,
		      GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	*count = 0;
	for (unsigned i = rows->messages->len; i > 0 && *count < limit; i--) {
		const struct message *m = rows->messages->pdata[i - 1];

		if (!g_str_equal(m->conversation, address))
			continue;
		go(store, i - 1, false);
		++*count;
	}
	if (*count == 0) {
		struct contact *contact = fake_contact(rows, address);

		drop_outbox(rows, address, NULL);
		if (contact)
			g_clear_pointer(&contact->draft, plain_free);
	}
	return TRUE;
}

static gboolean clear_one(struct store *store, const char *address, int64_t seq, unsigned *count,
			  GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	*count = 0;
	for (unsigned i = rows->messages->len; i > 0; i--) {
		const struct message *m = rows->messages->pdata[i - 1];

		if (m->seq != seq || !g_str_equal(m->conversation, address))
			continue;
		go(store, i - 1, false);
		++*count;
	}
	return TRUE;
}

static gboolean amend(struct store *store, const struct message *message, const char *edit,
		      GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < rows->messages->len; i++) {
		const struct message *m = rows->messages->pdata[i];

		if (m->seq != message->seq || !g_str_equal(m->conversation, message->conversation))
			continue;
		g_autoptr(GBytes) id = g_bytes_new(message->id, strlen(message->id) + 1);

		message_free(rows->messages->pdata[i]);
		rows->messages->pdata[i] = message_copy(message);
		g_ptr_array_add(rows->edits, fake_blob_new(edit, 0, id));
		fake_of(store)->erasing++;
	}
	return TRUE;
}

static gboolean amended(struct store *store, const char *conversation, const char *edit,
			struct message **message, GError **error)
{
	const GPtrArray *edits = fake_rows_of(store)->edits;

	*message = NULL;
	for (unsigned i = 0; i < edits->len; i++) {
		const struct fake_blob *blob = edits->pdata[i];

		if (g_str_equal(blob->name, edit))
			return fake_message_get(store, conversation,
						g_bytes_get_data(blob->bytes, NULL), message,
						error);
	}
	return TRUE;
}

static gboolean scrub(struct store *store, int64_t time, GError **error)
{
	(void)time;
	if (fake_of(store)->is_blocked) {
		error_set(error, ERROR_FAILED, "The database is busy with an unfinished query.");
		return FALSE;
	}
	if (!fake_call(store, error))
		return FALSE;
	fake_of(store)->erasing = 0;
	return TRUE;
}

static gboolean erasing(struct store *store, int64_t time, struct store_erasing *out,
			GError **error)
{
	const GPtrArray *messages = fake_rows_of(store)->messages;

	if (!fake_call(store, error))
		return FALSE;
	*out = (struct store_erasing){ .rows = fake_of(store)->erasing };
	for (unsigned i = 0; i < messages->len; i++) {
		const struct message *m = messages->pdata[i];

		out->due += m->expires_at && m->expires_at <= time;
	}
	return TRUE;
}

static bool release(struct store *store)
{
	(void)store;
	return false;
}

static void keep_short(struct store *store)
{
	(void)store;
}

const struct store_expiry_ops fake_expiry_ops = {
	.clock_get = clock_get,
	.clock_put = clock_put,
	.is_older = is_older,
	.next = next,
	.due = due,
	.shift = shift,
	.sweep = sweep,
	.held = held,
	.clear = clear,
	.clear_one = clear_one,
	.amend = amend,
	.amended = amended,
	.scrub = scrub,
	.erasing = erasing,
	.release = release,
	.spare = release,
	.keep_short = keep_short,
};
