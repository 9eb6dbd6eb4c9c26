#include "storage/expiry_vault.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"

/*
 * The file is a row of page pairs, each page 32 slots, the second page a copy of the first. A slot,
 * integers little-endian; a free one is all zero:
 *
 *    0  8  deadline, ms of the app clock; 0: when its body goes
 *    8  8  id
 *   16  4  slot's number
 *   20  4  magic
 *   24 72  the key in a box, bytes 0 to 23 as associated data
 *   96 32  zero
 */
enum {
	SLOT_BYTES = 128,
	PAGE_BYTES = 4096,
	PAGE_SLOTS = PAGE_BYTES / SLOT_BYTES,
	COPIES = 2,
	PAIR_BYTES = PAGE_BYTES * COPIES,
	AT_ID = 8,
	AT_NUMBER = 16,
	AT_MAGIC = 20,
	AT_BOX = 24,
	KEY_BYTES = 32,
	PAIRS_MAX = 1 << 16,
	WIDTH_LEAST = 60,
	WIDTH_PART = 32,
};
#define MAGIC  ((uint32_t)0x31766b73)
#define NOWHERE UINT32_MAX

struct record {
	int64_t id;
	int64_t deadline; /* 0: of one body */
	uint32_t number;  /* its slot; NOWHERE while it has none */
	uint8_t slot[SLOT_BYTES];
	struct secret *memory; /* the key, when it is in memory only */
};

struct expiry_vault {
	char *path;
	const struct secret *key;
	int fd; /* -1: no file yet */
	uint32_t slots;
	GHashTable *records; /* by id */
	GHashTable *buckets; /* by deadline and where they are kept; owned by records */
	GArray *unused;	     /* uint32_t: free slots */
	GPtrArray *fresh;    /* struct record made in this transaction */
	GPtrArray *dropped;  /* struct record dropped in this transaction */
	struct secret *opened; /* the key used last */
	int64_t opened_id;
};

static void put(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *at, int bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)at[i] << (8 * i);
	return value;
}

static off_t place(uint32_t number, int copy)
{
	return (off_t)(number / PAGE_SLOTS) * PAIR_BYTES + (off_t)copy * PAGE_BYTES +
	       (off_t)(number % PAGE_SLOTS) * SLOT_BYTES;
}

static bool is_used(const uint8_t *slot)
{
	return get(slot + AT_MAGIC, 4) == MAGIC;
}

static void record_free(void *data)
{
	struct record *record = data;

	secret_free(record->memory);
	wipe(record, sizeof(*record));
	g_free(record);
}

static int64_t bucket_name(int64_t deadline, bool is_memory)
{
	return (int64_t)((uint64_t)deadline * 2 + is_memory);
}

/* -- the file ------------------------------------------------------------------------------- */

static gboolean fail(const char *path, const char *what, GError **error)
{
	error_set_errno(error, errno, "can't %s %s", what, path);
	return FALSE;
}

static gboolean write_slot(int fd, uint32_t number, int copy, const uint8_t *slot)
{
	return pwrite(fd, slot, SLOT_BYTES, place(number, copy)) == SLOT_BYTES;
}

/* Every slot's first copy, on the disk, then every second one: a torn write leaves one of them. */
static gboolean write_all(struct expiry_vault *vault, GPtrArray *records, bool is_erasing,
			  GError **error)
{
	static const uint8_t none[SLOT_BYTES];

	for (int copy = 0; copy < COPIES; copy++) {
		unsigned written = 0;

		for (unsigned i = 0; i < records->len; i++) {
			const struct record *record = records->pdata[i];

			if (record->number == NOWHERE)
				continue;
			if (!write_slot(vault->fd, record->number, copy,
					is_erasing ? none : record->slot))
				return fail(vault->path, "write", error);
			written++;
		}
		if (written > 0 && fdatasync(vault->fd) < 0)
			return fail(vault->path, "write", error);
	}
	return TRUE;
}

