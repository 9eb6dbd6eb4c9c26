/*
 * engine_server: the part of the facade that is about the place of an account: who is there, and
 * the server's certificate. As core/engine/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_SERVER_H
#define SOTTO_CORE_ENGINE_ENGINE_SERVER_H

#include <glib.h>
#include "core/engine/engine.h"
#include "core/model/certificate.h"

/* Look at ACCOUNT's place before a profile is made: errors and engine_refused() as engine_create;
 * locked too. */
gboolean engine_check(struct engine *engine, const struct account *account,
		      struct engine_found *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Names of people on the own spool, or NULL. Locked too. g_strfreev. */
char **engine_people_there(struct engine *engine);

/* After engine_create() or engine_examine() gave ERROR_TRUST: the certificate that was shown; NULL
 * when that wasn't it. Locked too. */
const struct certificate *engine_refused(const struct engine *engine);

/* Log in once as if nothing were pinned, and wait for it: as engine_create's errors. */
gboolean engine_examine(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Believe exactly the certificate PIN from the next connection on; NULL: what the CAs say.
 * ERROR_UNAVAILABLE where there is no server. */
gboolean engine_pin(struct engine *engine, const char *pin,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
