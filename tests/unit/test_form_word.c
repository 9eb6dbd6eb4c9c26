/* A device's signed word for what it reads: what is taken for one, and what comes of it. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/engine/engine_people.h"
#include "core/omemo/bundle.h"
#include "core/omemo/form.h"
#include "core/omemo/form_word.h"
#include "core/ratchet/ratchet.h"
#include "tests/support/device_rows.h"

/* -- the element ------------------------------------------------------------------------------ */

#define SIGNATURE                                                                                  \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="

static void reads(const char *text, const char *forms)
{
	struct form_word word, again;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = NULL;

	if (!form_word_decode(text, strlen(text), &word, &error))
		fail_msg("%s: %s", text, error->message);
	assert_string_equal(word.reads, forms);
	bytes = form_word_encode(&word, NULL);
	assert_non_null(bytes);
	assert_true(form_word_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), &again,
				     NULL));
	assert_memory_equal(&again, &word, sizeof(word));
}

static void refuses(const char *text, enum error code)
{
	static const struct form_word none;
	struct form_word word;
	g_autoptr(GError) error = NULL;

	memset(&word, 'x', sizeof(word));
	assert_false(form_word_decode(text, strlen(text), &word, &error));
	assert_true(error_is(error, code));
	assert_memory_equal(&word, &none, sizeof(word));
}

static void test_element(void **state)
{
	g_autofree char *longest = g_strnfill(FORM_WORD_READS_MAX, 'x');
	g_autofree char *long_word =
		g_strdup_printf("<form xmlns='urn:sotto:form:1' reads='%s'>" SIGNATURE "</form>",
				longest);
	g_autofree char *too_long =
		g_strdup_printf("<form xmlns='urn:sotto:form:1' reads='x%s'>" SIGNATURE "</form>",
				longest);
	g_autofree char *blanks = g_strnfill(FORM_WORD_BYTES_MAX, ' ');
	g_autofree char *too_large =
		g_strdup_printf("<form xmlns='urn:sotto:form:1' reads='digest'>%s" SIGNATURE
				"</form>",
				blanks);

	(void)state;
	reads("<form xmlns='urn:sotto:form:1' reads='digest'>" SIGNATURE "</form>", "digest");
	reads("<form xmlns='urn:sotto:form:1' reads='' more='x'>" SIGNATURE "<x/></form>", "");
	reads("<form xmlns='urn:sotto:form:1' reads='later digest'>" SIGNATURE "</form>",
	      "later digest");
	reads(long_word, longest);
	refuses(too_long, ERROR_FORMAT);
	refuses(too_large, ERROR_LIMIT);
	refuses("<form xmlns='urn:sotto:form:1'>" SIGNATURE "</form>", ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:2' reads='digest'>" SIGNATURE "</form>", ERROR_FORMAT);
	refuses("<word xmlns='urn:sotto:form:1' reads='digest'>" SIGNATURE "</word>", ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:1' reads='d&#xe9;'>" SIGNATURE "</form>",
		ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:1' reads='a&#10;b'>" SIGNATURE "</form>",
		ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:1' reads='digest'>AAAA</form>", ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:1' reads='digest'>AAAA" SIGNATURE "</form>",
		ERROR_FORMAT);
	refuses("<form xmlns='urn:sotto:form:1' reads='digest'/>", ERROR_FORMAT);
	refuses("<form", ERROR_FORMAT);
}

/* No two words have the same text, wherever one thing ends and the next begins. */
static void test_text(void **state)
{
	static const uint8_t key[FORM_WORD_KEY_BYTES] = { 5, 1 };
	static const uint8_t other[FORM_WORD_KEY_BYTES] = { 5 };
	struct form_word word = { .reads = "digest" }, less = { .reads = "diges" };
	g_autoptr(GByteArray) text = form_word_text(&word, "bob", 71, key);
	g_autoptr(GByteArray) same = form_word_text(&word, "bob", 71, key);
	GByteArray *others[] = {
		form_word_text(&word, "bob7", 1, key), form_word_text(&word, "alice", 71, key),
		form_word_text(&word, "bob", 7, key),  form_word_text(&word, "bob", 71, other),
		form_word_text(&less, "bob", 71, key),
	};

	(void)state;
	assert_int_equal(text->len, 5 * 8 + 12 + 3 + 2 + FORM_WORD_KEY_BYTES + 6);
	assert_memory_equal(text->data, "\0\0\0\0\0\0\0\14sotto-form-1\0\0\0\0\0\0\0\3bob",
			    31);
	assert_int_equal(text->len, same->len);
	assert_memory_equal(text->data, same->data, text->len);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		assert_true(others[i]->len != text->len ||
			    memcmp(others[i]->data, text->data, text->len) != 0);
		g_byte_array_unref(others[i]);
	}
}

