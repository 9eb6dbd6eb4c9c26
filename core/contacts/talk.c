#include "core/contacts/talk.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "core/omemo/marks.h"
#include "core/profile/clock_confirm.h"
#include "core/profile/disclosure.h"
#include "core/profile/journal.h"

/* One batch of news. Nothing in it is told to anybody before the commit. */
struct talking {
	struct living *living;
	GPtrArray *events;    /* struct event *, for after the commit */
	GHashTable *touched;  /* addresses whose contact changed */
	GHashTable *unlisted; /* with a whole list: those on the former one, not met yet */
	unsigned made;	      /* contacts that this batch made */
};

static void push(struct talking *talking, const struct event *event)
{
	g_ptr_array_add(talking->events, event_copy(event));
}

static void push_notice(struct talking *talking, char *text)
{
	struct event event = { .type = EVENT_NOTICE, .text = text };

	push(talking, &event);
	g_free(text);
}

/* -- messages --------------------------------------------------------------------------------- */

/* *CHANGED may be NULL. */
static gboolean put_state(struct talking *talking, const char *address, const char *id,
			  enum state state, bool *changed, GError **error)
{
	struct store *store = talking->living->store;
	struct message *message = NULL;
	struct event event = { .type = EVENT_STATE };
	bool is_changed = false;
	gboolean ok;

	if (!store->ops->message_get(store, address, id, &message, error))
		return FALSE;
	ok = !message || message->direction != DIRECTION_OUT ||
	     store->ops->message_state(store, address, id, state, message->expires_at, &is_changed,
				       error);
	if (ok && is_changed) {
		message->state = state;
		g_clear_pointer(&message->body, plain_free);
		event.message = message;
		event.address = message->conversation;
		push(talking, &event);
	}
	if (changed)
		*changed = is_changed;
	message_free(message);
	return ok;
}

static gboolean keep_unread(const struct message *message, void *user)
{
	if (message->direction == DIRECTION_OUT && message->state == STATE_READ)
		return FALSE;
	if (message->direction == DIRECTION_OUT && message->kind == KIND_TEXT &&
	    (message->state == STATE_SENT || message->state == STATE_DELIVERED))
		g_ptr_array_add(user, g_strdup(message->id));
	return TRUE;
}

/* XEP-0333: who read one has read those before it. */
static gboolean take_displayed(struct talking *talking, const struct talk *talk, GError **error)
{
	struct store *store = talking->living->store;
	g_autoptr(GPtrArray) former = g_ptr_array_new_with_free_func(g_free);
	struct message *message = NULL;
	gboolean ok;

	if (!store->ops->message_get(store, talk->address, talk->id, &message, error))
		return FALSE;
	if (!message || message->direction != DIRECTION_OUT) {
		message_free(message);
		return TRUE;
	}
	ok = store->ops->message_before(store, talk->address, message->seq, TALK_FORMER_MAX,
					keep_unread, former, error) &&
	     put_state(talking, talk->address, talk->id, STATE_READ, NULL, error);
	for (guint i = 0; ok && i < former->len; i++)
		ok = put_state(talking, talk->address, former->pdata[i], STATE_READ, NULL, error);
	message_free(message);
	return ok;
}

static const char *meaning_of(const char *condition)
{
	static const char *const rows[][2] = {
		{ "service-unavailable", "nobody can be reached there, or you are blocked" },
		{ "remote-server-not-found", "there is no such server" },
		{ "remote-server-timeout", "their server doesn't answer" },
		{ "item-not-found", "there is nobody of that address" },
		{ "recipient-unavailable", "they can't be reached" },
		{ "forbidden", "their server refuses it" },
		{ "not-acceptable", "you have blocked them at your server" },
		{ "policy-violation", "their server refuses it" },
		{ "resource-constraint", "their inbox is full" },
	};

	for (unsigned i = 0; condition && i < G_N_ELEMENTS(rows); i++) {
		if (strcmp(condition, rows[i][0]) == 0)
			return rows[i][1];
	}
	return "their server didn't take it";
}

