#include "storage/schema.h"

#include "core/base/error.h"
#include "storage/db.h"

/*
 * 1: everything.
 *
 * addresses     each address once; its number stands for it elsewhere.
 * conversations a contact. next_seq, last_at (the newest message's time), unread and messages
 *               follow the messages table, so that nothing has to be counted. timer_by (who changed
 *               the timer) and held (rows waiting to be erased) are the expiry's.
 * messages      clustered: a page of a conversation is a few pages of the file. wire is the id
 *               (16 bytes for 32 hex digits, else the text). body is sealed under the body key,
 *               or where bucket isn't 0 under that key of the vault; body_row points into bodies
 *               where it is too long for a clustered row. A body that is gone has neither.
 * clock         one row, rewritten by every commit: the commit counter, and the times of it.
 */
static const char first[] =
	"CREATE TABLE addresses (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);"
	"CREATE TABLE conversations (id INTEGER PRIMARY KEY REFERENCES addresses(id),"
	" alias TEXT, rule INTEGER NOT NULL, receipts INTEGER NOT NULL, is_known INTEGER NOT NULL,"
	" is_listed INTEGER NOT NULL, has_owner INTEGER NOT NULL, owner INTEGER NOT NULL,"
	" added_at INTEGER NOT NULL, timer INTEGER NOT NULL, timer_version INTEGER NOT NULL,"
	" timer_by TEXT, draft BLOB, next_seq INTEGER NOT NULL DEFAULT 1,"
	" last_at INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0,"
	" messages INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0);"
	"CREATE TABLE messages (conversation INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" wire BLOB NOT NULL, sender INTEGER NOT NULL, device INTEGER NOT NULL,"
	" direction INTEGER NOT NULL, state INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" trust INTEGER NOT NULL, flags INTEGER NOT NULL, sent_at INTEGER NOT NULL,"
	" received_at INTEGER NOT NULL, read_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
	" expire_seconds INTEGER NOT NULL, bucket INTEGER NOT NULL DEFAULT 0, body BLOB,"
	" body_row INTEGER, PRIMARY KEY (conversation, seq)) WITHOUT ROWID;"
	"CREATE UNIQUE INDEX messages_wire ON messages (conversation, wire, sender);"
	"CREATE INDEX messages_unread ON messages (received_at)"
	" WHERE read_at = 0 AND direction = 0;"
	"CREATE INDEX messages_unread_in ON messages (conversation, received_at)"
	" WHERE read_at = 0 AND direction = 0;"
	"CREATE INDEX messages_deadline ON messages (expires_at) WHERE expires_at > 0;"
	"CREATE INDEX messages_bucket ON messages (bucket) WHERE bucket > 0;"
	"CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL);"
	"CREATE TABLE devices (address INTEGER NOT NULL REFERENCES addresses(id),"
	" id INTEGER NOT NULL, key BLOB, is_active INTEGER NOT NULL, is_sotto INTEGER NOT NULL,"
	" trust INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	" decided_at INTEGER NOT NULL, label TEXT, method TEXT,"
	" PRIMARY KEY (address, id)) WITHOUT ROWID;"
	"CREATE TABLE sessions (id INTEGER PRIMARY KEY,"
	" address INTEGER NOT NULL REFERENCES addresses(id), device INTEGER NOT NULL,"
	" record BLOB NOT NULL, UNIQUE (address, device));"
	"CREATE TABLE prekeys (kind INTEGER NOT NULL, id INTEGER NOT NULL, record BLOB NOT NULL,"
	" made_at INTEGER NOT NULL, used_at INTEGER NOT NULL, batch INTEGER NOT NULL,"
	" PRIMARY KEY (kind, id)) WITHOUT ROWID;"
	"CREATE TABLE outbox (row INTEGER PRIMARY KEY AUTOINCREMENT,"
	" conversation INTEGER NOT NULL REFERENCES addresses(id), id TEXT, recipient TEXT NOT NULL,"
	" device INTEGER NOT NULL, is_own INTEGER NOT NULL, made_at INTEGER NOT NULL,"
	" bytes BLOB NOT NULL);"
	"CREATE INDEX outbox_message ON outbox (conversation, id);"
	"CREATE TABLE seen (digest BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX seen_at ON seen (at);"
	"CREATE TABLE journal (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
	" what TEXT NOT NULL, address TEXT, device INTEGER NOT NULL, detail TEXT,"
	" link BLOB NOT NULL);"
	"CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), commits INTEGER NOT NULL,"
	" time INTEGER NOT NULL, wall INTEGER NOT NULL, boot INTEGER NOT NULL,"
	" boot_id TEXT NOT NULL);"
	"INSERT INTO clock VALUES (1, 0, 0, 0, 0, '');";

/* 2: how much of a conversation stands on the screen (core/model/privacy.h). */
static const char second[] =
	"ALTER TABLE conversations ADD COLUMN privacy INTEGER NOT NULL DEFAULT 0;";

/*
 * 3: what each contact is told (core/model/manners.h), in place of receipts; messages that
 * were corrected: when, and the id of the correction that counts.
 *
 * Conversations of several people: kind is core/model/contact.h's; marks says how far a message to
 * a group has come with each member, and goes with its message.
 *
 * Files on their way, in their sealed form: a row goes with its message, chunks with their row.
 */
