#include "core/transport/xmpp_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strophe.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/error.h"
#include "core/secret.h"
#include "core/transport/xmpp_resolve.h"

enum {
	RUNS = 6,	     /* a TLS record is up to 16 KiB, and libstrophe reads 4 KiB a time */
	PATIENCE_MS = 10000, /* for one address to answer to SYN */
	KEEPALIVE_STEP_S = 20,
	KEEPALIVE_TRIES = 3,
};

enum ask { ASK_OPEN, ASK_SECURE, ASK_SEND, ASK_CLOSE };

struct request {
	enum ask ask;
	GBytes *bytes;
};

/* Held by two: the core thread and its own. Marked [core] or [own]: who alone touches it. */
struct wire {
	char *domain;
	char *host;
	uint16_t port;
	bool is_direct;
	char *ca_file;
	GMainContext *context;
	wire_func func;
	wire_drained drained;
	void *user;
	GAsyncQueue *requests;
	GAsyncQueue *events;
	int wake; /* eventfd: there is a request, or room for events */
	GMutex lock;
	GCond ended;
	bool is_ended;
	bool has_source;     /* under LOCK: the core thread has been called */
	int socket;	     /* under LOCK: a second descriptor of the connection, -1 without */
	char *cut;	     /* under LOCK: why it is to be cut */
	bool is_closed;	     /* [core] no more events */
	xmpp_ctx_t *strophe; /* [own], and all below */
	xmpp_conn_t *connection;
	char *complaint;       /* what libstrophe said last of TLS */
	unsigned allocations;  /* since the last stanza */
	uint64_t bytes_before; /* received up to the last stanza */
	bool is_up;
	bool is_down;
	bool has_stanza;
};

static void request_free(void *data)
{
	struct request *request = data;

	g_clear_pointer(&request->bytes, g_bytes_unref);
	g_free(request);
}

static void event_free(void *data)
{
	struct wire_event *event = data;

	g_clear_pointer(&event->bytes, g_bytes_unref);
	g_clear_error(&event->error);
	g_free(event);
}

static void wire_clear(void *data)
{
	struct wire *wire = data;

	g_free(wire->domain);
	g_free(wire->host);
	g_free(wire->ca_file);
	g_free(wire->cut);
	g_free(wire->complaint);
	g_async_queue_unref(wire->requests);
	g_async_queue_unref(wire->events);
	if (wire->context)
		g_main_context_unref(wire->context);
	if (wire->socket >= 0)
		close(wire->socket);
	close(wire->wake);
	g_mutex_clear(&wire->lock);
	g_cond_clear(&wire->ended);
}

static void unref(void *wire)
{
	g_atomic_rc_box_release_full(wire, wire_clear);
}

static void poke(struct wire *wire)
{
	const uint64_t one = 1;

	/* It can only fail by being full, and then the thread is awake anyway. */
	if (write(wire->wake, &one, sizeof(one)) < 0)
		return;
}

/* -- to the core thread ----------------------------------------------------------------------- */

static gboolean deliver(void *user)
{
	struct wire *wire = user;
	struct wire_event *event;

	g_mutex_lock(&wire->lock);
	wire->has_source = false;
	g_mutex_unlock(&wire->lock);
	while (!wire->is_closed && (event = g_async_queue_try_pop(wire->events))) {
		wire->func(wire->user, event);
		event_free(event);
	}
	if (!wire->is_closed)
		wire->drained(wire->user);
	poke(wire);
	return G_SOURCE_REMOVE;
}

static void tell(struct wire *wire, enum wire_event_type type, GBytes *bytes, GError *error)
{
	struct wire_event *event = g_new0(struct wire_event, 1);
	bool needs_source;
	GSource *source;

	event->type = type;
	event->bytes = bytes;
	event->error = error;
	g_async_queue_push(wire->events, event);
	g_mutex_lock(&wire->lock);
	needs_source = !wire->has_source;
	wire->has_source = true;
	g_mutex_unlock(&wire->lock);
	if (!needs_source)
		return;
	source = g_idle_source_new();
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, deliver, g_atomic_rc_box_acquire(wire), unref);
	g_source_attach(source, wire->context);
	g_source_unref(source);
}

