/*
 * spool_inside: what claiming a name and looking whether it can be claimed have in common.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INSIDE_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_INSIDE_H

#include <glib.h>
#include "core/model/logins.h"

/* Whether the default spool ROOT is there, and NAME is the login. */
gboolean claim_check_default(const char *root, const char *name,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether NAME isn't another user's login, on the spool whose folder SPOOL is a descriptor of;
 * LOGINS may be NULL, as in spool_login.h. */
gboolean claim_may_take(int spool, const char *name, struct logins *logins,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE, with the sentence that NAME belongs to another user. */
gboolean claim_refuse_owner(const char *root, const char *name, GError **error);

#endif
