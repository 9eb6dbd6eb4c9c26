#include "core/model/group.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/contact.h"

struct group *group_new(const char *address, const char *id, const char *name, const char *owner)
{
	struct group *group = g_new0(struct group, 1);

	group->address = g_strdup(address);
	group->id = g_strdup(id);
	group->name = g_strdup(name);
	group->owner = g_strdup(owner);
	group->members = g_ptr_array_new_with_free_func(g_free);
	return group;
}

struct group *group_copy(const struct group *group)
{
	struct group *copy;

	if (!group)
		return NULL;
	copy = group_new(group->address, group->id, group->name, group->owner);
	copy->version = group->version;
	copy->is_left = group->is_left;
	for (guint i = 0; i < group->members->len; i++)
		g_ptr_array_add(copy->members, g_strdup(group->members->pdata[i]));
	return copy;
}

void group_free(struct group *group)
{
	if (!group)
		return;
	g_free(group->address);
	g_free(group->id);
	g_free(group->name);
	g_free(group->owner);
	g_ptr_array_unref(group->members);
	g_free(group);
}

void group_word_free(struct group_word *word)
{
	if (!word)
		return;
	g_free(word->id);
	g_free(word->name);
	g_free(word->owner);
	g_strfreev(word->members);
	g_free(word);
}

bool group_is_address(const char *text)
{
	return text[0] == '#';
}

char *group_address(const char *name, GError **error)
{
	const char *bare = group_is_address(name) ? name + 1 : name;
	g_autofree char *local = strchr(bare, '@') || strlen(bare) > GROUP_NAME_MAX
					 ? NULL
					 : contact_address(bare, NULL);

	if (local)
		return g_strconcat("#", local, NULL);
	error_set(error, ERROR_USAGE,
		  "A group's name has 1 to %d letters, digits, dots, dashes or underscores.",
		  GROUP_NAME_MAX);
	return NULL;
}

static bool find(const GPtrArray *addresses, const char *address, guint *index)
{
	return addresses && g_ptr_array_find_with_equal_func((GPtrArray *)addresses, address,
							     g_str_equal, index);
}

bool group_has(const struct group *group, const char *address)
{
	return find(group->members, address, NULL);
}

void group_add(struct group *group, const char *address)
{
	if (!group_has(group, address))
		g_ptr_array_add(group->members, g_strdup(address));
}

void group_drop(struct group *group, const char *address)
{
	guint index;

	if (find(group->members, address, &index))
		g_ptr_array_remove_index(group->members, index);
}

const char *group_heir(const struct group *group)
{
	for (guint i = 0; i < group->members->len; i++) {
		if (g_strcmp0(group->members->pdata[i], group->owner) != 0)
			return group->members->pdata[i];
	}
	return NULL;
}

struct group_word *group_say(const struct group *group, const char *own)
{
	struct group_word *word = g_new0(struct group_word, 1);

	word->id = g_strdup(group->id);
	word->name = g_strdup(group->name);
	word->owner = g_strdup(group->owner);
	word->version = group->version;
	if (g_strcmp0(group->owner, own) != 0)
		return word;
	word->members = g_new0(char *, group->members->len + 1);
	for (guint i = 0; i < group->members->len; i++)
		word->members[i] = g_strdup(group->members->pdata[i]);
	return word;
}

/* -- what changes ----------------------------------------------------------------------------- */

void group_change_clear(struct group_change *change)
{
	g_clear_pointer(&change->added, g_ptr_array_unref);
	g_clear_pointer(&change->removed, g_ptr_array_unref);
	memset(change, 0, sizeof(*change));
}

static void note(GPtrArray **list, const char *address)
{
	if (!*list)
		*list = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(*list, g_strdup(address));
}

static void compare(const struct group *group, char *const *members, const char *own,
		    struct group_change *change)
{
	bool was_in = group_has(group, own) && !group->is_left && group->version > 0;
	bool is_in = g_strv_contains((const char *const *)members, own);

	for (char *const *member = members; *member; member++) {
		if (!group_has(group, *member) && strcmp(*member, own) != 0)
			note(&change->added, *member);
	}
	for (guint i = 0; i < group->members->len; i++) {
		const char *member = group->members->pdata[i];

		if (strcmp(member, own) != 0 &&
		    !g_strv_contains((const char *const *)members, member))
			note(&change->removed, member);
	}
	change->is_in = is_in && !was_in;
	change->is_out = was_in && !is_in;
	/* Who came and went while we weren't there is no change that we saw. */
	if (change->is_in) {
		g_clear_pointer(&change->added, g_ptr_array_unref);
		g_clear_pointer(&change->removed, g_ptr_array_unref);
	}
}

