/* Devices that are announced without a key, keys that come later, and what an act has to name. */
#include "tests/support/device_rows.h"
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_change.h"
#include "core/engine/engine_groups.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"
#include "core/omemo/bundle.h"
#include "core/profile/journal.h"

enum { LATE = 7 };

static void ignore(void *user, const GError *error)
{
	(void)user;
	(void)error;
}

static void look(struct person *person, const char *address)
{
	engine_refresh(person->engine, address, 10000, ignore, NULL);
}

static unsigned count_cards(const struct person *person, const char *address)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == EVENT_TRUST && g_strcmp0(event->address, address) == 0;
	}
	return count;
}

static void expect_mark(struct person *person, const char *address, bool is_verified,
			const char *keyless)
{
	struct safety safety;
	g_autofree char *words = NULL;

	assert_true(engine_safety(person->engine, address, &safety, NULL));
	words = device_keyless_words(safety.keyless);
	assert_int_equal(safety.is_verified, is_verified);
	if (keyless)
		assert_string_equal(words, keyless);
	else
		assert_null(words);
	safety_clear(&safety);
}

static void compare(struct person *person, const char *address)
{
	struct safety safety;

	assert_true(engine_safety(person->engine, address, &safety, NULL));
	assert_true(
		engine_verify_code(person->engine, address, safety.number, "code", NULL));
	safety_clear(&safety);
}

/* -- lists before bundles --------------------------------------------------------------------- */

static void test_a_late_key_is_undecided(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice;
	struct change *change;

	hub_list(trio->hub, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	expect_mark(alice, "bob", false, "device 7 has published no key");
	compare(alice, "bob");
	/* It isn't part of the comparison, and undoes nothing of it. */
	expect_mark(alice, "bob", true, "device 7 has published no key");
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	assert_int_equal(rows_recorded(alice, JOURNAL_VERIFIED, LATE), 0);
	assert_int_equal(person_send(alice, "bob", "two"), 0);
	assert_int_equal(count_cards(alice, "bob"), 0);
	rows_publish_as(trio->hub, trio->mallory, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "three"), 5);
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 2);
	expect_mark(alice, "bob", false, NULL);
	assert_int_equal(count_cards(alice, "bob"), 1);
	assert_int_equal(rows_recorded(alice, JOURNAL_KEY_SEEN, LATE), 1);
	change = engine_change(alice->engine, "bob", NULL);
	assert_int_equal(change->late, 1);
	assert_int_equal(change->fresh + change->changed, 0);
	assert_true(change->was_verified);
	change_free(change);
	/* The control: with the key decided on, it gets its messages. */
	assert_true(person_trust(alice, "bob", LATE, ACT_TRUST));
	assert_int_equal(person_send(alice, "bob", "four"), 0);
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 4);
}

static void test_nobody_but_keyless(void **state)
{
	struct trio *trio = *state;
	struct bundle bundle = { 0 };

	rows_take_bundle(trio->hub, trio->bob, &bundle);
	hub_list(trio->hub, "bob", person_device(trio->bob));
	assert_int_equal(person_send(trio->alice, "bob", "one"), 1);
	assert_non_null(strstr(trio->alice->error->message, "has published no key"));
	assert_int_equal(hub_taken(trio->hub)->len, 0);
	hub_publish(trio->hub, "bob", &bundle);
	bundle_clear(&bundle);
	/* First contact was made without it. */
	assert_int_equal(person_send(trio->alice, "bob", "two"), 5);
	assert_true(person_trust(trio->alice, "bob", person_device(trio->bob), ACT_TRUST));
	assert_int_equal(person_send(trio->alice, "bob", "three"), 0);
	person_fetch(trio->bob);
	assert_int_equal(person_count(trio->bob, "alice"), 1);
}

static void test_no_key_no_trust_by_hand(void **state)
{
	static const enum trust_act acts[] = { ACT_TRUST, ACT_VERIFY };
	struct trio *trio = *state;
	struct person *alice = trio->alice;

	hub_list(trio->hub, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "one"), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(acts); i++) {
		assert_false(person_trust(alice, "bob", LATE, acts[i]));
		assert_int_equal(error_exit_code(alice->error), 5);
		assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	}
	/* What refuses may be about an id, and holds when its key comes. */
	assert_true(person_trust(alice, "bob", LATE, ACT_DISTRUST));
	rows_publish_as(trio->hub, trio->mallory, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "two"), 0);
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNTRUSTED);
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 2);
}

