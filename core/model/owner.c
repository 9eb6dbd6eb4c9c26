#include "core/model/owner.h"

#include <string.h>
#include <unistd.h>

void owner_look(struct owner *owner, struct logins *logins, uint32_t uid)
{
	owner_clear(owner);
	owner->is_known = true;
	owner->is_own = uid == geteuid();
	owner->uid = uid;
	owner->answer = logins_of_uid(logins, uid, &owner->login);
}

void owner_clear(struct owner *owner)
{
	g_free(owner->login);
	memset(owner, 0, sizeof(*owner));
}

void owner_copy(struct owner *to, const struct owner *from)
{
	*to = *from;
	to->login = g_strdup(from->login);
}

bool owner_differs(const struct owner *owner, const char *address)
{
	return owner->login && !owner->is_own && g_ascii_strcasecmp(owner->login, address) != 0;
}

char *owner_words(const struct owner *owner)
{
	const char *own = owner->is_own ? " (your own)" : "";

	if (!owner->is_known)
		return NULL;
	if (owner->login)
		return g_strdup_printf("login %s, uid %u%s", owner->login, (unsigned)owner->uid,
				       own);
	if (owner->answer == LOGIN_UNKNOWN)
		return g_strdup_printf("uid %u%s, whose login can't be looked up",
				       (unsigned)owner->uid, own);
	return g_strdup_printf("uid %u%s, which has no login", (unsigned)owner->uid, own);
}
