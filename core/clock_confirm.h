/*
 * clock_confirm: what is done while nobody has confirmed that the time is right (core/appclock.h).
 *
 * The time is confirmed by a synchronised system clock (NTP), by the account's own server over TLS
 * (XEP-0202), or by the user. Until then messages that may be over are hidden, and nothing is
 * destroyed by a deadline.
 */
#ifndef SOTTO_CORE_CLOCK_CONFIRM_H
#define SOTTO_CORE_CLOCK_CONFIRM_H

#include <glib.h>
#include "core/living.h"

/* The account has just been opened: a new step goes into the journal, and is told. */
void clock_confirm_start(struct living *living);
/* Whether the time is confirmed, by now: looks at the system clock if it wasn't. */
bool clock_confirm_check(struct living *living);
/*
 * WALL (ms) is the right time, as BY says ("ntp", "server", "user"). Deadlines that began while it
 * was doubtful are put right. Not in a transaction. Nothing where nothing is doubtful.
 */
gboolean clock_confirm(struct living *living, int64_t wall, const char *by,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The server is there: ask it for the time, where that is wanted. */
void clock_confirm_ask(struct living *living);

#endif
