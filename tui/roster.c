#include "tui/roster.h"
#include <string.h>
#include "core/secret.h"
#include "core/text.h"

struct roster {
	struct link *link;
	void (*changed)(void *user);
	void *user;
	GPtrArray *rows;
	GHashTable *alike; /* contact -> whom it might be taken for, both among the rows */
	bool is_known;
	bool is_asking;
	bool is_stale; /* something happened after the question was asked */
};

struct roster *roster_new(struct link *link, void (*changed)(void *user), void *user)
{
	struct roster *roster = g_new0(struct roster, 1);

	roster->link = link;
	roster->changed = changed;
	roster->user = user;
	roster->rows = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	roster->alike = g_hash_table_new(NULL, NULL);
	return roster;
}

void roster_free(struct roster *roster)
{
	if (!roster)
		return;
	link_cancel(roster->link, roster);
	g_hash_table_unref(roster->alike);
	g_ptr_array_unref(roster->rows);
	g_free(roster);
}

/* -- names that look alike -------------------------------------------------------------------- */

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
static void claim(struct roster *roster, GHashTable *shapes, struct contact *contact,
		  const char *name)
{
	char *shape = name && *name ? text_shape(name) : NULL;
	struct contact *other = shape ? g_hash_table_lookup(shapes, shape) : NULL;

	if (other && other != contact && !g_hash_table_contains(roster->alike, contact))
		g_hash_table_insert(roster->alike, contact, other);
	if (other || !shape || !*shape)
		plain_free(shape);
	else
		g_hash_table_insert(shapes, shape, contact);
}

static void find_alike(struct roster *roster)
{
	g_autoptr(GHashTable) shapes =
		g_hash_table_new_full(g_str_hash, g_str_equal, release_shape, NULL);
	g_autoptr(GPtrArray) order = g_ptr_array_new();

	g_hash_table_remove_all(roster->alike);
	for (guint i = 0; i < roster->rows->len; i++)
		g_ptr_array_add(order, g_ptr_array_index(roster->rows, i));
	g_ptr_array_sort(order, by_standing);
	for (guint i = 0; i < order->len; i++) {
		struct contact *contact = g_ptr_array_index(order, i);

		claim(roster, shapes, contact, contact->alias);
		claim(roster, shapes, contact, contact->address);
	}
}

const char *roster_lookalike(const struct roster *roster, const char *address)
{
	const struct contact *contact = roster_find(roster, address);
	const struct contact *other =
		contact ? g_hash_table_lookup(roster->alike, contact) : NULL;

	return other ? roster_name(roster, other->address) : NULL;
}

/* -- asking ----------------------------------------------------------------------------------- */

static void on_contacts(struct job *job, void *user)
{
	struct roster *roster = user;

	roster->is_asking = false;
	if (!job->error) {
		g_ptr_array_unref(roster->rows);
		roster->rows = g_steal_pointer(&job->rows);
		roster->is_known = true;
		find_alike(roster);
	}
	if (roster->is_stale)
		roster_refresh(roster);
	roster->changed(roster->user);
}

void roster_refresh(struct roster *roster)
{
	if (roster->is_asking) {
		roster->is_stale = true;
		return;
	}
	roster->is_asking = true;
	roster->is_stale = false;
	job_post(roster->link, job_new(JOB_CONTACTS, NULL), on_contacts, roster);
}

void roster_wipe(struct roster *roster)
{
	link_cancel(roster->link, roster);
	roster->is_asking = false;
	roster->is_stale = false;
	roster->is_known = false;
	g_hash_table_remove_all(roster->alike);
	g_ptr_array_set_size(roster->rows, 0);
}

bool roster_is_known(const struct roster *roster)
{
	return roster->is_known;
}

size_t roster_count(const struct roster *roster)
{
	return roster->rows->len;
}

const struct contact *roster_at(const struct roster *roster, size_t index)
{
	return index < roster->rows->len ? g_ptr_array_index(roster->rows, index) : NULL;
}

const struct contact *roster_find(const struct roster *roster, const char *address)
{
	for (guint i = 0; address && i < roster->rows->len; i++) {
		const struct contact *contact = g_ptr_array_index(roster->rows, i);

		if (strcmp(contact->address, address) == 0)
			return contact;
	}
	return NULL;
}

const struct contact *roster_resolve(const struct roster *roster, const char *text)
{
	const struct contact *found = roster_find(roster, text);
	g_autofree char *folded = NULL;

	if (found || !g_utf8_validate(text, -1, NULL))
		return found;
	folded = g_utf8_casefold(text, -1);
	for (guint i = 0; i < roster->rows->len; i++) {
		const struct contact *contact = g_ptr_array_index(roster->rows, i);
		g_autofree char *alias =
			contact->alias ? g_utf8_casefold(contact->alias, -1) : NULL;

		if (!alias || strcmp(alias, folded) != 0)
			continue;
		if (found)
			return NULL;
		found = contact;
	}
	return found;
}

unsigned roster_unread(const struct roster *roster)
{
	unsigned sum = 0;

	for (guint i = 0; i < roster->rows->len; i++) {
		const struct contact *contact = g_ptr_array_index(roster->rows, i);

		sum += contact->unread;
	}
	return sum;
}

const char *roster_name(const struct roster *roster, const char *address)
{
	const struct contact *contact = roster_find(roster, address);

	return contact && contact->alias && *contact->alias ? contact->alias : address;
}
