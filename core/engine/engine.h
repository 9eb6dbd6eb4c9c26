/*
 * engine: the facade; the one core header with the verbs that a front end needs.
 *
 * An engine is one profile, locked or open. It lives on one thread: the one that iterates its
 * GMainContext; front ends on another thread go through core/engine/desk.h. Locked, it holds no
 * key, no store and no carrier, only the profile's lock. Every function but those marked "locked
 * too" gives ERROR_LOCKED while it is locked. Errors are whole sentences with the exit code of
 * cli.md behind them. Rows given to callbacks are valid during the call.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_H
#define SOTTO_CORE_ENGINE_ENGINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include "core/engine/engine_parts.h"
#include "core/model/account.h"
#include "core/port/event.h"
#include "core/port/store.h"

struct cancel;
struct certificate;
struct engine;
struct message;
struct secret;

/* The end of what takes a while; ERROR is NULL when it went well, and is borrowed. Called once. */
typedef void (*engine_done)(void *user, const GError *error);
/* MESSAGE is the stored row (NULL when nothing was stored). ERROR NULL: the carrier took it.
 * UNREACHABLE: sealed and queued. Everything else: refused, nothing stored. Called once. */
typedef void (*engine_sent)(void *user, const struct message *message, const GError *error);

struct engine *engine_new(const struct engine_parts *parts);
/* Locks first. */
void engine_free(struct engine *engine);
/* One more who hears of events, besides the parts' listener; and no more (locked too). */
void engine_listen(struct engine *engine, event_func listener, void *user);
void engine_unlisten(struct engine *engine, event_func listener, void *user);

/* -- life ------------------------------------------------------------------------------------- */

/* Whether the folder is free for a new profile, before a passphrase is asked: ERROR_EXISTS;
 * ERROR_DAMAGED where a profile's key file is missing. Locked too. */
gboolean engine_may_create(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How long a server may take that engine_check(), engine_create() and engine_examine() look at; 0,
 * as it is at first: as long as the carrier waits. */
void engine_be_patient(struct engine *engine, unsigned wait_ms);
/*
 * Make the profile and its keys, claim the place, publish: afterwards it is unlocked and connected
 * (not live). ACCOUNT's device is chosen here. ERROR_EXISTS, what claim and passphrase_check_new
 * say; nothing half-made is left. Locked too.
 */
gboolean engine_create(struct engine *engine, const struct account *account,
		       const struct secret *passphrase, enum kdf_level level,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Take the profile's lock if it isn't held: ERROR_NO_PROFILE, ERROR_DAMAGED (no key file),
 * ERROR_IN_USE. Locked too. */
gboolean engine_hold(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for what is left of a profile, to wipe it. */
gboolean engine_hold_rest(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* hold, then open store and keys: ERROR_PASSPHRASE, ERROR_DAMAGED. Locked too. */
gboolean engine_unlock(struct engine *engine, const struct secret *passphrase,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Start the carrier (IS_LIVE: keep watching; so does one that was started without, then), publish
 * what is due, retry the outbox. */
gboolean engine_connect(struct engine *engine, bool is_live,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether engine_connect(IS_LIVE) has been done for the open account. Locked too: false. */
bool engine_is_connected(const struct engine *engine, bool is_live);
/* Drop keys, store and carrier; the profile's lock stays held. REASON goes into the journal. Locked
 * too. */
void engine_lock(struct engine *engine, const char *reason);
bool engine_is_open(const struct engine *engine);
/* The parts' flag, which long work looks at. */
struct cancel *engine_cancel(const struct engine *engine);
/* Check PASSPHRASE and set FRESH (passphrase_check_new) instead. Locked too (the profile's lock is
 * taken). */
gboolean engine_change_passphrase(struct engine *engine, const struct secret *passphrase,
				  const struct secret *fresh,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What of the profile has other names elsewhere (hard links), to be said at a wipe: the files that
 * it overwrites there too (IS_SECRET), or those that it leaves there; g_free, NULL for none. */
char *engine_other_names(const struct engine *engine, bool is_secret);
/* Key file first, then everything; the carrier's folder when it is open. Locked too. */
gboolean engine_wipe(struct engine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL while locked. */
const struct account *engine_account(const struct engine *engine);
/* The own identity key. */
gboolean engine_identity(struct engine *engine, uint8_t key[static CONTACT_KEY_BYTES],
			 GError **error);
enum transport_state engine_carrier(const struct engine *engine, const char **why);
gboolean engine_counts(struct engine *engine, struct store_counts *counts, GError **error);
/* What is known without a passphrase: the header and the place on the carrier. Locked too. */
gboolean engine_peek(struct engine *engine, struct store_peek *peek, struct engine_place *seen,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
