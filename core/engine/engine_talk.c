/* engine: how we are towards people. */
#include "core/engine/engine_talk.h"

#include <string.h>
#include "core/base/error.h"
#include "core/contacts/talk.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_wait.h"
#include "core/omemo/marks.h"
#include "core/profile/disclosure.h"
#include "core/profile/journal.h"
#include "core/profile/notes.h"
#include "core/profile/senders.h"

/* Put CONTACT in a transaction of its own, with a row of the journal unless WHAT is none. */
static gboolean keep(struct living *living, const struct contact *contact, enum journal_what what,
		     GError **error)
{
	if (!living_begin(living, error))
		return FALSE;
	if (!living->store->ops->contact_put(living->store, contact, error) ||
	    (what != JOURNAL_COUNT &&
	     !journal_add(living->store, living->clock, what, contact->address, 0, NULL, error))) {
		living_rollback(living);
		return FALSE;
	}
	if (!living_commit(living, error))
		return FALSE;
	living_emit_contact(living, contact->address);
	return TRUE;
}

static bool is_local(const struct living *living)
{
	return strcmp(living->account->carrier, "spool") == 0;
}

gboolean engine_manner(struct engine *engine, const char *address, enum manner manner,
		       enum manner_choice choice, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	gboolean ok = FALSE;

	if (!contact)
		return FALSE;
	if (!notes_refuse(living, address, "receipts, markers, typing or presence", error)) {
		g_debug("nobody is told of notes");
	} else if (is_local(living) && (manner == MANNER_TYPING || manner == MANNER_PRESENCE)) {
		error_set(error, ERROR_UNAVAILABLE,
			  "The local spool knows no %s: there is no server that passes it on.",
			  manner_name(manner));
	} else {
		contact->manners.choices[manner] = choice;
		ok = keep(living, contact, JOURNAL_COUNT, error);
		if (ok && manner == MANNER_PRESENCE)
			talk_show(living);
	}
	contact_free(contact);
	return ok;
}

struct walk {
	contact_func func;
	void *user;
};

/* -- blocking --------------------------------------------------------------------------------- */

static gboolean put_block(struct living *living, const char *text, bool is_blocked, GError **error)
{
	g_autofree char *address = contact_address(text, error);
	struct contact *contact;
	bool is_new;
	gboolean ok;

	if (!address)
		return FALSE;
	if (!notes_refuse(living, address, "sender to block", error))
		return FALSE;
	contact = living_contact(living, address, &is_new, error);
	if (!contact)
		return FALSE;
	if (!is_blocked && is_new) {
		error_set(error, ERROR_NO_CONTACT, "%s isn't blocked.", address);
		contact_free(contact);
		return FALSE;
	}
	contact->manners.is_blocked = is_blocked;
	contact->manners.is_block_due = !is_local(living);
	contact->manners.dropped = 0;
	ok = keep(living, contact, is_blocked ? JOURNAL_BLOCKED : JOURNAL_UNBLOCKED, error);
	contact_free(contact);
	return ok;
}

/* A user of the host, by the uid that their files have. */
static gboolean put_block_of_user(struct living *living, const char *text, bool is_blocked,
				  GError **error)
{
	uint32_t uid;

	if (is_local(living))
		return senders_parse(text, &uid, error) &&
		       senders_block(living, uid, is_blocked, error);
	error_set(error, ERROR_UNAVAILABLE,
		  "Over XMPP nobody is known by a uid; block their address instead.");
	return FALSE;
}

static gboolean block(struct living *living, const char *text, bool is_blocked, GError **error)
{
	return senders_is_name(text) ? put_block_of_user(living, text, is_blocked, error)
				     : put_block(living, text, is_blocked, error);
}

/* -- at the server ---------------------------------------------------------------------------- */

/* What was asked of the server, and what of it is written down. */
struct asking {
	struct living *living;
	char *address;
	enum talk_act act;
	struct waiting *waiting;
};

/* The server's own word follows in its pushes; only what it doesn't say is kept here. */
static void note(struct living *living, const char *address, enum talk_act act, const GError *why)
{
	struct contact *contact = NULL;
	g_autoptr(GError) error = NULL;
	bool is_block = act == TALK_BLOCK || act == TALK_UNBLOCK;

	if (why || !living->store->ops->contact_get(living->store, address, &contact, NULL) ||
	    !contact)
		return;
	if (act == TALK_ACCEPT || act == TALK_DECLINE)
		contact->manners.asks = false;
	else if (act == TALK_SUBSCRIBE)
		contact->manners.is_asked = true;
	else if (is_block && contact->manners.is_blocked == (act == TALK_BLOCK))
		contact->manners.is_block_due = false;
	if (!keep(living, contact, JOURNAL_COUNT, &error))
		living_emit_notice(living, "%s", error->message);
	contact_free(contact);
}

