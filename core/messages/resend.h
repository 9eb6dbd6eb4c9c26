/*
 * resend: what was sealed in a session that could never be opened goes out again in another one.
 *
 * A used prekey goes with the first message under it that is erased (ratchet_drop_used()), and two
 * may have picked the same one. Who comes second can't be read. The reader's sotto begins a session
 * with the writer's device and says so in it, sealed: "begin anew", with the key that the lost
 * session was begun with (repair_answer()). The writer's sotto then sends to that device again what
 * it wrote there since that session began, under the same ids; a message that is there already
 * stays as it is. What it wrote since to groups goes along, where it was for that member. A file
 * goes too where its bytes are at hand: on a server, or on the spool until all of its parts were
 * handed over. One that isn't, and words that are gone here, leave a row that names them, and the
 * file stands as not sent. It does so once for a session, and only for one that it began itself and
 * that was never answered.
 */
#ifndef SOTTO_CORE_MESSAGES_RESEND_H
#define SOTTO_CORE_MESSAGES_RESEND_H

#include <glib.h>

enum {
	RESEND_MAX = 200,     /* messages at a time */
	RESEND_LOOKS = 10000, /* rows that are looked at */
};

struct arrival;

/* What ARRIVAL says of a session that has to begin anew, if it does. */
gboolean resend_take(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
