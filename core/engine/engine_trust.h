/*
 * engine_trust: the part of the facade that is about knowing who one talks to: safety numbers,
 * comparing them, own devices, the journal. As core/engine/engine.h in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_TRUST_H
#define SOTTO_CORE_ENGINE_ENGINE_TRUST_H

#include "core/engine/engine.h"
#include "core/ratchet/fingerprint.h"

/* Two people's keys, side by side. */
struct safety {
	char *address;
	char number[FINGERPRINT_DIGITS + 1]; /* "" when a side has no key that counts */
	/* Every active device that has a key and isn't refused is verified, and there is one. */
	bool is_verified;
	GPtrArray *devices;  /* struct device, the contact's, inactive ones too */
	GArray *keyless;     /* uint32_t: of these, announced without a key */
	GArray *own_waiting; /* uint32_t: own devices that nobody has confirmed */
	struct owner folder; /* whose it is (the spool) */
	char *own_uri; /* to be shown to the other side: this device and those that are trusted */
};
void safety_clear(struct safety *safety);

/*
 * Bring the own devices and those of ADDRESS up to date with the carrier (when it is connected),
 * then DONE: everything below speaks of what is stored then. A carrier that can't be reached, or
 * says nothing within WAIT_MS, is no error.
 */
void engine_refresh(struct engine *engine, const char *address, unsigned wait_ms,
		    engine_done done, void *user);

/* Begin new sessions with ADDRESS (core/messages/repair.h). */
void engine_repair(struct engine *engine, const char *address, unsigned wait_ms, engine_done done,
		   void *user);

/* Fill SAFETY. The number covers each side's active devices that aren't refused; NO_CONTACT. */
gboolean engine_safety(struct engine *engine, const char *address, struct safety *safety,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Compare what the other side gave and mark its devices verified when all of it matches;
 * ERROR_TRUST and nothing marked when not. CODE: 60 digits, else ERROR_USAGE. METHOD goes on
 * record.
 */
gboolean engine_verify_code(struct engine *engine, const char *address, const char *code,
			    const char *method, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a URI and the rows here don't have in common: ids. */
struct uri_rest {
	GArray *unlisted; /* uint32_t: active devices here, with a key, that it doesn't name */
	GArray *unknown;  /* uint32_t: named by it, but there is no such key here */
};
void uri_rest_clear(struct uri_rest *rest);

/*
 * The same with a URI. Each key that it names and that is here must match: those devices are
 * marked, but not those that were refused or switched off by hand. ERROR_TRUST and nothing marked
 * when the URI is another person's, when a device has another key, or when none of its keys is
 * here. REST, filled on success, may be NULL.
 */
gboolean engine_verify_uri(struct engine *engine, const char *address, const char *uri,
			   const char *method, struct uri_rest *rest,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

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
/* On record: another process had VERB run here, or was refused it. */
gboolean engine_journal_control(struct engine *engine, const char *verb, bool is_refused,
				GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
