#include "core/transport/xmpp/muc/xmpp_room.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/text/text.h"
#include "core/transport/xmpp/muc/xmpp_room_forms.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

#define ARCHIVE "urn:xmpp:mam:2"

enum {
	NICKS_MAX = 9,	 /* tried one after the other */
	NICK_CELLS = 32, /* of somebody's nick in a sentence */
	ALL_LISTS = 1 << AFFILIATION_MEMBER | 1 << AFFILIATION_ADMIN | 1 << AFFILIATION_OWNER,
};

struct room {
	char *address;
	char *own;
	char *nick;
	unsigned nicks; /* tried so far */
	enum room_state state;
	char *why;
	bool is_safe; /* its service said so, and nothing since that it changed */
	bool has_archive;
	bool is_inside;
	bool is_shut;	       /* see room_is_shut() */
	unsigned lists;	       /* bits of the lists that were read */
	GHashTable *occupants; /* nick -> bare address */
	GHashTable *former;    /* the same, of those who left while we were there */
	GHashTable *members;   /* bare address -> affiliation */
};

struct room *room_new(const char *address, const char *own)
{
	struct room *room = g_new0(struct room, 1);

	room->address = g_strdup(address);
	room->own = g_strdup(own);
	room->nick = g_strndup(own, strcspn(own, "@"));
	room->occupants = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	room->former = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	room->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return room;
}

void room_free(struct room *room)
{
	if (!room)
		return;
	g_hash_table_unref(room->occupants);
	g_hash_table_unref(room->former);
	g_hash_table_unref(room->members);
	g_free(room->address);
	g_free(room->own);
	g_free(room->nick);
	g_free(room->why);
	g_free(room);
}

const char *room_address(const struct room *room)
{
	return room->address;
}

const char *room_nick(const struct room *room)
{
	return room->nick;
}

enum room_state room_state(const struct room *room)
{
	return room->state;
}

const char *room_why(const struct room *room)
{
	return room->why;
}

bool room_is_inside(const struct room *room)
{
	return room->is_inside;
}

bool room_is_shut(const struct room *room)
{
	return room->is_shut;
}

bool room_has_archive(const struct room *room)
{
	return room->has_archive;
}

void room_next_nick(struct room *room)
{
	g_free(room->nick);
	room->nicks++;
	room->nick = g_strdup_printf("%.*s.%u", (int)strcspn(room->own, "@"), room->own,
				     room->nicks + 1);
}

/* -- states ----------------------------------------------------------------------------------- */

static void set_state(struct room *room, enum room_state state, const char *why)
{
	char *copy = g_strdup(why);

	g_free(room->why);
	room->why = copy;
	room->state = state;
}

static void step_out(struct room *room)
{
	room->is_inside = room->is_safe = false;
	room->lists = 0;
	g_hash_table_remove_all(room->occupants);
}

void room_begin(struct room *room)
{
	step_out(room);
	room->is_shut = false;
	set_state(room, ROOM_ENTERING, NULL);
}

void room_end(struct room *room)
{
	step_out(room);
	if (room->state == ROOM_ENTERING || room->state == ROOM_READY)
		set_state(room, ROOM_OUT, NULL);
}

void room_fail(struct room *room, enum room_state state, const char *why)
{
	step_out(room);
	set_state(room, state, why);
}

static void fail(struct room *room, enum room_state state, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static void fail(struct room *room, enum room_state state, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	room_fail(room, state, why);
}

static void become_ready(struct room *room)
{
	if (room->state == ROOM_ENTERING && room->is_safe && room->is_inside &&
	    room->lists == ALL_LISTS)
		set_state(room, ROOM_READY, NULL);
}

/* -- what it says of itself ------------------------------------------------------------------- */

static const struct {
	const char *condition;
	enum room_state state;
	const char *words;
} refusals[] = {
	{ "item-not-found", ROOM_GONE, "there is no such room" },
	{ "gone", ROOM_GONE, "there is no such room any more" },
	{ "forbidden", ROOM_GONE, "its owners have banned you" },
	{ "registration-required", ROOM_GONE,
	  "only members may enter, and you aren't one; ask to be added" },
	{ "not-authorized", ROOM_GONE, "it asks for a password, which sotto doesn't do" },
	{ "not-allowed", ROOM_GONE, "its server doesn't let you" },
	{ "conflict", ROOM_OUT, "every name sotto would take there is taken" },
	{ "service-unavailable", ROOM_OUT, "it is full, or isn't answering; try again later" },
};

/* The error in STANZA says why the room can't be entered. */
static void take_refusal(struct room *room, const struct stanza *stanza)
{
	const char *words = NULL, *condition = session_condition(stanza);
	enum room_state state = ROOM_OUT;

	for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
		if (strcmp(condition, refusals[i].condition) == 0) {
			words = refusals[i].words;
			state = refusals[i].state;
		}
	}
	room->is_shut = strcmp(condition, "forbidden") == 0 ||
			strcmp(condition, "registration-required") == 0;
	if (words)
		fail(room, state, "%s can't be entered: %s.", room->address, words);
	else
		fail(room, state, "%s can't be entered: its server says %s.", room->address,
		     condition);
}

