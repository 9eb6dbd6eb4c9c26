#include "core/transport/xmpp/upload/xmpp_http.h"

#include <libsoup/soup.h>
#include <stdbool.h>
#include <string.h>
#include "core/base/error.h"
#include "core/transport/xmpp/upload/xmpp_body.h"

enum { PIECE_BYTES = 64 * 1024 };

struct http {
	SoupSession *session; /* NULL until it is needed */
	GMainContext *context;
	char *ca_file;
	char *pin;
	GTlsDatabase *authorities; /* of the file; NULL without one */
	GSList *exchanges;
};

struct exchange {
	struct http *http;
	SoupMessage *message;
	GInputStream *answer;
	GInputStream *body; /* of a put */
	GCancellable *cancel;
	int64_t from; /* of a get: bytes that aren't wanted again */
	int64_t skip; /* of the answer */
	int64_t at;
	int64_t end; /* where the answer has to end; 0: not said */
	int64_t most;
	transfer_next next;
	transfer_took took;
	http_done done; /* NULL once it was called, or never will be */
	void *user;
};

struct http *http_new(GMainContext *context, const char *ca_file, const char *pin)
{
	struct http *http = g_new0(struct http, 1);

	http->context = context ? g_main_context_ref(context) : NULL;
	http->ca_file = g_strdup(ca_file);
	http->pin = g_strdup(pin);
	return http;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	while (http->exchanges)
		http_cancel(http->exchanges->data);
	if (http->session)
		soup_session_abort(http->session);
	g_clear_object(&http->session);
	g_clear_object(&http->authorities);
	if (http->context)
		g_main_context_unref(http->context);
	g_free(http->ca_file);
	g_free(http->pin);
	g_free(http);
}

/* A session belongs to the thread's context; nothing of it says who we are, or goes elsewhere. */
static gboolean start(struct http *http, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (http->session)
		return TRUE;
	if (http->ca_file && !http->authorities) {
		if (!g_file_test(http->ca_file, G_FILE_TEST_IS_REGULAR)) {
			error_set(error, ERROR_IO,
				  "The file of authorities %s isn't a plain file.", http->ca_file);
			return FALSE;
		}
		http->authorities = g_tls_file_database_new(http->ca_file, &why);
		if (!http->authorities) {
			error_set(error, ERROR_IO, "The file of authorities %s can't be read: %s.",
				  http->ca_file, why->message);
			return FALSE;
		}
	}
	http->session = soup_session_new_with_options("timeout", HTTP_PATIENCE, "proxy-resolver",
						      NULL, "max-conns", 4, NULL);
	soup_session_remove_feature_by_type(http->session, SOUP_TYPE_CONTENT_DECODER);
	return TRUE;
}

/* -- the end ---------------------------------------------------------------------------------- */

static void exchange_free(struct exchange *exchange)
{
	if (exchange->message)
		g_signal_handlers_disconnect_by_data(exchange->message, exchange);
	/* An answer may come before all was asked for, and what sends it be behind. */
	if (exchange->body)
		body_end(exchange->body);
	g_clear_object(&exchange->body);
	g_clear_object(&exchange->message);
	g_clear_object(&exchange->answer);
	g_clear_object(&exchange->cancel);
	g_free(exchange);
}

/* The one way out: from a callback of ours, after which none is under way. */
static void exchange_end(struct exchange *exchange, const GError *error)
{
	http_done done = exchange->done;

	if (exchange->http)
		exchange->http->exchanges = g_slist_remove(exchange->http->exchanges, exchange);
	exchange->done = NULL;
	if (done)
		done(exchange->user, error);
	exchange_free(exchange);
}

/* The callback that is under way frees it. */
void http_cancel(struct exchange *exchange)
{
	exchange->done = NULL;
	if (exchange->http)
		exchange->http->exchanges = g_slist_remove(exchange->http->exchanges, exchange);
	exchange->http = NULL;
	g_cancellable_cancel(exchange->cancel);
}

