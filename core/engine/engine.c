/* engine: the life of a profile. Messages and people are in engine_messages.c and engine_people.c.
 */
#include "core/engine/engine.h"

#include <string.h>
#include "core/base/appclock.h"
#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/engine/engine_state.h"
#include "core/files/files.h"
#include "core/groups/lobby.h"
#include "core/model/certificate.h"
#include "core/model/logins.h"
#include "core/model/passphrase.h"
#include "core/outbox/seal_guard.h"
#include "core/profile/account_store.h"
#include "core/profile/clock_confirm.h"
#include "core/profile/device_mend.h"
#include "core/profile/expiry.h"
#include "core/profile/journal.h"
#include "core/profile/lately.h"
#include "core/profile/notes.h"
#include "core/profile/seal_state.h"
#include "core/profile/senders.h"
#include "core/ratchet/ratchet_keys.h"

struct engine *engine_new(const struct engine_parts *parts)
{
	struct engine *engine = g_new0(struct engine, 1);

	engine->parts = *parts;
	engine->listeners = g_array_new(FALSE, FALSE, sizeof(struct listener));
	engine_listen(engine, parts->listener, parts->listener_user);
	return engine;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	engine_lock(engine, "exit");
	engine_leave_vault(engine);
	if (engine->is_held)
		engine->parts.door->ops->release(engine->parts.door);
	g_array_unref(engine->listeners);
	g_free(engine->why);
	certificate_free(engine->refused);
	g_free(engine);
}

/* -- the open account ---------------------------------------------------------------------------
 */

static void living_end(struct living *living)
{
	files_stop(living);
	expiry_free(living->expiry);
	if (living->indexing) {
		g_source_destroy(living->indexing);
		g_source_unref(living->indexing);
	}
	if (living->transport)
		living->transport->ops->stop(living->transport);
	lobby_close(living);
	lately_clear(living);
	senders_free(living->senders);
	ratchet_free(living->ratchet);
	if (living->store)
		living->store->ops->close(living->store);
	/* The keys are gone; its goodbye to others may take a while. */
	if (living->transport)
		living->transport->ops->free(living->transport);
	seal_guard_free(living->guard);
	g_free(living->seals);
	account_free(living->account);
	g_hash_table_unref(living->sending);
	g_free(living->appclock);
	g_free(living);
}

/* Takes STORE over, on failure too. */
static struct living *living_start(struct engine *engine, struct store *store, GError **error)
{
	struct living *living = g_new0(struct living, 1);
	struct apptime saved;

	living->store = store;
	living->clock = engine->parts.clock;
	living->cancel = engine->parts.cancel;
	living->logins = engine->parts.logins;
	store->ops->heed(store, living->cancel);
	living->settings = engine->parts.settings;
	living->context = engine->parts.context;
	living->listener = engine_emit_all;
	living->listener_user = engine;
	living->sending = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	if (engine->parts.is_interface)
		store->ops->expiry->keep_short(store);
	living->account = account_load(store, error);
	if (living->account && store->ops->expiry->clock_get(store, &saved, error)) {
		living->appclock = appclock_new(living->clock, &saved);
		living->ratchet = ratchet_new(store, living->appclock, error);
	}
	if (living->ratchet)
		living->seals = seal_state_new(store, living->ratchet, living->clock, error);
	if (living->seals) {
		living->expiry = expiry_new(living);
		living->guard = seal_guard_new(living);
		return living;
	}
	living_end(living);
	return NULL;
}

