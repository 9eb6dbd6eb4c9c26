#include "tui/client/typed.h"

struct typed {
	GHashTable *lines; /* address -> GPtrArray */
};

struct typed *typed_new(void)
{
	struct typed *typed = g_new0(struct typed, 1);

	typed->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_ptr_array_unref);
	return typed;
}

void typed_free(struct typed *typed)
{
	if (!typed)
		return;
	g_hash_table_unref(typed->lines);
	g_free(typed);
}

void typed_put(struct typed *typed, const char *address, GPtrArray *lines)
{
	g_hash_table_replace(typed->lines, g_strdup(address), lines);
}

GPtrArray *typed_take(struct typed *typed, const char *address)
{
	gpointer key, lines;

	if (!g_hash_table_steal_extended(typed->lines, address, &key, &lines))
		return NULL;
	g_free(key);
	return lines;
}

void typed_forget(struct typed *typed, const char *address)
{
	if (address)
		g_hash_table_remove(typed->lines, address);
	else
		g_hash_table_remove_all(typed->lines);
}
