/*
 * ratchet_record: some facts out of a serialised session record, without unpacking all of it.
 *
 * libsignal hands records over as protocol buffers (LocalStorageProtocol.proto, RecordStructure)
 * and unpacks one at each call; unpacking it once more for a look would cost a tenth of a message.
 * Those that don't say otherwise look at the current session, the one that sealed or opened last.
 */
#ifndef SOTTO_CORE_RATCHET_RATCHET_RECORD_H
#define SOTTO_CORE_RATCHET_RATCHET_RECORD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/model/contact.h"

/* The other side's identity key; false when RECORD holds none or is malformed. */
bool ratchet_record_identity(GBytes *record, uint8_t key[static CONTACT_KEY_BYTES]);

/* Whether something was sealed since the receiving chain began: then a heartbeat isn't needed. */
bool ratchet_record_has_answered(GBytes *record);

/*
 * Whether RECORD, in the current session or a former one, was begun by the prekey message whose
 * sealed BYTES these are.
 */
bool ratchet_record_is_begun_by(GBytes *record, const void *sealed, size_t bytes);

/*
 * Whether RECORD has a session, the current one or a former one, that was begun from here with the
 * key BASE (CONTACT_KEY_BYTES) and was never answered; BASE NULL: whether the current one is so.
 */
bool ratchet_record_waits(GBytes *record, const uint8_t *base);

#endif
