#include "core/outbox/seal_greet.h"

#include "core/base/error.h"
#include "core/model/contact.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "core/outbox/seal_guard.h"
#include "core/port/store.h"
#include "core/profile/directory.h"
#include "core/profile/disclosure.h"

struct greeting {
	struct living *living;
	GPtrArray *people; /* addresses */
	guint next;
	GArray *waiters;   /* struct waiter */
};

struct waiter {
	directory_done done;
	void *user;
};

static void end(struct greeting *greeting, const GError *error)
{
	greeting->living->greeting = NULL;
	for (guint i = 0; i < greeting->waiters->len; i++) {
		const struct waiter *waiter = &g_array_index(greeting->waiters, struct waiter, i);

		waiter->done(waiter->user, error);
	}
	g_array_unref(greeting->waiters);
	g_ptr_array_unref(greeting->people);
	g_free(greeting);
}

static void flushed(void *user, const GError *error)
{
	end(user, error);
}

static gboolean greet(struct living *living, const char *address, GError **error)
{
	struct contact *contact = NULL;
	gboolean ok;

	if (!living_begin(living, error))
		return FALSE;
	ok = living->store->ops->contact_get(living->store, address, &contact, error) &&
	     (!contact || delivery_queue(living, contact, 0, NULL, error));
	contact_free(contact);
	if (ok)
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

static void next(struct greeting *greeting);

static void refreshed(void *user, const GError *failure)
{
	struct greeting *greeting = user;
	g_autoptr(GError) error = NULL;

	if (error_is(failure, ERROR_UNREACHABLE)) {
		end(greeting, failure);
		return;
	}
	if (!failure && !greet(greeting->living, greeting->people->pdata[greeting->next], &error))
		living_emit_notice(greeting->living, "%s", error->message);
	greeting->next++;
	next(greeting);
}

static void next(struct greeting *greeting)
{
	if (greeting->next == greeting->people->len) {
		seal_guard_greeted(greeting->living);
		delivery_flush(greeting->living, flushed, greeting);
	} else {
		directory_refresh(greeting->living, greeting->people->pdata[greeting->next],
				  DIRECTORY_LOOK, refreshed, greeting);
	}
}

static gboolean note_person(const struct contact *contact, void *user)
{
	GPtrArray *people = user;

	if (contact->kind == CONTACT_PERSON && contact->is_known &&
	    disclosure_check(contact, NULL))
		g_ptr_array_add(people, g_strdup(contact->address));
	return people->len < SEAL_GREET_MAX;
}

void seal_greet(struct living *living, directory_done done, void *user)
{
	const struct waiter waiter = { done, user };
	struct greeting *greeting = living->greeting;
	g_autoptr(GError) error = NULL;

	if (greeting) {
		g_array_append_val(greeting->waiters, waiter);
		return;
	}
	greeting = living->greeting = g_new0(struct greeting, 1);
	greeting->living = living;
	greeting->waiters = g_array_new(FALSE, FALSE, sizeof(struct waiter));
	g_array_append_val(greeting->waiters, waiter);
	greeting->people = g_ptr_array_new_with_free_func(g_free);
	if (living->store->ops->contact_each(living->store, note_person, greeting->people, &error))
		next(greeting);
	else
		end(greeting, error);
}