static gboolean take_bounce(struct talking *talking, const struct talk *talk, GError **error)
{
	bool is_changed;

	if (!talk->id)
		return TRUE;
	if (!put_state(talking, talk->address, talk->id, STATE_FAILED, &is_changed, error))
		return FALSE;
	if (is_changed)
		push_notice(talking,
			    g_strdup_printf("A message to %s came back: %s. Send it again later.",
					    talk->address, meaning_of(talk->text)));
	return TRUE;
}

static gboolean take_typing(struct talking *talking, const struct talk *talk, GError **error)
{
	struct living *living = talking->living;
	struct event event = { .type = EVENT_TYPING,
			       .address = (char *)talk->address,
			       .count = talk->what == TALK_COMPOSING };
	struct contact *contact = NULL;

	if (!living->store->ops->contact_get(living->store, talk->address, &contact, error))
		return FALSE;
	if (contact && disclosure_may_tell(living, contact, MANNER_TYPING))
		push(talking, &event);
	contact_free(contact);
	return TRUE;
}

/* -- people ----------------------------------------------------------------------------------- */

static bool is_idle(const struct contact *contact)
{
	const struct manners *manners = &contact->manners;

	return !contact->is_listed && !contact->is_known && !contact->last_at &&
	       !manners->is_blocked && !manners->asks && !manners->is_block_due;
}

/* CONTACT's manners were BEFORE. */
static gboolean put_person(struct talking *talking, struct contact *contact, int64_t before,
			   GError **error)
{
	struct store *store = talking->living->store;

	if (manners_pack(&contact->manners) == before)
		return TRUE;
	g_hash_table_add(talking->touched, g_strdup(contact->address));
	return store->ops->contact_put(store, contact, error);
}

static gboolean take_person(struct talking *talking, const struct talk *talk, GError **error)
{
	bool is_new = false;
	struct contact *contact = living_contact(talking->living, talk->address, &is_new, error);
	int64_t before;
	gboolean ok;

	if (!contact)
		return FALSE;
	if (talking->unlisted)
		g_hash_table_remove(talking->unlisted, talk->address);
	if (is_new && ++talking->made > TALK_PEOPLE_MAX) {
		contact_free(contact);
		return TRUE;
	}
	before = is_new ? -1 : manners_pack(&contact->manners);
	contact->manners.sees_us = talk->sees_us;
	contact->manners.we_see = talk->we_see;
	contact->manners.is_asked = talk->is_asked;
	contact->manners.asks &= !talk->sees_us;
	ok = put_person(talking, contact, before, error);
	contact_free(contact);
	return ok;
}

/* Whom only the server's list had brought here goes with it. */
static gboolean take_stranger(struct talking *talking, const char *address, GError **error)
{
	struct store *store = talking->living->store;
	struct contact *contact = NULL;
	int64_t before;
	gboolean ok;

	if (!store->ops->contact_get(store, address, &contact, error))
		return FALSE;
	if (!contact)
		return TRUE;
	before = manners_pack(&contact->manners);
	contact->manners.sees_us = contact->manners.we_see = contact->manners.is_asked = false;
	if (before != manners_pack(&contact->manners) && is_idle(contact)) {
		g_hash_table_add(talking->touched, g_strdup(address));
		ok = store->ops->contact_del(store, address, error);
	} else {
		ok = put_person(talking, contact, before, error);
	}
	contact_free(contact);
	return ok;
}

static gboolean note_listed(const struct contact *contact, void *user)
{
	const struct manners *manners = &contact->manners;

	if (manners->sees_us || manners->we_see || manners->is_asked)
		g_hash_table_add(user, g_strdup(contact->address));
	return TRUE;
}

/* A whole list begins: who isn't on it goes. */
static gboolean begin_list(struct talking *talking, GError **error)
{
	struct store *store = talking->living->store;

	if (!talking->unlisted)
		talking->unlisted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return store->ops->contact_each(store, note_listed, talking->unlisted, error);
}

