/* What tmux and screen answer: the first line is the pane that was asked about. */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "tests/support/fuzz_place.h"
#include "tui/observe/flicker_place.h"
#include "tui/observe/watch_question.h"
#include "tui/observe/watch_tmux.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_clients(const char *answer, const char *pane)
{
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *tty = NULL;
	bool is_piped = false;
	int count = watch_tmux_parse(answer, pane, &is_piped, &tty, clients);

	fuzz_must(count >= -1 && clients->len <= WATCH_CLIENTS_MAX);
	fuzz_must(count < 0 || strstr(answer, pane) != NULL);
}

/* Exact only where each line says so. */
static void check_colours(const char *answer)
{
	g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);
	bool is_exact = flicker_tmux_read(answer) == FLICKER_TMUX_EXACT;

	for (char **line = lines; is_exact && *line; line++)
		fuzz_must(strstr(*line, "RGB") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	char *answer = strchr(text, '\n');

	if (size > WATCH_ANSWER_BYTES)
		return 0;
	if (answer)
		*answer++ = '\0';
	check_clients(answer ? answer : text, answer ? text : "%1");
	check_colours(answer ? answer : text);
	watch_screen_parse(answer ? answer : text);
	return 0;
}