/* -- what is believed ------------------------------------------------------------------------- */

static void check_device(struct person *reader, const char *address, uint32_t id, bool is_sotto,
			 unsigned reads)
{
	struct device *device = rows_find(reader, address, id);

	assert_int_equal(device->reads, reads);
	assert_int_equal(device->is_sotto, is_sotto);
	device_free(device);
}

static void check_row(struct person *reader, const char *address, uint32_t id, bool holds)
{
	check_device(reader, address, id, holds, holds ? FORM_DIGEST : 0);
}

/* Somebody writes to ADDRESS for the first time, who has published BUNDLE and not more. */
static void check_word(struct couple *pair, const char *address, const struct bundle *bundle,
		       bool holds)
{
	struct person *reader = person_new(pair->hub, "reader");

	hub_publish(pair->hub, address, bundle);
	assert_int_equal(person_send(reader, address, "hello"), 0);
	check_row(reader, address, bundle->device, holds);
	hub_unlist(pair->hub, address, bundle->device);
	hub_unlist(pair->hub, "reader", person_device(reader));
	person_free(reader);
}

/* The carrier shows BUNDLE from now on, and READER looks: its device leaves the list and comes
 * back, and SECOND is there meanwhile. */
static void show(struct couple *pair, struct person *reader, const struct bundle *bundle,
		 const struct bundle *second)
{
	hub_publish(pair->hub, "bob", second);
	hub_unlist(pair->hub, "bob", bundle->device);
	(void)person_send(reader, "bob", "gone");
	hub_publish(pair->hub, "bob", bundle);
	(void)person_send(reader, "bob", "back");
}

/* PERSON's word, truly signed, as a sotto would say it that reads nothing of later. */
static void sign_less(struct person *person, struct bundle *bundle)
{
	struct store *store = fake_door_store(person->door);
	struct appclock *clock = appclock_new(clock_system(), &(const struct apptime){ 0 });
	struct ratchet *ratchet = ratchet_new(store, clock, NULL);
	g_autoptr(GByteArray) text = NULL;

	assert_non_null(ratchet);
	memset(&bundle->form, 0, sizeof(bundle->form));
	text = form_word_text(&bundle->form, person->name, bundle->device, bundle->identity);
	assert_true(ratchet_sign(ratchet, text->data, text->len, bundle->form.signature, NULL));
	ratchet_free(ratchet);
	g_free(clock);
}

/* Once it was read, neither an older word nor none, as a carrier may give, takes anything back. */
static void test_floor(void **state)
{
	struct couple *pair = *state;
	struct person *late;
	struct bundle bundle = { 0 }, second;

	rows_take_bundle(pair->hub, pair->bob, &bundle);
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	check_row(pair->alice, "bob", bundle.device, true);
	second = bundle;
	second.device++;
	bundle.has_form = false;
	show(pair, pair->alice, &bundle, &second);
	check_row(pair->alice, "bob", bundle.device, true);
	check_row(pair->alice, "bob", second.device, false);
	bundle.has_form = true;
	sign_less(pair->bob, &bundle);
	show(pair, pair->alice, &bundle, &second);
	check_row(pair->alice, "bob", bundle.device, true);
	/* The control: to somebody else the older word is one. */
	late = person_new(pair->hub, "late");
	(void)person_send(late, "bob", "hello");
	check_device(late, "bob", bundle.device, true, 0);
	person_free(late);
	bundle_clear(&bundle);
}