static gboolean end_list(struct talking *talking, GError **error)
{
	GHashTableIter iter;
	gpointer address;

	if (!talking->unlisted)
		return TRUE;
	g_hash_table_iter_init(&iter, talking->unlisted);
	while (g_hash_table_iter_next(&iter, &address, NULL)) {
		if (!take_stranger(talking, address, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean count_asking(const struct contact *contact, void *user)
{
	*(unsigned *)user += contact->manners.asks;
	return TRUE;
}

static gboolean take_question(struct talking *talking, const struct talk *talk, GError **error)
{
	struct store *store = talking->living->store;
	struct contact *contact;
	unsigned asking = 0;
	int64_t before;
	bool is_new;
	gboolean ok;

	if (!store->ops->contact_each(store, count_asking, &asking, error))
		return FALSE;
	contact = living_contact(talking->living, talk->address, &is_new, error);
	if (!contact)
		return FALSE;
	if (contact->manners.is_blocked || contact->manners.asks || contact->manners.sees_us ||
	    asking >= TALK_ASKS_MAX) {
		contact_free(contact);
		return TRUE;
	}
	before = is_new ? -1 : manners_pack(&contact->manners);
	contact->manners.asks = true;
	push_notice(talking,
		    g_strdup_printf("%s asks to see when you are there: `contact accept %s` or "
				    "`contact decline %s`.",
				    talk->address, talk->address, talk->address));
	ok = put_person(talking, contact, before, error);
	contact_free(contact);
	return ok;
}

static gboolean take_block(struct talking *talking, const struct talk *talk, GError **error)
{
	struct living *living = talking->living;
	bool is_new, is_blocked = talk->what == TALK_BLOCKED;
	struct contact *contact = living_contact(living, talk->address, &is_new, error);
	gboolean ok = TRUE;

	if (!contact)
		return FALSE;
	/* What was decided here and the server doesn't know yet is newer. */
	if (!contact->manners.is_block_due && contact->manners.is_blocked != is_blocked) {
		contact->manners.is_blocked = is_blocked;
		contact->manners.dropped = 0;
		ok = put_person(talking, contact, -1, error) &&
		     journal_add(living->store, living->clock,
				 is_blocked ? JOURNAL_BLOCKED : JOURNAL_UNBLOCKED, talk->address, 0,
				 "server", error);
	}
	contact_free(contact);
	return ok;
}

/* -- what was decided while there was no server ----------------------------------------------- */

struct due {
	struct living *living;
	char *address;
	bool is_blocked;
};

static void settle_due(void *user, const GError *why)
{
	struct due *due = user;
	struct living *living = due->living;
	struct contact *contact = NULL;
	g_autoptr(GError) error = NULL;

	/* A server that doesn't know blocking needn't be asked again before the next connection. */
	if (!why && living->store->ops->contact_get(living->store, due->address, &contact, NULL) &&
	    contact && contact->manners.is_blocked == due->is_blocked &&
	    living_begin(living, &error)) {
		contact->manners.is_block_due = false;
		if (!living->store->ops->contact_put(living->store, contact, &error))
			living_rollback(living);
		else if (!living_commit(living, &error))
			g_debug("a block is told once more: %s", error->message);
	}
	contact_free(contact);
	g_free(due->address);
	g_free(due);
}

static gboolean keep_due(const struct contact *contact, void *user)
{
	if (contact->manners.is_block_due)
		g_ptr_array_add(user, contact_copy(contact));
	return TRUE;
}

static void tell_due(struct living *living)
{
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)contact_free);
	struct transport *transport = living->transport;

	if (!transport || !transport->ops->talk ||
	    !living->store->ops->contact_each(living->store, keep_due, rows, NULL))
		return;
	for (guint i = 0; i < rows->len; i++) {
		const struct contact *contact = rows->pdata[i];
		struct due *due = g_new0(struct due, 1);

		*due = (struct due){ living, g_strdup(contact->address),
				     contact->manners.is_blocked };
		transport->ops->talk->act(transport, due->is_blocked ? TALK_BLOCK : TALK_UNBLOCK,
					  contact->address, settle_due, due);
	}
}

/* -- all of it -------------------------------------------------------------------------------- */

static gboolean take_one(struct talking *talking, const struct talk *talk, GError **error)
{
	const struct account *account = talking->living->account;

	if (talk->address && strcmp(talk->address, account->address) == 0)
		return TRUE;
	switch (talk->what) {
	case TALK_RECEIVED:
		return put_state(talking, talk->address, talk->id, STATE_DELIVERED, NULL, error);
	case TALK_DISPLAYED:
		return take_displayed(talking, talk, error);
	case TALK_BOUNCED:
		return take_bounce(talking, talk, error);
	case TALK_COMPOSING:
	case TALK_PAUSED:
		return take_typing(talking, talk, error);
	case TALK_PERSON:
		return take_person(talking, talk, error);
	case TALK_STRANGER:
		return talk->address ? take_stranger(talking, talk->address, error) :
				       begin_list(talking, error);
	case TALK_ASKS:
		return take_question(talking, talk, error);
	case TALK_BLOCKED:
	case TALK_UNBLOCKED:
		return take_block(talking, talk, error);
	case TALK_READY:
	case TALK_COUNT:
		break;
	}
	return TRUE;
}

static gboolean take_all(struct talking *talking, const struct talk *news, size_t count,
			 GError **error)
{
	for (size_t i = 0; i < count; i++) {
		if (!take_one(talking, &news[i], error))
			return FALSE;
	}
	return end_list(talking, error);
}

static void tell(struct talking *talking)
{
	GHashTableIter iter;
	gpointer address;

	for (guint i = 0; i < talking->events->len; i++) {
		const struct event *event = talking->events->pdata[i];

		if (event->message)
			living_emit_message(talking->living, event->type, event->message);
		else
			living_emit(talking->living, event);
	}
	g_hash_table_iter_init(&iter, talking->touched);
	while (g_hash_table_iter_next(&iter, &address, NULL))
		living_emit_contact(talking->living, address);
}

static bool is_passing(const struct event *event)
{
	return event->type == EVENT_TYPING;
}

static bool has_written(const struct talking *talking)
{
	for (guint i = 0; i < talking->events->len; i++) {
		if (!is_passing(talking->events->pdata[i]))
			return true;
	}
	return g_hash_table_size(talking->touched) > 0;
}

/* What is about now and stands nowhere. */
static void tell_passing(struct talking *talking)
{
	for (guint i = 0; i < talking->events->len; i++) {
		if (is_passing(talking->events->pdata[i]))
			living_emit(talking->living, talking->events->pdata[i]);
	}
}

void talk_take(struct living *living, const struct talk *news, size_t count)
{
	struct talking talking = {
		.living = living,
		.events = g_ptr_array_new_with_free_func((GDestroyNotify)event_free),
		.touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	g_autoptr(GError) error = NULL;
	bool is_ready = false;

	for (size_t i = 0; i < count; i++)
		is_ready |= news[i].what == TALK_READY;
	if (living_begin(living, &error)) {
		/* A flood of what says nothing new costs no write. */
		if (!take_all(&talking, news, count, &error) || !has_written(&talking)) {
			living_rollback(living);
			tell_passing(&talking);
		} else if (living_commit(living, &error)) {
			tell(&talking);
		}
	}
	if (error)
		living_emit_notice(living, "What the server said could not be stored: %s",
				   error->message);
	g_clear_pointer(&talking.unlisted, g_hash_table_unref);
	g_ptr_array_unref(talking.events);
	g_hash_table_unref(talking.touched);
	if (is_ready) {
		tell_due(living);
		clock_confirm_ask(living);
	}
}

static gboolean keep_shown(const struct contact *contact, void *user)
{
	const struct manners *manners = &contact->manners;

	if (manners->choices[MANNER_PRESENCE] == CHOICE_ON && !manners->is_blocked)
		g_ptr_array_add(user, g_strdup(contact->address));
	return TRUE;
}

void talk_show(struct living *living)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func(g_free);
	struct transport *transport = living->transport;
	struct talk_presence presence = {
		.is_on = living->settings && settings_bool(living->settings, "presence"),
	};

	if (!transport || !transport->ops->talk ||
	    !living->store->ops->contact_each(living->store, keep_shown, people, NULL))
		return;
	g_ptr_array_add(people, NULL);
	presence.people = (char **)people->pdata;
	transport->ops->talk->show(transport, &presence);
}
