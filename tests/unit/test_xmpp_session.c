#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/transport/xmpp/stream/xmpp_session.h"
#include "core/xml/stanza.h"

/* What was sent, what was answered. */
struct world {
	GMainContext *context;
	struct session *session;
	GPtrArray *sent; /* char * */
	unsigned answered, failed, taken, lost, refused;
	bool is_cut;
};

static gboolean send_bytes(void *user, GBytes *bytes, GError **error)
{
	struct world *world = user;

	if (world->is_cut) {
		error_set_plain(error, ERROR_UNREACHABLE);
		return FALSE;
	}
	g_ptr_array_add(world->sent,
			g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)));
	return TRUE;
}

static void stalled(void *user)
{
	((struct world *)user)->is_cut = true;
}

static struct world *world_make(bool has_acks, bool is_careful)
{
	struct world *world = g_new0(struct world, 1);
	const struct session_parts parts = {
		.address = "alice@example.org",
		.has_acks = has_acks,
		.is_careful = is_careful,
		.context = world->context = g_main_context_new(),
		.send = send_bytes,
		.stalled = stalled,
		.user = world,
	};

	world->sent = g_ptr_array_new_with_free_func(g_free);
	world->session = session_new(&parts);
	return world;
}

static struct world *world_new(bool has_acks)
{
	return world_make(has_acks, false);
}

static void world_free(struct world *world)
{
	session_free(world->session);
	g_ptr_array_unref(world->sent);
	g_main_context_unref(world->context);
	g_free(world);
}

static void answered(void *user, const struct stanza *iq)
{
	struct world *world = user;

	world->answered += iq != NULL;
	world->failed += iq == NULL;
}

static void taken(void *user, const GError *error)
{
	struct world *world = user;

	world->taken += error == NULL;
	world->lost += error != NULL;
	world->refused += error && error_is(error, ERROR_LIMIT);
}

static void run(struct world *world)
{
	while (g_main_context_iteration(world->context, FALSE))
		;
}

/* Gives whether it was the session's own; *TOKEN else. */
static bool take(struct world *world, const char *text, uint64_t *token)
{
	struct stanza *stanza = stanza_decode_within("jabber:client", text, strlen(text), NULL);
	bool is_own;

	assert_non_null(stanza);
	is_own = session_take(world->session, stanza, token);
	stanza_free(stanza);
	return is_own;
}

static const char *last(const struct world *world)
{
	assert_true(world->sent->len > 0);
	return world->sent->pdata[world->sent->len - 1];
}

static char *last_id(const struct world *world)
{
	const char *id = strstr(last(world), "id='") + 4;

	return g_strndup(id, strcspn(id, "'"));
}

static void send_one(struct world *world)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("<message/>", 10);

	session_send(world->session, bytes, taken, world);
}

static void test_answers(void **state)
{
	struct world *world = world_new(true);
	g_autofree char *id = NULL, *stranger = NULL, *right = NULL;
	uint64_t token;

	(void)state;
	session_ask(world->session, "get", "bob@example.org", "<x/>", answered, world);
	id = last_id(world);
	stranger = g_strdup_printf("<iq type='result' id='%s' from='eve@example.org'/>", id);
	right = g_strdup_printf("<iq type='result' id='%s' from='bob@example.org'/>", id);
	/* It is nobody's answer but the asked one's, and nobody answers twice. */
	assert_true(take(world, stranger, &token));
	assert_int_equal(world->answered, 0);
	assert_true(take(world, right, &token));
	assert_true(take(world, right, &token));
	assert_int_equal(world->answered, 1);
	session_ask(world->session, "get", "bob@example.org", "<x/>", answered, world);
	world_free(g_steal_pointer(&world));
}

/* The own account's answers come from it, from its server, or from nobody. */
static void test_own_answers(void **state)
{
	static const char *const from[] = { "", " from='alice@example.org'",
					    " from='alice@example.org/here'", " from='example.org'",
					    " from='eve@example.org'" };
	struct world *world = world_new(true);
	uint64_t token;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(from); i++) {
		g_autofree char *id = NULL, *text = NULL;

		session_ask(world->session, "get", NULL, "<x/>", answered, world);
		id = last_id(world);
		text = g_strdup_printf("<iq type='error' id='%s'%s/>", id, from[i]);
		assert_true(take(world, text, &token));
	}
	assert_int_equal(world->answered, 4);
	world_free(world);
}