/* What was shown was shown by a key: another one under the same id has shown nothing. */
static void test_another_key(void **state)
{
	struct couple *pair = *state;
	struct person *mallory = person_new(pair->hub, "mallory");
	struct bundle bundle = { 0 }, second, other = { 0 };

	rows_take_bundle(pair->hub, pair->bob, &bundle);
	rows_take_bundle(pair->hub, mallory, &other);
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	check_row(pair->alice, "bob", bundle.device, true);
	second = bundle;
	second.device++;
	other.device = bundle.device;
	show(pair, pair->alice, &other, &second);
	check_row(pair->alice, "bob", bundle.device, false);
	person_free(mallory);
	bundle_clear(&bundle);
	bundle_clear(&other);
}

/* bob's keys, as they come, and with a word that isn't his device's. Each time for somebody new. */
static void test_whose(void **state)
{
	struct couple *pair = *state;
	struct bundle bundle = { 0 }, changed;

	rows_take_bundle(pair->hub, pair->bob, &bundle);
	assert_true(bundle.has_form);
	assert_string_equal(bundle.form.reads, "digest");
	/* Under another address, and as another device. */
	check_word(pair, "carol", &bundle, false);
	changed = bundle;
	changed.device++;
	check_word(pair, "bob", &changed, false);
	/* The control: where it belongs. */
	check_word(pair, "bob", &bundle, true);
	bundle_clear(&bundle);
}

static void test_changed(void **state)
{
	struct couple *pair = *state;
	struct bundle bundle = { 0 }, other = { 0 };
	struct form_word word;

	rows_take_bundle(pair->hub, pair->bob, &bundle);
	rows_take_bundle(pair->hub, pair->alice, &other);
	word = bundle.form;
	bundle.form = other.form;
	check_word(pair, "bob", &bundle, false);
	for (size_t at = 0; at < sizeof(word.signature); at += 9) {
		bundle.form = word;
		bundle.form.signature[at] ^= 1;
		check_word(pair, "bob", &bundle, false);
	}
	bundle.form = word;
	g_strlcpy(bundle.form.reads, "digest later", sizeof(bundle.form.reads));
	check_word(pair, "bob", &bundle, false);
	bundle.has_form = false;
	bundle.form = word;
	check_word(pair, "bob", &bundle, false);
	bundle.has_form = true;
	check_word(pair, "bob", &bundle, true);
	bundle_clear(&bundle);
	bundle_clear(&other);
}

/* Two spellings of what a file or an item can hold: with a word, and without. */
static void test_in_bundle(void **state)
{
	struct couple *pair = *state;
	struct bundle bundle = { 0 }, again;
	g_autoptr(GBytes) bytes = NULL;

	rows_take_bundle(pair->hub, pair->bob, &bundle);
	bytes = bundle_encode(&bundle, NULL);
	assert_true(bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				  bundle.device, &again, NULL));
	assert_true(again.has_form);
	assert_memory_equal(&again.form, &bundle.form, sizeof(again.form));
	bundle_clear(&again);
	g_bytes_unref(bytes);
	bundle.has_form = false;
	bytes = bundle_encode(&bundle, NULL);
	assert_true(bundle_decode(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
				  bundle.device, &again, NULL));
	assert_false(again.has_form);
	bundle_clear(&again);
	bundle_clear(&bundle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_element),
		cmocka_unit_test(test_text),
		cmocka_unit_test_setup_teardown(test_whose, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_changed, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_floor, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_another_key, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_in_bundle, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