/* The list that came replaces ours. One that lacks us tells nothing of those who stay. */
static void replace(struct group *group, const struct group_word *word, const char *own,
		    struct group_change *change)
{
	bool is_in = g_strv_contains((const char *const *)word->members, own);

	change->is_new_owner = g_strcmp0(group->owner, word->owner) != 0;
	if (is_in)
		compare(group, word->members, own, change);
	else
		change->is_out = !group->is_left;
	group->version = word->version;
	group->is_left = !is_in;
	if (!is_in) {
		change->is_new_owner = false;
		group_drop(group, own);
		return;
	}
	g_free(group->owner);
	group->owner = g_strdup(word->owner);
	g_ptr_array_set_size(group->members, 0);
	for (char *const *member = word->members; *member; member++)
		group_add(group, *member);
}

static enum group_verdict take_leaving(struct group *group, const struct group_word *word,
				       const char *author, const char *own,
				       struct group_change *change)
{
	if (!group_has(group, author))
		return GROUP_SAME;
	/* The owner can't go like that: an owner's list says who comes after. */
	if (strcmp(author, group->owner) == 0 && strcmp(author, own) != 0)
		return GROUP_REFUSED;
	if (word->version < group->version && strcmp(group->owner, own) != 0)
		return GROUP_SAME;
	group_drop(group, author);
	if (strcmp(author, own) == 0) {
		group->is_left = true;
		change->is_out = true;
	} else {
		note(&change->removed, author);
	}
	return GROUP_CHANGED;
}

enum group_verdict group_take(struct group *group, const struct group_word *word,
			      const char *author, const char *own, struct group_change *change)
{
	/* Out of it we don't know whose it has become, and may be asked in like the first time. */
	bool knows_owner = group->version && !group->is_left;
	const char *owner = knows_owner ? group->owner : word->owner;
	uint64_t most = group->version ? group->version + GROUP_VERSION_JUMP : GROUP_VERSION_MAX;
	bool is_listed;

	if (word->is_leaving)
		return take_leaving(group, word, author, own, change);
	if (!word->members || word->version <= group->version)
		return GROUP_SAME;
	is_listed = g_strv_contains((const char *const *)word->members, word->owner);
	/* Who is thrown out gets an empty list. */
	if (g_strcmp0(author, owner) != 0 || (word->members[0] && !is_listed) ||
	    word->version > most)
		return GROUP_REFUSED;
	replace(group, word, own, change);
	return GROUP_CHANGED;
}

/* -- in words --------------------------------------------------------------------------------- */

static void list_names(GString *text, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(text, "%s%s",
				       i == 0 ? "" : i + 1 == names->len ? " and " : ", ",
				       (const char *)names->pdata[i]);
}

static bool is_alone(const GPtrArray *names, const char *name)
{
	return names && names->len == 1 && strcmp(names->pdata[0], name) == 0;
}

char *group_change_text(const struct group *group, const struct group_change *change,
			const char *author)
{
	GString *text = g_string_new(NULL);
	bool is_own = !author;

	if (is_own)
		author = "You";
	if (change->is_out && is_own)
		g_string_append_printf(text, "You left %s. ", group->address);
	else if (change->is_out)
		g_string_append_printf(text, "%s took you out of %s: nothing can be sent here any "
					     "more. ", author, group->address);
	if (change->is_in) {
		if (is_own)
			g_string_append_printf(text, "You are in %s. In it are ", group->address);
		else
			g_string_append_printf(text, "%s put you into %s. In it are ", author,
					       group->address);
		list_names(text, group->members);
		g_string_append(text, ". ");
	} else if (change->added) {
		g_string_append_printf(text, "%s added ", author);
		list_names(text, change->added);
		g_string_append(text, ". ");
	}
	if (is_alone(change->removed, author)) {
		g_string_append_printf(text, "%s left. ", author);
	} else if (change->removed) {
		g_string_append_printf(text, "%s removed ", author);
		list_names(text, change->removed);
		g_string_append(text, ". ");
	}
	if (change->is_new_owner && !change->is_in)
		g_string_append_printf(text, "It is %s's now. ", group->owner);
	if (text->len)
		g_string_truncate(text, text->len - 1);
	return g_string_free(text, FALSE);
}
