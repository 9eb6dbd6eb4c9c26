#include "storage/search.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/text/text.h"
#include "storage/inside.h"
#include "storage/message_row.h"
#include "storage/names.h"
#include "storage/search_found.h"
#include "storage/signature.h"

enum { SLICE_ROWS = 256 };

/* Something that happens to the index if the transaction is committed. */
struct change {
	enum { CHANGE_ADD, CHANGE_FORGET, CHANGE_FORGET_ALL } what;
	struct place place;
	char *folded; /* plain memory */
};

struct search {
	uint64_t index_from;
	struct signature *index; /* NULL until it is first built */
	GArray *waiting;	 /* int64_t: conversations not in the index, the next one last */
	int64_t building;	 /* the conversation being built; 0 none */
	int64_t below;		 /* its messages under this seq aren't in the index yet */
	GArray *changes;	 /* struct change, of the open transaction */
};

static void change_clear(void *data)
{
	plain_free(((struct change *)data)->folded);
}

struct search *search_new(uint64_t index_from)
{
	struct search *search = g_new0(struct search, 1);

	search->index_from = index_from;
	search->waiting = g_array_new(FALSE, FALSE, sizeof(int64_t));
	search->changes = g_array_new(FALSE, FALSE, sizeof(struct change));
	g_array_set_clear_func(search->changes, change_clear);
	return search;
}

void search_free(struct search *search)
{
	if (!search)
		return;
	signature_free(search->index);
	g_array_unref(search->waiting);
	g_array_unref(search->changes);
	g_free(search);
}

size_t search_bytes(const struct search *search)
{
	return search->index ? signature_bytes(search->index) : 0;
}

/* -- keeping the index ------------------------------------------------------------------------ */

static bool is_waiting(const struct search *search, int64_t conversation)
{
	for (unsigned i = 0; i < search->waiting->len; i++) {
		if (g_array_index(search->waiting, int64_t, i) == conversation)
			return true;
	}
	return false;
}

void search_add(struct search *search, int64_t conversation, const struct message *message)
{
	if (!search->index || !message->body || is_waiting(search, conversation))
		return;
	struct change change = {
		.what = CHANGE_ADD,
		.place = { message->arrival, (uint32_t)conversation, (uint32_t)message->seq },
		.folded = text_fold(message->body),
	};
	g_array_append_val(search->changes, change);
}

void search_forget(struct search *search, int64_t conversation, int64_t seq)
{
	struct change change = { CHANGE_FORGET,
				 { 0, (uint32_t)conversation, (uint32_t)seq },
				 NULL };

	if (search->index)
		g_array_append_val(search->changes, change);
}

void search_forget_all(struct search *search, int64_t conversation)
{
	struct change change = { CHANGE_FORGET_ALL, { 0, (uint32_t)conversation, 0 }, NULL };

	if (search->index)
		g_array_append_val(search->changes, change);
}

static void forget_gathered(struct signature *index, GArray *gathered)
{
	if (gathered->len > 0)
		signature_forget(index, (struct place *)(void *)gathered->data, gathered->len);
	g_array_set_size(gathered, 0);
}

/* In order, but neighbouring forgets in one go: a sweep forgets many at a time. */
void search_settle(struct search *search, bool is_committed)
{
	GArray *gathered = g_array_new(FALSE, FALSE, sizeof(struct place));

	for (unsigned i = 0; is_committed && i < search->changes->len; i++) {
		const struct change *change = &g_array_index(search->changes, struct change, i);

		if (change->what == CHANGE_FORGET) {
			g_array_append_val(gathered, change->place);
			continue;
		}
		forget_gathered(search->index, gathered);
		if (change->what == CHANGE_ADD)
			signature_add(search->index, &change->place, change->folded);
		else
			signature_forget_all(search->index, change->place.conversation);
	}
	forget_gathered(search->index, gathered);
	g_array_unref(gathered);
	g_array_set_size(search->changes, 0);
}

/* -- building --------------------------------------------------------------------------------- */

/* Newest conversations last, because they are taken from the end. */
static gboolean list_waiting(struct inside *inside, GError **error)
{
	GArray *waiting = inside->search->waiting;
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT id FROM conversations ORDER BY arrival", "");
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		int64_t id = query_int(&query, 0);

		g_array_append_val(waiting, id);
	}
	query_close(&query);
	if (!ok)
		g_array_set_size(waiting, 0);
	return ok;
}

static gboolean index_row(struct inside *inside, const struct query *query, GError **error)
{
	struct message message;

	if (!message_row_read(inside, query, &message, error))
		return FALSE;
	struct place place = { message_row_order(query), (uint32_t)query_int(query, 0),
			       (uint32_t)message.seq };
	if (message.body) {
		char *folded = text_fold(message.body);

		signature_add(inside->search->index, &place, folded);
		plain_free(folded);
	}
	inside->search->below = message.seq;
	message_clear(&message);
	return TRUE;
}

/* Up to SLICE_ROWS messages of the conversation in work. */
static gboolean build_rows(struct inside *inside, GError **error)
{
	struct search *search = inside->search;
	struct query query;
	bool has = true;
	int rows = 0;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages"
			       " WHERE conversation = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
			       "iid", search->building, search->below, SLICE_ROWS);
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		ok = index_row(inside, &query, error);
		rows++;
	}
	query_close(&query);
	if (ok && rows < SLICE_ROWS)
		search->building = 0;
	return ok;
}

