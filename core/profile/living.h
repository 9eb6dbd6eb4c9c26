/*
 * living: the open account, as the parts of the engine that work on it see it.
 *
 * The engine owns the struct and everything in it, makes it when it unlocks and ends it when it
 * locks. The carrier is stopped before it ends, so no answer ever finds it gone.
 */
#ifndef SOTTO_CORE_PROFILE_LIVING_H
#define SOTTO_CORE_PROFILE_LIVING_H

#include <glib.h>
#include "core/base/pace.h"
#include "core/model/account.h"
#include "core/port/event.h"
#include "core/port/store.h"
#include "core/port/transport.h"
#include "core/ratchet/ratchet.h"

struct appclock;
struct cancel;
struct clock;
struct expiry;
struct greeting;
struct file_row;
struct lobby;
struct logins;
struct seal_guard;
struct seal_state;
struct senders;
struct settings;

struct living {
	struct store *store;
	struct ratchet *ratchet;
	struct transport *transport; /* NULL until connected */
	bool is_live; /* the carrier was asked to keep watching */
	struct lobby *lobby; /* core/groups/lobby.h; NULL for a carrier without rooms */
	GHashTable *lately; /* core/profile/lately.h */
	struct senders *senders; /* core/profile/senders.h; NULL until they are asked for */
	struct account *account;
	const struct clock *clock;
	const struct cancel *cancel; /* core/base/cancel.h */
	struct pace pace;	     /* of what arrives */
	struct settings *settings;
	struct logins *logins; /* core/model/logins.h; may be NULL */
	GMainContext *context;
	event_func listener;
	void *listener_user;
	GHashTable *sending; /* outbox rows now with the carrier: int64 row -> itself */
	GQueue resting;	 /* delivery_flush.c: those that wait for what others handed over */
	GQueue unsealed; /* core/messages/delivery_out.c: messages being made ready, oldest first */
	struct appclock *appclock; /* what deadlines are counted on */
	struct expiry *expiry;	   /* core/profile/expiry.h */
	struct seal_state *seals; /* core/profile/seal_state.h */
	struct seal_guard *guard; /* core/outbox/seal_guard.h */
	struct greeting *greeting; /* core/outbox/seal_greet.c; NULL while there is none */
	GSource *indexing; /* builds the search index in slices; NULL while none is built */
	GSList *works;	   /* core/files/files.h: what is done in slices */
	bool is_ending;	   /* the account is being locked */
	void (*committed)(struct living *living); /* after every commit; NULL for nobody */
	/* The parts of ROW's file are to go from the first one on (core/files/files_out.c). */
	void (*file_again)(struct living *living, const struct file_row *row);
};

/* Begin a transaction; on failure ERROR is set. */
gboolean living_begin(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Flush the ratchet, then commit; rolls back on failure, so the caller only returns. */
gboolean living_commit(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Roll back, and forget what the ratchet had cached. */
void living_rollback(struct living *living);

/* Tell the front end; TYPE with what belongs to it. */
void living_emit(struct living *living, const struct event *event);
void living_emit_contact(struct living *living, const char *address);
void living_emit_notice(struct living *living, const char *format, ...) G_GNUC_PRINTF(2, 3);

int64_t living_now(const struct living *living);
/* The deadline, on the app clock, of what lives SECONDS from now; 0 for 0. */
int64_t living_deadline(const struct living *living, int64_t seconds);
/* Tell that MESSAGE was stored or has changed, its deadline turned into wall time. */
void living_emit_message(struct living *living, enum event_type type,
			 const struct message *message);

/*
 * The contact of ADDRESS, made when it isn't there (not yet put into the store: *IS_NEW). NULL on
 * error.
 */
/* The contact ADDRESS, NULL with ERROR_NO_CONTACT when there is none; contact_free(). The user's
 * own notes always are one, stored or not. */
struct contact *living_known(struct living *living, const char *address,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
struct contact *living_contact(struct living *living, const char *address, bool *is_new,
			       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The contact's rule, the profile's default filled in. */
enum trust_rule living_rule(const struct living *living, const struct contact *contact);
/* The devices of ADDRESS as a GPtrArray of struct device. */
GPtrArray *living_devices(struct living *living, const char *address,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
