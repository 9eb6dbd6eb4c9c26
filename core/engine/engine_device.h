/*
 * engine_device: the part of the facade that gives this device another id. As core/engine/engine.h
 * in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_DEVICE_H
#define SOTTO_CORE_ENGINE_ENGINE_DEVICE_H

#include "core/engine/engine.h"

/*
 * Leave the device id to a copy of this profile that is in use elsewhere, and take a new one
 * (engine_account() says which): all sessions begin anew. Nothing leaves before the profile is
 * opened again. DONE with UNREACHABLE, and nothing has changed, when the carrier can't be asked.
 */
void engine_renew_device(struct engine *engine, engine_done done, void *user);

/* Whether the open profile was found to be in use elsewhere too: then nothing is sent. */
bool engine_is_cloned(const struct engine *engine);

#endif