static bool is_error(const struct stanza *stanza)
{
	return !stanza || g_strcmp0(stanza_get(stanza, "type"), "error") == 0;
}

bool room_take_info(struct room *room, const struct stanza *iq)
{
	bool is_closed, is_known;

	if (is_error(iq)) {
		take_refusal(room, iq);
		return false;
	}
	is_closed = room_forms_has(iq, "muc_membersonly");
	is_known = room_forms_has(iq, "muc_nonanonymous");
	room->has_archive = room_forms_has(iq, ARCHIVE);
	room->is_safe = is_closed && is_known;
	if (room->is_safe)
		return true;
	fail(room, ROOM_UNSAFE,
	     "%s isn't safe to write in: %s%s%s. Ask an owner to make it members-only and "
	     "non-anonymous.",
	     room->address, is_closed ? "" : "anybody may enter it",
	     is_closed || is_known ? "" : ", and ",
	     is_known ? "" : "it hides who its members are");
	return false;
}

bool room_take_list(struct room *room, enum affiliation affiliation, const struct stanza *iq)
{
	const struct stanza *query =
		is_error(iq) ? NULL :
			       stanza_child(iq, "query", "http://jabber.org/protocol/muc#admin");
	GHashTableIter iter;
	gpointer value;

	if (!query) {
		fail(room, ROOM_UNSAFE,
		     "%s doesn't tell you who its members are (%s): you aren't one any more, or it "
		     "tells nobody. Nothing can be sealed there.",
		     room->address, session_condition(iq));
		return false;
	}
	/* Whoever had this affiliation and isn't on the list has lost it. */
	g_hash_table_iter_init(&iter, room->members);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (GPOINTER_TO_INT(value) == (int)affiliation)
			g_hash_table_iter_remove(&iter);
	for (const struct stanza *at = stanza_first(query); at; at = stanza_next(at)) {
		const char *text = stanza_get(at, "jid");
		char *address = text ? contact_bare_address(text) : NULL;

		/* A server's name stands for everybody on it. */
		if (text && (!address || !strchr(address, '@'))) {
			fail(room, ROOM_UNSAFE,
			     "%s isn't safe to write in: its list of members lets in everybody of "
			     "%s. Ask an owner to name people.",
			     room->address, address ? address : "a whole server");
			g_free(address);
			return false;
		}
		if (address && g_hash_table_size(room->members) < ROOM_PEOPLE_MAX)
			g_hash_table_insert(room->members, address, GINT_TO_POINTER(affiliation));
		else
			g_free(address);
	}
	room->lists |= 1U << affiliation;
	become_ready(room);
	return room->lists == ALL_LISTS;
}

void room_forget_lists(struct room *room)
{
	room->lists = 0;
	if (room->state == ROOM_READY)
		set_state(room, ROOM_ENTERING, NULL);
}

void room_doubt(struct room *room)
{
	room->is_safe = false;
	room_forget_lists(room);
}

/* -- presence --------------------------------------------------------------------------------- */

static unsigned set_affiliation(struct room *room, const char *address, const char *name)
{
	enum affiliation affiliation;
	gpointer old = NULL;
	bool is_there = g_hash_table_lookup_extended(room->members, address, NULL, &old);

	if (!name || !affiliation_parse(name, &affiliation))
		return 0;
	if (affiliation < AFFILIATION_MEMBER)
		return g_hash_table_remove(room->members, address) ? ROOM_NEWS_PEOPLE : 0;
	if ((is_there && GPOINTER_TO_INT(old) == (int)affiliation) ||
	    g_hash_table_size(room->members) >= ROOM_PEOPLE_MAX)
		return 0;
	g_hash_table_insert(room->members, g_strdup(address), GINT_TO_POINTER(affiliation));
	return ROOM_NEWS_PEOPLE;
}

char *room_shown(const char *nick)
{
	char *cut = text_truncate(nick, NICK_CELLS);
	char *shown = text_make_safe(cut, strlen(cut), TEXT_NEWLINE_SPACE);

	plain_free(cut);
	return shown;
}

