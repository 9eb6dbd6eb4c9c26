/* xmpp: whether an account can be used, before a profile is made of it. */
#include "core/transport/xmpp/xmpp.h"

#include "core/base/error.h"
#include "core/base/patience.h"
#include "core/model/account.h"
#include "core/model/certificate.h"
#include "core/transport/xmpp/message/xmpp_keys.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/transport/xmpp/stream/xmpp_uplink.h"
#include "core/xml/stanza.h"

struct check {
	const struct account *account;
	const struct patience *patience;
	GMainContext *context;
	struct uplink *uplink;
	struct session *session;
	struct keys *keys;
	GError *error;
	bool is_over;
};

static void end(struct check *check, const GError *error)
{
	if (check->is_over)
		return;
	check->is_over = true;
	check->error = error ? g_error_copy(error) : NULL;
}

/* An id that another device of the account has would take that one's messages away. */
static void listed(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		   const GError *error)
{
	struct check *check = user;
	g_autoptr(GError) taken = NULL;

	(void)owner;
	for (size_t i = 0; i < count; i++)
		if (ids[i] == check->account->device)
			error_set(&taken, ERROR_EXISTS,
				  "By chance another device of the account has the number that was "
				  "drawn for this one; try again.");
	if (taken || !error || !error_is(error, ERROR_UNREACHABLE))
		end(check, taken);
	else
		end(check, error);
}

static gboolean send_bytes(void *user, GBytes *bytes, GError **error)
{
	return uplink_send(((struct check *)user)->uplink, bytes, error);
}

static void stalled(void *user)
{
	uplink_cut(((struct check *)user)->uplink, "The server doesn't answer.");
}

static void up(void *user, const char *jid, bool has_acks)
{
	struct check *check = user;
	const struct session_parts parts = {
		.address = check->account->address,
		.has_acks = has_acks,
		.context = check->context,
		.send = send_bytes,
		.stalled = stalled,
		.user = check,
	};

	(void)jid;
	if (!check->account->password) {
		end(check, NULL);
		return;
	}
	check->session = session_new(&parts);
	check->keys = keys_new(check->session, check->account->address);
	keys_list(check->keys, check->account->address, listed, check);
}

static void took(void *user, const struct stanza *stanza)
{
	struct check *check = user;
	uint64_t token;

	if (!session_take(check->session, stanza, &token))
		session_stored(check->session, token);
}

static void drained(void *user)
{
	session_drained(((struct check *)user)->session);
}

static void changed(void *user, enum transport_state state, const GError *error)
{
	if (state == TRANSPORT_OFFLINE || state == TRANSPORT_FAILED)
		end(user, error);
}

static const struct uplink_listener listener = {
	.up = up,
	.stanza = took,
	.drained = drained,
	.state = changed,
};

/* The user's patience may end it while the server says nothing. */
static gboolean look_at_patience(void *user)
{
	struct check *check = user;
	g_autoptr(GError) over = NULL;

	if (!check->is_over && patience_is_over(check->patience, &over)) {
		end(check, over);
		uplink_cut(check->uplink, over->message);
	}
	return G_SOURCE_CONTINUE;
}

static void wait_for_end(struct check *check)
{
	GSource *step = g_timeout_source_new(PATIENCE_STEP_MS);

	g_source_set_callback(step, look_at_patience, check, NULL);
	g_source_attach(step, check->context);
	while (!check->is_over)
		g_main_context_iteration(check->context, TRUE);
	g_source_destroy(step);
	g_source_unref(step);
}

gboolean xmpp_check(const struct account *account, const struct patience *patience,
		    struct certificate **refused, GError **error)
{
	struct check check = { .account = account, .patience = patience,
			       .context = g_main_context_new() };

	check.uplink = uplink_new(account, &listener, &check);
	if (account->password)
		uplink_start(check.uplink, check.context, false);
	else
		uplink_look(check.uplink, check.context);
	wait_for_end(&check);
	*refused = certificate_copy(uplink_refused(check.uplink));
	uplink_stop(check.uplink);
	session_free(check.session);
	keys_free(check.keys);
	uplink_free(check.uplink);
	g_main_context_unref(check.context);
	if (!check.error)
		return TRUE;
	g_propagate_error(error, check.error);
	return FALSE;
}
