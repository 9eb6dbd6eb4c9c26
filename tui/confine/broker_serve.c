/* The broker's own side. Nothing here ever holds a key or a passphrase. */
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "tui/confine/broker_copy.h"
#include "tui/confine/broker_frame.h"
#include "tui/confine/broker_inside.h"
#include "tui/confine/broker_screen.h"
#include "tui/confine/descriptor.h"
#include "tui/confine/filer.h"
#include "tui/confine/notify.h"
#include "tui/observe/copy.h"
#include "tui/observe/watch.h"
#include "tui/term/term_rescue.h"

enum {
	SERVE_ANSWER_MS = 2000,
	SERVE_ASKED_MAX = 8,
	SERVE_HOOKS_MAX = 32,
	SERVE_SAY_MS = 500,
	SERVE_SAY_BYTES = 4096,
	SERVE_END_MS = 8000, /* how long the child may take to end once it was told to */
};

struct serve {
	int fd;
	pid_t child;
	const char *hook;
	GMainContext *context;
	GMainLoop *loop;
	struct notify *notify; /* made when it is first needed */
	struct filer *filer;
	struct broker_copy *copy;
	unsigned asked;	       /* questions out */
	bool is_listing;       /* a folder is looked at, or hangs */
	bool is_hooked;	       /* the hook runs */
	GQueue hooks;	       /* frames that wait for it; at most SERVE_HOOKS_MAX */
	GFileMonitor *screen;  /* NULL: it isn't watched */
	uint32_t awaited;      /* who is told when it is detached */
	bool is_awaited;
	bool is_ending;	       /* the child was told to end */
	int status;	       /* as waitpid gives it */
};

/* One question to tmux. */
struct inquiry {
	struct serve *serve;
	uint32_t serial;
	GCancellable *cancel;
	GSource *deadline;
};

/* -- questions -------------------------------------------------------------------------------- */

static void say(struct serve *serve, uint32_t serial, bool is_known, const char *text)
{
	g_autofree struct broker_frame *frame = g_new0(struct broker_frame, 1);
	uint8_t data[BROKER_FRAME_MAX];
	size_t bytes;

	frame->kind = BROKER_ANSWER;
	frame->serial = serial;
	frame->is_known = is_known;
	g_strlcpy(frame->text, text, sizeof(frame->text));
	bytes = broker_frame_encode(frame, data);
	if (send(serve->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		g_debug("an answer was lost");
}

/* TEXT, or NULL: it isn't known. */
static void answer(struct serve *serve, uint32_t serial, const char *text)
{
	say(serve, serial, text != NULL, text ? text : "");
}

static void answered(GObject *process, GAsyncResult *result, void *user)
{
	struct inquiry *inquiry = user;
	g_autofree char *out = NULL;
	gboolean ok = g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process), result, &out,
							   NULL, NULL);

	if (!ok)
		g_subprocess_force_exit(G_SUBPROCESS(process));
	/* What says nothing because it failed has not said that there is nothing. */
	ok = ok && g_subprocess_get_successful(G_SUBPROCESS(process));
	answer(inquiry->serve, inquiry->serial, ok && out ? g_strchomp(out) : NULL);
	inquiry->serve->asked--;
	g_source_destroy(inquiry->deadline);
	g_source_unref(inquiry->deadline);
	g_object_unref(inquiry->cancel);
	g_free(inquiry);
}

static gboolean is_late(gpointer user)
{
	g_cancellable_cancel(user);
	return G_SOURCE_REMOVE;
}

