/*
 * blocking: people who aren't heard any more. What they send is dropped before anything of it is
 * opened, and counted; the first is told. Nothing is sent to them either.
 */
#ifndef SOTTO_CORE_MESSAGES_BLOCKING_H
#define SOTTO_CORE_MESSAGES_BLOCKING_H

#include <glib.h>
#include <stdbool.h>

struct arrival;
struct contact;

/* Whether ARRIVAL's author is blocked. */
bool blocking_holds(const struct arrival *arrival) G_GNUC_PURE;
/* Count ARRIVAL, which is dropped, in the batch's transaction. */
gboolean blocking_drop(struct arrival *arrival, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
