/* engine: the carrier of the open account, and what it tells. */
#include "core/engine/engine.h"

#include <string.h>
#include "core/base/error.h"
#include "core/contacts/talk.h"
#include "core/engine/engine_state.h"
#include "core/files/files.h"
#include "core/groups/lobby.h"
#include "core/messages/delivery.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/seal_greet.h"
#include "core/outbox/seal_guard.h"
#include "core/profile/publish.h"
#include "core/profile/senders.h"

static gboolean refresh_keys(struct living *living, bool *is_changed, GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (publish_refresh(living, is_changed, error)) {
		if (*is_changed)
			return living_commit(living, error);
		living_rollback(living);
		return TRUE;
	}
	living_rollback(living);
	return FALSE;
}

/* If the own id went missing from the list, or the keys are new, they are put (back) there. */
static void own_listed(void *user, const uint32_t *ids, size_t count, uint32_t owner,
		       const GError *error)
{
	struct engine *engine = user;
	g_autoptr(GError) local = NULL;
	bool is_there = false, is_changed = false;

	(void)owner;
	/* Locked meanwhile: the carrier answers what is left. */
	if (!engine->living)
		return;
	for (size_t i = 0; i < count; i++)
		is_there |= ids[i] == engine->living->account->device;
	if (!refresh_keys(engine->living, &is_changed, &local))
		living_emit_notice(engine->living, "%s", local->message);
	/* A list that can't be read is unknown, not empty. */
	if (is_changed || publish_is_due(engine->living) ||
	    (!is_there && (!error || error_is(error, ERROR_NO_CONTACT))))
		publish_now(engine->living);
}

