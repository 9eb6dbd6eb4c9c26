#include "storage/contacts.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/secret.h"
#include "storage/body.h"
#include "storage/groups.h"
#include "storage/inside.h"
#include "storage/messages.h"
#include "storage/names.h"

/* -- contacts --------------------------------------------------------------------------------- */

#define CONTACT_COLUMNS                                                                       \
	"id, alias, rule, manners, is_known, is_listed, has_owner, owner, added_at, timer, " \
	"timer_version, draft, last_at, unread, privacy, kind, muted_to"

enum {
	COL_ID,
	COL_ALIAS,
	COL_RULE,
	COL_MANNERS,
	COL_KNOWN,
	COL_LISTED,
	COL_HAS_OWNER,
	COL_OWNER,
	COL_ADDED_AT,
	COL_TIMER,
	COL_TIMER_VERSION,
	COL_DRAFT,
	COL_LAST_AT,
	COL_UNREAD,
	COL_PRIVACY,
	COL_KIND,
	COL_MUTED
};

gboolean contacts_put(struct store *store, const struct contact *contact, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;

	if (!inside_check_writing(store, error) ||
	    !names_intern(inside->names, contact->address, &id, error) ||
	    !db_run(inside->db, error,
		    "INSERT OR IGNORE INTO conversations (id, rule, receipts, is_known, is_listed,"
		    " has_owner, owner, added_at, timer, timer_version)"
		    " VALUES (?, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
		    "i", id))
		return FALSE;
	return db_run(inside->db, error,
		      "UPDATE conversations SET alias = ?, rule = ?, manners = ?, is_known = ?,"
		      " is_listed = ?, has_owner = ?, owner = ?, added_at = ?, timer = ?,"
		      " timer_version = ?, privacy = ?, kind = ?, muted_to = ? WHERE id = ?",
		      "tdidddiiiiddii", contact->alias, (int)contact->rule,
		      manners_pack(&contact->manners),
		      contact->is_known, contact->is_listed, contact->has_owner,
		      (int64_t)contact->owner, contact->added_at, contact->timer,
		      (int64_t)contact->timer_version, (int)contact->privacy,
		      (int)contact->kind, contact->muted_to, id);
}

static gboolean read_draft(struct inside *inside, const struct query *query,
			   struct contact *contact, GError **error)
{
	size_t bytes;
	const void *sealed = query_blob(query, COL_DRAFT, &bytes);

	if (query_is_null(query, COL_DRAFT))
		return TRUE;
	contact->draft = body_open_draft(inside->keys.body, contact->address, sealed, bytes);
	if (contact->draft)
		return TRUE;
	error_set(error, ERROR_DAMAGED, "The draft to %s is damaged on the disk; write it anew.",
		  contact->address);
	return FALSE;
}

static gboolean read_contact(struct inside *inside, const struct query *query,
			     struct contact *contact, GError **error)
{
	int64_t id = query_int(query, COL_ID);
	const char *address = names_get(inside->names, id, error);
	int64_t rule = query_int(query, COL_RULE);
	int64_t privacy = query_int(query, COL_PRIVACY);
	int64_t kind = query_int(query, COL_KIND);

	memset(contact, 0, sizeof(*contact));
	if (!address)
		return FALSE;
	if (rule < 0 || rule >= RULE_COUNT ||
	    !manners_unpack(query_int(query, COL_MANNERS), &contact->manners) ||
	    privacy < 0 || privacy >= PRIVACY_COUNT || kind < 0 || kind >= CONTACT_KIND_COUNT) {
		error_set_plain(error, ERROR_DAMAGED);
		return FALSE;
	}
	contact->address = g_strdup(address);
	contact->alias = query_text(query, COL_ALIAS);
	contact->rule = (enum trust_rule)rule;
	contact->privacy = (enum privacy)privacy;
	contact->kind = (enum contact_kind)kind;
	contact->muted_to = query_int(query, COL_MUTED);
	contact->is_known = query_int(query, COL_KNOWN);
	contact->is_listed = query_int(query, COL_LISTED);
	contact->has_owner = query_int(query, COL_HAS_OWNER);
	contact->owner = (uint32_t)query_int(query, COL_OWNER);
	contact->added_at = query_int(query, COL_ADDED_AT);
	contact->timer = query_int(query, COL_TIMER);
	contact->timer_version = (uint64_t)query_int(query, COL_TIMER_VERSION);
	contact->last_at = query_int(query, COL_LAST_AT);
	contact->unread = (uint32_t)query_int(query, COL_UNREAD);
	if (read_draft(inside, query, contact, error) &&
	    messages_preview(inside, id, &contact->preview, &contact->preview_until, error))
		return TRUE;
	contact_clear(contact);
	return FALSE;
}

