/*
 * device: one identity key under an address, and how far it is believed.
 *
 * The account's own devices are rows of the own address. A key is never deleted, only deactivated,
 * and never replaced in silence: a second key under the same address and id makes the device
 * `undecided` and keeps both digests on record in the journal.
 *
 * Everything here is a value or a pure function; rows live in the store.
 */
#ifndef SOTTO_CORE_MODEL_DEVICE_H
#define SOTTO_CORE_MODEL_DEVICE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	CONTACT_KEY_BYTES = 33,		/* 0x05 and a Curve25519 public key */
	CONTACT_FINGERPRINT_BYTES = 65, /* 64 hex digits and a NUL */
	CONTACT_DEVICES_MAX = 200,	/* active devices of one address that are looked at */
};

/* How far a device's key is believed; the order is that of the database, never renumber. */
enum trust {
	TRUST_UNDECIDED,   /* nobody has decided: sending is refused, incoming is quarantined */
	TRUST_TRUSTED,	   /* seen at first contact, or set by hand */
	TRUST_VERIFIED,	   /* compared with the person */
	TRUST_UNTRUSTED,   /* refused by hand: skipped when sending */
	TRUST_COMPROMISED, /* known to be in the wrong hands: as untrusted, and said so */
	TRUST_COUNT
};

/* Which devices become trusted without being asked about. */
enum trust_rule {
	RULE_DEFAULT,  /* as the profile says */
	RULE_FIRST,    /* those seen at first contact */
	RULE_MANUAL,   /* none */
	RULE_VERIFIED, /* none, and `trusted` isn't enough to send */
	RULE_COUNT
};

struct device {
	char *address;
	uint32_t id; /* 1 ... 2^31-1 */
	uint8_t key[CONTACT_KEY_BYTES];
	bool has_key;	/* false: announced, bundle never read; then it is never believed */
	bool is_active; /* on the person's newest device list, not deactivated by hand */
	bool is_sotto;	/* has shown that it is one: signed, or in an authenticated message */
	unsigned reads; /* forms that it has said it reads (form.h); they never become fewer */
	bool sends_digest; /* has sealed one with a message: none is taken from it without */
	enum trust trust;
	int64_t first_seen; /* wall ms */
	int64_t last_seen;
	int64_t decided_at; /* when trust was set by hand or by verification; 0 never */
	char *label;	    /* NULL or what the device calls itself, made safe */
	/* NULL or how it was verified: "code", "uri", "screen", "hand"; DEVICE_OFF,
	 * DEVICE_CHANGED */
	char *method;
};

/* The method of a device that was switched off by hand: no list makes it active again. */
#define DEVICE_OFF "off"
bool device_is_off(const struct device *device) G_GNUC_PURE;
/* The method of a device whose key or owner changed since it was first seen: only an act of the
 * user's decides on it, first contact doesn't. */
#define DEVICE_CHANGED "changed"
bool device_is_changed(const struct device *device) G_GNUC_PURE;
/* Whether it is announced without a key, and not refused. Nothing can be sealed for it, it holds
 * up nothing, and there is nothing to trust. */
bool device_is_keyless(const struct device *device) G_GNUC_PURE;
/* Whether it has a part in a comparison: active, with a key, not refused. */
bool device_counts(const struct device *device) G_GNUC_PURE;

/* clear frees what the value owns and zeroes it; copy is deep; copy and free take a NULL. */
void device_clear(struct device *device);
struct device *device_copy(const struct device *device);
void device_free(struct device *device);

/* "undecided", "trusted", "verified", ... as JSON and settings write them. */
const char *trust_name(enum trust trust) G_GNUC_PURE;
/* FALSE for what isn't a trust_name(). */
gboolean trust_parse(const char *name, enum trust *trust) G_GNUC_WARN_UNUSED_RESULT;
/* "device 7" or "devices 7, 8 and 9" for IDS (uint32_t), at most DEVICE_IDS_SHOWN of them. */
enum { DEVICE_IDS_SHOWN = 8 };
char *device_list_ids(const GArray *ids);
/* "device 7 has published no key" for IDS (uint32_t); NULL for none. */
char *device_keyless_words(const GArray *ids);
const char *rule_name(enum trust_rule rule) G_GNUC_PURE;

/* Write KEY without its type byte as 64 hex digits, as other OMEMO clients show it; returns OUT. */
char *contact_fingerprint(const uint8_t key[static CONTACT_KEY_BYTES],
			  char out[static CONTACT_FINGERPRINT_BYTES]);

/*
 * The trust that a key gets when it is first seen; IS_FIRST: within first contact. RULE is the
 * one in force: RULE_DEFAULT must have been resolved and counts as RULE_MANUAL. Trust is a key's:
 * a device without one is undecided.
 */
enum trust trust_at_first_sight(enum trust_rule rule, bool is_first) G_GNUC_CONST;

/*
 * What an act of the user's, or an event, makes of a device's trust. Only ACT_TRUST and
 * ACT_VERIFY ever raise it; ACT_TRUST doesn't undo a verification. A changed key is undecided, but
 * one refused before stays refused.
 */
enum trust_act { ACT_TRUST, ACT_VERIFY, ACT_DISTRUST, ACT_COMPROMISED, ACT_KEY_CHANGED };
enum trust trust_after(enum trust now, enum trust_act act) G_GNUC_CONST;

/*
 * Whether a device may be sealed for under RULE: refused devices are skipped, undecided ones
 * block, and under RULE_VERIFIED trusted ones do too.
 */
enum trust_use { USE_SEAL, USE_SKIP, USE_BLOCK };
enum trust_use trust_use(enum trust trust, enum trust_rule rule) G_GNUC_CONST;
/* The same for a whole device: one without a key is skipped, whatever its row says. */
enum trust_use device_use(const struct device *device, enum trust_rule rule) G_GNUC_PURE;

#endif
