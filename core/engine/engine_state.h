/*
 * engine_state: what is inside struct engine; for engine*.c alone.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_STATE_H
#define SOTTO_CORE_ENGINE_ENGINE_STATE_H

#include "core/engine/engine.h"
#include "core/profile/living.h"

struct listener {
	event_func func;
	void *user;
};

struct engine {
	struct engine_parts parts;
	bool is_held;		/* the profile's lock is ours */
	struct living *living;	/* NULL while locked */
	enum transport_state carrier;
	char *why;		/* the carrier's last sentence, or NULL */
	bool is_comparing;	/* the mark, because the carrier said so */
	bool is_cut_off;	/* the carrier has said that it can't be reached */
	GArray *listeners;	/* struct listener */
	struct certificate *refused; /* what a server showed that wasn't believed, or NULL */
	GSource *vault_alarm;	/* while locked: the next key of the vault dies */
	unsigned server_wait_ms; /* engine_be_patient() */
	GSList *erasures;	/* conversations being erased, core/engine/engine_expiry.c */
};

/* The living account, or NULL with ERROR_LOCKED. */
struct living *engine_living(struct engine *engine, GError **error);

/* The parts' claim; what it refused is kept for engine_refused(). */
gboolean engine_claim(struct engine *engine, const struct account *account,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tell everybody who listens. */
void engine_emit(struct engine *engine, const struct event *event);
/* The same, as an event_func. */
void engine_emit_all(const struct event *event, void *engine);

/* Whose folder CONTACT has (core/model/owner.h), and the contact at ADDRESS, if there is one;
 * OWNER stays as it is where nobody knows. */
void engine_look_owner(struct engine *engine, const struct contact *contact, struct owner *owner);
gboolean engine_find_owner(struct engine *engine, const char *address, struct owner *owner,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether somebody of that NAME is on the spool; false where the carrier has no bare names. */
bool engine_has_person(struct engine *engine, const char *name);

/* Give up what is being erased by hand. */
void engine_end_erasures(struct engine *engine);
/* Locked, with the profile's lock held: let the vault's keys die when their time is over. And no
 * longer. */
void engine_watch_vault(struct engine *engine);
void engine_leave_vault(struct engine *engine);

#endif
