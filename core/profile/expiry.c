#include "core/profile/expiry.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/model/settings.h"
#include "core/profile/clock_confirm.h"
#include "core/ratchet/ratchet_keys.h"

enum {
	SAVE_MS = 15000,
	SAVE_PART = 64,
	RETRY_MS = 15000,
	LIMIT_LEAST = 4,
	START_MS = 100, /* of sweeping before the first screen; the rest is swept behind it */
};

struct expiry {
	struct living *living;
	GSource *alarm;	  /* for the nearest deadline, saving, or trying again */
	int64_t alarm_at; /* boot ms */
	GSource *slice;	  /* the next slice of a sweep */
	unsigned limit;	  /* rows in the next one */
	bool is_dirty;	  /* something was deleted since the last scrub */
	int64_t hidden;	  /* T up to which what is due was hidden, while the time is doubtful */
	char *why;	  /* what stopped the last attempt, or NULL */
	GHashTable *gone; /* address -> GUINT of messages, told after the commit */
};

static void drop_source(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}

/* -- one slice ------------------------------------------------------------------------------ */

static void count_gone(const char *address, unsigned count, void *user)
{
	struct expiry *expiry = user;
	unsigned sum = GPOINTER_TO_UINT(g_hash_table_lookup(expiry->gone, address)) + count;

	g_hash_table_insert(expiry->gone, g_strdup(address), GUINT_TO_POINTER(sum));
}

static void tell_gone(struct expiry *expiry)
{
	GHashTableIter iter;
	gpointer address, count;

	g_hash_table_iter_init(&iter, expiry->gone);
	while (g_hash_table_iter_next(&iter, &address, &count)) {
		struct event event = { .type = EVENT_GONE, .address = address,
				       .count = GPOINTER_TO_UINT(count) };

		living_emit(expiry->living, &event);
	}
	g_hash_table_remove_all(expiry->gone);
}

static gboolean sweep_once(struct expiry *expiry, unsigned *count, GError **error)
{
	struct living *living = expiry->living;
	const struct settings *settings = living->settings;

	g_hash_table_remove_all(expiry->gone);
	if (!living_begin(living, error))
		return FALSE;
	if (!living->store->ops->expiry->sweep(
		    living->store, appclock_sure(living->appclock), expiry->limit,
		    settings && settings_bool(settings, "expire_line"), count_gone, expiry, count,
		    error)) {
		living_rollback(living);
		return FALSE;
	}
	/* What came under a prekey can't be opened again. */
	if (*count > 0 && ratchet_drop_used(living->ratchet, error))
		return living_commit(living, error);
	living_rollback(living);
	return *count == 0;
}

bool expiry_make_room(struct expiry *expiry, GError **error)
{
	struct store *store = expiry->living->store;

	if (!error_is(*error, ERROR_FULL) || !store->ops->expiry->release(store))
		return false;
	g_clear_error(error);
	return true;
}

bool expiry_spare_room(struct expiry *expiry, GError **error)
{
	struct store *store = expiry->living->store;

	if (!error_is(*error, ERROR_FULL))
		return false;
	if (!store->ops->expiry->spare(store))
		return expiry_make_room(expiry, error);
	g_clear_error(error);
	return true;
}

/* Smaller bites where the disk is slow: nothing else of the account may wait long. */
static void fit_limit(struct expiry *expiry, int64_t took_us)
{
	if (took_us > EXPIRY_SLICE_MS * 1000)
		expiry->limit = MAX(expiry->limit / 2, LIMIT_LEAST);
	else if (took_us < EXPIRY_SLICE_MS * 1000 / 3)
		expiry->limit = MIN(expiry->limit * 2, STORE_SWEEP_ROWS);
}

/* *COUNT messages went; 0: nothing is due any more. */
static gboolean sweep_slice(struct expiry *expiry, unsigned *count, GError **error)
{
	int64_t began = g_get_monotonic_time();

	if (!sweep_once(expiry, count, error) &&
	    !(expiry_make_room(expiry, error) && sweep_once(expiry, count, error)))
		return FALSE;
	expiry->is_dirty |= *count > 0;
	fit_limit(expiry, g_get_monotonic_time() - began);
	tell_gone(expiry);
	return TRUE;
}

static void set_why(struct expiry *expiry, const GError *error)
{
	g_free(expiry->why);
	expiry->why = error ? g_strdup(error->message) : NULL;
}

static gboolean scrub_once(struct expiry *expiry, GError **error)
{
	struct living *living = expiry->living;

	return living->store->ops->expiry->scrub(living->store, appclock_sure(living->appclock),
						 error);
}

gboolean expiry_scrub(struct expiry *expiry, GError **error)
{
	g_autoptr(GError) local = NULL;
	gboolean ok = scrub_once(expiry, &local) ||
		      (expiry_make_room(expiry, &local) && scrub_once(expiry, &local));

	set_why(expiry, local);
	expiry->is_dirty = !ok;
	if (local)
		g_propagate_error(error, g_steal_pointer(&local));
	return ok;
}

/* -- the alarm ------------------------------------------------------------------------------ */

static void arm(struct expiry *expiry);

static gboolean ring(void *user)
{
	struct expiry *expiry = user;

	g_clear_pointer(&expiry->alarm, g_source_unref);
	expiry_wake(expiry);
	return G_SOURCE_REMOVE;
}

static gboolean next_slice(void *user)
{
	struct expiry *expiry = user;

	g_clear_pointer(&expiry->slice, g_source_unref);
	expiry_wake(expiry);
	return G_SOURCE_REMOVE;
}

