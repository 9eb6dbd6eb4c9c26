#include <string.h>

#include "tests/support/fake_inside.h"

static struct group *find_group(struct fake_rows *rows, const char *address)
{
	for (guint i = 0; i < rows->groups->len; i++) {
		struct group *group = rows->groups->pdata[i];

		if (strcmp(group->address, address) == 0)
			return group;
	}
	return NULL;
}

static void drop_group(struct fake_rows *rows, const char *address)
{
	struct group *group = find_group(rows, address);

	if (group)
		g_ptr_array_remove(rows->groups, group);
}

void fake_group_del(struct fake_rows *rows, const char *address)
{
	drop_group(rows, address);
	for (guint i = rows->marks->len; i-- > 0;) {
		const struct fake_mark *mark = rows->marks->pdata[i];

		if (strcmp(mark->conversation, address) == 0)
			g_ptr_array_remove_index(rows->marks, i);
	}
}

static gboolean groups_put(struct store *store, const struct group *group, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_write(store, error))
		return FALSE;
	if (!fake_contact(rows, group->address)) {
		error_set_plain(error, ERROR_NO_CONTACT);
		return FALSE;
	}
	drop_group(rows, group->address);
	g_ptr_array_add(rows->groups, group_copy(group));
	return TRUE;
}

static gboolean groups_get(struct store *store, const char *address, struct group **group,
			   GError **error)
{
	*group = NULL;
	if (!fake_call(store, error))
		return FALSE;
	*group = group_copy(find_group(fake_rows_of(store), address));
	return TRUE;
}

static gboolean groups_find(struct store *store, const char *id, char **address, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	*address = NULL;
	if (!fake_call(store, error))
		return FALSE;
	for (guint i = 0; i < rows->groups->len && !*address; i++) {
		const struct group *group = rows->groups->pdata[i];

		if (g_strcmp0(group->id, id) == 0)
			*address = g_strdup(group->address);
	}
	return TRUE;
}

static gint by_address(gconstpointer a, gconstpointer b)
{
	const struct group *const *one = a, *const *other = b;

	return strcmp((*one)->address, (*other)->address);
}

static gboolean groups_each(struct store *store, group_func func, void *user, GError **error)
{
	GPtrArray *groups = fake_rows_of(store)->groups;

	if (!fake_call(store, error))
		return FALSE;
	g_ptr_array_sort(groups, by_address);
	for (guint i = 0; i < groups->len && func(groups->pdata[i], user); i++)
		;
	return TRUE;
}

static const struct message *find_message(struct fake_rows *rows, const char *conversation,
					  const char *id)
{
	for (guint i = 0; i < rows->messages->len; i++) {
		const struct message *message = rows->messages->pdata[i];

		if (message->direction == DIRECTION_OUT && strcmp(message->id, id) == 0 &&
		    strcmp(message->conversation, conversation) == 0)
			return message;
	}
	return NULL;
}

static bool is_of(const struct fake_mark *mark, const char *conversation, const char *id)
{
	return strcmp(mark->conversation, conversation) == 0 && strcmp(mark->id, id) == 0;
}

static gboolean groups_mark(struct store *store, const char *conversation, const char *id,
			    const char *member, enum state state, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);
	struct fake_mark *mark;

	if (!fake_write(store, error))
		return FALSE;
	if (!find_message(rows, conversation, id))
		return TRUE;
	for (guint i = 0; i < rows->marks->len; i++) {
		mark = rows->marks->pdata[i];
		if (is_of(mark, conversation, id) && strcmp(mark->member, member) == 0) {
			mark->state = MAX(mark->state, state);
			return TRUE;
		}
	}
	mark = g_new(struct fake_mark, 1);
	mark->conversation = g_strdup(conversation);
	mark->id = g_strdup(id);
	mark->member = g_strdup(member);
	mark->state = state;
	g_ptr_array_add(rows->marks, mark);
	return TRUE;
}

static gint by_member(gconstpointer a, gconstpointer b)
{
	const struct fake_mark *const *one = a, *const *other = b;

	return strcmp((*one)->member, (*other)->member);
}

static gboolean groups_marks(struct store *store, const char *conversation, const char *id,
			     mark_func func, void *user, GError **error)
{
	struct fake_rows *rows = fake_rows_of(store);

	if (!fake_call(store, error))
		return FALSE;
	g_ptr_array_sort(rows->marks, by_member);
	for (guint i = 0; i < rows->marks->len; i++) {
		const struct fake_mark *mark = rows->marks->pdata[i];

		/* A mark goes with its message. */
		if (is_of(mark, conversation, id) && find_message(rows, conversation, id) &&
		    !func(mark->member, mark->state, user))
			break;
	}
	return TRUE;
}

const struct store_groups_ops fake_groups_ops = {
	.put = groups_put,
	.get = groups_get,
	.find = groups_find,
	.each = groups_each,
	.mark = groups_mark,
	.marks = groups_marks,
};
