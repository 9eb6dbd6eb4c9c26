/* Notes to oneself: everything local works, nothing of it leaves, and nobody else writes there. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/base/error.h"
#include "core/engine/engine_change.h"
#include "core/engine/engine_expiry.h"
#include "core/engine/engine_files.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_state.h"
#include "core/engine/engine_talk.h"
#include "core/engine/engine_trust.h"
#include "core/files/files.h"
#include "core/messages/delivery.h"
#include "core/model/draft.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_seal.h"

/* -- a port that counts what is asked of it --------------------------------------------------- */

static struct {
	struct transport_ops ops;
	const struct transport_ops *real;
	unsigned asked;
	unsigned said;
} port;

static void count_publish(struct transport *transport, const struct bundle *bundle,
			  transport_done done, void *user)
{
	port.asked++;
	port.real->publish(transport, bundle, done, user);
}

static void count_list(struct transport *transport, const char *address, transport_listed listed,
		       void *user)
{
	port.asked++;
	port.real->list(transport, address, listed, user);
}

static void count_fetch(struct transport *transport, const char *address, uint32_t device,
			transport_fetched fetched, void *user)
{
	port.asked++;
	port.real->fetch(transport, address, device, fetched, user);
}

static void count_send(struct transport *transport, const char *address, uint32_t device,
		       GBytes *bytes, transport_done done, void *user)
{
	port.asked++;
	port.real->send(transport, address, device, bytes, done, user);
}

static void count_fetch_now(struct transport *transport, transport_done done, void *user)
{
	port.asked++;
	port.real->fetch_now(transport, done, user);
}

static void count_say(struct transport *transport, GBytes *bytes)
{
	(void)transport;
	(void)bytes;
	port.said++;
}

static const struct transport_talk counting_talk = { .say = count_say };

static void listen_in(struct person *person)
{
	struct transport *transport = person->engine->living->transport;

	port.real = transport->ops;
	port.ops = *transport->ops;
	port.ops.publish = count_publish;
	port.ops.list = count_list;
	port.ops.fetch = count_fetch;
	port.ops.send = count_send;
	port.ops.fetch_now = count_fetch_now;
	port.ops.talk = &counting_talk;
	port.asked = port.said = 0;
	transport->ops = &port.ops;
}

/* -- helpers ---------------------------------------------------------------------------------- */

static void note_end(void *user, const GError *error)
{
	*(int *)user = error ? error_exit_code(error) : 0;
}

static void note_sent(void *user, const struct message *message, const GError *error)
{
	(void)message;
	note_end(user, error);
}

static int set_timer(struct person *person, const char *address, int64_t seconds)
{
	int code = -1;

	engine_set_timer(person->engine, address, seconds, 1000, note_end, &code);
	return code;
}

static int send_draft(struct person *person, const struct draft *draft)
{
	int code = -1;

	engine_send(person->engine, draft, 1000, note_sent, &code);
	return code;
}

static struct contact *row(struct person *person, const char *address)
{
	struct store *store = person->engine->living->store;
	struct contact *contact = NULL;

	assert_true(store->ops->contact_get(store, address, &contact, NULL));
	return contact;
}

static unsigned queued(struct person *person)
{
	struct store_counts counts;

	assert_true(engine_counts(person->engine, &counts, NULL));
	return counts.outbox;
}

static unsigned rows(struct person *person, const char *with)
{
	unsigned count = 0;
	struct store_held held;

	assert_true(engine_held(person->engine, with, &held, NULL));
	count = (unsigned)held.messages;
	return count;
}

static gboolean count_found(const struct message *message, void *user)
{
	(void)message;
	++*(unsigned *)user;
	return TRUE;
}

static bool was_said(struct person *person, const char *text)
{
	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		if (event->type == EVENT_NOTICE && strstr(event->text, text))
			return true;
	}
	return false;
}

/* Everything that is done in a conversation, with WITH. */
static void live_in(struct person *person, const char *with)
{
	struct draft draft = { .address = with, .body = "shopping: milk" };
	g_autofree char *id = NULL;
	int64_t seq;

	assert_int_equal(person_send(person, with, "first words"), 0);
	id = g_strdup(person->sent->id);
	seq = person->sent->seq;
	draft.corrects = id;
	assert_int_equal(send_draft(person, &draft), 0);
	draft = (struct draft){ .address = with, .body = "short", .expire = 60, .sealed = true };
	assert_int_equal(send_draft(person, &draft), 0);
	assert_int_equal(set_timer(person, with, 3600), 0);
	assert_true(engine_typing(person->engine, with, true, NULL));
	assert_true(engine_draft_put(person->engine, with, "half a", NULL));
	assert_true(engine_privacy(person->engine, with, PRIVACY_VEIL, NULL));
	assert_true(engine_read(person->engine, with, &seq, 1, NULL));
}

