/*
 * What an HTTPS server answers to a get or a put of ours, over a real connection; and, where the
 * input begins as a stanza does, what an upload service says.
 *
 * The first byte says what is asked: a put (1), whose body is read first (2); a get from byte 40 on
 * (4); of at most 100 bytes (8). The rest is the answer.
 */
#include <gio/gio.h>
#include <stdint.h>
#include <string.h>
#include "core/base/error.h"
#include "core/transport/xmpp/upload/xmpp_http.h"
#include "core/transport/xmpp/upload/xmpp_slot.h"
#include "core/xml/stanza.h"
#include "tests/support/fuzz_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* The sanitizer's look for leaks fails beside the threads of GIO. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

enum { IS_PUT = 1, READS_BODY = 2, FROM = 4, IS_SMALL = 8 };
enum { BODY_BYTES = 3000, HEAD_MAX = 65536, RUNS = 64 /* of one session */ };

/* Of nobody but this program. */
static const char certificate_pem[] =
	"-----BEGIN PRIVATE KEY-----\n"
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0yqNoEFM8P35DVdp\n"
	"5m+6NO04TCacFVpAaOr0Yz4cUSGhRANCAAT+cjU+LEZhN6NzQvKkMDSUc+0UhqTS\n"
	"cDx7M96r2hCdLg1f/izAThymPkKXB+ccwT2YH7KGjgw8j9ZD+VPkzYHx\n"
	"-----END PRIVATE KEY-----\n"
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBgDCCASWgAwIBAgIUI+zyWafeUtnXuQYI+OTXmWtwX2UwCgYIKoZIzj0EAwIw\n"
	"FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODIwNDE1N1oYDzIxMjYxMTA0\n"
	"MjA0MTU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
	"PQMBBwNCAAT+cjU+LEZhN6NzQvKkMDSUc+0UhqTScDx7M96r2hCdLg1f/izAThym\n"
	"PkKXB+ccwT2YH7KGjgw8j9ZD+VPkzYHxo1MwUTAdBgNVHQ4EFgQUdeR+dFscr9nL\n"
	"j/nxk/eWErI4CWEwHwYDVR0jBBgwFoAUdeR+dFscr9nLj/nxk/eWErI4CWEwDwYD\n"
	"VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAiYE1QBVs9n7o4NqMbN9b\n"
	"vWgN2bcEh8aY3ciR03dreC4CIQCqE3UNffd7lVWQwbWAsCipOPOM6Engmv36Qac7\n"
	"trZONg==\n"
	"-----END CERTIFICATE-----\n";

/* -- the server, on a thread ------------------------------------------------------------------ */

static struct {
	GMutex lock;
	GBytes *answer;
	bool reads_body;
	GSocketListener *listener;
	GTlsCertificate *certificate;
	guint16 port;
} server;

static bool has_all(const char *head, gsize bytes, bool reads_body)
{
	const char *end = g_strstr_len(head, (gssize)bytes, "\r\n\r\n");
	gsize body = end ? bytes - (gsize)(end + 4 - head) : 0;

	return end && (!reads_body || body >= BODY_BYTES);
}

static void answer(GIOStream *stream)
{
	static char head[HEAD_MAX];
	gsize bytes = 0;
	gssize got;
	g_autoptr(GBytes) bytes_out = NULL;
	bool reads_body;

	g_mutex_lock(&server.lock);
	bytes_out = g_bytes_ref(server.answer);
	reads_body = server.reads_body;
	g_mutex_unlock(&server.lock);
	while (!has_all(head, bytes, reads_body) && bytes < sizeof(head)) {
		got = g_input_stream_read(g_io_stream_get_input_stream(stream), head + bytes,
					  sizeof(head) - bytes, NULL, NULL);
		if (got <= 0)
			return;
		bytes += (gsize)got;
	}
	if (!g_output_stream_write_all(g_io_stream_get_output_stream(stream),
				       g_bytes_get_data(bytes_out, NULL),
				       g_bytes_get_size(bytes_out), NULL, NULL, NULL))
		g_debug("it has heard enough");
}

static gpointer serve(gpointer data)
{
	for (;;) {
		g_autoptr(GSocketConnection) connection =
			g_socket_listener_accept(server.listener, NULL, NULL, NULL);
		g_autoptr(GIOStream) tls =
			connection ? g_tls_server_connection_new(G_IO_STREAM(connection),
								 server.certificate, NULL)
				   : NULL;

		if (!tls)
			return data;
		answer(tls);
		if (!g_io_stream_close(tls, NULL, NULL))
			g_debug("it is gone already");
	}
}

