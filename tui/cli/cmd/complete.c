/* `sotto complete`: the names that shells complete (completions.c). */
#include <string.h>
#include "core/base/error.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_server.h"
#include "core/profile/naming.h"
#include "core/text/text.h"
#include "tui/cli/cmd/verbs.h"

/* Each once. A name that would do something to a terminal, or be taken for an option, is typed by
 * hand. */
static void show_name(struct call *call, const char *name)
{
	GHashTable *shown = call->state;

	if (*name && *name != '-' && text_is_safe(name, strlen(name), TEXT_NEWLINE_SPACE) &&
	    g_hash_table_add(shown, g_strdup(name)))
		call->printer->line(call->printer, name);
}

/* Whether NAME, typed, means who is at ADDRESS, or may. */
static bool means(const GPtrArray *contacts, const char *name, const char *address)
{
	g_autoptr(GError) error = NULL;
	struct naming naming;
	const char *found;
	bool is;

	naming_begin(&naming, name);
	for (guint i = 0; i < contacts->len; i++)
		naming_look(&naming, contacts->pdata[i]);
	found = naming_end(&naming, &error);
	is = !error && (!found || strcmp(found, address) == 0);
	naming_clear(&naming);
	return is;
}

static void show_address(struct call *call, const GPtrArray *contacts, const char *address)
{
	g_autofree char *exact = naming_exact(address, address);

	show_name(call, means(contacts, address, address) ? address : exact);
}

static gboolean keep(const struct contact *contact, void *user)
{
	g_ptr_array_add(user, contact_copy(contact));
	return TRUE;
}

/* By address, and by what it is called where that is enough to name it. */
static void show_known(struct call *call, const GPtrArray *contacts, bool is_groups)
{
	for (guint i = 0; i < contacts->len; i++) {
		const struct contact *contact = contacts->pdata[i];

		if (is_groups && !contact_is_several(contact))
			continue;
		show_address(call, contacts, contact->address);
		if (contact->alias && means(contacts, contact->alias, contact->address))
			show_name(call, contact->alias);
	}
}

static bool is_groups(const struct call *call)
{
	return strcmp(call->args[0], "groups") == 0;
}

static gboolean check_complete(struct call *call, GError **error)
{
	if (is_groups(call) || strcmp(call->args[0], "contacts") == 0)
		return TRUE;
	error_set(error, ERROR_USAGE,
		  "It is `sotto complete contacts` or `sotto complete groups`.");
	return FALSE;
}

static void run_complete(struct call *call)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) contacts =
		g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	g_auto(GStrv) people = NULL;
	gboolean ok;

	call->state = shown;
	/* Of those that are known only where the profile is open here. */
	ok = !call->is_for_other || engine_contacts(call->engine, keep, contacts, &error);
	show_known(call, contacts, is_groups(call));
	/* Everybody on the host can read who is on the spool. */
	people = !ok || is_groups(call) ? NULL : engine_people_there(call->engine);
	for (char **name = people; name && *name; name++)
		show_address(call, contacts, *name);
	call->state = NULL;
	if (ok)
		call_end(call, 0);
	else
		call_fail(call, error);
}

const struct verb verb_complete = {
	.name = "complete",
	.arguments = "contacts|groups",
	.summary = "Print names for a shell to complete.",
	.details = "Of contacts, groups and rooms only where a sotto that runs has the profile "
		   "open and its setting `control` is full; of people on the spool always.",
	.args_min = 1,
	.args_max = 1,
	.need = NEED_NOTHING,
	.is_shared = true,
	.takes_no_passphrase = true,
	.is_hidden = true,
	.lasts_ms = COMPLETE_MS,
	.check = check_complete,
	.run = run_complete,
};
