/* xmpp: files. The upload service is looked for once a connection: the server itself, then what it
 * names. */
#include "core/transport/xmpp/xmpp_inside.h"

#include <string.h>
#include "core/base/crypto.h"
#include "core/base/error.h"
#include "core/model/account.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/transport/xmpp/upload/xmpp_slot.h"
#include "core/xml/stanza.h"

#define UPLOAD "urn:xmpp:http:upload:0"
#define INFO   "http://jabber.org/protocol/disco#info"
#define ITEMS  "http://jabber.org/protocol/disco#items"

enum { SERVICES_MAX = 32, NAME_RANDOM = 12 };

struct uploads {
	struct xmpp *xmpp;
	struct http *http;
	GSList *transfers;
	char *service; /* NULL: not looked for yet */
	int64_t most;
};

struct transfer {
	struct uploads *uploads;
	char *ending;
	char *url; /* where it is got from, or will be */
	int64_t bytes;
	int64_t from;
	transfer_next next;
	transfer_took took;
	transfer_done done; /* NULL: nobody waits any more */
	void *user;
	GSource *source;
	struct exchange *exchange;
	GPtrArray *services; /* still to be asked */
	bool is_asked;	     /* the session calls back */
};

struct uploads *uploads_new(struct xmpp *xmpp)
{
	struct uploads *uploads = g_new0(struct uploads, 1);

	uploads->xmpp = xmpp;
	return uploads;
}

void uploads_down(struct uploads *uploads)
{
	g_clear_pointer(&uploads->service, g_free);
}

/* -- the end ---------------------------------------------------------------------------------- */

static void transfer_free(struct transfer *transfer)
{
	g_clear_pointer(&transfer->services, g_ptr_array_unref);
	g_free(transfer->ending);
	g_free(transfer->url);
	g_free(transfer);
}

/* Let go of; freed once nobody calls back. */
static void transfer_leave(struct transfer *transfer)
{
	transfer->uploads->transfers = g_slist_remove(transfer->uploads->transfers, transfer);
	transfer->done = NULL;
	if (transfer->source) {
		g_source_destroy(transfer->source);
		g_clear_pointer(&transfer->source, g_source_unref);
	}
	if (transfer->exchange)
		http_cancel(g_steal_pointer(&transfer->exchange));
	if (!transfer->is_asked)
		transfer_free(transfer);
}

static void transfer_end(struct transfer *transfer, const GError *error)
{
	transfer_done done = transfer->done;
	g_autofree char *url = g_strdup(transfer->url);
	void *user = transfer->user;

	transfer_leave(transfer);
	done(user, error ? NULL : url, error);
}

void uploads_stop(struct uploads *uploads, const GError *error)
{
	while (uploads->transfers)
		transfer_end(uploads->transfers->data, error);
	g_clear_pointer(&uploads->http, http_free);
}

void uploads_free(struct uploads *uploads)
{
	g_autoptr(GError) error = NULL;

	error_set_plain(&error, ERROR_UNREACHABLE);
	uploads_stop(uploads, error);
	g_free(uploads->service);
	g_free(uploads);
}

static struct http *http_of(struct uploads *uploads)
{
	if (!uploads->http)
		uploads->http = http_new(uploads->xmpp->context, uploads->xmpp->account->ca_file,
					 uploads->xmpp->account->pin);
	return uploads->http;
}

static void exchanged(void *user, const GError *error)
{
	struct transfer *transfer = user;

	transfer->exchange = NULL;
	transfer_end(transfer, error);
}

static GBytes *next_piece(void *user, GError **error)
{
	struct transfer *transfer = user;

	return transfer->next(transfer->user, error);
}

static gboolean took_piece(void *user, const void *data, size_t bytes, GError **error)
{
	struct transfer *transfer = user;

	return transfer->took(transfer->user, data, bytes, error);
}

/* -- a place ---------------------------------------------------------------------------------- */

static void fail(struct transfer *transfer, enum error code, const char *sentence)
{
	g_autoptr(GError) error = NULL;

	error_set(&error, code, "%s", sentence);
	transfer_end(transfer, error);
}

/* Whether the answer is worth a look; else the transfer has ended, or nobody waits for it. */
static bool is_answer(struct transfer *transfer, const struct stanza *iq)
{
	transfer->is_asked = false;
	if (!transfer->done) {
		transfer_free(transfer);
		return false;
	}
	if (!iq)
		fail(transfer, ERROR_UNREACHABLE, "The connection ended before the file was sent.");
	return iq != NULL;
}

static void ask(struct transfer *transfer, const char *to, const char *payload,
		session_answered answered)
{
	struct xmpp *xmpp = transfer->uploads->xmpp;

	if (!xmpp->session) {
		fail(transfer, ERROR_UNREACHABLE, "There is no connection to the server.");
		return;
	}
	transfer->is_asked = true;
	session_ask(xmpp->session, "get", to, payload, answered, transfer);
}

static void have_slot(void *user, const struct stanza *iq)
{
	struct transfer *transfer = user;
	struct upload_slot slot;
	g_autoptr(GError) error = NULL;

	if (!is_answer(transfer, iq))
		return;
	if (g_strcmp0(stanza_get(iq, "type"), "result") != 0) {
		g_autofree char *text = g_strdup_printf(
			"The server gives no place for the file (%s).", session_condition(iq));

		fail(transfer, ERROR_FAILED, text);
		return;
	}
	if (!upload_read_slot(iq, &slot, &error)) {
		transfer_end(transfer, error);
		return;
	}
	transfer->url = g_strdup(slot.get);
	transfer->exchange = http_put(http_of(transfer->uploads), slot.put, slot.headers,
				      slot.header_count, transfer->bytes, next_piece,
				      exchanged, transfer, &error);
	upload_slot_clear(&slot);
	if (!transfer->exchange)
		transfer_end(transfer, error);
}

