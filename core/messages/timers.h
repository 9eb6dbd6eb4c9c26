/*
 * timers: the conversation's timer, which both sides keep the same.
 *
 * A timer carries a version, which grows by one with every explicit act and travels, with the
 * timer, in every message. The higher version wins; so what is old or was delivered again changes
 * nothing. Of two timers with one version, set at the same time on both sides, the shorter wins.
 * Only a device that is trusted changes anything; a stranger's may make what it begins stricter.
 * Every change leaves a notice in the conversation that says who made it.
 */
#ifndef SOTTO_CORE_MESSAGES_TIMERS_H
#define SOTTO_CORE_MESSAGES_TIMERS_H

#include <glib.h>
#include <stdbool.h>
#include "core/omemo/content.h"
#include "core/model/contact.h"
#include "core/profile/directory.h"
#include "core/profile/living.h"

/* A version further ahead than that is no act of a person's. */
#define TIMERS_JUMP_MAX ((uint64_t)1 << 31)

/* Take over TIMER and VERSION into CONTACT where the rules say so; whether CONTACT's timer or
 * version changed. Pure. */
bool timers_merge(struct contact *contact, int64_t timer, uint64_t version);

/*
 * Take over what CONTENT, from DEVICE, says of the timer of CONTACT, in the caller's transaction:
 * the contact is stored, and *NOTICE is the row that was, NULL when the timer is what it was.
 */
gboolean timers_take(struct living *living, struct contact *contact, const struct device *device,
		     const struct content *content, struct message **notice,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Set the timer (seconds, 0: off) of the conversation with ADDRESS, a contact's, and tell the other
 * side. DONE with UNREACHABLE: it is set here, and the word to the other side is queued.
 */
void timers_set(struct living *living, const char *address, int64_t seconds, directory_done done,
		void *user);

#endif
