#include "tests/fuzz/fuzz_server.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_rooms.h"
#include "core/model/draft.h"
#include "core/port/event.h"
#include "core/port/transport_rooms.h"
#include "core/transport/xmpp/stream/xmpp_gate.h"
#include "core/transport/xmpp/stream/xmpp_uplink.h"
#include "core/transport/xmpp/xmpp.h"
#include "core/xml/stanza.h"
#include "tests/support/fake_store.h"
#include "tests/support/fuzz_place.h"
#include "tests/support/still_clock.h"

#define OWN    "ada@example.org"
#define BOB    "bob@example.org"
#define ROOM   "den@rooms.example.org"
#define CANARY "heron under glass"
#define SAFE_1 "muc_membersonly"
#define SAFE_2 "muc_nonanonymous"

enum {
	STEPS_MAX = 200,
	ROUNDS_MAX = 20000, /* of the context after one step */
	SENT_MAX = 300,	    /* stanzas after one step, and one more for each 16 bytes of it */
	ROWS_MAX = 8,	    /* messages of the store for each step */
	WAIT_MS = 100,
	ANSWERS_MAX = 50, /* that an ordinary server gives in one step */
};

struct uplink {
	struct uplink_listener listener;
	void *user;
	GMainContext *context;
	bool is_online;
};

struct asked {
	char *id, *to;
	char *node; /* of the published item that it asks for, or NULL */
	const char *answer; /* of an ordinary server */
};

/* What a question holds, and what an ordinary server says to it; else nothing, of type result. */
static const struct {
	const char *namespace;
	const char *answer;
} ordinary[] = {
	{ "http://jabber.org/protocol/disco#info",
	  "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:mam:2'/>"
	  "</query>" },
	{ "jabber:iq:roster", "<query xmlns='jabber:iq:roster'/>" },
	{ "urn:xmpp:mam:2", "<fin xmlns='urn:xmpp:mam:2' complete='true'>"
			    "<set xmlns='http://jabber.org/protocol/rsm'/></fin>" },
};

static struct server {
	GMainContext *context;
	struct uplink *uplink;
	struct engine *engine;
	struct still_clock clock;
	GQueue asked;	 /* struct asked *: questions that wait */
	unsigned sent;	 /* in this step */
	GString *sent_text; /* while a profile is made: all that was sent */
	uint8_t bobs_key[CONTACT_KEY_BYTES]; /* which is trusted */
	char *bundles[2];   /* of two devices: bob's, and one that nobody knows */
	bool is_safe;	 /* somebody said so of a room */
	bool has_acted;	 /* the user did what may make contacts */
	unsigned steps;
} server;

/* -- the connection --------------------------------------------------------------------------- */

struct uplink *uplink_new(const struct account *account, const struct uplink_listener *listener,
			  void *user)
{
	struct uplink *uplink = g_new0(struct uplink, 1);

	(void)account;
	uplink->listener = *listener;
	uplink->user = user;
	server.uplink = uplink;
	return uplink;
}

void uplink_free(struct uplink *uplink)
{
	if (server.uplink == uplink)
		server.uplink = NULL;
	g_free(uplink);
}

static void come_up(struct uplink *uplink)
{
	uplink->is_online = true;
	uplink->listener.up(uplink->user, OWN "/here", true);
}

static gboolean started(void *user)
{
	come_up(user);
	return G_SOURCE_REMOVE;
}

void uplink_start(struct uplink *uplink, GMainContext *context, bool is_live)
{
	GSource *source = g_idle_source_new();

	(void)is_live;
	uplink->context = context;
	uplink->listener.state(uplink->user, TRANSPORT_CONNECTING, NULL);
	g_source_set_callback(source, started, uplink, NULL);
	g_source_attach(source, context);
	g_source_unref(source);
}

void uplink_stop(struct uplink *uplink)
{
	uplink->is_online = false;
	while (g_main_context_find_source_by_user_data(uplink->context, uplink))
		g_source_destroy(g_main_context_find_source_by_user_data(uplink->context, uplink));
}

/* FUZZ_TRACE shows both sides. */
static void trace(const char *direction, const char *text, size_t bytes)
{
	if (g_getenv("FUZZ_TRACE"))
		g_printerr("%s %.*s\n", direction, (int)bytes, text);
}

