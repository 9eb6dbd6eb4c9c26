/* engine: sending, fetching, reading, searching. */
#include "core/engine/engine.h"
#include "core/engine/engine_messages.h"
#include "core/model/draft.h"
#include "core/outbox/delivery_flush.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/messages/delivery.h"
#include "core/messages/notes_send.h"
#include "core/messages/receipts.h"
#include "core/model/message.h"
#include "core/outbox/seal_greet.h"
#include "core/outbox/seal_guard.h"
#include "core/profile/expiry.h"
#include "core/profile/notes.h"
#include "core/profile/placeholder.h"
#include "core/ratchet/ratchet_keys.h"
#include "core/text/text.h"

enum { INDEX_SLICE_MS = 5 };

void engine_send(struct engine *engine, const struct draft *draft, unsigned wait_ms,
		 engine_sent done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	bool is_note = living && notes_is(living, draft->address);

	if (living && !living->transport && !is_note)
		error_set(&error, ERROR_UNREACHABLE,
			  "The carrier isn't running; nothing was stored.");
	if (error || !message_check_body(draft->body, strlen(draft->body), &error)) {
		done(user, NULL, error);
		return;
	}
	if (is_note) {
		notes_send(living, draft, done, user);
		return;
	}
	delivery_send(living, draft, engine_answer_sent,
		      engine_wait_sent(engine, wait_ms, draft->address, done, user));
}

/* -- fetching ------------------------------------------------------------------------------------
 */

/* Whom it didn't reach hears of it when the carrier is next connected. */
static void greeted(void *user, const GError *error)
{
	struct living *living = engine_of(user)->living;

	if (!living)
		engine_answer(user, error);
	else
		delivery_flush(living, engine_answer, user);
}

/* A profile that was put back tells the others before it is left again: what they write until then
 * couldn't be read here. */
static void compared(void *user, const GError *error)
{
	struct living *living = engine_of(user)->living;

	if (!error && living && seal_guard_wants_greeting(living))
		seal_greet(living, greeted, user);
	else
		greeted(user, error);
}

static void fetched(void *user, const GError *error)
{
	struct living *living = engine_of(user)->living;

	if (error || !living)
		engine_answer(user, error);
	else
		seal_guard_pass(living, compared, user);
}

void engine_fetch(struct engine *engine, unsigned wait_ms, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct waiting *waiting;
	struct living *living = engine_living(engine, &error);

	if (living && !living->transport)
		error_set(&error, ERROR_UNREACHABLE, "The carrier isn't running.");
	if (error) {
		done(user, error);
		return;
	}
	waiting = engine_wait(engine, wait_ms, done, user);
	living->transport->ops->fetch_now(living->transport, fetched, waiting);
}

/* -- reading --------------------------------------------------------------------------------------
 */

/*
 * What the store gives, as a front end sees it: deadlines in wall time, and nothing whose time is
 * over, though the sweep may not have come to it yet.
 */
struct shown {
	struct appclock *appclock;
	message_func func;
	void *user;
};

static gboolean show(const struct message *message, void *user)
{
	const struct shown *shown = user;
	struct message copy = *message;
	char *words = placeholder_words(message);
	gboolean goes_on;

	if (message->expires_at && message->expires_at <= appclock_now(shown->appclock))
		return TRUE;
	if (words)
		copy.body = words;
	copy.expires_at = appclock_wall(shown->appclock, message->expires_at);
	goes_on = shown->func(&copy, shown->user);
	plain_free(words);
	return goes_on;
}

gboolean engine_before(struct engine *engine, const char *conversation, int64_t before,
		       unsigned limit, message_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct shown shown = { living ? living->appclock : NULL, func, user };

	return living && living->store->ops->message_before(living->store, conversation, before,
							    limit, show, &shown, error);
}

gboolean engine_after(struct engine *engine, const char *conversation, int64_t after,
		      unsigned limit, message_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct shown shown = { living ? living->appclock : NULL, func, user };

	return living && living->store->ops->message_after(living->store, conversation, after,
							   limit, show, &shown, error);
}

gboolean engine_unread(struct engine *engine, const char *conversation, unsigned limit,
		       message_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct shown shown = { living ? living->appclock : NULL, func, user };

	return living && living->store->ops->message_unread(living->store, conversation, limit,
							    show, &shown, error);
}

gboolean engine_message(struct engine *engine, const char *conversation, const char *id,
			struct message **message, GError **error)
{
	struct living *living = engine_living(engine, error);

	*message = NULL;
	if (!living || !living->store->ops->message_get(living->store, conversation, id, message,
							error))
		return FALSE;
	if (*message && (*message)->expires_at &&
	    (*message)->expires_at <= appclock_now(living->appclock))
		g_clear_pointer(message, message_free);
	if (*message)
		(*message)->expires_at = appclock_wall(living->appclock, (*message)->expires_at);
	return TRUE;
}

/* What reading means for one message. */
struct reading {
	struct living *living;
	struct answers *answers;
	int64_t seq;
	struct message *message;
	bool is_dropping; /* a message that was shown once goes */
	bool is_timed;	  /* or a timer begins */
};