/* The id is the same, the device behind it isn't: seen as soon as it is listed again. */
static void test_an_id_that_comes_back(void **state)
{
	struct trio *trio = *state;
	uint32_t id = person_device(trio->bob);

	assert_int_equal(person_send(trio->alice, "bob", "one"), 0);
	hub_unlist(trio->hub, "bob", id);
	hub_list(trio->hub, "bob", LATE);
	look(trio->alice, "bob");
	rows_publish_as(trio->hub, trio->mallory, "bob", id);
	assert_int_equal(person_send(trio->alice, "bob", "two"), 5);
	assert_int_equal(rows_recorded(trio->alice, JOURNAL_KEY_CHANGED, id), 1);
}

/* -- looking ---------------------------------------------------------------------------------- */

static void made(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

static void expect_stranger(struct person *person, const char *address, uint32_t device)
{
	struct contact *contact = NULL;

	assert_true(engine_find(person->engine, address, &contact, NULL));
	assert_true(!contact || (!contact->is_listed && !contact->is_known));
	contact_free(contact);
	assert_int_equal(rows_trust(person, address, device), TRUST_UNDECIDED);
}

static void test_looking_at_a_stranger(void **state)
{
	static const char *const people[] = { "bob", "mallory", NULL };
	struct trio *trio = *state;
	struct person *alice = trio->alice;
	uint32_t id = person_device(trio->bob);

	assert_int_equal(person_send(trio->bob, "alice", "you don't know me"), 0);
	person_fetch(alice);
	for (int i = 0; i < 2; i++) {
		look(alice, "bob");
		expect_stranger(alice, "bob", id);
		person_restart(alice);
	}
	engine_group_create(alice->engine, "team", people, 1000, made, NULL);
	expect_stranger(alice, "bob", id);
	/* Who never wrote either. */
	expect_stranger(alice, "mallory", person_device(trio->mallory));
	assert_int_equal(hub_waiting(trio->hub, "bob")->len, 0);
	/* The control: writing is the act. */
	assert_int_equal(person_send(alice, "bob", "now I do"), 0);
	assert_int_equal(rows_trust(alice, "bob", id), TRUST_TRUSTED);
	assert_int_equal(person_send(alice, "#team", "both of you"), 0);
	assert_int_equal(rows_trust(alice, "mallory", person_device(trio->mallory)),
			 TRUST_TRUSTED);
	person_fetch(trio->mallory);
	assert_int_equal(person_count(trio->mallory, "#team"), 1);
}

/* Adding is an act as well; the next look, or the next message, completes it. */
static void test_adding_somebody(void **state)
{
	struct trio *trio = *state;

	assert_true(engine_contact_add(trio->alice->engine, "bob", NULL, NULL));
	look(trio->alice, "bob");
	assert_int_equal(rows_trust(trio->alice, "bob", person_device(trio->bob)), TRUST_TRUSTED);
	assert_int_equal(rows_recorded(trio->alice, JOURNAL_FIRST_TRUSTED,
				       person_device(trio->bob)), 1);
	assert_int_equal(person_send(trio->mallory, "alice", "one"), 0);
	person_fetch(trio->alice);
	assert_true(engine_contact_add(trio->alice->engine, "mallory", NULL, NULL));
	expect_mark(trio->alice, "mallory", false, NULL);
	assert_int_equal(person_send(trio->mallory, "alice", "two"), 0);
	person_fetch(trio->alice);
	assert_int_equal(rows_trust(trio->alice, "mallory", person_device(trio->mallory)),
			 TRUST_TRUSTED);
}

/* What the card says of Enter is what Enter does. */
static void expect_card(struct person *person, const char *address, bool is_there, bool accepts)
{
	struct change *change = engine_change(person->engine, address, NULL);

	assert_non_null(change);
	assert_int_equal(change->devices->len > 0, is_there);
	assert_int_equal(change->is_accepted, accepts);
	change_free(change);
	assert_int_equal(person_send(person, address, "x"), is_there && !accepts ? 5 : 0);
}

/* So many events about ADDRESS at which a card that stands there asks anew. */
static unsigned told(const struct person *person, const char *address)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += (event->type == EVENT_TRUST || event->type == EVENT_CONTACT) &&
			 g_strcmp0(event->address, address) == 0;
	}
	return count;
}

