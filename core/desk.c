#include "core/desk.h"
#include <signal.h>

struct desk {
	struct engine_parts parts;
	GMainContext *core;	/* the core thread's */
	GMainContext *front;	/* the caller's */
	GMainLoop *loop;
	GThread *thread;
	struct engine *engine;	/* touched by the core thread alone */
	event_func listener;
	void *user;
};

struct desk_job {
	struct desk *desk;
	desk_work work;
	desk_reply reply;
	void *data;
};

struct desk_event {
	struct desk *desk;
	struct event *event;
};

/* -- towards the front ----------------------------------------------------------------------------
 */

static void to_front(struct desk *desk, GSourceFunc func, void *data)
{
	GSource *source = g_idle_source_new();

	/* One priority for replies and events keeps them in the order they happened. */
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, func, data, NULL);
	g_source_attach(source, desk->front);
	g_source_unref(source);
}

static gboolean give_event(void *data)
{
	struct desk_event *given = data;

	given->desk->listener(given->event, given->desk->user);
	event_free(given->event);
	g_free(given);
	return G_SOURCE_REMOVE;
}

static void core_event(const struct event *event, void *user)
{
	struct desk_event *given = g_new(struct desk_event, 1);

	given->desk = user;
	given->event = event_copy(event);
	to_front(given->desk, give_event, given);
}

static gboolean give_reply(void *data)
{
	struct desk_job *job = data;

	if (job->reply)
		job->reply(job->data);
	g_free(job);
	return G_SOURCE_REMOVE;
}

void desk_finish(struct desk_job *job)
{
	to_front(job->desk, give_reply, job);
}

void *desk_data(struct desk_job *job)
{
	return job->data;
}

/* -- on the core thread
 * ----------------------------------------------------------------------------- */

static gboolean run_job(void *data)
{
	struct desk_job *job = data;

	job->work(job->desk->engine, job, job->data);
	return G_SOURCE_REMOVE;
}

static gboolean quit(void *data)
{
	struct desk *desk = data;

	g_main_loop_quit(desk->loop);
	return G_SOURCE_REMOVE;
}

static void to_core(struct desk *desk, GSourceFunc func, void *data)
{
	GSource *source = g_idle_source_new();

	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, func, data, NULL);
	g_source_attach(source, desk->core);
	g_source_unref(source);
}

static void *core_thread(void *data)
{
	struct desk *desk = data;

	g_main_context_push_thread_default(desk->core);
	desk->engine = engine_new(&desk->parts);
	g_main_loop_run(desk->loop);
	engine_free(desk->engine);
	g_main_context_pop_thread_default(desk->core);
	return NULL;
}

/*
 * A signal that this thread took would end the process while the terminal thread holds it back, in
 * a prompt whose echo is off. Only what a thread does to itself stays its own.
 */
static GThread *start_thread(struct desk *desk)
{
	static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP};
	sigset_t held, before;
	GThread *thread;

	sigfillset(&held);
	for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
		sigdelset(&held, own[i]);
	pthread_sigmask(SIG_SETMASK, &held, &before);
	thread = g_thread_new("core", core_thread, desk);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return thread;
}

struct desk *desk_new(const struct engine_parts *parts, event_func listener, void *user)
{
	struct desk *desk = g_new0(struct desk, 1);

	desk->core = g_main_context_new();
	desk->front = g_main_context_ref_thread_default();
	desk->loop = g_main_loop_new(desk->core, FALSE);
	desk->listener = listener;
	desk->user = user;
	desk->parts = *parts;
	desk->parts.context = desk->core;
	desk->parts.listener = core_event;
	desk->parts.listener_user = desk;
	desk->thread = start_thread(desk);
	return desk;
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	/* Behind every job that was posted before; locking answers what still waits for the
	 * carrier. */
	to_core(desk, quit, desk);
	g_thread_join(desk->thread);
	while (g_main_context_pending(desk->front))
		g_main_context_iteration(desk->front, FALSE);
	g_main_loop_unref(desk->loop);
	g_main_context_unref(desk->core);
	g_main_context_unref(desk->front);
	g_free(desk);
}

void desk_post(struct desk *desk, desk_work work, desk_reply reply, void *data)
{
	struct desk_job *job = g_new(struct desk_job, 1);

	job->desk = desk;
	job->work = work;
	job->reply = reply;
	job->data = data;
	to_core(desk, run_job, job);
}

GMainContext *desk_context(struct desk *desk)
{
	return desk->core;
}
