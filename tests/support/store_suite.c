#include "tests/support/store_suite.h"

#include <string.h>

#include "core/base/secret.h"
#include "core/port/store_lost.h"
#include "tests/support/store_suite_inside.h"

static int setup(void **state)
{
	const struct store_maker *maker = *state;
	struct suite *suite = g_new0(struct suite, 1);

	suite->maker = maker;
	suite->store = maker->make(maker->user);
	*state = suite;
	return suite->store ? 0 : -1;
}

static int teardown(void **state)
{
	struct suite *suite = *state;

	suite->maker->drop(suite->store, suite->maker->user);
	g_free(suite);
	return 0;
}

void suite_reopen(struct suite *suite)
{
	if (suite->maker->reopen)
		suite->store = suite->maker->reopen(suite->store, suite->maker->user);
	assert_non_null(suite->store);
}

void suite_begin(struct suite *suite)
{
	DO(OPS(suite)->begin(suite->store, error));
}

void suite_commit(struct suite *suite)
{
	DO(OPS(suite)->commit(suite->store, error));
}

/* -- what tests put in ------------------------------------------------------------------------ */

void store_suite_contact(struct store *store, const char *address)
{
	struct contact contact = { .address = (char *)(uintptr_t)address,
				   .added_at = 5,
				   .is_listed = true };

	DO(store->ops->contact_put(store, &contact, error));
}

void store_suite_message(struct message *message, const char *conversation, int n,
			 enum direction direction, const char *body)
{
	*message = (struct message){
		.id = g_strdup_printf("%032x", (unsigned)n),
		.conversation = g_strdup(conversation),
		.from = g_strdup(direction == DIRECTION_IN ? conversation : "me"),
		.device = 7,
		.direction = direction,
		.state = direction == DIRECTION_IN ? STATE_DELIVERED : STATE_QUEUED,
		.kind = KIND_TEXT,
		.trust = TRUST_TRUSTED,
		.sent_at = 1000 + n,
		.received_at = direction == DIRECTION_IN ? 2000 + n : 0,
		.body = body ? plain_dup(body) : NULL,
	};
}

int64_t suite_put(struct suite *suite, const char *conversation, int n, enum direction direction,
		  const char *body)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, conversation, n, direction, body);
	DO(OPS(suite)->message_put(suite->store, &message, &is_new, error));
	assert_true(is_new);
	int64_t seq = message.seq;
	message_clear(&message);
	return seq;
}

