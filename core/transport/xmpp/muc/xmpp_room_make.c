/* A new room: find the service, enter, make it safe before anybody else is in, let people in. */
#include "core/transport/xmpp/muc/xmpp_rooms_inside.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/account.h"
#include "core/model/contact.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

struct make {
	struct rooms *rooms;
	struct order *order;
	GPtrArray *services; /* addresses that may be a conference service */
	guint next;	     /* which is asked next */
	size_t next_member;  /* who is let in next */
	struct entry *entry; /* once there is a room */
	bool is_over;	     /* answered; an answer of the server's may still come */
};

void make_free(void *data)
{
	struct make *make = data;

	g_clear_pointer(&make->services, g_ptr_array_unref);
	g_free(make);
}

bool rooms_is_making(const struct rooms *rooms)
{
	for (guint i = 0; i < rooms->makes->len; i++)
		if (!((struct make *)rooms->makes->pdata[i])->is_over)
			return true;
	return false;
}

/* Answers the order; ENTRY's part ends as well. */
static void make_end(struct make *make, const GError *error)
{
	struct rooms *rooms = make->rooms;
	struct entry *entry = make->entry;

	if (entry)
		entry->make = NULL;
	make->is_over = true;
	order_answer(make->order, error ? NULL : entry, error);
	make->order = NULL;
	rooms_check_idle(rooms);
}

