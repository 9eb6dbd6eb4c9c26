/*
 * engine_expiry: the part of the facade by which messages go: timers, erasing, what is still
 * erasing. As core/engine/engine.h in every respect. Messages whose time is over go by themselves
 * (EVENT_GONE).
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_EXPIRY_H
#define SOTTO_CORE_ENGINE_ENGINE_EXPIRY_H

#include "core/engine/engine.h"
#include "core/port/store_expiry.h"

enum { ENGINE_TIMER_LEAST = 1, ENGINE_TIMER_MOST = 520 * 7 * 24 * 3600 };

/*
 * Set the timer (seconds, 0: off) of the conversation with ADDRESS, a contact's, here and on the
 * other side. DONE: USAGE, NO_CONTACT and what the store says: nothing was changed; UNREACHABLE: it
 * is set, and the word is queued.
 */
void engine_set_timer(struct engine *engine, const char *address, int64_t seconds, unsigned wait_ms,
		      engine_done done, void *user);

/* What erasing the conversation with ADDRESS would take; all 0 of somebody unknown. */
gboolean engine_held(struct engine *engine, const char *address, struct store_held *held,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Erase the conversation with ADDRESS: messages, draft, what waits in the outbox. The contact
 * stays. In slices; DONE may come before it returns. An error after the last message went says what
 * is in the way of overwriting it: it is erasing then, and is tried again.
 */
void engine_erase(struct engine *engine, const char *address, engine_done done, void *user);

/*
 * Erase the message at SEQ of the conversation with ADDRESS here, and what waits of it in the
 * outbox; whoever else has it keeps it. ERROR_FAILED: there is none. What is in the way of
 * overwriting it is an error too: it is erasing then, and is tried again.
 */
gboolean engine_erase_message(struct engine *engine, const char *address, int64_t seq,
			      GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct engine_erasing {
	struct store_erasing store;
	const char *why; /* a sentence, what is in the way; NULL for nothing. Valid until the next
			    call */
};
/* What is still waiting to be erased, after one more attempt. */
gboolean engine_erasing(struct engine *engine, struct engine_erasing *erasing,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The time that deadlines are counted by (core/base/appclock.h). */
struct engine_clock {
	int64_t wall; /* ms */
	bool is_synchronised;
	int64_t doubt_ms; /* how far it went forward over restarts, unconfirmed; 0: confirmed */
	uint64_t hidden;  /* messages that are hidden, and not erased, because of that */
};
gboolean engine_clock(struct engine *engine, struct engine_clock *clock,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The user says that the wall clock is right. */
gboolean engine_clock_confirm(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the alarm for the nearest deadline does: for after a suspend, and for tests with a clock of
 * their own. */
void engine_wake(struct engine *engine);

#endif
