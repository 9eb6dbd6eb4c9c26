#include "tests/support/store_suite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/error.h"
#include "core/secret.h"

struct fixture {
	const struct store_maker *maker;
	struct store *store;
};

#define OPS(fixture) ((fixture)->store->ops)
/* A call of the port that has to work. */
#define DO(call)                                                                                   \
	do {                                                                                       \
		GError *error_ = NULL;                                                             \
		GError **error = &error_;                                                          \
		if (!(call))                                                                       \
			fail_msg("%s: %s", #call, error_ ? error_->message : "without an error"); \
		assert_null(error_);                                                               \
	} while (0)
/* A call that has to fail with CODE. */
#define DONT(code, call)                                                                           \
	do {                                                                                       \
		GError *error_ = NULL;                                                             \
		GError **error = &error_;                                                          \
		assert_false(call);                                                                \
		assert_true(error_is(error_, code));                                               \
		g_clear_error(&error_);                                                            \
	} while (0)

static int setup(void **state)
{
	const struct store_maker *maker = *state;
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->maker = maker;
	fixture->store = maker->make(maker->user);
	*state = fixture;
	return fixture->store ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fixture->maker->drop(fixture->store, fixture->maker->user);
	g_free(fixture);
	return 0;
}

static void reopen(struct fixture *fixture)
{
	if (fixture->maker->reopen)
		fixture->store = fixture->maker->reopen(fixture->store, fixture->maker->user);
	assert_non_null(fixture->store);
}

static void begin(struct fixture *fixture)
{
	DO(OPS(fixture)->begin(fixture->store, error));
}

static void commit(struct fixture *fixture)
{
	DO(OPS(fixture)->commit(fixture->store, error));
}

/* -- what tests put in ------------------------------------------------------------------------ */

void store_suite_contact(struct store *store, const char *address)
{
	struct contact contact = { .address = (char *)(uintptr_t)address, .added_at = 5,
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
		.sealed = true,
		.body = body ? plain_dup(body) : NULL,
	};
}

static int64_t put(struct fixture *fixture, const char *conversation, int n,
		   enum direction direction, const char *body)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, conversation, n, direction, body);
	DO(OPS(fixture)->message_put(fixture->store, &message, &is_new, error));
	assert_true(is_new);
	int64_t seq = message.seq;
	message_clear(&message);
	return seq;
}

