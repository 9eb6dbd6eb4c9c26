#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/port/event.h"
#include "tests/support/fake_link.h"
#include "tui/client/timeline.h"

struct scene {
	struct fake_link *fake;
	struct timeline timeline;
	unsigned changes;
};

static void changed(void *user, bool jumped, const GError *error)
{
	struct scene *scene = user;

	(void)jumped;
	assert_null(error);
	scene->changes++;
}

static void setup(struct scene *scene, unsigned messages)
{
	*scene = (struct scene){.fake = fake_link_new()};
	for (unsigned i = 0; i < messages; i++)
		fake_link_message(scene->fake, "bob", DIRECTION_IN, 1000 * (i + 1), "x");
	timeline_init(&scene->timeline, &scene->fake->link, "bob", changed, scene);
}

static void teardown(struct scene *scene)
{
	timeline_clear(&scene->timeline);
	link_free(&scene->fake->link);
}

/* The rows are without a gap and within the limit. */
static void check_window(const struct timeline *timeline, int64_t first, int64_t last)
{
	size_t count = timeline_count(timeline);

	assert_true(count <= TIMELINE_ROWS_MAX);
	assert_int_equal(count, last - first + 1);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(timeline_at(timeline, i)->seq, first + (int64_t)i);
}

static void test_newest_then_back_to_the_beginning(void **state)
{
	struct scene scene;

	(void)state;
	setup(&scene, 1000);
	timeline_newest(&scene.timeline);
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 901, 1000);
	assert_true(scene.timeline.is_end);
	assert_false(scene.timeline.is_begin);
	for (unsigned i = 0; i < 20 && !scene.timeline.is_begin; i++) {
		timeline_older(&scene.timeline);
		timeline_older(&scene.timeline); /* one page at a time */
		fake_link_settle(scene.fake);
	}
	assert_true(scene.timeline.is_begin);
	assert_false(scene.timeline.is_end);
	check_window(&scene.timeline, 1, 400);
	timeline_newer(&scene.timeline);
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 101, 500);
	assert_false(scene.timeline.is_begin);
	teardown(&scene);
}

static void test_around_and_oldest(void **state)
{
	struct scene scene;

	(void)state;
	setup(&scene, 1000);
	timeline_around(&scene.timeline, 500);
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 450, 549);
	assert_int_equal(timeline_index(&scene.timeline, 500), 50);
	assert_false(scene.timeline.is_begin || scene.timeline.is_end);
	timeline_around(&scene.timeline, 3);
	fake_link_settle(scene.fake);
	assert_true(scene.timeline.is_begin);
	timeline_oldest(&scene.timeline);
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 1, 100);
	assert_int_equal(timeline_index(&scene.timeline, 5000), 100);
	teardown(&scene);
}

static bool tell(struct scene *scene, const struct message *message)
{
	struct event event = {.type = EVENT_MESSAGE, .message = message_copy(message)};
	bool drawn = timeline_event(&scene->timeline, &event);

	message_free(event.message);
	return drawn;
}

static void test_a_message_that_comes_while_a_page_is_asked_for(void **state)
{
	struct scene scene;

	(void)state;
	setup(&scene, 150);
	timeline_newest(&scene.timeline);
	/* Asked, not answered; the answer holds it, the event speaks of it too. */
	assert_false(tell(&scene, fake_link_message(scene.fake, "bob", DIRECTION_IN, 1, "new")));
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 52, 151);
	assert_true(scene.timeline.is_end);
	assert_true(tell(&scene, fake_link_message(scene.fake, "bob", DIRECTION_IN, 1, "newer")));
	check_window(&scene.timeline, 52, 152);
	/* The same event twice adds nothing. */
	assert_false(tell(&scene, g_ptr_array_index(scene.fake->messages, 151)));
	check_window(&scene.timeline, 52, 152);
	/* While an older page is on its way the end still grows. */
	timeline_older(&scene.timeline);
	assert_true(tell(&scene, fake_link_message(scene.fake, "bob", DIRECTION_OUT, 1, "mine")));
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 1, 153);
	teardown(&scene);
}

static void test_states_and_strangers(void **state)
{
	struct scene scene;
	struct message *other;
	struct event event = {.type = EVENT_STATE};

	(void)state;
	setup(&scene, 3);
	timeline_newest(&scene.timeline);
	fake_link_settle(scene.fake);
	other = fake_link_message(scene.fake, "eve", DIRECTION_IN, 1, "psst");
	assert_false(tell(&scene, other));
	check_window(&scene.timeline, 1, 3);
	event.message = message_copy(timeline_at(&scene.timeline, 1));
	event.message->state = STATE_READ;
	event.message->read_at = 77;
	assert_true(timeline_event(&scene.timeline, &event));
	assert_int_equal(timeline_at(&scene.timeline, 1)->state, STATE_READ);
	assert_int_equal(timeline_at(&scene.timeline, 1)->read_at, 77);
	assert_string_equal(timeline_at(&scene.timeline, 1)->body, "x");
	message_free(event.message);
	teardown(&scene);
}

/* What goes leaves the window where it is: in the middle, at the newest, and with a page on its
 * way. */
static void test_what_goes_leaves_the_rest(void **state)
{
	const struct event gone = { .type = EVENT_GONE, .address = (char *)"bob", .count = 1 };
	struct scene scene;

	(void)state;
	setup(&scene, 1000);
	timeline_around(&scene.timeline, 500);
	fake_link_settle(scene.fake);
	check_window(&scene.timeline, 450, 549);
	fake_link_drop(scene.fake, 500);
	assert_false(timeline_event(&scene.timeline, &gone));
	fake_link_settle(scene.fake);
	assert_int_equal(timeline_at(&scene.timeline, 0)->seq, 450);
	assert_int_equal(timeline_at(&scene.timeline, 50)->seq, 501);
	assert_false(scene.timeline.is_end);
	/* The control: the newest are elsewhere. */
	timeline_newest(&scene.timeline);
	fake_link_drop(scene.fake, 999);
	timeline_event(&scene.timeline, &gone);
	fake_link_settle(scene.fake);
	fake_link_settle(scene.fake);
	assert_true(scene.timeline.is_end);
	assert_int_equal(timeline_at(&scene.timeline, timeline_count(&scene.timeline) - 2)->seq,
			 998);
	/* All of it. */
	for (int64_t seq = 1; seq <= 1000; seq++)
		fake_link_drop(scene.fake, seq);
	timeline_event(&scene.timeline, &gone);
	fake_link_settle(scene.fake);
	fake_link_settle(scene.fake);
	assert_int_equal(timeline_count(&scene.timeline), 0);
	assert_true(scene.timeline.is_end && scene.timeline.is_begin);
	teardown(&scene);
}

static void test_cancelled_answers_find_nobody(void **state)
{
	struct scene scene;

	(void)state;
	setup(&scene, 3);
	timeline_newest(&scene.timeline);
	timeline_clear(&scene.timeline);
	fake_link_settle(scene.fake);
	assert_int_equal(scene.changes, 0);
	link_free(&scene.fake->link);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_then_back_to_the_beginning),
		cmocka_unit_test(test_around_and_oldest),
		cmocka_unit_test(test_a_message_that_comes_while_a_page_is_asked_for),
		cmocka_unit_test(test_states_and_strangers),
		cmocka_unit_test(test_what_goes_leaves_the_rest),
		cmocka_unit_test(test_cancelled_answers_find_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
