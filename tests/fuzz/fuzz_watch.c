/* What /proc, tmux, screen and the broker say of watchers: any bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tui/observe/watch.h"
#include "tui/observe/watch_proc.h"
#include "tui/observe/watch_tmux.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_texts(const char *text)
{
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(g_free);
	struct watch *watch = watch_decode(text);
	g_autofree char *tty = NULL;
	bool is_piped;

	watch_tmux_parse(text, "%1", &is_piped, &tty, clients);
	watch_screen_parse(text);
	if (watch && watch->findings->len > WATCH_FINDINGS_MAX)
		abort();
	watch_free(watch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct watch_process process = { 0 };
	struct watch_descriptor descriptor;
	g_autofree char *copy = NULL;

	if (size > WATCH_TEXT_BYTES)
		return 0;
	if (watch_parse_stat(text, size, &process) &&
	    strlen(process.comm) >= sizeof(process.comm))
		abort();
	watch_parse_status(text, size, &process);
	watch_parse_command(text, size, &process);
	watch_parse_fdinfo(text, size, &descriptor);
	copy = g_strndup(text, size);
	if (g_utf8_validate(copy, -1, NULL))
		try_texts(copy);
	return 0;
}