static void ask(struct serve *serve, uint32_t serial, enum broker_question question)
{
	static const char *const words[][3] = {
		[BROKER_IS_ATTACHED] = { "display-message", "-p", "#{session_attached}" },
		[BROKER_ALTERNATE] = { "display-message", "-p", "#{alternate-screen}" },
		[BROKER_IS_SHOWN] = { "display-message", "-p",
				      "#{?session_attached,1,0} #{?window_active,1,0}" },
		[BROKER_DETACHED] = { NULL },
		[BROKER_COLOURS] = { "list-clients", "-F",
				     "#{client_termfeatures} #{client_termname}" },
	};
	const char *pane = g_getenv("TMUX_PANE"), *const *row = words[question];
	const char *const argv[] = { "tmux", row[0], "-t", pane, row[1], row[2], NULL };
	GSubprocess *process = NULL;
	struct inquiry *inquiry;

	if (row[0] && g_getenv("TMUX") && pane && serve->asked < SERVE_ASKED_MAX)
		process = g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE |
							  G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
	if (!process) {
		answer(serve, serial, NULL);
		return;
	}
	inquiry = g_new0(struct inquiry, 1);
	inquiry->serve = serve;
	inquiry->serial = serial;
	inquiry->cancel = g_cancellable_new();
	inquiry->deadline = g_timeout_source_new(SERVE_ANSWER_MS);
	g_source_set_callback(inquiry->deadline, is_late, inquiry->cancel, NULL);
	g_source_attach(inquiry->deadline, serve->context);
	serve->asked++;
	g_subprocess_communicate_utf8_async(process, NULL, inquiry->cancel, answered, inquiry);
	g_object_unref(process);
}

static void detached(void *user)
{
	struct serve *serve = user;

	if (serve->is_awaited)
		answer(serve, serve->awaited, "0");
	serve->is_awaited = false;
}

/* Of screen; TRUE: answered, or it will be. */
static bool ask_screen(struct serve *serve, uint32_t serial, enum broker_question question)
{
	const char *text = NULL;

	if (!broker_screen_is_here())
		return false;
	if (question == BROKER_DETACHED) {
		if (!serve->screen)
			serve->screen = broker_screen_watch(detached, serve);
		serve->is_awaited = serve->screen != NULL;
		serve->awaited = serial;
		return serve->is_awaited;
	}
	/* Within both, whoever says that nobody looks is right. */
	if (question == BROKER_IS_ATTACHED)
		text = broker_screen_attached();
	else if (question == BROKER_IS_SHOWN)
		text = broker_screen_shown();
	if (!text || (g_getenv("TMUX") && *text == '1'))
		return false;
	answer(serve, serial, text);
	return true;
}

/* -- the hook --------------------------------------------------------------------------------- */

static void run_hook(struct serve *serve, const struct broker_frame *frame);

static void hooked(GObject *process, GAsyncResult *result, void *user)
{
	struct serve *serve = user;
	g_autofree struct broker_frame *next = g_queue_pop_head(&serve->hooks);

	g_subprocess_wait_finish(G_SUBPROCESS(process), result, NULL);
	serve->is_hooked = false;
	if (next)
		run_hook(serve, next);
}

static void run_hook(struct serve *serve, const struct broker_frame *frame)
{
	g_autoptr(GSubprocessLauncher) launcher = NULL;
	g_autofree char *count = g_strdup_printf("%u", frame->serial);
	GSubprocess *process;

	launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
					     G_SUBPROCESS_FLAGS_STDERR_SILENCE);
	g_subprocess_launcher_setenv(launcher, "SOTTO_UNREAD", count, TRUE);
	g_subprocess_launcher_setenv(launcher, "SOTTO_TITLE", frame->title, TRUE);
	g_subprocess_launcher_setenv(launcher, "SOTTO_TEXT", frame->text, TRUE);
	process = g_subprocess_launcher_spawn(launcher, NULL, "/bin/sh", "-c", serve->hook, NULL);
	if (!process)
		return;
	serve->is_hooked = true;
	g_subprocess_wait_async(process, NULL, hooked, serve);
	g_object_unref(process);
}

/* One at a time, each in its turn: a flood of messages starts no flood of processes. */
static void hook(struct serve *serve, const struct broker_frame *frame)
{
	if (!serve->hook || !*serve->hook)
		return;
	if (!serve->is_hooked) {
		run_hook(serve, frame);
		return;
	}
	/* The newest counts most. */
	if (g_queue_get_length(&serve->hooks) == SERVE_HOOKS_MAX)
		g_free(g_queue_pop_tail(&serve->hooks));
	g_queue_push_tail(&serve->hooks, g_memdup2(frame, sizeof(*frame)));
}

