#include "core/transport/xmpp/stream/xmpp_uplink.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/model/certificate.h"
#include "core/transport/xmpp/stream/xmpp_gate.h"
#include "core/transport/xmpp/stream/xmpp_login.h"
#include "core/transport/xmpp/stream/xmpp_network.h"
#include "core/transport/xmpp/stream/xmpp_server.h"
#include "core/transport/xmpp/stream/xmpp_wire.h"
#include "core/xml/stanza.h"

#define STREAMS	      "http://etherx.jabber.org/streams"
#define STREAM_ERRORS "urn:ietf:params:xml:ns:xmpp-streams"

enum { RESOURCE_BYTES = 8 };

struct uplink {
	struct account *account;
	struct uplink_listener listener;
	void *user;
	GMainContext *context;
	bool is_live;
	bool is_look; /* nothing is wanted but TLS */
	bool is_online;
	bool has_states;
	struct wire *wire;   /* NULL between two attempts */
	struct login *login; /* NULL once the session is there */
	enum gate_stage stage;
	GSource *timer;	   /* the login's deadline, or the pause before the next attempt */
	unsigned attempts; /* without success */
	unsigned stalls;   /* attempts that ended in silence: the next address is first then */
	int64_t due;	   /* while it pauses: until when, wall ms */
	char *blame;		     /* see uplink_blame() */
	size_t blame_bytes;
	struct certificate *refused; /* what the server showed last, if that was in the way */
	char resource[2 * RESOURCE_BYTES + 1];
	struct network *network; /* NULL unless it is live */
};

struct uplink *uplink_new(const struct account *account, const struct uplink_listener *listener,
			  void *user)
{
	struct uplink *uplink = g_new0(struct uplink, 1);
	uint8_t random[RESOURCE_BYTES];

	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		g_snprintf(uplink->resource + 2 * i, 3, "%02x", random[i]);
	uplink->account = account_copy(account);
	uplink->listener = *listener;
	uplink->user = user;
	return uplink;
}

static void set_timer(struct uplink *uplink, unsigned ms, GSourceFunc func)
{
	if (uplink->timer) {
		g_source_destroy(uplink->timer);
		g_clear_pointer(&uplink->timer, g_source_unref);
	}
	if (!func)
		return;
	uplink->timer = g_timeout_source_new(ms);
	g_source_set_callback(uplink->timer, func, uplink, NULL);
	g_source_attach(uplink->timer, uplink->context);
}

static void drop(struct uplink *uplink)
{
	set_timer(uplink, 0, NULL);
	g_clear_pointer(&uplink->wire, wire_close);
	g_clear_pointer(&uplink->login, login_free);
	uplink->is_online = false;
	uplink->due = 0;
}

void uplink_free(struct uplink *uplink)
{
	if (!uplink)
		return;
	drop(uplink);
	network_free(uplink->network);
	account_free(uplink->account);
	certificate_free(uplink->refused);
	g_free(uplink->blame);
	g_free(uplink);
}

const char *uplink_blame(const struct uplink *uplink, size_t *bytes)
{
	*bytes = uplink->blame_bytes;
	return uplink->blame;
}

const struct certificate *uplink_refused(const struct uplink *uplink)
{
	return uplink->refused;
}

void uplink_stop(struct uplink *uplink)
{
	uplink->is_live = false;
	g_clear_pointer(&uplink->network, network_free);
	drop(uplink);
}

/* -- the only way out ------------------------------------------------------------------------- */

static gboolean put(struct uplink *uplink, GBytes *bytes, GError **error)
{
	if (!gate_check(bytes, uplink->stage, error))
		return FALSE;
	wire_send(uplink->wire, bytes);
	return TRUE;
}

gboolean uplink_send(struct uplink *uplink, GBytes *bytes, GError **error)
{
	if (uplink->is_online)
		return put(uplink, bytes, error);
	error_set(error, ERROR_UNREACHABLE, "There is no connection to the server.");
	return FALSE;
}

bool uplink_has_states(const struct uplink *uplink)
{
	return uplink->has_states;
}

int64_t uplink_due(const struct uplink *uplink)
{
	return uplink->due;
}

void uplink_cut(struct uplink *uplink, const char *why)
{
	if (uplink->wire)
		wire_cut(uplink->wire, why);
}

/* -- down and up again ------------------------------------------------------------------------ */

static void begin(struct uplink *uplink);

static gboolean try_again(void *user)
{
	begin(user);
	return G_SOURCE_REMOVE;
}

