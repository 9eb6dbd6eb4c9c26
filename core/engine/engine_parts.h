/*
 * engine_parts: what the front door builds and gives to an engine.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_PARTS_H
#define SOTTO_CORE_ENGINE_ENGINE_PARTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/port/event.h"

struct account;
struct cancel;
struct certificate;
struct clock;
struct logins;
struct patience;
struct settings;
struct store_door;
struct transport;

/* What is seen of the own place on the carrier without a passphrase. */
struct engine_place {
	unsigned waiting; /* files */
	bool is_spool;
	bool keeps_acls; /* the spool: a waiting file can be kept from others (spool_acl.h) */
};

/* What is there already, where a profile is to be made. */
struct engine_found {
	unsigned devices; /* publish keys under the name, which is one's own; 0 over XMPP */
	int64_t since;	  /* the first of them, wall ms */
};

/* All are borrowed and outlive the engine. */
struct engine_parts {
	struct store_door *door;
	const struct clock *clock;
	struct settings *settings;
	struct logins *logins; /* core/model/logins.h; NULL: /etc/passwd alone */
	GMainContext *context;
	/* The carrier for ACCOUNT. */
	struct transport *(*make_transport)(void *user, const struct account *account,
					    GError **error);
	/* Claim the account's place on its carrier before the profile is made; and give it back.
	 * *REFUSED (certificate_free): the server's certificate, if that was in the way. Both wait
	 * for a server no longer than PATIENCE says (core/base/patience.h). */
	gboolean (*claim)(void *user, const struct account *account,
			  const struct patience *patience, struct certificate **refused,
			  GError **error);
	/* FALSE: something stays there, and ERROR says where. ACCOUNT NULL: nobody can say any more
	 * which place it was. */
	gboolean (*unclaim)(void *user, const struct account *account, GError **error);
	/* Look whether that place can be claimed, and change nothing; without a password whether
	 * the server can be reached and believed. FOUND: who is there already. NULL: yes. */
	gboolean (*check)(void *user, const struct account *account,
			  const struct patience *patience, struct engine_found *found,
			  struct certificate **refused, GError **error);
	/* What DEVICE, one's own, says of itself, or NULL; of this device, the one with a PROFILE
	 * (a folder), always something. Names of people besides the own one, or NULL. */
	char *(*about)(void *user, const struct account *account, struct logins *logins,
		       uint32_t device, const char *profile);
	char **(*people)(void *user, const struct account *account);
	/* Look at PLACE (core/model/account.h). */
	void (*look)(void *user, const struct account *place, struct engine_place *seen);
	/* Whose folder ADDRESS has now on the spool of ACCOUNT; false: nobody knows. */
	bool (*owner)(void *user, const struct account *account, const char *address,
		      uint32_t *uid);
	void *user;
	event_func listener;
	void *listener_user;
	struct cancel *cancel; /* long work looks at it; NULL: it ends when it is done */
	/* Messages are read on a screen: keys of timers up to 5 minutes are kept in memory only. */
	bool is_interface;
};

#endif
