/* A look as text: its times, then a line for each finding, the number of its verdict before it. */
#include <stdlib.h>
#include <string.h>
#include "tui/observe/watch.h"

enum { LINES_MAX = WATCH_FINDINGS_MAX + 2 };

char *watch_encode(const struct watch *watch)
{
	GString *out = g_string_new(NULL);

	g_string_printf(out, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", watch->looked_at,
			watch->took_us);
	for (guint i = 0; i < watch->findings->len; i++) {
		const struct watch_finding *finding = watch->findings->pdata[i];

		g_string_append_printf(out, "%d %s\n", (int)finding->verdict, finding->text);
	}
	return g_string_free(out, FALSE);
}

struct watch *watch_decode(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", LINES_MAX);
	struct watch *watch = watch_new();
	char *end;

	watch->looked_at = g_ascii_strtoll(lines[0] ? lines[0] : "", &end, 10);
	watch->took_us = g_ascii_strtoll(end, &end, 10);
	if (!lines[0] || *end || watch->looked_at <= 0) {
		watch_free(watch);
		return NULL;
	}
	for (char **line = lines + 1; *line; line++) {
		int verdict = **line - '0';

		if (verdict >= WATCH_CLEAR && verdict < WATCH_VERDICTS && (*line)[1] == ' ')
			watch_add(watch, (enum watch_verdict)verdict, "%s", *line + 2);
	}
	return watch;
}

struct watch *watch_merge(const struct watch *first, const struct watch *later)
{
	struct watch *both = watch_copy(later);

	for (guint i = 0; first && i < first->findings->len; i++) {
		const struct watch_finding *finding = first->findings->pdata[i];

		if (finding->verdict == WATCH_RECORDED)
			watch_add(both, WATCH_RECORDED, "%s", finding->text);
	}
	return both;
}
