#include "core/model/lookalike.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

static int by_standing(const void *left, const void *right)
{
	const struct contact *a = *(struct contact *const *)left;
	const struct contact *b = *(struct contact *const *)right;

	if (a->is_listed != b->is_listed)
		return a->is_listed ? -1 : 1;
	if (a->added_at != b->added_at)
		return a->added_at < b->added_at ? -1 : 1;
	return strcmp(a->address, b->address);
}

static void release_shape(void *shape)
{
	plain_free(shape);
}

/* Who came first has the shape; SHAPES: shape -> contact. */
static void claim(GHashTable *alike, GHashTable *shapes, struct contact *contact,
		  const char *name)
{
	char *shape = name && *name ? text_shape(name) : NULL;
	struct contact *other = shape ? g_hash_table_lookup(shapes, shape) : NULL;

	if (other && other != contact && !g_hash_table_contains(alike, contact))
		g_hash_table_insert(alike, contact, other);
	if (other || !shape || !*shape)
		plain_free(shape);
	else
		g_hash_table_insert(shapes, shape, contact);
}

GHashTable *lookalike_find(const GPtrArray *contacts)
{
	GHashTable *alike = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) shapes =
		g_hash_table_new_full(g_str_hash, g_str_equal, release_shape, NULL);
	g_autoptr(GPtrArray) order = g_ptr_array_new();

	for (guint i = 0; i < contacts->len; i++)
		g_ptr_array_add(order, g_ptr_array_index(contacts, i));
	g_ptr_array_sort(order, by_standing);
	for (guint i = 0; i < order->len; i++) {
		struct contact *contact = g_ptr_array_index(order, i);

		claim(alike, shapes, contact, contact->alias);
		claim(alike, shapes, contact, contact->address);
	}
	return alike;
}

bool lookalike_is(const char *one, const char *other)
{
	char *shape = text_shape(one), *other_shape = text_shape(other);
	bool is = *shape && strcmp(shape, other_shape) == 0;

	plain_free(shape);
	plain_free(other_shape);
	return is;
}