static GBytes *bytes_of(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

/* -- transactions and settings ---------------------------------------------------------------- */

static void assert_setting(struct suite *suite, const char *name, const char *wanted)
{
	GBytes *value = NULL;

	DO(OPS(suite)->setting_get(suite->store, name, &value, error));
	if (!wanted) {
		assert_null(value);
		return;
	}
	assert_non_null(value);
	assert_int_equal(g_bytes_get_size(value), strlen(wanted));
	assert_memory_equal(g_bytes_get_data(value, NULL), wanted, strlen(wanted));
	g_bytes_unref(value);
}

static void put_setting(struct suite *suite, const char *name, const char *text)
{
	GBytes *value = text ? bytes_of(text) : NULL;

	DO(OPS(suite)->setting_put(suite->store, name, value, error));
	if (value)
		g_bytes_unref(value);
}

static void test_transactions(void **state)
{
	struct suite *suite = *state;
	GBytes *value = bytes_of("x");

	DONT(ERROR_FAILED, OPS(suite)->setting_put(suite->store, "a", value, error));
	DONT(ERROR_FAILED, OPS(suite)->commit(suite->store, error));
	g_bytes_unref(value);
	suite_begin(suite);
	DONT(ERROR_FAILED, OPS(suite)->begin(suite->store, error));
	put_setting(suite, "a", "one");
	assert_setting(suite, "a", "one");
	OPS(suite)->rollback(suite->store);
	OPS(suite)->rollback(suite->store);
	assert_setting(suite, "a", NULL);
	suite_begin(suite);
	put_setting(suite, "a", "two");
	suite_commit(suite);
	suite_begin(suite);
	put_setting(suite, "a", "three");
	put_setting(suite, "b", "");
	suite_reopen(suite);
	if (suite->maker->reopen) {
		assert_setting(suite, "a", "two");
		assert_setting(suite, "b", NULL);
		suite_begin(suite);
	}
	put_setting(suite, "a", NULL);
	put_setting(suite, "b", "");
	suite_commit(suite);
	assert_setting(suite, "a", NULL);
	assert_setting(suite, "b", "");
}

/* -- contacts and devices --------------------------------------------------------------------- */

static gboolean note_contact(const struct contact *contact, void *user)
{
	g_string_append_printf(user, "%s:%u:%s ", contact->address, contact->unread,
			       contact->preview ? contact->preview : "-");
	return TRUE;
}

static void assert_contacts(struct suite *suite, const char *wanted)
{
	GString *text = g_string_new(NULL);

	DO(OPS(suite)->contact_each(suite->store, note_contact, text, error));
	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

static void test_contacts(void **state)
{
	struct suite *suite = *state;
	struct contact *contact = NULL;
	struct contact row = {
		.address = (char *)(uintptr_t) "bob",
		.alias = (char *)(uintptr_t) "Bob B.",
		.rule = RULE_MANUAL,
		.manners = { .choices = { CHOICE_OFF, CHOICE_ON },
			     .is_blocked = true,
			     .dropped = 7 },
		.privacy = PRIVACY_VEIL, .muted_to = CONTACT_MUTED,
		.kind = CONTACT_ROOM,
		.is_known = true,
		.has_owner = true,
		.owner = 4000000000u,
		.added_at = 99,
		.timer = 3600,
		.timer_version = 3,
	};

	suite_begin(suite);
	DO(OPS(suite)->contact_put(suite->store, &row, error));
	store_suite_contact(suite->store, "alice");
	suite_put(suite, "alice", 1, DIRECTION_IN, "hello there");
	DO(OPS(suite)->draft_put(suite->store, "bob", "half a tho", error));
	DONT(ERROR_NO_CONTACT, OPS(suite)->draft_put(suite->store, "carol", "x", error));
	suite_commit(suite);
	suite_reopen(suite);
	assert_contacts(suite, "alice:1:hello there bob:0:- ");
	suite_begin(suite);
	row.alias = NULL;
	DO(OPS(suite)->contact_put(suite->store, &row, error));
	suite_commit(suite);
	DO(OPS(suite)->contact_get(suite->store, "bob", &contact, error));
	assert_non_null(contact);
	assert_null(contact->alias);
	assert_string_equal(contact->draft, "half a tho");
	assert_int_equal(contact->rule, RULE_MANUAL);
	assert_int_equal(manners_pack(&contact->manners), manners_pack(&row.manners));
	assert_true(contact->privacy == PRIVACY_VEIL && contact->muted_to == CONTACT_MUTED);
	assert_int_equal(contact->kind, CONTACT_ROOM);
	assert_true(contact->is_known && contact->has_owner && !contact->is_listed);
	assert_int_equal(contact->owner, 4000000000u);
	assert_int_equal(contact->timer, 3600);
	assert_int_equal(contact->timer_version, 3);
	contact_free(contact);
	DO(OPS(suite)->contact_get(suite->store, "alice", &contact, error));
	assert_int_equal(contact->last_at, 2001);
	contact_free(contact);
	DO(OPS(suite)->contact_get(suite->store, "nobody", &contact, error));
	assert_null(contact);
	suite_begin(suite);
	DO(OPS(suite)->draft_put(suite->store, "bob", NULL, error));
	suite_commit(suite);
	DO(OPS(suite)->contact_get(suite->store, "bob", &contact, error));
	assert_null(contact->draft);
	contact_free(contact);
}

static gboolean note_device(const struct device *device, void *user)
{
	g_string_append_printf(user, "%s/%u%s ", device->address, device->id,
			       device->is_active ? "" : "-");
	return TRUE;
}

static void assert_devices(struct suite *suite, const char *address, const char *wanted)
{
	GString *text = g_string_new(NULL);

	DO(OPS(suite)->device_each(suite->store, address, note_device, text, error));
	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

static void put_device(struct suite *suite, const char *address, uint32_t id, enum trust trust)
{
	struct device device = { .address = (char *)(uintptr_t)address,
				 .id = id,
				 .has_key = id != 3,
				 .is_active = true,
				 .is_sotto = id == 9,
				 .reads = id == 9 ? 5 : 0,
				 .sends_digest = id == 9,
				 .trust = trust,
				 .first_seen = 1,
				 .label = (char *)(uintptr_t) "laptop" };

	memset(device.key, (int)id, sizeof(device.key));
	DO(OPS(suite)->device_put(suite->store, &device, error));
}

static void test_devices(void **state)
{
	struct suite *suite = *state;
	struct device *device = NULL;

	suite_begin(suite);
	put_device(suite, "bob", 9, TRUST_TRUSTED);
	put_device(suite, "bob", 3, TRUST_UNDECIDED);
	put_device(suite, "alice", 2147483647, TRUST_VERIFIED);
	put_device(suite, "bob", 9, TRUST_UNTRUSTED);
	suite_commit(suite);
	suite_reopen(suite);
	assert_devices(suite, "bob", "bob/3 bob/9 ");
	assert_devices(suite, NULL, "alice/2147483647 bob/3 bob/9 ");
	assert_devices(suite, "nobody", "");
	DO(OPS(suite)->device_get(suite->store, "bob", 9, &device, error));
	assert_int_equal(device->trust, TRUST_UNTRUSTED);
	assert_true(device->has_key && device->key[32] == 9);
	assert_string_equal(device->label, "laptop");
	assert_null(device->method);
	assert_true(device->is_sotto && device->reads == 5 && device->sends_digest);
	device_free(device);
	DO(OPS(suite)->device_get(suite->store, "bob", 3, &device, error));
	assert_false(device->has_key);
	assert_false(device->is_sotto || device->reads || device->sends_digest);
	device_free(device);
	DO(OPS(suite)->device_get(suite->store, "bob", 4, &device, error));
	assert_null(device);
}

/* -- sessions, keys, outbox, seen, journal ---------------------------------------------------- */

static void test_sessions(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GBytes *record = bytes_of("record"), *other = bytes_of("another record"), *back = NULL;

	suite_begin(suite);
	DO(ops->session_put(suite->store, "bob", 1, record, error));
	DO(ops->session_put(suite->store, "bob", 2, record, error));
	DO(ops->session_put(suite->store, "bob", 1, other, error));
	DO(ops->session_del(suite->store, "bob", 2, error));
	suite_commit(suite);
	suite_reopen(suite);
	DO(ops->session_get(suite->store, "bob", 1, &back, error));
	assert_true(back && g_bytes_equal(back, other));
	g_bytes_unref(back);
	DO(ops->session_get(suite->store, "bob", 2, &back, error));
	assert_null(back);
	DO(ops->session_get(suite->store, "eve", 1, &back, error));
	assert_null(back);
	g_bytes_unref(record);
	g_bytes_unref(other);
}

static gboolean sum_keys(const struct key_row *row, void *user)
{
	*(unsigned *)user += row->id;
	return TRUE;
}

static void test_keys(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GBytes *record = bytes_of("private");
	struct key_row *back = NULL;
	unsigned sum = 0;

	suite_begin(suite);
	for (uint32_t id = 1; id <= 3; id++) {
		struct key_row row = { KEY_PREKEY, id, record, 10, id == 2 ? 20 : 0, 4 };

		DO(ops->key_put(suite->store, &row, error));
	}
	struct key_row is_signed = { KEY_SIGNED, 1, record, 11, 0, 5 };
	DO(ops->key_put(suite->store, &is_signed, error));
	DO(ops->key_del(suite->store, KEY_PREKEY, 3, error));
	suite_commit(suite);
	suite_reopen(suite);
	DO(ops->key_get(suite->store, KEY_PREKEY, 2, &back, error));
	assert_true(back && back->used_at == 20 && back->made_at == 10 && back->batch == 4);
	assert_true(g_bytes_equal(back->record, record));
	key_row_free(back);
	DO(ops->key_get(suite->store, KEY_PREKEY, 3, &back, error));
	assert_null(back);
	DO(ops->key_each(suite->store, KEY_PREKEY, sum_keys, &sum, error));
	assert_int_equal(sum, 3);
	g_bytes_unref(record);
}

static gboolean note_outbox(const struct outbox_row *row, void *user)
{
	g_string_append_printf(user, "%s>%s/%u%s ", row->id ? row->id : "-", row->to, row->device,
			       row->is_own ? "*" : "");
	return TRUE;
}

static void put_outbox(struct suite *suite, const char *id, const char *to, uint32_t device,
		       bool is_own)
{
	GBytes *bytes = bytes_of("<sealed/>");
	struct outbox_row row = { 0,
				  (char *)(uintptr_t) "bob",
				  (char *)(uintptr_t)id,
				  (char *)(uintptr_t)to,
				  device,
				  is_own,
				  1,
				  bytes };

	DO(OPS(suite)->outbox_put(suite->store, &row, error));
	assert_true(row.row > 0);
	g_bytes_unref(bytes);
}

static void test_outbox(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GString *text = g_string_new(NULL);
	unsigned count = 9;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	put_outbox(suite, "m1", "bob", 3, false);
	put_outbox(suite, "m1", "me", 2, true);
	put_outbox(suite, NULL, "bob", 0, false);
	suite_commit(suite);
	suite_reopen(suite);
	DO(ops->outbox_each(suite->store, note_outbox, text, error));
	assert_string_equal(text->str, "m1>bob/3 m1>me/2* ->bob/0 ");
	g_string_free(text, TRUE);
	DO(ops->outbox_count(suite->store, "bob", "m1", &count, error));
	assert_int_equal(count, 1);
	DO(ops->outbox_count(suite->store, NULL, NULL, &count, error));
	assert_int_equal(count, 3);
	DO(ops->outbox_count(suite->store, "eve", NULL, &count, error));
	assert_int_equal(count, 0);
	suite_begin(suite);
	DO(ops->outbox_del(suite->store, 1, error));
	suite_commit(suite);
	DO(ops->outbox_count(suite->store, "bob", NULL, &count, error));
	assert_int_equal(count, 2);
}

static void test_seen(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	uint8_t digest[32] = { 1 }, other[32] = { 2 };
	bool is_new = false;

	suite_begin(suite);
	DO(ops->seen_put(suite->store, digest, 10, &is_new, error));
	assert_true(is_new);
	DO(ops->seen_put(suite->store, digest, 20, &is_new, error));
	assert_false(is_new);
	DO(ops->seen_put(suite->store, other, 30, &is_new, error));
	DO(ops->lost->seen(suite->store, digest, &is_new, error));
	assert_true(is_new);
	DO(ops->seen_prune(suite->store, 30, error));
	DO(ops->lost->seen(suite->store, digest, &is_new, error));
	assert_false(is_new);
	DO(ops->seen_put(suite->store, other, 40, &is_new, error));
	assert_false(is_new);
	DO(ops->seen_put(suite->store, digest, 40, &is_new, error));
	assert_true(is_new);
	suite_commit(suite);
}

static gboolean note_journal(const struct journal_row *row, void *user)
{
	g_string_append_printf(user, "%d:%s:%s:%u ", (int)row->number, row->what,
			       row->address ? row->address : "-", row->link[31]);
	return TRUE;
}

static void test_journal(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GString *text = g_string_new(NULL);

	suite_begin(suite);
	for (int i = 1; i <= 3; i++) {
		struct journal_row row = { .at = i,
					   .what = (char *)(uintptr_t) "verified",
					   .address = (char *)(uintptr_t)(i == 2 ? "bob" : NULL) };

		row.link[31] = (uint8_t)i;
		DO(ops->journal_put(suite->store, &row, error));
		assert_int_equal(row.number, i);
	}
	suite_commit(suite);
	suite_reopen(suite);
	DO(ops->journal_each(suite->store, 1, note_journal, text, error));
	assert_string_equal(text->str, "2:verified:bob:2 3:verified:-:3 ");
	g_string_free(text, TRUE);
}

static void test_retired(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GBytes *one = bytes_of("one"), *two = bytes_of("two"), *back = NULL;

	suite_begin(suite);
	DO(ops->session_put(suite->store, "bob", 1, one, error));
	DO(ops->session_put(suite->store, "eve", 1, one, error));
	DO(ops->lost->retire(suite->store, error));
	DO(ops->session_put(suite->store, "bob", 1, two, error));
	DO(ops->lost->retired_put(suite->store, "eve", 1, NULL, error));
	DO(ops->lost->retired_put(suite->store, "nobody", 1, NULL, error));
	suite_commit(suite);
	suite_reopen(suite);
	DO(ops->session_get(suite->store, "eve", 1, &back, error));
	assert_null(back);
	DO(ops->lost->retired_get(suite->store, "eve", 1, &back, error));
	assert_null(back);
	DO(ops->lost->retired_get(suite->store, "bob", 1, &back, error));
	assert_true(g_bytes_equal(back, one));
	g_bytes_unref(back);
	DO(ops->session_get(suite->store, "bob", 1, &back, error));
	assert_true(g_bytes_equal(back, two));
	g_bytes_unref(back);
	suite_begin(suite);
	DO(ops->lost->retire(suite->store, error));
	suite_commit(suite);
	DO(ops->lost->retired_get(suite->store, "bob", 1, &back, error));
	assert_true(g_bytes_equal(back, two));
	g_bytes_unref(back);
	suite_begin(suite);
	DO(ops->lost->retired_drop(suite->store, error));
	suite_commit(suite);
	DO(ops->lost->retired_get(suite->store, "bob", 1, &back, error));
	assert_null(back);
	g_bytes_unref(one);
	g_bytes_unref(two);
}

static void test_contact_gone(void **state)
{
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	GBytes *record = bytes_of("record"), *back = NULL;
	char *long_body = g_strnfill(3000, 'z');
	struct store_counts counts;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	store_suite_contact(suite->store, "alice");
	suite_put(suite, "bob", 1, DIRECTION_IN, "x");
	suite_put(suite, "bob", 2, DIRECTION_IN, long_body);
	suite_put(suite, "alice", 1, DIRECTION_IN, "y");
	put_outbox(suite, "m1", "bob", 3, false);
	put_device(suite, "bob", 5, TRUST_TRUSTED);
	DO(ops->session_put(suite->store, "bob", 5, record, error));
	suite_commit(suite);
	suite_begin(suite);
	DO(ops->contact_del(suite->store, "bob", error));
	DO(ops->contact_del(suite->store, "nobody", error));
	suite_commit(suite);
	suite_reopen(suite);
	assert_contacts(suite, "alice:1:y ");
	assert_devices(suite, "bob", "bob/5- ");
	/* What they still send can be opened, and is shown. */
	DO(ops->session_get(suite->store, "bob", 5, &back, error));
	assert_non_null(back);
	g_bytes_unref(back);
	DO(ops->counts(suite->store, &counts, error));
	assert_true(counts.messages == 1 && counts.contacts == 1 && counts.outbox == 0);
	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	suite_put(suite, "bob", 1, DIRECTION_IN, "again");
	suite_commit(suite);
	assert_contacts(suite, "bob:1:again alice:1:y ");
	g_bytes_unref(record);
	g_free(long_body);
}

static void test_rolled_back(void **state)
{
	struct suite *suite = *state;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	suite_commit(suite);
	suite_begin(suite);
	store_suite_contact(suite->store, "carol");
	suite_put(suite, "carol", 1, DIRECTION_IN, "never");
	suite_put(suite, "bob", 1, DIRECTION_IN, "never");
	OPS(suite)->rollback(suite->store);
	assert_contacts(suite, "bob:0:- ");
	suite_begin(suite);
	store_suite_contact(suite->store, "dave");
	suite_put(suite, "dave", 1, DIRECTION_IN, "kept");
	suite_commit(suite);
	suite_reopen(suite);
	assert_contacts(suite, "dave:1:kept bob:0:- ");
}

int store_suite_run(const char *name, const struct store_maker *maker)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_transactions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_contacts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_message_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_message_again, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_unread, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_shift, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_counting, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_states, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_long_bodies, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_amend, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_search, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_group_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_groups_each, setup, teardown),
		cmocka_unit_test_setup_teardown(suite_test_marks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sessions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_retired, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(test_outbox, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_journal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_contact_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rolled_back, setup, teardown),
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		tests[i].initial_state = (void *)(uintptr_t)maker;
	return _cmocka_run_group_tests(name, tests, G_N_ELEMENTS(tests), NULL, NULL);
}