/* The first reason counts; one that the core thread gave is the best. */
static void down(struct wire *wire, enum error code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void down(struct wire *wire, enum error code, const char *format, ...)
{
	g_autofree char *sentence = NULL;
	GError *error = NULL;
	va_list args;

	if (wire->is_down)
		return;
	wire->is_down = true;
	va_start(args, format);
	sentence = g_strdup_vprintf(format, args);
	va_end(args);
	g_mutex_lock(&wire->lock);
	if (wire->cut)
		error_set(&error, ERROR_UNREACHABLE, "%s", wire->cut);
	else
		error_set(&error, code, "%s", sentence);
	g_mutex_unlock(&wire->lock);
	tell(wire, WIRE_DOWN, NULL, error);
}

/* -- what libstrophe asks for ----------------------------------------------------------------- */

static void *take_memory(size_t bytes, void *user)
{
	struct wire *wire = user;

	wire->allocations++;
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

/* Only what it has to say about certificates is of use: it is nowhere else. */
static void hear(void *user, xmpp_log_level_t level, const char *area, const char *text)
{
	struct wire *wire = user;
	const char *result = strcmp(area, "tls") == 0 ? strstr(text, "FAILED, result=") : NULL;

	(void)level;
	if (!result)
		return;
	g_free(wire->complaint);
	wire->complaint = g_strndup(result + strlen("FAILED, result="),
				    strcspn(result + strlen("FAILED, result="), "("));
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
	struct wire *wire;

	if (!slash || sscanf(slash + 1, "%p", &pointer) != 1)
		return -1;
	wire = pointer;
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return -1;
	/* Without these it works too, only later. */
	(void)!setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &step, sizeof(step));
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &tries, sizeof(tries));
	g_mutex_lock(&wire->lock);
	if (wire->socket >= 0)
		close(wire->socket);
	wire->socket = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	g_mutex_unlock(&wire->lock);
	return 0;
}

static int take_stanza(xmpp_conn_t *connection, xmpp_stanza_t *stanza, void *user)
{
	struct wire *wire = user;
	char *text = NULL;
	size_t bytes = 0;

	(void)connection;
	if (xmpp_stanza_to_text(stanza, &text, &bytes) == XMPP_EOK)
		tell(wire, WIRE_STANZA, g_bytes_new(text, bytes), NULL);
	xmpp_free(wire->strophe, text);
	wire->has_stanza = true;
	wire->allocations = 0;
	return 1;
}

static bool secure(struct wire *wire)
{
	if (xmpp_conn_tls_start(wire->connection) == XMPP_EOK)
		return true;
	if (wire->complaint)
		down(wire, ERROR_TRUST,
		     "The certificate of %s can't be trusted (%s), so nothing was sent. If the "
		     "server has a CA of its own, name it with --ca-file.",
		     wire->domain, wire->complaint);
	else
		down(wire, ERROR_UNREACHABLE, "No encryption could be agreed on with %s.",
		     wire->domain);
	return false;
}

static void take_change(xmpp_conn_t *connection, xmpp_conn_event_t event, int problem,
			xmpp_stream_error_t *stream_error, void *user)
{
	struct wire *wire = user;

	(void)problem;
	switch (event) {
	case XMPP_CONN_RAW_CONNECT:
		wire->is_up = true;
		if (!wire->is_direct)
			tell(wire, WIRE_UP, NULL, NULL);
		else if (secure(wire))
			tell(wire, WIRE_SECURED, NULL, NULL);
		break;
	case XMPP_CONN_CONNECT:
		xmpp_handler_delete(connection, take_stanza);
		xmpp_handler_add(connection, take_stanza, NULL, NULL, NULL, wire);
		tell(wire, WIRE_OPENED, NULL, NULL);
		break;
	case XMPP_CONN_DISCONNECT:
	case XMPP_CONN_FAIL:
		if (wire->is_up)
			down(wire, ERROR_UNREACHABLE, "%s closed the connection%s%s.", wire->domain,
			     stream_error && stream_error->text ? ": " : "",
			     stream_error && stream_error->text ? stream_error->text : "");
		break;
	}
}

/* -- the thread ------------------------------------------------------------------------------- */

