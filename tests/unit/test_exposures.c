/* What docs/threat-model.md says that others learn is the carriers' own table, to the word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glib.h>
#include <string.h>

#include "core/transport/spool/spool_exposures.h"
#include "core/transport/xmpp/xmpp_exposures.h"

static char *row(const struct exposure *exposure)
{
	return g_strdup_printf("\n| %s | %s | %s | %s |\n", observer_words(exposure->who),
			       fact_words(exposure->what), precision_name(exposure->how),
			       exposure->sentence);
}

static unsigned count_rows(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned count = 0;

	for (char **line = lines; *line; line++)
		count += strstr(*line, " | exactly | ") || strstr(*line, " | roughly | ");
	return count;
}

static void test_published(void **state)
{
	const char *folder = g_getenv("srcdir");
	g_autofree char *path =
		g_build_filename(folder ? folder : ".", "docs", "threat-model.md", NULL);
	g_autofree char *text = NULL;

	(void)state;
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	assert_null(exposure_check(spool_exposures, SPOOL_EXPOSURES));
	assert_null(exposure_check(xmpp_exposures, XMPP_EXPOSURES));
	for (size_t i = 0; i < SPOOL_EXPOSURES + XMPP_EXPOSURES; i++) {
		g_autofree char *wanted = row(i < SPOOL_EXPOSURES
						      ? &spool_exposures[i]
						      : &xmpp_exposures[i - SPOOL_EXPOSURES]);

		if (!strstr(text, wanted))
			fail_msg("the threat model lacks %s", wanted);
	}
	assert_int_equal(count_rows(text), SPOOL_EXPOSURES + XMPP_EXPOSURES);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_published) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
