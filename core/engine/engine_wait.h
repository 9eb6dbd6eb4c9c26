/*
 * engine_wait: a request that is answered once: by its end, or when its time is up, whichever comes
 * first. For engine*.c alone.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_WAIT_H
#define SOTTO_CORE_ENGINE_ENGINE_WAIT_H

#include "core/engine/engine.h"

struct waiting;

/* DONE hears its end, which is told to engine_answer(), or after WAIT_MS that there was none. */
struct waiting *engine_wait(struct engine *engine, unsigned wait_ms, engine_done done, void *user);
/* Frees WAITING, a struct waiting *. ERROR is NULL after a good end. */
void engine_answer(void *waiting, const GError *error);

/* The same for a message to ADDRESS. What isn't sealed when its time is up waits no longer. */
struct waiting *engine_wait_sent(struct engine *engine, unsigned wait_ms, const char *address,
				 engine_sent done, void *user);
void engine_answer_sent(void *waiting, const struct message *message, const GError *error);

/* Who was asked. */
struct engine *engine_of(const struct waiting *waiting);

#endif
