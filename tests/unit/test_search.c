/* Search against a naive oracle: scanned, indexed, half indexed, and while messages come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "storage/inside.h"
#include "storage/opened.h"
#include "storage/search.h"
#include "storage/signature.h"
#include "tests/support/store_suite.h"

enum { MESSAGES = 3000, PEOPLE = 7, LIMIT = 20 };

/* A message as the oracle knows it. */
struct known {
	char person[8];
	int n;
	char *body; /* NULL: dropped */
	int64_t seq;
};

struct fixture {
	char *folder;
	char *path;
	struct secret *master;
	struct store *store;
	GRand *dice;
	GPtrArray *known; /* in the order of time */
};

static void known_free(void *data)
{
	struct known *known = data;

	g_free(known->body);
	g_free(known);
}

/* Few letters, so that there is much to find, and much that nearly matches. */
static char *make_text(GRand *dice, int letters)
{
	char *text = g_malloc((gsize)letters + 1);

	for (int i = 0; i < letters; i++)
		text[i] = "abcd "[g_rand_int_range(dice, 0, 5)];
	text[letters] = '\0';
	return text;
}

static void put(struct fixture *fixture)
{
	struct known *known = g_new0(struct known, 1);
	struct message message;
	bool is_new;

	known->n = (int)fixture->known->len;
	g_snprintf(known->person, sizeof(known->person), "p%d",
		   g_rand_int_range(fixture->dice, 0, PEOPLE));
	known->body = make_text(fixture->dice, g_rand_int_range(fixture->dice, 1, 60));
	store_suite_message(&message, known->person, known->n, DIRECTION_IN, known->body);
	assert_true(fixture->store->ops->message_put(fixture->store, &message, &is_new, NULL));
	known->seq = message.seq;
	message_clear(&message);
	g_ptr_array_add(fixture->known, known);
}

static void begin(struct fixture *fixture)
{
	assert_true(fixture->store->ops->begin(fixture->store, NULL));
}

static void commit(struct fixture *fixture)
{
	assert_true(fixture->store->ops->commit(fixture->store, NULL));
}

static void open_store(struct fixture *fixture, bool make, uint64_t index_from)
{
	struct opened_options options = { fixture->path, make, clock_system(), index_from, NULL };

	fixture->store = opened_new(&options, fixture->master, NULL);
	assert_non_null(fixture->store);
}

static int setup(void **state)
{
	struct fixture *fixture = g_new0(struct fixture, 1);

	fixture->folder = g_dir_make_tmp(NULL, NULL);
	fixture->path = g_build_filename(fixture->folder, "store.db", NULL);
	fixture->master = secret_new_random(32, NULL);
	fixture->dice = g_rand_new_with_seed(4);
	fixture->known = g_ptr_array_new_with_free_func(known_free);
	open_store(fixture, true, 1);
	begin(fixture);
	for (int i = 0; i < PEOPLE; i++) {
		char person[8];

		g_snprintf(person, sizeof(person), "p%d", i);
		store_suite_contact(fixture->store, person);
	}
	for (int i = 0; i < MESSAGES; i++)
		put(fixture);
	commit(fixture);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	fixture->store->ops->close(fixture->store);
	unlink(fixture->path);
	rmdir(fixture->folder);
	secret_free(fixture->master);
	g_rand_free(fixture->dice);
	g_ptr_array_unref(fixture->known);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_free(fixture);
	return 0;
}

static gboolean note(const struct message *message, void *user)
{
	g_string_append_printf(user, "%s ", message->id);
	return TRUE;
}

/* What the store should find, newest first. */
static GString *oracle(const struct fixture *fixture, const char *const *words, const char *person)
{
	GString *ids = g_string_new(NULL);
	unsigned hits = 0;

	for (unsigned i = fixture->known->len; i > 0 && hits < LIMIT; i--) {
		const struct known *known = fixture->known->pdata[i - 1];
		bool has = known->body && (!person || g_str_equal(person, known->person));

		for (int w = 0; has && words[w]; w++)
			has = strstr(known->body, words[w]) != NULL;
		if (has) {
			g_string_append_printf(ids, "%032x ", (unsigned)known->n);
			hits++;
		}
	}
	return ids;
}

static void compare(struct fixture *fixture, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		const char *person = round % 3 == 0 ? "p3" : NULL;
		const char *words[3] = { NULL };
		int count = 1 + round % 2;
		char *texts[2] = { NULL };

		for (int w = 0; w < count; w++) {
			texts[w] = make_text(fixture->dice, g_rand_int_range(fixture->dice, 1, 9));
			g_strdelimit(texts[w], " ", 'a');
			words[w] = texts[w];
		}
		GString *wanted = oracle(fixture, words, person), *found = g_string_new(NULL);
		assert_true(fixture->store->ops->message_search(fixture->store, words, person,
								LIMIT, note, found, NULL));
		assert_string_equal(found->str, wanted->str);
		g_string_free(wanted, TRUE);
		g_string_free(found, TRUE);
		g_free(texts[0]);
		g_free(texts[1]);
	}
}

