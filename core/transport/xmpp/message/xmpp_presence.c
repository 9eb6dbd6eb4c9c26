#include "core/transport/xmpp/message/xmpp_presence.h"

#define PRIVACY "jabber:iq:privacy"
#define LIST	"sotto-hidden"

enum presence_way presence_choose(const struct presence_place *place)
{
	if (place->is_on)
		return WAY_SEEN;
	if (place->seers == 0)
		return WAY_UNSEEN;
	if (place->has_lists)
		return WAY_LISTED;
	return place->has_archive ? WAY_HIDDEN : WAY_FORCED;
}

bool presence_is_said(enum presence_way way)
{
	return way != WAY_NONE && way != WAY_HIDDEN;
}

char *presence_list(char *const *people)
{
	GString *text = g_string_new("<query xmlns='" PRIVACY "'><list name='" LIST "'>");
	unsigned order = 1;

	for (; people && *people; people++) {
		g_autofree char *address = g_markup_escape_text(*people, -1);

		g_string_append_printf(text,
				       "<item type='jid' value='%s' action='allow' order='%u'>"
				       "<presence-out/></item>",
				       address, order++);
	}
	/* Rooms, which stand on no list of contacts, still hear of us. */
	g_string_append_printf(text,
			       "<item type='subscription' value='both' action='deny' order='%u'>"
			       "<presence-out/></item>"
			       "<item type='subscription' value='from' action='deny' order='%u'>"
			       "<presence-out/></item></list></query>",
			       order, order + 1);
	return g_string_free(text, FALSE);
}

char *presence_use_list(void)
{
	return g_strdup("<query xmlns='" PRIVACY "'><active name='" LIST "'/></query>");
}

char *presence_use_none(void)
{
	return g_strdup("<query xmlns='" PRIVACY "'><active/></query>");
}

char *presence_form(const char *type, const char *to)
{
	g_autofree char *address = to ? g_markup_escape_text(to, -1) : NULL;

	return g_strdup_printf("<presence xmlns='jabber:client'%s%s%s%s%s%s/>",
			       type ? " type='" : "", type ? type : "", type ? "'" : "",
			       to ? " to='" : "", to ? address : "", to ? "'" : "");
}