static void asked_free(void *data)
{
	struct asked *asked = data;

	g_free(asked->id);
	g_free(asked->to);
	g_free(asked->node);
	g_free(asked);
}

static char *node_of(const struct stanza *iq)
{
	const char *pubsub = "http://jabber.org/protocol/pubsub";
	const struct stanza *outer = stanza_child(iq, "pubsub", pubsub);
	const struct stanza *items = outer ? stanza_child(outer, "items", pubsub) : NULL;

	return items ? g_strdup(stanza_get(items, "node")) : NULL;
}

static void note_question(const struct stanza *stanza)
{
	const char *type = stanza_get(stanza, "type");
	struct asked *asked;

	if (strcmp(stanza_name(stanza), "iq") != 0 || !stanza_get(stanza, "id") ||
	    (g_strcmp0(type, "get") != 0 && g_strcmp0(type, "set") != 0))
		return;
	asked = g_new0(struct asked, 1);
	asked->id = g_strdup(stanza_get(stanza, "id"));
	asked->to = g_strdup(stanza_get(stanza, "to"));
	asked->node = node_of(stanza);
	asked->answer = "";
	for (size_t i = 0; i < G_N_ELEMENTS(ordinary); i++)
		if (stanza_first(stanza) &&
		    strcmp(stanza_namespace(stanza_first(stanza)), ordinary[i].namespace) == 0)
			asked->answer = ordinary[i].answer;
	g_queue_push_tail(&server.asked, asked);
}

/* What is sent may be several stanzas, or a word to the stream. */
gboolean uplink_send(struct uplink *uplink, GBytes *bytes, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autofree char *root = NULL;
	struct stanza *all;

	if (!uplink->is_online) {
		error_set_plain(error, ERROR_UNREACHABLE);
		return FALSE;
	}
	if (!gate_check(bytes, GATE_SESSION, error))
		return FALSE;
	fuzz_must(!g_strstr_len(data, (gssize)size, CANARY));
	server.sent++;
	trace("<-", data, size);
	if (server.sent_text)
		g_string_append_len(server.sent_text, data, (gssize)size);
	root = g_strdup_printf("<all xmlns='jabber:client'>%.*s</all>", (int)size, data);
	all = stanza_decode(root, strlen(root), NULL);
	for (const struct stanza *at = all ? stanza_first(all) : NULL; at; at = stanza_next(at))
		note_question(at);
	stanza_free(all);
	return TRUE;
}

/* -- steps ------------------------------------------------------------------------------------ */

static void settle(void)
{
	unsigned rounds = 0;

	while (g_main_context_iteration(server.context, FALSE))
		fuzz_must(++rounds < ROUNDS_MAX);
}

static bool says(const struct stanza *stanza, const char *name)
{
	if (g_strcmp0(stanza_get(stanza, "var"), name) == 0)
		return true;
	for (const struct stanza *at = stanza_first(stanza); at; at = stanza_next(at))
		if (says(at, name))
			return true;
	return false;
}

/* As the real connection does it. */
static void come(const char *text, size_t bytes)
{
	struct uplink *uplink = server.uplink;
	struct stanza *stanza = stanza_decode_within("jabber:client", text, bytes, NULL);

	if (!stanza)
		stanza = stanza_decode_cut("jabber:client", text, bytes);
	trace("->", text, bytes);
	server.is_safe |= stanza && says(stanza, SAFE_1) && says(stanza, SAFE_2);
	if (uplink && uplink->is_online)
		uplink->listener.stanza(uplink->user, stanza);
	if (uplink && uplink->is_online)
		uplink->listener.drained(uplink->user);
	stanza_free(stanza);
}

static void answer(bool is_newest, const char *type, const char *xml, size_t bytes)
{
	struct asked *asked =
		is_newest ? g_queue_pop_tail(&server.asked) : g_queue_pop_head(&server.asked);
	g_autofree char *text = NULL;

	if (!asked)
		return;
	text = g_strdup_printf("<iq type='%s' id='%s' from='%s'>%.*s</iq>", type, asked->id,
			       asked->to ? asked->to : OWN, (int)bytes, xml);
	come(text, strlen(text));
	asked_free(asked);
}

/* Keys that are valid, for whichever device is asked for. */
static void answer_with_keys(const char *bundle)
{
	const struct asked *asked = g_queue_peek_tail(&server.asked);
	g_autofree char *xml = NULL;

	if (!asked || !asked->node)
		return;
	xml = g_strdup_printf("<pubsub xmlns='http://jabber.org/protocol/pubsub'><items "
			      "node='%s'><item id='current'>%s</item></items></pubsub>",
			      asked->node, bundle);
	answer(true, "result", xml, strlen(xml));
}

