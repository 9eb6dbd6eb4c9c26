/*
 * helper_login: a second small process beside a confined one, which looks logins up: what a
 * directory service knows is asked by libraries that connect to it, or load others, and the sandbox
 * forbids both.
 *
 * It is forked before there are keys or words, isn't confined, and takes a name of a spool or a uid
 * at a time: nothing else can be asked of it. Each look-up is made by a child of its own, which is
 * ended after LOGIN_LOOK_MS. It ends when its socket closes.
 */
#ifndef SOTTO_TUI_CONFINE_HELPER_LOGIN_H
#define SOTTO_TUI_CONFINE_HELPER_LOGIN_H

#include <glib.h>
#include "core/model/logins.h"

enum { LOGIN_LOOK_MS = 2000 };

struct login_helper;

/* Who looks up, in a child: getpwnam() and getpwuid(). Tests have their own. */
struct login_source {
	enum login_answer (*by_name)(const char *name, uint32_t *uid);
	enum login_answer (*by_uid)(uint32_t uid, char name[static LOGIN_BYTES]);
};
extern const struct login_source login_source_host;

/* Fork it, before threads: LOGINS, which don't outlive it, find by it, from any thread. */
struct login_helper *login_helper_start(const struct login_source *source, struct logins *logins,
					GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NULL is fine. */
void login_helper_free(struct login_helper *helper);

#endif