/* What the card of ADDRESS says. */
static char *card(struct person *person, const char *address)
{
	struct change *change = engine_change(person->engine, address, NULL);
	char *text;

	assert_non_null(change);
	text = !change->devices->len ? g_strdup("no card")
				     : g_strdup_printf("%u keys wait, %s", change->devices->len,
						       change->is_accepted ? "accepted"
									   : "nothing is sent");
	change_free(change);
	return text;
}

static void expect_told(struct person *person, char **before, unsigned *events, bool differs)
{
	g_autofree char *now = card(person, "bob");

	assert_int_equal(strcmp(now, *before) != 0, differs);
	if (differs)
		assert_true(told(person, "bob") > *events);
	*events = told(person, "bob");
	g_free(*before);
	*before = g_steal_pointer(&now);
}

/* A card that was drawn before is stale once what it says isn't true any more: whatever makes it so
 * is told, and the card asks again. */
static void test_a_stale_card_is_told(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice, *other;
	char *before;
	unsigned events;

	assert_int_equal(person_send(trio->bob, "alice", "you don't know me"), 0);
	person_fetch(alice);
	before = card(alice, "bob");
	events = told(alice, "bob");
	assert_string_equal(before, "1 keys wait, accepted");
	/* The rule, first; then back. */
	assert_true(engine_rule(alice->engine, "bob", RULE_VERIFIED, NULL));
	expect_told(alice, &before, &events, true);
	assert_true(engine_rule(alice->engine, "bob", RULE_DEFAULT, NULL));
	expect_told(alice, &before, &events, true);
	/* The profile's own is another. */
	engine_rules_changed(alice->engine);
	assert_true(told(alice, "bob") > events);
	/* The user's act. */
	assert_true(person_trust(alice, "bob", person_device(trio->bob), ACT_TRUST));
	expect_told(alice, &before, &events, true);
	/* A new device, at a look. */
	assert_int_equal(person_send(alice, "bob", "now I do"), 0);
	expect_told(alice, &before, &events, false);
	other = person_new(trio->hub, "bob");
	look(alice, "bob");
	expect_told(alice, &before, &events, true);
	assert_string_equal(before, "1 keys wait, nothing is sent");
	assert_int_equal(person_send(alice, "bob", "the card holds"), 5);
	/* It is switched off again. */
	assert_true(engine_deactivate(alice->engine, "bob", person_device(other), NULL));
	expect_told(alice, &before, &events, true);
	assert_int_equal(person_send(alice, "bob", "and goes"), 0);
	/* The control: what changes nothing there. */
	assert_int_equal(person_send(trio->mallory, "alice", "hello"), 0);
	person_fetch(alice);
	expect_told(alice, &before, &events, false);
	g_free(before);
	person_free(other);
}

static void test_the_card_is_true(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice;

	assert_int_equal(person_send(trio->bob, "alice", "you don't know me"), 0);
	assert_int_equal(person_send(trio->mallory, "alice", "nor me"), 0);
	person_fetch(alice);
	assert_true(engine_rule(alice->engine, "mallory", RULE_MANUAL, NULL));
	expect_card(alice, "mallory", true, false);
	expect_card(alice, "bob", true, true);
	expect_card(alice, "bob", false, false);
	rows_publish_as(trio->hub, trio->mallory, "bob", LATE);
	look(alice, "bob");
	expect_card(alice, "bob", true, false);
}

/* Somebody who was compared and removed has no first contact any more. */
static void test_removed_and_met_again(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice;

	assert_int_equal(person_send(alice, "bob", "one"), 0);
	compare(alice, "bob");
	assert_true(engine_contact_remove(alice->engine, "bob", NULL));
	rows_publish_as(trio->hub, trio->mallory, "bob", LATE);
	assert_int_equal(person_send(alice, "bob", "two"), 5);
	assert_int_equal(rows_trust(alice, "bob", LATE), TRUST_UNDECIDED);
	/* The control: who wasn't compared is met anew. */
	assert_int_equal(person_send(alice, "mallory", "one"), 0);
	assert_true(engine_contact_remove(alice->engine, "mallory", NULL));
	rows_publish_as(trio->hub, trio->bob, "mallory", LATE);
	assert_int_equal(person_send(alice, "mallory", "two"), 0);
	assert_int_equal(rows_trust(alice, "mallory", LATE), TRUST_TRUSTED);
}

/* -- own devices ------------------------------------------------------------------------------ */