static void nothing_more(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void list_own(struct engine *engine)
{
	struct living *living = engine->living;

	living->transport->ops->list(living->transport, living->account->address, own_listed,
				     engine);
}

static void compared(void *user, const GError *error)
{
	struct living *living = ((struct engine *)user)->living;

	if (!error && living && seal_guard_wants_greeting(living))
		seal_greet(living, nothing_more, user);
}

/* A profile that was put back has other keys to publish, so that is looked at first. */
static void look_around(struct engine *engine)
{
	seal_guard_doubt(engine->living);
	seal_guard_pass(engine->living, compared, engine);
	list_own(engine);
	delivery_flush(engine->living, nothing_more, engine);
	files_resume(engine->living);
}

static void arrived(void *user, const struct parcel *parcels, size_t count)
{
	struct engine *engine = user;

	delivery_arrived(engine->living, parcels, count);
}

static void refreshed(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

/* Anybody's server can say that they have devices; that makes nobody a contact. */
static bool is_known(struct living *living, const char *address)
{
	g_autoptr(GPtrArray) devices = NULL;
	struct contact *contact = NULL;
	bool is_contact;

	if (strcmp(address, living->account->address) == 0)
		return true;
	if (!living->store->ops->contact_get(living->store, address, &contact, NULL))
		return false;
	is_contact = contact != NULL;
	contact_free(contact);
	if (is_contact)
		return true;
	devices = living_devices(living, address, NULL);
	return devices && devices->len > 0;
}

static void devices_changed(void *user, const char *address, const uint32_t *ids, size_t count)
{
	struct engine *engine = user;

	(void)ids;
	(void)count;
	if (!engine->living || !is_known(engine->living, address))
		return;
	directory_refresh(engine->living, address, DIRECTORY_LOOK, refreshed, engine);
	/* Somebody changed the own list: are we still on it? */
	if (strcmp(address, engine->living->account->address) == 0)
		list_own(engine);
}

/* After a time without: what waits goes out, and what happened to the own list is seen. */
static void come_back(struct engine *engine)
{
	engine->is_cut_off = false;
	if (engine->living && engine->living->transport)
		look_around(engine);
}

static void carrier_state(void *user, enum transport_state state, const char *why)
{
	struct engine *engine = user;
	struct event event = { .type = EVENT_CARRIER, .carrier = state, .text = (char *)why };

	engine->carrier = state;
	g_free(engine->why);
	engine->why = g_strdup(why);
	engine_emit(engine, &event);
	if (state == TRANSPORT_OFFLINE || state == TRANSPORT_FAILED)
		engine->is_cut_off = true;
	else if (state == TRANSPORT_ONLINE && engine->is_cut_off)
		come_back(engine);
}

static void carrier_notice(void *user, const char *sentence)
{
	struct engine *engine = user;

	living_emit_notice(engine->living, "%s", sentence);
}

/* How far the carrier's archive has been taken in; losing it only means looking at more of it. */
#define MARK_SETTING "carrier-mark"

static void carrier_marked(void *user, const char *mark)
{
	struct living *living = ((struct engine *)user)->living;
	g_autoptr(GBytes) value = g_bytes_new(mark, strlen(mark));
	g_autoptr(GError) error = NULL;

	if (!living || !living_begin(living, &error))
		return;
	if (!living->store->ops->setting_put(living->store, MARK_SETTING, value, &error))
		living_rollback(living);
	else if (!living_commit(living, &error))
		g_debug("a mark was not kept: %s", error->message);
}

static void resume_carrier(struct living *living)
{
	g_autoptr(GBytes) value = NULL;
	g_autofree char *mark = NULL;

	if (!living->transport->ops->resume)
		return;
	if (living->store->ops->setting_get(living->store, MARK_SETTING, &value, NULL) && value)
		mark = g_strndup(g_bytes_get_data(value, NULL), g_bytes_get_size(value));
	living->transport->ops->resume(living->transport, mark, living->account->made_at);
}

static void carrier_talked(void *user, const struct talk *news, size_t count)
{
	struct living *living = ((struct engine *)user)->living;

	if (living)
		talk_take(living, news, count);
}

static void compared_again(void *user, const GError *error)
{
	((struct engine *)user)->is_comparing = false;
	compared(user, error);
}

/* A copy of this profile may be in use: both are told now, and not only when they send. What is
 * asked while an answer is awaited is in that answer. */
static void carrier_mark_changed(void *user)
{
	struct engine *engine = user;

	if (!engine->living || engine->is_comparing)
		return;
	engine->is_comparing = true;
	seal_guard_hint(engine->living);
	seal_guard_pass(engine->living, compared_again, engine);
}

static enum transport_heed carrier_heed(void *user, uint32_t uid)
{
	struct living *living = ((struct engine *)user)->living;

	return living ? senders_heed(living, uid) : HEED_LATER;
}

static void carrier_dropped(void *user, uint32_t uid, unsigned count)
{
	struct living *living = ((struct engine *)user)->living;

	if (living)
		senders_dropped(living, uid, count);
}

static unsigned carrier_batch(void *user)
{
	const struct living *living = ((struct engine *)user)->living;

	return living ? pace_rows(&living->pace) : PACE_BEGIN;
}

static const struct transport_listener carrier_listener = {
	.arrived = arrived,
	.heed = carrier_heed,
	.dropped = carrier_dropped,
	.batch = carrier_batch,
	.devices = devices_changed,
	.state = carrier_state,
	.notice = carrier_notice,
	.marked = carrier_marked,
	.mark_changed = carrier_mark_changed,
	.talk = carrier_talked,
};

gboolean engine_connect(struct engine *engine, bool is_live, GError **error)
{
	struct transport_listener listener = carrier_listener;
	struct living *living = engine_living(engine, error);

	if (!living)
		return FALSE;
	if (!living->transport) {
		listener.cancel = living->cancel;
		living->transport =
			engine->parts.make_transport(engine->parts.user, living->account, error);
		if (!living->transport)
			return FALSE;
		resume_carrier(living);
		engine->is_comparing = false;
		lobby_open(living);
		talk_show(living);
		if (!living->transport->ops->start(living->transport, &listener, engine,
						   living->context, is_live, error)) {
			living->transport->ops->free(living->transport);
			living->transport = NULL;
			return FALSE;
		}
	} else if (is_live) {
		living->transport->ops->go_live(living->transport);
	}
	living->is_live |= is_live;
	engine->is_cut_off = false;
	look_around(engine);
	return TRUE;
}

bool engine_is_connected(const struct engine *engine, bool is_live)
{
	const struct living *living = engine->living;

	return living && living->transport && (living->is_live || !is_live);
}