gboolean contacts_get(struct store *store, const char *address, struct contact **contact,
		      GError **error)
{
	struct inside *inside = inside_of(store);
	struct contact row;
	struct query query;
	bool has = false;
	int64_t id;

	*contact = NULL;
	if (!names_find(inside->names, address, &id, error))
		return FALSE;
	gboolean ok =
		db_query(inside->db, &query, error,
			 "SELECT " CONTACT_COLUMNS " FROM conversations WHERE id = ?", "i", id) &&
		query_next(&query, &has, error);
	if (ok && has) {
		ok = read_contact(inside, &query, &row, error);
		if (ok)
			*contact = g_memdup2(&row, sizeof(row));
	}
	query_close(&query);
	return ok;
}

gboolean contacts_each(struct store *store, contact_func func, void *user, GError **error)
{
	struct inside *inside = inside_of(store);
	struct contact row;
	struct query query;
	gboolean go_on = TRUE;
	bool has = true;

	gboolean ok =
		db_query(inside->db, &query, error,
			 "SELECT " CONTACT_COLUMNS " FROM conversations ORDER BY arrival DESC,"
			 " (SELECT address FROM addresses WHERE id = conversations.id)",
			 "");
	while (ok && go_on && (ok = query_next(&query, &has, error)) && has) {
		ok = read_contact(inside, &query, &row, error);
		if (!ok)
			break;
		go_on = func(&row, user);
		contact_clear(&row);
	}
	query_close(&query);
	return ok;
}

gboolean contacts_del(struct store *store, const char *address, GError **error)
{
	struct inside *inside = inside_of(store);
	struct db *db = inside->db;
	int64_t id;

	if (!inside_check_writing(store, error) || !names_find(inside->names, address, &id, error))
		return FALSE;
	return messages_del_all(inside, id, error) && groups_del(inside, id, error) &&
	       db_run(db, error, "DELETE FROM outbox WHERE conversation = ?", "i", id) &&
	       db_run(db, error, "UPDATE devices SET is_active = 0 WHERE address = ?", "i", id) &&
	       db_run(db, error, "DELETE FROM conversations WHERE id = ?", "i", id);
}

gboolean contacts_put_draft(struct store *store, const char *address, const char *text,
			    GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t id;

	if (!inside_check_writing(store, error) || !names_find(inside->names, address, &id, error))
		return FALSE;
	GBytes *sealed = text && *text ? body_seal_draft(inside->keys.body, address, text) : NULL;
	gboolean ok = db_run(inside->db, error, "UPDATE conversations SET draft = ? WHERE id = ?",
			     "gi", sealed, id);
	if (ok && db_changes(inside->db) == 0) {
		error_set_plain(error, ERROR_NO_CONTACT);
		ok = FALSE;
	}
	if (sealed)
		g_bytes_unref(sealed);
	return ok;
}

/* -- devices ---------------------------------------------------------------------------------- */

#define DEVICE_COLUMNS                                                                             \
	"address, id, key, is_active, is_sotto, trust, first_seen, last_seen, decided_at, label, " \
	"method, reads, sends_digest"

