#include "tui/confine/helper.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "tui/confine/control_socket.h"
#include "tui/confine/descriptor.h"
#include "tui/confine/helper_inside.h"

enum { ANSWER_MS = 2000 };

struct helper {
	struct helper_line line;
};

static int serve(int socket, const void *user)
{
	return helper_serve(socket, user);
}

struct helper *helper_start(const struct helper_errands *errands, GError **error)
{
	struct helper *helper = g_new0(struct helper, 1);

	if (helper_line_open(&helper->line, serve, errands, error))
		return helper;
	g_free(helper);
	return NULL;
}

void helper_free(struct helper *helper)
{
	if (!helper)
		return;
	helper_line_close(&helper->line);
	g_free(helper);
}

/* An answer, if there is one: *FD is -1 where none came with it. */
static bool receive(struct helper *helper, int *fd, int *errnum)
{
	return descriptor_receive(helper->line.fd, errnum, sizeof(*errnum), fd) == sizeof(*errnum);
}

/* Ask, GIVEN (or -1) going with it: 0 or an errno; *FD, or -1. */
static int ask(struct helper *helper, const struct helper_question *question, int given, int *fd)
{
	struct pollfd polled = { .fd = helper->line.fd, .events = POLLIN };
	int errnum = EIO, ready = 0;

	g_mutex_lock(&helper->line.mutex);
	/* An answer that came too late is nobody's any more. */
	while (receive(helper, fd, &errnum))
		if (*fd >= 0)
			close(*fd);
	if (descriptor_send(helper->line.fd, question, sizeof(*question), given)) {
		do
			ready = poll(&polled, 1, ANSWER_MS);
		while (ready < 0 && errno == EINTR);
		errnum = ready == 0 ? ETIMEDOUT : EIO;
		if (ready > 0 && !receive(helper, fd, &errnum))
			errnum = EIO;
	}
	g_mutex_unlock(&helper->line.mutex);
	return errnum;
}

static int ask_for_socket(struct helper *helper, enum helper_request request)
{
	const struct helper_question question = { .request = request };
	int fd, errnum = ask(helper, &question, -1, &fd);

	errno = errnum ? errnum : EIO;
	return fd;
}

int helper_listen(struct helper *helper, const char *folder)
{
	return helper ? ask_for_socket(helper, HELPER_LISTEN) : control_socket_listen(folder);
}

int helper_connect(struct helper *helper, const char *folder)
{
	return helper ? ask_for_socket(helper, HELPER_CONNECT) : control_socket_connect(folder);
}

int helper_let_in(struct helper *helper, int fd, uid_t reader)
{
	const struct helper_question question = { .request = HELPER_LET_IN, .reader = reader };
	int none, errnum = ask(helper, &question, fd, &none);

	if (none >= 0)
		close(none);
	return errnum;
}
