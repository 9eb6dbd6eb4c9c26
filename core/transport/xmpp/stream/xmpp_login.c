#include "core/transport/xmpp/stream/xmpp_login.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/transport/xmpp/stream/xmpp_scram.h"
#include "core/xml/stanza.h"

#define STREAMS "http://etherx.jabber.org/streams"
#define TLS	"urn:ietf:params:xml:ns:xmpp-tls"
#define SASL	"urn:ietf:params:xml:ns:xmpp-sasl"
#define BIND	"urn:ietf:params:xml:ns:xmpp-bind"
#define ACKS	"urn:xmpp:sm:3"

#define BIND_ID "bind"

enum step {
	STEP_OPENING,	/* the stream isn't open: whatever comes is ignored */
	STEP_FEATURES,	/* what the server offers */
	STEP_PROCEED,	/* TLS was asked for */
	STEP_CHALLENGE, /* the proof of the password is asked for */
	STEP_PROOF,	/* the server's own proof */
	STEP_SUCCESS,	/* it came as a challenge; success has to follow */
	STEP_BIND,	/* the session's address was asked for */
	STEP_ENABLE,	/* counting was asked for */
	STEP_DONE,
};

struct login {
	char *address;
	const struct secret *password;
	struct scram *scram;
	enum step step;
	bool is_secured;
	bool is_authentic;
	bool offers_acks;
	bool has_acks;
	bool has_states;
	char *resource; /* to ask for, or NULL */
	char *jid;
};

struct login *login_new(const char *address, const struct secret *password)
{
	struct login *login = g_new0(struct login, 1);

	login->address = g_strdup(address);
	login->password = password;
	return login;
}

void login_free(struct login *login)
{
	if (!login)
		return;
	scram_free(login->scram);
	g_free(login->address);
	g_free(login->resource);
	g_free(login->jid);
	g_free(login);
}

void login_want_resource(struct login *login, const char *resource)
{
	g_free(login->resource);
	login->resource = g_strdup(resource);
}

void login_secured(struct login *login)
{
	login->is_secured = true;
	login->step = STEP_OPENING;
}

void login_opened(struct login *login)
{
	if (login->step == STEP_OPENING)
		login->step = STEP_FEATURES;
}

const char *login_jid(const struct login *login)
{
	return login->jid;
}

bool login_has_acks(const struct login *login)
{
	return login->has_acks;
}

bool login_has_states(const struct login *login)
{
	return login->has_states;
}

static GBytes *say(const char *format, ...) G_GNUC_PRINTF(1, 2);
static GBytes *say(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	return g_bytes_new_take(text, strlen(text));
}

static enum login_want fail(GError **error, enum error code, const char *sentence)
{
	error_set(error, code, "%s", sentence);
	return LOGIN_FAILED;
}

/* -- proving the password --------------------------------------------------------------------- */

/* The strongest of the mechanisms that we speak; NULL without one. */
static const char *choose(const struct stanza *mechanisms, enum crypto_hash *hash)
{
	static const char *const names[] = {
		[CRYPTO_SHA1] = "SCRAM-SHA-1",
		[CRYPTO_SHA256] = "SCRAM-SHA-256",
		[CRYPTO_SHA512] = "SCRAM-SHA-512",
	};
	const char *best = NULL;

	for (const struct stanza *at = stanza_first(mechanisms); at; at = stanza_next(at)) {
		char *text = stanza_text(at);

		for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
			if (strcmp(text, names[i]) != 0 || (best && i <= *hash))
				continue;
			best = names[i];
			*hash = (enum crypto_hash)i;
		}
		plain_free(text);
	}
	return best;
}

