/* Being asked into a room. */
#include "core/transport/xmpp_rooms_inside.h"

#include <string.h>
#include "core/stanza.h"
#include "core/transport/xmpp_forms.h"
#include "core/transport/xmpp_room_forms.h"
#include "core/transport/xmpp_session.h"

enum { INQUIRIES_MAX = 8 };

/* Somebody names a room. Whether it is one, its server says. */
struct inquiry {
	struct rooms *rooms;
	char *room;
	char *by;
};

static void inquired(void *user, const struct stanza *iq)
{
	struct inquiry *inquiry = user;
	struct rooms *rooms = inquiry->rooms;

	rooms->inquiries--;
	if (iq && g_strcmp0(stanza_get(iq, "type"), "result") == 0 && room_forms_is_service(iq))
		rooms->listener.invited(rooms->user, inquiry->room, inquiry->by);
	g_free(inquiry->room);
	g_free(inquiry->by);
	g_free(inquiry);
	if (iq)
		rooms_check_idle(rooms);
}

static void inquire(struct rooms *rooms, const char *room, const char *by)
{
	struct inquiry *inquiry;
	g_autofree char *form = room_forms_info();

	if (!rooms->session || rooms->inquiries == INQUIRIES_MAX)
		return;
	inquiry = g_new0(struct inquiry, 1);
	inquiry->rooms = rooms;
	inquiry->room = g_strdup(room);
	inquiry->by = g_strdup(by);
	rooms->inquiries++;
	session_ask(rooms->session, "get", room, form, inquired, inquiry);
}

bool rooms_take_invitation(struct rooms *rooms, const struct stanza *message)
{
	const char *type = stanza_get(message, "type");
	const char *from = stanza_get(message, "from");
	g_autofree char *room = NULL, *by = NULL;
	struct entry *entry;

	/* What is sealed is a message, whatever hangs on it; and one of ours that came back, or
	 * what somebody says to a whole room, asks nobody in. */
	if (stanza_child(message, "encrypted", FORMS_OMEMO) || g_strcmp0(type, "error") == 0 ||
	    g_strcmp0(type, "groupchat") == 0)
		return false;
	if (!room_forms_read_invitation(message, &room, &by))
		return false;
	entry = rooms_find(rooms, room);
	/* What we are in, nobody needs to ask us into. */
	if ((entry && room_is_inside(entry->room)) || !rooms->listener.invited)
		return true;
	if (g_strcmp0(from, room) == 0)
		rooms->listener.invited(rooms->user, room, by);
	else
		inquire(rooms, room, by);
	return true;
}
