#include "core/profile/journal.h"

#include <stdbool.h>
#include <string.h>
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/port/store.h"

enum { KEY_BYTES = 32, LINK_BYTES = CRYPTO_HASH_BYTES, HEAD_BYTES = 8 + LINK_BYTES };

#define SETTING_KEY "journal-key"
#define SETTING_HEAD "journal-head" /* the newest row's number, 8 bytes big-endian, and link */

/* Where the chain stands. */
struct chain {
	uint8_t key[KEY_BYTES];
	int64_t number;
	uint8_t link[LINK_BYTES];
	bool has_key;
	bool has_head;
};

static const struct {
	const char *name;
	const char *sentence;
} rows[JOURNAL_COUNT] = {
#define X(suffix, name, sentence) { name, sentence },
	JOURNAL_ROWS(X)
#undef X
};

const char *journal_name(enum journal_what what)
{
	g_return_val_if_fail(what < JOURNAL_COUNT, "unknown");
	return rows[what].name;
}

const char *journal_sentence(enum journal_what what)
{
	g_return_val_if_fail(what < JOURNAL_COUNT, "");
	return rows[what].sentence;
}

gboolean journal_parse(const char *name, enum journal_what *what)
{
	for (int i = 0; i < JOURNAL_COUNT; i++) {
		if (strcmp(name, rows[i].name) == 0) {
			*what = (enum journal_what)i;
			return TRUE;
		}
	}
	return FALSE;
}

/* -- the chain -------------------------------------------------------------------------------- */

static void add_number(GByteArray *bytes, uint64_t number)
{
	const uint64_t big = GUINT64_TO_BE(number);

	g_byte_array_append(bytes, (const uint8_t *)&big, sizeof(big));
}

/* Length first, so that no two rows give the same bytes; no text isn't an empty text. */
static void add_text(GByteArray *bytes, const char *text)
{
	add_number(bytes, text ? strlen(text) + 1 : 0);
	if (text)
		g_byte_array_append(bytes, (const uint8_t *)text, (guint)strlen(text));
}

static void link_row(const struct chain *chain, int64_t number, const struct journal_row *row,
		     uint8_t link[static LINK_BYTES])
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	add_text(bytes, "sotto-journal-1");
	add_number(bytes, (uint64_t)number);
	add_number(bytes, (uint64_t)row->at);
	add_number(bytes, row->device);
	add_text(bytes, row->what);
	add_text(bytes, row->address);
	add_text(bytes, row->detail);
	g_byte_array_append(bytes, chain->link, LINK_BYTES);
	crypto_blake2b(bytes->data, bytes->len, chain->key, link);
}

/* A setting of exactly BYTES into OUT; *IS_THERE false without one, or with one of another size. */
static gboolean read_setting(struct store *store, const char *name, void *out, size_t bytes,
			     bool *is_there, GError **error)
{
	GBytes *value = NULL;
	gsize size = 0;
	void *data;

	if (!store->ops->setting_get(store, name, &value, error))
		return FALSE;
	*is_there = value && g_bytes_get_size(value) == bytes;
	if (!value)
		return TRUE;
	data = g_bytes_unref_to_data(value, &size);
	if (*is_there)
		memcpy(out, data, bytes);
	if (size)
		wipe(data, size);
	g_free(data);
	return TRUE;
}

static gboolean read_chain(struct store *store, struct chain *chain, GError **error)
{
	uint8_t head[HEAD_BYTES] = { 0 };
	uint64_t number;

	memset(chain, 0, sizeof(*chain));
	if (!read_setting(store, SETTING_KEY, chain->key, KEY_BYTES, &chain->has_key, error) ||
	    !read_setting(store, SETTING_HEAD, head, HEAD_BYTES, &chain->has_head, error))
		return FALSE;
	memcpy(&number, head, sizeof(number));
	chain->number = (int64_t)GUINT64_FROM_BE(number);
	memcpy(chain->link, head + sizeof(number), LINK_BYTES);
	return TRUE;
}

