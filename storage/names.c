#include "storage/names.h"

#include "core/base/error.h"
#include "storage/db.h"

struct names {
	struct db *db;
	GHashTable *by_address; /* address -> struct name, owned by by_id */
	GHashTable *by_id;	/* id -> struct name */
};

struct name {
	int64_t id;
	char *address;
};

static void name_free(void *data)
{
	struct name *name = data;

	g_free(name->address);
	g_free(name);
}

struct names *names_new(struct db *db)
{
	struct names *names = g_new0(struct names, 1);

	names->db = db;
	names->by_address = g_hash_table_new(g_str_hash, g_str_equal);
	names->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, name_free);
	return names;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	g_hash_table_unref(names->by_address);
	g_hash_table_unref(names->by_id);
	g_free(names);
}

void names_forget(struct names *names)
{
	g_hash_table_remove_all(names->by_address);
	g_hash_table_remove_all(names->by_id);
}

/* Takes ADDRESS. */
static const struct name *keep(struct names *names, int64_t id, char *address)
{
	struct name *name = g_new(struct name, 1);

	name->id = id;
	name->address = address;
	g_hash_table_insert(names->by_address, name->address, name);
	g_hash_table_insert(names->by_id, &name->id, name);
	return name;
}

gboolean names_find(struct names *names, const char *address, int64_t *id, GError **error)
{
	const struct name *name = g_hash_table_lookup(names->by_address, address);
	struct query query;
	bool has = false;

	*id = name ? name->id : 0;
	if (name)
		return TRUE;
	gboolean ok = db_query(names->db, &query, error,
			       "SELECT id FROM addresses WHERE address = ?", "t", address) &&
		      query_next(&query, &has, error);
	if (ok && has) {
		*id = query_int(&query, 0);
		keep(names, *id, g_strdup(address));
	}
	query_close(&query);
	return ok;
}

gboolean names_intern(struct names *names, const char *address, int64_t *id, GError **error)
{
	if (!names_find(names, address, id, error))
		return FALSE;
	if (*id)
		return TRUE;
	if (!db_run(names->db, error, "INSERT INTO addresses (address) VALUES (?)", "t", address))
		return FALSE;
	*id = db_inserted(names->db);
	keep(names, *id, g_strdup(address));
	return TRUE;
}

const char *names_get(struct names *names, int64_t id, GError **error)
{
	const struct name *name = g_hash_table_lookup(names->by_id, &id);
	struct query query;
	bool has = false;

	if (name)
		return name->address;
	gboolean ok = db_query(names->db, &query, error,
			       "SELECT address FROM addresses WHERE id = ?", "i", id) &&
		      query_next(&query, &has, error);
	if (ok && has)
		name = keep(names, id, query_text(&query, 0));
	else if (ok)
		error_set(error, ERROR_DAMAGED,
			  "The database names an address that isn't in it; it is damaged, restore "
			  "the profile from a backup.");
	query_close(&query);
	return name ? name->address : NULL;
}
