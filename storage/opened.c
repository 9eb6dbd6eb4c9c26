#include "storage/opened.h"

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/port/store_lost.h"
#include "storage/contacts.h"
#include "storage/clock_file.h"
#include "storage/expiry.h"
#include "storage/expiry_vault.h"
#include "storage/file_rows.h"
#include "storage/groups.h"
#include "storage/inside.h"
#include "storage/messages.h"
#include "storage/names.h"
#include "storage/profile_files.h"
#include "storage/records.h"
#include "storage/schema.h"
#include "storage/search.h"
#include "storage/sessions.h"

/* Subkeys of the master key; never renumber. */
enum { SUBKEY_DATABASE = 1, SUBKEY_BODY, SUBKEY_VAULT, SUBKEY_CLOCK };
enum { SUBKEY_BYTES = 32 };

static const char subkey_context[CRYPTO_KDF_CONTEXT_BYTES] = { 's', 'o', 't', 't',
							       'o', 'k', 'e', 'y' };

static struct secret *subkey(const struct secret *master, uint64_t number, GError **error)
{
	struct secret *key = secret_new(SUBKEY_BYTES, error);

	if (key)
		crypto_derive(secret_peek(master), subkey_context, number, secret_data(key),
			      SUBKEY_BYTES);
	return key;
}

static void store_close(struct store *store)
{
	struct inside *inside = inside_of(store);

	if (!inside)
		return;
	search_free(inside->search);
	names_free(inside->names);
	db_close(inside->db);
	expiry_vault_close(inside->vault);
	secret_free(inside->keys.body);
	secret_free(inside->keys.vault);
	secret_free(inside->keys.clock);
	if (inside->is_open)
		*inside->is_open = false;
	g_free(inside->ballast);
	g_free(inside->clock_file);
	g_free(inside);
}

static gboolean store_begin(struct store *store, GError **error)
{
	struct inside *inside = inside_of(store);

	if (db_is_writing(inside->db)) {
		error_set(error, ERROR_FAILED, "A transaction is open already.");
		return FALSE;
	}
	return db_begin(inside->db, error);
}

/* The file is written after the commit, so it never knows of more than the database that it belongs
 * to. */
static gboolean compare_commits(struct inside *inside, GError **error)
{
	struct clock_record record;

	if (!db_number(inside->db, error, "SELECT commits FROM clock WHERE id = ?", 1,
		       &inside->commits))
		return FALSE;
	inside->is_older = clock_file_read(inside->clock_file, inside->keys.clock, &record) &&
			   record.commits > inside->commits;
	return TRUE;
}

/* Every commit counts: so a database put back by hand is older than the file beside the vault. */
static gboolean mark_commit(struct inside *inside, GError **error)
{
	return db_run(inside->db, error, "UPDATE clock SET commits = commits + 1", "");
}

static gboolean store_commit(struct store *store, GError **error)
{
	struct inside *inside = inside_of(store);

	if (!inside_check_writing(store, error) || !mark_commit(inside, error) ||
	    !expiry_vault_prepare(inside->vault, error) || !db_commit(inside->db, error))
		return FALSE;
	expiry_vault_settle(inside->vault, true);
	search_settle(inside->search, true);
	inside->commits++;
	/* Without waiting for the disk: the database's own row is there already. */
	const struct clock_record record = { inside->saved, inside->commits };
	if (record.time.time && !clock_file_write(inside->clock_file, inside->keys.clock, &record,
						  false, NULL))
		g_debug("%s could not be written", inside->clock_file);
	inside->saved.time = 0;
	return TRUE;
}

static void store_rollback(struct store *store)
{
	struct inside *inside = inside_of(store);

	db_rollback(inside->db);
	names_forget(inside->names);
	expiry_vault_settle(inside->vault, false);
	search_settle(inside->search, false);
	inside->saved.time = 0;
}

static const struct store_lost_ops lost_ops = {
	.again = messages_again,
	.seen = seen_has,
	.retire = sessions_retire,
	.retired_get = sessions_retired_get,
	.retired_put = sessions_retired_put,
	.retired_drop = sessions_retired_drop,
	.unsee = seen_unsee,
};

