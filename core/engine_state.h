/*
 * engine_state: what is inside struct engine; for engine*.c alone.
 */
#ifndef SOTTO_CORE_ENGINE_STATE_H
#define SOTTO_CORE_ENGINE_STATE_H

#include "core/engine.h"
#include "core/living.h"

struct engine {
	struct engine_parts parts;
	bool is_held;		/* the profile's lock is ours */
	struct living *living;	/* NULL while locked */
	enum transport_state carrier;
	char *why;		/* the carrier's last sentence, or NULL */
	GArray *listeners;	/* struct listener */
};

/* The living account, or NULL with ERROR_LOCKED. */
struct living *engine_living(struct engine *engine, GError **error);

/* Give the account's own bundle to the carrier; a failure becomes a notice. */
void engine_publish(struct engine *engine);

#endif