/* The name says nothing but what the other side's client needs to show it. */
static void ask_slot(struct transfer *transfer)
{
	const struct uploads *uploads = transfer->uploads;
	uint8_t random[NAME_RANDOM];
	char name[2 * NAME_RANDOM + 1];
	g_autofree char *payload = NULL, *most = NULL;

	if (uploads->most && transfer->bytes > uploads->most) {
		most = g_strdup_printf("The server takes files of at most %" G_GINT64_FORMAT
				       " bytes; this one has more.",
				       uploads->most);
		fail(transfer, ERROR_LIMIT, most);
		return;
	}
	crypto_random(random, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		g_snprintf(name + 2 * i, 3, "%02x", random[i]);
	payload = g_markup_printf_escaped(
		"<request xmlns='" UPLOAD "' filename='%s%s' size='%" G_GINT64_FORMAT
		"' content-type='application/octet-stream'/>",
		name, transfer->ending, transfer->bytes);
	ask(transfer, uploads->service, payload, have_slot);
}

/* -- the service ------------------------------------------------------------------------------ */

static void ask_next(struct transfer *transfer);

static void have_info(void *user, const struct stanza *iq)
{
	struct transfer *transfer = user;
	struct uploads *uploads = transfer->uploads;
	const char *service;
	int64_t most;

	if (!is_answer(transfer, iq))
		return;
	service = transfer->services->pdata[0];
	if (g_strcmp0(stanza_get(iq, "type"), "result") == 0 && upload_is_service(iq, &most)) {
		g_free(uploads->service);
		uploads->service = g_strdup(service);
		uploads->most = most;
		ask_slot(transfer);
		return;
	}
	g_ptr_array_remove_index(transfer->services, 0);
	ask_next(transfer);
}

static void ask_next(struct transfer *transfer)
{
	if (transfer->services->len)
		ask(transfer, transfer->services->pdata[0], "<query xmlns='" INFO "'/>", have_info);
	else
		fail(transfer, ERROR_UNAVAILABLE,
		     "Your server has no place for files (XEP-0363), so none can be sent.");
}

static void have_items(void *user, const struct stanza *iq)
{
	struct transfer *transfer = user;
	const struct stanza *query;

	if (!is_answer(transfer, iq))
		return;
	query = stanza_child(iq, "query", ITEMS);
	for (const struct stanza *at = query ? stanza_first(query) : NULL; at;
	     at = stanza_next(at)) {
		const char *jid = stanza_get(at, "jid");

		if (jid && transfer->services->len < SERVICES_MAX)
			g_ptr_array_add(transfer->services, g_strdup(jid));
	}
	ask_next(transfer);
}

static void find_service(struct transfer *transfer)
{
	const char *address = transfer->uploads->xmpp->account->address;
	const char *domain = strchr(address, '@');

	domain = domain ? domain + 1 : address;
	transfer->services = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(transfer->services, g_strdup(domain));
	ask(transfer, domain, "<query xmlns='" ITEMS "'/>", have_items);
}

/* -- the port --------------------------------------------------------------------------------- */

static void begin_get(struct transfer *transfer)
{
	g_autoptr(GError) error = NULL;

	transfer->exchange = http_get(http_of(transfer->uploads), transfer->url, transfer->from,
				      transfer->bytes, took_piece, exchanged, transfer, &error);
	if (!transfer->exchange)
		transfer_end(transfer, error);
}

static gboolean begin(void *user)
{
	struct transfer *transfer = user;

	g_clear_pointer(&transfer->source, g_source_unref);
	if (transfer->took)
		begin_get(transfer);
	else if (transfer->uploads->service)
		ask_slot(transfer);
	else
		find_service(transfer);
	return G_SOURCE_REMOVE;
}

/* Not at once: whoever asked has to have the transfer first. */
static struct transfer *transfer_new(struct transport *transport, int64_t bytes,
				     transfer_done done, void *user)
{
	struct xmpp *xmpp = (struct xmpp *)transport;
	struct transfer *transfer = g_new0(struct transfer, 1);

	transfer->uploads = xmpp->uploads;
	transfer->bytes = bytes;
	transfer->done = done;
	transfer->user = user;
	xmpp->uploads->transfers = g_slist_prepend(xmpp->uploads->transfers, transfer);
	transfer->source = g_idle_source_new();
	g_source_set_callback(transfer->source, begin, transfer, NULL);
	g_source_attach(transfer->source, xmpp->context);
	return transfer;
}

static struct transfer *put(struct transport *transport, const char *ending, int64_t bytes,
			    transfer_next next, transfer_done done, void *user)
{
	struct transfer *transfer = transfer_new(transport, bytes, done, user);

	transfer->ending = g_strdup(ending);
	transfer->next = next;
	return transfer;
}

static struct transfer *get(struct transport *transport, const char *url, int64_t from,
			    int64_t most, transfer_took took, transfer_done done, void *user)
{
	struct transfer *transfer = transfer_new(transport, most, done, user);

	transfer->url = g_strdup(url);
	transfer->from = from;
	transfer->took = took;
	return transfer;
}

static void cancel(struct transport *transport, struct transfer *transfer)
{
	(void)transport;
	transfer_leave(transfer);
}

const struct transport_files xmpp_files_port = { .put = put, .get = get, .cancel = cancel };
