/* xmpp_wire, the thread: the one place where libstrophe is. */
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strophe.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/base/stack.h"
#include "core/transport/xmpp/stream/xmpp_resolve.h"
#include "core/transport/xmpp/stream/xmpp_wire_inside.h"
#include "core/transport/xmpp/stream/xmpp_wire_tls.h"

/* Where our own words stand in the log. */
#define DOUBT "certificate"

enum {
	RUNS = 6,	     /* a TLS record is up to 16 KiB, and libstrophe reads 4 KiB a time */
	PATIENCE_MS = 10000, /* for one address to answer to SYN */
	KEEPALIVE_STEP_S = 20,
	KEEPALIVE_TRIES = 3,
};

/* What only this thread touches. */
struct thread {
	struct wire *wire;
	xmpp_ctx_t *strophe;
	xmpp_conn_t *connection;
	char *complaint;       /* what is wrong with the certificate; NULL: nothing */
	struct certificate *shown; /* one that wasn't believed */
	unsigned allocations;  /* since the last stanza */
	uint64_t bytes_before; /* received up to the last stanza */
	bool is_direct;	       /* TLS from the first byte, at the address being tried */
	bool has_more;	       /* there is another address to try */
	bool is_up;
	bool is_down;
	bool is_open;	/* the server has begun its stream */
	bool is_mute;	/* it ended before that: TLS from the first byte is tried, */
	bool is_anew;	/* and that is this connection */
	bool is_broken; /* what came isn't XML */
	bool has_stanza;
};

/* The first reason counts; one that the core thread gave is the best. */
static void down(struct thread *thread, enum error code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static void down(struct thread *thread, enum error code, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	GError *error = NULL;
	va_list args;

	if (thread->is_down)
		return;
	thread->is_down = true;
	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&thread->wire->lock);
	if (thread->wire->cut)
		error_set(&error, ERROR_UNREACHABLE, "%s", thread->wire->cut);
	else
		error_set(&error, code, "%s", sentence);
	g_mutex_unlock(&thread->wire->lock);
	wire_tell_down(thread->wire, g_steal_pointer(&thread->shown), error);
}

/* Where somebody named a place, but not how it is spoken to there. */
static bool may_be_direct(const struct thread *thread)
{
	return thread->wire->host && !thread->is_direct && !thread->is_open;
}

/* -- what libstrophe asks for ----------------------------------------------------------------- */

static void *take_memory(size_t bytes, void *user)
{
	struct thread *thread = user;

	thread->allocations++;
	return plain_new(bytes);
}

static void give_memory(void *memory, void *user)
{
	(void)user;
	plain_free(memory);
}

static void *change_memory(void *memory, size_t bytes, void *user)
{
	void *fresh = take_memory(bytes, user);

	if (memory)
		memcpy(fresh, memory, MIN(bytes, plain_size(memory)));
	plain_free(memory);
	return fresh;
}

/* The first complaint is the one about what comes first in the chain. */
static void complain(struct thread *thread, const char *text, size_t bytes)
{
	if (!thread->complaint)
		thread->complaint = g_strndup(text, bytes);
}

/* What libstrophe says nowhere else: what is wrong with XML, and, once more, with a certificate. */
static void hear(void *user, xmpp_log_level_t level, const char *area, const char *text)
{
	static const char mark[] = "FAILED, result=";
	struct thread *thread = user;
	const char *result = strcmp(area, "tls") == 0 ? strstr(text, mark) : NULL;

	(void)level;
	if (strcmp(area, DOUBT) == 0)
		complain(thread, text, strlen(text));
	if (strcmp(area, "xmpp") == 0 && g_str_has_prefix(text, "parse error"))
		thread->is_broken = true;
	if (!result)
		return;
	result += strlen(mark);
	complain(thread, result, strcspn(result, "("));
}

/*
 * The handshake goes on, so that there is a certificate to look at; what is said over it waits for
 * secure(). libstrophe gives neither a user's pointer nor the connection here: its log leads back.
 */
static int meet_doubt(const xmpp_tlscert_t *shown, const char *complaint)
{
	xmpp_ctx_t *strophe = xmpp_tlscert_get_ctx(shown);

	if (!strophe)
		return 0;
	G_GNUC_BEGIN_IGNORE_DEPRECATIONS
	xmpp_error(strophe, DOUBT, "%s", complaint && *complaint ? complaint : "unknown");
	G_GNUC_END_IGNORE_DEPRECATIONS
	return 1;
}

