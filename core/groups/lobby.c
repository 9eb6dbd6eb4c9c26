/* lobby: what the carrier says of rooms. */
#include "core/groups/lobby.h"

#include <string.h>
#include "core/base/error.h"
#include "core/groups/lobby_inside.h"
#include "core/groups/room_state.h"
#include "core/model/group.h"
#include "core/port/store_groups.h"

#define MARK_SETTING "room-mark:"

enum { INVITATIONS_MAX = 100 /* rooms we were asked into and haven't entered */ };

/* -- what is remembered ----------------------------------------------------------------------- */

/* A copy of a view that owns all it points to. */
static void view_free(void *data)
{
	struct room_view *view = data;

	for (size_t i = 0; i < view->count; i++) {
		g_free((char *)view->people[i].address);
		g_free((char *)view->people[i].nick);
	}
	g_free((struct room_person *)view->people);
	g_free((char *)view->address);
	g_free((char *)view->why);
	g_free((char *)view->nick);
	g_free(view);
}

static struct room_view *view_copy(const struct room_view *view)
{
	struct room_view *copy = g_memdup2(view, sizeof(*view));
	struct room_person *people = g_new0(struct room_person, view->count);

	for (size_t i = 0; i < view->count; i++) {
		people[i] = view->people[i];
		people[i].address = g_strdup(view->people[i].address);
		people[i].nick = g_strdup(view->people[i].nick);
	}
	copy->people = people;
	copy->address = g_strdup(view->address);
	copy->why = g_strdup(view->why);
	copy->nick = g_strdup(view->nick);
	return copy;
}

/* -- rows ------------------------------------------------------------------------------------- */

/* A line in the room's conversation; by us when AUTHOR is NULL. */
static gboolean note(struct living *living, const struct group *group, const char *author,
		     const char *text, struct message **notice, GError **error)
{
	bool is_ours = !author;

	return groups_note(living, group, is_ours ? living->account->address : author,
			   is_ours ? living->account->device : 0, text, notice, error);
}

static gboolean put_conversation(struct living *living, const char *address, bool is_listed,
				 GError **error)
{
	bool is_new;
	struct contact *contact = living_contact(living, address, &is_new, error);
	gboolean ok = TRUE;

	if (!contact)
		return FALSE;
	/* Whatever a server, or somebody who invites, says of it. */
	if ((!is_new || contact->kind == CONTACT_NOTES) &&
	    !room_state_check_kind(contact, error)) {
		contact_free(contact);
		return FALSE;
	}
	if (is_new || contact->kind != CONTACT_ROOM || contact->is_listed != is_listed) {
		contact->kind = CONTACT_ROOM;
		contact->is_listed = is_listed;
		contact->is_known = true;
		ok = living->store->ops->contact_put(living->store, contact, error);
	}
	contact_free(contact);
	return ok;
}

static struct group *new_group(const char *address)
{
	g_autofree char *name = g_strndup(address, strcspn(address, "@"));

	return group_new(address, NULL, name, NULL);
}

/* What differs between the members that were known and those of VIEW, as a sentence; NULL: nothing.
 */
static char *compare(const struct group *group, const struct room_view *view)
{
	g_autoptr(GString) added = g_string_new(NULL), removed = g_string_new(NULL);

	for (size_t i = 0; i < view->count; i++) {
		const char *address = view->people[i].address;

		if (!group_has(group, address))
			g_string_append_printf(added, "%s%s", added->len ? ", " : "", address);
	}
	for (guint i = 0; i < group->members->len; i++) {
		const char *address = group->members->pdata[i];
		bool is_there = false;

		for (size_t j = 0; j < view->count; j++)
			is_there |= strcmp(view->people[j].address, address) == 0;
		if (!is_there)
			g_string_append_printf(removed, "%s%s", removed->len ? ", " : "", address);
	}
	if (!added->len && !removed->len)
		return NULL;
	return g_strdup_printf("%s%s%s%s%s.", added->len ? "Now a member: " : "", added->str,
			       added->len && removed->len ? "; " : "",
			       removed->len ? "no longer a member: " : "", removed->str);
}

static char *join_people(const struct room_view *view)
{
	g_autoptr(GString) people = g_string_new(NULL);

	for (size_t i = 0; i < view->count; i++)
		g_string_append_printf(people, "%s%s", i ? ", " : "", view->people[i].address);
	return g_strdup_printf("You are in %s. Its members: %s.", view->address, people->str);
}