static void look(struct serve *serve, const struct broker_frame *frame)
{
	const struct watch_how how = { .may_write = frame->question != 0,
				       .besides = serve->child };
	struct watch *watch = watch_look(&how);
	g_autofree char *text = watch_encode(watch);

	answer(serve, frame->serial, text);
	watch_free(watch);
}

static void file(struct serve *serve, const struct broker_frame *frame)
{
	g_autofree struct broker_frame *said = g_new0(struct broker_frame, 1);
	uint8_t data[BROKER_FRAME_MAX];
	int fd;

	said->kind = BROKER_ANSWER;
	said->serial = frame->serial;
	fd = filer_take(serve->filer, frame, said);
	if (!descriptor_send(serve->fd, data, broker_frame_encode(said, data), fd))
		g_debug("an answer was lost");
	if (fd >= 0)
		close(fd);
}

/* What a path may go on as; a thread alone waits for a file system that hangs. */
struct listing {
	struct serve *serve;
	uint32_t serial;
};

static void list_files(GTask *task, gpointer source, gpointer path, GCancellable *cancel)
{
	GError *error = NULL;
	char *list = filer_list(path, &error);

	(void)source;
	(void)cancel;
	if (list)
		g_task_return_pointer(task, list, g_free);
	else
		g_task_return_error(task, error);
}

static void listed(GObject *source, GAsyncResult *result, void *user)
{
	struct listing *listing = user;
	g_autoptr(GError) error = NULL;
	g_autofree char *list = g_task_propagate_pointer(G_TASK(result), &error);

	(void)source;
	listing->serve->is_listing = false;
	say(listing->serve, listing->serial, list != NULL, list ? list : error->message);
	g_free(listing);
}

static void list(struct serve *serve, const struct broker_frame *frame)
{
	struct listing *listing;
	GTask *task;

	if (serve->is_listing) {
		say(serve, frame->serial, false,
		    "A folder is still being looked at: nothing is completed meanwhile.");
		return;
	}
	serve->is_listing = true;
	listing = g_new(struct listing, 1);
	*listing = (struct listing){ serve, frame->serial };
	task = g_task_new(NULL, NULL, listed, listing);
	g_task_set_task_data(task, g_strdup(frame->text), g_free);
	g_task_run_in_thread(task, list_files);
	g_object_unref(task);
}

/* -- serving ---------------------------------------------------------------------------------- */

static void take(struct serve *serve, const struct broker_frame *frame)
{
	if (!serve->notify && (frame->kind == BROKER_SHOW || frame->kind == BROKER_CLOSE))
		serve->notify = notify_new();
	switch (frame->kind) {
	case BROKER_ASK:
		if (!ask_screen(serve, frame->serial, frame->question))
			ask(serve, frame->serial, frame->question);
		break;
	case BROKER_LOOK:
		look(serve, frame);
		break;
	case BROKER_SHOW:
		notify_show(serve->notify, frame->title, frame->text);
		break;
	case BROKER_CLOSE:
		notify_show(serve->notify, NULL, NULL);
		break;
	case BROKER_HOOK:
		hook(serve, frame);
		break;
	case BROKER_STOP:
		kill(0, SIGTSTP);
		answer(serve, frame->serial, "");
		break;
	case BROKER_COPY:
		answer(serve, frame->serial,
		       broker_copy_put(serve->copy, frame->text) ? "1" : NULL);
		break;
	case BROKER_CLEAR:
		broker_copy_clear(serve->copy);
		break;
	case BROKER_LIST:
		list(serve, frame);
		break;
	case BROKER_OPEN:
	case BROKER_MAKE:
	case BROKER_FINISH:
	case BROKER_DROP:
		file(serve, frame);
		break;
	default:
		break;
	}
}