static void fail(struct exchange *exchange, const GError *why)
{
	g_autoptr(GError) error = NULL;
	GTlsCertificateFlags flags =
		soup_message_get_tls_peer_certificate_errors(exchange->message);
	GUri *uri = soup_message_get_uri(exchange->message);

	if (why && g_error_matches(why, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
		error_set(&error, ERROR_TRUST,
			  "The certificate of %s, which keeps the file, can't be trusted (%#x).",
			  g_uri_get_host(uri), (unsigned)flags);
	else
		error_set(&error, ERROR_UNREACHABLE,
			  "%s, which keeps the file, can't be reached: %s.", g_uri_get_host(uri),
			  why ? why->message : "it doesn't answer");
	exchange_end(exchange, error);
}

/* -- asking ----------------------------------------------------------------------------------- */

static bool is_pinned(const char *pin, GTlsCertificate *certificate)
{
	g_autoptr(GByteArray) bytes = NULL;
	g_autofree char *digest = NULL;

	g_object_get(certificate, "certificate", &bytes, NULL);
	digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes->data, bytes->len);
	return pin && g_ascii_strcasecmp(digest, pin) == 0;
}

/* Good for the system's authorities it was not: is it for the account's? */
static gboolean judge_certificate(SoupMessage *message, GTlsCertificate *certificate,
				  GTlsCertificateFlags flags, gpointer user)
{
	const struct exchange *exchange = user;
	GUri *uri = soup_message_get_uri(message);
	g_autoptr(GSocketConnectable) host = NULL;

	(void)flags;
	if (exchange->http && is_pinned(exchange->http->pin, certificate))
		return TRUE;
	if (!exchange->http || !exchange->http->authorities)
		return FALSE;
	host = g_network_address_new(g_uri_get_host(uri), 443);
	return g_tls_database_verify_chain(exchange->http->authorities, certificate,
					   G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, host, NULL,
					   G_TLS_DATABASE_VERIFY_NONE, NULL, NULL) == 0;
}

static struct exchange *exchange_new(struct http *http, const char *method, const char *url,
				     http_done done, void *user, GError **error)
{
	struct exchange *exchange = g_new0(struct exchange, 1);

	if (g_str_has_prefix(url, "https://"))
		exchange->message = soup_message_new(method, url);
	if (!exchange->message)
		error_set(error, ERROR_FORMAT, "The file's place isn't an https address.");
	else if (start(http, error)) {
		exchange->http = http;
		exchange->cancel = g_cancellable_new();
		exchange->done = done;
		exchange->user = user;
		http->exchanges = g_slist_prepend(http->exchanges, exchange);
		soup_message_set_flags(exchange->message, SOUP_MESSAGE_NO_REDIRECT);
		g_signal_connect(exchange->message, "accept-certificate",
				 G_CALLBACK(judge_certificate), exchange);
		return exchange;
	}
	exchange_free(exchange);
	return NULL;
}

static void refuse_status(struct exchange *exchange)
{
	g_autoptr(GError) error = NULL;
	guint status = soup_message_get_status(exchange->message);
	GUri *uri = soup_message_get_uri(exchange->message);

	if (SOUP_STATUS_IS_REDIRECTION(status))
		error_set(&error, ERROR_POLICY, "%s points elsewhere for the file; nobody follows.",
			  g_uri_get_host(uri));
	else
		error_set(&error, status == 404 || status == 410 ? ERROR_UNAVAILABLE : ERROR_FAILED,
			  "%s, which keeps the file, answered %u (%s).", g_uri_get_host(uri),
			  status, soup_status_get_phrase(status));
	exchange_end(exchange, error);
}

/* -- putting ---------------------------------------------------------------------------------- */

static void put_answered(GObject *session, GAsyncResult *result, gpointer user)
{
	struct exchange *exchange = user;
	g_autoptr(GError) why = NULL;
	g_autoptr(GInputStream) answer =
		soup_session_send_finish(SOUP_SESSION(session), result, &why);

	if (!answer)
		fail(exchange, why);
	else if (!SOUP_STATUS_IS_SUCCESSFUL(soup_message_get_status(exchange->message)))
		refuse_status(exchange);
	else
		exchange_end(exchange, NULL);
}

/* Whoever has cancelled isn't asked any more. */
static GBytes *next_piece(void *user, GError **error)
{
	struct exchange *exchange = user;

	if (exchange->done)
		return exchange->next(exchange->user, error);
	error_set(error, ERROR_FAILED, "It was cancelled.");
	return NULL;
}

struct exchange *http_put(struct http *http, const char *url, const struct http_header *headers,
			  size_t count, int64_t bytes, transfer_next next, http_done done,
			  void *user, GError **error)
{
	struct exchange *exchange = exchange_new(http, "PUT", url, done, user, error);

	if (!exchange)
		return NULL;
	exchange->next = next;
	exchange->body = body_new(bytes, next_piece, exchange);
	for (size_t i = 0; i < count; i++)
		soup_message_headers_append(
			soup_message_get_request_headers(exchange->message), headers[i].name,
			headers[i].value);
	soup_message_set_request_body(exchange->message, "application/octet-stream",
				      exchange->body, bytes);
	soup_session_send_async(http->session, exchange->message, G_PRIORITY_DEFAULT,
				exchange->cancel, put_answered, exchange);
	return exchange;
}

/* -- getting ---------------------------------------------------------------------------------- */

static void read_more(struct exchange *exchange);

static gboolean take(struct exchange *exchange, GBytes *piece, GError **error)
{
	gsize bytes;
	const char *data = g_bytes_get_data(piece, &bytes);
	gsize skip = (gsize)MIN(exchange->skip, (int64_t)bytes);

	exchange->at += (int64_t)bytes;
	exchange->skip -= (int64_t)skip;
	if (exchange->at > exchange->most) {
		error_set(error, ERROR_LIMIT, "The file is larger than was said, or is allowed.");
		return FALSE;
	}
	return bytes == skip || exchange->took(exchange->user, data + skip, bytes - skip, error);
}

/* A connection that was cut looks like an end. */
static void check_end(struct exchange *exchange)
{
	g_autoptr(GError) error = NULL;

	if (exchange->at < exchange->end)
		error_set(&error, ERROR_UNREACHABLE, "%s, which keeps the file, broke off.",
			  g_uri_get_host(soup_message_get_uri(exchange->message)));
	exchange_end(exchange, error);
}

static void have_read(GObject *stream, GAsyncResult *result, gpointer user)
{
	struct exchange *exchange = user;
	g_autoptr(GError) why = NULL, error = NULL;
	g_autoptr(GBytes) piece =
		g_input_stream_read_bytes_finish(G_INPUT_STREAM(stream), result, &why);

	if (!piece || !exchange->done)
		fail(exchange, why);
	else if (g_bytes_get_size(piece) == 0)
		check_end(exchange);
	else if (!take(exchange, piece, &error))
		exchange_end(exchange, error);
	else if (!exchange->done)
		exchange_end(exchange, NULL);
	else
		read_more(exchange);
}

static void read_more(struct exchange *exchange)
{
	g_input_stream_read_bytes_async(exchange->answer, PIECE_BYTES, G_PRIORITY_DEFAULT,
					exchange->cancel, have_read, exchange);
}

/* Whether the answer's bytes go on where ours end: all of them, or those behind. */
static bool begins_right(struct exchange *exchange)
{
	SoupMessageHeaders *headers = soup_message_get_response_headers(exchange->message);
	guint status = soup_message_get_status(exchange->message);
	goffset from = 0, to = 0, total = 0;

	if (status == SOUP_STATUS_OK) {
		exchange->skip = exchange->from;
		return true;
	}
	if (status != SOUP_STATUS_PARTIAL_CONTENT ||
	    !soup_message_headers_get_content_range(headers, &from, &to, &total) ||
	    from != exchange->from)
		return false;
	exchange->at = from;
	return true;
}

static void get_answered(GObject *session, GAsyncResult *result, gpointer user)
{
	struct exchange *exchange = user;
	g_autoptr(GError) why = NULL, error = NULL;
	SoupMessageHeaders *headers;
	goffset said;

	exchange->answer = soup_session_send_finish(SOUP_SESSION(session), result, &why);
	if (!exchange->answer || !exchange->done) {
		fail(exchange, why);
		return;
	}
	if (!begins_right(exchange)) {
		refuse_status(exchange);
		return;
	}
	headers = soup_message_get_response_headers(exchange->message);
	said = soup_message_headers_get_content_length(headers);
	if (soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH)
		exchange->end = exchange->at + said;
	if (said > exchange->most - exchange->at) {
		error_set(&error, ERROR_LIMIT, "The file is larger than was said, or is allowed.");
		exchange_end(exchange, error);
		return;
	}
	read_more(exchange);
}

struct exchange *http_get(struct http *http, const char *url, int64_t from, int64_t most,
			  transfer_took took, http_done done, void *user, GError **error)
{
	struct exchange *exchange = exchange_new(http, "GET", url, done, user, error);

	if (!exchange)
		return NULL;
	exchange->from = from;
	exchange->most = most;
	exchange->took = took;
	if (from > 0)
		soup_message_headers_set_range(soup_message_get_request_headers(exchange->message),
					       from, -1);
	soup_session_send_async(http->session, exchange->message, G_PRIORITY_DEFAULT,
				exchange->cancel, get_answered, exchange);
	return exchange;
}