/* One more pair of pages, its bytes on the disk: what is overwritten later lies there already. */
static gboolean grow(struct expiry_vault *vault, GError **error)
{
	static const uint8_t none[PAIR_BYTES];

	if (vault->slots >= (uint32_t)PAIRS_MAX * PAGE_SLOTS) {
		error_set(error, ERROR_LIMIT,
			  "Too many unread messages wait with a timer; read some.");
		return FALSE;
	}
	if (vault->fd < 0)
		vault->fd = open(vault->path,
				 O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (vault->fd < 0)
		return fail(vault->path, "make", error);
	off_t end = (off_t)(vault->slots / PAGE_SLOTS) * PAIR_BYTES;
	if (pwrite(vault->fd, none, PAIR_BYTES, end) != PAIR_BYTES || fsync(vault->fd) < 0)
		return fail(vault->path, "write", error);
	for (uint32_t i = 0; i < PAGE_SLOTS; i++) {
		uint32_t number = vault->slots + PAGE_SLOTS - 1 - i;

		g_array_append_val(vault->unused, number);
	}
	vault->slots += PAGE_SLOTS;
	return TRUE;
}

/* -- opening -------------------------------------------------------------------------------- */

static bool open_slot(const struct expiry_vault *vault, const uint8_t *slot, uint32_t number,
		      uint8_t key[static KEY_BYTES])
{
	return is_used(slot) && get(slot + AT_NUMBER, 4) == number &&
	       crypto_rest_open(secret_peek(vault->key), slot, AT_BOX, slot + AT_BOX,
				KEY_BYTES + CRYPTO_REST_BYTES, key);
}

/* Of a vault that was put together from older ones: two records of one name are none. */
static bool is_sensible(const struct expiry_vault *vault, int64_t id, int64_t deadline)
{
	return id > 0 && deadline >= 0 && !g_hash_table_contains(vault->records, &id);
}

static void keep(struct expiry_vault *vault, struct record *record)
{
	g_hash_table_insert(vault->records, &record->id, record);
	if (record->deadline) {
		int64_t *name = g_new(int64_t, 1);

		*name = bucket_name(record->deadline, record->memory != NULL);
		g_hash_table_insert(vault->buckets, name, record);
	}
}

static void load_pair(struct expiry_vault *vault, const uint8_t *pair, uint32_t first)
{
	uint8_t key[KEY_BYTES];

	for (uint32_t i = 0; i < PAGE_SLOTS; i++) {
		const uint8_t *slot = pair + (size_t)i * SLOT_BYTES;
		uint32_t number = first + i;

		if (!open_slot(vault, slot, number, key))
			slot += PAGE_BYTES;
		int64_t id = (int64_t)get(slot + AT_ID, 8), deadline = (int64_t)get(slot, 8);
		if (!open_slot(vault, slot, number, key) || !is_sensible(vault, id, deadline)) {
			g_array_append_val(vault->unused, number);
			continue;
		}
		struct record *record = g_new0(struct record, 1);
		record->id = id;
		record->deadline = deadline;
		record->number = number;
		memcpy(record->slot, slot, SLOT_BYTES);
		keep(vault, record);
	}
	wipe(key, sizeof(key));
}

static gboolean load(struct expiry_vault *vault, GError **error)
{
	uint8_t pair[PAIR_BYTES];

	vault->fd = open(vault->path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (vault->fd < 0 && errno == ENOENT)
		return TRUE;
	if (vault->fd < 0)
		return fail(vault->path, "open", error);
	while (vault->slots < (uint32_t)PAIRS_MAX * PAGE_SLOTS) {
		off_t at = (off_t)(vault->slots / PAGE_SLOTS) * PAIR_BYTES;
		ssize_t bytes = pread(vault->fd, pair, PAIR_BYTES, at);

		if (bytes < 0)
			return fail(vault->path, "read", error);
		/* A last pair that was cut short while the file grew holds no key. */
		if (bytes < PAIR_BYTES)
			break;
		load_pair(vault, pair, vault->slots);
		vault->slots += PAGE_SLOTS;
	}
	return TRUE;
}

struct expiry_vault *expiry_vault_open(const char *path, const struct secret *key, GError **error)
{
	struct expiry_vault *vault = g_new0(struct expiry_vault, 1);

	vault->path = g_strdup(path);
	vault->key = key;
	vault->fd = -1;
	vault->records = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, record_free);
	vault->buckets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	vault->unused = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	vault->fresh = g_ptr_array_new();
	vault->dropped = g_ptr_array_new();
	vault->opened = secret_new(KEY_BYTES, error);
	if (vault->opened && load(vault, error))
		return vault;
	expiry_vault_close(vault);
	return NULL;
}

void expiry_vault_close(struct expiry_vault *vault)
{
	if (!vault)
		return;
	if (vault->fd >= 0)
		close(vault->fd);
	g_hash_table_unref(vault->buckets);
	g_hash_table_unref(vault->records);
	g_array_unref(vault->unused);
	g_ptr_array_unref(vault->fresh);
	g_ptr_array_unref(vault->dropped);
	secret_free(vault->opened);
	g_free(vault->path);
	g_free(vault);
}

/* -- keys ----------------------------------------------------------------------------------- */

static int64_t new_id(const struct expiry_vault *vault)
{
	int64_t id;

	do {
		crypto_random(&id, sizeof(id));
		id &= INT64_MAX;
	} while (id == 0 || g_hash_table_contains(vault->records, &id));
	return id;
}

static gboolean fill_slot(struct expiry_vault *vault, struct record *record, GError **error)
{
	struct secret *key = secret_new_random(KEY_BYTES, error);

	if (!key || (vault->unused->len == 0 && !grow(vault, error))) {
		secret_free(key);
		return FALSE;
	}
	record->number = g_array_index(vault->unused, uint32_t, vault->unused->len - 1);
	g_array_set_size(vault->unused, vault->unused->len - 1);
	put(record->slot, (uint64_t)record->deadline, 8);
	put(record->slot + AT_ID, (uint64_t)record->id, 8);
	put(record->slot + AT_NUMBER, record->number, 4);
	put(record->slot + AT_MAGIC, MAGIC, 4);
	crypto_rest_seal(secret_peek(vault->key), record->slot, AT_BOX, secret_peek(key), KEY_BYTES,
			 record->slot + AT_BOX);
	secret_free(key);
	return TRUE;
}

static gboolean make(struct expiry_vault *vault, int64_t deadline, bool is_memory, int64_t *id,
		     GError **error)
{
	struct record *record = g_new0(struct record, 1);

	record->id = new_id(vault);
	record->deadline = deadline;
	record->number = NOWHERE;
	if (is_memory)
		record->memory = secret_new_random(KEY_BYTES, error);
	if (is_memory ? !record->memory : !fill_slot(vault, record, error)) {
		record_free(record);
		return FALSE;
	}
	keep(vault, record);
	g_ptr_array_add(vault->fresh, record);
	*id = record->id;
	return TRUE;
}

gboolean expiry_vault_own(struct expiry_vault *vault, int64_t *id, GError **error)
{
	return make(vault, 0, false, id, error);
}

gboolean expiry_vault_bucket(struct expiry_vault *vault, int64_t deadline, int64_t seconds,
			     bool is_memory, int64_t *id, GError **error)
{
	int64_t width = MAX(WIDTH_LEAST, seconds / WIDTH_PART) * 1000;
	int64_t end = (deadline + width - 1) / width * width;
	int64_t name = bucket_name(end, is_memory);
	const struct record *record = g_hash_table_lookup(vault->buckets, &name);

	if (!record)
		return make(vault, end, is_memory, id, error);
	*id = record->id;
	return TRUE;
}

const struct secret *expiry_vault_key(struct expiry_vault *vault, int64_t id)
{
	const struct record *record = g_hash_table_lookup(vault->records, &id);

	if (!record)
		return NULL;
	if (record->memory)
		return record->memory;
	if (vault->opened_id != id) {
		vault->opened_id = 0;
		if (!open_slot(vault, record->slot, record->number, secret_data(vault->opened)))
			return NULL;
		vault->opened_id = id;
	}
	return vault->opened;
}

void expiry_vault_drop(struct expiry_vault *vault, int64_t id)
{
	struct record *record = id ? g_hash_table_lookup(vault->records, &id) : NULL;

	if (record && !record->deadline)
		g_ptr_array_add(vault->dropped, record);
}

/* -- transactions --------------------------------------------------------------------------- */

gboolean expiry_vault_prepare(struct expiry_vault *vault, GError **error)
{
	return write_all(vault, vault->fresh, false, error);
}

static void forget(struct expiry_vault *vault, struct record *record)
{
	if (record->number != NOWHERE)
		g_array_append_val(vault->unused, record->number);
	if (record->deadline) {
		int64_t name = bucket_name(record->deadline, record->memory != NULL);

		if (g_hash_table_lookup(vault->buckets, &name) == record)
			g_hash_table_remove(vault->buckets, &name);
	}
	if (vault->opened_id == record->id) {
		wipe(secret_data(vault->opened), KEY_BYTES);
		vault->opened_id = 0;
	}
	g_hash_table_remove(vault->records, &record->id);
}

/* Overwrite RECORDS and forget them; the list is empty afterwards, but for what could not be
 * written. */
static gboolean erase(struct expiry_vault *vault, GPtrArray *records, GError **error)
{
	if (!write_all(vault, records, true, error))
		return FALSE;
	for (unsigned i = 0; i < records->len; i++)
		forget(vault, records->pdata[i]);
	g_ptr_array_set_size(records, 0);
	return TRUE;
}

void expiry_vault_settle(struct expiry_vault *vault, bool is_committed)
{
	GPtrArray *dead = is_committed ? vault->dropped : vault->fresh;

	/* What can't be overwritten now is found again at the next opening, since no body refers to
	 * it. */
	if (!erase(vault, dead, NULL))
		g_debug("dropped keys stay in %s until it is opened again", vault->path);
	g_ptr_array_set_size(vault->fresh, 0);
	g_ptr_array_set_size(vault->dropped, 0);
}

/* -- their time ----------------------------------------------------------------------------- */

int64_t expiry_vault_next(const struct expiry_vault *vault)
{
	GHashTableIter iter;
	int64_t next = 0;
	gpointer value;

	g_hash_table_iter_init(&iter, vault->records);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct record *record = value;

		if (record->deadline && (!next || record->deadline < next))
			next = record->deadline;
	}
	return next;
}

