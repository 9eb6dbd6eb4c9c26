/*
 * notes: what the user writes to the own address. Nothing of it ever leaves this device.
 *
 * The conversation is a row among the contacts of kind CONTACT_NOTES (core/model/contact.h). It is
 * there once something was written or it was opened. No carrier is asked, nothing is sealed for
 * anybody, no receipt is due, and nothing that arrives is put there, whoever it says that it is
 * from: other devices of the account keep notes of their own.
 */
#ifndef SOTTO_CORE_PROFILE_NOTES_H
#define SOTTO_CORE_PROFILE_NOTES_H

#include <glib.h>
#include <stdbool.h>
#include "core/profile/living.h"

/* Whether ADDRESS (may be NULL) is the own one. */
bool notes_is(const struct living *living, const char *address);

/* TRUE, or FALSE with ERROR_USAGE where ADDRESS is the own one: notes have no WHAT ("keys"). */
gboolean notes_refuse(const struct living *living, const char *address, const char *what,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* When the account opens: a row for the own address that is of before there were notes becomes
 * theirs. */
gboolean notes_settle(struct living *living, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
