#include "core/messages/repair.h"

#include <string.h>
#include "core/base/error.h"
#include "core/omemo/bundle.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "core/profile/journal.h"
#include "core/profile/notes.h"
#include "core/profile/session_start.h"

struct repair {
	struct living *living;
	struct contact *contact;
	GPtrArray *devices; /* struct device */
	guint next;
	unsigned renewed;
	uint32_t only;	  /* when not 0, this device alone */
	GBytes *base;	  /* of the session that this is the answer to, or NULL */
	GError *first; /* why one of them couldn't be */
	directory_done done;
	void *user;
};

static void repair_end(struct repair *repair, const GError *error)
{
	repair->done(repair->user, error);
	g_clear_error(&repair->first);
	if (repair->devices)
		g_ptr_array_unref(repair->devices);
	contact_free(repair->contact);
	g_clear_pointer(&repair->base, g_bytes_unref);
	g_free(repair);
}

static void flushed(void *user, const GError *error)
{
	struct repair *repair = user;

	repair_end(repair, error ? error : repair->first);
}

/* An answer is given once for each session that can't be opened, whatever comes of it. */
static gboolean check_once(const struct repair *repair, bool *is_new, GError **error)
{
	struct living *living = repair->living;
	uint8_t digest[CRYPTO_HASH_BYTES];

	if (!repair->base)
		return TRUE;
	session_digest("answered", repair->contact->address, repair->only, repair->base, digest);
	return living->store->ops->seen_put(living->store, digest, living_now(living), is_new,
					    error);
}

static gboolean renew(struct repair *repair, const struct bundle *bundle, GError **error)
{
	struct living *living = repair->living;
	const char *address = repair->contact->address;
	const struct content content = {
		.from = living->account->address,
		.to = repair->contact->address,
		.time = living_now(living),
		.begin_anew = repair->base,
	};
	bool is_new = true;

	if (!living_begin(living, error))
		return FALSE;
	if (check_once(repair, &is_new, error) && is_new &&
	    session_start(living, address, bundle, error) &&
	    delivery_queue(living, repair->contact, bundle->device,
			   repair->base ? &content : NULL, error) &&
	    journal_add(living->store, living->clock, JOURNAL_SESSION_RENEWED, address,
			bundle->device, NULL, error))
		return living_commit(living, error);
	living_rollback(living);
	return !is_new;
}

static void next(struct repair *repair);

static void fetched(void *user, const struct bundle *bundle, const GError *error)
{
	struct repair *repair = user;
	g_autoptr(GError) why = error ? g_error_copy(error) : NULL;

	if (!error && renew(repair, bundle, &why))
		repair->renewed++;
	else if (!repair->first)
		repair->first = g_steal_pointer(&why);
	next(repair);
}

static bool may_renew(const struct repair *repair, const struct device *device)
{
	return device->is_active && !device_is_off(device) &&
	       (!repair->only || device->id == repair->only) &&
	       device_use(device, living_rule(repair->living, repair->contact)) == USE_SEAL;
}

static void next(struct repair *repair)
{
	struct living *living = repair->living;

	while (repair->next < repair->devices->len) {
		const struct device *device = repair->devices->pdata[repair->next++];

		if (!may_renew(repair, device))
			continue;
		living->transport->ops->fetch(living->transport, device->address, device->id,
					      fetched, repair);
		return;
	}
	if (!repair->renewed && !repair->first)
		error_set(&repair->first, ERROR_NO_DEVICES,
			  "%s has no device that may be written to; see `sotto verify %s`.",
			  repair->contact->address, repair->contact->address);
	if (repair->renewed)
		delivery_flush(living, flushed, repair);
	else
		repair_end(repair, repair->first);
}

static void refreshed(void *user, const GError *error)
{
	struct repair *repair = user;
	g_autoptr(GError) why = NULL;

	if (error) {
		repair_end(repair, error);
		return;
	}
	repair->devices = living_devices(repair->living, repair->contact->address, &why);
	if (repair->devices)
		next(repair);
	else
		repair_end(repair, why);
}

static void begin(struct repair *repair, const char *address)
{
	struct living *living = repair->living;
	g_autoptr(GError) error = NULL;

	repair->contact = living_known(living, address, &error);
	if (repair->contact && !notes_refuse(living, address, "sessions to repair", &error))
		g_debug("notes have no sessions");
	else if (repair->contact && repair->contact->kind != CONTACT_PERSON)
		error_set(&error, ERROR_USAGE, "%s is a group; repair it with each member.",
			  address);
	if (error)
		repair_end(repair, error);
	else
		directory_refresh(living, address, DIRECTORY_LOOK, refreshed, repair);
}

void repair_sessions(struct living *living, const char *address, directory_done done, void *user)
{
	struct repair *repair = g_new0(struct repair, 1);

	repair->living = living;
	repair->done = done;
	repair->user = user;
	begin(repair, address);
}

/* Nobody waits for it; the row that stands for what is lost says what to do. */
static void answered(void *user, const GError *error)
{
	(void)user;
	if (error)
		g_debug("no new session was begun: %s", error->message);
}

void repair_answer(struct living *living, const char *address, uint32_t device, GBytes *base)
{
	struct repair *repair = g_new0(struct repair, 1);

	repair->living = living;
	repair->done = answered;
	repair->only = device;
	repair->base = g_bytes_ref(base);
	begin(repair, address);
}
