/*
 * fingerprint: safety numbers, and the URI that QR codes carry.
 *
 * The number is libsignal's numeric fingerprint, version 0, 5,200 iterations, over each side's
 * sorted identity keys (fingerprint_generator_create_for_list), identifiers the bare addresses: 60
 * digits, the same on both sides. The URI is the one Conversations reads:
 * xmpp:ADDRESS?omemo-sid-ID=FINGERPRINT;omemo-sid-ID=... (64 lower-case hex digits each).
 */
#ifndef SOTTO_CORE_RATCHET_FINGERPRINT_H
#define SOTTO_CORE_RATCHET_FINGERPRINT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"

enum { FINGERPRINT_DIGITS = 60, FINGERPRINT_GROUPS = 12 };

/* One side: an address and the keys of its devices that count. */
struct fingerprint_side {
	const char *address;
	const uint8_t (*keys)[CONTACT_KEY_BYTES];
	size_t key_count;
};

/* 60 digits and a NUL into OUT; ERROR_NO_DEVICES when a side has no key. */
gboolean fingerprint_number(const struct fingerprint_side *own,
			    const struct fingerprint_side *other,
			    char out[static FINGERPRINT_DIGITS + 1],
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Digits as people type them: spaces and dashes are dropped. FALSE (malformed: usage) unless 60
 * digits are left.
 */
gboolean fingerprint_parse_code(const char *text,
				char out[static FINGERPRINT_DIGITS + 1]) G_GNUC_WARN_UNUSED_RESULT;

struct fingerprint_entry {
	uint32_t device;
	char hex[CONTACT_FINGERPRINT_BYTES];
};

char *fingerprint_uri(const char *address, const struct fingerprint_entry *entries, size_t count);
/* ERROR_USAGE for what isn't such a URI (at most 8 KiB, at most CONTACT_DEVICES_MAX entries, no id
 * twice). */
gboolean fingerprint_parse_uri(const char *uri, char **address, struct fingerprint_entry **entries,
			       size_t *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
