#include "storage/groups.h"

#include "core/base/error.h"
#include "storage/inside.h"
#include "storage/message_row.h"
#include "storage/names.h"

gboolean groups_del(struct inside *inside, int64_t id, GError **error)
{
	return db_run(inside->db, error, "DELETE FROM members WHERE id = ?", "i", id) &&
	       db_run(inside->db, error, "DELETE FROM groups WHERE id = ?", "i", id);
}

static gboolean has_conversation(struct inside *inside, int64_t id, GError **error)
{
	int64_t there;

	if (!db_number(inside->db, error, "SELECT count(*) FROM conversations WHERE id = ?", id,
		       &there))
		return FALSE;
	if (!there)
		error_set_plain(error, ERROR_NO_CONTACT);
	return there != 0;
}

static gboolean groups_put(struct store *store, const struct group *group, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;
	gboolean ok;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, group->address, &id, error) ||
	    !has_conversation(inside, id, error) || !groups_del(inside, id, error))
		return FALSE;
	ok = db_run(inside->db, error,
		    "INSERT INTO groups (id, wire, name, owner, version, is_left)"
		    " VALUES (?, ?, ?, ?, ?, ?)",
		    "itttid", id, group->id, group->name, group->owner, (int64_t)group->version,
		    group->is_left);
	for (guint i = 0; ok && i < group->members->len; i++)
		ok = db_run(inside->db, error,
			    "INSERT INTO members (id, place, address) VALUES (?, ?, ?)", "idt", id,
			    (int)i, (const char *)group->members->pdata[i]);
	return ok;
}

static gboolean read_members(struct inside *inside, int64_t id, struct group *group, GError **error)
{
	struct query query;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT address FROM members WHERE id = ? ORDER BY place", "i", id);
	while (ok && (ok = query_next(&query, &has, error)) && has)
		g_ptr_array_add(group->members, query_text(&query, 0));
	query_close(&query);
	return ok;
}

static struct group *read_group(struct inside *inside, const struct query *query, GError **error)
{
	int64_t id = query_int(query, 0);
	const char *address = names_get(inside->names, id, error);
	g_autofree char *wire = query_text(query, 1), *name = query_text(query, 2);
	g_autofree char *owner = query_text(query, 3);
	struct group *group;

	if (!address)
		return NULL;
	group = group_new(address, wire, name, owner);
	group->version = (uint64_t)query_int(query, 4);
	group->is_left = query_int(query, 5);
	if (read_members(inside, id, group, error))
		return group;
	group_free(group);
	return NULL;
}

#define GROUP_COLUMNS "id, wire, name, owner, version, is_left"

static gboolean groups_get(struct store *store, const char *address, struct group **group,
			   GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = false;
	int64_t id;

	*group = NULL;
	if (!names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " GROUP_COLUMNS " FROM groups WHERE id = ?", "i", id) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*group = read_group(inside, &query, error);
		ok = *group != NULL;
	}
	query_close(&query);
	return ok;
}

static gboolean groups_find(struct store *store, const char *id, char **address, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	bool has = false;

	*address = NULL;
	gboolean ok = db_query(inside->db, &query, error, "SELECT id FROM groups WHERE wire = ?",
			       "t", id) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*address = g_strdup(names_get(inside->names, query_int(&query, 0), error));
		ok = *address != NULL;
	}
	query_close(&query);
	return ok;
}

static gboolean groups_each(struct store *store, group_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;

	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT " GROUP_COLUMNS " FROM groups ORDER BY"
			       " (SELECT address FROM addresses WHERE id = groups.id)",
			       "");
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		struct group *group = read_group(inside, &query, error);

		ok = group != NULL;
		if (ok)
			go_on = func(group, user);
		group_free(group);
	}
	query_close(&query);
	return ok;
}

static gboolean groups_mark(struct store *store, const char *conversation, const char *id,
			    const char *member, enum state state, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t number;

	if (!inside_check_writing(store, error) ||
	    !names_find(inside->names, conversation, &number, error))
		return FALSE;
	GBytes *wire = message_row_wire(id);
	gboolean ok = db_run(inside->db, error,
			     "INSERT OR IGNORE INTO marks (conversation, seq, member, state)"
			     " SELECT conversation, seq, ?, ? FROM messages"
			     " WHERE conversation = ? AND wire = ? AND direction = 1",
			     "tdig", member, (int)state, number, wire);
	/* A room has many members, and each has a first time. */
	if (ok && db_changes(inside->db) == 0)
		ok = db_run(inside->db, error,
			    "UPDATE marks SET state = max(state, ?)"
			    " WHERE conversation = ? AND member = ? AND seq ="
			    " (SELECT seq FROM messages"
			    " WHERE conversation = ? AND wire = ? AND direction = 1)",
			    "ditig", (int)state, number, member, number, wire);
	g_bytes_unref(wire);
	return ok;
}

static gboolean groups_marks(struct store *store, const char *conversation, const char *id,
			     mark_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;
	int64_t number;

	if (!names_find(inside->names, conversation, &number, error))
		return FALSE;
	GBytes *wire = message_row_wire(id);
	gboolean ok = db_query(inside->db, &query, error,
			       "SELECT k.member, k.state FROM marks k JOIN messages m"
			       " ON m.conversation = k.conversation AND m.seq = k.seq"
			       " WHERE m.conversation = ? AND m.wire = ? AND m.direction = 1"
			       " ORDER BY k.member",
			       "ig", number, wire);
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		g_autofree char *member = query_text(&query, 0);
		int64_t state = query_int(&query, 1);

		ok = member && state >= 0 && state < STATE_COUNT;
		if (ok)
			go_on = func(member, (enum state)state, user);
		else
			error_set_plain(error, ERROR_DAMAGED);
	}
	query_close(&query);
	g_bytes_unref(wire);
	return ok;
}

const struct store_groups_ops groups_ops = {
	.put = groups_put,
	.get = groups_get,
	.find = groups_find,
	.each = groups_each,
	.mark = groups_mark,
	.marks = groups_marks,
};
