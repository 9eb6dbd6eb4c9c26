#include "core/transport/xmpp/muc/xmpp_room_forms.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/xml/stanza.h"

#define CLIENT	  "jabber:client"
#define MUC	  "http://jabber.org/protocol/muc"
#define MUC_ADMIN MUC "#admin"
#define MUC_OWNER MUC "#owner"
#define CONFIG	  MUC "#roomconfig"
#define FIELD	  "muc#roomconfig"
#define INFO	  "http://jabber.org/protocol/disco#info"
#define ITEMS	  "http://jabber.org/protocol/disco#items"
#define FORM	  "jabber:x:data"
#define PUBSUB	  "http://jabber.org/protocol/pubsub"
#define EVENT	  PUBSUB "#event"
#define DIRECT	  "jabber:x:conference"
#define MARKS	  ROOM_FORMS_BOOKMARKS

enum { ITEMS_MAX = 64 /* services of a server that are looked at */ };

/* -- entering and leaving --------------------------------------------------------------------- */

char *room_forms_enter(const char *room, const char *nick, int64_t since)
{
	g_autofree char *to = g_markup_printf_escaped("%s/%s", room, nick);
	g_autoptr(GDateTime) time = since ? g_date_time_new_from_unix_utc(since / 1000) : NULL;
	g_autofree char *stamp = time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	return g_strdup_printf("<presence xmlns='" CLIENT "' to='%s'><x xmlns='" MUC "'><history "
			       "%s='%s'/></x></presence>",
			       to, stamp ? "since" : "maxchars", stamp ? stamp : "0");
}

char *room_forms_exit(const char *room, const char *nick)
{
	return g_markup_printf_escaped(
		"<presence xmlns='" CLIENT "' type='unavailable' to='%s/%s'/>", room, nick);
}

char *room_forms_invite(const char *room, const char *address)
{
	return g_markup_printf_escaped("<message xmlns='" CLIENT "' to='%s'>"
				       "<x xmlns='" ROOM_FORMS_USER "'><invite to='%s'/></x>"
				       "</message>",
				       room, address);
}

/* -- questions -------------------------------------------------------------------------------- */

char *room_forms_info(void)
{
	return g_strdup("<query xmlns='" INFO "'/>");
}

char *room_forms_items(void)
{
	return g_strdup("<query xmlns='" ITEMS "'/>");
}

GPtrArray *room_forms_read_items(const struct stanza *iq)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	const struct stanza *query = stanza_child(iq, "query", ITEMS);

	for (const struct stanza *at = query ? stanza_first(query) : NULL;
	     at && addresses->len < ITEMS_MAX; at = stanza_next(at)) {
		const char *address = stanza_get(at, "jid");

		if (stanza_is(at, "item", ITEMS) && address && !stanza_get(at, "node"))
			g_ptr_array_add(addresses, g_strdup(address));
	}
	return addresses;
}

bool room_forms_has(const struct stanza *iq, const char *feature)
{
	const struct stanza *query = stanza_child(iq, "query", INFO);

	for (const struct stanza *at = query ? stanza_first(query) : NULL; at; at = stanza_next(at))
		if (stanza_is(at, "feature", INFO) &&
		    g_strcmp0(stanza_get(at, "var"), feature) == 0)
			return true;
	return false;
}

bool room_forms_is_service(const struct stanza *iq)
{
	const struct stanza *query = stanza_child(iq, "query", INFO);

	if (!room_forms_has(iq, MUC))
		return false;
	/* Gateways to other networks are conference services too, of another type. */
	for (const struct stanza *at = stanza_first(query); at; at = stanza_next(at))
		if (stanza_is(at, "identity", INFO) &&
		    g_strcmp0(stanza_get(at, "category"), "conference") == 0 &&
		    g_strcmp0(stanza_get(at, "type"), "text") == 0)
			return true;
	return false;
}

char *room_forms_list(enum affiliation affiliation)
{
	return g_strdup_printf("<query xmlns='" MUC_ADMIN "'><item affiliation='%s'/></query>",
			       affiliation_name(affiliation));
}

char *room_forms_affiliate(const char *address, enum affiliation affiliation)
{
	return g_markup_printf_escaped("<query xmlns='" MUC_ADMIN "'>"
				       "<item affiliation='%s' jid='%s'/></query>",
				       affiliation_name(affiliation), address);
}