/* Whatever is asked, and what follows from that. */
static void answer_all(void)
{
	for (unsigned i = 0; i < ANSWERS_MAX && !g_queue_is_empty(&server.asked); i++) {
		const struct asked *asked = g_queue_peek_head(&server.asked);

		answer(false, "result", asked->answer, strlen(asked->answer));
		settle();
	}
}

static void lose(void)
{
	struct uplink *uplink = server.uplink;
	g_autoptr(GError) error = NULL;

	if (!uplink || !uplink->is_online)
		return;
	error_set(&error, ERROR_UNREACHABLE, "The connection was lost.");
	uplink->is_online = false;
	uplink->listener.state(uplink->user, TRANSPORT_OFFLINE, error);
	g_queue_clear_full(&server.asked, asked_free);
	uplink->listener.state(uplink->user, TRANSPORT_CONNECTING, NULL);
	come_up(uplink);
}

static void done(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void sent(void *user, const struct message *message, const GError *error)
{
	(void)user;
	(void)message;
	(void)error;
}

static void send_words(const char *address)
{
	struct draft draft = { .address = address, .body = CANARY };

	engine_send(server.engine, &draft, WAIT_MS, sent, NULL);
}

static void act(char what)
{
	static const char *const people[] = { BOB, NULL };

	server.has_acted |= strchr("rjc", what) != NULL;
	switch (what) {
	case 's':
		send_words(BOB);
		break;
	case 'r':
		send_words(ROOM);
		break;
	case 'j':
		engine_room_join(server.engine, ROOM, WAIT_MS, done, NULL);
		break;
	case 'l':
		engine_group_leave(server.engine, ROOM, WAIT_MS, done, NULL);
		break;
	case 'c':
		engine_group_create(server.engine, "den", people, WAIT_MS, done, NULL);
		break;
	case 'f':
		engine_fetch(server.engine, WAIT_MS, done, NULL);
		break;
	default:
		break;
	}
}

static void step(const char *line, size_t bytes)
{
	server.sent = 0;
	switch (bytes ? line[0] : 0) {
	case '<':
		come(line, bytes);
		break;
	case '=':
	case '~':
		answer(line[0] == '~', "result", line + 1, bytes - 1);
		break;
	case '!':
		answer(false, "error", line + 1, bytes - 1);
		break;
	case '*':
		answer_all();
		break;
	case '+':
		answer_with_keys(server.bundles[1]);
		break;
	case '-':
		lose();
		break;
	default:
		if (bytes == 1)
			act(line[0]);
		break;
	}
	settle();
}

/* -- what has to hold ------------------------------------------------------------------------- */

static gboolean count_contact(const struct contact *contact, void *user)
{
	*(unsigned *)user += contact->kind == CONTACT_PERSON && contact->is_listed;
	return TRUE;
}

static gboolean is_decided(const struct device *device)
{
	return device->trust == TRUST_TRUSTED || device->trust == TRUST_VERIFIED;
}

/* Trust is a key's: the one of first contact, and no other, under whatever id. */
static gboolean check_device(const struct device *device, void *user)
{
	(void)user;
	fuzz_must(!is_decided(device) ||
		  memcmp(device->key, server.bobs_key, sizeof(server.bobs_key)) == 0);
	return TRUE;
}

static gboolean keep_key(const struct device *device, void *user)
{
	fuzz_must(is_decided(device));
	memcpy(server.bobs_key, device->key, sizeof(server.bobs_key));
	++*(unsigned *)user;
	return TRUE;
}

static void check(size_t bytes)
{
	struct store_counts counts = { 0 };
	const struct room_view *room = engine_room(server.engine, ROOM);
	unsigned people = 0;

	fuzz_must(engine_contacts(server.engine, count_contact, &people, NULL));
	fuzz_must(server.has_acted || people == 1);
	fuzz_must(engine_devices(server.engine, BOB, check_device, NULL, NULL));
	fuzz_must(engine_devices(server.engine, OWN, check_device, NULL, NULL));
	fuzz_must(!room || room->state != ROOM_READY || server.is_safe);
	fuzz_must(!room || room->count <= ROOM_PEOPLE_MAX);
	fuzz_must(engine_counts(server.engine, &counts, NULL));
	fuzz_must(counts.messages <= (server.steps + 1) * ROWS_MAX);
	fuzz_must(server.sent <= SENT_MAX + bytes / 16);
}

/* -- the profile ------------------------------------------------------------------------------ */

static struct transport *make_transport(void *user, const struct account *account, GError **error)
{
	(void)user;
	(void)error;
	return xmpp_new(account);
}

static void heard(const struct event *event, void *user)
{
	(void)event;
	(void)user;
}

static void open_engine(struct store_door *door)
{
	struct engine_parts parts = {
		.door = door,
		.clock = &server.clock.clock,
		.context = server.context,
		.make_transport = make_transport,
		.listener = heard,
	};

	server.engine = engine_new(&parts);
	server.steps = 0;
	server.has_acted = server.is_safe = false;
}

static void close_engine(void)
{
	g_clear_pointer(&server.engine, engine_free);
	settle();
	g_queue_clear_full(&server.asked, asked_free);
}

/* What the own device has published. */
static char *published_bundle(void)
{
	const char *from = strstr(server.sent_text->str, "<bundle");
	const char *end = from ? strstr(from, "</bundle>") : NULL;

	fuzz_must(from && end);
	return g_strndup(from, (size_t)(end - from) + strlen("</bundle>"));
}

/* A profile that has published its keys, open. */
static struct store_door *make_profile(const struct secret *passphrase, char **bundle)
{
	static char password[] = "pencil";
	struct account account = { .carrier = (char *)"xmpp", .address = (char *)OWN };
	struct store_door *door = fake_door_new();

	account.password = secret_take(password, strlen(password), NULL);
	server.sent_text = g_string_new(NULL);
	open_engine(door);
	fuzz_must(engine_create(server.engine, &account, passphrase, KDF_INTERACTIVE, NULL));
	settle();
	answer_all();
	*bundle = published_bundle();
	g_string_free(server.sent_text, TRUE);
	server.sent_text = NULL;
	secret_free(account.password);
	return door;
}

/* Write to BOB as to somebody new: his device 5 is trusted then. */
static void meet_bob(void)
{
	static const char list[] =
		"=<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='"
		"eu.siacs.conversations.axolotl.devicelist'><item id='current'><list "
		"xmlns='eu.siacs.conversations.axolotl'><device id='5'/></list></item></items>"
		"</pubsub>";

	fuzz_must(engine_contact_add(server.engine, BOB, NULL, NULL));
	settle();
	g_queue_clear_full(&server.asked, asked_free);
	step("s", 1);
	step(list, strlen(list));
	answer_with_keys(server.bundles[0]);
	settle();
	answer_all();
}

static struct store_door *make_all(const struct secret *passphrase)
{
	struct store_door *copy, *door;
	g_autofree char *own = NULL;
	unsigned trusted = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(server.bundles); i++) {
		door = make_profile(passphrase, &server.bundles[i]);
		close_engine();
		door->ops->free(door);
	}
	door = make_profile(passphrase, &own);
	meet_bob();
	fuzz_must(engine_devices(server.engine, BOB, keep_key, &trusted, NULL) && trusted == 1);
	close_engine();
	copy = fake_door_copy(door);
	door->ops->free(door);
	return copy;
}

void fuzz_server_play(const uint8_t *data, size_t size)
{
	static struct secret *passphrase;
	static struct store_door *profile;
	struct store_door *door;
	const char *at = (const char *)data, *end = at + size;

	if (!profile) {
		char word[] = "a word for tests";

		fuzz_must(secret_start(NULL));
		server.context = g_main_context_new();
		still_clock_init(&server.clock);
		passphrase = secret_take(word, strlen(word), NULL);
		profile = make_all(passphrase);
	}
	door = fake_door_copy(profile);
	open_engine(door);
	fuzz_must(engine_unlock(server.engine, passphrase, NULL));
	fuzz_must(engine_connect(server.engine, true, NULL));
	settle();
	check(SIZE_MAX / 2);
	while (at < end && server.steps < STEPS_MAX) {
		const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));

		stop = stop ? stop : end;
		server.steps++;
		step(line, (size_t)(stop - line));
		check((size_t)(stop - line));
		at = stop + 1;
	}
	close_engine();
	door->ops->free(door);
}
