/*
 * journal: the hash-chained record of security decisions and events; never any message's words.
 *
 * Each row carries a link: BLAKE2b-256, keyed with a random key of the profile's, over the row's
 * number, time and contents and the former row's link. The newest number and link also stand in a
 * setting. So a row that was changed, removed, added or moved is found, and so is a tail cut
 * off. Who holds the profile's keys can forge all of it, and an older copy of the whole
 * profile isn't noticed.
 */
#ifndef SOTTO_CORE_PROFILE_JOURNAL_H
#define SOTTO_CORE_PROFILE_JOURNAL_H

#include <glib.h>
#include <stdint.h>

struct clock;
struct store;

/* X(enum suffix, name in the row, sentence) */
#define JOURNAL_ROWS(X)                                                                            \
	X(CREATED, "created", "The profile was made.")                                             \
	X(UNLOCKED, "unlocked", "The profile was unlocked.")                                       \
	X(LOCKED, "locked", "The profile was locked.")                                             \
	X(PASSPHRASE_CHANGED, "passphrase-changed", "The passphrase was changed.")                 \
	X(CONTACT_ADDED, "contact-added", "A contact was added.")                                  \
	X(CONTACT_REMOVED, "contact-removed", "A contact was removed.")                            \
	X(DEVICE_SEEN, "device-seen", "A device was seen for the first time.")                     \
	X(KEY_SEEN, "key-seen", "A device that had published no key has one now.")                 \
	X(DEVICE_GONE, "device-gone", "A device is no longer announced.")                          \
	X(KEY_CHANGED, "key-changed", "A device came with another key.")                           \
	X(OWNER_CHANGED, "owner-changed", "A folder on the spool belongs to another user now.")    \
	X(DEVICE_REVOKED, "device-revoked", "An own device was revoked.")                          \
	X(CLOCK_STEPPED, "clock-stepped", "The clock went forward by a week or more.")            \
	X(CLOCK_CONFIRMED, "clock-confirmed", "It was confirmed that the time is right.")          \
	X(PUT_BACK, "put-back", "The database was older than it had been.")                        \
	X(MARK_NEWER, "profile-put-back", "The profile was put back from a copy.")                 \
	X(MARK_WRONG, "mark-wrong", "The mark that is kept at the carrier was wrong.")             \
	X(CLONED, "cloned", "The profile is in use elsewhere too.")                                \
	X(DEVICE_RENEWED, "device-renewed", "This device was given another id.")                   \
	X(MISMATCH, "mismatch", "A comparison of keys failed.")                                    \
	X(TRUSTED, "trusted", "A device was trusted by hand.")                                     \
	X(FIRST_TRUSTED, "trusted-first", "A device was trusted at first contact.")                \
	X(VERIFIED, "verified", "A device was verified.")                                          \
	X(UNDECIDED, "undecided", "A device trusted before its key was seen is undecided now.")    \
	X(DISTRUSTED, "distrusted", "A device was refused by hand.")                               \
	X(TIMER_SET, "timer-set", "A conversation's timer was set.")                               \
	X(ERASED, "erased", "A conversation was erased by hand.")                                  \
	X(MESSAGE_ERASED, "message-erased", "A message was erased by hand.")                       \
	X(DEACTIVATED, "deactivated", "A device was switched off by hand.")                        \
	X(RULE_SET, "rule-set", "Which devices of a contact are trusted was set.")                 \
	X(BLOCKED, "blocked", "A contact was blocked.")                                            \
	X(UNBLOCKED, "unblocked", "A contact isn't blocked any more.")                             \
	X(GROUP_CHANGED, "group-changed", "Who is in a group has changed.")                        \
	X(SESSION_RENEWED, "session-renewed", "A session was begun anew by hand.")                 \
	X(PINNED, "pinned", "Which certificate of the server is believed was set.")                \
	X(COMPROMISED, "compromised", "A device was marked as being in the wrong hands.")          \
	X(CONTROL_USED, "control-used", "Another process used the open profile.")                  \
	X(CONTROL_REFUSED, "control-refused", "Another process was refused the open profile.")

enum journal_what {
#define X(suffix, name, sentence) JOURNAL_##suffix,
	JOURNAL_ROWS(X)
#undef X
		JOURNAL_COUNT
};

/* The detail of a device that was seen without a key, in place of the fingerprint. */
#define JOURNAL_NO_KEY "no key yet"

const char *journal_name(enum journal_what what);
const char *journal_sentence(enum journal_what what);
gboolean journal_parse(const char *name, enum journal_what *what) G_GNUC_WARN_UNUSED_RESULT;

/* Begin the chain of a new profile, in the caller's transaction. */
gboolean journal_create(struct store *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Add a row, in the caller's transaction. ADDRESS and DETAIL may be NULL, DEVICE 0. A chain that
 * was tampered with doesn't stop it: the break stays where it is, for journal_verify to find.
 */
gboolean journal_add(struct store *store, const struct clock *clock, enum journal_what what,
		     const char *address, uint32_t device, const char *detail,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Follow the chain. *BAD is 0 when it holds, else the number of the first row that doesn't fit, or
 * of the one that should be there and isn't.
 */
gboolean journal_verify(struct store *store, int64_t *bad,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
