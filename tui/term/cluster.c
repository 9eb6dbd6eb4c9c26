#include "tui/term/cluster.h"
#include <glib.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

static bool is_plain_ascii(unsigned char byte)
{
	return byte >= ' ' && byte < 0x7f;
}

static void make_visible(const char *text, struct cluster *cluster)
{
	char *safe = text_make_safe(text, cluster->source, TEXT_NEWLINE_KEEP);

	/* A newline that gets here stands where lines don't wrap. */
	g_strlcpy(cluster->shown, *text == '\n' ? "⏎" : safe, sizeof(cluster->shown));
	cluster->bytes = strlen(cluster->shown);
	/* The cut may have gone through a code point. */
	cluster->bytes = text_fit(cluster->shown, cluster->bytes, cluster->bytes);
	cluster->cells = (int)text_width(cluster->shown, cluster->bytes);
	/* A tab is blank space and nothing foreign, but drawn as what it became. */
	cluster->is_foreign = true;
	plain_free(safe);
}

bool cluster_next(const char *text, size_t bytes, struct cluster *cluster)
{
	unsigned cells = 1;

	if (bytes == 0)
		return false;
	cluster->is_foreign = false;
	cluster->source = 1;
	/* Nearly all of it, and nothing can combine with what follows. */
	if (!is_plain_ascii((unsigned char)text[0]) ||
	    (bytes > 1 && (unsigned char)text[1] >= 0x80))
		cluster->source = text_next(text, bytes, &cells);
	cluster->bytes = cluster->source;
	cluster->cells = (int)cells;
	if (cluster->source == 1 && is_plain_ascii((unsigned char)text[0]))
		return true;
	if (cells == 0 || *text == '\n' ||
	    !text_is_safe(text, cluster->source, TEXT_NEWLINE_KEEP))
		make_visible(text, cluster);
	return true;
}

size_t cluster_before(const char *text, size_t offset)
{
	size_t start = offset;
	size_t at;

	/* Clusters can't be found backwards: begin at a place where one surely does. */
	while (start > 0) {
		start--;
		if ((unsigned char)text[start] < 0x80 && start + 1 < offset)
			break;
	}
	for (at = start; at < offset;) {
		size_t next = at + text_next(text + at, offset - at, NULL);

		if (next >= offset)
			break;
		at = next;
	}
	return at;
}