/*
 * libstrophe hands a new socket to a function without a user's pointer: the name that the
 * connection was given leads back. Nothing but the part before the slash is ever sent.
 */
static int meet_socket(xmpp_conn_t *connection, void *data)
{
	const char *slash = strrchr(xmpp_conn_get_jid(connection), '/');
	const int on = 1, idle = WIRE_KEEPALIVE_S, step = KEEPALIVE_STEP_S, tries = KEEPALIVE_TRIES;
	int fd = *(int *)data;
	void *pointer = NULL;
	struct thread *thread;

	if (!slash || sscanf(slash + 1, "%p", &pointer) != 1)
		return -1;
	thread = pointer;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return -1;
	/* Without these it works too, only later. */
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)!setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &step, sizeof(step));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof(tries));
	g_mutex_lock(&thread->wire->lock);
	if (thread->wire->socket >= 0)
		close(thread->wire->socket);
	thread->wire->socket = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	g_mutex_unlock(&thread->wire->lock);
	return 0;
}

static int take_stanza(xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *user)
{
	struct thread *thread = user;
	char *text = NULL;
	size_t bytes = 0;

	(void)connection;
	if (xmpp_stanza_to_text(stanza, &text, &bytes) == XMPP_EOK)
		wire_tell(thread->wire, WIRE_STANZA, g_bytes_new(text, bytes));
	xmpp_free(thread->strophe, text);
	thread->has_stanza = true;
	thread->allocations = 0;
	return 1;
}

static bool secure(struct thread *thread)
{
	const struct wire *wire = thread->wire;
	g_autoptr(GError) error = NULL;

	if (xmpp_conn_tls_start(thread->connection) != XMPP_EOK) {
		/* Something else may listen there. */
		if (thread->is_direct && thread->has_more)
			return false;
		if (thread->is_anew)
			down(thread, ERROR_UNREACHABLE, "%s closed the connection.", wire->domain);
		else
			down(thread, ERROR_UNREACHABLE,
			     "No encryption could be agreed on with %s.", wire->domain);
		return false;
	}
	if (wire_believes(thread->connection, wire->domain, wire->pin, thread->complaint,
			  &thread->shown, &error))
		return true;
	down(thread, ERROR_TRUST, "%s", error->message);
	return false;
}

static void take_change(xmpp_conn_t *connection, xmpp_conn_event_t event, int problem,
			xmpp_stream_error_t *stream_error, void *user)
{
	struct thread *thread = user;

	(void)problem;
	switch (event) {
	case XMPP_CONN_RAW_CONNECT:
		thread->is_up = !thread->is_direct || secure(thread);
		if (thread->is_up)
			wire_tell(thread->wire, thread->is_direct ? WIRE_SECURED : WIRE_UP, NULL);
		break;
	case XMPP_CONN_CONNECT:
		thread->is_open = true;
		xmpp_handler_delete(connection, take_stanza);
		xmpp_handler_add(connection, take_stanza, NULL, NULL, NULL, thread);
		wire_tell(thread->wire, WIRE_OPENED, NULL);
		break;
	case XMPP_CONN_DISCONNECT:
	case XMPP_CONN_FAIL:
		if (thread->is_up && may_be_direct(thread))
			thread->is_mute = true;
		else if (thread->is_up)
			down(thread, ERROR_UNREACHABLE, "%s closed the connection%s%s.",
			     thread->wire->domain, stream_error && stream_error->text ? ": " : "",
			     stream_error && stream_error->text ? stream_error->text : "");
		break;
	}
}

/* -- the thread ------------------------------------------------------------------------------- */

static void perform(struct thread *thread, const struct wire_request *request)
{
	gsize bytes = 0;
	const char *data;
	char *text;

	switch (request->ask) {
	case ASK_OPEN:
		xmpp_conn_open_stream_default(thread->connection);
		break;
	case ASK_SECURE:
		if (secure(thread))
			wire_tell(thread->wire, WIRE_SECURED, NULL);
		break;
	case ASK_SEND:
		/* It looks for the end of the text, although it is told the length. */
		data = g_bytes_get_data(request->bytes, &bytes);
		text = plain_ndup(data, bytes);
		xmpp_send_raw(thread->connection, text, bytes);
		plain_free(text);
		break;
	case ASK_CLOSE:
		if (xmpp_conn_is_connected(thread->connection)) {
			xmpp_send_raw_string(thread->connection, "</stream:stream>");
			xmpp_run_once(thread->strophe, 0);
		}
		down(thread, ERROR_UNREACHABLE, "The connection was closed.");
		break;
	}
}

