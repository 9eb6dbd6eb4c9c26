/* The colours of authors: XEP-0392's angles, cut into six. */
#include "tui/client/author.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* The angles of XEP-0392, section 13.1. */
static void test_vectors(void **state)
{
	static const struct {
		const char *text;
		double angle;
		enum role role;
	} vectors[] = {
		{"Romeo", 327.255249, ROLE_AUTHOR_6},
		{"juliet@capulet.lit", 209.410400, ROLE_AUTHOR_4},
		{"\xf0\x9f\x98\xba", 331.199341, ROLE_AUTHOR_6},
		{"council", 359.994507, ROLE_AUTHOR_6},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
		double angle = author_angle(vectors[i].text);

		if (angle < vectors[i].angle - 0.0001 || angle > vectors[i].angle + 0.0001)
			fail_msg("%s has %f", vectors[i].text, angle);
		assert_int_equal(author_role(vectors[i].text), vectors[i].role);
	}
}

/* Each colour is somebody's, about as often as the others. */
static void test_all_are_used(void **state)
{
	unsigned count[ROLE_COUNT] = {0};
	char name[32];

	(void)state;
	for (int i = 0; i < 6000; i++) {
		snprintf(name, sizeof(name), "user%d@example.org", i);
		count[author_role(name)]++;
	}
	for (int role = ROLE_AUTHOR_1; role <= ROLE_AUTHOR_6; role++)
		assert_in_range(count[role], 850, 1150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_all_are_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
