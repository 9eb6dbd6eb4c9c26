#include <string.h>

#include "core/base/secret.h"
#include "core/port/store_expiry.h"
#include "core/port/store_lost.h"
#include "tests/support/store_suite_inside.h"

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

#define assert_walk(wanted, stop_after, call)                             \
	do {                                                              \
		struct walk walk = { g_string_new(NULL), 0, stop_after }; \
		DO(call);                                                 \
		assert_string_equal(walk.text->str, wanted);              \
		g_string_free(walk.text, TRUE);                           \
	} while (0)

/* What is sealed stands in no list of contacts. */
static void assert_no_preview(struct suite *suite, const char *address)
{
	struct contact *contact = NULL;

	DO(OPS(suite)->contact_get(suite->store, address, &contact, error));
	assert_null(contact->preview);
	contact_free(contact);
}

static gboolean suite_keep(const struct message *message, void *user)
{
	*(struct message **)user = message_copy(message);
	return FALSE;
}

void suite_test_message_whole(void **state)
{
	struct suite *suite = *state;
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
	message.sealed = true;
	message.stripped = true;
	suite_begin(suite);
	DONT(ERROR_NO_CONTACT, OPS(suite)->message_put(suite->store, &message, &is_new, error));
	store_suite_contact(suite->store, "bob");
	DO(OPS(suite)->message_put(suite->store, &message, &is_new, error));
	suite_commit(suite);
	suite_reopen(suite);
	DO(OPS(suite)->message_get(suite->store, "bob", "an id of 16 byte", &back, error));
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
	DO(OPS(suite)->message_get(suite->store, "bob", "another", &back, error));
	assert_null(back);
	message_clear(&message);
	assert_no_preview(suite, "bob");
}

void suite_test_message_again(void **state)
{
	struct suite *suite = *state;
	struct store_counts counts;
	struct message message;
	bool is_new = true;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	suite_put(suite, "bob", 1, DIRECTION_IN, "first");
	store_suite_message(&message, "bob", 1, DIRECTION_IN, "other words, same id");
	DO(OPS(suite)->message_put(suite->store, &message, &is_new, error));
	assert_false(is_new);
	/* The same id from another author is another message. */
	g_free(message.from);
	message.from = g_strdup("me");
	message.direction = DIRECTION_OUT;
	DO(OPS(suite)->message_put(suite->store, &message, &is_new, error));
	assert_true(is_new);
	suite_commit(suite);
	message_clear(&message);
	DO(OPS(suite)->counts(suite->store, &counts, error));
	assert_int_equal(counts.messages, 2);
	assert_int_equal(counts.unread, 1);
	assert_int_equal(counts.contacts, 1);
}