/* Between half of it and all of it, so that a server that was down isn't stormed. */
static unsigned next_pause(unsigned attempts)
{
	unsigned pause = UPLINK_PAUSE_MS;

	for (unsigned i = 0; i < attempts && pause < UPLINK_PAUSE_MAX_MS; i++)
		pause *= 2;
	pause = MIN(pause, UPLINK_PAUSE_MAX_MS);
	return pause / 2 + crypto_random_below(pause / 2);
}

static void lost(struct uplink *uplink, const GError *error)
{
	/* Neither a password nor a pin gets right by itself; a CA's certificate is renewed. */
	bool is_final = error_is(error, ERROR_PASSPHRASE) ||
			(error_is(error, ERROR_TRUST) && uplink->account->pin);
	unsigned pause;

	drop(uplink);
	if (uplink->is_live && !is_final) {
		pause = next_pause(uplink->attempts++);
		uplink->due = g_get_real_time() / 1000 + pause;
		set_timer(uplink, pause, try_again);
	}
	uplink->listener.state(uplink->user, is_final ? TRANSPORT_FAILED : TRANSPORT_OFFLINE,
			       error);
	g_clear_pointer(&uplink->blame, g_free);
}

static gboolean too_late(void *user)
{
	struct uplink *uplink = user;

	uplink->stalls++;
	wire_cut(uplink->wire, "The server fell silent while it was being logged in to.");
	/* A name lookup can't be cut; whoever waits needn't wait for that. */
	if (uplink->wire) {
		g_autoptr(GError) error = NULL;

		error_set(&error, ERROR_UNREACHABLE, "The server doesn't answer.");
		g_clear_pointer(&uplink->timer, g_source_unref);
		lost(uplink, error);
	}
	return G_SOURCE_REMOVE;
}

static void log_in(struct uplink *uplink, const struct stanza *stanza)
{
	g_autoptr(GBytes) out = NULL;
	g_autoptr(GError) error = NULL;
	enum login_want want = login_take(uplink->login, stanza, &out, &error);
	bool has_acks;
	g_autofree char *jid = NULL;

	if (out && !put(uplink, out, &error))
		want = LOGIN_FAILED;
	switch (want) {
	case LOGIN_WAIT:
		break;
	case LOGIN_SECURE:
		wire_secure(uplink->wire);
		break;
	case LOGIN_OPEN:
		wire_open(uplink->wire);
		break;
	case LOGIN_FAILED:
		lost(uplink, error);
		break;
	case LOGIN_DONE:
		set_timer(uplink, 0, NULL);
		jid = g_strdup(login_jid(uplink->login));
		has_acks = login_has_acks(uplink->login);
		uplink->has_states = login_has_states(uplink->login);
		g_clear_pointer(&uplink->login, login_free);
		uplink->stage = GATE_SESSION;
		uplink->is_online = true;
		uplink->attempts = uplink->stalls = 0;
		uplink->listener.up(uplink->user, jid, has_acks);
		break;
	}
}

/* Why servers end a session (RFC 6120 section 4.9.3), and whether it is for what we said. What is
 * smaller than every server has to take (section 13.12) violates another policy. */
static const struct {
	const char *condition;
	const char *words;
	bool is_ours;
	size_t bytes;
} ends[] = {
	{ "policy-violation", "it doesn't take what was sent, which may be too large", true,
	  10000 },
	{ "bad-format", "it can't read what was sent", true, 0 },
	{ "invalid-xml", "it can't read what was sent", true, 0 },
	{ "not-well-formed", "it can't read what was sent", true, 0 },
	{ "xml-not-well-formed", "it can't read what was sent", true, 0 },
	{ "restricted-xml", "it doesn't take what was sent", true, 0 },
	{ "unsupported-stanza-type", "it doesn't know what was sent", true, 0 },
	{ "conflict", "another session took this one's place", false, 0 },
	{ "reset", "it wants a new one", false, 0 },
	{ "resource-constraint", "it has too much to do", false, 0 },
	{ "system-shutdown", "it is going down", false, 0 },
};

static void take_end(struct uplink *uplink, const struct stanza *error)
{
	const char *domain = strchr(uplink->account->address, '@') + 1;
	g_autofree char *sentence = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(ends) && !sentence; i++) {
		if (!stanza_child(error, ends[i].condition, STREAM_ERRORS))
			continue;
		sentence = g_strdup_printf("%s closed the connection: %s.", domain, ends[i].words);
		if (!ends[i].is_ours)
			continue;
		uplink->blame = g_strdup(sentence);
		uplink->blame_bytes = ends[i].bytes;
	}
	if (!sentence)
		sentence = g_strdup_printf("%s closed the connection.", domain);
	wire_cut(uplink->wire, sentence);
}

