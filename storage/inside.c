#include "storage/inside.h"

#include "core/base/error.h"

gboolean inside_check_writing(struct store *store, GError **error)
{
	if (db_is_writing(inside_of(store)->db))
		return TRUE;
	error_set(error, ERROR_FAILED, "A write outside a transaction was refused.");
	return FALSE;
}