static void act_answered(void *user, const GError *error)
{
	struct asking *asking = user;
	bool is_block = asking->act == TALK_BLOCK || asking->act == TALK_UNBLOCK;

	note(asking->living, asking->address, asking->act, error);
	/* It holds here: that the server doesn't know it (yet) is no failure. */
	engine_answer(asking->waiting, is_block ? NULL : error);
	g_free(asking->address);
	g_free(asking);
}

static void ask(struct engine *engine, enum talk_act act, const char *address, unsigned wait_ms,
		engine_done done, void *user)
{
	struct living *living = engine->living;
	struct asking *asking = g_new0(struct asking, 1);

	*asking = (struct asking){ living, g_strdup(address), act,
				   engine_wait(engine, wait_ms, done, user) };
	living->transport->ops->talk->act(living->transport, act, address, act_answered, asking);
}

void engine_act(struct engine *engine, enum talk_act act, const char *text, unsigned wait_ms,
		engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);
	g_autofree char *address = living ? contact_address(text, &error) : NULL;

	if (address && !notes_refuse(living, address, "place on the server's list", &error))
		g_debug("the own address isn't on it");
	else if (living && !error && is_local(living))
		error_set(&error, ERROR_UNAVAILABLE,
			  "The local spool has no server that keeps a list of contacts.");
	else if (living && !error && !living->transport)
		error_set(&error, ERROR_UNREACHABLE, "The carrier isn't running.");
	if (error)
		done(user, error);
	else
		ask(engine, act, address, wait_ms, done, user);
}

void engine_block(struct engine *engine, const char *address, bool is_blocked, unsigned wait_ms,
		  engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living && !block(living, address, is_blocked, &error) && !error)
		error_set_plain(&error, ERROR_FAILED);
	if (error || is_local(living) || !living->transport)
		done(user, error);
	else
		engine_act(engine, is_blocked ? TALK_BLOCK : TALK_UNBLOCK, address, wait_ms, done,
			   user);
}

static gboolean pass_blocked(const struct contact *contact, void *user)
{
	const struct walk *walk = user;

	return !contact->manners.is_blocked || walk->func(contact, walk->user);
}

gboolean engine_blocked(struct engine *engine, contact_func contact,
			void (*sender)(uint32_t uid, uint32_t dropped, void *user), void *user,
			GError **error)
{
	struct living *living = engine_living(engine, error);
	struct walk walk = { contact, user };

	return living &&
	       living->store->ops->contact_each(living->store, pass_blocked, &walk, error) &&
	       senders_each(living, sender, user, error);
}

/* -- who asks, and what they are told --------------------------------------------------------- */

static gboolean pass_asking(const struct contact *contact, void *user)
{
	const struct walk *walk = user;

	return !contact->manners.asks || walk->func(contact, walk->user);
}

gboolean engine_requests(struct engine *engine, contact_func func, void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct walk walk = { func, user };

	return living && living->store->ops->contact_each(living->store, pass_asking, &walk, error);
}

void engine_show_presence(struct engine *engine)
{
	if (engine->living)
		talk_show(engine->living);
}

gboolean engine_typing(struct engine *engine, const char *address, bool is_typing, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct contact *contact = living ? living_known(living, address, error) : NULL;
	struct transport *transport = living ? living->transport : NULL;

	if (!contact)
		return FALSE;
	if (transport && transport->ops->talk && contact->kind == CONTACT_PERSON &&
	    disclosure_may_tell(living, contact, MANNER_TYPING)) {
		g_autoptr(GBytes) bytes = marks_encode(is_typing ? TALK_COMPOSING : TALK_PAUSED,
						       contact->address, NULL);

		transport->ops->talk->say(transport, bytes);
	}
	contact_free(contact);
	return TRUE;
}

void engine_rest(struct engine *engine, bool is_resting)
{
	struct transport *transport = engine->living ? engine->living->transport : NULL;

	if (transport && transport->ops->talk)
		transport->ops->talk->rest(transport, is_resting);
}
