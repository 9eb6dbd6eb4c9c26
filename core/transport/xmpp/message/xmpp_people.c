#include "core/transport/xmpp/message/xmpp_people.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/transport/xmpp/message/xmpp_forms.h"
#include "core/transport/xmpp/message/xmpp_presence.h"
#include "core/transport/xmpp/message/xmpp_roster.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

#define CLIENT	"jabber:client"
#define INFO	"http://jabber.org/protocol/disco#info"
#define BLOCKED "urn:xmpp:blocking"
#define LISTS	"jabber:iq:privacy"
#define ARCHIVE "urn:xmpp:mam:2"

struct act {
	enum talk_act act;
	char *address;
	transport_done done;
	void *user;
};

struct people {
	char *address;
	struct people_parts parts;
	bool is_on;   /* presence, as asked for */
	char **shown; /* besides, NULL-terminated, or NULL */
	bool is_resting;
	struct session *session; /* NULL without a connection, and what is below means nothing */
	GMainContext *context;
	GHashTable *seers; /* addresses that may see us */
	GHashTable *asking; /* who asked to, at most PEOPLE_ASKING_MAX */
	GQueue acts;	   /* struct act *, until it is ready */
	unsigned asked;	   /* questions without an answer yet */
	bool has_blocking;
	bool is_live;
	bool has_states;
	bool is_ready;
	bool is_told; /* that the server can't hide us */
	struct presence_place place;
	enum presence_way way;
	GSource *looking;
};

struct people *people_new(const char *address, const struct people_parts *parts)
{
	struct people *people = g_new0(struct people, 1);

	people->address = g_strdup(address);
	people->parts = *parts;
	people->seers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	people->asking = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return people;
}

static void stop_looking(struct people *people)
{
	if (!people->looking)
		return;
	g_source_destroy(people->looking);
	g_clear_pointer(&people->looking, g_source_unref);
}

void people_free(struct people *people)
{
	if (!people)
		return;
	stop_looking(people);
	g_hash_table_unref(people->seers);
	g_hash_table_unref(people->asking);
	g_strfreev(people->shown);
	g_free(people->address);
	g_free(people);
}

bool people_is_hidden(const struct people *people)
{
	return people->session && people->way == WAY_HIDDEN;
}

static void put(struct people *people, char *text)
{
	g_autoptr(GError) error = NULL;

	if (!session_put(people->session, text, &error) && !error_is(error, ERROR_UNREACHABLE))
		people->parts.notice(people->parts.user, error->message);
}

static void ignore(void *user, const struct stanza *iq)
{
	(void)user;
	(void)iq;
}

/* -- being there ------------------------------------------------------------------------------ */

static gboolean look(void *user)
{
	struct people *people = user;

	people->parts.look(people->parts.user);
	return G_SOURCE_CONTINUE;
}

static void start_looking(struct people *people)
{
	if (people->looking)
		return;
	people->looking = g_timeout_source_new_seconds(PRESENCE_LOOK_S);
	g_source_set_callback(people->looking, look, people, NULL);
	g_source_attach(people->looking, people->context);
}

static void tell_once(struct people *people)
{
	g_autofree char *sentence = NULL;

	/* Who only looks once waits for nothing. */
	if (people->is_told || (people->way == WAY_HIDDEN && !people->is_live))
		return;
	people->is_told = true;
	if (people->way == WAY_HIDDEN)
		sentence = g_strdup_printf(
			"Your server can't hide from %u on its list that you are there. sotto says "
			"nothing of it, and looks for messages every %d s instead.",
			people->place.seers, PRESENCE_LOOK_S);
	else
		sentence = g_strdup_printf(
			"Your server can't hide from %u on its list that you are there, and keeps "
			"no archive to look at: they see it. `contact decline` ends that.",
			people->place.seers);
	people->parts.notice(people->parts.user, sentence);
}

static void begin_acts(struct people *people);

