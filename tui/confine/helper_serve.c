/* The helper's own side. Nothing secret is ever here. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include "tui/confine/control_socket.h"
#include "tui/confine/descriptor.h"
#include "tui/confine/helper_inside.h"
#include "tui/confine/sandbox.h"

/* Whoever reads what the other process prints mustn't wait for this one. */
void helper_close_others(int socket)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	if (socket > STDERR_FILENO + 1)
		close_range(STDERR_FILENO + 1, (unsigned)socket - 1, 0);
	close_range((unsigned)socket + 1, ~0U, 0);
}

/* Its life is the other process's; what the terminal says to both is for that one. */
void helper_live_apart(void)
{
	static const int ignored[] = { SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGALRM };

	for (size_t i = 0; i < G_N_ELEMENTS(ignored); i++)
		signal(ignored[i], SIG_IGN);
	(void)setpgid(0, 0);
}

/* 0 or an errno; *FD goes with the answer, or is -1. */
static int perform(const struct helper_errands *errands, const struct helper_question *question,
		   int given, bool *may_connect, int *fd)
{
	*fd = -1;
	switch (question->request) {
	case HELPER_LISTEN:
		*may_connect = false;
		*fd = control_socket_listen(errands->folder);
		return *fd < 0 ? errno : 0;
	case HELPER_CONNECT:
		if (!*may_connect)
			return EPERM;
		*fd = control_socket_connect(errands->folder);
		return *fd < 0 ? errno : 0;
	case HELPER_LET_IN:
		return errands->let_in && given >= 0 ? errands->let_in(given, question->reader)
						      : EPERM;
	default:
		return EPERM;
	}
}

static void shut(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int serve(int socket, const struct helper_errands *errands)
{
	bool may_connect = errands->may_connect;
	struct pollfd polled = { .fd = socket, .events = POLLIN };

	for (;;) {
		struct helper_question question;
		int given, fd, errnum;
		ssize_t bytes;

		if (poll(&polled, 1, -1) < 0)
			continue;
		bytes = descriptor_receive(socket, &question, sizeof(question), &given);
		if (bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR))
			return 0;
		if (bytes != sizeof(question)) {
			shut(given);
			continue;
		}
		errnum = perform(errands, &question, given, &may_connect, &fd);
		/* Who doesn't read answers gets none. */
		(void)descriptor_send(socket, &errnum, sizeof(errnum), fd);
		shut(given);
		shut(fd);
	}
}

/* What those lie in that may have to be removed, as it takes the right to that. */
static GPtrArray *list_removable(const struct helper_made *made)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (char *const *folder = made ? made->folders : NULL; folder && *folder; folder++)
		g_ptr_array_add(paths, g_path_get_dirname(*folder));
	if (made && made->file)
		g_ptr_array_add(paths, g_path_get_dirname(made->file));
	g_ptr_array_add(paths, NULL);
	return paths;
}

static void remove_made(const struct helper_made *made)
{
	if (!made || made->is_kept(made->user))
		return;
	if (made->file)
		(void)unlink(made->file);
	for (char *const *folder = made->folders; *folder; folder++)
		(void)rmdir(*folder);
}

int helper_serve(int socket, const struct helper_errands *errands)
{
	g_autoptr(GPtrArray) removable = list_removable(errands->made);
	const char *const writable[] = { errands->folder, NULL };
	const struct sandbox sandbox = { .writable = writable,
					 .removable = (const char *const *)removable->pdata,
					 .role = SANDBOX_HELPER };
	struct guards guards = { { 0 } };
	int exit_code;

	helper_live_apart();
	helper_close_others(socket);
	if (!sandbox_enter(&sandbox, &guards, NULL))
		return 1;
	exit_code = serve(socket, errands);
	remove_made(errands->made);
	return exit_code;
}