static void store_heed(struct store *store, const struct cancel *cancel)
{
	db_heed(inside_of(store)->db, cancel);
}

static const struct store_ops ops = {
	.close = store_close,
	.begin = store_begin,
	.commit = store_commit,
	.rollback = store_rollback,
	.setting_get = settings_get,
	.setting_put = settings_put,
	.contact_put = contacts_put,
	.contact_get = contacts_get,
	.contact_each = contacts_each,
	.contact_del = contacts_del,
	.draft_put = contacts_put_draft,
	.device_put = devices_put,
	.device_get = devices_get,
	.device_each = devices_each,
	.message_put = messages_put,
	.message_get = messages_get,
	.message_before = messages_before,
	.message_after = messages_after,
	.message_unread = messages_unread,
	.message_state = messages_state,
	.message_read = messages_read,
	.message_search = search_messages,
	.search_build = search_build_slice,
	.session_get = sessions_get,
	.session_put = sessions_put,
	.session_del = sessions_del,
	.key_get = prekeys_get,
	.key_put = prekeys_put,
	.key_del = prekeys_del,
	.key_each = prekeys_each,
	.outbox_put = outbox_put,
	.outbox_each = outbox_each,
	.outbox_del = outbox_del,
	.outbox_count = outbox_count,
	.seen_put = seen_put,
	.seen_prune = seen_prune,
	.journal_put = journal_put,
	.journal_each = journal_each,
	.counts = records_count,
	.heed = store_heed,
	.expiry = &expiry_ops,
	.groups = &groups_ops,
	.files = &file_rows_ops,
	.lost = &lost_ops,
};

/* Keys whose body went, or never came, when a crash lay between the commit and the vault. */
static gboolean drop_orphans(struct inside *inside, GError **error)
{
	GArray *ids = expiry_vault_owned(inside->vault);
	gboolean ok = TRUE;

	for (unsigned i = 0; ok && i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i), bodies;

		ok = db_number(inside->db, error,
			       "SELECT count(*) FROM messages WHERE bucket = ? AND bucket > 0", id,
			       &bodies);
		if (ok && bodies == 0)
			expiry_vault_drop(inside->vault, id);
	}
	g_array_unref(ids);
	expiry_vault_settle(inside->vault, true);
	return ok;
}

struct store *opened_new(const struct opened_options *options, const struct secret *master,
			 GError **error)
{
	struct inside *inside = g_new0(struct inside, 1);
	struct secret *key = subkey(master, SUBKEY_DATABASE, error);
	gboolean ok = FALSE;

	inside->store.ops = &ops;
	inside->clock = options->clock;
	inside->search = search_new(options->index_from);
	char *folder = g_path_get_dirname(options->path);
	char *vault = profile_file_path(folder, PROFILE_VAULT);
	inside->ballast = profile_file_path(folder, PROFILE_BALLAST);
	inside->clock_file = profile_file_path(folder, PROFILE_CLOCK);
	g_free(folder);
	if (!key)
		goto out;
	inside->keys.body = subkey(master, SUBKEY_BODY, error);
	inside->keys.vault = inside->keys.body ? subkey(master, SUBKEY_VAULT, error) : NULL;
	inside->keys.clock = inside->keys.vault ? subkey(master, SUBKEY_CLOCK, error) : NULL;
	if (!inside->keys.clock)
		goto out;
	inside->db = db_open(options->path, key, options->make, DB_VFS, error);
	stack_wipe();
	if (!inside->db || !schema_upgrade(inside->db, error) || !compare_commits(inside, error) ||
	    !db_number(inside->db, error, "SELECT max(arrival) FROM conversations WHERE id >= ?",
		       0, &inside->arrivals))
		goto out;
	inside->names = names_new(inside->db);
	inside->vault = expiry_vault_open(vault, inside->keys.vault, error);
	if (!inside->vault || !drop_orphans(inside, error))
		goto out;
	inside->is_open = options->is_open;
	ok = TRUE;
out:
	secret_free(key);
	g_free(vault);
	if (!ok) {
		store_close(&inside->store);
		return NULL;
	}
	return &inside->store;
}
