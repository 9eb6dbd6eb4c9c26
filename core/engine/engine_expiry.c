#include "core/engine/engine_expiry.h"

#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/messages/timers.h"
#include "core/profile/clock_confirm.h"
#include "core/profile/expiry.h"
#include "core/profile/journal.h"
#include "core/ratchet/ratchet_keys.h"

enum { VAULT_RETRY_MS = 60000 };

/* -- timers --------------------------------------------------------------------------------- */

void engine_set_timer(struct engine *engine, const char *address, int64_t seconds, unsigned wait_ms,
		      engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living && seconds != 0 && (seconds < ENGINE_TIMER_LEAST || seconds > ENGINE_TIMER_MOST))
		error_set(&error, ERROR_USAGE, "A timer has 1 second to 520 weeks.");
	if (error)
		done(user, error);
	else
		timers_set(living, address, seconds, engine_answer,
			   engine_wait(engine, wait_ms, done, user));
}

/* -- erasing by hand ------------------------------------------------------------------------ */

gboolean engine_held(struct engine *engine, const char *address, struct store_held *held,
		     GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->expiry->held(living->store, address, held, error);
}

struct erasure {
	struct engine *engine;
	char *address;
	unsigned sum;
	GSource *slice; /* the next one; NULL when it went in one */
	engine_done done;
	void *user;
};

