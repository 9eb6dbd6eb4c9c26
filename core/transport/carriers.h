/*
 * carriers: which carrier an account has, behind the parts that an engine asks of its front door
 * (struct engine_parts). USER isn't looked at.
 */
#ifndef SOTTO_CORE_TRANSPORT_CARRIERS_H
#define SOTTO_CORE_TRANSPORT_CARRIERS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/engine/engine.h"

/* As engine_parts.claim and .check; LOGINS may be NULL (core/transport/spool/spool_login.h). For
 * the other own devices word is left of which this is: the one whose profile is in HOME. */
gboolean carriers_claim(const struct account *account, struct logins *logins, const char *home,
			const struct patience *patience, struct certificate **refused,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean carriers_check(const struct account *account, struct logins *logins,
			const struct patience *patience, struct engine_found *found,
			struct certificate **refused, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* engine_parts.about, .look, .people, .owner */
char *carriers_about(void *user, const struct account *account, struct logins *logins,
		     uint32_t device, const char *profile);
void carriers_look(void *user, const struct account *place, struct engine_place *seen);
char **carriers_people(void *user, const struct account *account);
bool carriers_owner(void *user, const struct account *account, const char *address, uint32_t *uid);

#endif