static void be_ready(struct people *people)
{
	const struct talk ready = { .what = TALK_READY, .address = people->address };

	if (people->is_ready)
		return;
	people->is_ready = true;
	people->parts.ready(people->parts.user);
	if (people->is_resting && people->has_states)
		people_rest(people, true);
	begin_acts(people);
	people->parts.news(people->parts.user, &ready, 1);
}

static void show_people(struct people *people)
{
	for (char **address = people->shown; !people->is_on && address && *address; address++)
		put(people, presence_form(NULL, *address));
}

/* Who sees us also sees whether we look; nobody else is told. */
static void put_presence(struct people *people)
{
	g_autofree char *plain = forms_presence(people->parts.device);
	g_autoptr(GString) text = g_string_new(plain);

	if (people->way == WAY_SEEN && people->is_resting)
		g_string_replace(text, "<c ", "<show>away</show><c ", 1);
	put(people, g_strdup(text->str));
}

static void say_presence(struct people *people)
{
	if (presence_is_said(people->way))
		put_presence(people);
	if (people->way == WAY_HIDDEN)
		start_looking(people);
	else
		stop_looking(people);
	if (people->way == WAY_HIDDEN || people->way == WAY_FORCED)
		tell_once(people);
	show_people(people);
	be_ready(people);
}

static void decide(struct people *people);

static void list_used(void *user, const struct stanza *iq)
{
	struct people *people = user;

	if (!iq || !people->session)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "error") == 0) {
		people->place.has_lists = false;
		people->way = WAY_NONE;
		decide(people);
		return;
	}
	say_presence(people);
}

static void list_put(void *user, const struct stanza *iq)
{
	struct people *people = user;
	g_autofree char *form = presence_use_list();

	if (!iq || !people->session)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "error") == 0)
		list_used(people, iq);
	else
		session_ask(people->session, "set", NULL, form, list_used, people);
}

static void put_list(struct people *people)
{
	g_autofree char *form = presence_list(people->shown);

	session_ask(people->session, "set", NULL, form, list_put, people);
}

/* Nobody who saw us may go on seeing us, nor may those who will be on the list. */
static void withdraw(struct people *people)
{
	put(people, presence_form("unavailable", NULL));
	people->parts.left(people->parts.user);
}

/* Be there in the way that is the best one now. */
static void decide(struct people *people)
{
	enum presence_way former = people->way;
	g_autofree char *none = presence_use_none();

	people->place.is_on = people->is_on;
	people->place.seers = g_hash_table_size(people->seers);
	people->way = presence_choose(&people->place);
	if (people->way == former)
		return;
	if (presence_is_said(former) && people->way != WAY_SEEN && people->way != WAY_UNSEEN)
		withdraw(people);
	if (former == WAY_LISTED)
		session_ask(people->session, "set", NULL, none, ignore, people);
	if (people->way == WAY_LISTED)
		put_list(people);
	else
		say_presence(people);
}

void people_show(struct people *people, const struct talk_presence *presence)
{
	g_auto(GStrv) former = people->shown;

	people->is_on = presence->is_on;
	people->shown = g_strdupv(presence->people);
	if (!people->session || !people->is_ready)
		return;
	for (char **address = former; address && *address; address++) {
		bool is_left = !people->shown ||
			       !g_strv_contains((const char *const *)people->shown, *address);

		if (is_left && !people->is_on)
			put(people, presence_form("unavailable", *address));
	}
	if (people->way == WAY_LISTED && !people->is_on)
		put_list(people);
	else
		show_people(people);
	decide(people);
}

/* -- the list of contacts --------------------------------------------------------------------- */

static void note_seers(struct people *people, const struct talk *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].what == TALK_PERSON && rows[i].sees_us)
			g_hash_table_add(people->seers, g_strdup(rows[i].address));
		else if (rows[i].address)
			g_hash_table_remove(people->seers, rows[i].address);
		else
			g_hash_table_remove_all(people->seers);
	}
}