/* -- tests ------------------------------------------------------------------------------------ */

static void test_nothing_leaves(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	unsigned found = 0;

	listen_in(alice);
	live_in(alice, "alice");
	assert_int_equal(port.asked, 0);
	assert_int_equal(port.said, 0);
	assert_int_equal(queued(alice), 0);
	assert_int_equal(hub_taken(pair->hub)->len, 0);
	/* It is there, corrected, with its timers. */
	assert_int_equal(person_count(alice, "alice"), 2);
	assert_true(engine_search(alice->engine, "milk", "alice", 10, count_found, &found, NULL));
	assert_int_equal(found, 1);
	assert_true(engine_search(alice->engine, "first", NULL, 10, count_found, &found, NULL));
	assert_int_equal(found, 1);
	/* The control: with somebody else the same is heard by the carrier. */
	assert_true(engine_contact_add(alice->engine, "bob", NULL, NULL));
	assert_true(engine_manner(alice->engine, "bob", MANNER_RECEIPTS, CHOICE_ON, NULL));
	live_in(alice, "bob");
	assert_true(port.asked > 0);
	assert_true(hub_taken(pair->hub)->len >= 3);
}

/* On XMPP a word on typing goes unsealed, where the contact is told. */
static void test_typing(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct contact *contact;
	struct store *store = alice->engine->living->store;

	assert_true(engine_contact_add(alice->engine, "alice", NULL, NULL));
	assert_true(engine_contact_add(alice->engine, "bob", NULL, NULL));
	for (unsigned i = 0; i < 2; i++) {
		contact = row(alice, i ? "bob" : "alice");
		contact->manners.choices[MANNER_TYPING] = CHOICE_ON;
		assert_true(living_begin(alice->engine->living, NULL));
		assert_true(store->ops->contact_put(store, contact, NULL));
		assert_true(living_commit(alice->engine->living, NULL));
		contact_free(contact);
	}
	listen_in(alice);
	assert_true(engine_typing(alice->engine, "alice", true, NULL));
	assert_int_equal(port.said, 0);
	assert_true(engine_typing(alice->engine, "bob", true, NULL));
	assert_int_equal(port.said, 1);
}

static void test_without_a_carrier(void **state)
{
	struct couple *pair = *state;

	hub_refuse(pair->hub, ERROR_FULL);
	assert_int_equal(person_send(pair->alice, "alice", "kept"), 0);
	assert_int_equal(pair->alice->sent->state, STATE_READ);
	assert_int_equal(person_send(pair->alice, "bob", "control"), 6);
	hub_refuse(pair->hub, ERROR_COUNT);
	person_restart(pair->alice);
	assert_int_equal(person_count(pair->alice, "alice"), 1);
	assert_int_equal(hub_taken(pair->hub)->len, 1);
}

static void test_timer_runs_at_once(void **state)
{
	struct couple *pair = *state;
	struct draft draft = { .address = "alice", .body = "short", .expire = 60 };
	struct message *message;

	assert_int_equal(send_draft(pair->alice, &draft), 0);
	message = person_last(pair->alice, "alice");
	assert_int_equal(message->expire_seconds, 60);
	assert_true(message->expires_at > 0);
	message_free(message);
	/* Nothing has to be there before. */
	assert_int_equal(set_timer(pair->bob, "bob", 3600), 0);
	assert_int_equal(person_send(pair->bob, "bob", "by the timer"), 0);
	message = person_last(pair->bob, "bob");
	assert_int_equal(message->expire_seconds, 3600);
	message_free(message);
}

static void test_erase(void **state)
{
	struct couple *pair = *state;
	int code = -1;

	assert_int_equal(person_send(pair->alice, "alice", "to be erased"), 0);
	assert_int_equal(rows(pair->alice, "alice"), 1);
	engine_erase(pair->alice->engine, "alice", note_end, &code);
	/* In slices. */
	while (code == -1)
		g_main_context_iteration(NULL, TRUE);
	assert_int_equal(code, 0);
	assert_int_equal(rows(pair->alice, "alice"), 0);
}