/* What ITEM says of ADDRESS; where its parts differ the lists have to say it. */
static unsigned set_said(struct room *room, const char *address, const struct room_item *item)
{
	return item->is_mixed ? ROOM_NEWS_STALE :
				set_affiliation(room, address, item->affiliation);
}

static unsigned leave_unsafe(struct room *room, const char *nick)
{
	char *shown = room_shown(nick);

	/* In a non-anonymous room everybody has an address. */
	fail(room, ROOM_UNSAFE,
	     "%s isn't safe to write in: it hides who %s is, and what it shows of itself isn't "
	     "true. sotto has left it.",
	     room->address, shown);
	plain_free(shown);
	return ROOM_NEWS_ENDED;
}

/* Who NICK is can't be told: nothing by that name is taken for somebody's. */
static unsigned doubt_occupant(struct room *room, const char *nick)
{
	g_hash_table_remove(room->former, nick);
	g_hash_table_remove(room->occupants, nick);
	return ROOM_NEWS_PEOPLE | ROOM_NEWS_DOUBT;
}

static unsigned take_arrival(struct room *room, const char *nick, const struct stanza *presence,
			     bool is_self)
{
	struct room_item item;
	enum room_said said = room_forms_person(presence, &item);
	g_autofree char *address = item.address;
	unsigned news = ROOM_NEWS_PEOPLE;

	if (said == ROOM_SAID_DIFFERENT && !is_self && strcmp(nick, room->nick) != 0)
		return doubt_occupant(room, nick);
	if (said != ROOM_SAID_ONE)
		return leave_unsafe(room, nick);
	news |= set_said(room, address, &item);
	if (g_hash_table_size(room->former) < ROOM_OCCUPANTS_MAX)
		g_hash_table_insert(room->former, g_strdup(nick), g_strdup(address));
	if (g_hash_table_size(room->occupants) < ROOM_OCCUPANTS_MAX)
		g_hash_table_insert(room->occupants, g_strdup(nick), g_strdup(address));
	if (!is_self)
		return news;
	if (!room->is_inside)
		news |= ROOM_NEWS_ENTERED;
	room->is_inside = true;
	if (strcmp(room->nick, nick) != 0) {
		g_free(room->nick);
		room->nick = g_strdup(nick);
	}
	if (room_forms_has_status(presence, 201))
		news |= ROOM_NEWS_MADE;
	become_ready(room);
	return news;
}

static const struct {
	unsigned status;
	enum room_state state;
	const char *words;
} ends[] = {
	{ 333, ROOM_OUT, "The server of %s couldn't reach you." },
	{ 301, ROOM_GONE, "You were banned from %s." },
	{ 307, ROOM_GONE, "You were put out of %s; `sotto group join` enters it again." },
	{ 321, ROOM_GONE, "You aren't a member of %s any more." },
	{ 322, ROOM_GONE, "%s was closed to all but its members, and you aren't one." },
	{ 332, ROOM_OUT, "The server of %s is going down." },
};

static unsigned take_own_end(struct room *room, const struct stanza *presence)
{
	const struct stanza *user = room_forms_user(presence);

	if (user && stanza_child(user, "destroy", ROOM_FORMS_USER)) {
		fail(room, ROOM_GONE, "%s was taken down by its owner.", room->address);
		return ROOM_NEWS_ENDED | ROOM_NEWS_PEOPLE;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		if (room_forms_has_status(presence, ends[i].status)) {
			g_auto(GStrv) halves = g_strsplit(ends[i].words, "%s", 2);

			fail(room, ends[i].state, "%s%s%s", halves[0], room->address, halves[1]);
			return ROOM_NEWS_ENDED | ROOM_NEWS_PEOPLE;
		}
	}
	fail(room, ROOM_OUT, "You have left %s.", room->address);
	return ROOM_NEWS_ENDED | ROOM_NEWS_PEOPLE;
}

static unsigned take_departure(struct room *room, const char *nick, const struct stanza *presence,
			       bool is_self)
{
	struct room_item item;
	enum room_said said = room_forms_person(presence, &item);
	const char *known = g_hash_table_lookup(room->occupants, nick), *fresh = item.nick;
	g_autofree char *address = said == ROOM_SAID_NOBODY ? g_strdup(known) : item.address;
	unsigned news = ROOM_NEWS_PEOPLE;

	if (room_forms_has_status(presence, 303) && fresh && strlen(fresh) <= ROOM_NICK_MAX) {
		if (address && g_hash_table_size(room->occupants) < ROOM_OCCUPANTS_MAX)
			g_hash_table_insert(room->occupants, g_strdup(fresh),
					    g_strdup(address));
		if (is_self) {
			g_hash_table_remove(room->occupants, nick);
			g_free(room->nick);
			room->nick = g_strdup(fresh);
			return ROOM_NEWS_PEOPLE;
		}
	} else if (is_self) {
		return take_own_end(room, presence);
	}
	if (address)
		news |= set_said(room, address, &item);
	g_hash_table_remove(room->occupants, nick);
	return news;
}