static void perform(struct wire *wire, const struct request *request)
{
	gsize bytes = 0;
	const char *data;

	switch (request->ask) {
	case ASK_OPEN:
		xmpp_conn_open_stream_default(wire->connection);
		break;
	case ASK_SECURE:
		if (secure(wire))
			tell(wire, WIRE_SECURED, NULL, NULL);
		break;
	case ASK_SEND:
		data = g_bytes_get_data(request->bytes, &bytes);
		xmpp_send_raw(wire->connection, data, bytes);
		break;
	case ASK_CLOSE:
		if (xmpp_conn_is_connected(wire->connection)) {
			xmpp_send_raw_string(wire->connection, "</stream:stream>");
			xmpp_run_once(wire->strophe, 0);
		}
		down(wire, ERROR_UNREACHABLE, "The connection was closed.");
		break;
	}
}

/* How much has been received and read, ever. */
static uint64_t bytes_read(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);
	int waiting = 0;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
	    ioctl(fd, FIONREAD, &waiting) != 0)
		return 0;
	return info.tcpi_bytes_received - (uint64_t)waiting;
}

static void check_bounds(struct wire *wire, int fd)
{
	uint64_t bytes = bytes_read(fd);

	if (wire->has_stanza)
		wire->bytes_before = bytes;
	wire->has_stanza = false;
	if (wire->allocations > WIRE_ALLOCATIONS_MAX || bytes > wire->bytes_before + WIRE_BYTES_MAX)
		down(wire, ERROR_LIMIT, "%s sent something larger than sotto takes in.",
		     wire->domain);
}

static void run_strophe(struct wire *wire, int fd)
{
	for (int i = 0; i < RUNS && !wire->is_down; i++) {
		xmpp_run_once(wire->strophe, 0);
		check_bounds(wire, fd);
	}
}

static bool take_requests(struct wire *wire)
{
	struct request *request;
	bool has_any = false;
	uint64_t count;

	if (read(wire->wake, &count, sizeof(count)) < 0 && errno != EAGAIN)
		return false;
	while (!wire->is_down && (request = g_async_queue_try_pop(wire->requests))) {
		perform(wire, request);
		request_free(request);
		has_any = true;
	}
	return has_any;
}

static int own_socket(struct wire *wire)
{
	int fd;

	g_mutex_lock(&wire->lock);
	fd = wire->socket;
	g_mutex_unlock(&wire->lock);
	return fd;
}

static bool is_cut(struct wire *wire)
{
	bool is;

	g_mutex_lock(&wire->lock);
	is = wire->cut != NULL;
	g_mutex_unlock(&wire->lock);
	return is;
}

/* While the core thread is behind, the server is made to wait too. */
static void serve(struct wire *wire)
{
	int fd = own_socket(wire);

	while (!wire->is_down) {
		bool is_full = g_async_queue_length(wire->events) > WIRE_WAITING_MAX;
		struct pollfd polled[2] = { { .fd = wire->wake, .events = POLLIN },
					    { .fd = is_full ? -1 : fd, .events = POLLIN } };

		if (!xmpp_conn_is_connected(wire->connection) ||
		    xmpp_conn_send_queue_len(wire->connection) > 0)
			polled[1].events |= POLLOUT;
		if (poll(polled, 2, WIRE_TICK_MS) < 0 && errno != EINTR)
			break;
		if (is_cut(wire))
			break;
		take_requests(wire);
		if (!is_full && !wire->is_down)
			run_strophe(wire, fd);
	}
}

/* One address after the other, until one lets us in. */
static bool connect_to(struct wire *wire, const struct resolve_address *address)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_MS * 1000;

	if (xmpp_connect_raw(wire->connection, address->host, address->port, take_change, wire) !=
	    XMPP_EOK)
		return false;
	while (!wire->is_down && !wire->is_up && !is_cut(wire) &&
	       xmpp_conn_is_connecting(wire->connection) && g_get_monotonic_time() < deadline) {
		struct pollfd polled[2] = { { .fd = wire->wake, .events = POLLIN },
					    { .fd = own_socket(wire), .events = POLLOUT } };

		poll(polled, 2, WIRE_TICK_MS);
		xmpp_run_once(wire->strophe, 0);
	}
	return wire->is_up;
}

static void make_connection(struct wire *wire)
{
	g_autofree char *name = g_strdup_printf("%s/%p", wire->domain, (void *)wire);

	wire->connection = xmpp_conn_new(wire->strophe);
	xmpp_conn_set_jid(wire->connection, name);
	xmpp_conn_set_flags(wire->connection,
			    XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM);
	xmpp_conn_set_sockopt_callback(wire->connection, meet_socket);
	if (wire->ca_file)
		xmpp_conn_set_cafile(wire->connection, wire->ca_file);
}

