#include "core/profile/disclosure.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/settings.h"

/* The profile's word. */
static bool is_default_on(const struct living *living, enum manner manner)
{
	/* The setting's words: off, delivered, read. */
	unsigned receipts = living->settings ? settings_choice(living->settings, "receipts") : 1;

	if (manner == MANNER_PRESENCE)
		return living->settings && settings_bool(living->settings, "presence");
	if (strcmp(living->account->carrier, "spool") != 0 || manner == MANNER_TYPING)
		return false;
	return receipts >= (manner == MANNER_MARKERS ? 2 : 1);
}

bool disclosure_may_tell(const struct living *living, const struct contact *contact,
			 enum manner manner)
{
	enum manner_choice choice = contact->manners.choices[manner];

	if (contact->manners.is_blocked)
		return false;
	return choice == CHOICE_DEFAULT ? is_default_on(living, manner) : choice == CHOICE_ON;
}

gboolean disclosure_check(const struct contact *contact, GError **error)
{
	if (!contact->manners.is_blocked)
		return TRUE;
	error_set(error, ERROR_POLICY,
		  "%s is blocked: nothing was sent. `sotto contact unblock %s` ends that.",
		  contact->address, contact->address);
	return FALSE;
}