static gboolean keep_one(const struct message *message, void *user)
{
	struct reading *reading = user;

	if (message->seq == reading->seq)
		reading->message = message_copy(message);
	return FALSE;
}

/* Another client that didn't ask for a mark would make nothing of it. */
static bool is_by_sotto(struct living *living, const struct message *message)
{
	struct device *device = NULL;
	bool is_sotto = living->store->ops->device_get(living->store, message->from,
						       message->device, &device, NULL) &&
			device && device->is_sotto;

	device_free(device);
	return is_sotto;
}

static gboolean read_one(struct reading *reading, const char *conversation, GError **error)
{
	struct living *living = reading->living;
	struct message *message;
	int64_t now = living_now(living);
	gboolean ok = TRUE;

	reading->message = NULL;
	if (!living->store->ops->message_after(living->store, conversation, reading->seq - 1, 1,
					       keep_one, reading, error))
		return FALSE;
	message = reading->message;
	if (message && message->direction == DIRECTION_IN && !message->read_at) {
		reading->is_dropping |= message->view_once;
		reading->is_timed |= message->expire_seconds > 0;
		ok = living->store->ops->message_read(
			living->store, conversation, message->seq, now,
			living_deadline(living, message->expire_seconds), message->view_once,
			error);
		if (ok && message->markable)
			answers_mark(reading->answers, message->from, TALK_DISPLAYED, message->id);
		else if (ok && message->kind == KIND_TEXT && is_by_sotto(living, message))
			answers_displayed(reading->answers, message);
	}
	message_free(message);
	return ok;
}

static gboolean read_all(struct reading *reading, const char *conversation, const int64_t *seqs,
			 size_t count, bool *is_queued, GError **error)
{
	for (size_t i = 0; i < count; i++) {
		reading->seq = seqs[i];
		if (!read_one(reading, conversation, error))
			return FALSE;
	}
	return answers_queue(reading->answers, reading->living, is_queued, error);
}

static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static gboolean read_once(struct reading *reading, const char *conversation, const int64_t *seqs,
			  size_t count, bool *is_queued, GError **error)
{
	gboolean ok = FALSE;

	if (!living_begin(reading->living, error))
		return FALSE;
	reading->answers = answers_new();
	if (read_all(reading, conversation, seqs, count, is_queued, error) &&
	    (!reading->is_dropping || ratchet_drop_used(reading->living->ratchet, error)))
		ok = living_commit(reading->living, error);
	else
		living_rollback(reading->living);
	answers_free(reading->answers);
	return ok;
}

gboolean engine_read(struct engine *engine, const char *conversation, const int64_t *seqs,
		     size_t count, GError **error)
{
	struct reading reading = { .living = engine_living(engine, error) };
	g_autoptr(GError) why = NULL;
	bool is_queued = false;

	if (!reading.living || count == 0)
		return reading.living != NULL;
	/* On a full disk too what was shown once goes, and a timer begins to run. */
	if (!read_once(&reading, conversation, seqs, count, &is_queued, &why) &&
	    !((reading.is_dropping || reading.is_timed) &&
	      expiry_make_room(reading.living->expiry, &why) &&
	      read_once(&reading, conversation, seqs, count, &is_queued, &why))) {
		g_propagate_error(error, g_steal_pointer(&why));
		return FALSE;
	}
	/* What can't be scrubbed now is erasing, and is tried again by itself. */
	if (reading.is_dropping && !expiry_scrub(reading.living->expiry, NULL))
		g_debug("a message that was shown once is still erasing");
	living_emit_contact(reading.living, conversation);
	if (is_queued && reading.living->transport)
		delivery_flush(reading.living, ignore, NULL);
	return TRUE;
}

/* A slice of the search index; whatever else the thread has to do comes before the next one. */
static gboolean build_index(void *user)
{
	struct living *living = user;
	bool is_done = true;

	if (living->store->ops->search_build(living->store, INDEX_SLICE_MS, &is_done, NULL) &&
	    !is_done)
		return G_SOURCE_CONTINUE;
	g_clear_pointer(&living->indexing, g_source_unref);
	return G_SOURCE_REMOVE;
}

/* Who searches once will search again: not before that is there an index that takes memory. */
static void start_index(struct living *living)
{
	if (living->indexing)
		return;
	living->indexing = g_idle_source_new();
	g_source_set_callback(living->indexing, build_index, living, NULL);
	g_source_attach(living->indexing, living->context);
}

gboolean engine_search(struct engine *engine, const char *text, const char *conversation,
		       unsigned limit, message_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct shown shown = { living ? living->appclock : NULL, func, user };
	char **words;
	gboolean ok;

	if (!living)
		return FALSE;
	words = text_words(text);
	if (!words || !words[0]) {
		error_set(error, ERROR_USAGE, "Say at least one word to look for.");
		ok = FALSE;
	} else {
		ok = living->store->ops->message_search(living->store, (const char *const *)words,
							conversation, limit, show, &shown, error);
		start_index(living);
	}
	for (char **word = words; word && *word; word++)
		wipe(*word, strlen(*word));
	g_strfreev(words);
	return ok;
}
