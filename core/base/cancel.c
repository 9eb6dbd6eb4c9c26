#include "core/base/cancel.h"

#include "core/base/error.h"

void cancel_raise(struct cancel *cancel)
{
	if (cancel)
		g_atomic_int_inc(&cancel->raised);
}

void cancel_lower(struct cancel *cancel)
{
	if (cancel)
		g_atomic_int_add(&cancel->raised, -1);
}

void cancel_shield(struct cancel *cancel)
{
	if (cancel)
		g_atomic_int_inc(&cancel->shielded);
}

void cancel_unshield(struct cancel *cancel)
{
	if (cancel)
		g_atomic_int_add(&cancel->shielded, -1);
}

bool cancel_is_raised(const struct cancel *cancel)
{
	return cancel && g_atomic_int_get(&cancel->raised) > 0 &&
	       g_atomic_int_get(&cancel->shielded) == 0;
}

bool cancel_check(const struct cancel *cancel, GError **error)
{
	if (!cancel_is_raised(cancel))
		return false;
	error_set_plain(error, ERROR_CANCELLED);
	return true;
}
