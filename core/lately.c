#include "core/lately.h"

#include "core/living.h"

enum { LATELY_S = 60 /* a new device of somebody among many may be missed for so long */ };

void lately_asked(struct living *living, const char *address)
{
	int64_t now = g_get_monotonic_time();

	if (!living->lately)
		living->lately =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_replace(living->lately, g_strdup(address), g_memdup2(&now, sizeof(now)));
}

bool lately_knows(const struct living *living, const char *address)
{
	const int64_t *at = living->lately ? g_hash_table_lookup(living->lately, address) : NULL;

	return at && g_get_monotonic_time() - *at < LATELY_S * G_USEC_PER_SEC;
}

void lately_clear(struct living *living)
{
	g_clear_pointer(&living->lately, g_hash_table_unref);
}
