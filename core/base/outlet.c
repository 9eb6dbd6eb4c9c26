#include "core/base/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include "core/base/secret.h"

enum { ROOM_LEAST = 4096 };

/* How a write is kept from waiting. */
enum way {
	WAY_ANEW,     /* the description is our own, and doesn't block */
	WAY_FILE,     /* nobody can stop it */
	WAY_SOCKET,   /* each call says so */
	WAY_TERMINAL, /* somebody else's description: a byte, when there is room for one */
	WAY_PIPE,     /* the same: what a pipe takes whole */
};

struct outlet {
	int fd;
	enum way way;
	size_t most;
	char *bytes; /* plain memory */
	size_t begin, end, room;
	int error;
	GMainContext *context;
	GSource *source; /* while something waits */
	void (*taken)(void *user);
	void *user;
};

/* -- opening -------------------------------------------------------------------------------- */

/* Whoever became somebody else may not open the terminal by its name, but as the own one. */
static int open_own_terminal(int fd, int mode)
{
	int own = open("/dev/tty", mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	unsigned device = 0, other = 0;

	if (own < 0)
		return -1;
	if (ioctl(fd, TIOCGDEV, &device) == 0 && ioctl(own, TIOCGDEV, &other) == 0 &&
	    device == other)
		return own;
	close(own);
	return -1;
}

int outlet_open_anew(int fd, int mode)
{
	char path[32];
	struct stat st;
	int own;

	if (fstat(fd, &st) != 0 || (!S_ISFIFO(st.st_mode) && !isatty(fd)))
		return -1;
	g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, mode | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return own < 0 && isatty(fd) ? open_own_terminal(fd, mode) : own;
}

static enum way way_of(int fd)
{
	struct stat st;

	if (isatty(fd))
		return WAY_TERMINAL;
	if (fstat(fd, &st) != 0)
		return WAY_FILE;
	return S_ISSOCK(st.st_mode) ? WAY_SOCKET : S_ISFIFO(st.st_mode) ? WAY_PIPE : WAY_FILE;
}

struct outlet *outlet_new(int fd, size_t most)
{
	struct outlet *outlet = g_new0(struct outlet, 1);
	int own = outlet_open_anew(fd, O_WRONLY);

	outlet->fd = own >= 0 ? own : fd;
	outlet->way = own >= 0 ? WAY_ANEW : way_of(fd);
	outlet->most = most;
	outlet->context = g_main_context_ref_thread_default();
	return outlet;
}

static void stop_watching(struct outlet *outlet)
{
	if (!outlet->source)
		return;
	g_source_destroy(outlet->source);
	g_clear_pointer(&outlet->source, g_source_unref);
}

void outlet_free(struct outlet *outlet)
{
	if (!outlet)
		return;
	stop_watching(outlet);
	if (outlet->way == WAY_ANEW)
		close(outlet->fd);
	plain_free(outlet->bytes);
	g_main_context_unref(outlet->context);
	g_free(outlet);
}

int outlet_fd(const struct outlet *outlet)
{
	return outlet->fd;
}

int outlet_error(const struct outlet *outlet)
{
	return outlet->error;
}

/* -- writing -------------------------------------------------------------------------------- */

static bool has_room(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLOUT };

	return poll(&polled, 1, 0) == 1;
}