char *room_forms_owner(void)
{
	return g_strdup("<query xmlns='" MUC_OWNER "'/>");
}

/* What makes a room safe comes first: a form without it won't do. */
static const struct {
	const char *field;
	const char *value;
	bool is_needed;
} safe_room[] = {
	{ FIELD "_membersonly", "1", true },	{ FIELD "_whois", "anyone", true },
	{ FIELD "_persistentroom", "1", true }, { FIELD "_publicroom", "0", false },
	{ FIELD "_allowinvites", "0", false },	{ FIELD "_changesubject", "0", false },
	{ FIELD "_enablelogging", "0", false },
};

static bool offers(const struct stanza *form, const char *field)
{
	for (const struct stanza *at = stanza_first(form); at; at = stanza_next(at))
		if (stanza_is(at, "field", FORM) && g_strcmp0(stanza_get(at, "var"), field) == 0)
			return true;
	return false;
}

char *room_forms_configure(const struct stanza *iq)
{
	const struct stanza *query = stanza_child(iq, "query", MUC_OWNER);
	const struct stanza *form = query ? stanza_child(query, "x", FORM) : NULL;
	GString *text;

	if (!form)
		return NULL;
	text = g_string_new("<query xmlns='" MUC_OWNER "'><x xmlns='" FORM "' type='submit'>"
			    "<field var='FORM_TYPE'><value>" CONFIG "</value></field>");
	for (size_t i = 0; i < G_N_ELEMENTS(safe_room); i++) {
		if (offers(form, safe_room[i].field)) {
			g_string_append_printf(text,
					       "<field var='%s'><value>%s</value></field>",
					       safe_room[i].field, safe_room[i].value);
		} else if (safe_room[i].is_needed) {
			g_string_free(text, TRUE);
			return NULL;
		}
	}
	g_string_append(text, "</x></query>");
	return g_string_free(text, FALSE);
}

char *room_forms_cancel(void)
{
	return g_strdup("<query xmlns='" MUC_OWNER "'><x xmlns='" FORM "' type='cancel'/></query>");
}

/* -- bookmarks -------------------------------------------------------------------------------- */

char *room_forms_bookmarks(void)
{
	return g_strdup("<pubsub xmlns='" PUBSUB "'><items node='" MARKS "'/></pubsub>");
}

char *room_forms_bookmark(const char *room, const char *nick)
{
	static const char *const options[][2] = {
		{ "pubsub#persist_items", "true" },
		{ "pubsub#max_items", "max" },
		{ "pubsub#send_last_published_item", "never" },
		{ "pubsub#access_model", "whitelist" },
	};
	g_autofree char *item = g_markup_printf_escaped(
		"<item id='%s'><conference xmlns='" MARKS "' autojoin='true'><nick>%s</nick>"
		"</conference></item>",
		room, nick);
	GString *text = g_string_new(NULL);

	g_string_printf(text,
			"<pubsub xmlns='" PUBSUB "'><publish node='" MARKS "'>%s</publish>"
			"<publish-options><x xmlns='" FORM "' type='submit'>"
			"<field var='FORM_TYPE' type='hidden'><value>" PUBSUB
			"#publish-options</value></field>",
			item);
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		g_string_append_printf(text, "<field var='%s'><value>%s</value></field>",
				       options[i][0], options[i][1]);
	g_string_append(text, "</x></publish-options></pubsub>");
	return g_string_free(text, FALSE);
}

char *room_forms_forget(const char *room)
{
	return g_markup_printf_escaped("<pubsub xmlns='" PUBSUB "'><retract node='" MARKS
				       "' notify='true'><item id='%s'/></retract></pubsub>",
				       room);
}

static void read_marks(const struct stanza *items, const char *namespace, room_bookmark_func func,
		       void *user)
{
	for (const struct stanza *at = stanza_first(items); at; at = stanza_next(at)) {
		const char *id = stanza_get(at, "id");
		g_autofree char *room = id ? contact_bare_address(id) : NULL;
		const struct stanza *mark = stanza_child(at, "conference", MARKS);
		const char *is_entered = mark ? stanza_get(mark, "autojoin") : NULL;

		if (!room || !strchr(room, '@') || strchr(id, '/'))
			continue;
		if (stanza_is(at, "retract", namespace))
			func(room, false, true, user);
		else if (stanza_is(at, "item", namespace) && mark)
			func(room,
			     is_entered && (strcmp(is_entered, "true") == 0 ||
					    strcmp(is_entered, "1") == 0),
			     false, user);
	}
}