unsigned room_take_presence(struct room *room, const struct stanza *presence)
{
	const char *from = stanza_get(presence, "from"), *type = stanza_get(presence, "type");
	const char *nick = from ? strchr(from, '/') : NULL;
	bool is_self;

	if (room->state != ROOM_ENTERING && room->state != ROOM_READY)
		return 0;
	if (g_strcmp0(type, "error") == 0) {
		if (room->is_inside)
			return 0;
		if (session_is_error(presence, "conflict", NULL) && room->nicks < NICKS_MAX)
			return ROOM_NEWS_NICK;
		take_refusal(room, presence);
		return ROOM_NEWS_ENDED;
	}
	if (!nick || !nick[1] || strlen(nick + 1) > ROOM_NICK_MAX)
		return 0;
	nick++;
	is_self = room_forms_has_status(presence, 110);
	if (g_strcmp0(type, "unavailable") == 0)
		return take_departure(room, nick, presence, is_self && room->is_inside);
	return type ? 0 : take_arrival(room, nick, presence, is_self);
}

/* -- what it says to all ---------------------------------------------------------------------- */

unsigned room_take_message(struct room *room, const struct stanza *message)
{
	const char *from = stanza_get(message, "from");
	struct room_item item;
	enum room_said said = room_forms_person(message, &item);
	g_autofree char *address = item.address;
	unsigned news = 0;

	/* Only the room itself says such things, not somebody in it. */
	if (!from || strchr(from, '/'))
		return 0;
	if (room_forms_has_status(message, 173) || room_forms_has_status(message, 174)) {
		fail(room, ROOM_UNSAFE,
		     "%s isn't safe to write in any more: it now hides who its members are. sotto "
		     "has left it.",
		     room->address);
		return ROOM_NEWS_ENDED;
	}
	if (room_forms_has_status(message, 104) || room_forms_has_status(message, 172))
		news |= ROOM_NEWS_CHANGED;
	if (said == ROOM_SAID_ONE)
		news |= set_said(room, address, &item);
	if (said == ROOM_SAID_DIFFERENT || room_forms_has_status(message, 101))
		news |= ROOM_NEWS_STALE;
	return news;
}

/* -- who -------------------------------------------------------------------------------------- */

const char *room_author(const struct room *room, const char *nick)
{
	return g_hash_table_lookup(room->occupants, nick);
}

const char *room_guess(const struct room *room, const char *nick)
{
	const char *found = g_hash_table_lookup(room->former, nick);
	size_t bytes = strlen(nick);
	GHashTableIter iter;
	gpointer key;

	if (found)
		return found;
	g_hash_table_iter_init(&iter, room->members);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const char *address = key;

		if (strcspn(address, "@") != bytes ||
		    g_ascii_strncasecmp(address, nick, bytes) != 0)
			continue;
		if (found)
			return NULL;
		found = address;
	}
	return found;
}

static const char *nick_of(const struct room *room, const char *address)
{
	GHashTableIter iter;
	gpointer nick, value;

	g_hash_table_iter_init(&iter, room->occupants);
	while (g_hash_table_iter_next(&iter, &nick, &value))
		if (strcmp(value, address) == 0)
			return nick;
	return NULL;
}

bool room_knows(const struct room *room, const char *address)
{
	return g_hash_table_contains(room->members, address) || nick_of(room, address) != NULL;
}

static gint by_address(gconstpointer a, gconstpointer b)
{
	const struct room_person *left = a, *right = b;

	return strcmp(left->address, right->address);
}

GArray *room_people(const struct room *room)
{
	GArray *people = g_array_new(FALSE, TRUE, sizeof(struct room_person));
	g_autoptr(GHashTable) nicks = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, room->occupants);
	while (g_hash_table_iter_next(&iter, &key, &value))
		g_hash_table_insert(nicks, value, key);
	g_hash_table_iter_init(&iter, room->members);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		struct room_person person = {
			.address = key,
			.affiliation = (enum affiliation)GPOINTER_TO_INT(value),
			.nick = g_hash_table_lookup(nicks, key),
		};

		g_array_append_val(people, person);
	}
	g_array_sort(people, by_address);
	return people;
}