static gboolean record_once(struct living *living, enum journal_what what, const char *detail,
			    GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (journal_add(living->store, living->clock, what, NULL, 0, detail, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* On a full disk too: nothing could be erased on it by who can't unlock. */
static gboolean record(struct living *living, enum journal_what what, const char *detail,
		       GError **error)
{
	g_autoptr(GError) local = NULL;

	if (record_once(living, what, detail, &local) ||
	    (expiry_spare_room(living->expiry, &local) &&
	     record_once(living, what, detail, &local)))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

static gboolean start_clock(struct living *living, GError **error)
{
	g_autoptr(GError) local = NULL;

	if (clock_confirm_start(living, &local) ||
	    (expiry_spare_room(living->expiry, &local) && clock_confirm_start(living, &local)))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* An old copy of the keys may seal what they have sealed before: the user has to know. */
static void tell_put_back(struct living *living)
{
	g_autoptr(GError) error = NULL;

	if (!record(living, JOURNAL_PUT_BACK, NULL, &error))
		living_emit_notice(living, "%s", error->message);
	living_emit_notice(living,
			   "The database is older than it had been: a backup, or somebody, put it "
			   "back. Newer messages are missing. New sessions are begun with "
			   "everybody before anything is sent.");
}

gboolean engine_hold(struct engine *engine, GError **error)
{
	if (engine->is_held)
		return TRUE;
	engine->is_held = engine->parts.door->ops->hold(engine->parts.door, error);
	/* Keys whose time is over die before anybody says the passphrase. */
	if (engine->is_held)
		engine_watch_vault(engine);
	return engine->is_held;
}

/* The note of a version that said less, or one that was changed: for the next start. */
static void mend_place(struct engine *engine)
{
	struct store_door *door = engine->parts.door;
	g_autoptr(GBytes) said = door->ops->note_get(door);
	g_autoptr(GBytes) is = account_encode_place(engine->living->account);

	if ((!said || !g_bytes_equal(said, is)) && !door->ops->note_put(door, is, NULL))
		g_debug("the profile's note can't be written");
}

gboolean engine_unlock(struct engine *engine, const struct secret *passphrase, GError **error)
{
	g_autoptr(GPtrArray) mended = g_ptr_array_new_with_free_func(g_free);
	struct event event = { .type = EVENT_UNLOCKED };
	struct store *store;

	if (engine->living)
		return TRUE;
	if (!engine_hold(engine, error))
		return FALSE;
	store = engine->parts.door->ops->open(engine->parts.door, passphrase, error);
	if (!store)
		return FALSE;
	engine->living = living_start(engine, store, error);
	if (!engine->living)
		return FALSE;
	/* The clock first: whatever is committed keeps how far it is in doubt. */
	if (!start_clock(engine->living, error) ||
	    !record(engine->living, JOURNAL_UNLOCKED, NULL, error) ||
	    !device_mend(engine->living, mended, error) ||
	    !notes_settle(engine->living, error)) {
		g_clear_pointer(&engine->living, living_end);
		return FALSE;
	}
	mend_place(engine);
	engine_leave_vault(engine);
	/* Before the first line is drawn, or printed. */
	expiry_start(engine->living->expiry);
	engine_emit(engine, &event);
	clock_confirm_tell(engine->living);
	for (guint i = 0; i < mended->len; i++)
		living_emit_notice(engine->living, "%s", (const char *)mended->pdata[i]);
	if (engine->living->store->ops->expiry->is_older(engine->living->store))
		tell_put_back(engine->living);
	return TRUE;
}

void engine_lock(struct engine *engine, const char *reason)
{
	struct event event = { .type = EVENT_LOCKED, .text = (char *)reason };
	g_autoptr(GError) error = NULL;

	if (!engine->living)
		return;
	cancel_shield(engine->parts.cancel);
	engine_end_erasures(engine);
	/* A full disk must not keep the keys in memory. */
	if (!record(engine->living, JOURNAL_LOCKED, reason, &error))
		living_emit_notice(engine->living, "%s", error->message);
	g_clear_pointer(&engine->living, living_end);
	logins_forget(engine->parts.logins);
	engine->carrier = TRANSPORT_OFFLINE;
	engine_watch_vault(engine);
	cancel_unshield(engine->parts.cancel);
	engine_emit(engine, &event);
}

gboolean engine_identity(struct engine *engine, uint8_t key[static CONTACT_KEY_BYTES],
			 GError **error)
{
	struct living *living = engine_living(engine, error);

	if (!living)
		return FALSE;
	ratchet_identity(living->ratchet, key);
	return TRUE;
}

gboolean engine_counts(struct engine *engine, struct store_counts *counts, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && living->store->ops->counts(living->store, counts, error);
}

static struct account *load_place(struct store_door *door)
{
	g_autoptr(GBytes) note = door->ops->note_get(door);

	return account_decode_place(note);
}

static gboolean save_place(struct store_door *door, const struct account *account, GError **error)
{
	g_autoptr(GBytes) note = account_encode_place(account);

	return door->ops->note_put(door, note, error);
}

gboolean engine_peek(struct engine *engine, struct store_peek *peek, struct engine_place *seen,
		     GError **error)
{
	struct store_door *door = engine->parts.door;
	struct account *place;

	*seen = (struct engine_place){ 0 };
	if (!door->ops->peek(door, peek, error))
		return FALSE;
	place = load_place(door);
	if (place && engine->parts.look)
		engine->parts.look(engine->parts.user, place, seen);
	account_free(place);
	return TRUE;
}

/* -- making, changing, ending a profile ---------------------------------------------------------
 */

static gboolean fill_store(struct engine *engine, struct store *store,
			   const struct account *account, GError **error)
{
	const struct store_ops *ops = store->ops;

	if (!ops->begin(store, error))
		return FALSE;
	if (account_save(store, account, error) &&
	    ratchet_create(store, engine->parts.clock, error) &&
	    journal_create(store, error) && device_mend_skip(store, error) &&
	    journal_add(store, engine->parts.clock, JOURNAL_CREATED, account->address,
			account->device, NULL, error))
		return ops->commit(store, error);
	ops->rollback(store);
	return FALSE;
}

/* Others of the own account are there already: whose they are isn't known before somebody looks. */
static void own_devices_met(void *user, const GError *error)
{
	struct living *living = ((struct engine *)user)->living;
	g_autoptr(GPtrArray) devices = NULL;

	(void)error;
	devices = living ? living_devices(living, living->account->address, NULL) : NULL;
	for (guint i = 0; devices && i < devices->len; i++) {
		const struct device *device = devices->pdata[i];

		if (device->is_active && device_use(device, RULE_FIRST) == USE_BLOCK)
			living_emit_notice(living,
					   "Device %u of %s is there already. It gets no copies "
					   "from here until you have looked at its own screen "
					   "(`sotto id`) and said so: `sotto trust %s %u trusted "
					   "--fingerprint FIRST8`.",
					   device->id, device->address, device->address,
					   device->id);
	}
}

static gboolean create_profile(struct engine *engine, const struct account *account,
			       const struct secret *passphrase, enum kdf_level level,
			       GError **error)
{
	struct store_door *door = engine->parts.door;
	struct store *store = door->ops->create(door, passphrase, level, error);

	if (!store)
		return FALSE;
	engine->is_held = true;
	/* A crash before this is over leaves nothing that takes itself for a profile. */
	if (!fill_store(engine, store, account, error) || !save_place(door, account, error) ||
	    !door->ops->finish(door, error)) {
		store->ops->close(store);
		return FALSE;
	}
	engine->living = living_start(engine, store, error);
	if (!engine->living)
		return FALSE;
	expiry_start(engine->living->expiry);
	return engine_connect(engine, false, error);
}

gboolean engine_may_create(struct engine *engine, GError **error)
{
	return engine->parts.door->ops->is_free(engine->parts.door, error);
}

gboolean engine_create(struct engine *engine, const struct account *account,
		       const struct secret *passphrase, enum kdf_level level, GError **error)
{
	struct event event = { .type = EVENT_UNLOCKED };
	struct store_door *door = engine->parts.door;
	struct account *fresh;
	gboolean ok = FALSE;

	if (!engine_may_create(engine, error) || !passphrase_check_new(passphrase, error))
		return FALSE;
	fresh = account_copy(account);
	fresh->device = account_new_device(NULL, 0);
	fresh->made_at = clock_wall(engine->parts.clock);
	if (engine_claim(engine, fresh, error)) {
		ok = create_profile(engine, fresh, passphrase, level, error);
		if (ok) {
			engine_emit(engine, &event);
			directory_refresh(engine->living, fresh->address, DIRECTORY_LOOK,
					  own_devices_met, engine);
		} else {
			g_clear_pointer(&engine->living, living_end);
			if (engine->is_held)
				door->ops->wipe(door, NULL);
			if (engine->parts.unclaim)
				(void)engine->parts.unclaim(engine->parts.user, fresh, NULL);
		}
	}
	account_free(fresh);
	return ok;
}

gboolean engine_change_passphrase(struct engine *engine, const struct secret *passphrase,
				  const struct secret *fresh, GError **error)
{
	struct store_door *door = engine->parts.door;

	if (!passphrase_check_new(fresh, error) || !engine_hold(engine, error) ||
	    !door->ops->change(door, passphrase, fresh, error))
		return FALSE;
	if (engine->living)
		return record(engine->living, JOURNAL_PASSPHRASE_CHANGED, NULL, error);
	/* On record, with the store opened for just that. */
	if (!engine_unlock(engine, fresh, error))
		return FALSE;
	return record(engine->living, JOURNAL_PASSPHRASE_CHANGED, NULL, error);
}

gboolean engine_hold_rest(struct engine *engine, GError **error)
{
	struct store_door *door = engine->parts.door;

	if (!engine->is_held)
		engine->is_held = door->ops->hold_rest(door, error);
	return engine->is_held;
}

char *engine_other_names(const struct engine *engine, bool is_secret)
{
	return engine->parts.door->ops->other_names(engine->parts.door, is_secret);
}

gboolean engine_wipe(struct engine *engine, GError **error)
{
	struct store_door *door = engine->parts.door;
	struct account *place;
	bool is_finished;
	gboolean ok;

	if (!engine_hold_rest(engine, error))
		return FALSE;
	place = load_place(door);
	is_finished = !door->ops->is_free(door, NULL);
	engine_leave_vault(engine);
	g_clear_pointer(&engine->living, living_end);
	ok = door->ops->wipe(door, error);
	if (ok && engine->parts.unclaim && (place ? place->spool != NULL : is_finished))
		ok = engine->parts.unclaim(engine->parts.user, place, error);
	account_free(place);
	return ok;
}
