#include "tests/support/fake_inside.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/text/text.h"

enum { PREVIEW_BYTES = 160 };

static int64_t message_at(const struct message *message)
{
	return message->received_at ? message->received_at : message->sent_at;
}

static struct message *find(struct fake_rows *rows, const char *conversation, const char *id)
{
	for (unsigned i = 0; i < rows->messages->len; i++) {
		struct message *m = rows->messages->pdata[i];

		if (g_str_equal(m->conversation, conversation) && g_str_equal(m->id, id))
			return m;
	}
	return NULL;
}

char *fake_preview(const struct fake_rows *rows, const char *conversation)
{
	for (unsigned i = rows->messages->len; i > 0; i--) {
		const struct message *m = rows->messages->pdata[i - 1];

		if (!g_str_equal(m->conversation, conversation))
			continue;
		if (!m->body || m->sealed)
			return NULL;
		size_t bytes = strlen(m->body);
		if (bytes > PREVIEW_BYTES)
			bytes = (size_t)(g_utf8_find_prev_char(m->body,
							       m->body + PREVIEW_BYTES + 1) -
					 m->body);
		return plain_ndup(m->body, bytes);
	}
	return NULL;
}

gboolean fake_message_put(struct store *store, struct message *message, bool *is_new,
			  GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	struct contact *contact = fake_contact(rows, message->conversation);
	if (!contact) {
		error_set_plain(error, ERROR_NO_CONTACT);
		return FALSE;
	}
	*is_new = false;
	for (unsigned i = 0; i < rows->messages->len; i++) {
		const struct message *m = rows->messages->pdata[i];

		if (g_str_equal(m->conversation, message->conversation) &&
		    g_str_equal(m->id, message->id) && g_str_equal(m->from, message->from))
			return TRUE;
	}
	*is_new = true;
	message->seq = message->arrival = ++rows->last_seq;
	g_ptr_array_add(rows->messages, message_copy(message));
	contact->last_at = message_at(message);
	if (message->direction == DIRECTION_IN && message->read_at == 0)
		contact->unread++;
	return TRUE;
}

gboolean fake_message_get(struct store *store, const char *conversation, const char *id,
			  struct message **message, GError **error)
{
	if (!fake_call(store, error))
		return FALSE;
	struct message *m = find(fake_rows_of(store), conversation, id);
	*message = m ? message_copy(m) : NULL;
	return TRUE;
}

gboolean fake_message_before(struct store *store, const char *conversation, int64_t before,
			     unsigned limit, message_func func, void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	for (unsigned i = rows->messages->len; i > 0 && limit > 0; i--) {
		const struct message *m = rows->messages->pdata[i - 1];

		if (!g_str_equal(m->conversation, conversation) || (before && m->seq >= before))
			continue;
		limit--;
		if (!func(m, user))
			break;
	}
	return TRUE;
}

gboolean fake_message_after(struct store *store, const char *conversation, int64_t after,
			    unsigned limit, message_func func, void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	for (unsigned i = 0; i < rows->messages->len && limit > 0; i++) {
		const struct message *m = rows->messages->pdata[i];

		if (!g_str_equal(m->conversation, conversation) || m->seq <= after)
			continue;
		limit--;
		if (!func(m, user))
			break;
	}
	return TRUE;
}

static gint by_arrival(gconstpointer a, gconstpointer b)
{
	const struct message *left = *(const struct message *const *)a;
	const struct message *right = *(const struct message *const *)b;

	return left->arrival < right->arrival ? -1 : left->arrival > right->arrival;
}

static gint by_newest(gconstpointer a, gconstpointer b)
{
	const struct message *left = *(const struct message *const *)a;
	const struct message *right = *(const struct message *const *)b;

	return left->arrival < right->arrival ? 1 : left->arrival > right->arrival ? -1 : 0;
}

static void walk(GPtrArray *found, GCompareFunc order, unsigned limit, message_func func,
		 void *user)
{
	g_ptr_array_sort(found, order);
	for (unsigned i = 0; i < found->len && i < limit; i++) {
		if (!func(found->pdata[i], user))
			break;
	}
	g_ptr_array_unref(found);
}