static gboolean trust_own(struct person *person, uint32_t device, const char *typed)
{
	struct trust_request request = { .address = person->name, .device = device,
					 .act = ACT_TRUST, .method = "hand", .typed = typed };

	g_clear_error(&person->error);
	return engine_trust(person->engine, &request, &person->error);
}

static void test_own_devices_are_named_by_key(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice, *other = person_new(trio->hub, "alice");
	uint32_t id = person_device(other);
	char hex[CONTACT_FINGERPRINT_BYTES];
	struct device *row;

	/* On both sides: neither believes the other because it is there. */
	look(alice, "alice");
	assert_int_equal(rows_trust(alice, "alice", id), TRUST_UNDECIDED);
	assert_int_equal(rows_trust(other, "alice", person_device(alice)), TRUST_UNDECIDED);
	row = rows_find(alice, "alice", id);
	contact_fingerprint(row->key, hex);
	device_free(row);
	assert_false(trust_own(alice, id, NULL));
	assert_int_equal(error_exit_code(alice->error), 5);
	assert_non_null(strstr(alice->error->message, "--fingerprint FIRST8"));
	hex[8] = '\0';
	hex[7] = hex[7] == '0' ? '1' : '0';
	assert_false(trust_own(alice, id, hex));
	assert_int_equal(error_exit_code(alice->error), 5);
	hex[7] = '\0';
	assert_false(trust_own(alice, id, hex));
	assert_int_equal(rows_trust(alice, "alice", id), TRUST_UNDECIDED);
	assert_true(person_trust(alice, "alice", id, ACT_TRUST));
	assert_int_equal(rows_trust(alice, "alice", id), TRUST_TRUSTED);
	hub_list(trio->hub, "alice", LATE);
	look(alice, "alice");
	assert_false(trust_own(alice, LATE, "00000000"));
	person_free(other);
}

/* What is shown to others vouches for it: only what was confirmed. */
static void test_the_own_uri_names_what_is_confirmed(void **state)
{
	struct trio *trio = *state;
	struct person *other = person_new(trio->hub, "alice");
	g_autofree char *id = g_strdup_printf("omemo-sid-%u=", person_device(other));
	struct safety safety;

	look(trio->alice, "bob");
	assert_true(engine_safety(trio->alice->engine, "bob", &safety, NULL));
	assert_null(strstr(safety.own_uri, id));
	assert_int_equal(safety.own_waiting->len, 1);
	safety_clear(&safety);
	assert_true(person_trust(trio->alice, "alice", person_device(other), ACT_TRUST));
	assert_true(engine_safety(trio->alice->engine, "bob", &safety, NULL));
	assert_non_null(strstr(safety.own_uri, id));
	assert_int_equal(safety.own_waiting->len, 0);
	safety_clear(&safety);
	person_free(other);
}

/* -- acts that name a key --------------------------------------------------------------------- */

static void test_the_key_that_was_looked_at(void **state)
{
	struct trio *trio = *state;
	uint32_t id = person_device(trio->bob);
	char hex[CONTACT_FINGERPRINT_BYTES];
	struct trust_request request = { .address = "bob", .device = id, .act = ACT_VERIFY,
					 .method = "screen", .key = hex };
	struct device *row;

	assert_int_equal(person_send(trio->alice, "bob", "one"), 0);
	row = rows_find(trio->alice, "bob", id);
	contact_fingerprint(row->key, hex);
	device_free(row);
	hex[0] = hex[0] == '0' ? '1' : '0';
	assert_false(engine_trust(trio->alice->engine, &request, NULL));
	assert_int_equal(rows_trust(trio->alice, "bob", id), TRUST_TRUSTED);
	hex[0] = hex[0] == '0' ? '1' : '0';
	row = rows_find(trio->alice, "bob", id);
	contact_fingerprint(row->key, hex);
	device_free(row);
	assert_true(engine_trust(trio->alice->engine, &request, NULL));
	assert_int_equal(rows_trust(trio->alice, "bob", id), TRUST_VERIFIED);
}

static char *uri_of(struct person *person, const char *address, const uint32_t *ids, size_t count)
{
	g_autofree struct fingerprint_entry *entries = g_new0(struct fingerprint_entry, count);

	for (size_t i = 0; i < count; i++) {
		struct device *row = rows_find(person, address, ids[i]);

		entries[i].device = ids[i];
		contact_fingerprint(row->key, entries[i].hex);
		device_free(row);
	}
	return fingerprint_uri(address, entries, count);
}

