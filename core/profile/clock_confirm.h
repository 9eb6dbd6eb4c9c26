/*
 * clock_confirm: what is done while nobody has confirmed that the time is right
 * (core/base/appclock.h).
 *
 * The time is confirmed by a synchronised system clock (NTP), by the account's own server over TLS
 * (XEP-0202), or by the user. Until then messages that may be over are hidden, and nothing is
 * destroyed by a deadline.
 */
#ifndef SOTTO_CORE_PROFILE_CLOCK_CONFIRM_H
#define SOTTO_CORE_PROFILE_CLOCK_CONFIRM_H

#include <glib.h>
#include "core/profile/living.h"

/* The account is being opened, and nothing was committed yet: a new step goes into the journal. */
gboolean clock_confirm_start(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* It is open: tell the user of what isn't confirmed. */
void clock_confirm_tell(struct living *living);
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