static GPtrArray *find_due(const struct expiry_vault *vault, int64_t time)
{
	GPtrArray *due = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, vault->records);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct record *record = value;

		if (record->deadline && record->deadline <= time)
			g_ptr_array_add(due, value);
	}
	return due;
}

unsigned expiry_vault_due(const struct expiry_vault *vault, int64_t time)
{
	GPtrArray *due = find_due(vault, time);
	unsigned count = due->len;

	g_ptr_array_unref(due);
	return count;
}

gboolean expiry_vault_expire(struct expiry_vault *vault, int64_t time, GError **error)
{
	GPtrArray *due = find_due(vault, time);
	gboolean ok = erase(vault, due, error);

	g_ptr_array_unref(due);
	return ok;
}

GArray *expiry_vault_owned(const struct expiry_vault *vault)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, vault->records);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct record *record = value;

		if (!record->deadline)
			g_array_append_val(ids, record->id);
	}
	return ids;
}

/* -- without a key -------------------------------------------------------------------------- */

/* In both copies of a pair; whether something was overwritten. */
static bool expire_pair(uint8_t *pair, int64_t time, int64_t *next)
{
	bool is_changed = false;

	for (size_t at = 0; at < PAIR_BYTES; at += SLOT_BYTES) {
		int64_t deadline = (int64_t)get(pair + at, 8);

		if (!is_used(pair + at) || deadline <= 0)
			continue;
		if (deadline <= time) {
			memset(pair + at, 0, SLOT_BYTES);
			is_changed = true;
		} else if (!*next || deadline < *next) {
			*next = deadline;
		}
	}
	return is_changed;
}

gboolean expiry_vault_expire_file(const char *path, int64_t time, int64_t *next, GError **error)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	const off_t end = (off_t)PAIRS_MAX * PAIR_BYTES;
	uint8_t pair[PAIR_BYTES];
	gboolean ok = TRUE;
	bool is_changed = false;

	*next = 0;
	if (fd < 0)
		return errno == ENOENT || fail(path, "open", error);
	for (off_t at = 0; ok && at < end && pread(fd, pair, PAIR_BYTES, at) == PAIR_BYTES;
	     at += PAIR_BYTES) {
		if (!expire_pair(pair, time, next))
			continue;
		is_changed = true;
		ok = pwrite(fd, pair, PAIR_BYTES, at) == PAIR_BYTES;
	}
	ok = ok && (!is_changed || fdatasync(fd) == 0);
	if (!ok)
		fail(path, "write", error);
	close(fd);
	return ok;
}