/* GROUP as it is to be, with TEXT in its conversation; one transaction. */
static gboolean commit_group(struct living *living, const struct group *group, bool is_listed,
			     const char *author, const char *text, GError **error)
{
	struct message *notice = NULL;
	gboolean ok;

	if (!living_begin(living, error))
		return FALSE;
	ok = put_conversation(living, group->address, is_listed, error) &&
	     living->store->ops->groups->put(living->store, group, error) &&
	     note(living, group, author, text, &notice, error);
	if (!ok)
		living_rollback(living);
	else
		ok = living_commit(living, error);
	if (ok) {
		living_emit_message(living, EVENT_MESSAGE, notice);
		living_emit_contact(living, group->address);
	}
	message_free(notice);
	return ok;
}

static gboolean keep_members(struct living *living, const struct room_view *view, GError **error)
{
	struct group *group = NULL;
	g_autofree char *text = NULL;
	bool is_new;
	gboolean ok = TRUE;

	if (!living->store->ops->groups->get(living->store, view->address, &group, error))
		return FALSE;
	is_new = !group || group->is_left;
	if (!group)
		group = new_group(view->address);
	text = is_new ? join_people(view) : compare(group, view);
	if (text) {
		g_ptr_array_set_size(group->members, 0);
		for (size_t i = 0; i < view->count; i++)
			group_add(group, view->people[i].address);
		group->is_left = false;
		ok = commit_group(living, group, true, NULL, text, error);
	}
	group_free(group);
	return ok;
}

static gboolean keep_row(const struct outbox_row *row, void *user)
{
	GPtrArray *rows = user;
	struct outbox_row *copy;

	if (strcmp(row->conversation, g_ptr_array_index(rows, 0)) != 0)
		return TRUE;
	copy = g_new0(struct outbox_row, 1);
	copy->row = row->row;
	copy->id = g_strdup(row->id);
	g_ptr_array_add(rows, copy);
	return TRUE;
}

