/* Which rooms are bookmarked, who is a member, and leaving. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include "core/base/error.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

static void take_mark(const char *room, bool is_entered, bool is_gone, void *user)
{
	struct rooms *rooms = user;
	struct entry *entry = rooms_find(rooms, room);

	if (is_gone) {
		if (!entry || !entry->is_bookmarked)
			return;
		/* Another device of ours left it for good. */
		entry->is_bookmarked = entry->is_kept = false;
		if (room_is_inside(entry->room))
			rooms_exit(entry);
		room_fail(entry->room, ROOM_OUT, NULL);
		rooms_settle(entry);
		return;
	}
	if (!entry)
		entry = rooms_entry(rooms, room);
	if (entry->is_leaving)
		return;
	entry->is_bookmarked = true;
	if (is_entered && room_state(entry->room) == ROOM_OUT)
		rooms_enter(entry);
}

static void marks_came(void *user, const struct stanza *iq)
{
	struct rooms *rooms = user;

	if (!iq)
		return;
	/* An error: there are none, or the server keeps none. */
	room_forms_read_bookmarks(iq, take_mark, rooms);
	rooms->has_marks = true;
	rooms_check_idle(rooms);
}

void rooms_read_marks(struct rooms *rooms)
{
	g_autofree char *form = room_forms_bookmarks();

	session_ask(rooms->session, "get", NULL, form, marks_came, rooms);
}

bool rooms_take_marks(struct rooms *rooms, const struct stanza *message)
{
	return room_forms_read_event(message, take_mark, rooms);
}

struct asked {
	struct entry *entry;
	struct order *order;
};

static void answer_asked(struct asked *asked, const GError *error)
{
	order_answer(asked->order, asked->entry, error);
	g_free(asked);
}

static void set_ended(GError **error)
{
	error_set(error, ERROR_UNREACHABLE,
		  "The connection ended before the server answered; see `sotto group list` for "
		  "what came of it.");
}

static void forgotten(void *user, const struct stanza *iq)
{
	struct asked *asked = user;
	g_autoptr(GError) error = NULL;

	asked->entry->is_leaving = false;
	if (!iq)
		set_ended(&error);
	else
		asked->entry->is_bookmarked = false;
	answer_asked(asked, error);
}

void rooms_leave(struct rooms *rooms, struct order *order)
{
	struct entry *entry = rooms_entry(rooms, order->room);
	struct asked *asked = g_new0(struct asked, 1);
	g_autofree char *form = room_forms_forget(room_address(entry->room));

	asked->entry = entry;
	asked->order = order;
	entry->is_kept = false;
	entry->is_leaving = true;
	if (room_state(entry->room) == ROOM_ENTERING || room_is_inside(entry->room))
		rooms_exit(entry);
	room_fail(entry->room, ROOM_OUT, NULL);
	rooms_settle(entry);
	session_ask(rooms->session, "set", NULL, form, forgotten, asked);
}

static void affiliated(void *user, const struct stanza *iq)
{
	struct asked *asked = user;
	struct order *order = asked->order;
	const char *room = room_address(asked->entry->room);
	g_autoptr(GError) error = NULL;

	if (!iq) {
		set_ended(&error);
	} else if (g_strcmp0(stanza_get(iq, "type"), "error") != 0) {
		if (order->affiliation >= AFFILIATION_MEMBER)
			rooms_invite(asked->entry, order->address);
		/* Not everything that changed is told to everybody. */
		asked->entry->listed_at = 0;
	} else if (session_is_error(iq, "forbidden", NULL) ||
		   session_is_error(iq, "not-allowed", NULL)) {
		error_set(&error, ERROR_POLICY,
			  "Only owners and admins of %s say who is in it, and nobody puts an owner "
			  "out.",
			  room);
	} else {
		error_set(&error, ERROR_FAILED, "%s doesn't take that change (%s).", room,
			  session_condition(iq));
	}
	answer_asked(asked, error);
}

void rooms_affiliate(struct rooms *rooms, struct order *order)
{
	struct asked *asked = g_new0(struct asked, 1);
	g_autofree char *form = room_forms_affiliate(order->address, order->affiliation);

	asked->entry = rooms_entry(rooms, order->room);
	asked->order = order;
	session_ask(rooms->session, "set", room_address(asked->entry->room), form, affiliated,
		    asked);
}