static void tell_list(struct people *people, const struct stanza *iq, bool is_whole)
{
	struct news *news = news_new();
	const struct talk *rows;
	size_t count;

	if (roster_read(iq, is_whole, news)) {
		rows = news_rows(news, &count);
		note_seers(people, rows, count);
		people->parts.news(people->parts.user, rows, count);
	}
	news_free(news);
}

static void answered(struct people *people)
{
	people->asked--;
	if (people->asked == 0)
		decide(people);
}

static void list_read(void *user, const struct stanza *iq)
{
	struct people *people = user;

	if (!iq || !people->session)
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "result") == 0)
		tell_list(people, iq, true);
	answered(people);
}

static bool has_feature(const struct stanza *iq, const char *name)
{
	const struct stanza *query = stanza_child(iq, "query", INFO);

	for (const struct stanza *at = query ? stanza_first(query) : NULL; at;
	     at = stanza_next(at)) {
		if (stanza_is(at, "feature", INFO) && g_strcmp0(stanza_get(at, "var"), name) == 0)
			return true;
	}
	return false;
}

/* What the server can do, or the account. */
static void features_read(void *user, const struct stanza *iq)
{
	struct people *people = user;

	if (!iq || !people->session)
		return;
	people->has_blocking |= has_feature(iq, BLOCKED);
	people->place.has_lists |= has_feature(iq, LISTS);
	people->place.has_archive |= has_feature(iq, ARCHIVE);
	answered(people);
}

void people_up(struct people *people, struct session *session, GMainContext *context,
	       bool is_live, bool has_states)
{
	g_autofree char *list = roster_ask();

	people->session = session;
	people->context = context;
	people->is_live = is_live;
	people->has_states = has_states;
	people->way = WAY_NONE;
	people->is_ready = people->has_blocking = false;
	memset(&people->place, 0, sizeof(people->place));
	g_hash_table_remove_all(people->seers);
	g_hash_table_remove_all(people->asking);
	people->asked = 3;
	session_ask(session, "get", strchr(people->address, '@') + 1, "<query xmlns='" INFO "'/>",
		    features_read, people);
	session_ask(session, "get", people->address, "<query xmlns='" INFO "'/>", features_read,
		    people);
	session_ask(session, "get", NULL, list, list_read, people);
}

void people_go_live(struct people *people)
{
	people->is_live = true;
	if (people->session && people->way == WAY_HIDDEN)
		tell_once(people);
}

static void act_free(struct act *act)
{
	g_free(act->address);
	g_free(act);
}

void people_down(struct people *people, const GError *error)
{
	GQueue acts = people->acts;
	struct act *act;

	people->session = NULL;
	stop_looking(people);
	g_queue_init(&people->acts);
	while ((act = g_queue_pop_head(&acts))) {
		act->done(act->user, error);
		act_free(act);
	}
}

/* -- what the server says --------------------------------------------------------------------- */

static bool is_own_word(const struct people *people, const struct stanza *stanza)
{
	const char *from = stanza_get(stanza, "from");

	return !from || strcmp(from, people->address) == 0;
}

static bool take_push(struct people *people, const struct stanza *iq)
{
	const char *id = stanza_get(iq, "id");
	struct news *news;
	const struct talk *rows;
	size_t count;

	if (g_strcmp0(stanza_get(iq, "type"), "set") != 0 || !id || !is_own_word(people, iq))
		return false;
	if (stanza_child(iq, "query", "jabber:iq:roster")) {
		tell_list(people, iq, false);
		session_reply(people->session, NULL, id, "result", "");
		if (people->is_ready)
			decide(people);
		return true;
	}
	news = news_new();
	if (!roster_read_block(iq, news)) {
		news_free(news);
		return false;
	}
	rows = news_rows(news, &count);
	people->parts.news(people->parts.user, rows, count);
	news_free(news);
	session_reply(people->session, NULL, id, "result", "");
	return true;
}