/* Behind everything else that waits on the core thread. */
static void slice_later(struct expiry *expiry)
{
	expiry->slice = g_idle_source_new();
	g_source_set_callback(expiry->slice, next_slice, expiry, NULL);
	g_source_attach(expiry->slice, expiry->living->context);
}

static void set_alarm(struct expiry *expiry, int64_t at)
{
	if (expiry->alarm && expiry->alarm_at == at)
		return;
	drop_source(&expiry->alarm);
	expiry->alarm_at = at;
	expiry->alarm = clock_alarm(at, ring, expiry, expiry->living->context);
}

/*
 * How many ms from now something is to be done: destroyed, by the sure time, or, while that lags
 * behind, hidden; -1 for nothing.
 */
static int64_t next_wait(struct expiry *expiry, GError **error)
{
	struct living *living = expiry->living;
	const struct store_expiry_ops *ops = living->store->ops->expiry;
	int64_t now = appclock_now(living->appclock), sure = appclock_sure(living->appclock);
	int64_t destroyed = 0, hidden = 0;

	if (!ops->next(living->store, 0, &destroyed, error) ||
	    (sure < now && !ops->next(living->store, now, &hidden, error)))
		return -1;
	if (!destroyed)
		return -1;
	destroyed = MAX(destroyed - sure, 0);
	return hidden ? MIN(destroyed, hidden - now) : destroyed;
}

static void arm(struct expiry *expiry)
{
	struct living *living = expiry->living;
	g_autoptr(GError) error = NULL;
	int64_t wait;

	if (expiry->slice)
		return;
	wait = next_wait(expiry, &error);
	if (error)
		set_why(expiry, error);
	if (wait >= 0)
		wait = MIN(wait, MAX(SAVE_MS, wait / SAVE_PART));
	/* After a failure what is due isn't tried again at once, but soon. */
	if (expiry->why || error)
		wait = wait > 0 ? MIN(wait, RETRY_MS) : RETRY_MS;
	if (wait >= 0)
		set_alarm(expiry, clock_boot(living->clock) + wait);
	else
		drop_source(&expiry->alarm);
}

static void save_clock(struct expiry *expiry)
{
	struct living *living = expiry->living;
	struct apptime now;
	g_autoptr(GError) error = NULL;

	appclock_read(living->appclock, &now);
	/* An older record costs nothing: time goes on from it. */
	if (!living->store->ops->expiry->clock_put(living->store, &now, &error))
		g_debug("the clock could not be saved: %s", error->message);
}

static gboolean is_key_due(struct expiry *expiry)
{
	struct living *living = expiry->living;
	int64_t deadline = 0;

	return living->store->ops->expiry->next(living->store, 0, &deadline, NULL) && deadline &&
	       deadline <= appclock_sure(living->appclock);
}

/* What has become due since the last look, and isn't destroyed yet, goes from the screens. */
static void hide(struct expiry *expiry)
{
	struct living *living = expiry->living;
	int64_t now = appclock_now(living->appclock);
	g_autoptr(GError) error = NULL;

	g_hash_table_remove_all(expiry->gone);
	if (!living->store->ops->expiry->due(living->store, expiry->hidden, now, count_gone, expiry,
					     &error))
		set_why(expiry, error);
	expiry->hidden = now;
	tell_gone(expiry);
}

void expiry_wake(struct expiry *expiry)
{
	g_autoptr(GError) error = NULL;
	unsigned count = 0;

	if (!clock_confirm_check(expiry->living))
		hide(expiry);
	if (!sweep_slice(expiry, &count, &error)) {
		set_why(expiry, error);
	} else if (count > 0) {
		slice_later(expiry);
		return;
	} else if (expiry->is_dirty || is_key_due(expiry)) {
		if (!expiry_scrub(expiry, &error))
			g_debug("still erasing: %s", error->message);
	} else {
		save_clock(expiry);
	}
	arm(expiry);
}

/* -- its life ------------------------------------------------------------------------------- */

static void committed(struct living *living)
{
	arm(living->expiry);
}

struct expiry *expiry_new(struct living *living)
{
	struct expiry *expiry = g_new0(struct expiry, 1);

	expiry->living = living;
	expiry->limit = STORE_SWEEP_ROWS;
	expiry->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return expiry;
}

void expiry_free(struct expiry *expiry)
{
	if (!expiry)
		return;
	expiry->living->committed = NULL;
	save_clock(expiry);
	drop_source(&expiry->alarm);
	drop_source(&expiry->slice);
	g_hash_table_unref(expiry->gone);
	g_free(expiry->why);
	g_free(expiry);
}

void expiry_start(struct expiry *expiry)
{
	g_autoptr(GError) error = NULL;
	int64_t end = g_get_monotonic_time() + START_MS * 1000;
	unsigned count = 1;
	gboolean ok;

	/* Keys that are due die first, and with them what an earlier run deleted and couldn't
	 * scrub: their number is bounded. Rows may be many; nothing shows them meanwhile. */
	ok = expiry_scrub(expiry, &error);
	while (ok && count > 0 && g_get_monotonic_time() < end)
		ok = sweep_slice(expiry, &count, &error);
	if (!ok)
		set_why(expiry, error);
	else if (count > 0)
		slice_later(expiry);
	else if (expiry->is_dirty)
		ok = expiry_scrub(expiry, &error);
	if (!ok && !error_is(error, ERROR_CANCELLED))
		living_emit_notice(expiry->living,
				   "Messages whose time is over are still being erased: %s",
				   error->message);
	expiry->hidden = appclock_now(expiry->living->appclock);
	expiry->living->committed = committed;
	arm(expiry);
}

const char *expiry_why(const struct expiry *expiry)
{
	return expiry->why;
}