static gboolean clear_once(struct living *living, const struct erasure *erasure, unsigned *count,
			   GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (living->store->ops->expiry->clear(living->store, erasure->address, STORE_SWEEP_ROWS,
					      count, error) &&
	    (*count > 0 ? ratchet_drop_used(living->ratchet, error) :
			  journal_add(living->store, living->clock, JOURNAL_ERASED,
				       erasure->address, 0, NULL, error)))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static void erasure_end(struct erasure *erasure, const GError *error)
{
	struct event event = { .type = EVENT_GONE, .address = erasure->address,
			       .count = erasure->sum };

	erasure->engine->erasures = g_slist_remove(erasure->engine->erasures, erasure);
	if (erasure->slice) {
		g_source_destroy(erasure->slice);
		g_source_unref(erasure->slice);
	}
	if (erasure->engine->living && erasure->sum > 0)
		living_emit(erasure->engine->living, &event);
	erasure->done(erasure->user, error);
	g_free(erasure->address);
	g_free(erasure);
}

/* G_SOURCE_CONTINUE while there is more. */
static gboolean erase_slice(void *user)
{
	struct erasure *erasure = user;
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(erasure->engine, &error);
	unsigned count = 0;

	if (living && !clear_once(living, erasure, &count, &error) &&
	    expiry_make_room(living->expiry, &error) &&
	    !clear_once(living, erasure, &count, &error))
		count = 0;
	erasure->sum += count;
	if (!error && count > 0)
		return G_SOURCE_CONTINUE;
	if (!error && !expiry_scrub(living->expiry, &error))
		g_debug("%s is still erasing", erasure->address);
	erasure_end(erasure, error);
	return G_SOURCE_REMOVE;
}

void engine_erase(struct engine *engine, const char *address, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct erasure *erasure;
	struct living *living = engine_living(engine, &error);
	struct contact *contact = living ? living_known(living, address, &error) : NULL;

	if (!contact) {
		done(user, error);
		return;
	}
	contact_free(contact);
	erasure = g_new0(struct erasure, 1);
	erasure->engine = engine;
	erasure->address = g_strdup(address);
	erasure->done = done;
	erasure->user = user;
	if (!erase_slice(erasure))
		return;
	engine->erasures = g_slist_prepend(engine->erasures, erasure);
	erasure->slice = g_idle_source_new();
	g_source_set_callback(erasure->slice, erase_slice, erasure, NULL);
	g_source_attach(erasure->slice, engine->parts.context);
}

/* In a transaction of its own. ERROR_FAILED: there is none. */
static gboolean erase_one(struct living *living, const char *address, int64_t seq, GError **error)
{
	unsigned count = 0;

	if (!living_begin(living, error))
		return FALSE;
	if (living->store->ops->expiry->clear_one(living->store, address, seq, &count, error)) {
		if (!count)
			error_set(error, ERROR_FAILED, "That message isn't here any more.");
		else if (ratchet_drop_used(living->ratchet, error) &&
			 journal_add(living->store, living->clock, JOURNAL_MESSAGE_ERASED, address,
				     0, NULL, error))
			return living_commit(living, error);
	}
	living_rollback(living);
	return FALSE;
}

gboolean engine_erase_message(struct engine *engine, const char *address, int64_t seq,
			      GError **error)
{
	g_autofree char *whose = g_strdup(address);
	struct event event = { .type = EVENT_GONE, .address = whose, .count = 1 };
	struct living *living = engine_living(engine, error);
	g_autoptr(GError) first = NULL;

	if (!living)
		return FALSE;
	if (!erase_one(living, address, seq, &first) &&
	    (!expiry_make_room(living->expiry, &first) ||
	     !erase_one(living, address, seq, &first))) {
		g_propagate_error(error, g_steal_pointer(&first));
		return FALSE;
	}
	living_emit(living, &event);
	return expiry_scrub(living->expiry, error);
}

void engine_end_erasures(struct engine *engine)
{
	g_autoptr(GError) error = NULL;

	error_set(
		&error, ERROR_LOCKED,
		"The profile was locked before all of it was erased; erase it again.");
	while (engine->erasures)
		erasure_end(engine->erasures->data, error);
}

gboolean engine_erasing(struct engine *engine, struct engine_erasing *erasing, GError **error)
{
	struct living *living = engine_living(engine, error);

	*erasing = (struct engine_erasing){ 0 };
	if (!living)
		return FALSE;
	/* Its sentence is what is asked for, not its failure. */
	if (!expiry_scrub(living->expiry, NULL))
		erasing->why = expiry_why(living->expiry);
	return living->store->ops->expiry->erasing(
		living->store, appclock_sure(living->appclock), &erasing->store, error);
}

/* -- the clock ------------------------------------------------------------------------------ */

static void add_hidden(const char *address, unsigned count, void *user)
{
	(void)address;
	*(uint64_t *)user += count;
}

gboolean engine_clock(struct engine *engine, struct engine_clock *clock, GError **error)
{
	struct living *living = engine_living(engine, error);

	*clock = (struct engine_clock){ 0 };
	if (!living)
		return FALSE;
	clock->wall = clock_wall(living->clock);
	clock->is_synchronised = clock_is_synchronised(living->clock);
	clock->doubt_ms = appclock_doubt(living->appclock);
	return living->store->ops->expiry->due(living->store, appclock_sure(living->appclock),
					       appclock_now(living->appclock), add_hidden,
					       &clock->hidden, error);
}

gboolean engine_clock_confirm(struct engine *engine, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && clock_confirm(living, clock_wall(living->clock), "user", error);
}

void engine_wake(struct engine *engine)
{
	if (engine->living)
		expiry_wake(engine->living->expiry);
}

/* -- while it is locked --------------------------------------------------------------------- */

static gboolean vault_due(void *user)
{
	struct engine *engine = user;

	g_clear_pointer(&engine->vault_alarm, g_source_unref);
	engine_watch_vault(engine);
	return G_SOURCE_REMOVE;
}

void engine_watch_vault(struct engine *engine)
{
	struct store_door *door = engine->parts.door;
	g_autoptr(GError) error = NULL;
	int64_t wait = 0;

	engine_leave_vault(engine);
	if (!engine->is_held || engine->living)
		return;
	if (!door->ops->expire(door, &wait, &error))
		wait = VAULT_RETRY_MS;
	if (wait > 0)
		engine->vault_alarm = clock_alarm(clock_boot(engine->parts.clock) + wait, vault_due,
						  engine, engine->parts.context);
}

void engine_leave_vault(struct engine *engine)
{
	if (!engine->vault_alarm)
		return;
	g_source_destroy(engine->vault_alarm);
	g_clear_pointer(&engine->vault_alarm, g_source_unref);
}