/* Slices of no time at all: the least step there is. */
static void build(struct fixture *fixture, int slices)
{
	bool done = false;

	for (int i = 0; !done && (slices < 0 || i < slices); i++)
		assert_true(fixture->store->ops->search_build(fixture->store, 0, &done, NULL));
}

static void drop(struct fixture *fixture, unsigned i)
{
	struct known *known = fixture->known->pdata[i];

	begin(fixture);
	assert_true(fixture->store->ops->message_read(fixture->store, known->person, known->seq, 1,
						      0, true, NULL));
	commit(fixture);
	g_clear_pointer(&known->body, g_free);
}

static void test_scanned(void **state)
{
	struct fixture *fixture = *state;
	bool done = false;

	fixture->store->ops->close(fixture->store);
	open_store(fixture, false, SEARCH_INDEX_FROM);
	assert_true(fixture->store->ops->search_build(fixture->store, 0, &done, NULL));
	assert_true(done);
	assert_int_equal(search_bytes(inside_of(fixture->store)->search), 0);
	compare(fixture, 60);
}

static void test_indexed(void **state)
{
	struct fixture *fixture = *state;

	build(fixture, -1);
	assert_true(search_bytes(inside_of(fixture->store)->search) > 0);
	compare(fixture, 200);
}

/* At each stage of building, with messages coming, going and rolled back in between. */
static void test_changing(void **state)
{
	struct fixture *fixture = *state;

	for (int stage = 0; stage < 20; stage++) {
		build(fixture, 1);
		begin(fixture);
		for (int i = 0; i < 5; i++)
			put(fixture);
		commit(fixture);
		begin(fixture);
		put(fixture);
		fixture->store->ops->rollback(fixture->store);
		g_ptr_array_set_size(fixture->known, (int)fixture->known->len - 1);
		drop(fixture, (unsigned)g_rand_int_range(fixture->dice, 0, MESSAGES));
		compare(fixture, 15);
	}
	build(fixture, -1);
	compare(fixture, 50);
}

static void test_conversation_gone(void **state)
{
	struct fixture *fixture = *state;

	build(fixture, 5);
	begin(fixture);
	assert_true(fixture->store->ops->contact_del(fixture->store, "p3", NULL));
	commit(fixture);
	for (unsigned i = 0; i < fixture->known->len; i++) {
		struct known *known = fixture->known->pdata[i];

		if (g_str_equal(known->person, "p3"))
			g_clear_pointer(&known->body, g_free);
	}
	compare(fixture, 30);
	build(fixture, -1);
	begin(fixture);
	store_suite_contact(fixture->store, "p3");
	for (int i = 0; i < 50; i++)
		put(fixture);
	commit(fixture);
	compare(fixture, 50);
}

/* A forgotten message leaves no bit behind, and an index finds few that aren't there. */
static void test_signature(void **state)
{
	struct signature *signature = signature_new();
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	const char *const words[] = { "needle", NULL };
	GRand *dice = g_rand_new_with_seed(5);

	(void)state;
	for (uint32_t i = 1; i <= 20000; i++) {
		struct place place = { i, 1 + i % 3, i };
		char *text = make_text(dice, 60);

		signature_add(signature, &place, i == 9000 ? "hay needle hay" : text);
		g_free(text);
	}
	signature_find(signature, words, 0, places);
	assert_in_range(places->len, 1, 20);
	g_array_set_size(places, 0);
	signature_find(signature, words, 1 + 9000 % 3, places);
	assert_true(places->len >= 1);
	struct place gone[] = { { 0, 1, 77777 }, { 0, 1 + 9000 % 3, 9000 }, { 0, 3, 1 } };
	signature_forget(signature, gone, G_N_ELEMENTS(gone));
	g_array_set_size(places, 0);
	signature_find(signature, words, 0, places);
	for (unsigned i = 0; i < places->len; i++)
		assert_int_not_equal(g_array_index(places, struct place, i).seq, 9000);
	signature_forget_all(signature, 2);
	g_array_set_size(places, 0);
	signature_find(signature, (const char *const[]){ NULL }, 0, places);
	for (unsigned i = 0; i < places->len; i++)
		assert_int_not_equal(g_array_index(places, struct place, i).conversation, 2);
	g_array_unref(places);
	signature_free(signature);
	g_rand_free(dice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_scanned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_indexed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conversation_gone, setup, teardown),
		cmocka_unit_test(test_signature),
	};

	if (!secret_start(NULL))
		return 1;
	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