gboolean fake_message_unread(struct store *store, const char *conversation, unsigned limit,
			     message_func func, void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	GPtrArray *found = g_ptr_array_new();
	for (unsigned i = 0; i < rows->messages->len; i++) {
		struct message *m = rows->messages->pdata[i];

		if (m->direction == DIRECTION_IN && m->read_at == 0 &&
		    (!conversation || g_str_equal(m->conversation, conversation)))
			g_ptr_array_add(found, m);
	}
	walk(found, by_arrival, limit, func, user);
	return TRUE;
}

/* Once the other side has it, it can't fail; a failed one may be tried again. */
static bool may_become(enum state now, enum state next)
{
	if (now == next)
		return false;
	if (now == STATE_FAILED)
		return true;
	if (next == STATE_FAILED)
		return now <= STATE_SENT;
	return next > now;
}

gboolean fake_message_state(struct store *store, const char *conversation, const char *id,
			    enum state state, int64_t expires_at, bool *changed, GError **error)
{
	bool is_changed = false;

	if (!fake_write(store, error))
		return FALSE;
	struct message *m = find(fake_rows_of(store), conversation, id);
	if (m && m->direction == DIRECTION_OUT) {
		if (may_become(m->state, state)) {
			m->state = state;
			is_changed = true;
		}
		if (expires_at && !m->expires_at) {
			m->expires_at = expires_at;
			is_changed = true;
		}
	}
	if (changed)
		*changed = is_changed;
	return TRUE;
}

gboolean fake_message_read(struct store *store, const char *conversation, int64_t seq,
			   int64_t read_at, int64_t expires_at, bool drop, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < rows->messages->len; i++) {
		struct message *m = rows->messages->pdata[i];

		if (m->seq != seq || !g_str_equal(m->conversation, conversation) ||
		    m->direction != DIRECTION_IN)
			continue;
		if (!m->read_at) {
			fake_contact(rows, conversation)->unread--;
			m->read_at = read_at;
			m->state = STATE_READ;
		}
		if (expires_at && !m->expires_at)
			m->expires_at = expires_at;
		if (drop)
			g_clear_pointer(&m->body, plain_free);
	}
	return TRUE;
}

gboolean fake_message_again(struct store *store, const char *conversation, int64_t seq, int64_t at,
			    GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	for (unsigned i = 0; i < rows->messages->len; i++) {
		struct message *m = rows->messages->pdata[i];

		if (m->seq != seq || !g_str_equal(m->conversation, conversation) ||
		    m->kind != KIND_UNREADABLE || m->direction != DIRECTION_IN)
			continue;
		struct contact *contact = fake_contact(rows, conversation);

		m->count = MAX(m->count, 1) + 1;
		contact->last_at = MAX(contact->last_at, at);
		contact->unread += m->read_at != 0;
		m->read_at = 0;
		m->state = STATE_DELIVERED;
	}
	return TRUE;
}

static bool has_words(const struct message *message, const char *const *words)
{
	if (!message->body)
		return false;
	char *folded = text_fold(message->body);
	bool has = true;

	for (; has && *words; words++)
		has = strstr(folded, *words) != NULL;
	plain_free(folded);
	return has;
}

gboolean fake_message_search(struct store *store, const char *const *words,
			     const char *conversation, unsigned limit, message_func func,
			     void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	GPtrArray *found = g_ptr_array_new();
	for (unsigned i = 0; i < rows->messages->len; i++) {
		struct message *m = rows->messages->pdata[i];

		if ((!conversation || g_str_equal(m->conversation, conversation)) &&
		    has_words(m, words))
			g_ptr_array_add(found, m);
	}
	walk(found, by_newest, limit, func, user);
	return TRUE;
}

gboolean fake_search_build(struct store *store, unsigned budget_ms, bool *done, GError **error)
{
	(void)budget_ms;
	if (!fake_call(store, error))
		return FALSE;
	*done = true;
	return TRUE;
}