static int verify_uri(struct person *person, const char *uri, struct uri_rest *rest)
{
	g_autoptr(GError) error = NULL;

	if (!engine_verify_uri(person->engine, "bob", uri, "uri", rest, &error))
		return error_exit_code(error);
	return 0;
}

static void test_a_uri_of_some_devices(void **state)
{
	struct trio *trio = *state;
	struct person *alice = trio->alice, *other = person_new(trio->hub, "bob");
	const uint32_t ids[] = { person_device(trio->bob), person_device(other) };
	g_autofree char *one = NULL, *both = NULL, *more = NULL, *wrong = NULL;
	struct uri_rest rest;

	assert_int_equal(person_send(alice, "bob", "one"), 0);
	one = uri_of(alice, "bob", ids, 1);
	both = uri_of(alice, "bob", ids, 2);
	assert_int_equal(verify_uri(alice, one, &rest), 0);
	assert_int_equal(rest.unlisted->len, 1);
	assert_int_equal(g_array_index(rest.unlisted, uint32_t, 0), ids[1]);
	assert_int_equal(rest.unknown->len, 0);
	uri_rest_clear(&rest);
	assert_int_equal(rows_trust(alice, "bob", ids[0]), TRUST_VERIFIED);
	assert_int_equal(rows_trust(alice, "bob", ids[1]), TRUST_TRUSTED);
	expect_mark(alice, "bob", false, NULL);
	/* A device that isn't here yet is named, and hinders nothing. */
	more = g_strdup_printf("%s;omemo-sid-999=%064d", both, 1);
	assert_int_equal(verify_uri(alice, more, &rest), 0);
	assert_int_equal(g_array_index(rest.unknown, uint32_t, 0), 999);
	uri_rest_clear(&rest);
	expect_mark(alice, "bob", true, NULL);
	/* Another key under the same id: nothing at all is marked. */
	assert_true(person_trust(alice, "bob", ids[0], ACT_DISTRUST));
	assert_true(person_trust(alice, "bob", ids[0], ACT_TRUST));
	wrong = g_strdup_printf("%s;omemo-sid-%u=%064d", one, ids[1], 1);
	assert_int_equal(verify_uri(alice, wrong, NULL), 5);
	assert_int_equal(rows_trust(alice, "bob", ids[0]), TRUST_TRUSTED);
	g_free(wrong);
	/* Nothing of it is here: nothing was compared. */
	wrong = g_strdup_printf("xmpp:bob?omemo-sid-999=%064d", 1);
	assert_int_equal(verify_uri(alice, wrong, NULL), 5);
	assert_int_equal(rows_recorded(alice, JOURNAL_MISMATCH, 0), 2);
	person_free(other);
}

/* A key that came with a bundle behind the list isn't part of what was compared. */
static void test_a_uri_and_a_keyless_device(void **state)
{
	struct trio *trio = *state;
	const uint32_t id = person_device(trio->bob);
	g_autofree char *uri = NULL, *more = NULL;
	struct uri_rest rest;

	hub_list(trio->hub, "bob", LATE);
	assert_int_equal(person_send(trio->alice, "bob", "one"), 0);
	uri = uri_of(trio->alice, "bob", &id, 1);
	more = g_strdup_printf("%s;omemo-sid-%d=%064d", uri, LATE, 1);
	assert_int_equal(verify_uri(trio->alice, more, &rest), 0);
	assert_int_equal(g_array_index(rest.unknown, uint32_t, 0), LATE);
	assert_int_equal(rest.unlisted->len, 0);
	uri_rest_clear(&rest);
	assert_int_equal(rows_trust(trio->alice, "bob", LATE), TRUST_UNDECIDED);
	expect_mark(trio->alice, "bob", true, "device 7 has published no key");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, trio_setup, trio_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_late_key_is_undecided),
		TEST(test_nobody_but_keyless),
		TEST(test_no_key_no_trust_by_hand),
		TEST(test_an_id_that_comes_back),
		TEST(test_looking_at_a_stranger),
		TEST(test_adding_somebody),
		TEST(test_a_stale_card_is_told),
		TEST(test_the_card_is_true),
		TEST(test_removed_and_met_again),
		TEST(test_own_devices_are_named_by_key),
		TEST(test_the_own_uri_names_what_is_confirmed),
		TEST(test_the_key_that_was_looked_at),
		TEST(test_a_uri_of_some_devices),
		TEST(test_a_uri_and_a_keyless_device),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
