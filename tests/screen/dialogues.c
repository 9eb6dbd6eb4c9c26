/*
 * Play every scene at three sizes and compare its picture with the golden one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <locale.h>
#include <string.h>
#include "core/base/secret.h"
#include "tests/screen/dialogues.h"

static const struct { int cols; int rows; } sizes[] = {{80, 24}, {132, 43}, {40, 12}};

static char *path_of(const struct dialogue *dialogue, int cols, int rows)
{
	const char *folder = g_getenv("srcdir");

	return g_strdup_printf("%s/tests/screen/golden/%s-%dx%d.txt", folder ? folder : ".",
			       dialogue->name, cols, rows);
}

/* The unstyled picture first: it is what people look at when a test fails. */
static char *picture(const struct dialogue *dialogue, int cols, int rows)
{
	struct stage *stage = stage_new(rows, cols);
	g_autofree char *plain = NULL;
	g_autofree char *styled = NULL;
	char *both;

	dialogue->play(stage);
	plain = stage_print(stage, false);
	if (dialogue->is_styled)
		styled = stage_print(stage, true);
	both = g_strconcat(plain, styled ? "----\n" : "", styled, NULL);
	stage_free(stage);
	return both;
}

static void point_out(const char *path, const char *want, const char *have)
{
	g_auto(GStrv) wanted = g_strsplit(want, "\n", -1);
	g_auto(GStrv) got = g_strsplit(have, "\n", -1);

	for (guint i = 0; wanted[i] && got[i]; i++) {
		if (strcmp(wanted[i], got[i]) == 0)
			continue;
		print_error("%s:%u\n  want %s\n  have %s\n", path, i + 1, wanted[i], got[i]);
		return;
	}
	print_error("%s: one has more lines\n", path);
}

/* Whether PICTURE is what is in the file at PATH; says where it isn't, when IS_LOUD. */
static bool is_golden(const char *path, const char *have, bool is_loud)
{
	g_autofree char *want = NULL;

	if (!g_file_get_contents(path, &want, NULL, NULL)) {
		print_error("%s: not there; make update-golden writes it\n", path);
		return false;
	}
	if (strcmp(want, have) == 0)
		return true;
	if (is_loud)
		point_out(path, want, have);
	return false;
}

static void test_dialogue(void **state)
{
	const struct dialogue *dialogue = *state;
	unsigned wrong = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *path = path_of(dialogue, sizes[i].cols, sizes[i].rows);
		g_autofree char *have = picture(dialogue, sizes[i].cols, sizes[i].rows);

		if (g_getenv("UPDATE_GOLDEN"))
			assert_true(g_file_set_contents(path, have, -1, NULL));
		else
			wrong += !is_golden(path, have, true);
	}
	assert_int_equal(wrong, 0);
}

/* The control: any one byte changed, lost or added is seen. */
static void test_a_changed_byte_is_seen(void **state)
{
	g_autofree char *path = path_of(&dialogues[0], sizes[0].cols, sizes[0].rows);
	g_autofree char *have = picture(&dialogues[0], sizes[0].cols, sizes[0].rows);
	size_t bytes = strlen(have);

	(void)state;
	for (size_t i = 0; i < bytes; i += 97) {
		have[i] ^= 1;
		assert_false(is_golden(path, have, false));
		have[i] ^= 1;
	}
	assert_true(is_golden(path, have, true));
	have[bytes - 1] = '\0';
	assert_false(is_golden(path, have, false));
}

int main(void)
{
	const struct dialogue *const lists[] = {dialogues, verify_dialogues, veil_dialogues,
						group_dialogues};
	struct CMUnitTest tests[96] = {{0}};
	size_t count = 0;

	g_setenv("TZ", "UTC", TRUE);
	setlocale(LC_ALL, "C.UTF-8");
	if (!secret_start(NULL))
		return 1;
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		for (const struct dialogue *dialogue = lists[i]; dialogue->name; dialogue++)
			tests[count++] = (struct CMUnitTest){
				.name = dialogue->name,
				.test_func = test_dialogue,
				.initial_state = (void *)(uintptr_t)dialogue};
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_a_changed_byte_is_seen);
	return _cmocka_run_group_tests("golden screens", tests, count, NULL, NULL);
}