gboolean devices_put(struct store *store, const struct device *device, GError **error)
{
	struct inside *inside = inside_of(store);
	int64_t address;

	if (!inside_check_writing(store, error) ||
	    !names_intern(inside->names, device->address, &address, error))
		return FALSE;
	return db_run(inside->db, error,
		      "INSERT OR REPLACE INTO devices (" DEVICE_COLUMNS ") VALUES "
		      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		      "iibdddiiittid", address, (int64_t)device->id,
		      device->has_key ? device->key : NULL, sizeof(device->key), device->is_active,
		      device->is_sotto, (int)device->trust, device->first_seen, device->last_seen,
		      device->decided_at, device->label, device->method,
		      (int64_t)device->reads, device->sends_digest);
}

static gboolean read_device(struct inside *inside, const struct query *query, struct device *device,
			    GError **error)
{
	const char *address = names_get(inside->names, query_int(query, 0), error);
	int64_t trust = query_int(query, 5);
	size_t bytes;

	memset(device, 0, sizeof(*device));
	if (!address)
		return FALSE;
	const void *key = query_blob(query, 2, &bytes);
	if (trust < 0 || trust >= TRUST_COUNT || (key && bytes != CONTACT_KEY_BYTES)) {
		error_set_plain(error, ERROR_DAMAGED);
		return FALSE;
	}
	device->address = g_strdup(address);
	device->id = (uint32_t)query_int(query, 1);
	device->has_key = key != NULL;
	if (key)
		memcpy(device->key, key, CONTACT_KEY_BYTES);
	device->is_active = query_int(query, 3);
	device->is_sotto = query_int(query, 4);
	device->trust = (enum trust)trust;
	device->first_seen = query_int(query, 6);
	device->last_seen = query_int(query, 7);
	device->decided_at = query_int(query, 8);
	device->label = query_text(query, 9);
	device->method = query_text(query, 10);
	device->reads = (unsigned)query_int(query, 11);
	device->sends_digest = query_int(query, 12);
	return TRUE;
}

gboolean devices_get(struct store *store, const char *address, uint32_t id, struct device **device,
		     GError **error)
{
	struct inside *inside = inside_of(store);
	struct device row;
	struct query query;
	bool has = false;
	int64_t number;

	*device = NULL;
	if (!names_find(inside->names, address, &number, error))
		return FALSE;
	gboolean ok =
		db_query(inside->db, &query, error,
			 "SELECT " DEVICE_COLUMNS " FROM devices WHERE address = ? AND id = ?",
			 "ii", number, (int64_t)id) &&
		query_next(&query, &has, error);
	if (ok && has) {
		ok = read_device(inside, &query, &row, error);
		if (ok)
			*device = g_memdup2(&row, sizeof(row));
	}
	query_close(&query);
	return ok;
}

static gboolean each_device(struct inside *inside, struct query *query, device_func func,
			    void *user, GError **error)
{
	gboolean go_on = TRUE;
	struct device row;
	bool has;

	while (go_on) {
		if (!query_next(query, &has, error))
			return FALSE;
		if (!has)
			break;
		if (!read_device(inside, query, &row, error))
			return FALSE;
		go_on = func(&row, user);
		device_clear(&row);
	}
	return TRUE;
}

gboolean devices_each(struct store *store, const char *address, device_func func, void *user,
		      GError **error)
{
	struct inside *inside = inside_of(store);
	struct query query;
	int64_t number;

	if (!address) {
		gboolean ok =
			db_query(
				inside->db, &query, error,
				"SELECT " DEVICE_COLUMNS " FROM devices ORDER BY"
				" (SELECT a.address FROM addresses a"
				       " WHERE a.id = devices.address), id",
				"") &&
			each_device(inside, &query, func, user, error);
		query_close(&query);
		return ok;
	}
	if (!names_find(inside->names, address, &number, error))
		return FALSE;
	gboolean ok =
		db_query(inside->db, &query, error,
			 "SELECT " DEVICE_COLUMNS " FROM devices WHERE address = ? ORDER BY id",
			 "i", number) &&
		each_device(inside, &query, func, user, error);
	query_close(&query);
	return ok;
}