static void make_fail(struct make *make, enum error code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static void make_fail(struct make *make, enum error code, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	g_autoptr(GError) error = NULL;
	va_list args;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	error_set(&error, code, "%s", sentence);
	if (make->entry) {
		struct entry *entry = make->entry;

		make->entry = NULL;
		entry->make = NULL;
		entry->is_kept = false;
		rooms_exit(entry);
		room_fail(entry->room, ROOM_OUT, sentence);
	}
	make_end(make, error);
}

static const char *server_of(const struct make *make)
{
	return strchr(make->rooms->account->address, '@') + 1;
}

static bool is_error(const struct stanza *iq)
{
	return g_strcmp0(stanza_get(iq, "type"), "error") == 0;
}

/* -- the room --------------------------------------------------------------------------------- */

static void member_set(void *user, const struct stanza *iq);

/* One by one: there are servers that take only the first of several. */
static void set_member(struct make *make)
{
	char **members = make->order->members;
	const char *address = members ? members[make->next_member] : NULL;
	g_autofree char *form = NULL;

	if (!address) {
		rooms_look_again(make->entry);
		return;
	}
	make->next_member++;
	form = room_forms_affiliate(address, AFFILIATION_MEMBER);
	session_ask(make->rooms->session, "set", room_address(make->entry->room), form, member_set,
		    make);
}

static void member_set(void *user, const struct stanza *iq)
{
	struct make *make = user;

	if (!iq || make->is_over)
		return;
	if (is_error(iq))
		make_fail(make, ERROR_POLICY,
			  "The room was made, but its server doesn't take %s as a member (%s); see "
			  "that the address is right.",
			  make->order->members[make->next_member - 1], session_condition(iq));
	else
		set_member(make);
}

static void configured(void *user, const struct stanza *iq)
{
	struct make *make = user;

	if (!iq || make->is_over)
		return;
	if (is_error(iq))
		make_fail(make, ERROR_POLICY,
			  "The server doesn't make the room members-only and non-anonymous (%s).",
			  session_condition(iq));
	else
		set_member(make);
}

static void ignore(void *user, const struct stanza *iq)
{
	(void)user;
	(void)iq;
}

static void form_came(void *user, const struct stanza *iq)
{
	struct make *make = user;
	g_autofree char *form = NULL;
	const char *room;

	if (!iq || make->is_over)
		return;
	room = room_address(make->entry->room);
	form = is_error(iq) ? NULL : room_forms_configure(iq);
	if (form) {
		session_ask(make->rooms->session, "set", room, form, configured, make);
		return;
	}
	form = room_forms_cancel();
	session_ask(make->rooms->session, "set", room, form, ignore, NULL);
	make_fail(make, ERROR_POLICY,
		  "The server can't make rooms that are members-only, non-anonymous and last.");
}

void rooms_made_entered(struct entry *entry, bool is_new)
{
	struct make *make = entry->make;
	g_autofree char *form = room_forms_owner();

	if (is_new)
		session_ask(entry->rooms->session, "get", room_address(entry->room), form,
			    form_came, make);
	else
		make_fail(make, ERROR_USAGE, "There is a room %s already.",
			  room_address(entry->room));
}

void rooms_made(struct entry *entry, const GError *error)
{
	struct make *make = entry->make;

	if (error) {
		entry->is_kept = false;
	} else {
		entry->is_kept = true;
		rooms_put_mark(entry);
		for (char **at = make->order->members; at && *at; at++)
			rooms_invite(entry, *at);
	}
	make_end(make, error);
}

static void absence_came(void *user, const struct stanza *iq)
{
	struct make *make = user;
	g_autofree char *room = NULL;

	if (!iq || make->is_over)
		return;
	room = g_strdup_printf("%s@%s", make->order->room,
			       (char *)make->services->pdata[make->next]);
	if (!is_error(iq)) {
		make_fail(make, ERROR_USAGE, "There is a room %s already.", room);
		return;
	}
	make->entry = rooms_entry(make->rooms, room);
	make->entry->make = make;
	room_end(make->entry->room);
	rooms_enter(make->entry);
}

/* -- the service ------------------------------------------------------------------------------ */

static void ask_next(struct make *make);

static void service_came(void *user, const struct stanza *iq)
{
	struct make *make = user;
	g_autofree char *form = room_forms_info(), *address = NULL;
	const char *service;

	if (!iq || make->is_over)
		return;
	service = make->services->pdata[make->next];
	if (is_error(iq) || !room_forms_is_service(iq)) {
		make->next++;
		ask_next(make);
		return;
	}
	address = g_strdup_printf("%s@%s", make->order->room, service);
	session_ask(make->rooms->session, "get", address, form, absence_came, make);
}

static void ask_next(struct make *make)
{
	g_autofree char *form = room_forms_info();

	if (make->next < make->services->len)
		session_ask(make->rooms->session, "get", make->services->pdata[make->next], form,
			    service_came, make);
	else
		make_fail(make, ERROR_NO_CONTACT,
			  "%s has no service for rooms; use one that another server has: `sotto "
			  "group join ROOM@SERVICE`.",
			  server_of(make));
}

static void services_came(void *user, const struct stanza *iq)
{
	struct make *make = user;

	if (!iq || make->is_over)
		return;
	make->services = room_forms_read_items(iq);
	ask_next(make);
}

void rooms_make(struct rooms *rooms, struct order *order)
{
	struct make *make = g_new0(struct make, 1);
	g_autofree char *form = room_forms_items();
	g_autofree char *address = NULL, *tried = NULL;
	g_autoptr(GError) error = NULL;

	make->rooms = rooms;
	make->order = order;
	g_ptr_array_add(rooms->makes, make);
	tried = g_strdup_printf("%s@%s", order->room, server_of(make));
	address = contact_address(tried, &error);
	if (!address || strlen(order->room) > ROOM_NAME_MAX) {
		make_fail(make, ERROR_USAGE,
			  "\"%s\" can't be a room's name: letters, digits, dots and dashes, at "
			  "most %d.",
			  order->room, ROOM_NAME_MAX);
		return;
	}
	g_free(order->room);
	order->room = g_strndup(address, strcspn(address, "@"));
	session_ask(rooms->session, "get", server_of(make), form, services_came, make);
}

void rooms_makes_end(struct rooms *rooms, const GError *error)
{
	for (guint i = 0; i < rooms->makes->len; i++)
		if (!((struct make *)rooms->makes->pdata[i])->is_over)
			make_end(rooms->makes->pdata[i], error);
}
