/*
 * owner: whose folder a contact's is on the spool, for people to look at: a uid of the host, and
 * its login where it has one. Looked up when it is shown, never stored.
 */
#ifndef SOTTO_CORE_MODEL_OWNER_H
#define SOTTO_CORE_MODEL_OWNER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/logins.h"

/* All zero: no owner is known. */
struct owner {
	bool is_known;
	bool is_own; /* the uid that this process runs under */
	uint32_t uid;
	enum login_answer answer;
	char *login; /* safe to show; NULL but where it was found */
};

/* Fill in OWNER with UID. */
void owner_look(struct owner *owner, struct logins *logins, uint32_t uid);
void owner_clear(struct owner *owner);
/* TO owns a copy. */
void owner_copy(struct owner *to, const struct owner *from);

/* Whether it is another user, by another login than the name ADDRESS. */
bool owner_differs(const struct owner *owner, const char *address) G_GNUC_PURE;
/* "login bob, uid 1001", "uid 1005, which has no login", ...; NULL where none is known. */
char *owner_words(const struct owner *owner);

#endif