/* Of presence only questions are for somebody. */
static bool take_presence(struct people *people, const struct stanza *presence)
{
	const char *from = stanza_get(presence, "from");
	g_autofree char *bare = from ? contact_bare_address(from) : NULL;
	const struct talk asks = { .what = TALK_ASKS, .address = bare };

	/* Once a connection is enough. */
	if (bare && strchr(bare, '@') &&
	    g_strcmp0(stanza_get(presence, "type"), "subscribe") == 0 &&
	    g_hash_table_size(people->asking) < PEOPLE_ASKING_MAX &&
	    g_hash_table_add(people->asking, g_strdup(bare)))
		people->parts.news(people->parts.user, &asks, 1);
	return true;
}

bool people_take(struct people *people, const struct stanza *stanza)
{
	if (stanza_is(stanza, "presence", CLIENT))
		return take_presence(people, stanza);
	return stanza_is(stanza, "iq", CLIENT) && take_push(people, stanza);
}

/* -- what is asked of it ---------------------------------------------------------------------- */

static void act_end(struct act *act, const GError *error)
{
	act->done(act->user, error);
	act_free(act);
}

static void presence_taken(void *user, const GError *error)
{
	act_end(user, error);
}

static void act_answered(void *user, const struct stanza *iq)
{
	struct act *act = user;
	g_autoptr(GError) error = NULL;

	if (!iq)
		error_set(&error, ERROR_UNREACHABLE,
			  "The connection ended before the server "
			  "answered.");
	else if (g_strcmp0(stanza_get(iq, "type"), "error") == 0)
		error_set(&error, ERROR_FAILED, "The server refused it (%s).",
			  session_condition(iq));
	act_end(act, error);
}

static void send_presence(struct people *people, struct act *act, const char *type)
{
	char *text = presence_form(type, act->address);
	g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));

	session_send(people->session, bytes, presence_taken, act);
}

static void order(struct people *people, struct act *act, char *form)
{
	session_ask(people->session, "set", NULL, form, act_answered, act);
	g_free(form);
}

static void block(struct people *people, struct act *act)
{
	g_autoptr(GError) error = NULL;

	if (people->has_blocking) {
		order(people, act, roster_block(act->address, act->act == TALK_BLOCK));
		return;
	}
	error_set(&error, ERROR_UNAVAILABLE, "Your server knows no blocking: it holds here alone.");
	act_end(act, error);
}

/* Takes ACT. */
static void perform(struct people *people, struct act *act)
{
	switch (act->act) {
	case TALK_ACCEPT:
		/* The server shows us to them at once: hide before. */
		g_hash_table_add(people->seers, g_strdup(act->address));
		decide(people);
		send_presence(people, act, "subscribed");
		return;
	case TALK_DECLINE:
		send_presence(people, act, "unsubscribed");
		return;
	case TALK_SUBSCRIBE:
		send_presence(people, act, "subscribe");
		return;
	case TALK_FORGET:
		order(people, act, roster_remove(act->address));
		return;
	case TALK_BLOCK:
	case TALK_UNBLOCK:
		block(people, act);
		return;
	}
}

static void begin_acts(struct people *people)
{
	GQueue acts = people->acts;
	struct act *act;

	g_queue_init(&people->acts);
	while ((act = g_queue_pop_head(&acts)))
		perform(people, act);
}

void people_act(struct people *people, enum talk_act what, const char *address, transport_done done,
		void *user)
{
	struct act *act = g_new0(struct act, 1);

	*act = (struct act){ what, g_strdup(address), done, user };
	if (people->is_ready)
		perform(people, act);
	else
		g_queue_push_tail(&people->acts, act);
}

void people_rest(struct people *people, bool is_resting)
{
	people->is_resting = is_resting;
	if (!people->session || !people->is_ready)
		return;
	if (people->way == WAY_SEEN)
		put_presence(people);
	if (!people->has_states)
		return;
	people->parts.say(people->parts.user, is_resting ? "<inactive xmlns='urn:xmpp:csi:0'/>" :
							   "<active xmlns='urn:xmpp:csi:0'/>");
}
