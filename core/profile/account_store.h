/*
 * account_store: the account in the profile's store, its password beside it.
 */
#ifndef SOTTO_CORE_PROFILE_ACCOUNT_STORE_H
#define SOTTO_CORE_PROFILE_ACCOUNT_STORE_H

#include <glib.h>
#include "core/model/account.h"

struct store;

/* ERROR_DAMAGED when it isn't there; account_free(). */
struct account *account_load(struct store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean account_save(struct store *store, const struct account *account,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
