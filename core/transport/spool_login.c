#include "core/transport/spool_login.h"

#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include "core/error.h"

enum { LINE_BYTES = 4096 };

/* A folder of one's own is nobody else's business: any name goes there. */
static bool is_shared(int spool)
{
	struct stat st;

	return fstat(spool, &st) != 0 || (st.st_mode & (S_IWGRP | S_IWOTH));
}

struct holder {
	bool is_found;
	bool is_uid; /* the one that was asked for has that login */
	uid_t uid;   /* of one who has it */
};

static void look_for(FILE *file, const char *name, uid_t uid, struct holder *holder)
{
	char buffer[LINE_BYTES];
	struct passwd row, *found;

	for (unsigned i = 0; i < LOGIN_LINES_MAX && !holder->is_uid; i++) {
		int code = fgetpwent_r(file, &row, buffer, sizeof(buffer), &found);

		/* A line that is too long is passed over. */
		if (code == ERANGE)
			continue;
		if (code != 0)
			return;
		if (g_ascii_strcasecmp(row.pw_name, name) != 0)
			continue;
		holder->is_found = true;
		holder->uid = row.pw_uid;
		holder->is_uid = row.pw_uid == uid;
	}
}

gboolean login_allows(int spool, const char *name, uid_t uid, GError **error)
{
	struct holder holder = { 0 };
	FILE *file;

	if (!is_shared(spool))
		return TRUE;
	file = fopen("/etc/passwd", "re");
	if (!file && errno == ENOENT)
		return TRUE;
	if (!file) {
		error_set(error, ERROR_TRUST,
			  "Whether %s is a login of this host can't be looked up (/etc/passwd: "
			  "%s), so nothing is sent there or taken from there.",
			  name, g_strerror(errno));
		return FALSE;
	}
	look_for(file, name, uid, &holder);
	fclose(file);
	if (!holder.is_found || holder.is_uid)
		return TRUE;
	error_set(error, ERROR_TRUST,
		  "%s is a login of this host, of the user with uid %u, and on the spool uid %u "
		  "has taken the name: nothing is sent there, and nothing is taken from there.",
		  name, (unsigned)holder.uid, (unsigned)uid);
	return FALSE;
}