static void check_refused(gboolean ok, GError **error)
{
	assert_false(ok);
	assert_int_equal(error_exit_code(*error), 2);
	assert_non_null(strstr((*error)->message, "own address"));
	g_clear_error(error);
}

static void test_refused(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct engine *engine = alice->engine;
	const struct file_draft file = { .address = "alice", .fd = 0, .name = "a" };
	const struct draft once = { .address = "alice", .body = "x", .view_once = true };
	struct safety safety;
	GError *error = NULL;
	int code = -1;

	for (unsigned i = 0; i < 2; i++) {
		check_refused(engine_safety(engine, "alice", &safety, &error), &error);
		check_refused(engine_verify_uri(engine, "alice", "xmpp:alice", "uri", NULL, &error),
			      &error);
		check_refused(engine_rule(engine, "alice", RULE_MANUAL, &error), &error);
		check_refused(engine_mute(engine, "alice", CONTACT_MUTED, &error), &error);
		check_refused(engine_manner(engine, "alice", MANNER_RECEIPTS, CHOICE_ON, &error),
			      &error);
		engine_block(engine, "alice", true, 100, note_end, &code);
		assert_int_equal(code, 2);
		engine_repair(engine, "alice", 100, note_end, &code);
		assert_int_equal(code, 2);
		engine_send_file(engine, &file, NULL, note_sent, &code);
		assert_int_equal(code, 2);
		assert_int_equal(send_draft(alice, &once), 2);
		/* Once there is a row as well as before. */
		assert_int_equal(person_send(alice, "alice", "now it is there"), 0);
	}
	assert_int_equal(hub_taken(pair->hub)->len, 0);
}

/* -- those who claim our address --------------------------------------------------------------- */

/* What a device of the own account, that isn't the sotto it seems, says to TO. */
static void say_as(struct person *other, const char *to, const char *body)
{
	const char *const people[] = { other->name, NULL };
	struct living *living = other->engine->living;
	const struct content content = { .from = other->name, .to = (char *)to,
					 .body = (char *)body, .id = (char *)body,
					 .time = living_now(living) };
	struct posting posting = { .conversation = "bob", .to = to, .content = &content };
	struct recipients recipients;
	int code = -1;

	assert_true(recipients_init(living, people, false, RULE_FIRST, &recipients, NULL));
	posting.recipients = &recipients;
	assert_true(living_begin(living, NULL));
	assert_true(posting_put(living, &posting, NULL));
	assert_true(living_commit(living, NULL));
	recipients_clear(&recipients);
	delivery_flush(living, note_end, &code);
	assert_int_equal(code, 0);
}

/* Another device of alice's; each holds the other for trusted. */
static struct person *other_device(struct couple *pair)
{
	struct person *other = person_new(pair->hub, "alice");

	assert_int_equal(person_send(other, "bob", "from the other one"), 0);
	assert_true(person_trust(other, "alice", person_device(pair->alice), ACT_TRUST));
	assert_int_equal(person_send(pair->alice, "bob", "from this one"), 0);
	assert_true(person_trust(pair->alice, "alice", person_device(other), ACT_TRUST));
	assert_int_equal(person_send(other, "bob", "a session with this one"), 0);
	person_fetch(pair->alice);
	return other;
}

static void test_own_device_writes(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct person *other = other_device(pair);
	unsigned before = person_count(alice, "bob");
	struct contact *contact;

	for (unsigned i = 0; i < 2; i++) {
		say_as(other, "alice", i ? "with a row" : "without a row");
		person_fetch(alice);
		assert_int_equal(person_count(alice, "alice"), i);
		assert_true(was_said(alice, "stay on the device"));
		contact = row(alice, "alice");
		assert_int_equal(contact != NULL, i);
		contact_free(contact);
		assert_int_equal(person_send(alice, "alice", "mine"), 0);
	}
	assert_int_equal(person_count(alice, "alice"), 2);
	/* The control: the same by the same device, about somebody else, is shown. */
	say_as(other, "bob", "about bob");
	person_fetch(alice);
	assert_int_equal(person_count(alice, "bob"), before + 1);
	person_free(other);
}