static ssize_t put_once(const struct outlet *outlet, const char *data, size_t bytes)
{
	switch (outlet->way) {
	case WAY_SOCKET:
		return send(outlet->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
	case WAY_TERMINAL:
	case WAY_PIPE:
		errno = EAGAIN;
		if (!has_room(outlet->fd))
			return -1;
		return write(outlet->fd, data,
			     outlet->way == WAY_PIPE ? MIN(bytes, PIPE_BUF) : 1);
	default:
		return write(outlet->fd, data, bytes);
	}
}

/* As much as is taken now; how much that is. */
static size_t put(struct outlet *outlet, const char *data, size_t bytes)
{
	size_t done = 0;

	while (done < bytes && !outlet->error) {
		ssize_t count = put_once(outlet, data + done, bytes - done);

		if (count > 0)
			done += (size_t)count;
		else if (count < 0 && errno == EAGAIN)
			break;
		else if (count == 0 || errno != EINTR)
			outlet->error = count == 0 ? EIO : errno;
	}
	return done;
}

static void forget(struct outlet *outlet)
{
	if (outlet->bytes)
		wipe(outlet->bytes + outlet->begin, outlet->end - outlet->begin);
	outlet->begin = outlet->end = 0;
}

static void keep(struct outlet *outlet, const char *data, size_t bytes)
{
	size_t waiting = outlet->end - outlet->begin;

	if (outlet->end + bytes > outlet->room) {
		size_t room = MAX((waiting + bytes) * 2, ROOM_LEAST);
		char *larger = plain_new(room);

		if (waiting)
			memcpy(larger, outlet->bytes + outlet->begin, waiting);
		plain_free(outlet->bytes);
		outlet->bytes = larger;
		outlet->room = room;
		outlet->begin = 0;
		outlet->end = waiting;
	}
	memcpy(outlet->bytes + outlet->end, data, bytes);
	outlet->end += bytes;
}

/* Write what waits. */
static void go_on(struct outlet *outlet)
{
	size_t waiting = outlet->end - outlet->begin, done;

	if (!waiting)
		return;
	done = put(outlet, outlet->bytes + outlet->begin, waiting);
	wipe(outlet->bytes + outlet->begin, done);
	outlet->begin += done;
	if (outlet->error || outlet->begin == outlet->end)
		forget(outlet);
}

static gboolean ready(gint fd, GIOCondition condition, gpointer user)
{
	struct outlet *outlet = user;

	(void)fd;
	(void)condition;
	go_on(outlet);
	if (outlet->begin != outlet->end)
		return G_SOURCE_CONTINUE;
	stop_watching(outlet);
	if (outlet->taken)
		outlet->taken(outlet->user);
	return G_SOURCE_REMOVE;
}

static void start_watching(struct outlet *outlet)
{
	if (outlet->source || outlet->begin == outlet->end)
		return;
	outlet->source = g_unix_fd_source_new(outlet->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP);
	g_source_set_callback(outlet->source, G_SOURCE_FUNC(ready), outlet, NULL);
	g_source_attach(outlet->source, outlet->context);
}

bool outlet_add(struct outlet *outlet, const void *data, size_t bytes)
{
	const char *from = data;
	size_t done = 0;

	go_on(outlet);
	if (outlet->error || outlet->end - outlet->begin + bytes > outlet->most)
		return false;
	if (outlet->begin == outlet->end)
		done = put(outlet, from, bytes);
	if (outlet->error)
		return false;
	if (done < bytes)
		keep(outlet, from + done, bytes - done);
	start_watching(outlet);
	return true;
}

size_t outlet_waiting(struct outlet *outlet)
{
	go_on(outlet);
	return outlet->end - outlet->begin;
}

void outlet_watch(struct outlet *outlet, void (*taken)(void *user), void *user)
{
	outlet->taken = taken;
	outlet->user = user;
}

bool outlet_wait(struct outlet *outlet, size_t left, int ms, int stop)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)ms * 1000;

	for (;;) {
		struct pollfd polled[2] = { { .fd = outlet->fd, .events = POLLOUT },
					    { .fd = stop, .events = POLLIN } };
		gint64 more = -1;

		if (outlet_waiting(outlet) <= left)
			return !outlet->error;
		if (ms >= 0)
			more = (deadline - g_get_monotonic_time() + 999) / 1000;
		if (ms >= 0 && more <= 0)
			return false;
		if (poll(polled, 2, (int)more) < 0 && errno != EINTR)
			return false;
		if (polled[1].revents)
			return false;
	}
}

bool outlet_drop(struct outlet *outlet)
{
	bool was_waiting = outlet->end != outlet->begin;

	stop_watching(outlet);
	forget(outlet);
	if (!isatty(outlet->fd) || tcgetpgrp(outlet->fd) != getpgrp())
		return was_waiting;
	return tcflush(outlet->fd, TCOFLUSH) == 0 || was_waiting;
}
