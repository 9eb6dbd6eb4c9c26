#include "tui/client/roster.h"
#include <string.h>
#include "core/model/lookalike.h"
#include "core/profile/naming.h"
#include "tui/client/nobody.h"

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
		g_hash_table_unref(roster->alike);
		roster->alike = lookalike_find(roster->rows);
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

const struct contact *roster_resolve(const struct roster *roster, const char *text, GError **error)
{
	const struct contact *found;
	struct naming naming;

	naming_begin(&naming, text);
	for (guint i = 0; i < roster->rows->len; i++)
		naming_look(&naming, g_ptr_array_index(roster->rows, i));
	found = roster_find(roster, naming_end(&naming, error));
	naming_clear(&naming);
	return found;
}

char *roster_typed(const struct roster *roster, const char *address)
{
	g_autoptr(GError) error = NULL;
	const struct contact *meant = roster_resolve(roster, address, &error);
	bool is_other = error || (meant && strcmp(meant->address, address) != 0);

	return is_other ? naming_exact(address, address) : g_strdup(address);
}

void roster_refuse(const struct roster *roster, const char *text, const char *hint, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	if (error && *error)
		return;
	for (guint i = 0; i < roster->rows->len; i++)
		g_ptr_array_add(names, (gpointer)(uintptr_t)roster_name(
					       roster, roster_at(roster, i)->address));
	nobody_refuse((const char *const *)names->pdata, names->len, text, hint, error);
}

unsigned roster_unread(const struct roster *roster, int64_t now, unsigned *muted)
{
	unsigned sums[2] = {0};

	for (guint i = 0; i < roster->rows->len; i++) {
		const struct contact *contact = g_ptr_array_index(roster->rows, i);

		sums[contact_is_muted(contact, now)] += contact->unread;
	}
	if (muted)
		*muted = sums[true];
	return sums[false];
}

int64_t roster_unmutes_at(const struct roster *roster, int64_t now)
{
	int64_t at = 0;

	for (guint i = 0; i < roster->rows->len; i++) {
		const struct contact *contact = g_ptr_array_index(roster->rows, i);

		if (contact_is_muted(contact, now) && contact->muted_to != CONTACT_MUTED &&
		    (!at || contact->muted_to < at))
			at = contact->muted_to;
	}
	return at;
}

const char *roster_name(const struct roster *roster, const char *address)
{
	const struct contact *contact = roster_find(roster, address);

	const char *name = contact ? contact_name(contact) : address;

	/* Whoever has no other name is known by it. */
	return contact && name == contact->address ? address : name;
}