void suite_test_pages(void **state)
{
	struct suite *suite = *state;
	int64_t seqs[6];

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	store_suite_contact(suite->store, "alice");
	for (int i = 0; i < 6; i++) {
		char body[2] = { (char)('a' + i), 0 };

		seqs[i] = suite_put(suite, "bob", i, i % 2 ? DIRECTION_OUT : DIRECTION_IN, body);
		suite_put(suite, "alice", i, DIRECTION_IN, "no");
		assert_true(i == 0 || seqs[i] > seqs[i - 1]);
	}
	suite_commit(suite);
	suite_reopen(suite);
	const struct store_ops *ops = OPS(suite);
	struct store *s = suite->store;
	assert_walk("f,e,d", 0, ops->message_before(s, "bob", 0, 3, note_message, &walk, error));
	assert_walk("c,b,a", 0,
		    ops->message_before(s, "bob", seqs[3], 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_before(s, "bob", seqs[0], 9, note_message, &walk, error));
	assert_walk("a,b", 0, ops->message_after(s, "bob", 0, 2, note_message, &walk, error));
	assert_walk("e,f", 0, ops->message_after(s, "bob", seqs[3], 9, note_message, &walk, error));
	assert_walk("f,e", 2, ops->message_before(s, "bob", 0, 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_before(s, "eve", 0, 9, note_message, &walk, error));
	assert_walk("", 0, ops->message_after(s, "bob", 0, 0, note_message, &walk, error));
}

void suite_test_unread(void **state)
{
	struct suite *suite = *state;
	struct contact *contact = NULL;
	struct message *back = NULL;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	store_suite_contact(suite->store, "alice");
	suite_put(suite, "bob", 2, DIRECTION_IN, "b2");
	suite_put(suite, "alice", 3, DIRECTION_IN, "a3");
	int64_t first = suite_put(suite, "bob", 1, DIRECTION_IN, "b1");
	suite_put(suite, "bob", 4, DIRECTION_OUT, "mine");
	suite_commit(suite);
	const struct store_ops *ops = OPS(suite);
	struct store *s = suite->store;
	/* In the order they came, whatever the clocks said. */
	assert_walk("b2,a3,b1", 0, ops->message_unread(s, NULL, 9, note_message, &walk, error));
	assert_walk("b2,a3", 0, ops->message_unread(s, NULL, 2, note_message, &walk, error));
	assert_walk("b2,b1", 0, ops->message_unread(s, "bob", 9, note_message, &walk, error));
	suite_begin(suite);
	DO(ops->message_read(s, "bob", first, 5000, 6000, true, error));
	DO(ops->message_read(s, "bob", first, 7000, 9000, false, error));
	suite_commit(suite);
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

/* A placeholder counts, and is unread again each time; nothing else does. */
void suite_test_counting(void **state)
{
	struct suite *suite = *state;
	struct message row = { .id = (char *)"00000000000000000000000000000001",
			       .conversation = (char *)"bob", .from = (char *)"bob", .device = 7,
			       .direction = DIRECTION_IN, .kind = KIND_UNREADABLE,
			       .state = STATE_DELIVERED, .cause = CAUSE_SESSION, .count = 1,
			       .received_at = 1000, .sent_at = 1000, .body = (char *)"why" };
	struct contact *contact = NULL;
	struct message *back = NULL;
	bool is_new;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	int64_t text = suite_put(suite, "bob", 2, DIRECTION_IN, "words");
	DO(OPS(suite)->message_put(suite->store, &row, &is_new, error));
	DO(OPS(suite)->lost->again(suite->store, "bob", row.seq, 2000, error));
	DO(OPS(suite)->message_read(suite->store, "bob", row.seq, 2500, 0, false, error));
	DO(OPS(suite)->lost->again(suite->store, "bob", row.seq, 3000, error));
	DO(OPS(suite)->lost->again(suite->store, "bob", text, 4000, error));
	DO(OPS(suite)->lost->again(suite->store, "bob", 99, 4000, error));
	DO(OPS(suite)->lost->again(suite->store, "nobody", row.seq, 4000, error));
	suite_commit(suite);
	DO(OPS(suite)->message_get(suite->store, "bob", row.id, &back, error));
	assert_int_equal(back->count, 3);
	assert_int_equal(back->cause, CAUSE_SESSION);
	assert_int_equal(back->received_at, 1000);
	assert_int_equal(back->read_at, 0);
	assert_int_equal(back->state, STATE_DELIVERED);
	assert_string_equal(back->body, "why");
	message_free(back);
	DO(OPS(suite)->message_get(suite->store, "bob", "00000000000000000000000000000002", &back,
				   error));
	assert_int_equal(back->count, 0);
	message_free(back);
	DO(OPS(suite)->contact_get(suite->store, "bob", &contact, error));
	assert_int_equal(contact->unread, 2);
	assert_int_equal(contact->last_at, 3000);
	contact_free(contact);
}

void suite_test_states(void **state)
{
	struct suite *suite = *state;
	const char *id = "00000000000000000000000000000001";
	struct message *back = NULL;
	bool changed = false;
	/* In this order; does it change anything? */
	static const struct {
		enum state state;
		bool changes;
	} steps[] = {
		{ STATE_QUEUED, false },    { STATE_FAILED, true },  { STATE_QUEUED, true },
		{ STATE_SENT, true },	    { STATE_QUEUED, false }, { STATE_READ, true },
		{ STATE_DELIVERED, false }, { STATE_SENT, false },   { STATE_FAILED, false },
	};

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	suite_put(suite, "bob", 1, DIRECTION_OUT, "x");
	suite_put(suite, "bob", 2, DIRECTION_IN, "y");
	const struct store_ops *ops = OPS(suite);
	struct store *s = suite->store;
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
	suite_commit(suite);
	DO(ops->message_get(s, "bob", id, &back, error));
	assert_int_equal(back->state, STATE_READ);
	assert_int_equal(back->expires_at, 777);
	message_free(back);
}

void suite_test_long_bodies(void **state)
{
	static const size_t sizes[] = { 0, 1, 799, 800, 801, 900, 5000, MESSAGE_BODY_MAX };
	struct suite *suite = *state;
	const struct store_ops *ops = OPS(suite);
	struct message *back = NULL;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *body = g_strnfill(sizes[i], (char)('a' + i));

		suite_put(suite, "bob", (int)i, DIRECTION_IN, body);
		g_free(body);
	}
	suite_commit(suite);
	suite_reopen(suite);
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		char *id = g_strdup_printf("%032x", (unsigned)i);

		DO(ops->message_get(suite->store, "bob", id, &back, error));
		assert_int_equal(strlen(back->body), sizes[i]);
		assert_true(sizes[i] == 0 || back->body[sizes[i] - 1] == (char)('a' + i));
		suite_begin(suite);
		DO(ops->message_read(suite->store, "bob", back->seq, 1, 0, true, error));
		suite_commit(suite);
		message_free(back);
		DO(ops->message_get(suite->store, "bob", id, &back, error));
		assert_null(back->body);
		message_free(back);
		g_free(id);
	}
}

/* The words of message ID, and by which edit they are found. */
static void assert_words(struct suite *suite, const char *id, const char *edit, const char *words)
{
	struct message *message = NULL, *found = NULL;

	DO(OPS(suite)->message_get(suite->store, "bob", id, &message, error));
	DO(OPS(suite)->expiry->amended(suite->store, "bob", edit, &found, error));
	assert_non_null(message);
	assert_non_null(found);
	assert_string_equal(message->body, words);
	assert_string_equal(found->body, words);
	assert_int_equal(message->edited_at, 77);
	message_free(message);
	message_free(found);
}

void suite_test_amend(void **state)
{
	struct suite *suite = *state;
	g_autofree char *large = g_strnfill(3000, 'x');
	const char *const bodies[] = { "second", large, "third" };
	struct message *message = NULL, *none = NULL;
	g_autofree char *id = NULL;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	suite_put(suite, "bob", 1, DIRECTION_IN, "first");
	suite_commit(suite);
	DO(OPS(suite)->message_before(suite->store, "bob", 0, 1, suite_keep, &message, error));
	id = g_strdup(message->id);
	DO(OPS(suite)->expiry->amended(suite->store, "bob", "0", &none, error));
	assert_null(none);
	for (unsigned i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *edit = g_strdup_printf("%u", i);

		plain_free(message->body);
		message->body = plain_dup(bodies[i]);
		message->edited_at = 77;
		message->chain = -5;
		message->counter = 4000000000u;
		suite_begin(suite);
		DO(OPS(suite)->expiry->amend(suite->store, message, edit, error));
		suite_commit(suite);
		suite_reopen(suite);
		assert_words(suite, id, edit, bodies[i]);
	}
	message_free(message);
	DO(OPS(suite)->message_get(suite->store, "bob", id, &message, error));
	assert_true(message->chain == -5 && message->counter == 4000000000u);
	message_free(message);
}

static void put_expiring(struct suite *suite, int n, int64_t began, int64_t seconds)
{
	struct message message;
	bool is_new = false;

	store_suite_message(&message, "bob", n, DIRECTION_IN, "it goes");
	message.read_at = 1;
	message.expire_seconds = seconds;
	message.expires_at = began + seconds * 1000;
	DO(OPS(suite)->message_put(suite->store, &message, &is_new, error));
	message_clear(&message);
}

static gboolean note_deadline(const struct message *message, void *user)
{
	struct walk *walk = user;

	assert_string_equal(message->body, "it goes");
	g_string_append_printf(walk->text, "%s%" G_GINT64_FORMAT, walk->count ? "," : "",
			       message->expires_at / 1000);
	walk->count++;
	return TRUE;
}

static void add_count(const char *address, unsigned count, void *user)
{
	assert_string_equal(address, "bob");
	*(unsigned *)user += count;
}

/* The clock goes back by 5,000 s: what began before 2,000 s keeps its deadline. */
void suite_test_shift(void **state)
{
	struct suite *suite = *state;
	const struct store_expiry_ops *ops = OPS(suite)->expiry;
	struct store *s = suite->store;
	unsigned due = 0;

	suite_begin(suite);
	store_suite_contact(s, "bob");
	put_expiring(suite, 1, 1000000, 86400 * 20);
	put_expiring(suite, 2, 1500000, 100);
	put_expiring(suite, 3, 7000000, 86400);
	DO(ops->shift(s, 2000000, 5000000, error));
	suite_commit(suite);
	suite_reopen(suite);
	s = suite->store;
	assert_walk("1729000,1600,88400", 0,
		    OPS(suite)->message_after(s, "bob", 0, 9, note_deadline, &walk, error));
	DO(ops->due(s, 1600000, 88400000, add_count, &due, error));
	assert_int_equal(due, 1);
	DO(ops->due(s, 0, INT64_MAX, add_count, &due, error));
	assert_int_equal(due, 4);
	DO(ops->due(s, 1729000000, INT64_MAX, add_count, &due, error));
	assert_int_equal(due, 4);
}

void suite_test_search(void **state)
{
	struct suite *suite = *state;
	const char *const fox[] = { "fox", NULL };
	const char *const both[] = { "fox", "brown", NULL };
	const char *const none[] = { "wolf", NULL };
	const char *const shortish[] = { "ox", NULL };
	bool done = false;

	suite_begin(suite);
	store_suite_contact(suite->store, "bob");
	store_suite_contact(suite->store, "alice");
	suite_put(suite, "bob", 1, DIRECTION_IN, "a Brown FOX");
	suite_put(suite, "bob", 2, DIRECTION_IN, "nothing");
	suite_put(suite, "alice", 3, DIRECTION_IN, "foxes");
	suite_put(suite, "bob", 4, DIRECTION_IN, "fox, brown");
	suite_put(suite, "bob", 5, DIRECTION_IN, NULL);
	suite_commit(suite);
	const struct store_ops *ops = OPS(suite);
	struct store *s = suite->store;
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
