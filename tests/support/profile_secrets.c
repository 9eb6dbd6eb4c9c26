/*
 * profile_secrets: every key of a profile, for the tests that look for them where none may be.
 *
 * usage: profile_secrets HOME <PASSPHRASE
 *
 * HOME is a copy of a profile's folder that nobody has open. What the passphrase gives is derived
 * anew with the project's own code, so the program that is tested needs no way to tell it. Prints a
 * line "NAME HEX" for each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/model/file.h"
#include "core/model/message.h"
#include "core/port/store.h"
#include "storage/db.h"
#include "storage/expiry_vault.h"
#include "storage/header.h"
#include "storage/kdf.h"
#include "storage/vault.h"
#include "tests/support/record_keys.h"

enum { MESSAGES = 1000, KEY = 32, SALT = 16, PUBLIC = 33 };
enum { CIPHER_SALT_MASK = 0x3a, CIPHER_FAST_ROUNDS = 2 };

static const char *const subkeys[] = {NULL, "database", "body", "vault", "clock"};

static void give(const char *name, const uint8_t *data, size_t bytes)
{
	printf("%s ", name);
	for (size_t i = 0; i < bytes; i++)
		printf("%02x", data[i]);
	putchar('\n');
}

/* A key, and what HMAC begins with: the key under its two pads. */
static void give_key(const char *name, const uint8_t *key)
{
	static const uint8_t pads[] = {0x36, 0x5c};
	uint8_t padded[KEY];

	give(name, key, KEY);
	for (size_t pad = 0; pad < G_N_ELEMENTS(pads); pad++) {
		g_autofree char *of = g_strdup_printf("%s-padded-%02x", name, pads[pad]);

		for (size_t i = 0; i < KEY; i++)
			padded[i] = key[i] ^ pads[pad];
		give(of, padded, KEY);
	}
}

static void need(bool is_there, const char *what, const GError *error)
{
	if (is_there)
		return;
	fprintf(stderr, "profile_secrets: %s: %s\n", what, error ? error->message : "no");
	exit(1);
}

/* -- the key file ----------------------------------------------------------------------------- */

static struct secret *open_slot(const uint8_t *slot, struct secret *passphrase)
{
	struct header header;
	struct secret *kek, *master;

	need(header_decode(slot, &header), "the key file", NULL);
	kek = kdf_derive(passphrase, header.salt, &header.cost, NULL);
	master = secret_new(HEADER_MASTER_BYTES, NULL);
	need(kek && crypto_box_open(secret_peek(kek), slot, 80, header.wrap, HEADER_WRAP_BYTES,
				    secret_data(master)),
	     "the passphrase", NULL);
	give_key("kek", secret_peek(kek));
	give_key("master", secret_peek(master));
	secret_free(kek);
	return master;
}

static struct secret *derive(const struct secret *master, unsigned number)
{
	g_autofree char *name = g_strdup_printf("subkey-%s", subkeys[number]);
	struct secret *key = secret_new(KEY, NULL);

	crypto_derive(secret_peek(master), "sottokey", number, secret_data(key), KEY);
	give_key(name, secret_peek(key));
	return key;
}

/* KEY as hex digits. */
static void give_digits(const char *name, const uint8_t *key)
{
	char text[2 * KEY + 1];

	for (size_t i = 0; i < KEY; i++)
		snprintf(text + 2 * i, 3, "%02x", key[i]);
	give(name, (const uint8_t *)text, 2 * (size_t)KEY);
}

/* What SQLCipher makes of the raw key: its text, and the key of the pages' MAC. */
static void give_cipher(const struct secret *key, const char *path)
{
	g_autofree char *file = NULL;
	uint8_t salt[SALT], mac[CRYPTO_DIGEST_MAX];
	gsize bytes;

	give_digits("subkey-database-as-text", secret_peek(key));
	need(g_file_get_contents(path, &file, &bytes, NULL) && bytes >= SALT, path, NULL);
	for (size_t i = 0; i < SALT; i++)
		salt[i] = (uint8_t)file[i] ^ CIPHER_SALT_MASK;
	/* PBKDF2 gives two digests' worth; the first is enough to find it by. */
	crypto_pbkdf2(CRYPTO_SHA1, secret_peek(key), KEY, salt, SALT, CIPHER_FAST_ROUNDS, mac);
	give("cipher-mac", mac, crypto_digest_bytes(CRYPTO_SHA1));
}

/* -- the rest --------------------------------------------------------------------------------- */