/* A message is taken once the server has counted it, not before. */
static void test_counting(void **state)
{
	struct world *world = world_new(true);
	uint64_t token;

	(void)state;
	send_one(world);
	send_one(world);
	run(world);
	assert_string_equal(last(world), "<r xmlns='urn:xmpp:sm:3'/>");
	assert_int_equal(world->sent->len, 3);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_int_equal(world->taken, 1);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='x'/>", &token));
	assert_int_equal(world->taken, 1);
	send_one(world);
	session_free(g_steal_pointer(&world->session));
	assert_int_equal(world->taken, 1);
	assert_int_equal(world->lost, 2);
	world_free(world);
}

/* Without counting a ping behind it tells; what was sent behind the ping isn't told of. */
static void test_pinging(void **state)
{
	struct world *world = world_new(false);
	g_autofree char *id = NULL, *text = NULL;
	uint64_t token;

	(void)state;
	send_one(world);
	run(world);
	assert_non_null(strstr(last(world), "<ping"));
	id = last_id(world);
	text = g_strdup_printf("<iq type='result' id='%s'/>", id);
	send_one(world);
	run(world);
	assert_true(take(world, text, &token));
	assert_int_equal(world->taken, 1);
	run(world);
	assert_non_null(strstr(last(world), "<ping"));
	g_free(id);
	g_free(text);
	id = last_id(world);
	text = g_strdup_printf("<iq type='error' id='%s'/>", id);
	assert_true(take(world, text, &token));
	assert_int_equal(world->taken, 2);
	world_free(world);
}

/* The server hears of a message only once it is stored. */
static void test_acks(void **state)
{
	struct world *world = world_new(true);
	uint64_t first, second, token;

	(void)state;
	assert_false(take(world, "<message/>", &first));
	assert_false(take(world, "<message/>", &second));
	session_drained(world->session);
	assert_int_equal(world->sent->len, 0);
	assert_true(take(world, "<r xmlns='urn:xmpp:sm:3'/>", &token));
	session_stored(world->session, second);
	session_drained(world->session);
	assert_string_equal(last(world), "<a xmlns='urn:xmpp:sm:3' h='0'/>");
	session_stored(world->session, first);
	assert_true(take(world, "<r xmlns='urn:xmpp:sm:3'/>", &token));
	/* What can't be read is counted, or the server would send it again for ever. */
	assert_true(session_take(world->session, NULL, &token));
	session_drained(world->session);
	assert_string_equal(last(world), "<a xmlns='urn:xmpp:sm:3' h='3'/>");
	world_free(world);
}

static void test_cut(void **state)
{
	struct world *world = world_new(true);

	(void)state;
	world->is_cut = true;
	session_ask(world->session, "get", NULL, "<x/>", answered, world);
	assert_int_equal(world->failed, 1);
	send_one(world);
	assert_int_equal(world->lost, 1);
	world_free(world);
}

/* A server that counts backwards is asked again. */
static void test_counting_back(void **state)
{
	struct world *world = world_new(true);
	uint64_t token;

	(void)state;
	send_one(world);
	send_one(world);
	run(world);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='0'/>", &token));
	assert_int_equal(world->taken, 1);
	g_ptr_array_set_size(world->sent, 0);
	while (world->sent->len == 0)
		g_main_context_iteration(world->context, TRUE);
	assert_string_equal(last(world), "<r xmlns='urn:xmpp:sm:3'/>");
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='2'/>", &token));
	assert_int_equal(world->taken, 2);
	world_free(world);
}

/* The word of one that counts what was never sent is worth nothing; its answer to a ping is. */
static void test_counting_too_far(void **state)
{
	struct world *world = world_new(true);
	g_autofree char *id = NULL, *text = NULL;
	uint64_t token;

	(void)state;
	send_one(world);
	run(world);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='2'/>", &token));
	assert_int_equal(world->taken, 0);
	run(world);
	assert_non_null(strstr(last(world), "<ping"));
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_int_equal(world->taken, 0);
	id = last_id(world);
	text = g_strdup_printf("<iq type='result' id='%s'/>", id);
	assert_true(take(world, text, &token));
	assert_int_equal(world->taken, 1);
	world_free(world);
}

struct asker {
	unsigned number;
	unsigned *ended;
};

static void ended(void *user, const struct stanza *iq)
{
	struct asker *asker = user;

	assert_null(iq);
	assert_int_equal(asker->number, (*asker->ended)++);
}