/* FALSE when there is nothing left. */
static bool next_conversation(struct search *search)
{
	if (search->building)
		return true;
	if (search->waiting->len == 0)
		return false;
	search->building = g_array_index(search->waiting, int64_t, search->waiting->len - 1);
	search->below = INT64_MAX;
	g_array_set_size(search->waiting, search->waiting->len - 1);
	return true;
}

static gboolean start_index(struct inside *inside, bool *is_worth_it, GError **error)
{
	struct search *search = inside->search;
	int64_t messages = 0;

	*is_worth_it = search->index != NULL;
	if (search->index)
		return TRUE;
	if (!db_number(inside->db, error,
		       "SELECT ifnull(sum(messages), 0) FROM conversations WHERE id > ?", 0,
		       &messages))
		return FALSE;
	*is_worth_it = messages > 0 && (uint64_t)messages >= search->index_from;
	if (!*is_worth_it)
		return TRUE;
	if (!list_waiting(inside, error))
		return FALSE;
	search->index = signature_new();
	return TRUE;
}

gboolean search_build_slice(struct store *store, unsigned budget_ms, bool *done, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t end = g_get_monotonic_time() + (int64_t)budget_ms * 1000;
	bool is_worth_it;

	*done = false;
	/* What isn't committed yet must not get in. */
	if (db_is_writing(inside->db))
		return TRUE;
	if (!start_index(inside, &is_worth_it, error))
		return FALSE;
	while (is_worth_it && next_conversation(inside->search)) {
		if (!build_rows(inside, error))
			return FALSE;
		if (g_get_monotonic_time() >= end)
			break;
	}
	*done = !is_worth_it || (!inside->search->building && inside->search->waiting->len == 0);
	return TRUE;
}

/* -- searching -------------------------------------------------------------------------------- */

/* Look at the row of QUERY; when it has the words, it goes into FOUND. */
static gboolean look(struct inside *inside, const struct query *query, const char *const *words,
		     struct found *found, GError **error)
{
	struct message message;

	if (!message_row_read(inside, query, &message, error))
		return FALSE;
	char *folded = message.body ? text_fold(message.body) : NULL;
	bool has = folded != NULL;
	for (; has && *words; words++)
		has = strstr(folded, *words) != NULL;
	plain_free(folded);
	if (has)
		found_add(found, message_row_order(query), &message);
	message_clear(&message);
	return TRUE;
}

static gboolean look_at(struct inside *inside, const struct place *place, const char *const *words,
			struct found *found, GError **error)
{
	struct query query;
	bool has = false;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages"
			       " WHERE conversation = ? AND seq = ?",
			       "ii", (int64_t)place->conversation, (int64_t)place->seq) &&
		      query_next(&query, &has, error) &&
		      (!has || look(inside, &query, words, found, error));
	query_close(&query);
	return ok;
}

static gboolean search_index(struct inside *inside, const char *const *words, int64_t conversation,
			     struct found *found, GError **error)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	struct place place;
	gboolean ok = TRUE;

	signature_find(inside->search->index, words, (uint32_t)conversation, places);
	found_order(places);
	while (ok && found_next(places, &place) && found_wants(found, place.at))
		ok = look_at(inside, &place, words, found, error);
	g_array_unref(places);
	return ok;
}

/* Newest first; the older ones of a conversation can't be wanted when one isn't. */
static gboolean scan_conversation(struct inside *inside, int64_t conversation,
				  const char *const *words, struct found *found, GError **error)
{
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " MESSAGE_COLUMNS " FROM messages"
			       " WHERE conversation = ? ORDER BY seq DESC",
			       "i", conversation);
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		if (!found_wants(found, message_row_order(&query)))
			break;
		ok = look(inside, &query, words, found, error);
	}
	query_close(&query);
	return ok;
}

static gboolean scan(struct inside *inside, const char *const *words, int64_t conversation,
		     bool has_index, struct found *found, GError **error)
{
	const struct search *search = inside->search;
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT id, arrival FROM conversations ORDER BY arrival DESC", "");
	while (ok && (ok = query_next(&query, &has, error)) && has) {
		int64_t id = query_int(&query, 0);

		if (!found_wants(found, query_int(&query, 1)))
			break;
		if (conversation && id != conversation)
			continue;
		if (has_index && id != search->building && !is_waiting(search, id))
			continue;
		ok = scan_conversation(inside, id, words, found, error);
	}
	query_close(&query);
	return ok;
}

static bool can_narrow(const char *const *words)
{
	for (; *words; words++) {
		if (strlen(*words) >= SIGNATURE_WORD_MIN)
			return true;
	}
	return false;
}

gboolean search_messages(struct store *store, const char *const *words, const char *conversation,
			 unsigned limit, message_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	bool has_index = inside->search->index && can_narrow(words);
	int64_t number = 0;

	if (conversation && !names_find(inside->names, conversation, &number, error))
		return FALSE;
	if ((conversation && !number) || !*words || !limit)
		return TRUE;
	struct found *found = found_new(limit);
	gboolean ok = (!has_index || search_index(inside, words, number, found, error)) &&
		      scan(inside, words, number, has_index, found, error);
	if (ok)
		found_each(found, func, user);
	found_free(found);
	return ok;
}
