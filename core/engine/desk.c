#include "core/engine/desk.h"
#include "core/base/cancel.h"
#include "core/base/stack.h"

/*
 * What the core thread did with keys lies on its stack and in its registers. So a thread ends when
 * the engine is closed after a job, or tells that it was locked; the next one, which goes on in its
 * place, waits for that, and only then the front hears what was said meanwhile.
 */
struct desk {
	struct engine_parts parts;
	GMainContext *core;	/* the core thread's */
	GMainContext *front;	/* the caller's */
	GMainLoop *loop;
	struct engine *engine;	/* touched by the core thread alone */
	event_func listener;
	void *user;
	struct stack_thread *thread; /* the one at work; the rest is its own */
	struct stack_thread *former; /* which it has to wait for */
	GQueue held;		     /* of struct held: for the front, once that has ended */
	bool is_ending;
	struct cancel cancel; /* raised by each urgent job until it runs */
	GMutex lock; /* of what follows */
	GCond over;
	bool is_over; /* no thread follows any more */
};

/* What waits to be given to the front. */
struct held {
	GSourceFunc func;
	void *data;
};

struct desk_job {
	struct desk *desk;
	desk_work work;
	desk_reply reply;
	void *data;
	bool is_urgent;
};

struct desk_event {
	struct desk *desk;
	struct event *event;
};

/* -- towards the front ----------------------------------------------------------------------------
 */

static void give(struct desk *desk, GSourceFunc func, void *data)
{
	GSource *source = g_idle_source_new();

	/* One priority for replies and events keeps them in the order they happened. */
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, func, data, NULL);
	g_source_attach(source, desk->front);
	g_source_unref(source);
}

/* What is said by a closed engine is true once the thread that had the keys is gone. */
static void to_front(struct desk *desk, GSourceFunc func, void *data)
{
	struct held *held;

	if (desk->engine && engine_is_open(desk->engine) && !desk->held.length) {
		give(desk, func, data);
		return;
	}
	held = g_new(struct held, 1);
	*held = (struct held){func, data};
	g_queue_push_tail(&desk->held, held);
	g_main_loop_quit(desk->loop);
}

static void give_held(struct desk *desk)
{
	struct held *held;

	while ((held = g_queue_pop_head(&desk->held))) {
		give(desk, held->func, held->data);
		g_free(held);
	}
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

	if (job->is_urgent)
		cancel_lower(&job->desk->cancel);
	job->work(job->desk->engine, job, job->data);
	return G_SOURCE_REMOVE;
}

static gboolean quit(void *data)
{
	struct desk *desk = data;

	desk->is_ending = true;
	g_main_loop_quit(desk->loop);
	return G_SOURCE_REMOVE;
}

static void to_core(struct desk *desk, GSourceFunc func, void *data)
{
	GSource *source = g_idle_source_new();

	/* Before whatever comes from others. */
	g_source_set_priority(source, G_PRIORITY_HIGH);
	g_source_set_callback(source, func, data, NULL);
	g_source_attach(source, desk->core);
	g_source_unref(source);
}

static void core_thread(void *data);

/* Whether another thread goes on; else this one has to, its stack wiped as far as that goes. */
static bool is_succeeded(struct desk *desk)
{
	desk->former = desk->thread;
	desk->thread = stack_thread_try("core", core_thread, desk);
	if (desk->thread)
		return true;
	desk->thread = g_steal_pointer(&desk->former);
	stack_wipe_all();
	return false;
}

static void end(struct desk *desk)
{
	engine_free(desk->engine);
	desk->engine = NULL;
	give_held(desk);
	g_mutex_lock(&desk->lock);
	desk->is_over = true;
	g_cond_signal(&desk->over);
	g_mutex_unlock(&desk->lock);
}

static void core_thread(void *data)
{
	struct desk *desk = data;

	/* From here on nothing of the former one's is there. */
	g_clear_pointer(&desk->former, stack_thread_join);
	g_main_context_push_thread_default(desk->core);
	if (!desk->engine)
		desk->engine = engine_new(&desk->parts);
	do {
		give_held(desk);
		g_main_loop_run(desk->loop);
	} while (!desk->is_ending && !is_succeeded(desk));
	if (desk->is_ending)
		end(desk);
	g_main_context_pop_thread_default(desk->core);
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
	desk->parts.cancel = &desk->cancel;
	g_queue_init(&desk->held);
	g_mutex_init(&desk->lock);
	g_cond_init(&desk->over);
	desk->thread = stack_thread_new("core", core_thread, desk);
	return desk;
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	/* Behind every job that was posted before; locking answers what still waits for the
	 * carrier. */
	cancel_raise(&desk->cancel);
	to_core(desk, quit, desk);
	g_mutex_lock(&desk->lock);
	while (!desk->is_over)
		g_cond_wait(&desk->over, &desk->lock);
	g_mutex_unlock(&desk->lock);
	stack_thread_join(desk->thread);
	while (g_main_context_pending(desk->front))
		g_main_context_iteration(desk->front, FALSE);
	g_main_loop_unref(desk->loop);
	g_main_context_unref(desk->core);
	g_main_context_unref(desk->front);
	g_mutex_clear(&desk->lock);
	g_cond_clear(&desk->over);
	g_free(desk);
}

static void post(struct desk *desk, desk_work work, desk_reply reply, void *data, bool is_urgent)
{
	struct desk_job *job = g_new(struct desk_job, 1);

	if (is_urgent)
		cancel_raise(&desk->cancel);
	job->is_urgent = is_urgent;
	job->desk = desk;
	job->work = work;
	job->reply = reply;
	job->data = data;
	to_core(desk, run_job, job);
}

void desk_post(struct desk *desk, desk_work work, desk_reply reply, void *data)
{
	post(desk, work, reply, data, false);
}

void desk_post_urgent(struct desk *desk, desk_work work, desk_reply reply, void *data)
{
	post(desk, work, reply, data, true);
}

struct cancel *desk_cancel(struct desk *desk)
{
	return &desk->cancel;
}

GMainContext *desk_context(struct desk *desk)
{
	return desk->core;
}
