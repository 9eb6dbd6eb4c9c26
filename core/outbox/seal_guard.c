#include "core/outbox/seal_guard.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/profile/journal.h"
#include "core/profile/lately.h"
#include "core/profile/living.h"
#include "core/profile/publish.h"
#include "core/ratchet/ratchet.h"
#include "core/outbox/seal_renew.h"
#include "core/profile/seal_state.h"
#include "core/port/store_expiry.h"
#include "core/base/secret.h"
#include "core/port/transport_marks.h"

enum {
	CHECK_MS = 60000,   /* how long a comparison holds, where it takes a journey */
	ONCE_MS = 86400000, /* how often all may begin anew for an alarm */
};

/* Somebody who has something to send. */
struct waiter {
	directory_done done;
	void *user;
};

struct seal_guard {
	struct living *living;
	struct seal_state *state; /* the account's */
	struct seal_mark seen;	  /* what was there last */
	int64_t checked_at;	  /* boot ms */
	bool is_checked, is_fresh; /* at all; in this pass */
	bool is_older;		  /* the database was put back without the vault */
	bool is_unkept;		  /* the carrier can't keep a mark */
	bool is_told;		  /* of the clone, in this run */
	bool is_moved;		  /* the device has another id, the carrier not yet */
	bool is_working;	  /* a question or an order is out */
	GQueue waiters;		  /* struct waiter * */
};

static void advance(struct seal_guard *guard);

struct seal_guard *seal_guard_new(struct living *living)
{
	struct seal_guard *guard = g_new0(struct seal_guard, 1);

	guard->living = living;
	guard->state = living->seals;
	guard->is_older = living->store->ops->expiry->is_older(living->store);
	g_queue_init(&guard->waiters);
	return guard;
}

void seal_guard_free(struct seal_guard *guard)
{
	if (!guard)
		return;
	g_queue_clear_full(&guard->waiters, g_free);
	g_free(guard);
}

static const struct transport_marks *marks_of(const struct seal_guard *guard)
{
	const struct transport *transport = guard->living->transport;

	return transport ? transport->ops->marks : NULL;
}

static struct seal_record *record_of(struct seal_guard *guard)
{
	return &guard->state->known.record;
}

static void owner_init(const struct seal_guard *guard, uint32_t device, struct seal_owner *owner)
{
	*owner = (struct seal_owner){ .address = guard->living->account->address,
				      .device = device };
	ratchet_derive(guard->living->ratchet, "seal-mark", owner->key, sizeof(owner->key));
}

static GBytes *encode(const struct seal_guard *guard, const struct seal_mark *mark,
		      uint32_t device)
{
	struct seal_owner owner;
	GBytes *bytes;

	owner_init(guard, device, &owner);
	bytes = seal_mark_encode(mark, &owner);
	wipe(owner.key, sizeof(owner.key));
	return bytes;
}

