/*
 * spool_login: names on a spool that others write to belong to whoever has that login on the host.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_LOGIN_H
#define SOTTO_CORE_TRANSPORT_SPOOL_SPOOL_LOGIN_H

#include <glib.h>
#include <sys/types.h>
#include "core/model/logins.h"

enum login_verdict {
	LOGIN_ALLOWED,
	LOGIN_REFUSED, /* NAME is the login of others alone */
	LOGIN_UNSURE,  /* that can't be looked up */
};

/*
 * Whether NAME, in whatever case, may be UID's on the spool whose folder SPOOL is a descriptor of:
 * where others than its owner may write to it, not where it is somebody else's login. LOGINS may be
 * NULL: then /etc/passwd alone says. ERROR (ERROR_TRUST) is set unless it is ALLOWED.
 */
enum login_verdict login_judge(struct logins *logins, int spool, const char *name, uid_t uid,
			       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