static enum login_want begin_proof(struct login *login, const struct stanza *features, GBytes **out,
				   GError **error)
{
	const struct stanza *mechanisms = stanza_child(features, "mechanisms", SASL);
	enum crypto_hash hash = CRYPTO_SHA1;
	const char *name = mechanisms ? choose(mechanisms, &hash) : NULL;
	g_autofree char *user = NULL, *first = NULL, *encoded = NULL;
	const char *at = strchr(login->address, '@');

	if (!name)
		return fail(error, ERROR_POLICY,
			    "The server doesn't offer SCRAM, the only way in which sotto proves a "
			    "password: it never hands one over. Ask whoever runs the server.");
	user = g_strndup(login->address, at ? (gsize)(at - login->address) : 0);
	scram_free(login->scram);
	login->scram = scram_new(hash, user, login->password, NULL, error);
	if (!login->scram)
		return LOGIN_FAILED;
	first = scram_first(login->scram);
	encoded = g_base64_encode((const guchar *)first, strlen(first));
	*out = say("<auth xmlns='" SASL "' mechanism='%s'>%s</auth>", name, encoded);
	login->step = STEP_CHALLENGE;
	return LOGIN_WAIT;
}

static enum login_want refused(const struct stanza *failure, GError **error)
{
	const struct stanza *condition = stanza_first(failure);
	const char *name = condition ? stanza_name(condition) : "failure";

	if (strcmp(name, "temporary-auth-failure") == 0)
		return fail(error, ERROR_UNREACHABLE,
			    "The server can't check the password just now; it is tried again.");
	error_set(error, ERROR_PASSPHRASE, "The server refuses this account or its password (%s).",
		  name);
	return LOGIN_FAILED;
}

/* The text of a <challenge/> or <success/>; NULL when it isn't base64 of text. */
static char *decode(const struct stanza *stanza)
{
	g_autoptr(GBytes) bytes = stanza_base64(stanza, SCRAM_TEXT_MAX, NULL);
	gsize size = 0;
	const char *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	if (!bytes || memchr(data ? data : "", 0, size))
		return NULL;
	return g_strndup(data, size);
}

static enum login_want answer_challenge(struct login *login, const struct stanza *stanza,
					GBytes **out, GError **error)
{
	g_autofree char *challenge = decode(stanza), *answer = NULL, *encoded = NULL;

	if (!challenge || !stanza_is(stanza, "challenge", SASL))
		return fail(error, ERROR_FORMAT, "The server's login can't be followed.");
	answer = scram_answer(login->scram, challenge, error);
	if (!answer)
		return LOGIN_FAILED;
	encoded = g_base64_encode((const guchar *)answer, strlen(answer));
	*out = say("<response xmlns='" SASL "'>%s</response>", encoded);
	login->step = STEP_PROOF;
	return LOGIN_WAIT;
}

static enum login_want restart(struct login *login)
{
	login->is_authentic = true;
	g_clear_pointer(&login->scram, scram_free);
	login->step = STEP_OPENING;
	return LOGIN_OPEN;
}

static enum login_want check_proof(struct login *login, const struct stanza *stanza, GBytes **out,
				   GError **error)
{
	g_autofree char *final = decode(stanza);

	if (!scram_check(login->scram, final ? final : "", error))
		return LOGIN_FAILED;
	if (stanza_is(stanza, "success", SASL))
		return restart(login);
	*out = say("<response xmlns='" SASL "'/>");
	login->step = STEP_SUCCESS;
	return LOGIN_WAIT;
}

/* -- the session ------------------------------------------------------------------------------ */

static GBytes *ask_bind(const struct login *login)
{
	g_autofree char *resource =
		login->resource ? g_strdup_printf("<resource>%s</resource>", login->resource) :
				  g_strdup("");

	return say("<iq xmlns='jabber:client' type='set' id='" BIND_ID "'><bind xmlns='" BIND
		   "'>%s</bind></iq>",
		   resource);
}

static enum login_want begin_bind(struct login *login, const struct stanza *features, GBytes **out,
				  GError **error)
{
	if (!stanza_child(features, "bind", BIND))
		return fail(error, ERROR_FORMAT, "The server offers no session.");
	login->offers_acks = stanza_child(features, "sm", ACKS) != NULL;
	login->has_states = stanza_child(features, "csi", "urn:xmpp:csi:0") != NULL;
	*out = ask_bind(login);
	login->step = STEP_BIND;
	return LOGIN_WAIT;
}

