#include "core/omemo/content_group.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/model/group.h"
#include "core/xml/stanza.h"

#define SOTTO "urn:sotto:1"

static gboolean fail(GError **error, const char *why)
{
	error_set(error, ERROR_FORMAT, "What the message says of a group is malformed: %s.", why);
	return FALSE;
}

static bool is_group_id(const char *id)
{
	return id && strlen(id) == GROUP_ID_CHARS &&
	       strspn(id, "0123456789abcdef") == GROUP_ID_CHARS;
}

/* An address as it has to be: normalised already. */
static bool is_address(const char *text)
{
	g_autofree char *address = text ? contact_address(text, NULL) : NULL;

	return address && strcmp(address, text) == 0;
}

static bool is_group_name(const char *name)
{
	g_autofree char *address = name && !group_is_address(name) ? group_address(name, NULL)
								  : NULL;

	return address && strcmp(address + 1, name) == 0;
}

static gboolean check(const struct group_word *word, GError **error)
{
	if (!is_group_id(word->id))
		return fail(error, "the group has no proper id");
	if (!is_group_name(word->name))
		return fail(error, "the group has no proper name");
	if (!is_address(word->owner))
		return fail(error, "its owner isn't an address");
	for (char *const *member = word->members; member && *member; member++) {
		if (!is_address(*member))
			return fail(error, "a member isn't an address");
	}
	return TRUE;
}

gboolean content_group_write(struct stanza *parent, const struct group_word *word, GError **error)
{
	struct stanza *group, *members;
	char version[24];

	if (!check(word, error))
		return FALSE;
	if (word->version > INT64_MAX ||
	    (word->members && g_strv_length(word->members) > GROUP_MEMBERS_MAX))
		return fail(error, "a number is out of range");
	group = stanza_add(parent, "group", SOTTO);
	g_snprintf(version, sizeof(version), "%" G_GUINT64_FORMAT, word->version);
	stanza_set(group, "id", word->id);
	stanza_set(group, "name", word->name);
	stanza_set(group, "owner", word->owner);
	stanza_set(group, "version", version);
	if (word->is_leaving)
		stanza_add(group, "leave", SOTTO);
	if (!word->members)
		return TRUE;
	members = stanza_add(group, "members", SOTTO);
	for (char *const *member = word->members; *member; member++)
		stanza_set(stanza_add(members, "member", SOTTO), "jid", *member);
	return TRUE;
}

static gboolean read_members(const struct stanza *members, struct group_word *word, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

	for (const struct stanza *at = stanza_first(members); at; at = stanza_next(at)) {
		if (!stanza_is(at, "member", SOTTO))
			continue;
		if (found->len == GROUP_MEMBERS_MAX) {
			error_set(error, ERROR_LIMIT, "A group has more than %d members.",
				  GROUP_MEMBERS_MAX);
			return FALSE;
		}
		/* An empty one, where the address is missing, is refused by check(). */
		g_ptr_array_add(found,
				g_strdup(stanza_get(at, "jid") ? stanza_get(at, "jid") : ""));
	}
	g_ptr_array_add(found, NULL);
	word->members = (char **)g_ptr_array_steal(found, NULL);
	return TRUE;
}

gboolean content_group_read(const struct stanza *parent, struct group_word **word, GError **error)
{
	const struct stanza *group = stanza_child(parent, "group", SOTTO), *members;
	int64_t version = 0;

	*word = NULL;
	if (!group)
		return TRUE;
	if (!stanza_get_number(group, "version", 0, INT64_MAX, &version))
		return fail(error, "its list has no proper version");
	*word = g_new0(struct group_word, 1);
	(*word)->id = g_strdup(stanza_get(group, "id"));
	(*word)->name = g_strdup(stanza_get(group, "name"));
	(*word)->owner = g_strdup(stanza_get(group, "owner"));
	(*word)->version = (uint64_t)version;
	(*word)->is_leaving = stanza_child(group, "leave", SOTTO) != NULL;
	members = stanza_child(group, "members", SOTTO);
	if ((!members || read_members(members, *word, error)) && check(*word, error))
		return TRUE;
	g_clear_pointer(word, group_word_free);
	return FALSE;
}