/* Of one authority, as the host's are read anew for each connection; the name doesn't fit. */
static void believe(void)
{
	const char *path = fuzz_put("ca.pem", (const uint8_t *)certificate_pem,
				    strlen(certificate_pem));
	g_autoptr(GTlsDatabase) database = g_tls_file_database_new(path, NULL);

	fuzz_must(database != NULL);
	g_tls_backend_set_default_database(g_tls_backend_get_default(), database);
}

static char *start(void)
{
	g_autoptr(GByteArray) der = NULL;

	server.certificate = g_tls_certificate_new_from_pem(certificate_pem, -1, NULL);
	server.listener = g_socket_listener_new();
	server.port = g_socket_listener_add_any_inet_port(server.listener, NULL, NULL);
	fuzz_must(server.certificate && server.port);
	believe();
	g_thread_unref(g_thread_new("server", serve, NULL));
	g_object_get(server.certificate, "certificate", &der, NULL);
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, der->data, der->len);
}

/* -- what we make of it ----------------------------------------------------------------------- */

struct side {
	unsigned ends;
	bool has_failed;
	int64_t took, gave;
};

static void done(void *user, const GError *error)
{
	struct side *side = user;

	side->ends++;
	side->has_failed = error != NULL;
	fuzz_must(!error || (error->domain == error_quark() && *error->message));
}

static gboolean took(void *user, const void *data, size_t bytes, GError **error)
{
	(void)data;
	(void)error;
	((struct side *)user)->took += (int64_t)bytes;
	return TRUE;
}

static GBytes *next(void *user, GError **error)
{
	struct side *side = user;

	(void)error;
	side->gave += 100;
	fuzz_must(side->gave <= BODY_BYTES);
	return g_bytes_new_take(g_strnfill(100, 'x'), 100);
}

/* One of them serves many runs: beginning to speak TLS takes long. */
static struct http *begin(GMainContext *context, const char *pin)
{
	static struct http *http;
	static unsigned runs;

	if (runs++ % RUNS == 0) {
		http_free(http);
		http = http_new(context, NULL, pin);
	}
	return http;
}

static void exchange(uint8_t how, const char *pin)
{
	static GMainContext *context;
	struct http_header header = { (char *)"Authorization", (char *)"Basic eA==" };
	g_autofree char *url = g_strdup_printf("https://127.0.0.1:%u/f", server.port);
	struct side side = { 0 };
	int64_t from = how & FROM ? 40 : 0, most = how & IS_SMALL ? 100 : 1 << 20;
	struct exchange *begun;
	struct http *http;

	if (!context) {
		context = g_main_context_new();
		g_main_context_push_thread_default(context);
	}
	http = begin(context, pin);
	if (how & IS_PUT)
		begun = http_put(http, url, &header, 1, BODY_BYTES, next, done, &side, NULL);
	else
		begun = http_get(http, url, from, most, took, done, &side, NULL);
	fuzz_must(begun != NULL);
	while (!side.ends)
		g_main_context_iteration(context, TRUE);
	fuzz_must(side.ends == 1 && side.took <= most - from);
	while (g_main_context_iteration(context, FALSE))
		;
	fuzz_must(side.ends == 1);
}

static void check_slot(const struct stanza *iq)
{
	struct upload_slot slot = { 0 };
	int64_t most = 0;

	fuzz_must(!upload_is_service(iq, &most) || most >= 0);
	if (!upload_read_slot(iq, &slot, NULL))
		return;
	fuzz_must(g_str_has_prefix(slot.put, "https://") && g_str_has_prefix(slot.get, "https://"));
	fuzz_must(slot.header_count <= UPLOAD_HEADERS_MAX);
	for (size_t i = 0; i < slot.header_count; i++) {
		fuzz_must(!strpbrk(slot.headers[i].name, "\r\n:"));
		fuzz_must(!strpbrk(slot.headers[i].value, "\r\n"));
		fuzz_must(strlen(slot.headers[i].value) <= UPLOAD_HEADER_BYTES);
	}
	upload_slot_clear(&slot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *pin;

	if (!size)
		return 0;
	if (data[0] == '<') {
		struct stanza *iq = stanza_decode_within("jabber:client", data, size, NULL);

		if (iq)
			check_slot(iq);
		stanza_free(iq);
		return 0;
	}
	if (!pin)
		pin = start();
	g_mutex_lock(&server.lock);
	g_clear_pointer(&server.answer, g_bytes_unref);
	server.answer = g_bytes_new(data + 1, size - 1);
	server.reads_body = (data[0] & IS_PUT) && (data[0] & READS_BODY);
	g_mutex_unlock(&server.lock);
	exchange(data[0], pin);
	return 0;
}
