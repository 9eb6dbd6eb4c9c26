/* A message that a recipient and the carrier together put in another's place, under the same sealed
 * keys; and the digest that tells. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/omemo/envelope.h"
#include "core/omemo/form.h"
#include "core/port/store.h"
#include "core/ratchet/ratchet.h"
#include "tests/support/device_rows.h"
#include "tests/support/forge.h"

static const char inside[] = "the inside form";

/* -- the envelope ----------------------------------------------------------------------------- */

/* Both forms, each under blobs with and without the digest: only that finds it. */
static void test_payload(void **state)
{
	char body[] = "pay mallory 1000; the rest is a number: "
		      "????????????????????????????????????????";
	struct envelope envelope = { .device = 42 };
	uint8_t blob[ENVELOPE_BOUND_BYTES];
	struct envelope_opened opened;
	g_autoptr(GError) error = NULL;

	(void)state;
	envelope_seal(&envelope, inside, strlen(inside), "pay bob 10", blob);
	forge_payload(&envelope, blob, "another inside", body);
	assert_true(envelope_open(&envelope, blob, ENVELOPE_BLOB_BYTES, &opened, NULL));
	assert_true(g_str_has_prefix(opened.body, "pay mallory 1000; "));
	assert_string_equal(opened.content, "another inside");
	assert_false(opened.has_digest);
	envelope_opened_clear(&opened);
	assert_false(envelope_open(&envelope, blob, ENVELOPE_BOUND_BYTES, &opened, &error));
	assert_true(error_is(error, ERROR_CRYPTO));
	assert_true(opened.is_rewritten);
	assert_null(opened.body);
	assert_null(opened.content);
	envelope_clear(&envelope);
}

static void test_extension(void **state)
{
	char former[200], fresh[200];
	struct envelope envelope = { .device = 42 };
	uint8_t blob[ENVELOPE_BOUND_BYTES];
	struct envelope_opened opened;

	(void)state;
	memset(former, 'x', sizeof(former));
	memset(fresh, 'y', sizeof(fresh));
	envelope_seal(&envelope, former, sizeof(former), NULL, blob);
	assert_true(forge_extension(&envelope, blob, fresh, sizeof(fresh), 100) > 0);
	assert_true(envelope_open(&envelope, blob, ENVELOPE_BLOB_BYTES, &opened, NULL));
	assert_memory_equal(opened.content, fresh, sizeof(fresh));
	envelope_opened_clear(&opened);
	assert_false(envelope_open(&envelope, blob, ENVELOPE_BOUND_BYTES, &opened, NULL));
	assert_true(opened.is_rewritten);
	envelope_clear(&envelope);
}

/* -- between people -------------------------------------------------------------------------- */

static void check_last(struct person *person, const char *with, const char *body)
{
	struct message *message = person_last(person, with);

	assert_non_null(message);
	assert_string_equal(message->body, body);
	message_free(message);
}

/* What the session seals for PERSON in ENVELOPE, as a copy of their profile opens it. */
static void take_blob(struct person *person, const struct envelope *envelope,
		      uint8_t blob[static ENVELOPE_BLOB_BYTES])
{
	struct person *copy = person_clone(person);
	struct store *store = fake_door_store(copy->door);
	struct appclock *clock = appclock_new(clock_system(), &(const struct apptime){ 0 });
	struct ratchet *ratchet = ratchet_new(store, clock, NULL);
	struct ratchet_opened opened = { 0 };

	assert_non_null(ratchet);
	assert_true(store->ops->begin(store, NULL));
	for (size_t i = 0; i < envelope->key_count && !opened.data; i++) {
		const struct envelope_key *key = &envelope->keys[i];
		gsize bytes;
		const void *sealed = g_bytes_get_data(key->sealed, &bytes);

		if (key->device == person_device(person))
			assert_true(ratchet_open(ratchet, envelope->from, envelope->device, sealed,
						 bytes, key->is_prekey, &opened, NULL));
	}
	assert_true(opened.bytes >= ENVELOPE_BLOB_BYTES);
	memcpy(blob, opened.data, ENVELOPE_BLOB_BYTES);
	ratchet_opened_clear(&opened);
	store->ops->rollback(store);
	ratchet_free(ratchet);
	g_free(clock);
	person_free(copy);
}