/* What still waits for the room ADDRESS will never go there: it has failed. */
static gboolean drop_waiting(struct living *living, const char *address, GError **error)
{
	const struct store_ops *ops = living->store->ops;
	g_autoptr(GPtrArray) rows = g_ptr_array_new();
	gboolean ok;

	g_ptr_array_add(rows, (char *)address);
	if (!living_begin(living, error))
		return FALSE;
	ok = ops->outbox_each(living->store, keep_row, rows, error);
	for (guint i = 1; i < rows->len; i++) {
		struct outbox_row *row = rows->pdata[i];

		ok = ok && ops->outbox_del(living->store, row->row, error) &&
		     (!row->id || ops->message_state(living->store, address, row->id, STATE_FAILED,
						     0, NULL, error));
		outbox_row_clear(row);
		g_free(row);
	}
	if (ok)
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* WHY it can't be used, into the conversation; when IS_LEFT, for good. */
static gboolean keep_end(struct living *living, const char *address, const char *why, bool is_left,
			 GError **error)
{
	struct group *group = NULL;
	gboolean ok = TRUE;

	if (!living->store->ops->groups->get(living->store, address, &group, error))
		return FALSE;
	if (group && !group->is_left) {
		group->is_left = is_left;
		ok = (!is_left || drop_waiting(living, address, error)) &&
		     commit_group(living, group, true, NULL, why, error);
	}
	group_free(group);
	return ok;
}

/* -- what the carrier says -------------------------------------------------------------------- */

static gboolean take_view(struct living *living, const struct room_view *view,
			  const struct room_view *before, GError **error)
{
	g_autofree char *left = g_strdup_printf("You left %s.", view->address);

	switch (view->state) {
	case ROOM_READY:
		return keep_members(living, view, error);
	case ROOM_UNSAFE:
		if (before && before->state == ROOM_UNSAFE)
			return TRUE;
		return keep_end(living, view->address, view->why, false, error);
	case ROOM_GONE:
		return keep_end(living, view->address, view->why, true, error);
	case ROOM_OUT:
		/* Left, here or on another device. Whatever else it is, there is a reason. */
		return view->why || keep_end(living, view->address, left, true, error);
	default:
		return TRUE;
	}
}

gboolean lobby_take_view(struct living *living, const struct room_view *view, GError **error)
{
	struct room_view *copy = view_copy(view);
	gboolean ok = take_view(living, view, room_state_view(living, view->address), error);

	g_hash_table_replace(living->lobby->views, (char *)copy->address, copy);
	return ok;
}

struct opening {
	struct living *living;
	char *room;
};

static void people_asked(void *user, const GError *error)
{
	struct opening *opening = user;
	struct transport *transport = opening->living->transport;

	(void)error;
	if (transport)
		transport->ops->rooms->open(transport, opening->room);
	g_free(opening->room);
	g_free(opening);
}

/* To enter is to look who is in it: before their words come. */
static void open_room(struct living *living, const char *room)
{
	struct opening *opening = g_new0(struct opening, 1);

	opening->living = living;
	opening->room = g_strdup(room);
	lobby_ask_people(living, room, people_asked, opening);
}

static void changed(void *user, const struct room_view *view)
{
	struct living *living = user;
	g_autoptr(GError) error = NULL;

	if (!lobby_take_view(living, view, &error))
		living_emit_notice(living, "What changed in %s couldn't be kept: %s",
				   view->address, error->message);
	living_emit_contact(living, view->address);
	/* Even so: else all that waits for its rooms would wait for ever. */
	if (view->is_waiting)
		open_room(living, view->address);
}

static gboolean count_invitation(const struct contact *contact, void *user)
{
	*(unsigned *)user += contact->kind == CONTACT_ROOM && !contact->is_listed;
	return TRUE;
}

static gboolean may_invite(struct living *living, const char *room, const struct group *group,
			   const char *by, bool *may, GError **error)
{
	struct contact *contact = NULL;
	unsigned count = 0;

	if (by && !living->store->ops->contact_get(living->store, by, &contact, error))
		return FALSE;
	*may = (!group || group->is_left) && !(contact && contact->manners.is_blocked) &&
	       strcmp(room, living->account->address) != 0;
	contact_free(contact);
	contact = NULL;
	if (*may && !living->store->ops->contact_get(living->store, room, &contact, error))
		return FALSE;
	/* Nobody is a room because somebody says so; and who was asked in already needn't be asked
	 * again. */
	*may = *may && !(contact && (contact->kind != CONTACT_ROOM || !contact->is_listed));
	contact_free(contact);
	if (!living->store->ops->contact_each(living->store, count_invitation, &count, error))
		return FALSE;
	*may = *may && count < INVITATIONS_MAX;
	return TRUE;
}

static gboolean keep_invitation(struct living *living, const char *room, const char *by,
				GError **error)
{
	g_autofree char *text =
		g_strdup_printf("%s invites you to %s. To enter: `sotto group join %s`.",
				by ? by : "Somebody", room, room);
	struct group *group = NULL;
	bool may = false;
	gboolean ok;

	if (!living->store->ops->groups->get(living->store, room, &group, error))
		return FALSE;
	ok = may_invite(living, room, group, by, &may, error);
	if (ok && may) {
		if (!group)
			group = new_group(room);
		group->is_left = true;
		ok = commit_group(living, group, false, by, text, error);
		if (ok)
			living_emit_notice(living, "%s", text);
	}
	group_free(group);
	return ok;
}

static void invited(void *user, const char *room, const char *by)
{
	struct living *living = user;
	g_autoptr(GError) error = NULL;

	if (!keep_invitation(living, room, by, &error))
		living_emit_notice(living, "An invitation to %s couldn't be kept: %s", room,
				   error->message);
}

static void marked(void *user, const char *room, const char *mark)
{
	struct living *living = user;
	g_autoptr(GBytes) value = g_bytes_new(mark, strlen(mark));
	g_autofree char *name = g_strconcat(MARK_SETTING, room, NULL);
	g_autoptr(GError) error = NULL;

	if (!living_begin(living, &error))
		return;
	if (!living->store->ops->setting_put(living->store, name, value, &error))
		living_rollback(living);
	else if (!living_commit(living, &error))
		g_debug("a mark was not kept: %s", error->message);
}

static const struct rooms_listener lobby_listener = { invited, changed, marked };

/* -- up and down ------------------------------------------------------------------------------ */

static gboolean keep_room(const struct group *group, void *user)
{
	struct living *living = user;
	g_autofree char *name = g_strconcat(MARK_SETTING, group->address, NULL);
	g_autoptr(GBytes) value = NULL;
	g_autofree char *mark = NULL;

	if (group->id || group->is_left)
		return TRUE;
	if (living->store->ops->setting_get(living->store, name, &value, NULL) && value)
		mark = g_strndup(g_bytes_get_data(value, NULL), g_bytes_get_size(value));
	living->transport->ops->rooms->keep(living->transport, group->address, mark,
					    living->account->made_at);
	return TRUE;
}

void lobby_open(struct living *living)
{
	g_autoptr(GError) error = NULL;

	if (living->lobby || !living->transport->ops->rooms)
		return;
	living->lobby = g_new0(struct lobby, 1);
	living->lobby->views = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, view_free);
	living->transport->ops->rooms->listen(living->transport, &lobby_listener, living);
	if (!living->store->ops->groups->each(living->store, keep_room, living, &error))
		living_emit_notice(living, "The rooms couldn't be read: %s", error->message);
}

void lobby_close(struct living *living)
{
	if (!living->lobby)
		return;
	g_hash_table_unref(living->lobby->views);
	g_clear_pointer(&living->lobby, g_free);
}