/*
 * How much has been received and read, ever. What waits is asked for first: the other way round,
 * bytes that come in between would make it less than nothing.
 */
static uint64_t bytes_read(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);
	int waiting = 0;

	if (ioctl(fd, FIONREAD, &waiting) != 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
	    info.tcpi_bytes_received < (uint64_t)waiting)
		return 0;
	return info.tcpi_bytes_received - (uint64_t)waiting;
}

static void check_bounds(struct thread *thread, int fd)
{
	uint64_t bytes = bytes_read(fd);

	if (thread->has_stanza)
		thread->bytes_before = MAX(bytes, thread->bytes_before);
	thread->has_stanza = false;
	if (thread->allocations > WIRE_ALLOCATIONS_MAX ||
	    bytes > thread->bytes_before + WIRE_BYTES_MAX)
		down(thread, ERROR_LIMIT, "%s sent something larger than sotto takes in.",
		     thread->wire->domain);
	else if (thread->is_broken && may_be_direct(thread))
		thread->is_mute = true;
	else if (thread->is_broken)
		down(thread, ERROR_FORMAT, "%s sent something that isn't XML.",
		     thread->wire->domain);
}

static void run_strophe(struct thread *thread, int fd)
{
	const int on = 1;

	for (int i = 0; i < RUNS && !thread->is_down && !thread->is_mute; i++) {
		xmpp_run_once(thread->strophe, 0);
		check_bounds(thread, fd);
	}
	/*
	 * A server that holds back the rest until what it wrote is acknowledged (Nagle's algorithm)
	 * waits 40 ms for that, for every page of an archive; it has to be said anew each time.
	 */
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

static bool take_requests(struct thread *thread)
{
	struct wire_request *request;
	bool has_any = false;
	uint64_t count;

	if (read(thread->wire->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return false;
	while (!thread->is_down && (request = g_async_queue_try_pop(thread->wire->requests))) {
		perform(thread, request);
		wire_request_free(request);
		has_any = true;
	}
	return has_any;
}

static int own_socket(struct thread *thread)
{
	int fd;

	g_mutex_lock(&thread->wire->lock);
	fd = thread->wire->socket;
	g_mutex_unlock(&thread->wire->lock);
	return fd;
}

static bool is_cut(struct thread *thread)
{
	bool is;

	g_mutex_lock(&thread->wire->lock);
	is = thread->wire->cut != NULL;
	g_mutex_unlock(&thread->wire->lock);
	return is;
}

/* While the core thread is behind, the server is made to wait too. */
static void serve(struct thread *thread)
{
	int fd = own_socket(thread);

	while (!thread->is_down && !thread->is_mute) {
		bool is_full = g_async_queue_length(thread->wire->events) > WIRE_WAITING_MAX;
		struct pollfd polled[2] = { { .fd = thread->wire->wake, .events = POLLIN },
					    { .fd = is_full ? -1 : fd, .events = POLLIN } };

		if (!xmpp_conn_is_connected(thread->connection) ||
		    xmpp_conn_send_queue_len(thread->connection) > 0)
			polled[1].events |= POLLOUT;
		if (poll(polled, 2, WIRE_TICK_MS) < 0 && errno != EINTR)
			break;
		if (is_cut(thread))
			break;
		take_requests(thread);
		if (!is_full && !thread->is_down && !thread->is_mute)
			run_strophe(thread, fd);
	}
}

/* One address after the other, until one lets us in. */
static bool connect_to(struct thread *thread, const struct resolve_address *address)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * 1000;

	if (xmpp_connect_raw(thread->connection, address->host, address->port, take_change,
			     thread) != XMPP_EOK)
		return false;
	while (!thread->is_down && !thread->is_up && !is_cut(thread) &&
	       xmpp_conn_is_connecting(thread->connection) && g_get_monotonic_time() < deadline) {
		struct pollfd polled[2] = { { .fd = thread->wire->wake, .events = POLLIN },
					    { .fd = own_socket(thread), .events = POLLOUT } };

		poll(polled, 2, WIRE_TICK_MS);
		xmpp_run_once(thread->strophe, 0);
	}
	return thread->is_up;
}

static void make_connection(struct thread *thread)
{
	g_autofree char *name = g_strdup_printf("%s/%p", thread->wire->domain, (void *)thread);

	thread->connection = xmpp_conn_new(thread->strophe);
	xmpp_conn_set_jid(thread->connection, name);
	xmpp_conn_set_flags(thread->connection,
			    XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM);
	xmpp_conn_set_sockopt_callback(thread->connection, meet_socket);
	xmpp_conn_set_certfail_handler(thread->connection, meet_doubt);
	g_clear_pointer(&thread->complaint, g_free);
	if (thread->wire->ca_file)
		xmpp_conn_set_cafile(thread->connection, thread->wire->ca_file);
}

static void drop_connection(struct thread *thread)
{
	int fd = own_socket(thread);

	thread->is_down = true;
	/* Else a silent server could hold TLS's goodbye for seconds. */
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	g_clear_pointer(&thread->connection, xmpp_conn_release);
}

/* The library would wait for ever for somebody to write into a FIFO. */
static bool can_read_authorities(const struct wire *wire, GError **error)
{
	if (!wire->ca_file || g_file_test(wire->ca_file, G_FILE_TEST_IS_REGULAR))
		return true;
	error_set(error, ERROR_IO, "The file of authorities %s isn't a plain file.", wire->ca_file);
	return false;
}

static bool find_and_connect(struct thread *thread, uint16_t port, bool is_direct, GError **error)
{
	const struct wire *wire = thread->wire;
	g_autoptr(GPtrArray) addresses = NULL;

	if (!can_read_authorities(wire, error))
		return false;
	addresses = resolve_find(wire->domain, wire->host, port, is_direct, error);
	for (guint i = 0; addresses && i < addresses->len && !is_cut(thread); i++) {
		const struct resolve_address *address =
			addresses->pdata[(i + wire->first) % addresses->len];

		thread->is_direct = address->is_direct;
		thread->has_more = i + 1 < addresses->len;
		make_connection(thread);
		if (connect_to(thread, address))
			return true;
		if (thread->is_down)
			return false;
		drop_connection(thread);
		thread->is_down = false;
	}
	return false;
}

/*
 * A port that speaks TLS from the first byte takes an XMPP stream for nonsense, and ends: once
 * more, in its way. No less is asked of the certificate there.
 */
static bool connect_anew(struct thread *thread, GError **error)
{
	struct wire_request *request;
	uint16_t port = thread->wire->port;

	drop_connection(thread);
	thread->is_down = thread->is_up = thread->is_mute = thread->is_broken = false;
	thread->has_stanza = false;
	thread->is_anew = true;
	thread->bytes_before = thread->allocations = 0;
	/* What was asked for was for the former connection. */
	while ((request = g_async_queue_try_pop(thread->wire->requests)))
		wire_request_free(request);
	return find_and_connect(thread, port ? port : RESOLVE_PORT, true, error);
}

/* All of it; the thread's stack is kept for another one then. */
static void run(struct wire *wire)
{
	struct thread thread = { .wire = wire };
	const xmpp_mem_t memory = { take_memory, give_memory, change_memory, &thread };
	const xmpp_log_t log = { hear, &thread };
	g_autoptr(GError) error = NULL;

	xmpp_initialize();
	thread.strophe = xmpp_ctx_new(&memory, &log);
	if (find_and_connect(&thread, thread.wire->port, thread.wire->is_direct, &error))
		serve(&thread);
	if (thread.is_mute && !is_cut(&thread) && connect_anew(&thread, &error))
		serve(&thread);
	if (error)
		down(&thread, ERROR_UNREACHABLE, "%s", error->message);
	else
		down(&thread, ERROR_UNREACHABLE,
		     "The server of %s doesn't answer%s%s; is the network up?",
		     thread.wire->domain, thread.wire->host ? " at " : "",
		     thread.wire->host ? thread.wire->host : "");
	if (thread.connection)
		drop_connection(&thread);
	xmpp_ctx_free(thread.strophe);
	g_free(thread.complaint);
	certificate_free(thread.shown);
}

void *wire_run(void *user)
{
	struct wire *wire = user;

	run(wire);
	stack_wipe_all();
	g_mutex_lock(&wire->lock);
	wire->is_ended = true;
	g_cond_broadcast(&wire->ended);
	g_mutex_unlock(&wire->lock);
	wire_unref(wire);
	return NULL;
}