static void give_record_key(const uint8_t *key, void *name)
{
	give_key(name, key);
}

/* Of libsignal's records. */
static void give_records(struct db *db, char *name, const char *sql)
{
	struct query query;
	bool has = true;

	need(db_query(db, &query, NULL, sql, ""), sql, NULL);
	while (query_next(&query, &has, NULL) && has) {
		size_t bytes;
		const void *record = query_blob(&query, 0, &bytes);

		need(record_keys(record, bytes, give_record_key, name), name, NULL);
	}
	query_close(&query);
}

static void give_setting(struct db *db, const char *name, const char *setting, size_t from)
{
	struct query query;
	bool has = false;

	need(db_query(db, &query, NULL, "SELECT value FROM settings WHERE name = ?", "t", setting),
	     setting, NULL);
	if (query_next(&query, &has, NULL) && has) {
		size_t bytes;
		const uint8_t *value = query_blob(&query, 0, &bytes);

		if (bytes - from == KEY)
			give_key(name, value + from);
		else
			give(name, value + from, bytes - from);
	}
	query_close(&query);
}

static void give_vault(struct db *db, const char *path, const struct secret *key)
{
	struct expiry_vault *vault = expiry_vault_open(path, key, NULL);
	struct query query;
	bool has = true;

	need(vault && db_query(db, &query, NULL,
			       "SELECT DISTINCT bucket FROM messages WHERE bucket > 0", ""),
	     path, NULL);
	while (query_next(&query, &has, NULL) && has) {
		const struct secret *bucket = expiry_vault_key(vault, query_int(&query, 0));

		if (bucket)
			give_key("bucket", secret_peek(bucket));
	}
	query_close(&query);
	expiry_vault_close(vault);
}

/* -- files ------------------------------------------------------------------------------------ */

static gboolean give_file(const struct message *message, void *user)
{
	struct file file;

	(void)user;
	if (!message->file)
		return TRUE;
	need(file_decode(message->file, &file, NULL), "a file", NULL);
	give_key("file", file.key);
	give_digits("file-as-text", file.key);
	file_clear(&file);
	return TRUE;
}

static gboolean give_files_with(const struct contact *contact, void *store)
{
	const struct store_ops *ops = ((struct store *)store)->ops;

	return ops->message_before(store, contact->address, 0, MESSAGES, give_file, NULL, NULL);
}

/* Their keys are in the messages, which only the store itself opens. */
static void give_files(const char *home, const struct secret *passphrase)
{
	struct store_door *door = vault_door_new(home, clock_system());
	struct store *store = door->ops->hold(door, NULL) ? door->ops->open(door, passphrase, NULL)
							  : NULL;

	need(store && store->ops->contact_each(store, give_files_with, store, NULL), "the store",
	     NULL);
	store->ops->close(store);
	door->ops->free(door);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *header = NULL, *path = NULL, *vault = NULL, *slots = NULL;
	struct secret *passphrase, *master, *keys[G_N_ELEMENTS(subkeys)];
	struct db *db;
	gsize bytes;

	need(argc == 2 && secret_start(&error), "usage: profile_secrets HOME", error);
	header = g_build_filename(argv[1], "header", NULL);
	path = g_build_filename(argv[1], "store.db", NULL);
	vault = g_build_filename(argv[1], "vault", NULL);
	passphrase = secret_read_line(STDIN_FILENO, &error);
	need(passphrase && g_file_get_contents(header, &slots, &bytes, &error) &&
		     bytes == HEADER_BYTES,
	     header, error);
	give("passphrase", secret_peek(passphrase), secret_size(passphrase));
	master = open_slot((uint8_t *)slots, passphrase);
	for (unsigned i = 1; i < G_N_ELEMENTS(subkeys); i++)
		keys[i] = derive(master, i);
	give_cipher(keys[1], path);
	db = db_open(path, keys[1], false, DB_VFS, &error);
	need(db != NULL, path, error);
	give_setting(db, "identity", "identity", PUBLIC);
	give_setting(db, "password", "password", 0);
	give_records(db, (char *)"prekey", "SELECT record FROM prekeys");
	give_records(db, (char *)"session", "SELECT record FROM sessions");
	give_vault(db, vault, keys[3]);
	db_close(db);
	give_files(argv[1], passphrase);
	for (unsigned i = 1; i < G_N_ELEMENTS(subkeys); i++)
		secret_free(keys[i]);
	secret_free(master);
	secret_free(passphrase);
	return 0;
}
