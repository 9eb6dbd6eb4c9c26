#include "tui/cli/interrupt.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>
#include "core/base/cancel.h"

static const int taken[] = { SIGINT, SIGTERM, SIGHUP };

struct interrupt {
	struct cancel *cancel;
	void (*func)(void *user);
	void *user;
	GMainContext *context; /* the verb's */
	GMainContext *own;
	GMainLoop *loop;
	GSource *sources[G_N_ELEMENTS(taken)];
	GThread *thread;
	GSource *told;	/* on the verb's context; the thread's until it has ended */
	int raised;	/* the signal; 0: none came; likewise */
	gint is_told;	/* atomic */
	bool is_lowered;
};

static gboolean tell(void *user)
{
	struct interrupt *interrupt = user;

	g_atomic_int_set(&interrupt->is_told, 1);
	interrupt->func(interrupt->user);
	return G_SOURCE_REMOVE;
}

static void end_process(int number)
{
	signal(number, SIG_DFL);
	kill(getpid(), number);
}

static gboolean is_stuck(void *user)
{
	struct interrupt *interrupt = user;

	if (!g_atomic_int_get(&interrupt->is_told))
		end_process(interrupt->raised);
	return G_SOURCE_REMOVE;
}

static void look_later(struct interrupt *interrupt)
{
	GSource *later = g_timeout_source_new(INTERRUPT_MS);

	g_source_set_callback(later, is_stuck, interrupt, NULL);
	g_source_attach(later, interrupt->own);
	g_source_unref(later);
}

static gboolean came(struct interrupt *interrupt, int number)
{
	if (interrupt->raised) {
		end_process(number);
		return G_SOURCE_CONTINUE;
	}
	interrupt->raised = number;
	look_later(interrupt);
	if (interrupt->cancel)
		cancel_raise(interrupt->cancel);
	interrupt->told = g_idle_source_new();
	g_source_set_priority(interrupt->told, G_PRIORITY_HIGH);
	g_source_set_callback(interrupt->told, tell, interrupt, NULL);
	g_source_attach(interrupt->told, interrupt->context);
	return G_SOURCE_CONTINUE;
}

static gboolean came_hup(void *user)
{
	return came(user, SIGHUP);
}

static gboolean came_int(void *user)
{
	return came(user, SIGINT);
}

static gboolean came_term(void *user)
{
	return came(user, SIGTERM);
}

/* nohup stays what it is. */
static bool is_ignored(int number)
{
	struct sigaction action;

	return number == SIGHUP && sigaction(number, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

static void take(struct interrupt *interrupt, size_t i)
{
	static const GSourceFunc funcs[] = { came_int, came_term, came_hup };

	if (is_ignored(taken[i]))
		return;
	interrupt->sources[i] = g_unix_signal_source_new(taken[i]);
	g_source_set_callback(interrupt->sources[i], funcs[i], interrupt, NULL);
	g_source_attach(interrupt->sources[i], interrupt->own);
}

static void *listen_to_signals(void *user)
{
	struct interrupt *interrupt = user;

	g_main_loop_run(interrupt->loop);
	return NULL;
}

struct interrupt *interrupt_start(struct cancel *cancel, void (*func)(void *user), void *user)
{
	struct interrupt *interrupt = g_new0(struct interrupt, 1);
	sigset_t all, former;

	interrupt->cancel = cancel;
	interrupt->func = func;
	interrupt->user = user;
	interrupt->context = g_main_context_ref_thread_default();
	interrupt->own = g_main_context_new();
	interrupt->loop = g_main_loop_new(interrupt->own, FALSE);
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++)
		take(interrupt, i);
	/* GLib tells its contexts; a prompt that takes signals itself mustn't find them taken. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &former);
	interrupt->thread = g_thread_new("interrupt", listen_to_signals, interrupt);
	pthread_sigmask(SIG_SETMASK, &former, NULL);
	return interrupt;
}

void interrupt_heeded(struct interrupt *interrupt)
{
	if (!interrupt->is_lowered && interrupt->cancel)
		cancel_lower(interrupt->cancel);
	interrupt->is_lowered = true;
}

static gboolean quit(void *user)
{
	g_main_loop_quit(user);
	return G_SOURCE_REMOVE;
}

int interrupt_stop(struct interrupt *interrupt)
{
	GSource *last = g_idle_source_new();
	int raised;

	/* In its own loop: it may not have begun to run. */
	g_source_set_callback(last, quit, interrupt->loop, NULL);
	g_source_attach(last, interrupt->own);
	g_source_unref(last);
	g_thread_join(interrupt->thread);
	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
		if (!interrupt->sources[i])
			continue;
		g_source_destroy(interrupt->sources[i]);
		g_source_unref(interrupt->sources[i]);
	}
	raised = interrupt->raised;
	if (interrupt->told) {
		g_source_destroy(interrupt->told);
		g_source_unref(interrupt->told);
	}
	if (interrupt->raised)
		interrupt_heeded(interrupt);
	g_main_loop_unref(interrupt->loop);
	g_main_context_unref(interrupt->own);
	g_main_context_unref(interrupt->context);
	g_free(interrupt);
	return raised;
}