static const struct stanza *marks_of(const struct stanza *parent, const char *namespace)
{
	const struct stanza *items = parent ? stanza_child(parent, "items", namespace) : NULL;

	return items && g_strcmp0(stanza_get(items, "node"), MARKS) == 0 ? items : NULL;
}

void room_forms_read_bookmarks(const struct stanza *iq, room_bookmark_func func, void *user)
{
	const struct stanza *items = marks_of(stanza_child(iq, "pubsub", PUBSUB), PUBSUB);

	if (items)
		read_marks(items, PUBSUB, func, user);
}

bool room_forms_read_event(const struct stanza *message, room_bookmark_func func, void *user)
{
	const struct stanza *items = marks_of(stanza_child(message, "event", EVENT), EVENT);

	if (items)
		read_marks(items, EVENT, func, user);
	return items != NULL;
}

/* -- what a room says ------------------------------------------------------------------------- */

const struct stanza *room_forms_user(const struct stanza *stanza)
{
	return stanza_child(stanza, "x", ROOM_FORMS_USER);
}

bool room_forms_has_status(const struct stanza *stanza, unsigned code)
{
	const struct stanza *user = room_forms_user(stanza);
	int64_t number;

	for (const struct stanza *at = user ? stanza_first(user) : NULL; at; at = stanza_next(at))
		if (stanza_is(at, "status", ROOM_FORMS_USER) &&
		    stanza_get_number(at, "code", 100, 999, &number) && number == code)
			return true;
	return false;
}

/* Whether what AT says goes with what those before it said; COUNT of them. */
static bool add_item(struct room_item *item, const struct stanza *at, unsigned count)
{
	const char *text = stanza_get(at, "jid"), *nick = stanza_get(at, "nick");
	const char *affiliation = stanza_get(at, "affiliation");
	g_autofree char *address = text ? contact_bare_address(text) : NULL;

	if (!count) {
		item->address = g_steal_pointer(&address);
		item->affiliation = affiliation;
	} else if (g_strcmp0(address, item->address) != 0) {
		return false;
	} else if (g_strcmp0(affiliation, item->affiliation) != 0) {
		item->is_mixed = true;
	}
	if (!item->nick)
		item->nick = nick;
	return true;
}

enum room_said room_forms_person(const struct stanza *stanza, struct room_item *item)
{
	unsigned users = 0, count = 0;
	bool is_same = true;

	*item = (struct room_item){ 0 };
	for (const struct stanza *at = stanza_first(stanza); at; at = stanza_next(at)) {
		if (!stanza_is(at, "x", ROOM_FORMS_USER))
			continue;
		users++;
		for (const struct stanza *in = stanza_first(at); in; in = stanza_next(in))
			if (stanza_is(in, "item", ROOM_FORMS_USER))
				is_same = add_item(item, in, count++) && is_same;
	}
	if (item->is_mixed)
		item->affiliation = NULL;
	if (users > 1 || !is_same) {
		g_free(item->address);
		*item = (struct room_item){ 0 };
		return ROOM_SAID_DIFFERENT;
	}
	return item->address ? ROOM_SAID_ONE : ROOM_SAID_NOBODY;
}

static bool is_room(const char *address)
{
	return address && strchr(address, '@');
}

bool room_forms_read_invitation(const struct stanza *message, char **room, char **by)
{
	const struct stanza *user = room_forms_user(message);
	const struct stanza *invite = user ? stanza_child(user, "invite", ROOM_FORMS_USER) : NULL;
	const struct stanza *direct = stanza_child(message, "x", DIRECT);
	const char *from = stanza_get(message, "from");
	const char *inviter = invite ? stanza_get(invite, "from") : from;
	const char *named = direct ? stanza_get(direct, "jid") : NULL;

	*room = *by = NULL;
	/* Through the room it is the room that sends it, and says who asked. */
	if (invite && from && !strchr(from, '/'))
		named = from;
	else if (!direct)
		return false;
	*room = named ? contact_bare_address(named) : NULL;
	*by = inviter ? contact_bare_address(inviter) : NULL;
	if (is_room(*room))
		return true;
	g_clear_pointer(room, g_free);
	g_clear_pointer(by, g_free);
	return false;
}
