/* engine: the account's server. */
#include "core/engine/engine_server.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/patience.h"
#include "core/engine/engine_state.h"
#include "core/model/account.h"
#include "core/port/store_door.h"
#include "core/profile/account_store.h"
#include "core/profile/journal.h"

const struct certificate *engine_refused(const struct engine *engine)
{
	return engine->refused;
}

void engine_be_patient(struct engine *engine, unsigned wait_ms)
{
	engine->server_wait_ms = wait_ms;
}

static struct patience patience_of(const struct engine *engine)
{
	const unsigned wait_ms = engine->server_wait_ms;

	return (struct patience){
		.deadline = wait_ms ? g_get_monotonic_time() +
					      (gint64)wait_ms * G_TIME_SPAN_MILLISECOND
				    : 0,
		.cancel = engine->parts.cancel,
	};
}

gboolean engine_claim(struct engine *engine, const struct account *account, GError **error)
{
	const struct patience patience = patience_of(engine);

	g_clear_pointer(&engine->refused, certificate_free);
	return !engine->parts.claim ||
	       engine->parts.claim(engine->parts.user, account, &patience, &engine->refused,
				   error);
}

gboolean engine_check(struct engine *engine, const struct account *account,
		      struct engine_found *found, GError **error)
{
	const struct patience patience = patience_of(engine);

	*found = (struct engine_found){ 0 };
	g_clear_pointer(&engine->refused, certificate_free);
	return !engine->parts.check ||
	       engine->parts.check(engine->parts.user, account, &patience, found,
				   &engine->refused, error);
}

char **engine_people_there(struct engine *engine)
{
	const struct account *account = engine_account(engine);
	struct account *place = NULL;
	char **people = NULL;

	/* Locked, there is what the profile's note says in the clear. */
	if (!account) {
		g_autoptr(GBytes) note = engine->parts.door->ops->note_get(engine->parts.door);

		place = account_decode_place(note);
	}
	if ((account || place) && engine->parts.people)
		people = engine->parts.people(engine->parts.user, account ? account : place);
	account_free(place);
	return people;
}

static struct living *with_server(struct engine *engine, GError **error)
{
	struct living *living = engine_living(engine, error);

	if (!living || strcmp(living->account->carrier, "spool") != 0)
		return living;
	error_set(error, ERROR_UNAVAILABLE, "The local spool has no server.");
	return NULL;
}

gboolean engine_examine(struct engine *engine, GError **error)
{
	struct living *living = with_server(engine, error);
	struct account *account;
	gboolean ok;

	if (!living)
		return FALSE;
	account = account_copy(living->account);
	g_clear_pointer(&account->pin, g_free);
	/* Our own number is taken, by us. */
	account->device = 0;
	ok = engine_claim(engine, account, error);
	account_free(account);
	return ok;
}

gboolean engine_pin(struct engine *engine, const char *pin, GError **error)
{
	struct living *living = with_server(engine, error);
	g_autofree char *former = NULL;

	if (!living || !living_begin(living, error))
		return FALSE;
	former = living->account->pin;
	living->account->pin = g_strdup(pin);
	if (account_save(living->store, living->account, error) &&
	    journal_add(living->store, living->clock, JOURNAL_PINNED, living->account->address, 0,
			pin ? pin : "off", error)) {
		if (living_commit(living, error))
			return TRUE;
	} else {
		living_rollback(living);
	}
	g_free(living->account->pin);
	living->account->pin = g_steal_pointer(&former);
	return FALSE;
}