static const char third[] =
	"ALTER TABLE conversations ADD COLUMN manners INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE messages ADD COLUMN edited_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE messages ADD COLUMN edit BLOB;"
	"CREATE INDEX messages_edit ON messages (conversation, edit) WHERE edit IS NOT NULL;"
	"ALTER TABLE conversations ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE groups (id INTEGER PRIMARY KEY REFERENCES conversations(id),"
	" wire TEXT UNIQUE, name TEXT NOT NULL, owner TEXT, version INTEGER NOT NULL,"
	" is_left INTEGER NOT NULL);"
	"CREATE TABLE members (id INTEGER NOT NULL REFERENCES groups(id), place INTEGER NOT NULL,"
	" address TEXT NOT NULL, PRIMARY KEY (id, place)) WITHOUT ROWID;"
	"CREATE TABLE marks (conversation INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" member TEXT NOT NULL, state INTEGER NOT NULL,"
	" PRIMARY KEY (conversation, seq, member)) WITHOUT ROWID;"
	"CREATE TRIGGER marks_go AFTER DELETE ON messages BEGIN"
	" DELETE FROM marks WHERE conversation = old.conversation AND seq = old.seq; END;"
	"CREATE TABLE files (number INTEGER PRIMARY KEY AUTOINCREMENT,"
	" conversation INTEGER NOT NULL REFERENCES addresses(id),"
	" sender INTEGER NOT NULL REFERENCES addresses(id), id TEXT NOT NULL,"
	" is_out INTEGER NOT NULL, state INTEGER NOT NULL, count INTEGER NOT NULL,"
	" done INTEGER NOT NULL, path TEXT, UNIQUE (conversation, sender, id));"
	"CREATE TABLE file_chunks (file INTEGER NOT NULL REFERENCES files(number)"
	" ON DELETE CASCADE, number INTEGER NOT NULL, bytes BLOB NOT NULL,"
	" PRIMARY KEY (file, number));";

/* 4: placeholders say their cause, and count (core/profile/placeholder.h). */
static const char fourth[] =
	"ALTER TABLE messages ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE messages ADD COLUMN count INTEGER NOT NULL DEFAULT 0;";

/*
 * 5: the order in which messages were stored. No clock decides it: a wall clock can be wrong, and
 * set right again. arrival counts from above every time that older rows have in its place;
 * conversations have that of their newest message.
 */
static const char fifth[] =
	"ALTER TABLE messages ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE conversations ADD COLUMN arrival INTEGER NOT NULL DEFAULT 0;"
	"UPDATE conversations SET arrival = last_at;"
	"DROP INDEX messages_unread;"
	"DROP INDEX messages_unread_in;"
	"CREATE INDEX messages_unread ON messages (arrival, received_at)"
	" WHERE read_at = 0 AND direction = 0;"
	"CREATE INDEX messages_unread_in ON messages (conversation)"
	" WHERE read_at = 0 AND direction = 0;";

/* 6: how much of the clock's time isn't confirmed (core/base/appclock.h). */
static const char sixth[] = "ALTER TABLE clock ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;"
			    "ALTER TABLE clock ADD COLUMN base_time INTEGER NOT NULL DEFAULT 0;"
			    "ALTER TABLE clock ADD COLUMN base_wall INTEGER NOT NULL DEFAULT 0;";

/* 7: where a correction stands in its author's ratchet (core/model/message.h). */
static const char seventh[] = "ALTER TABLE messages ADD COLUMN chain INTEGER NOT NULL DEFAULT 0;"
			      "ALTER TABLE messages ADD COLUMN counter INTEGER NOT NULL DEFAULT 0;";

/* 8: sessions that are there to open with alone (core/ratchet/ratchet.h). */
static const char eighth[] =
	"CREATE TABLE retired_sessions (address INTEGER NOT NULL REFERENCES addresses(id),"
	" device INTEGER NOT NULL, record BLOB NOT NULL,"
	" PRIMARY KEY (address, device)) WITHOUT ROWID;";

/* 9: what a device has said that it reads, and whether it sends digests (core/model/device.h). */
static const char ninth[] =
	"ALTER TABLE devices ADD COLUMN reads INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE devices ADD COLUMN sends_digest INTEGER NOT NULL DEFAULT 0;";

/* 10: until when nothing is told of a conversation's messages (core/model/contact.h). */
static const char tenth[] =
	"ALTER TABLE conversations ADD COLUMN muted_to INTEGER NOT NULL DEFAULT 0;";

static const char *const migrations[] = { first, second, third, fourth, fifth, sixth, seventh,
					   eighth, ninth, tenth };

unsigned schema_version(void)
{
	return G_N_ELEMENTS(migrations);
}

static gboolean run_migration(struct db *db, unsigned number, GError **error)
{
	char *mark = g_strdup_printf("PRAGMA user_version = %u", number);
	gboolean ok = db_begin(db, error) && db_script(db, migrations[number - 1], error) &&
		      db_script(db, mark, error) && db_commit(db, error);

	if (!ok)
		db_rollback(db);
	g_free(mark);
	return ok;
}

gboolean schema_upgrade_to(struct db *db, unsigned last, GError **error)
{
	struct query query;
	bool has;

	gboolean ok = db_query(db, &query, error, "PRAGMA user_version", "") &&
		      query_next(&query, &has, error);
	int64_t now = ok && has ? query_int(&query, 0) : 0;
	query_close(&query);
	if (!ok)
		return FALSE;
	if (now < 0 || now > (int64_t)schema_version()) {
		error_set(
			error, ERROR_UNAVAILABLE,
			"The profile was made by a newer sotto (its database has version %d, "
			"this one knows %u); use that one.",
			(int)now, schema_version());
		return FALSE;
	}
	for (unsigned number = (unsigned)now + 1; ok && number <= last; number++)
		ok = run_migration(db, number, error);
	return ok;
}

gboolean schema_upgrade(struct db *db, GError **error)
{
	return schema_upgrade_to(db, schema_version(), error);
}
