/*
 * engine_change: the part of the facade that is about keys that change: what waits for a decision,
 * putting it off, switching one device off, the rule of a contact. As core/engine/engine.h in every
 * respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_CHANGE_H
#define SOTTO_CORE_ENGINE_ENGINE_CHANGE_H

#include "core/engine/engine.h"

/* Why nothing is sent to an address, however many of its devices changed: what one card says. */
struct change {
	char *address;
	GPtrArray *devices;    /* struct device: active ones that block sending, the latest first */
	unsigned fresh;	       /* of them: never seen before */
	unsigned changed;      /* of them: known ones with another key or owner */
	unsigned late;	       /* of them: known ones whose first key came only now */
	unsigned only_trusted; /* of them: trusted, where the rule wants verified ones */
	GArray *keyless;   /* uint32_t: announced without a key */
	struct owner folder; /* whose it is (the spool) */
	int64_t since;	 /* when the first of them appeared or changed; 0 when there is none */
	int64_t latest;	 /* when the last of them did */
	int64_t remind_at; /* put off until then, 0: not */
	bool was_verified; /* some device of theirs was compared once */
	bool is_stranger;  /* they wrote first: nobody here added them */
	bool is_accepted; /* writing now is first contact: it goes, and trusts all of them */
	bool is_own;	   /* the own account: another device of one's own, or of somebody else's */
};
void change_free(struct change *change);

/* What waits for a decision at ADDRESS, the own one too; never NULL but on error. */
struct change *engine_change(struct engine *engine, const char *address,
			     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Don't remind of ADDRESS before UNTIL (wall ms). Sending stays refused. */
gboolean engine_remind(struct engine *engine, const char *address, int64_t until,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/*
 * Switch one device off: it gets nothing and doesn't count, whatever the carrier lists, until it is
 * trusted or verified by hand. Its key is kept. ERROR_NO_DEVICES.
 */
gboolean engine_deactivate(struct engine *engine, const char *address, uint32_t device,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Which devices of ADDRESS become trusted without being asked about. ERROR_NO_CONTACT. */
gboolean engine_rule(struct engine *engine, const char *address, enum trust_rule rule,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The setting trust_rule has changed: whoever shows a card on somebody is told to look again. */
void engine_rules_changed(struct engine *engine);

#endif