static GBytes *bytes_of(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

/* Bodies of the messages of a walk, joined by commas; stops after STOP of them when it isn't 0. */
struct walk {
	GString *text;
	unsigned count;
	unsigned stop;
};

static gboolean note_message(const struct message *message, void *user)
{
	struct walk *walk = user;

	g_string_append_printf(walk->text, "%s%s", walk->count ? "," : "",
			       message->body ? message->body : "-");
	walk->count++;
	return walk->count != walk->stop;
}

#define assert_walk(wanted, stop_after, call)                                                      \
	do {                                                                                       \
		struct walk walk = { g_string_new(NULL), 0, stop_after };                          \
		DO(call);                                                                          \
		assert_string_equal(walk.text->str, wanted);                                       \
		g_string_free(walk.text, TRUE);                                                    \
	} while (0)

/* -- transactions and settings ---------------------------------------------------------------- */

static void assert_setting(struct fixture *fixture, const char *name, const char *wanted)
{
	GBytes *value = NULL;

	DO(OPS(fixture)->setting_get(fixture->store, name, &value, error));
	if (!wanted) {
		assert_null(value);
		return;
	}
	assert_non_null(value);
	assert_int_equal(g_bytes_get_size(value), strlen(wanted));
	assert_memory_equal(g_bytes_get_data(value, NULL), wanted, strlen(wanted));
	g_bytes_unref(value);
}

static void put_setting(struct fixture *fixture, const char *name, const char *text)
{
	GBytes *value = text ? bytes_of(text) : NULL;

	DO(OPS(fixture)->setting_put(fixture->store, name, value, error));
	if (value)
		g_bytes_unref(value);
}

static void test_transactions(void **state)
{
	struct fixture *fixture = *state;
	GBytes *value = bytes_of("x");

	DONT(ERROR_FAILED, OPS(fixture)->setting_put(fixture->store, "a", value, error));
	DONT(ERROR_FAILED, OPS(fixture)->commit(fixture->store, error));
	g_bytes_unref(value);
	begin(fixture);
	DONT(ERROR_FAILED, OPS(fixture)->begin(fixture->store, error));
	put_setting(fixture, "a", "one");
	assert_setting(fixture, "a", "one");
	OPS(fixture)->rollback(fixture->store);
	OPS(fixture)->rollback(fixture->store);
	assert_setting(fixture, "a", NULL);
	begin(fixture);
	put_setting(fixture, "a", "two");
	commit(fixture);
	begin(fixture);
	put_setting(fixture, "a", "three");
	put_setting(fixture, "b", "");
	reopen(fixture);
	if (fixture->maker->reopen) {
		assert_setting(fixture, "a", "two");
		assert_setting(fixture, "b", NULL);
		begin(fixture);
	}
	put_setting(fixture, "a", NULL);
	put_setting(fixture, "b", "");
	commit(fixture);
	assert_setting(fixture, "a", NULL);
	assert_setting(fixture, "b", "");
}

/* -- contacts and devices --------------------------------------------------------------------- */

static gboolean note_contact(const struct contact *contact, void *user)
{
	g_string_append_printf(user, "%s:%u:%s ", contact->address, contact->unread,
			       contact->preview ? contact->preview : "-");
	return TRUE;
}

static void assert_contacts(struct fixture *fixture, const char *wanted)
{
	GString *text = g_string_new(NULL);

	DO(OPS(fixture)->contact_each(fixture->store, note_contact, text, error));
	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

static void test_contacts(void **state)
{
	struct fixture *fixture = *state;
	struct contact *contact = NULL;
	struct contact row = {
		.address = (char *)(uintptr_t) "bob", .alias = (char *)(uintptr_t) "Bob B.",
		.rule = RULE_MANUAL, .receipts = RECEIPTS_READ, .is_known = true, .has_owner = true,
		.owner = 4000000000u, .added_at = 99, .timer = 3600, .timer_version = 3,
	};

	begin(fixture);
	DO(OPS(fixture)->contact_put(fixture->store, &row, error));
	store_suite_contact(fixture->store, "alice");
	put(fixture, "alice", 1, DIRECTION_IN, "hello there");
	DO(OPS(fixture)->draft_put(fixture->store, "bob", "half a tho", error));
	DONT(ERROR_NO_CONTACT, OPS(fixture)->draft_put(fixture->store, "carol", "x", error));
	commit(fixture);
	reopen(fixture);
	assert_contacts(fixture, "alice:1:hello there bob:0:- ");
	begin(fixture);
	row.alias = NULL;
	DO(OPS(fixture)->contact_put(fixture->store, &row, error));
	commit(fixture);
	DO(OPS(fixture)->contact_get(fixture->store, "bob", &contact, error));
	assert_non_null(contact);
	assert_null(contact->alias);
	assert_string_equal(contact->draft, "half a tho");
	assert_int_equal(contact->rule, RULE_MANUAL);
	assert_int_equal(contact->receipts, RECEIPTS_READ);
	assert_true(contact->is_known && contact->has_owner && !contact->is_listed);
	assert_int_equal(contact->owner, 4000000000u);
	assert_int_equal(contact->timer, 3600);
	assert_int_equal(contact->timer_version, 3);
	contact_free(contact);
	DO(OPS(fixture)->contact_get(fixture->store, "alice", &contact, error));
	assert_int_equal(contact->last_at, 2001);
	contact_free(contact);
	DO(OPS(fixture)->contact_get(fixture->store, "nobody", &contact, error));
	assert_null(contact);
	begin(fixture);
	DO(OPS(fixture)->draft_put(fixture->store, "bob", NULL, error));
	commit(fixture);
	DO(OPS(fixture)->contact_get(fixture->store, "bob", &contact, error));
	assert_null(contact->draft);
	contact_free(contact);
}

static gboolean note_device(const struct device *device, void *user)
{
	g_string_append_printf(user, "%s/%u%s ", device->address, device->id,
			       device->is_active ? "" : "-");
	return TRUE;
}

static void assert_devices(struct fixture *fixture, const char *address, const char *wanted)
{
	GString *text = g_string_new(NULL);

	DO(OPS(fixture)->device_each(fixture->store, address, note_device, text, error));
	assert_string_equal(text->str, wanted);
	g_string_free(text, TRUE);
}

static void put_device(struct fixture *fixture, const char *address, uint32_t id, enum trust trust)
{
	struct device device = { .address = (char *)(uintptr_t)address, .id = id, .has_key = id != 3,
				 .is_active = true, .trust = trust, .first_seen = 1,
				 .label = (char *)(uintptr_t) "laptop" };

	memset(device.key, (int)id, sizeof(device.key));
	DO(OPS(fixture)->device_put(fixture->store, &device, error));
}

static void test_devices(void **state)
{
	struct fixture *fixture = *state;
	struct device *device = NULL;

	begin(fixture);
	put_device(fixture, "bob", 9, TRUST_TRUSTED);
	put_device(fixture, "bob", 3, TRUST_UNDECIDED);
	put_device(fixture, "alice", 2147483647, TRUST_VERIFIED);
	put_device(fixture, "bob", 9, TRUST_UNTRUSTED);
	commit(fixture);
	reopen(fixture);
	assert_devices(fixture, "bob", "bob/3 bob/9 ");
	assert_devices(fixture, NULL, "alice/2147483647 bob/3 bob/9 ");
	assert_devices(fixture, "nobody", "");
	DO(OPS(fixture)->device_get(fixture->store, "bob", 9, &device, error));
	assert_int_equal(device->trust, TRUST_UNTRUSTED);
	assert_true(device->has_key && device->key[32] == 9);
	assert_string_equal(device->label, "laptop");
	assert_null(device->method);
	device_free(device);
	DO(OPS(fixture)->device_get(fixture->store, "bob", 3, &device, error));
	assert_false(device->has_key);
	device_free(device);
	DO(OPS(fixture)->device_get(fixture->store, "bob", 4, &device, error));
	assert_null(device);
}

/* -- messages --------------------------------------------------------------------------------- */

static void test_message_whole(void **state)
{
	struct fixture *fixture = *state;
	struct message *back = NULL;
	struct message message;
	bool is_new = false;

	store_suite_message(&message, "bob", 1, DIRECTION_IN, "caf\xc3\xa9");
	g_free(message.id);
	message.id = g_strdup("an id of 16 byte");
	message.device = 2147483647;
	message.trust = TRUST_UNDECIDED;
	message.expire_seconds = 604800;
	message.view_once = true;
	message.stripped = true;
	begin(fixture);
	DONT(ERROR_NO_CONTACT, OPS(fixture)->message_put(fixture->store, &message, &is_new, error));
	store_suite_contact(fixture->store, "bob");
	DO(OPS(fixture)->message_put(fixture->store, &message, &is_new, error));
	commit(fixture);
	reopen(fixture);
	DO(OPS(fixture)->message_get(fixture->store, "bob", "an id of 16 byte", &back, error));
	assert_non_null(back);
	assert_int_equal(back->seq, message.seq);
	assert_string_equal(back->id, message.id);
	assert_string_equal(back->from, "bob");
	assert_string_equal(back->body, "caf\xc3\xa9");
	assert_int_equal(back->device, 2147483647);
	assert_int_equal(back->trust, TRUST_UNDECIDED);
	assert_int_equal(back->state, STATE_DELIVERED);
	assert_int_equal(back->kind, KIND_TEXT);
	assert_int_equal(back->sent_at, 1001);
	assert_int_equal(back->received_at, 2001);
	assert_int_equal(back->expire_seconds, 604800);
	assert_true(back->sealed && back->view_once && back->stripped);
	message_free(back);
	DO(OPS(fixture)->message_get(fixture->store, "bob", "another", &back, error));
	assert_null(back);
	message_clear(&message);
}

static void test_message_again(void **state)
{
	struct fixture *fixture = *state;
	struct store_counts counts;
	struct message message;
	bool is_new = true;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	put(fixture, "bob", 1, DIRECTION_IN, "first");
	store_suite_message(&message, "bob", 1, DIRECTION_IN, "other words, same id");
	DO(OPS(fixture)->message_put(fixture->store, &message, &is_new, error));
	assert_false(is_new);
	/* The same id from another author is another message. */
	g_free(message.from);
	message.from = g_strdup("me");
	message.direction = DIRECTION_OUT;
	DO(OPS(fixture)->message_put(fixture->store, &message, &is_new, error));
	assert_true(is_new);
	commit(fixture);
	message_clear(&message);
	DO(OPS(fixture)->counts(fixture->store, &counts, error));
	assert_int_equal(counts.messages, 2);
	assert_int_equal(counts.unread, 1);
	assert_int_equal(counts.contacts, 1);
}

static void test_pages(void **state)
{
	struct fixture *fixture = *state;
	int64_t seqs[6];

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	store_suite_contact(fixture->store, "alice");
	for (int i = 0; i < 6; i++) {
		char body[2] = { (char)('a' + i), 0 };

		seqs[i] = put(fixture, "bob", i, i % 2 ? DIRECTION_OUT : DIRECTION_IN, body);
		put(fixture, "alice", i, DIRECTION_IN, "no");
		assert_true(i == 0 || seqs[i] > seqs[i - 1]);
	}
	commit(fixture);
	reopen(fixture);
	const struct store_ops *ops = OPS(fixture);
	struct store *s = fixture->store;
	assert_walk("f,e,d", 0, ops->message_before(s, "bob", 0, 3, note_message, &walk, error));
	assert_walk("c,b,a", 0, ops->message_before(s, "bob", seqs[3], 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_before(s, "bob", seqs[0], 9, note_message, &walk, error));
	assert_walk("a,b", 0, ops->message_after(s, "bob", 0, 2, note_message, &walk, error));
	assert_walk("e,f", 0, ops->message_after(s, "bob", seqs[3], 9, note_message, &walk, error));
	assert_walk("f,e", 2, ops->message_before(s, "bob", 0, 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_before(s, "eve", 0, 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_after(s, "bob", 0, 0, note_message, &walk, error));
}

static void test_unread(void **state)
{
	struct fixture *fixture = *state;
	struct contact *contact = NULL;
	struct message *back = NULL;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	store_suite_contact(fixture->store, "alice");
	put(fixture, "bob", 2, DIRECTION_IN, "b2");
	put(fixture, "alice", 3, DIRECTION_IN, "a3");
	int64_t first = put(fixture, "bob", 1, DIRECTION_IN, "b1");
	put(fixture, "bob", 4, DIRECTION_OUT, "mine");
	commit(fixture);
	const struct store_ops *ops = OPS(fixture);
	struct store *s = fixture->store;
	assert_walk("b1,b2,a3", 0, ops->message_unread(s, NULL, 9, note_message, &walk, error));
	assert_walk("b1,b2", 0, ops->message_unread(s, NULL, 2, note_message, &walk, error));
	assert_walk("b1,b2", 0, ops->message_unread(s, "bob", 9, note_message, &walk, error));
	begin(fixture);
	DO(ops->message_read(s, "bob", first, 5000, 6000, true, error));
	DO(ops->message_read(s, "bob", first, 7000, 9000, false, error));
	commit(fixture);
	assert_walk("b2,a3", 0, ops->message_unread(s, NULL, 9, note_message, &walk, error));
	DO(ops->message_get(s, "bob", "00000000000000000000000000000001", &back, error));
	assert_null(back->body);
	assert_int_equal(back->read_at, 5000);
	assert_int_equal(back->expires_at, 6000);
	assert_int_equal(back->state, STATE_READ);
	message_free(back);
	DO(ops->contact_get(s, "bob", &contact, error));
	assert_int_equal(contact->unread, 1);
	contact_free(contact);
}

static void test_states(void **state)
{
	struct fixture *fixture = *state;
	const char *id = "00000000000000000000000000000001";
	struct message *back = NULL;
	bool changed = false;
	/* In this order; does it change anything? */
	static const struct { enum state state; bool changes; } steps[] = {
		{ STATE_QUEUED, false }, { STATE_FAILED, true },   { STATE_QUEUED, true },
		{ STATE_SENT, true },	 { STATE_QUEUED, false },  { STATE_READ, true },
		{ STATE_DELIVERED, false }, { STATE_SENT, false }, { STATE_FAILED, false },
	};

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	put(fixture, "bob", 1, DIRECTION_OUT, "x");
	put(fixture, "bob", 2, DIRECTION_IN, "y");
	const struct store_ops *ops = OPS(fixture);
	struct store *s = fixture->store;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		DO(ops->message_state(s, "bob", id, steps[i].state, 0, &changed, error));
		assert_int_equal(changed, steps[i].changes);
	}
	DO(ops->message_state(s, "bob", id, STATE_READ, 777, &changed, error));
	assert_true(changed);
	DO(ops->message_state(s, "bob", id, STATE_READ, 888, NULL, error));
	/* Of an incoming one, and of none: nothing. */
	DO(ops->message_state(s, "bob", "00000000000000000000000000000002", STATE_READ, 0, &changed,
			      error));
	assert_false(changed);
	DO(ops->message_state(s, "bob", "none", STATE_READ, 0, &changed, error));
	assert_false(changed);
	commit(fixture);
	DO(ops->message_get(s, "bob", id, &back, error));
	assert_int_equal(back->state, STATE_READ);
	assert_int_equal(back->expires_at, 777);
	message_free(back);
}

static void test_long_bodies(void **state)
{
	static const size_t sizes[] = { 0, 1, 799, 800, 801, 900, 5000, MESSAGE_BODY_MAX };
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	struct message *back = NULL;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *body = g_strnfill(sizes[i], (char)('a' + i));

		put(fixture, "bob", (int)i, DIRECTION_IN, body);
		g_free(body);
	}
	commit(fixture);
	reopen(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *id = g_strdup_printf("%032x", (unsigned)i);

		DO(ops->message_get(fixture->store, "bob", id, &back, error));
		assert_int_equal(strlen(back->body), sizes[i]);
		assert_true(sizes[i] == 0 || back->body[sizes[i] - 1] == (char)('a' + i));
		begin(fixture);
		DO(ops->message_read(fixture->store, "bob", back->seq, 1, 0, true, error));
		commit(fixture);
		message_free(back);
		DO(ops->message_get(fixture->store, "bob", id, &back, error));
		assert_null(back->body);
		message_free(back);
		g_free(id);
	}
}

static void test_search(void **state)
{
	struct fixture *fixture = *state;
	const char *const fox[] = { "fox", NULL };
	const char *const both[] = { "fox", "brown", NULL };
	const char *const none[] = { "wolf", NULL };
	const char *const shortish[] = { "ox", NULL };
	bool done = false;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	store_suite_contact(fixture->store, "alice");
	put(fixture, "bob", 1, DIRECTION_IN, "a Brown FOX");
	put(fixture, "bob", 2, DIRECTION_IN, "nothing");
	put(fixture, "alice", 3, DIRECTION_IN, "foxes");
	put(fixture, "bob", 4, DIRECTION_IN, "fox, brown");
	put(fixture, "bob", 5, DIRECTION_IN, NULL);
	commit(fixture);
	const struct store_ops *ops = OPS(fixture);
	struct store *s = fixture->store;
	DO(ops->search_build(s, 1000, &done, error));
	assert_true(done);
	assert_walk("fox, brown,foxes,a Brown FOX", 0,
		    ops->message_search(s, fox, NULL, 9, note_message, &walk, error));
	assert_walk("fox, brown,foxes", 0,
		    ops->message_search(s, fox, NULL, 2, note_message, &walk, error));
	assert_walk("fox, brown,a Brown FOX", 0,
		    ops->message_search(s, both, NULL, 9, note_message, &walk, error));
	assert_walk("foxes", 0,
		    ops->message_search(s, fox, "alice", 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_search(s, none, NULL, 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_search(s, fox, "eve", 9, note_message, &walk, error));
	assert_walk("fox, brown", 1,
		    ops->message_search(s, shortish, NULL, 9, note_message, &walk, error));
}

/* -- sessions, keys, outbox, seen, journal ---------------------------------------------------- */

static void test_sessions(void **state)
{
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	GBytes *record = bytes_of("record"), *other = bytes_of("another record"), *back = NULL;

	begin(fixture);
	DO(ops->session_put(fixture->store, "bob", 1, record, error));
	DO(ops->session_put(fixture->store, "bob", 2, record, error));
	DO(ops->session_put(fixture->store, "bob", 1, other, error));
	DO(ops->session_del(fixture->store, "bob", 2, error));
	commit(fixture);
	reopen(fixture);
	DO(ops->session_get(fixture->store, "bob", 1, &back, error));
	assert_true(back && g_bytes_equal(back, other));
	g_bytes_unref(back);
	DO(ops->session_get(fixture->store, "bob", 2, &back, error));
	assert_null(back);
	DO(ops->session_get(fixture->store, "eve", 1, &back, error));
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
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	GBytes *record = bytes_of("private");
	struct key_row *back = NULL;
	unsigned sum = 0;

	begin(fixture);
	for (uint32_t id = 1; id <= 3; id++) {
		struct key_row row = { KEY_PREKEY, id, record, 10, id == 2 ? 20 : 0, 4 };

		DO(ops->key_put(fixture->store, &row, error));
	}
	struct key_row is_signed = { KEY_SIGNED, 1, record, 11, 0, 5 };
	DO(ops->key_put(fixture->store, &is_signed, error));
	DO(ops->key_del(fixture->store, KEY_PREKEY, 3, error));
	commit(fixture);
	reopen(fixture);
	DO(ops->key_get(fixture->store, KEY_PREKEY, 2, &back, error));
	assert_true(back && back->used_at == 20 && back->made_at == 10 && back->batch == 4);
	assert_true(g_bytes_equal(back->record, record));
	key_row_free(back);
	DO(ops->key_get(fixture->store, KEY_PREKEY, 3, &back, error));
	assert_null(back);
	DO(ops->key_each(fixture->store, KEY_PREKEY, sum_keys, &sum, error));
	assert_int_equal(sum, 3);
	g_bytes_unref(record);
}

static gboolean note_outbox(const struct outbox_row *row, void *user)
{
	g_string_append_printf(user, "%s>%s/%u%s ", row->id ? row->id : "-", row->to, row->device,
			       row->is_own ? "*" : "");
	return TRUE;
}

static void put_outbox(struct fixture *fixture, const char *id, const char *to, uint32_t device,
		       bool is_own)
{
	GBytes *bytes = bytes_of("<sealed/>");
	struct outbox_row row = { 0, (char *)(uintptr_t) "bob", (char *)(uintptr_t)id,
				  (char *)(uintptr_t)to, device, is_own, 1, bytes };

	DO(OPS(fixture)->outbox_put(fixture->store, &row, error));
	assert_true(row.row > 0);
	g_bytes_unref(bytes);
}

static void test_outbox(void **state)
{
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	GString *text = g_string_new(NULL);
	unsigned count = 9;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	put_outbox(fixture, "m1", "bob", 3, false);
	put_outbox(fixture, "m1", "me", 2, true);
	put_outbox(fixture, NULL, "bob", 0, false);
	commit(fixture);
	reopen(fixture);
	DO(ops->outbox_each(fixture->store, note_outbox, text, error));
	assert_string_equal(text->str, "m1>bob/3 m1>me/2* ->bob/0 ");
	g_string_free(text, TRUE);
	DO(ops->outbox_count(fixture->store, "bob", "m1", &count, error));
	assert_int_equal(count, 1);
	DO(ops->outbox_count(fixture->store, NULL, NULL, &count, error));
	assert_int_equal(count, 3);
	DO(ops->outbox_count(fixture->store, "eve", NULL, &count, error));
	assert_int_equal(count, 0);
	begin(fixture);
	DO(ops->outbox_del(fixture->store, 1, error));
	commit(fixture);
	DO(ops->outbox_count(fixture->store, "bob", NULL, &count, error));
	assert_int_equal(count, 2);
}

static void test_seen(void **state)
{
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	uint8_t digest[32] = { 1 }, other[32] = { 2 };
	bool is_new = false;

	begin(fixture);
	DO(ops->seen_put(fixture->store, digest, 10, &is_new, error));
	assert_true(is_new);
	DO(ops->seen_put(fixture->store, digest, 20, &is_new, error));
	assert_false(is_new);
	DO(ops->seen_put(fixture->store, other, 30, &is_new, error));
	DO(ops->seen_prune(fixture->store, 30, error));
	DO(ops->seen_put(fixture->store, other, 40, &is_new, error));
	assert_false(is_new);
	DO(ops->seen_put(fixture->store, digest, 40, &is_new, error));
	assert_true(is_new);
	commit(fixture);
}

static gboolean note_journal(const struct journal_row *row, void *user)
{
	g_string_append_printf(user, "%d:%s:%s:%u ", (int)row->number, row->what,
			       row->address ? row->address : "-", row->link[31]);
	return TRUE;
}

static void test_journal(void **state)
{
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	GString *text = g_string_new(NULL);

	begin(fixture);
	for (int i = 1; i <= 3; i++) {
		struct journal_row row = { .at = i, .what = (char *)(uintptr_t) "verified",
					   .address = (char *)(uintptr_t)(i == 2 ? "bob" : NULL) };

		row.link[31] = (uint8_t)i;
		DO(ops->journal_put(fixture->store, &row, error));
		assert_int_equal(row.number, i);
	}
	commit(fixture);
	reopen(fixture);
	DO(ops->journal_each(fixture->store, 1, note_journal, text, error));
	assert_string_equal(text->str, "2:verified:bob:2 3:verified:-:3 ");
	g_string_free(text, TRUE);
}

static void test_contact_gone(void **state)
{
	struct fixture *fixture = *state;
	const struct store_ops *ops = OPS(fixture);
	GBytes *record = bytes_of("record"), *back = NULL;
	char *long_body = g_strnfill(3000, 'z');
	struct store_counts counts;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	store_suite_contact(fixture->store, "alice");
	put(fixture, "bob", 1, DIRECTION_IN, "x");
	put(fixture, "bob", 2, DIRECTION_IN, long_body);
	put(fixture, "alice", 1, DIRECTION_IN, "y");
	put_outbox(fixture, "m1", "bob", 3, false);
	put_device(fixture, "bob", 5, TRUST_TRUSTED);
	DO(ops->session_put(fixture->store, "bob", 5, record, error));
	commit(fixture);
	begin(fixture);
	DO(ops->contact_del(fixture->store, "bob", error));
	DO(ops->contact_del(fixture->store, "nobody", error));
	commit(fixture);
	reopen(fixture);
	assert_contacts(fixture, "alice:1:y ");
	assert_devices(fixture, "bob", "bob/5- ");
	DO(ops->session_get(fixture->store, "bob", 5, &back, error));
	assert_null(back);
	DO(ops->counts(fixture->store, &counts, error));
	assert_true(counts.messages == 1 && counts.contacts == 1 && counts.outbox == 0);
	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	put(fixture, "bob", 1, DIRECTION_IN, "again");
	commit(fixture);
	assert_contacts(fixture, "alice:1:y bob:1:again ");
	g_bytes_unref(record);
	g_free(long_body);
}

static void test_rolled_back(void **state)
{
	struct fixture *fixture = *state;

	begin(fixture);
	store_suite_contact(fixture->store, "bob");
	commit(fixture);
	begin(fixture);
	store_suite_contact(fixture->store, "carol");
	put(fixture, "carol", 1, DIRECTION_IN, "never");
	put(fixture, "bob", 1, DIRECTION_IN, "never");
	OPS(fixture)->rollback(fixture->store);
	assert_contacts(fixture, "bob:0:- ");
	begin(fixture);
	store_suite_contact(fixture->store, "dave");
	put(fixture, "dave", 1, DIRECTION_IN, "kept");
	commit(fixture);
	reopen(fixture);
	assert_contacts(fixture, "dave:1:kept bob:0:- ");
}

int store_suite_run(const char *name, const struct store_maker *maker)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_transactions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_contacts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_message_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_message_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_bodies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_search, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sessions, setup, teardown),
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
