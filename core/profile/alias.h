/*
 * alias: what the user may call somebody.
 *
 * An alias goes before the addresses of strangers (core/profile/naming.h); so it mustn't be a name
 * that somebody else is known by, or may come with.
 */
#ifndef SOTTO_CORE_PROFILE_ALIAS_H
#define SOTTO_CORE_PROFILE_ALIAS_H

#include <glib.h>
#include "core/model/contact.h"
#include "core/profile/living.h"

/* Whether ALIAS may be what the person at ADDRESS is called; ERROR_USAGE says why not. */
gboolean alias_check(struct living *living, const char *address, const char *alias,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What is said where CONTACT, who wasn't there before, might be taken for one whom the user calls
 * so; NULL where nobody is. g_free. */
char *alias_stranger(struct living *living,
		     const struct contact *contact) G_GNUC_WARN_UNUSED_RESULT;

#endif