/* What alice's ENVELOPE says, with FRESH in place of FORMER, still under the same sealed keys. */
static void forge(struct envelope *envelope, struct person *mallory, const char *former,
		  const char *fresh)
{
	struct envelope_opened opened;
	uint8_t blob[ENVELOPE_BLOB_BYTES];
	char *place;

	take_blob(mallory, envelope, blob);
	assert_true(envelope_open(envelope, blob, sizeof(blob), &opened, NULL));
	assert_int_equal(strlen(former), strlen(fresh));
	place = strstr(opened.content, former);
	assert_non_null(place);
	memcpy(place, fresh, strlen(fresh));
	place = strstr(opened.content, "<rpad>");
	assert_non_null(place);
	assert_true(forge_extension(envelope, blob, opened.content, opened.content_bytes,
				    (size_t)(place - opened.content) + strlen("<rpad>")) > 0);
	envelope_opened_clear(&opened);
}

/* MALLORY, who gets it too, and the carrier put other words into what waits for bob's devices. */
static void rewrite(struct person *mallory, const char *former, const char *fresh)
{
	GPtrArray *waiting = hub_waiting(mallory->hub, "bob");
	gsize bytes;
	const void *data = g_bytes_get_data(waiting->pdata[0], &bytes);
	g_autoptr(GBytes) changed = NULL;
	struct envelope envelope;

	assert_int_equal(waiting->len, 2);
	assert_true(g_bytes_equal(waiting->pdata[0], waiting->pdata[1]));
	assert_true(envelope_decode(data, bytes, &envelope, NULL));
	forge(&envelope, mallory, former, fresh);
	changed = envelope_encode(&envelope, NULL);
	assert_non_null(changed);
	hub_replace(mallory->hub, "bob", 0, changed);
	hub_replace(mallory->hub, "bob", 1, changed);
	envelope_clear(&envelope);
}

/* PERSON's row of the other's device says that it READS digests, and SENDS them. */
static void check_row(struct person *person, struct person *other, bool reads, bool sends)
{
	struct device *device = rows_find(person, other->name, person_device(other));

	assert_int_equal(device->reads, reads ? FORM_DIGEST : 0);
	assert_int_equal(device->sends_digest, sends);
	device_free(device);
}

static void change_row(struct person *person, struct person *other, bool reads, bool sends)
{
	struct device *device = rows_find(person, other->name, person_device(other));
	struct store *store = fake_door_store(person->door);

	device->reads = reads ? FORM_DIGEST : 0;
	device->sends_digest = sends;
	assert_true(store->ops->begin(store, NULL));
	assert_true(store->ops->device_put(store, device, NULL));
	assert_true(store->ops->commit(store, NULL));
	device_free(device);
}

/* The carrier gives PERSON's keys without the word for what their device reads. */
static void drop_word(struct person *person)
{
	struct bundle bundle = { 0 };

	rows_take_bundle(person->hub, person, &bundle);
	assert_true(bundle.has_form);
	bundle.has_form = false;
	hub_publish(person->hub, person->name, &bundle);
	bundle_clear(&bundle);
}

/* Another device of bob's, which is in mallory's hands. alice has heard nothing of both yet, and,
 * unless HAS_WORDS, the carrier keeps back what they say of themselves. */
static struct person *steal(struct couple *pair, bool has_words)
{
	struct person *mallory = person_new(pair->hub, "bob");