/* What was asked first is given up first, so that what follows from it keeps its order. */
/* Of several messages nobody knows which one isn't taken; one alone it is. */
static void test_blame(void **state)
{
	struct world *world = world_new(true);
	g_autoptr(GBytes) large = g_bytes_new_static("<message></message>", 19);

	(void)state;
	send_one(world);
	send_one(world);
	assert_false(session_blame(world->session, "Refused.", 0));
	assert_int_equal(world->refused, 0);
	world_free(world);

	world = world_new(true);
	send_one(world);
	assert_true(session_blame(world->session, "Refused.", 0));
	assert_int_equal(world->refused, 1);
	world_free(world);

	world = world_new(true);
	assert_true(session_blame(world->session, "Refused.", 0));
	world_free(world);

	/* What is too small for it isn't meant; of several only one is large enough. */
	world = world_new(true);
	send_one(world);
	session_send(world->session, large, taken, world);
	send_one(world);
	assert_true(session_blame(world->session, "Refused.", 10));
	assert_int_equal(world->refused, 1);
	assert_true(session_blame(world->session, "Refused.", 10));
	assert_int_equal(world->refused, 1);
	session_free(world->session);
	assert_int_equal(world->lost, 3);
	world->session = NULL;
	world_free(world);
}

/* One after the other, until there are no more; what waits when it ends is kept. */
static void test_careful(void **state)
{
	struct world *world = world_make(true, true);
	uint64_t token;

	(void)state;
	send_one(world);
	send_one(world);
	send_one(world);
	assert_int_equal(world->sent->len, 1);
	run(world);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_int_equal(world->taken, 1);
	assert_string_equal(last(world), "<message/>");
	assert_true(session_is_careful(world->session));
	assert_true(session_blame(world->session, "Refused.", 0));
	session_free(world->session);
	assert_int_equal(world->refused, 1);
	assert_int_equal(world->lost, 2);
	world->session = NULL;
	world_free(world);

	world = world_make(true, true);
	send_one(world);
	run(world);
	assert_true(take(world, "<a xmlns='urn:xmpp:sm:3' h='1'/>", &token));
	assert_false(session_is_careful(world->session));
	world_free(world);
}

static void test_end(void **state)
{
	struct world *world = world_new(true);
	unsigned count = 0;
	struct asker askers[20];

	(void)state;
	for (unsigned i = 0; i < G_N_ELEMENTS(askers); i++) {
		askers[i] = (struct asker){ i, &count };
		session_ask(world->session, "get", NULL, "<x/>", ended, &askers[i]);
	}
	world_free(world);
	assert_int_equal(count, G_N_ELEMENTS(askers));
}

/* Another server keeps silent while ours is there: that question is given up, ours isn't. */
static void test_silence(void **state)
{
	struct world *world = g_new0(struct world, 1);
	const struct session_parts parts = {
		.address = "alice@example.org",
		.has_acks = true,
		.patience_ms = 400,
		.context = world->context = g_main_context_new(),
		.send = send_bytes,
		.stalled = stalled,
		.user = world,
	};
	uint64_t token;

	(void)state;
	world->sent = g_ptr_array_new_with_free_func(g_free);
	world->session = session_new(&parts);
	session_ask(world->session, "get", "bob@example.net", "<x/>", answered, world);
	session_ask(world->session, "get", "example.org", "<x/>", answered, world);
	session_ask(world->session, "get", NULL, "<x/>", answered, world);
	while (!world->failed && !world->is_cut) {
		g_main_context_iteration(world->context, TRUE);
		assert_true(take(world, "<r xmlns='urn:xmpp:sm:3'/>", &token));
	}
	assert_int_equal(world->failed, 1);
	assert_false(world->is_cut);
	/* Nothing at all comes any more. */
	while (!world->is_cut)
		g_main_context_iteration(world->context, TRUE);
	assert_int_equal(world->failed, 1);
	world_free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),	 cmocka_unit_test(test_own_answers),
		cmocka_unit_test(test_counting), cmocka_unit_test(test_pinging),
		cmocka_unit_test(test_acks),	 cmocka_unit_test(test_cut),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_blame),	 cmocka_unit_test(test_careful),
		cmocka_unit_test(test_end),	 cmocka_unit_test(test_counting_back),
		cmocka_unit_test(test_counting_too_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