static gboolean write_head(struct store *store, const struct chain *chain, GError **error)
{
	const uint64_t number = GUINT64_TO_BE((uint64_t)chain->number);
	uint8_t head[HEAD_BYTES];
	g_autoptr(GBytes) value = NULL;

	memcpy(head, &number, sizeof(number));
	memcpy(head + sizeof(number), chain->link, LINK_BYTES);
	value = g_bytes_new(head, sizeof(head));
	return store->ops->setting_put(store, SETTING_HEAD, value, error);
}

static gboolean write_key(struct store *store, struct chain *chain, GError **error)
{
	uint8_t *key = plain_new(KEY_BYTES);
	g_autoptr(GBytes) value = g_bytes_new_with_free_func(key, KEY_BYTES, plain_free, key);

	crypto_random(key, KEY_BYTES);
	memcpy(chain->key, key, KEY_BYTES);
	chain->has_key = true;
	return store->ops->setting_put(store, SETTING_KEY, value, error);
}

/* -- verbs ------------------------------------------------------------------------------------ */

gboolean journal_create(struct store *store, GError **error)
{
	struct chain chain = { 0 };
	gboolean is_done = write_key(store, &chain, error) && write_head(store, &chain, error);

	wipe(&chain, sizeof(chain));
	return is_done;
}

gboolean journal_add(struct store *store, const struct clock *clock, enum journal_what what,
		     const char *address, uint32_t device, const char *detail, GError **error)
{
	struct journal_row row = { .at = clock_wall(clock), .device = device };
	struct chain chain;
	gboolean is_done = FALSE;

	g_return_val_if_fail(what < JOURNAL_COUNT, FALSE);
	if (!read_chain(store, &chain, error) ||
	    (!chain.has_key && !write_key(store, &chain, error)))
		goto out;
	row.what = g_strdup(rows[what].name);
	row.address = g_strdup(address);
	row.detail = g_strdup(detail);
	link_row(&chain, chain.number + 1, &row, row.link);
	if (!store->ops->journal_put(store, &row, error))
		goto out;
	chain.number = row.number;
	memcpy(chain.link, row.link, LINK_BYTES);
	is_done = write_head(store, &chain, error);
out:
	wipe(&chain, sizeof(chain));
	journal_row_clear(&row);
	return is_done;
}

struct walk {
	struct chain chain; /* number and link: of the row before */
	int64_t bad;
};

static gboolean check_row(const struct journal_row *row, void *user)
{
	struct walk *walk = user;
	const int64_t expected = walk->chain.number + 1;
	uint8_t link[LINK_BYTES];

	link_row(&walk->chain, expected, row, link);
	if (!walk->chain.has_key || row->number != expected ||
	    !crypto_equal(link, row->link, LINK_BYTES)) {
		walk->bad = expected;
		return FALSE;
	}
	walk->chain.number = expected;
	memcpy(walk->chain.link, link, LINK_BYTES);
	return TRUE;
}

gboolean journal_verify(struct store *store, int64_t *bad, GError **error)
{
	struct walk walk = { 0 };
	struct chain head;
	gboolean is_done = FALSE;

	*bad = 0;
	if (!read_chain(store, &head, error))
		goto out;
	memcpy(walk.chain.key, head.key, KEY_BYTES);
	walk.chain.has_key = head.has_key;
	is_done = store->ops->journal_each(store, 0, check_row, &walk, error);
	/* The head knows of a row that isn't there, or the head itself is gone. */
	if (is_done && !walk.bad &&
	    (head.has_head != head.has_key || head.number != walk.chain.number ||
	     !crypto_equal(head.link, walk.chain.link, LINK_BYTES)))
		walk.bad = walk.chain.number + 1;
	*bad = walk.bad;
out:
	wipe(&head, sizeof(head));
	wipe(&walk, sizeof(walk));
	return is_done;
}