	if (!has_words) {
		drop_word(pair->alice);
		drop_word(pair->bob);
		drop_word(mallory);
	}
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_true(engine_contact_add(mallory->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	person_fetch(pair->bob);
	person_fetch(mallory);
	return mallory;
}

/* Where no digest is known of, as with a sotto of before, other words are shown as alice's. */
static void test_without_digest(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = steal(pair, false);

	assert_int_equal(person_send(pair->alice, "bob", "at five"), 0);
	rewrite(mallory, "at five", "at nine");
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "");
	check_last(pair->bob, "alice", "at nine");
	person_free(mallory);
}

static void test_with_digest(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = steal(pair, false);

	/* They have answered, and say inside that they read digests. */
	person_fetch(pair->alice);
	assert_int_equal(person_send(pair->alice, "bob", "at five"), 0);
	rewrite(mallory, "at five", "at nine");
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "rewritten*1 ");
	assert_int_equal(person_count(pair->bob, "alice"), 1);
	assert_int_equal(person_send(pair->alice, "bob", "at six"), 0);
	person_fetch(pair->bob);
	check_last(pair->bob, "alice", "at six");
	person_free(mallory);
}

/* The word that stands beside their keys is enough. */
static void test_with_word(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = steal(pair, true);

	assert_int_equal(person_send(pair->alice, "bob", "at five"), 0);
	rewrite(mallory, "at five", "at nine");
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "rewritten*1 ");
	assert_int_equal(person_count(pair->bob, "alice"), 1);
	person_free(mallory);
}

/* One envelope for a device that reads digests and one that doesn't. */
static void test_mixed(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = steal(pair, false);

	person_fetch(pair->alice);
	change_row(pair->alice, mallory, false, false);
	assert_int_equal(person_send(pair->alice, "bob", "at five"), 0);
	person_fetch(pair->bob);
	person_fetch(mallory);
	check_row(pair->bob, pair->alice, true, true);
	check_row(mallory, pair->alice, true, false);
	check_last(pair->bob, "alice", "at five");
	check_last(mallory, "alice", "at five");
	person_free(mallory);
}

/* -- who sends one, and from whom it is asked -------------------------------------------------- */

static void greet(struct couple *pair)
{
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	person_fetch(pair->bob);
	person_fetch(pair->alice);
	assert_int_equal(person_send(pair->alice, "bob", "hello again"), 0);
	person_fetch(pair->bob);
}

static void test_who_reads(void **state)
{
	struct couple *pair = *state;

	drop_word(pair->alice);
	drop_word(pair->bob);
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	check_row(pair->alice, pair->bob, false, false);
	person_fetch(pair->bob);
	check_row(pair->bob, pair->alice, true, false);
	person_fetch(pair->alice);
	check_row(pair->alice, pair->bob, true, true);
	assert_int_equal(person_send(pair->alice, "bob", "hello again"), 0);
	person_fetch(pair->bob);
	check_row(pair->bob, pair->alice, true, true);
}

/* From a device that has sent one nothing is taken without; who wrote it hears that it is lost. */
static void test_floor(void **state)
{
	struct couple *pair = *state;

	greet(pair);
	check_row(pair->bob, pair->alice, true, true);
	change_row(pair->alice, pair->bob, false, true);
	assert_int_equal(person_send(pair->alice, "bob", "without"), 0);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "stripped*1 ");
	assert_int_equal(person_count(pair->bob, "alice"), 2);
	person_fetch(pair->alice);
	person_check_gaps(pair->alice, "bob", "not-read-there*1 ");
	/* bob's answer has a digest: alice knows again. */
	assert_int_equal(person_send(pair->alice, "bob", "with"), 0);
	person_fetch(pair->bob);
	check_last(pair->bob, "alice", "with");
}

/* The control: of a device that hasn't sent one yet it is taken. */
static void test_no_floor_yet(void **state)
{
	struct couple *pair = *state;

	greet(pair);
	change_row(pair->alice, pair->bob, false, true);
	change_row(pair->bob, pair->alice, true, false);
	assert_int_equal(person_send(pair->alice, "bob", "without"), 0);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "");
	check_last(pair->bob, "alice", "without");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payload),
		cmocka_unit_test(test_extension),
		cmocka_unit_test_setup_teardown(test_without_digest, couple_setup,
						couple_teardown),
		cmocka_unit_test_setup_teardown(test_with_digest, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_with_word, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_mixed, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_who_reads, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_floor, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_no_floor_yet, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
