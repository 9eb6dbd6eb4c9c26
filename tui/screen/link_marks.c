#include "tui/screen/link_marks.h"
#include "tui/screen/spans.h"

static bool is_link(const struct span *span)
{
	return span->type == SPAN_LINK || span->type == SPAN_ODD_LINK;
}

struct link_marks *link_marks_new(void)
{
	struct link_marks *links = g_new0(struct link_marks, 1);

	links->marks = g_array_new(FALSE, FALSE, sizeof(struct link_mark));
	links->is_collecting = true;
	return links;
}

void link_marks_free(struct link_marks *links)
{
	g_array_unref(links->marks);
	g_free(links);
}

void link_marks_show(const struct link_marks *links, int64_t seq, GArray *spans)
{
	for (guint i = 0; i < spans->len; i++) {
		struct span *span = &g_array_index(spans, struct span, i);

		for (guint j = 0; is_link(span) && j < links->marks->len; j++) {
			const struct link_mark *mark =
				&g_array_index(links->marks, struct link_mark, j);

			if (mark->seq == seq && mark->start == span->start &&
			    mark->bytes == span->bytes)
				span->mark = j + 1;
		}
	}
}

void link_marks_take(struct link_marks *links, int64_t seq, const GArray *spans)
{
	for (guint i = 0; links->is_collecting && i < spans->len; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);
		const struct link_mark mark = {seq, span->start, span->bytes};

		if (is_link(span) && span->is_seen)
			g_array_append_val(links->marks, mark);
	}
}

static int compare(gconstpointer a, gconstpointer b)
{
	const struct link_mark *first = a, *second = b;

	if (first->seq != second->seq)
		return first->seq < second->seq ? -1 : 1;
	return first->start < second->start ? -1 : first->start > second->start;
}

guint link_marks_settle(struct link_marks *links)
{
	guint count = links->marks->len;

	g_array_sort(links->marks, compare);
	if (count > LINK_MARKS_MAX)
		g_array_remove_range(links->marks, 0, count - LINK_MARKS_MAX);
	links->is_collecting = false;
	return count;
}

const struct link_mark *link_marks_at(const struct link_marks *links, guint number)
{
	if (number < 1 || number > links->marks->len)
		return NULL;
	return &g_array_index(links->marks, struct link_mark, number - 1);
}
