#include "core/profile/account_store.h"

#include "core/base/secret.h"
#include "core/port/store.h"

#define ACCOUNT_SETTING "account"
#define PASSWORD_SETTING "password"

/* A password that isn't there is no error here: the spool has none. */
static gboolean load_password(struct store *store, struct account *account, GError **error)
{
	GBytes *bytes = NULL;
	gsize size;
	void *data;

	if (!store->ops->setting_get(store, PASSWORD_SETTING, &bytes, error))
		return FALSE;
	if (!bytes)
		return TRUE;
	data = g_bytes_unref_to_data(bytes, &size);
	account->password = size ? secret_take(data, size, error) : NULL;
	g_free(data);
	return account->password || !size;
}

static gboolean save_password(struct store *store, const struct account *account, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;

	if (!account->password)
		return TRUE;
	bytes = g_bytes_new_static(secret_peek(account->password), secret_size(account->password));
	return store->ops->setting_put(store, PASSWORD_SETTING, bytes, error);
}

struct account *account_load(struct store *store, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	struct account *account;

	if (!store->ops->setting_get(store, ACCOUNT_SETTING, &bytes, error))
		return NULL;
	account = account_decode(bytes, error);
	if (account && load_password(store, account, error))
		return account;
	account_free(account);
	return NULL;
}

gboolean account_save(struct store *store, const struct account *account, GError **error)
{
	g_autoptr(GBytes) bytes = account_encode(account);

	return store->ops->setting_put(store, ACCOUNT_SETTING, bytes, error) &&
	       save_password(store, account, error);
}