static void drop_connection(struct wire *wire)
{
	int fd = own_socket(wire);

	wire->is_down = true;
	/* Else a silent server could hold TLS's goodbye for seconds. */
	if (fd >= 0)
		shutdown(fd, SHUT_RDWR);
	g_clear_pointer(&wire->connection, xmpp_conn_release);
}

static void *run(void *user)
{
	struct wire *wire = user;
	const xmpp_mem_t memory = { take_memory, give_memory, change_memory, wire };
	const xmpp_log_t log = { hear, wire };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) addresses = NULL;
	bool is_connected = false;

	xmpp_initialize();
	wire->strophe = xmpp_ctx_new(&memory, &log);
	addresses = resolve_find(wire->domain, wire->host, wire->port, wire->is_direct, &error);
	for (guint i = 0; addresses && i < addresses->len && !is_connected && !is_cut(wire); i++) {
		const struct resolve_address *address = addresses->pdata[i];

		wire->is_direct = address->is_direct;
		make_connection(wire);
		is_connected = connect_to(wire, address);
		if (!is_connected && i + 1 < addresses->len && !wire->is_down) {
			drop_connection(wire);
			wire->is_down = false;
		}
	}
	if (is_connected)
		serve(wire);
	down(wire, ERROR_UNREACHABLE, "%s",
	     error ? error->message : "The server doesn't answer; is the network up?");
	if (wire->connection)
		drop_connection(wire);
	xmpp_ctx_free(wire->strophe);
	g_mutex_lock(&wire->lock);
	wire->is_ended = true;
	g_cond_broadcast(&wire->ended);
	g_mutex_unlock(&wire->lock);
	unref(wire);
	return NULL;
}

/* -- the core thread's side ------------------------------------------------------------------- */

struct wire *wire_new(const struct wire_place *place, GMainContext *context, wire_func func,
		      wire_drained drained, void *user)
{
	struct wire *wire = g_atomic_rc_box_new0(struct wire);

	wire->domain = g_strdup(place->domain);
	wire->host = g_strdup(place->host);
	wire->port = place->port;
	wire->is_direct = place->is_direct;
	wire->ca_file = g_strdup(place->ca_file);
	wire->context = context ? g_main_context_ref(context) : NULL;
	wire->func = func;
	wire->drained = drained;
	wire->user = user;
	wire->requests = g_async_queue_new_full(request_free);
	wire->events = g_async_queue_new_full(event_free);
	wire->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	wire->socket = -1;
	g_mutex_init(&wire->lock);
	g_cond_init(&wire->ended);
	g_thread_unref(g_thread_new("xmpp", run, g_atomic_rc_box_acquire(wire)));
	return wire;
}

static void ask(struct wire *wire, enum ask what, GBytes *bytes)
{
	struct request *request = g_new0(struct request, 1);

	request->ask = what;
	request->bytes = bytes ? g_bytes_ref(bytes) : NULL;
	g_async_queue_push(wire->requests, request);
	poke(wire);
}

void wire_open(struct wire *wire)
{
	ask(wire, ASK_OPEN, NULL);
}

void wire_secure(struct wire *wire)
{
	ask(wire, ASK_SECURE, NULL);
}

void wire_send(struct wire *wire, GBytes *bytes)
{
	ask(wire, ASK_SEND, bytes);
}

void wire_cut(struct wire *wire, const char *why)
{
	g_mutex_lock(&wire->lock);
	if (!wire->cut)
		wire->cut = g_strdup(why);
	if (wire->socket >= 0)
		shutdown(wire->socket, SHUT_RDWR);
	g_mutex_unlock(&wire->lock);
	poke(wire);
}

void wire_close(struct wire *wire)
{
	gint64 deadline = g_get_monotonic_time() + WIRE_GOODBYE_MS * 1000;
	bool is_connected;

	if (!wire)
		return;
	wire->is_closed = true;
	ask(wire, ASK_CLOSE, NULL);
	g_mutex_lock(&wire->lock);
	is_connected = wire->socket >= 0;
	while (is_connected && !wire->is_ended &&
	       g_cond_wait_until(&wire->ended, &wire->lock, deadline))
		;
	g_mutex_unlock(&wire->lock);
	wire_cut(wire, "The connection was closed.");
	unref(wire);
}