/* What can't be opened leaves no row there either. */
static void test_own_device_garbles(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct person *other = other_device(pair);
	g_autoptr(GBytes) bytes = NULL;
	gsize size;
	char *place;

	assert_int_equal(person_send(alice, "alice", "mine"), 0);
	say_as(other, "alice", "garbled");
	bytes = g_bytes_ref(hub_waiting(pair->hub, "alice")->pdata[0]);
	const char *data = g_bytes_get_data(bytes, &size);
	g_autofree char *text = g_strndup(data, size);

	place = strstr(text, "</key>") - 12;
	*place = *place == 'A' ? 'B' : 'A';
	g_autoptr(GBytes) changed = g_bytes_new(text, strlen(text));
	hub_replace(pair->hub, "alice", 0, changed);
	person_fetch(alice);
	assert_true(was_said(alice, "was refused"));
	assert_int_equal(rows(alice, "alice"), 1);
	person_free(other);
}

/* Somebody else's parcel with our address as its sender, and the carrier lets it through. */
static void test_stranger_claims_it(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct person *mallory = person_new(pair->hub, "mallory");
	g_autoptr(GBytes) bytes = NULL;

	assert_int_equal(person_send(alice, "alice", "mine"), 0);
	assert_int_equal(person_send(mallory, "alice", "i am you"), 0);
	bytes = g_bytes_ref(hub_waiting(pair->hub, "alice")->pdata[0]);
	{
		gsize size = g_bytes_get_size(bytes);
		g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), size);
		g_autoptr(GString) claims = g_string_new(text);
		g_autoptr(GBytes) changed = NULL;

		assert_true(g_string_replace(claims, "mallory", "alice", 0) > 0);
		changed = g_bytes_new(claims->str, claims->len);
		hub_inject(pair->hub, "alice", "alice", person_device(alice), changed);
		hub_inject(pair->hub, "mallory", "alice", person_device(alice), changed);
	}
	person_fetch(alice);
	assert_int_equal(rows(alice, "alice"), 1);
	/* The control: under its own name it is shown. */
	assert_int_equal(person_count(alice, "mallory"), 1);
	person_free(mallory);
}

static gboolean note_trust(const struct device *device, void *user)
{
	*(enum trust *)user = device->trust;
	return TRUE;
}

/* With an own device that nobody has confirmed: it stays so, and holds up no note. */
static void test_trust_stays(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice, *other = person_new(pair->hub, "alice");
	enum trust trust = TRUST_VERIFIED;
	unsigned taken;

	assert_int_equal(person_send(alice, "bob", "sees the other one"), 0);
	taken = hub_taken(pair->hub)->len;
	live_in(alice, "alice");
	assert_true(engine_contact_add(alice->engine, "alice", NULL, NULL));
	assert_true(engine_devices(alice->engine, "alice", note_trust, &trust, NULL));
	assert_int_equal(trust, TRUST_UNDECIDED);
	assert_int_equal(hub_taken(pair->hub)->len, taken);
	person_fetch(other);
	assert_int_equal(rows(other, "alice"), 0);
	person_free(other);
}

/* -- profiles of before ------------------------------------------------------------------------ */

static void test_old_row(void **state)
{
	struct couple *pair = *state;
	struct person *alice = pair->alice;
	struct living *living = alice->engine->living;
	struct contact old = { .address = (char *)"alice", .is_listed = true, .is_known = true,
			       .alias = (char *)"diary", .has_owner = true };
	struct outbox_row waiting = { .conversation = (char *)"alice", .to = (char *)"alice",
				      .device = 7, .id = (char *)"x" };
	g_autoptr(GBytes) bytes = g_bytes_new_static("<message/>", 10);
	struct contact *contact;
	int code = -1;

	waiting.bytes = bytes;
	assert_true(living_begin(living, NULL));
	assert_true(living->store->ops->contact_put(living->store, &old, NULL));
	assert_true(living->store->ops->outbox_put(living->store, &waiting, NULL));
	assert_true(living_commit(living, NULL));
	person_restart(alice);
	contact = row(alice, "alice");
	assert_int_equal(contact->kind, CONTACT_NOTES);
	assert_string_equal(contact_name(contact), "diary");
	assert_false(contact->is_known || contact->has_owner);
	contact_free(contact);
	delivery_flush(alice->engine->living, note_end, &code);
	assert_int_equal(queued(alice), 0);
	assert_int_equal(hub_taken(pair->hub)->len, 0);
	assert_int_equal(person_send(alice, "diary", "by its name"), 1);
	assert_int_equal(person_send(alice, "alice", "as before"), 0);
	assert_int_equal(hub_taken(pair->hub)->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_leaves, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_typing, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_without_a_carrier, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_timer_runs_at_once, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_erase, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_refused, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_own_device_writes, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_own_device_garbles, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_stranger_claims_it, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_trust_stays, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_old_row, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