/* Write what has changed, and a line into the journal unless WHAT is JOURNAL_COUNT. */
static gboolean keep(struct seal_guard *guard, enum journal_what what, const char *detail,
		     GError **error)
{
	struct living *living = guard->living;

	if (what == JOURNAL_COUNT ||
	    journal_add(living->store, living->clock, what, NULL, 0, detail, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* They may come back with more while they are told. */
static void finish(struct seal_guard *guard, const GError *error)
{
	g_autoptr(GError) why = error ? g_error_copy(error) : NULL;
	GQueue waiters = guard->waiters;
	struct waiter *waiter;

	g_queue_init(&guard->waiters);
	guard->is_working = guard->is_fresh = false;
	while ((waiter = g_queue_pop_head(&waiters))) {
		waiter->done(waiter->user, why);
		g_free(waiter);
	}
}

static void refuse_clone(GError **error)
{
	error_set(error, ERROR_POLICY,
		  "A copy of this profile is in use elsewhere too, and both would seal with the "
		  "same keys. Nothing is sent from here until one of the two has another device "
		  "id: quit sotto in one of them, and run `sotto devices renew` there. If you made "
		  "no copy, somebody else did.");
}

gboolean seal_guard_check(struct living *living, GError **error)
{
	if (!living->seals->known.record.is_clone)
		return TRUE;
	refuse_clone(error);
	return FALSE;
}

/* -- a new beginning -------------------------------------------------------------------------- */

/* Retire everything, in the transaction under way. */
static gboolean begin_anew(struct seal_guard *guard, GError **error)
{
	struct living *living = guard->living;
	struct seal_record *record = record_of(guard);

	if (!publish_retire(living, error))
		return FALSE;
	record->is_renewing = true;
	record->is_clone = false;
	record->renewed_at = MAX(appclock_now(living->appclock), 1);
	lately_clear(living);
	return TRUE;
}

static bool was_renewed_lately(struct seal_guard *guard)
{
	const int64_t at = record_of(guard)->renewed_at;

	return at && appclock_now(guard->living->appclock) - at < ONCE_MS;
}

/* Go on behind FOUND, with new sessions when MUST. */
static gboolean go_on(struct seal_guard *guard, bool must, enum journal_what what,
		      const char *detail, const struct seal_mark *found, GError **error)
{
	if (!living_begin(guard->living, error))
		return FALSE;
	if (must && !begin_anew(guard, error)) {
		living_rollback(guard->living);
		return FALSE;
	}
	seal_state_adopt(guard->state, found);
	return keep(guard, what, detail, error);
}

static gboolean take_newer(struct seal_guard *guard, const struct seal_mark *found, GError **error)
{
	if (!go_on(guard, true, JOURNAL_MARK_NEWER, NULL, found, error))
		return FALSE;
	guard->is_older = false;
	living_emit_notice(guard->living,
			   "This profile was put back from a copy: it had sent more than it "
			   "remembers. What came and went since then is missing here. New sessions "
			   "are begun with everybody before anything is sent.");
	return TRUE;
}

/* The copy has another device id now. */
static gboolean take_free(struct seal_guard *guard, const struct seal_mark *found, GError **error)
{
	const bool must = record_of(guard)->is_clone || !was_renewed_lately(guard);

	if (!go_on(guard, must, JOURNAL_MARK_NEWER, "the copy has another device id", found, error))
		return FALSE;
	living_emit_notice(guard->living,
			   "The copy of this profile has a device id of its own now; this one "
			   "keeps its id, and sends again.");
	return TRUE;
}

/* Somebody changed or removed it; or the carrier lost it. */
static gboolean take_wrong(struct seal_guard *guard, enum seal_verdict verdict,
			   const struct seal_mark *found, GError **error)
{
	static const struct seal_mark none;
	const char *what = verdict == SEAL_MISSING ? "is gone"
			   : verdict == SEAL_OLDER ? "is an older one"
						   : "isn't this profile's";
	const bool must = !was_renewed_lately(guard);

	if (!go_on(guard, must, JOURNAL_MARK_WRONG, what, verdict == SEAL_OLDER ? found : &none,
		   error))
		return FALSE;
	living_emit_notice(guard->living,
			   "The mark that is kept at the carrier, to notice a profile that was put "
			   "back from a copy, %s. Somebody changed it, or it was lost. %s",
			   what, must ? "New sessions are begun with everybody."
				      : "New sessions were begun less than a day ago and stay.");
	return TRUE;
}

static gboolean take_clone(struct seal_guard *guard, GError **error)
{
	g_autoptr(GError) why = NULL;

	if (!record_of(guard)->is_clone) {
		if (!living_begin(guard->living, error))
			return FALSE;
		record_of(guard)->is_clone = true;
		if (!keep(guard, JOURNAL_CLONED, NULL, error))
			return FALSE;
	}
	if (!guard->is_told) {
		guard->is_told = true;
		refuse_clone(&why);
		living_emit_notice(guard->living, "%s", why->message);
	}
	return TRUE;
}

/* -- comparing -------------------------------------------------------------------------------- */

static gboolean take_verdict(struct seal_guard *guard, GBytes *bytes, bool is_elsewhere,
			     GError **error)
{
	struct seal_owner owner;
	struct seal_mark found;
	enum seal_verdict verdict;

	owner_init(guard, guard->living->account->device, &owner);
	verdict = seal_record_compare(record_of(guard), bytes, &owner, &found);
	wipe(owner.key, sizeof(owner.key));
	guard->seen = found;
	if (verdict == SEAL_FREE)
		return take_free(guard, &found, error);
	if (is_elsewhere || record_of(guard)->is_clone ||
	    (verdict == SEAL_NEWER && was_renewed_lately(guard)))
		return take_clone(guard, error);
	if (verdict == SEAL_NEWER || guard->is_older)
		return take_newer(guard, &found, error);
	if (verdict != SEAL_SAME && verdict != SEAL_FIRST)
		return take_wrong(guard, verdict, &found, error);
	if (guard->state->known.is_adopted)
		record_of(guard)->before = found;
	return TRUE;
}

/* A carrier that keeps nothing: said once; that it kept something before is an alarm. */
static gboolean take_unkept(struct seal_guard *guard, GError **error)
{
	static const struct seal_mark none;
	const bool is_told = record_of(guard)->is_unkept;

	guard->is_unkept = true;
	if (guard->is_older && !take_newer(guard, &none, error))
		return FALSE;
	if (record_of(guard)->before.bound && !take_wrong(guard, SEAL_MISSING, &none, error))
		return FALSE;
	if (is_told)
		return TRUE;
	if (!living_begin(guard->living, error))
		return FALSE;
	record_of(guard)->is_unkept = true;
	if (!keep(guard, JOURNAL_COUNT, NULL, error))
		return FALSE;
	living_emit_notice(guard->living,
			   "The server keeps no private notes, so sotto can't notice when this "
			   "profile is put back from a copy: don't put one back.");
	return TRUE;
}

static void compared(void *user, GBytes *bytes, bool is_elsewhere, const GError *error)
{
	struct seal_guard *guard = user;
	g_autoptr(GError) why = NULL;

	if (error && !error_is(error, ERROR_UNAVAILABLE)) {
		finish(guard, error);
		return;
	}
	if (!(error ? take_unkept(guard, &why) : take_verdict(guard, bytes, is_elsewhere, &why))) {
		finish(guard, why);
		return;
	}
	guard->is_checked = guard->is_fresh = true;
	guard->checked_at = clock_boot(guard->living->clock);
	advance(guard);
}

static void renewed(void *user, const GError *error)
{
	struct seal_guard *guard = user;
	g_autoptr(GError) why = NULL;

	if (error) {
		finish(guard, error);
		return;
	}
	if (living_begin(guard->living, &why)) {
		record_of(guard)->is_greeting = true;
		record_of(guard)->is_renewing = false;
		record_of(guard)->unsure_row = 0;
		if (keep(guard, JOURNAL_COUNT, NULL, &why)) {
			advance(guard);
			return;
		}
	}
	finish(guard, why);
}

static void was_put(void *user, const GError *error)
{
	struct seal_guard *guard = user;
	g_autoptr(GError) why = NULL;

	if (error) {
		memset(&guard->state->put, 0, sizeof(guard->state->put));
		if (!error_is(error, ERROR_UNAVAILABLE))
			finish(guard, error);
		else if (take_unkept(guard, &why))
			advance(guard);
		else
			finish(guard, why);
		return;
	}
	record_of(guard)->before = guard->seen = guard->state->put;
	guard->state->put_at = clock_boot(guard->living->clock);
	advance(guard);
}

static void put_mark(struct seal_guard *guard)
{
	struct living *living = guard->living;
	g_autoptr(GBytes) bytes = NULL;

	guard->state->put = record_of(guard)->now;
	bytes = encode(guard, &guard->state->put, living->account->device);
	marks_of(guard)->put(living->transport, living->account->device, bytes, was_put, guard);
}

/* What was said of the mark a while ago may not hold any more. */
static bool is_checked(const struct seal_guard *guard)
{
	const int64_t age = clock_boot(guard->living->clock) - guard->checked_at;

	return guard->is_checked &&
	       (guard->is_fresh || (guard->state->block > 1 && age < CHECK_MS));
}

static bool has_something(const struct seal_guard *guard)
{
	struct store *store = guard->living->store;
	unsigned count = 0;

	return !store->ops->outbox_count(store, NULL, NULL, &count, NULL) || count > 0;
}

/* A run that sends nothing leaves no mark. */
static bool wants_mark(const struct seal_guard *guard)
{
	return !guard->is_unkept && !seal_state_is_put(guard->state) &&
	       (guard->state->known.is_adopted || has_something(guard));
}

static void leave_mark(struct seal_guard *guard)
{
	const struct seal_mark found = guard->seen;
	g_autoptr(GError) error = NULL;

	if (guard->state->known.is_adopted ||
	    go_on(guard, false, JOURNAL_COUNT, NULL, &found, &error))
		put_mark(guard);
	else
		finish(guard, error);
}

/* One step after the other, until what there is may leave. */
static void advance(struct seal_guard *guard)
{
	struct seal_record *record = record_of(guard);
	g_autoptr(GError) error = NULL;

	if (!is_checked(guard)) {
		marks_of(guard)->get(guard->living->transport, compared, guard);
	} else if (record->is_clone) {
		refuse_clone(&error);
		finish(guard, error);
	} else if (record->is_renewing) {
		seal_renew(guard->living, record->unsure_row, renewed, guard);
	} else if (wants_mark(guard)) {
		leave_mark(guard);
	} else {
		record->unsure_row = 0;
		finish(guard, NULL);
	}
}

bool seal_guard_wants_greeting(const struct living *living)
{
	return living->guard && record_of(living->guard)->is_greeting;
}

void seal_guard_greeted(struct living *living)
{
	g_autoptr(GError) error = NULL;

	if (!living->guard || !living_begin(living, &error))
		return;
	record_of(living->guard)->is_greeting = false;
	if (!keep(living->guard, JOURNAL_COUNT, NULL, &error))
		g_debug("greeting is done once more: %s", error->message);
}

void seal_guard_doubt(struct living *living)
{
	living->guard->is_checked = living->guard->is_unkept = false;
}

void seal_guard_hint(struct living *living)
{
	living->guard->is_checked = living->guard->is_unkept;
}

void seal_guard_pass(struct living *living, directory_done done, void *user)
{
	struct seal_guard *guard = living->guard;
	const struct transport_marks *marks = marks_of(guard);
	struct waiter *waiter;
	g_autoptr(GError) error = NULL;

	if (guard->is_moved) {
		error_set(&error, ERROR_UNREACHABLE,
			  "This device has a new id: what waits goes out when sotto next starts.");
		done(user, error);
		return;
	}
	if (!marks) {
		done(user, NULL);
		return;
	}
	guard->state->block = marks->block;
	waiter = g_new0(struct waiter, 1);
	*waiter = (struct waiter){ done, user };
	g_queue_push_tail(&guard->waiters, waiter);
	if (guard->is_working)
		return;
	guard->is_working = true;
	advance(guard);
}

/* -- another device id ------------------------------------------------------------------------ */

gboolean seal_guard_move(struct living *living, GError **error)
{
	struct seal_guard *guard = living->guard;
	struct seal_known *known = &guard->state->known;

	if (!begin_anew(guard, error))
		return FALSE;
	memset(&known->record.now, 0, sizeof(known->record.now));
	memset(&known->record.before, 0, sizeof(known->record.before));
	known->record.unsure_row = 1;
	known->is_adopted = false;
	guard->is_moved = true;
	return TRUE;
}

GBytes *seal_guard_leave(struct living *living, uint32_t device)
{
	struct seal_guard *guard = living->guard;
	struct seal_mark mark = { .bound = MAX(guard->seen.bound, record_of(guard)->now.bound) };

	mark.bound++;
	return encode(guard, &mark, device);
}