static void take_stanza(struct uplink *uplink, GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GError) error = NULL;
	/* libstrophe leaves the stream's own namespace out. */
	struct stanza *stanza = stanza_decode_within("jabber:client", data, size, &error);

	/* What is beyond our bounds can't be used, only told of; it still counts as handled. */
	if (!stanza && uplink->is_online)
		stanza = stanza_decode_cut("jabber:client", data, size);
	if (stanza && uplink->login)
		log_in(uplink, stanza);
	else if (stanza && uplink->is_online && stanza_is(stanza, "error", STREAMS))
		take_end(uplink, stanza);
	else if (uplink->is_online)
		uplink->listener.stanza(uplink->user, stanza);
	stanza_free(stanza);
}

static void heard(void *user, const struct wire_event *event)
{
	struct uplink *uplink = user;

	switch (event->type) {
	case WIRE_UP:
		wire_open(uplink->wire);
		break;
	case WIRE_SECURED:
		if (uplink->is_look) {
			set_timer(uplink, 0, NULL);
			uplink->listener.up(uplink->user, NULL, false);
			break;
		}
		uplink->stage = GATE_LOGIN;
		login_secured(uplink->login);
		wire_open(uplink->wire);
		break;
	case WIRE_OPENED:
		if (uplink->login)
			login_opened(uplink->login);
		break;
	case WIRE_STANZA:
		take_stanza(uplink, event->bytes);
		break;
	case WIRE_DOWN:
		certificate_free(uplink->refused);
		uplink->refused = certificate_copy(event->refused);
		lost(uplink, event->error);
		break;
	}
}

static void drained(void *user)
{
	struct uplink *uplink = user;

	if (uplink->is_online)
		uplink->listener.drained(uplink->user);
}

static void begin(struct uplink *uplink)
{
	const struct account *account = uplink->account;
	g_autoptr(GError) error = NULL;
	struct server server = { 0 };
	struct wire_place place = { .ca_file = account->ca_file, .pin = account->pin };
	const char *at = strchr(account->address, '@');

	if ((!account->password && !uplink->is_look) || !at ||
	    !server_parse(account->server, &server, &error)) {
		if (!error)
			error_set(&error, ERROR_PASSPHRASE, "The account has no password.");
		lost(uplink, error);
		return;
	}
	place.domain = at + 1;
	place.host = server.host;
	place.port = server.port;
	place.is_direct = server.is_direct;
	place.first = uplink->stalls;
	uplink->due = 0;
	uplink->stage = GATE_CLEAR;
	uplink->login = login_new(account->address, account->password);
	login_want_resource(uplink->login, uplink->resource);
	uplink->wire = wire_new(&place, uplink->context, heard, drained, uplink);
	set_timer(uplink, UPLINK_LOGIN_MS, too_late);
	server_clear(&server);
	uplink->listener.state(uplink->user, TRANSPORT_CONNECTING, NULL);
}

/*
 * Pauses end, as does an attempt by the way that was; one that began after the change loses a
 * second or two. A connection may live on, as when only another way was added.
 */
static void network_moved(void *user)
{
	struct uplink *uplink = user;

	if (uplink->is_online) {
		uplink->listener.moved(uplink->user);
		return;
	}
	uplink->attempts = 0;
	if (uplink->wire)
		wire_cut(uplink->wire, "The network has changed.");
	else if (uplink->timer)
		begin(uplink);
}

static void watch_network(struct uplink *uplink)
{
	uplink->is_live = true;
	if (!uplink->network)
		uplink->network = network_new(uplink->context, network_moved, uplink);
}

void uplink_start(struct uplink *uplink, GMainContext *context, bool is_live)
{
	uplink->context = context;
	uplink->is_live = is_live;
	if (is_live)
		watch_network(uplink);
	begin(uplink);
}

void uplink_look(struct uplink *uplink, GMainContext *context)
{
	uplink->is_look = true;
	uplink_start(uplink, context, false);
}

void uplink_go_live(struct uplink *uplink)
{
	bool was_live = uplink->is_live;

	watch_network(uplink);
	if (!was_live && !uplink->wire)
		begin(uplink);
}

void uplink_hurry(struct uplink *uplink)
{
	if (uplink->wire || !uplink->is_live)
		return;
	uplink->attempts = 0;
	begin(uplink);
}
