#include "core/transport/xmpp/muc/xmpp_room_entry.h"

#include "core/base/error.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"

struct entry *rooms_find(const struct rooms *rooms, const char *address)
{
	return g_hash_table_lookup(rooms->entries, address);
}

bool rooms_has(const struct rooms *rooms, const char *address)
{
	return rooms_find(rooms, address) != NULL;
}

void rooms_notice(struct rooms *rooms, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	va_list args;

	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	rooms->parts.notice(rooms->parts.user, sentence);
}

void rooms_view(const struct entry *entry, struct room_view *view, GArray **people)
{
	*people = room_people(entry->room);
	*view = (struct room_view){
		.address = room_address(entry->room),
		.state = room_state(entry->room),
		.why = room_why(entry->room),
		.nick = room_nick(entry->room),
		.is_bookmarked = entry->is_bookmarked,
		.is_waiting = entry->is_waiting,
		.people = (const struct room_person *)(const void *)(*people)->data,
		.count = (*people)->len,
	};
}

void rooms_tell_changed(struct entry *entry)
{
	struct rooms *rooms = entry->rooms;
	g_autoptr(GArray) people = NULL;
	struct room_view view;

	if (!rooms->listener.changed)
		return;
	rooms_view(entry, &view, &people);
	rooms->listener.changed(rooms->user, &view);
}

void rooms_set_error(const struct entry *entry, GError **error)
{
	enum room_state state = room_state(entry->room);
	const char *why = room_why(entry->room);
	g_autofree char *plain = g_strdup_printf("%s isn't entered.", room_address(entry->room));

	error_set(error,
		  state == ROOM_UNSAFE || state == ROOM_GONE ? ERROR_POLICY : ERROR_UNREACHABLE,
		  "%s", why ? why : plain);
}

bool rooms_is_ready(const struct entry *entry)
{
	return entry->rooms->session && room_state(entry->room) == ROOM_READY && !entry->query &&
	       entry->is_open;
}

void rooms_exit(struct entry *entry)
{
	if (entry->rooms->session)
		entry->rooms->parts.put(entry->rooms->parts.user,
					room_forms_exit(room_address(entry->room),
							room_nick(entry->room)));
}
