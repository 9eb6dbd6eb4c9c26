/*
 * spool_login: names on a spool that others write to belong to whoever has that login on the host.
 */
#ifndef SOTTO_CORE_TRANSPORT_SPOOL_LOGIN_H
#define SOTTO_CORE_TRANSPORT_SPOOL_LOGIN_H

#include <glib.h>
#include <sys/types.h>

enum { LOGIN_LINES_MAX = 100000 /* of /etc/passwd; the rest isn't read */ };

/*
 * Whether NAME may be UID's on the spool whose folder SPOOL is a descriptor of. It may not where
 * /etc/passwd gives NAME, in whatever case, to other users alone, and others than its owner may
 * write to the spool: ERROR_TRUST. So it is where /etc/passwd is there and can't be read. Users
 * that a directory service knows don't stand in that file.
 */
gboolean login_allows(int spool, const char *name, uid_t uid,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
