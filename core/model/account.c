#include "core/model/account.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"

/* A GKeyFile with one group. */
#define ACCOUNT_GROUP "account"

void account_clear(struct account *account)
{
	g_free(account->carrier);
	g_free(account->address);
	g_free(account->label);
	g_free(account->spool);
	g_free(account->server);
	g_free(account->ca_file);
	g_free(account->pin);
	secret_free(account->password);
	memset(account, 0, sizeof(*account));
}

struct account *account_copy(const struct account *account)
{
	struct account *copy = g_new0(struct account, 1);

	*copy = *account;
	copy->carrier = g_strdup(account->carrier);
	copy->address = g_strdup(account->address);
	copy->label = g_strdup(account->label);
	copy->spool = g_strdup(account->spool);
	copy->server = g_strdup(account->server);
	copy->ca_file = g_strdup(account->ca_file);
	copy->pin = g_strdup(account->pin);
	/* Without memory to lock it is missing, and the carrier says so. */
	copy->password = account->password ? secret_copy(account->password, NULL) : NULL;
	return copy;
}

void account_free(struct account *account)
{
	if (!account)
		return;
	account_clear(account);
	g_free(account);
}

uint32_t account_new_device(const uint32_t *taken, size_t count)
{
	for (;;) {
		uint32_t id = 1 + crypto_random_below(G_MAXINT32);
		bool is_taken = false;

		for (size_t i = 0; i < count; i++)
			is_taken |= taken[i] == id;
		if (!is_taken)
			return id;
	}
}

struct account *account_decode(GBytes *bytes, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct account *account;

	if (!bytes || !g_key_file_load_from_bytes(file, bytes, G_KEY_FILE_NONE, NULL)) {
		error_set(error, ERROR_DAMAGED,
			  "The profile is damaged: its account is missing. Restore it from a "
			  "backup.");
		return NULL;
	}
	account = g_new0(struct account, 1);
	account->carrier = g_key_file_get_string(file, ACCOUNT_GROUP, "carrier", NULL);
	account->address = g_key_file_get_string(file, ACCOUNT_GROUP, "address", NULL);
	account->device =
		(uint32_t)g_key_file_get_uint64(file, ACCOUNT_GROUP, "device", NULL);
	account->label = g_key_file_get_string(file, ACCOUNT_GROUP, "label", NULL);
	account->spool = g_key_file_get_string(file, ACCOUNT_GROUP, "spool", NULL);
	account->is_default_spool =
		g_key_file_get_boolean(file, ACCOUNT_GROUP, "default-spool", NULL);
	account->server = g_key_file_get_string(file, ACCOUNT_GROUP, "server", NULL);
	account->ca_file = g_key_file_get_string(file, ACCOUNT_GROUP, "ca-file", NULL);
	account->pin = g_key_file_get_string(file, ACCOUNT_GROUP, "pin", NULL);
	account->made_at = g_key_file_get_int64(file, ACCOUNT_GROUP, "made-at", NULL);
	if (account->carrier && account->address && account->device)
		return account;
	account_free(account);
	error_set(error, ERROR_DAMAGED,
		  "The profile is damaged: its account is incomplete. Restore it from a backup.");
	return NULL;
}

static void set_string(GKeyFile *file, const char *key, const char *value)
{
	if (value)
		g_key_file_set_string(file, ACCOUNT_GROUP, key, value);
}

GBytes *account_encode(const struct account *account)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	char *data;
	gsize size;

	set_string(file, "carrier", account->carrier);
	set_string(file, "address", account->address);
	g_key_file_set_uint64(file, ACCOUNT_GROUP, "device", account->device);
	set_string(file, "label", account->label);
	set_string(file, "spool", account->spool);
	g_key_file_set_boolean(file, ACCOUNT_GROUP, "default-spool", account->is_default_spool);
	set_string(file, "server", account->server);
	set_string(file, "ca-file", account->ca_file);
	set_string(file, "pin", account->pin);
	g_key_file_set_int64(file, ACCOUNT_GROUP, "made-at", account->made_at);
	data = g_key_file_to_data(file, &size, NULL);
	return g_bytes_new_take(data, size);
}

/* -- the place -------------------------------------------------------------------------------- */

GBytes *account_encode_place(const struct account *account)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	char *data;
	gsize size;

	set_string(file, "carrier", account->carrier);
	if (account->spool) {
		set_string(file, "spool", account->spool);
		set_string(file, "address", account->address);
		g_key_file_set_uint64(file, ACCOUNT_GROUP, "device", account->device);
	} else {
		set_string(file, "ca-file", account->ca_file ? account->ca_file : "");
	}
	data = g_key_file_to_data(file, &size, NULL);
	return g_bytes_new_take(data, size);
}

/* Who took over a confined process could have written it. */
static bool is_sensible(const struct account *place)
{
	bool is_spool = place->carrier && strcmp(place->carrier, "spool") == 0;

	if (!place->carrier || is_spool != (place->spool != NULL))
		return false;
	if (is_spool)
		return g_path_is_absolute(place->spool) && place->address && *place->address &&
		       *place->address != '.' && !strchr(place->address, '/');
	return !place->ca_file || !*place->ca_file || g_path_is_absolute(place->ca_file);
}

struct account *account_decode_place(GBytes *note)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct account *account;

	if (!note || !g_key_file_load_from_bytes(file, note, G_KEY_FILE_NONE, NULL))
		return NULL;
	account = g_new0(struct account, 1);
	account->carrier = g_key_file_get_string(file, ACCOUNT_GROUP, "carrier", NULL);
	account->address = g_key_file_get_string(file, ACCOUNT_GROUP, "address", NULL);
	account->spool = g_key_file_get_string(file, ACCOUNT_GROUP, "spool", NULL);
	account->device = (uint32_t)g_key_file_get_uint64(file, ACCOUNT_GROUP, "device", NULL);
	account->ca_file = g_key_file_get_string(file, ACCOUNT_GROUP, "ca-file", NULL);
	if (is_sensible(account))
		return account;
	account_free(account);
	return NULL;
}
