/* Bookmarking a room, and inviting into it. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

static void mark_put(void *user, const struct stanza *iq)
{
	struct entry *entry = user;

	if (!iq || g_strcmp0(stanza_get(iq, "type"), "error") != 0)
		return;
	entry->is_bookmarked = false;
	rooms_notice(entry->rooms,
		     "%s couldn't be bookmarked (%s): your other devices won't find it.",
		     room_address(entry->room), session_condition(iq));
}

void rooms_put_mark(struct entry *entry)
{
	g_autofree char *form =
		room_forms_bookmark(room_address(entry->room), room_nick(entry->room));

	entry->is_bookmarked = true;
	session_ask(entry->rooms->session, "set", NULL, form, mark_put, entry);
}

static void ignore(void *user, const struct stanza *iq)
{
	(void)user;
	(void)iq;
}

void rooms_drop_mark(struct entry *entry)
{
	g_autofree char *form = room_forms_forget(room_address(entry->room));

	if (!entry->is_bookmarked || !entry->rooms->session)
		return;
	entry->is_bookmarked = false;
	session_ask(entry->rooms->session, "set", NULL, form, ignore, NULL);
}

void rooms_invite(struct entry *entry, const char *address)
{
	entry->rooms->parts.put(entry->rooms->parts.user,
				room_forms_invite(room_address(entry->room), address));
}