static enum login_want take_bound(struct login *login, const struct stanza *iq, GBytes **out,
				  GError **error)
{
	const struct stanza *bind = stanza_child(iq, "bind", BIND);
	const struct stanza *element = bind ? stanza_child(bind, "jid", BIND) : NULL;
	char *jid = element ? stanza_text(element) : NULL;
	g_autofree char *bare = jid ? contact_bare_address(jid) : NULL;
	bool is_ours = g_strcmp0(stanza_get(iq, "type"), "result") == 0 && bare &&
		       strcmp(bare, login->address) == 0 && strchr(jid, '/');

	if (is_ours)
		login->jid = g_strdup(jid);
	plain_free(jid);
	/* Where the former session has it still, and keeps it. */
	if (!is_ours && login->resource && g_strcmp0(stanza_get(iq, "type"), "error") == 0) {
		g_clear_pointer(&login->resource, g_free);
		*out = ask_bind(login);
		return LOGIN_WAIT;
	}
	if (!is_ours)
		return fail(error, ERROR_UNREACHABLE,
			    "The server gave no session for this account.");
	if (!login->offers_acks) {
		login->step = STEP_DONE;
		return LOGIN_DONE;
	}
	*out = say("<enable xmlns='" ACKS "'/>");
	login->step = STEP_ENABLE;
	return LOGIN_WAIT;
}

static enum login_want take_features(struct login *login, const struct stanza *stanza, GBytes **out,
				     GError **error)
{
	if (!stanza_is(stanza, "features", STREAMS))
		return LOGIN_WAIT;
	if (login->is_authentic)
		return begin_bind(login, stanza, out, error);
	if (login->is_secured)
		return begin_proof(login, stanza, out, error);
	if (!stanza_child(stanza, "starttls", TLS))
		return fail(error, ERROR_POLICY,
			    "The server, or somebody in between, offers no encryption; sotto says "
			    "nothing without.");
	*out = say("<starttls xmlns='" TLS "'/>");
	login->step = STEP_PROCEED;
	return LOGIN_WAIT;
}

static enum login_want take_proceed(struct login *login, const struct stanza *stanza,
				    GError **error)
{
	if (!stanza_is(stanza, "proceed", TLS))
		return fail(error, ERROR_UNREACHABLE,
			    "The server offers encryption and then refuses it.");
	login->step = STEP_OPENING;
	return LOGIN_SECURE;
}

enum login_want login_take(struct login *login, const struct stanza *stanza, GBytes **out,
			   GError **error)
{
	*out = NULL;
	if (login->step != STEP_OPENING && stanza_is(stanza, "error", STREAMS))
		return fail(error, ERROR_UNREACHABLE, "The server closed the connection.");
	if ((login->step >= STEP_CHALLENGE && login->step <= STEP_SUCCESS) &&
	    stanza_is(stanza, "failure", SASL))
		return refused(stanza, error);
	switch (login->step) {
	case STEP_FEATURES:
		return take_features(login, stanza, out, error);
	case STEP_PROCEED:
		return take_proceed(login, stanza, error);
	case STEP_CHALLENGE:
		return answer_challenge(login, stanza, out, error);
	case STEP_PROOF:
		return check_proof(login, stanza, out, error);
	case STEP_SUCCESS:
		return stanza_is(stanza, "success", SASL) ? restart(login) : LOGIN_WAIT;
	case STEP_BIND:
		if (g_strcmp0(stanza_get(stanza, "id"), BIND_ID) != 0)
			return LOGIN_WAIT;
		return take_bound(login, stanza, out, error);
	case STEP_ENABLE:
		if (strcmp(stanza_namespace(stanza), ACKS) != 0)
			return LOGIN_WAIT;
		login->has_acks = stanza_is(stanza, "enabled", ACKS);
		login->step = STEP_DONE;
		return LOGIN_DONE;
	case STEP_OPENING:
	case STEP_DONE:
		break;
	}
	return LOGIN_WAIT;
}
