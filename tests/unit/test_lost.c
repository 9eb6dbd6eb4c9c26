/* What arrives and can't be shown leaves a row or a word. */
#include "tests/support/world.h"

#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/engine/engine_groups.h"
#include "core/engine/engine_messages.h"
#include "core/engine/engine_people.h"
#include "core/engine/engine_trust.h"

/* How many of the words that were said hold TEXT. */
static unsigned words(struct person *person, const char *text)
{
	unsigned count = 0;

	for (guint i = 0; i < person->events->len; i++) {
		const struct event *event = person->events->pdata[i];

		count += event->type == EVENT_NOTICE && strstr(event->text, text) != NULL;
	}
	return count;
}

static unsigned unread(struct person *person, const char *with)
{
	struct contact *contact = NULL;
	unsigned count;

	assert_true(engine_find(person->engine, with, &contact, NULL));
	count = contact ? contact->unread : 0;
	contact_free(contact);
	return count;
}

/* The sealed key of what waits for WHO at AT was changed on the way. */
static void damage(struct hub *hub, const char *who, unsigned at)
{
	g_autoptr(GBytes) former = g_bytes_ref(hub_waiting(hub, who)->pdata[at]);
	gsize size;
	const char *data = g_bytes_get_data(former, &size);
	g_autofree char *text = g_strndup(data, size);
	char *place = strstr(text, "</key>");
	g_autoptr(GBytes) changed = NULL;

	assert_non_null(place);
	place -= 12;
	*place = *place == 'A' ? 'B' : 'A';
	changed = g_bytes_new(text, size);
	hub_replace(hub, who, at, changed);
}

/* The same sealed bytes, with something else around them. */
static GBytes *rewrap(GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autofree char *text = g_strndup(data, size);
	char *end = strstr(text, "</message>");
	g_autofree char *fresh = NULL;

	assert_non_null(end);
	*end = '\0';
	fresh = g_strconcat(text, "<store xmlns='urn:xmpp:hints'/></message>", NULL);
	return g_bytes_new(fresh, strlen(fresh));
}

static void introduce(struct couple *pair)
{
	assert_true(engine_contact_add(pair->bob->engine, "alice", NULL, NULL));
	assert_int_equal(person_send(pair->alice, "bob", "hello"), 0);
	person_fetch(pair->bob);
	person_fetch(pair->alice);
	assert_int_equal(person_send(pair->bob, "alice", "hello yourself"), 0);
	person_fetch(pair->alice);
	person_fetch(pair->bob);
}

/* Several behind each other are counted in one row, which is unread again each time. */
static void test_counts(void **state)
{
	struct couple *pair = *state;
	struct message *row;

	introduce(pair);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(person_send(pair->alice, "bob", "lost"), 0);
		damage(pair->hub, "bob", i);
	}
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "broken*3 ");
	assert_int_equal(unread(pair->bob, "alice"), 2);
	row = person_last(pair->bob, "alice");
	assert_true(g_str_has_prefix(row->body, "3 messages can't be shown. The first: "));
	assert_non_null(strstr(row->body, "sotto repair alice"));
	assert_true(engine_read(pair->bob->engine, "alice", &row->seq, 1, NULL));
	assert_int_equal(unread(pair->bob, "alice"), 1);
	message_free(row);
	/* One more behind them, and words: then a gap of its own. */
	assert_int_equal(person_send(pair->alice, "bob", "lost"), 0);
	damage(pair->hub, "bob", 0);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "broken*4 ");
	assert_int_equal(unread(pair->bob, "alice"), 2);
	assert_int_equal(person_send(pair->alice, "bob", "words"), 0);
	assert_int_equal(person_send(pair->alice, "bob", "lost"), 0);
	damage(pair->hub, "bob", 1);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "broken*4 broken*1 ");
}

/* The same number twice, under other bytes: a loss, and both sides are told. The same bytes: no
 * loss. */
static void test_counter(void **state)
{
	struct couple *pair = *state;
	struct store_door *copy;
	struct message *row;
	g_autoptr(GBytes) bytes = NULL;
	const char *waiting;
	size_t size;
	g_autoptr(GBytes) other = NULL;

	introduce(pair);
	copy = fake_door_copy(pair->alice->door);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(person_send(pair->alice, "bob", "before"), 0);
	bytes = g_bytes_ref(hub_waiting(pair->hub, "bob")->pdata[0]);
	person_fetch(pair->bob);
	/* The control: what came before says nothing, nor in other clothes. */
	hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), bytes);
	other = rewrap(bytes);
	hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), other);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "");
	person_put_back(pair->alice, copy);
	assert_int_equal(person_send(pair->alice, "bob", "again one"), 0);
	assert_int_equal(person_send(pair->alice, "bob", "again two"), 0);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "counter-used*2 ");
	row = person_last(pair->bob, "alice");
	assert_non_null(strstr(row->body, "put back from a copy"));
	assert_non_null(strstr(row->body, "sotto repair alice"));
	message_free(row);
	person_fetch(pair->alice);
	person_check_gaps(pair->alice, "bob", "not-read-there*1 ");
	row = person_last(pair->alice, "bob");
	assert_non_null(strstr(row->body, "couldn't open what was sent from here, 2 so far"));
	message_free(row);
	/* What she heard turned her ratchet: the session goes on, no new one was begun. */
	assert_int_equal(person_send(pair->alice, "bob", "again three"), 0);
	waiting = g_bytes_get_data(hub_waiting(pair->hub, "bob")->pdata[0], &size);
	assert_null(g_strstr_len(waiting, (gssize)size, "prekey"));
	person_fetch(pair->bob);
	row = person_last(pair->bob, "alice");
	assert_string_equal(row->body, "again three");
	message_free(row);
	copy->ops->free(copy);
}

