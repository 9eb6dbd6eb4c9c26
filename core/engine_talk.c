/* engine: how we are towards people. */
#include "core/engine_talk.h"

#include <string.h>
#include "core/engine_state.h"
#include "core/error.h"
#include "core/journal.h"

/* Put CONTACT in a transaction of its own, with a row of the journal unless WHAT is none. */
static gboolean keep(struct living *living, const struct contact *contact, enum journal_what what,
		     GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (!living->store->ops->contact_put(living->store, contact, error) ||
	    (what != JOURNAL_COUNT &&
	     !journal_add(living->store, living->clock, what, contact->address, 0, NULL, error))) {
		living_rollback(living);
		return FALSE;
	}
	if (!living_commit(living, error))
		return FALSE;
	living_emit_contact(living, contact->address);
	return TRUE;
}

static bool is_local(const struct living *living)
{
	return strcmp(living->account->carrier, "spool") == 0;
}

gboolean engine_manner(struct engine *engine, const char *address, enum manner manner,
		       enum manner_choice choice, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	gboolean ok = FALSE;

	if (!contact)
		return FALSE;
	if (is_local(living) && (manner == MANNER_TYPING || manner == MANNER_PRESENCE)) {
		error_set(error, ERROR_UNAVAILABLE,
			  "The local spool knows no %s: there is no server that passes it on.",
			  manner_name(manner));
	} else {
		contact->manners.choices[manner] = choice;
		ok = keep(living, contact, JOURNAL_COUNT, error);
	}
	contact_free(contact);
	return ok;
}

/* -- blocking --------------------------------------------------------------------------------- */

static gboolean put_block(struct living *living, const char *text, bool is_blocked, GError **error)
{
	g_autofree char *address = contact_address(text, error);
	struct contact *contact;
	bool is_new;
	gboolean ok;

	if (!address)
		return FALSE;
	if (strcmp(address, living->account->address) == 0) {
		error_set(error, ERROR_USAGE, "%s is your own address.", address);
		return FALSE;
	}
	contact = living_contact(living, address, &is_new, error);
	if (!contact)
		return FALSE;
	if (!is_blocked && is_new) {
		error_set(error, ERROR_NO_CONTACT, "%s isn't blocked.", address);
		contact_free(contact);
		return FALSE;
	}
	contact->manners.is_blocked = is_blocked;
	contact->manners.is_block_due = !is_local(living);
	contact->manners.dropped = 0;
	ok = keep(living, contact, is_blocked ? JOURNAL_BLOCKED : JOURNAL_UNBLOCKED, error);
	contact_free(contact);
	return ok;
}

void engine_block(struct engine *engine, const char *address, bool is_blocked, unsigned wait_ms,
		  engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	(void)wait_ms;
	if (living && !put_block(living, address, is_blocked, &error) && !error)
		error_set_plain(&error, ERROR_FAILED);
	done(user, error);
}
