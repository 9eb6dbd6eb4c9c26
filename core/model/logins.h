/*
 * logins: who has an account on this host, and what it is called.
 *
 * /etc/passwd is read here. What isn't found there is asked of a finder, which knows directory
 * services (LDAP, sssd); its answers are kept for a minute. Where it doesn't answer it isn't asked
 * again for LOGINS_DOWN_S.
 */
#ifndef SOTTO_CORE_MODEL_LOGINS_H
#define SOTTO_CORE_MODEL_LOGINS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	LOGIN_BYTES = 256,	/* the longest login, with its NUL; a longer one is LOGIN_UNKNOWN */
	LOGINS_LINES_MAX = 100000, /* of /etc/passwd; the rest isn't read */
	LOGINS_KEPT_MAX = 1024, /* answers */
	LOGINS_KEPT_S = 60,
	LOGINS_DOWN_S = 10,
};

enum login_answer {
	LOGIN_NONE,   /* nobody has it; it has none */
	LOGIN_FOUND,
	LOGIN_UNKNOWN /* it can't be looked up now */
};

/* Both are bounded in time. */
struct login_finder {
	enum login_answer (*by_name)(void *user, const char *name, uint32_t *uid);
	enum login_answer (*by_uid)(void *user, uint32_t uid, char name[static LOGIN_BYTES]);
	void *user;
};

struct logins;

struct logins *logins_new(void);
void logins_free(struct logins *logins);
/* Forget what was answered: names of contacts, which a locked sotto doesn't hold. NULL is fine. */
void logins_forget(struct logins *logins);
/* FINDER is copied. Without one there is nothing but /etc/passwd. */
void logins_let_find(struct logins *logins, const struct login_finder *finder);

/*
 * Whether NAME, in whatever case, is a login. FOUND: *HOLDER is UID where UID has it, else one who
 * does. LOGINS may be NULL, as below: no finder.
 */
enum login_answer logins_of_name(struct logins *logins, const char *name, uint32_t uid,
				 uint32_t *holder);
/* The login of UID. FOUND: *NAME, safe to show; free with g_free. */
enum login_answer logins_of_uid(struct logins *logins, uint32_t uid, char **name);

#endif