/* Two that can't read each other tell each other so, but not for ever. */
static void test_no_echo(void **state)
{
	struct couple *pair = *state;
	unsigned before;

	introduce(pair);
	assert_int_equal(person_send(pair->alice, "bob", "lost"), 0);
	for (unsigned i = 0; i < 50; i++) {
		for (guint j = 0; j < hub_waiting(pair->hub, "bob")->len; j++)
			damage(pair->hub, "bob", j);
		person_fetch(pair->bob);
		for (guint j = 0; j < hub_waiting(pair->hub, "alice")->len; j++)
			damage(pair->hub, "alice", j);
		person_fetch(pair->alice);
	}
	before = hub_taken(pair->hub)->len;
	assert_true(before < 20);
	person_fetch(pair->bob);
	person_fetch(pair->alice);
	assert_int_equal(hub_taken(pair->hub)->len, before);
}

/* Sessions outlive the entry: what somebody who was removed writes comes as a stranger's. */
static void test_removed(void **state)
{
	struct couple *pair = *state;
	struct contact *contact = NULL;
	struct message *row;

	introduce(pair);
	assert_true(engine_contact_remove(pair->bob->engine, "alice", NULL));
	assert_int_equal(person_send(pair->alice, "bob", "are you there?"), 0);
	person_fetch(pair->bob);
	row = person_last(pair->bob, "alice");
	assert_string_equal(row->body, "are you there?");
	message_free(row);
	assert_true(engine_find(pair->bob->engine, "alice", &contact, NULL));
	assert_false(contact->is_listed);
	contact_free(contact);
	/* Without the session it is a word, with their number. */
	assert_true(engine_contact_remove(pair->bob->engine, "alice", NULL));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(person_send(pair->alice, "bob", "lost"), 0);
		damage(pair->hub, "bob", i);
	}
	person_fetch(pair->bob);
	assert_int_equal(words(pair->bob, "2 messages from alice were refused"), 1);
}

/* What another own device writes before it is confirmed isn't shown, and begins nothing. */
static void test_own_undecided(void **state)
{
	struct couple *pair = *state;
	struct person *second;
	struct contact *contact = NULL;

	introduce(pair);
	second = person_new(pair->hub, "alice");
	assert_true(person_trust(second, "alice", person_device(pair->alice), ACT_TRUST));
	assert_int_equal(person_send(second, "bob", "from my other screen"), 0);
	assert_int_equal(person_send(second, "bob", "and again"), 0);
	person_fetch(pair->alice);
	person_check_gaps(pair->alice, "bob", "own-undecided*2 ");
	assert_true(engine_contact_remove(pair->alice->engine, "bob", NULL));
	assert_int_equal(person_send(second, "bob", "third"), 0);
	person_fetch(pair->alice);
	assert_true(engine_find(pair->alice->engine, "bob", &contact, NULL));
	assert_null(contact);
	assert_int_equal(words(pair->alice, "isn't confirmed"), 1);
	person_free(second);
}

static void done(void *user, const GError *error)
{
	(void)user;
	assert_null(error);
}

/* Who is out of a group hears that something was said there, not what. */
static void test_left(void **state)
{
	struct couple *pair = *state;
	const char *const people[] = { "bob", NULL };

	introduce(pair);
	engine_group_create(pair->alice->engine, "ops", people, 1000, done, NULL);
	assert_int_equal(person_send(pair->alice, "#ops", "welcome"), 0);
	person_fetch(pair->bob);
	engine_group_leave(pair->bob->engine, "#ops", 1000, done, NULL);
	/* She hasn't heard of it yet. */
	assert_int_equal(person_send(pair->alice, "#ops", "one"), 0);
	assert_int_equal(person_send(pair->alice, "#ops", "two"), 0);
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "#ops", "left*2 ");
	assert_int_equal(person_count(pair->bob, "#ops"), 1);
}

static void inject(struct couple *pair, const char *inside)
{
	g_autofree char *text = g_strdup_printf(
		"<message xmlns='jabber:client' from='alice' to='bob'><encrypted "
		"xmlns='eu.siacs.conversations.axolotl'><header sid='%u'><key rid='1'>AAAA</key>"
		"<iv>AAAAAAAAAAAAAAAA</iv></header>%s</encrypted></message>",
		person_device(pair->alice), inside);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), bytes);
}

/* What other devices say to one another without words is nothing that is lost. */
static void test_between_others(void **state)
{
	struct couple *pair = *state;

	introduce(pair);
	inject(pair, "");
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "");
	/* The control: with words inside it is. */
	inject(pair, "<payload>AAAA</payload>");
	person_fetch(pair->bob);
	person_check_gaps(pair->bob, "alice", "broken*1 ");
	assert_int_equal(words(pair->bob, "refused"), 0);
}

/* What isn't a message at all is a word, however much of it there is. */
static void test_garbage(void **state)
{
	struct couple *pair = *state;

	for (unsigned i = 0; i < 300; i++) {
		g_autofree char *text = g_strdup_printf("garbage %u", i);
		g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

		hub_inject(pair->hub, "alice", "bob", person_device(pair->bob), bytes);
	}
	person_fetch(pair->bob);
	assert_int_equal(words(pair->bob, "300 messages from alice were refused"), 1);
	assert_int_equal(words(pair->bob, ""), 1);
	assert_int_equal(hub_waiting(pair->hub, "bob")->len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_counts, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_counter, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_no_echo, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_removed, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_own_undecided, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_left, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_between_others, couple_setup, couple_teardown),
		cmocka_unit_test_setup_teardown(test_garbage, couple_setup, couple_teardown),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
