/* Being asked into a room. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include <string.h>
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/xml/stanza.h"

bool rooms_take_invitation(struct rooms *rooms, const struct stanza *message)
{
	const char *type = stanza_get(message, "type");
	g_autofree char *room = NULL, *by = NULL;
	struct entry *entry;

	/* What is sealed is a message, whatever hangs on it; and one of ours that came back, or
	 * what somebody says to a whole room, asks nobody in. */
	if (stanza_child(message, "encrypted", NS_OMEMO) || g_strcmp0(type, "error") == 0 ||
	    g_strcmp0(type, "groupchat") == 0)
		return false;
	if (!room_forms_read_invitation(message, &room, &by))
		return false;
	entry = rooms_find(rooms, room);
	/* What we are in, nobody needs to ask us into. */
	if (!(entry && room_is_inside(entry->room)) && rooms->listener.invited)
		rooms->listener.invited(rooms->user, room, by);
	return true;
}
