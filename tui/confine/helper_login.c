#include "tui/confine/helper_login.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "core/base/error.h"
#include "tui/confine/helper_inside.h"

enum {
	ANSWER_MS = LOGIN_LOOK_MS + 500, /* and the way there and back */
	NAME_BYTES = 65,		 /* of a name on a spool, with its NUL */
	ROW_BYTES = 65536,		 /* what a service says of one user */
};

struct login_helper {
	struct helper_line line;
	uint32_t serial;
};

struct question {
	uint32_t serial;
	uint32_t uid;
	char name[NAME_BYTES]; /* empty: the uid is asked for */
};

struct answer {
	uint32_t serial;
	uint32_t answer; /* enum login_answer */
	uint32_t uid;
	char name[LOGIN_BYTES];
};

/* -- looking up ------------------------------------------------------------------------------- */

/* Nobody: glibc gives 0. A service that doesn't answer leaves an errno, ENOENT among them. */
static enum login_answer answer_of(int code, const struct passwd *row)
{
	if (row)
		return LOGIN_FOUND;
	return code == 0 ? LOGIN_NONE : LOGIN_UNKNOWN;
}

static enum login_answer host_by_name(const char *name, uint32_t *uid)
{
	g_autofree char *buffer = g_malloc(ROW_BYTES);
	struct passwd row, *found = NULL;
	int code;

	errno = 0;
	code = getpwnam_r(name, &row, buffer, ROW_BYTES, &found);

	if (found)
		*uid = found->pw_uid;
	return answer_of(code, found);
}

static enum login_answer host_by_uid(uint32_t uid, char name[static LOGIN_BYTES])
{
	g_autofree char *buffer = g_malloc(ROW_BYTES);
	struct passwd row, *found = NULL;
	int code;

	errno = 0;
	code = getpwuid_r(uid, &row, buffer, ROW_BYTES, &found);

	if (found && g_strlcpy(name, found->pw_name, LOGIN_BYTES) >= LOGIN_BYTES)
		return LOGIN_UNKNOWN;
	return answer_of(code, found);
}

const struct login_source login_source_host = { host_by_name, host_by_uid };

/* -- its own side ----------------------------------------------------------------------------- */

static void look(const struct login_source *source, const struct question *question, int out)
{
	struct answer answer = { .serial = question->serial };

	signal(SIGTERM, SIG_DFL);
	if (*question->name)
		answer.answer = source->by_name(question->name, &answer.uid);
	else
		answer.answer = source->by_uid(question->uid, answer.name);
	_exit(write(out, &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
}

/* Wait for what the child writes; no longer than a look-up may take, and not once nobody asks. */
static void wait_for(int socket, int in, struct answer *answer)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)LOGIN_LOOK_MS * 1000;
	struct answer came;

	for (;;) {
		struct pollfd polled[] = { { .fd = in, .events = POLLIN }, { .fd = socket } };
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;
		int ready = left > 0 ? poll(polled, G_N_ELEMENTS(polled), (int)left) : 0;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0 || !polled[0].revents)
			return;
		break;
	}
	if (read(in, &came, sizeof(came)) == sizeof(came) && came.serial == answer->serial)
		*answer = came;
}

static void perform(int socket, const struct login_source *source,
		    const struct question *question, struct answer *answer)
{
	int ends[2];
	pid_t child;

	*answer = (struct answer){ .serial = question->serial, .answer = LOGIN_UNKNOWN };
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	child = fork();
	if (child == 0) {
		close(socket);
		look(source, question, ends[1]);
	}
	close(ends[1]);
	if (child > 0) {
		wait_for(socket, ends[0], answer);
		/* Nobody waits for it: SIGCHLD is ignored. */
		kill(child, SIGKILL);
	}
	close(ends[0]);
}

static int serve(int socket, const struct login_source *source)
{
	for (;;) {
		struct question question;
		struct answer answer;
		ssize_t bytes = recv(socket, &question, sizeof(question), 0);

		if (bytes == 0 || (bytes < 0 && errno != EINTR))
			return 0;
		if (bytes != sizeof(question) || question.name[NAME_BYTES - 1])
			continue;
		perform(socket, source, &question, &answer);
		/* Who doesn't read answers gets none. */
		(void)send(socket, &answer, sizeof(answer), MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}

static int start_serving(int socket, const void *source)
{
	helper_live_apart();
	helper_close_others(socket);
	signal(SIGCHLD, SIG_IGN);
	/* What the libraries start isn't given more than this process has. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return serve(socket, source);
}

/* -- the other side --------------------------------------------------------------------------- */

/* Read until the answer to SERIAL is there; older ones came too late. */
static bool receive(struct login_helper *helper, uint32_t serial, struct answer *answer)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)ANSWER_MS * 1000;
	struct pollfd polled = { .fd = helper->line.fd, .events = POLLIN };

	for (;;) {
		gint64 left = (deadline - g_get_monotonic_time()) / 1000;
		int ready = left > 0 ? poll(&polled, 1, (int)left) : 0;
		ssize_t bytes;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		bytes = recv(helper->line.fd, answer, sizeof(*answer), MSG_DONTWAIT);
		if (bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (bytes == sizeof(*answer) && answer->serial == serial)
			return answer->answer <= LOGIN_UNKNOWN && !answer->name[LOGIN_BYTES - 1];
	}
}

static enum login_answer ask(struct login_helper *helper, struct question *question,
			     struct answer *answer)
{
	enum login_answer said = LOGIN_UNKNOWN;

	g_mutex_lock(&helper->line.mutex);
	question->serial = ++helper->serial;
	if (send(helper->line.fd, question, sizeof(*question), MSG_DONTWAIT | MSG_NOSIGNAL) ==
		    sizeof(*question) &&
	    receive(helper, question->serial, answer))
		said = (enum login_answer)answer->answer;
	g_mutex_unlock(&helper->line.mutex);
	return said;
}

static enum login_answer find_name(void *helper, const char *name, uint32_t *uid)
{
	struct question question = { 0 };
	struct answer answer;
	enum login_answer said;

	if (!*name || g_strlcpy(question.name, name, NAME_BYTES) >= NAME_BYTES)
		return LOGIN_UNKNOWN;
	said = ask(helper, &question, &answer);
	if (said == LOGIN_FOUND)
		*uid = answer.uid;
	return said;
}

static enum login_answer find_uid(void *helper, uint32_t uid, char name[static LOGIN_BYTES])
{
	struct question question = { .uid = uid };
	struct answer answer;
	enum login_answer said = ask(helper, &question, &answer);

	if (said == LOGIN_FOUND)
		g_strlcpy(name, answer.name, LOGIN_BYTES);
	return said;
}

struct login_helper *login_helper_start(const struct login_source *source, struct logins *logins,
					GError **error)
{
	struct login_helper *helper = g_new0(struct login_helper, 1);
	struct login_finder finder = { .by_name = find_name, .by_uid = find_uid, .user = helper };

	if (!helper_line_open(&helper->line, start_serving, source, error)) {
		g_free(helper);
		return NULL;
	}
	logins_let_find(logins, &finder);
	return helper;
}

void login_helper_free(struct login_helper *helper)
{
	if (!helper)
		return;
	helper_line_close(&helper->line);
	g_free(helper);
}
