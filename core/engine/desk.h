/*
 * desk: the core thread, and the only way to it from another thread.
 *
 * A desk starts one thread with its own GMainContext and makes the engine there; it takes no
 * signals. The terminal thread hands it jobs; a job's DATA belongs to the core thread from
 * desk_post() until its reply, and to the terminal thread before and after: nothing is ever shared.
 * Jobs go before everything else that the core thread has to do, in the order in which they were
 * posted. One that is urgent (locking) also cuts short what is under way (core/base/cancel.h), and
 * makes those before it see that; whatever must be done all the same shields itself.
 *
 * Replies and events come on the GMainContext that was the thread's default when the desk was made,
 * in the order they happened.
 */
#ifndef SOTTO_CORE_ENGINE_DESK_H
#define SOTTO_CORE_ENGINE_DESK_H

#include <glib.h>
#include "core/engine/engine.h"

struct cancel;
struct desk;
struct desk_job;

/* On the core thread; must end in desk_finish(job), now or later. */
typedef void (*desk_work)(struct engine *engine, struct desk_job *job, void *data);
/* On the caller's thread, once. */
typedef void (*desk_reply)(void *data);

/* PARTS is copied; its context and listener are set by the desk, its users must be safe on the core
 * thread. */
struct desk *desk_new(const struct engine_parts *parts, event_func listener, void *user);
/* Lock, end the thread, wait for it. Jobs that are still waiting get their reply before. */
void desk_free(struct desk *desk);

/* REPLY may be NULL. */
void desk_post(struct desk *desk, desk_work work, desk_reply reply, void *data);
void desk_post_urgent(struct desk *desk, desk_work work, desk_reply reply, void *data);
void desk_finish(struct desk_job *job);
/* The data of JOB, for work that finishes in a callback. */
void *desk_data(struct desk_job *job);

/* What urgent jobs raise until they run. */
struct cancel *desk_cancel(struct desk *desk);

/* The core thread's context, for what must live there (the control socket). */
GMainContext *desk_context(struct desk *desk);

#endif
