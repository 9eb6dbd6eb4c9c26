/*
 * engine_trust: the part of the facade that is about knowing who one talks to: safety numbers,
 * comparing them, own devices, the journal. As core/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_TRUST_H
#define SOTTO_CORE_ENGINE_TRUST_H

#include "core/engine.h"
#include "core/fingerprint.h"

/* Two people's keys, side by side. */
struct safety {
	char *address;
	char number[FINGERPRINT_DIGITS + 1]; /* "" when a side has no key that counts */
	bool is_verified; /* every active device that isn't refused is verified, and there is one */
	GPtrArray *devices;	  /* struct device, the contact's, inactive ones too */
	char *own_uri;		  /* to be shown to the other side */
};
void safety_clear(struct safety *safety);

/*
 * Bring the own devices and those of ADDRESS up to date with the carrier (when it is connected),
 * then DONE: everything below speaks of what is stored then. A carrier that can't be reached is no
 * error.
 */
void engine_refresh(struct engine *engine, const char *address, engine_done done, void *user);

/* Begin new sessions with ADDRESS (core/repair.h). */
void engine_repair(struct engine *engine, const char *address, unsigned wait_ms, engine_done done,
		   void *user);

/* Fill SAFETY. The number covers each side's active devices that aren't refused; NO_CONTACT. */
gboolean engine_safety(struct engine *engine, const char *address, struct safety *safety,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Compare what the other side gave and mark its devices verified when all of it matches;
 * ERROR_TRUST and nothing marked when not. CODE: 60 digits, else ERROR_USAGE. URI: must name
 * exactly the active devices. METHOD goes on record.
 */
gboolean engine_verify_code(struct engine *engine, const char *address, const char *code,
			    const char *method, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean engine_verify_uri(struct engine *engine, const char *address, const char *uri,
			   const char *method, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The own devices: this one first, then those that the own address announces; inactive ones too. */
gboolean engine_own_devices(struct engine *engine, device_func func, void *user,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Take an own other device off the list; it gets nothing any more. ERROR_NO_DEVICES, ERROR_USAGE
 * for this one. */
gboolean engine_revoke(struct engine *engine, uint32_t device,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Rows after number AFTER, in order; and whether the chain is whole (*BAD: 0, or the first bad
 * row's number). */
gboolean engine_journal(struct engine *engine, int64_t after, journal_func func, void *user,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean engine_journal_verify(struct engine *engine, int64_t *bad,
			       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
