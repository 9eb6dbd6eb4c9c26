#include "core/transport/spool/spool_login.h"

#include <stdbool.h>
#include <sys/stat.h>
#include "core/base/error.h"

/* A folder of one's own is nobody else's business: any name goes there. */
static bool is_shared(int spool)
{
	struct stat st;

	return fstat(spool, &st) != 0 || (st.st_mode & (S_IWGRP | S_IWOTH));
}

enum login_verdict login_judge(struct logins *logins, int spool, const char *name, uid_t uid,
			       GError **error)
{
	enum login_answer answer;
	uint32_t holder;

	if (!is_shared(spool))
		return LOGIN_ALLOWED;
	answer = logins_of_name(logins, name, uid, &holder);
	if (answer == LOGIN_NONE || (answer == LOGIN_FOUND && holder == uid))
		return LOGIN_ALLOWED;
	if (answer == LOGIN_UNKNOWN) {
		error_set(error, ERROR_TRUST,
			  "Whether %s is a login of this host can't be looked up now (its "
			  "directory service doesn't answer), so nothing is begun under that "
			  "name. Try again later, or tell whoever administers this host.",
			  name);
		return LOGIN_UNSURE;
	}
	error_set(error, ERROR_TRUST,
		  "%s is a login of this host, of the user with uid %u, and on the spool uid %u "
		  "has taken the name: nothing is sent there, and nothing is taken from there.",
		  name, (unsigned)holder, (unsigned)uid);
	return LOGIN_REFUSED;
}
