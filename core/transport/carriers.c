#include "core/transport/carriers.h"

#include <string.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/model/account.h"
#include "core/model/logins.h"
#include "core/text/text.h"
#include "core/transport/spool/spool.h"
#include "core/transport/spool/spool_about.h"
#include "core/transport/xmpp/xmpp.h"

static bool is_xmpp(const struct account *account)
{
	return strcmp(account->carrier, "xmpp") == 0;
}

/* For their own user's eyes only: PREFIX, and which device this is. g_free. */
static char *describe(const struct account *account, struct logins *logins, const char *prefix,
		      const char *profile)
{
	char made[CLOCK_TEXT_BYTES];
	g_autofree char *login = NULL, *text = NULL;
	char *safe, *answer;

	if (logins_of_uid(logins, geteuid(), &login) != LOGIN_FOUND)
		login = g_strdup_printf("of uid %u", (unsigned)geteuid());
	text = g_strdup_printf("%shost %s, login %s, profile %s, since %.10s", prefix,
			       g_get_host_name(), login, profile,
			       clock_format(account->made_at, made));
	safe = text_make_safe(text, strlen(text), TEXT_NEWLINE_SPACE);
	answer = g_strdup(safe);
	plain_free(safe);
	return answer;
}

static void introduce(const struct account *account, struct logins *logins, const char *home)
{
	g_autofree char *text = describe(account, logins, "", home);

	if (!spool_about_put(account->spool, account->address, account->device, text, NULL))
		g_debug("the other devices can't be told which this is");
}

gboolean carriers_claim(const struct account *account, struct logins *logins, const char *home,
			const struct patience *patience, struct certificate **refused,
			GError **error)
{
	if (is_xmpp(account))
		return xmpp_check(account, patience, refused, error);
	if (!spool_claim(account->spool, account->address, account->is_default_spool, logins,
			 error))
		return FALSE;
	introduce(account, logins, home);
	return TRUE;
}

gboolean carriers_check(const struct account *account, struct logins *logins,
			const struct patience *patience, struct engine_found *found,
			struct certificate **refused, GError **error)
{
	struct spool_found there = { 0 };
	gboolean ok = is_xmpp(account)
			      ? xmpp_check(account, patience, refused, error)
			      : spool_check(account->spool, account->address,
					    account->is_default_spool, logins, &there, error);

	*found = (struct engine_found){ there.devices, there.since };
	return ok;
}

char *carriers_about(void *user, const struct account *account, struct logins *logins,
		     uint32_t device, const char *profile)
{
	(void)user;
	if (profile)
		return describe(account, logins, "this device, ", profile);
	return account->spool ? spool_about_get(account->spool, account->address, device) : NULL;
}

void carriers_look(void *user, const struct account *place, struct engine_place *seen)
{
	(void)user;
	if (!place->spool || !place->address)
		return;
	seen->is_spool = true;
	seen->waiting = spool_waiting(place->spool, place->address, place->device);
	seen->keeps_acls = spool_keeps_acls(place->spool, place->address, place->device);
}

char **carriers_people(void *user, const struct account *account)
{
	(void)user;
	return account->spool ? spool_people(account->spool, account->address) : NULL;
}

bool carriers_owner(void *user, const struct account *account, const char *address, uint32_t *uid)
{
	(void)user;
	return account->spool && spool_owner(account->spool, address, uid);
}