static gboolean on_frame(gint fd, GIOCondition condition, gpointer user)
{
	struct serve *serve = user;
	g_autofree struct broker_frame *frame = g_new(struct broker_frame, 1);
	uint8_t data[BROKER_FRAME_MAX + 1];
	ssize_t bytes = recv(fd, data, sizeof(data), 0);

	(void)condition;
	if (bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR))
		return G_SOURCE_REMOVE;
	if (bytes > 0 && broker_frame_decode(data, (size_t)bytes, frame))
		take(serve, frame);
	/* It may be somebody's words. */
	wipe(data, bytes > 0 ? (size_t)bytes : 0);
	wipe(frame, sizeof(*frame));
	return G_SOURCE_CONTINUE;
}

static void on_end(GPid child, gint status, gpointer user)
{
	struct serve *serve = user;

	(void)child;
	serve->status = status;
	g_main_loop_quit(serve->loop);
}

static void attach(struct serve *serve, GSource *source, GSourceFunc func)
{
	g_source_set_callback(source, func, serve, NULL);
	g_source_attach(source, serve->context);
	g_source_unref(source);
}

/* It has been told, and puts its keys away. Stopped, or stuck, it does neither. */
static gboolean lose_patience(gpointer user)
{
	kill(((struct serve *)user)->child, SIGKILL);
	return G_SOURCE_REMOVE;
}

static gboolean forward_term(gpointer user)
{
	struct serve *serve = user;

	kill(serve->child, SIGTERM);
	if (!serve->is_ending)
		attach(serve, g_timeout_source_new(SERVE_END_MS), lose_patience);
	serve->is_ending = true;
	return G_SOURCE_CONTINUE;
}

static gboolean forward_hup(gpointer user)
{
	kill(((struct serve *)user)->child, SIGHUP);
	return G_SOURCE_CONTINUE;
}

/* Whoever reads it may have stopped: the shell wants the terminal back all the same. */
static void say_end(int number)
{
	g_autofree char *text = g_strdup_printf(
		"sotto: it was ended by signal %d (%s). What was stored is safe.\n", number,
		strsignal(number));
	struct outlet *outlet = outlet_new(STDERR_FILENO, SERVE_SAY_BYTES);

	outlet_add(outlet, text, strlen(text));
	outlet_wait(outlet, 0, SERVE_SAY_MS, -1);
	outlet_free(outlet);
}

static int ended(int status, const struct term_rescue *rescue)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	/* C-c at the passphrase has its own way out. */
	if (rescue && WTERMSIG(status) != SIGINT) {
		term_rescue_run(rescue);
		say_end(WTERMSIG(status));
	}
	return 128 + WTERMSIG(status);
}

int broker_serve(int socket, pid_t child, const char *hook_line)
{
	struct serve serve = { .fd = socket, .child = child, .hook = hook_line };
	struct term_rescue rescue;
	bool has_rescue = term_rescue_init(&rescue, STDOUT_FILENO);
	int code;

	/* They are the child's business; it ends when it wants to. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	serve.filer = filer_new();
	serve.context = g_main_context_new();
	g_main_context_push_thread_default(serve.context);
	serve.copy = broker_copy_new(serve.context, COPY_SECONDS);
	serve.loop = g_main_loop_new(serve.context, FALSE);
	attach(&serve, g_unix_fd_source_new(socket, G_IO_IN), G_SOURCE_FUNC(on_frame));
	attach(&serve, g_child_watch_source_new(child), G_SOURCE_FUNC(on_end));
	attach(&serve, g_unix_signal_source_new(SIGTERM), forward_term);
	attach(&serve, g_unix_signal_source_new(SIGHUP), forward_hup);
	g_main_loop_run(serve.loop);
	/* A bus that hangs, or a tmux, is left to the end of the process. */
	g_main_loop_unref(serve.loop);
	filer_free(serve.filer);
	code = ended(serve.status, has_rescue ? &rescue : NULL);
	/* The screen comes first: tmux may be slow. */
	broker_copy_free(serve.copy);
	return code;
}
