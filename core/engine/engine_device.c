/* engine: another id for this device. */
#include "core/engine/engine_device.h"

#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/outbox/seal_guard.h"
#include "core/port/transport_marks.h"
#include "core/profile/account_store.h"
#include "core/profile/journal.h"

struct moving {
	struct engine *engine;
	uint32_t former;
	engine_done done;
	void *user;
};

static void moving_end(struct moving *moving, const GError *error)
{
	moving->done(moving->user, error);
	g_free(moving);
}

/* The id is this device's in any case; the copy may have to be given one too. */
static void was_left(void *user, const GError *error)
{
	struct moving *moving = user;
	g_autoptr(GError) locked = NULL;

	/* Whoever hears of no error may look at the open account. */
	if (!moving->engine->living) {
		error_set_plain(&locked, ERROR_LOCKED);
		moving_end(moving, locked);
		return;
	}
	if (error)
		living_emit_notice(moving->engine->living,
				   "The other copy couldn't be told that device %u is its own now; "
				   "if it sends nothing, give it a new id too. %s",
				   moving->former, error->message);
	moving_end(moving, NULL);
}

static uint32_t new_id(struct living *living, GError **error)
{
	g_autoptr(GPtrArray) devices = living_devices(living, living->account->address, error);
	g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	if (!devices)
		return 0;
	g_array_append_val(taken, living->account->device);
	for (guint i = 0; i < devices->len; i++)
		g_array_append_val(taken, ((struct device *)devices->pdata[i])->id);
	return account_new_device((const uint32_t *)(const void *)taken->data, taken->len);
}

static gboolean store_id(struct living *living, uint32_t id, GError **error)
{
	const uint32_t former = living->account->device;
	g_autofree char *detail = g_strdup_printf("in place of %u", former);

	if (!living_begin(living, error))
		return FALSE;
	if (seal_guard_move(living, error)) {
		living->account->device = id;
		if (account_save(living->store, living->account, error) &&
		    journal_add(living->store, living->clock, JOURNAL_DEVICE_RENEWED,
				living->account->address, id, detail, error)) {
			if (living_commit(living, error))
				return TRUE;
			living->account->device = former;
			return FALSE;
		}
	}
	living->account->device = former;
	living_rollback(living);
	return FALSE;
}

/* What is seen without a passphrase names the device too. */
static gboolean store_place(struct engine *engine, GError **error)
{
	g_autoptr(GBytes) note = account_encode_place(engine->living->account);

	return engine->parts.door->ops->note_put(engine->parts.door, note, error);
}

static void compared(void *user, const GError *failure)
{
	struct moving *moving = user;
	struct engine *engine = moving->engine;
	struct living *living = engine->living;
	const struct transport_marks *marks;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) mark = NULL;
	uint32_t id;

	/* Locked meanwhile, the carrier's end is what answers. */
	if (!living && !failure)
		error_set_plain(&error, ERROR_LOCKED);
	/* That a copy is in use is why this is done. */
	if (!living || (failure && !error_is(failure, ERROR_POLICY))) {
		moving_end(moving, failure ? failure : error);
		return;
	}
	marks = living->transport->ops->marks;
	moving->former = living->account->device;
	mark = seal_guard_leave(living, moving->former);
	id = new_id(living, &error);
	if (!id || !store_id(living, id, &error) || !store_place(engine, &error))
		moving_end(moving, error);
	else if (marks)
		marks->put(living->transport, moving->former, mark, was_left, moving);
	else
		moving_end(moving, NULL);
}

void engine_renew_device(struct engine *engine, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);
	struct moving *moving;

	if (living && !living->transport)
		error_set(&error, ERROR_UNREACHABLE, "The carrier isn't running.");
	if (error) {
		done(user, error);
		return;
	}
	moving = g_new0(struct moving, 1);
	*moving = (struct moving){ engine, 0, done, user };
	seal_guard_pass(living, compared, moving);
}

bool engine_is_cloned(const struct engine *engine)
{
	return engine->living && !seal_guard_check(engine->living, NULL);
}
