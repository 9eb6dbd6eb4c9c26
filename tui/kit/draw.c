#include "tui/kit/draw.h"
#include <stdarg.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "core/text/text_bidi.h"
#include "core/text/text_wrap.h"
#include "tui/term/cluster.h"

static const char ellipsis[] = "…";

static int bytes_width(const char *text, size_t bytes)
{
	struct cluster cluster;
	int width = 0;

	for (; cluster_next(text, bytes, &cluster);
	     text += cluster.source, bytes -= cluster.source)
		width += cluster.cells;
	return width;
}

int draw_width(const char *text)
{
	return bytes_width(text, strlen(text));
}

static int put_safe(struct view view, int row, int col, const char *text, size_t bytes, int role,
		    int attrs)
{
	while (bytes > 0) {
		unsigned cells;
		size_t next = text_next(text, bytes, &cells);

		if (cells > 0)
			view_put(view, row, col, text, next, (int)cells, role, attrs);
		col += (int)cells;
		text += next;
		bytes -= next;
	}
	return col;
}

static int put_clusters(struct view view, int row, int col, const char *text, size_t bytes,
			int role, int attrs)
{
	struct cluster cluster;

	for (; cluster_next(text, bytes, &cluster);
	     text += cluster.source, bytes -= cluster.source) {
		bool is_marked = cluster.is_foreign && *text != '\t';

		col = put_safe(view, row, col, cluster_shown(&cluster, text), cluster.bytes,
			       is_marked ? ROLE_FOREIGN : role, attrs);
	}
	return col;
}

/* Letters that are read from right to left stand in that order: terminals don't turn them. */
static int put_reordered(struct view view, int row, int col, const char *text, size_t bytes,
			 int role, int attrs)
{
	GArray *pieces = text_order(text, bytes, text_direction(text, bytes));

	for (guint i = 0; i < pieces->len; i++) {
		const struct text_piece *piece = &g_array_index(pieces, struct text_piece, i);
		const char *glyph = *piece->mirror ? piece->mirror : text + piece->offset;

		col = put_clusters(view, row, col, glyph,
				   *piece->mirror ? strlen(piece->mirror) : piece->bytes, role,
				   attrs);
	}
	g_array_unref(pieces);
	return col;
}

int draw_bytes(struct view view, int row, int col, const char *text, size_t bytes, int role,
	       int attrs)
{
	if (text_has_rtl(text, bytes) && !memchr(text, '\n', bytes))
		return put_reordered(view, row, col, text, bytes, role, attrs);
	return put_clusters(view, row, col, text, bytes, role, attrs);
}

int draw_column(const char *line, size_t bytes, size_t offset)
{
	enum text_direction direction;
	GArray *pieces;
	int col = 0;
	int last = 0; /* of the piece that comes last in the text */
	size_t last_offset = 0;

	if (!text_has_rtl(line, bytes) || memchr(line, '\n', bytes))
		return bytes_width(line, MIN(offset, bytes));
	direction = text_direction(line, bytes);
	pieces = text_order(line, bytes, direction);
	for (guint i = 0; i < pieces->len; i++) {
		const struct text_piece *piece = &g_array_index(pieces, struct text_piece, i);

		if (piece->offset >= last_offset) {
			last_offset = piece->offset;
			last = col;
		}
		if (piece->offset == offset)
			break;
		col += bytes_width(line + piece->offset, piece->bytes);
	}
	/* Behind the end of a line from right to left is its left side. */
	if (offset >= bytes && direction == TEXT_RTL)
		col = MAX(last - 1, 0);
	g_array_unref(pieces);
	return col;
}

int draw_text(struct view view, int row, int col, const char *text, int role, int attrs)
{
	return draw_bytes(view, row, col, text, strlen(text), role, attrs);
}

/* Bytes at the beginning of TEXT that fit COLS. */
static size_t fitting_start(const char *text, size_t bytes, int cols)
{
	struct cluster cluster;
	size_t at = 0;

	while (cluster_next(text + at, bytes - at, &cluster) && cluster.cells <= cols) {
		cols -= cluster.cells;
		at += cluster.source;
	}
	return at;
}

int draw_fit(struct view view, int row, int col, int cols, const char *text, int role, int attrs)
{
	size_t bytes = strlen(text);

	if (cols <= 0)
		return col;
	if (fitting_start(text, bytes, cols) == bytes)
		return draw_bytes(view, row, col, text, bytes, role, attrs);
	col = draw_bytes(view, row, col, text, fitting_start(text, bytes, cols - 1), role, attrs);
	return draw_text(view, row, col, ellipsis, role, attrs);
}

int draw_fit_end(struct view view, int row, int col, int cols, const char *text, int role,
		 int attrs)
{
	struct cluster cluster;
	size_t bytes = strlen(text);
	int width = bytes_width(text, bytes);

	if (cols <= 0)
		return col;
	if (width > cols) {
		while (width > cols - 1 && cluster_next(text, bytes, &cluster)) {
			width -= cluster.cells;
			text += cluster.source;
			bytes -= cluster.source;
		}
		col = draw_text(view, row, col, ellipsis, role, attrs);
	}
	return draw_bytes(view, row, col, text, bytes, role, attrs);
}

int draw_right(struct view view, int row, int end, int cols, const char *text, int role,
	       int attrs)
{
	int width = MAX(MIN(draw_width(text), cols), 0);

	draw_fit(view, row, end - width, width, text, role, attrs);
	return end - width;
}

void draw_center(struct view view, int row, const char *text, int role, int attrs)
{
	int width = MIN(draw_width(text), view.cols);

	draw_fit(view, row, (view.cols - width) / 2, width, text, role, attrs);
}

int draw_printf(struct view view, int row, int col, int role, int attrs, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = g_strdup_vprintf(format, list);
	va_end(list);
	col = draw_fit(view, row, col, view.cols - col, text, role, attrs);
	/* It may have been somebody's words. */
	wipe(text, strlen(text));
	g_free(text);
	return col;
}

/* -- wrapping --------------------------------------------------------------------------------- */

/*
 * A text of which every foreign cluster was replaced by letters of the same width between two
 * places where a line may end: so it wraps as it will be drawn, and such a cluster stays whole.
 * With the way back to the text that it came from.
 */
struct shadow {
	char *text; /* plain memory */
	size_t bytes;
	GArray *origins; /* size_t for each byte of text, and one for its end */
};

static const char zero_width_space[] = "\u200b";

static void shadow_add(struct shadow *shadow, const char *text, size_t bytes, size_t origin,
		       size_t next)
{
	memcpy(shadow->text + shadow->bytes, text, bytes);
	shadow->bytes += bytes;
	for (size_t i = 0; i < bytes; i++) {
		g_array_append_val(shadow->origins, origin);
		/* A break inside of what one cluster became is one behind it. */
		origin = next;
	}
}

static void shadow_add_cluster(struct shadow *shadow, const char *text,
			       const struct cluster *cluster, size_t at)
{
	size_t next = at + cluster->source;
	size_t zero_bytes = strlen(zero_width_space);

	if (text[next - 1] == '\n') {
		shadow_add(shadow, "\n", 1, at, next);
	} else if (!cluster->is_foreign) {
		shadow_add(shadow, text + at, cluster->source, at, next);
	} else if (text[at] == '\t') {
		shadow_add(shadow, cluster->shown, cluster->bytes, at, next);
	} else {
		shadow_add(shadow, zero_width_space, zero_bytes, at, at);
		for (int i = 0; i < cluster->cells; i++)
			shadow_add(shadow, "x", 1, i ? next : at, next);
		shadow_add(shadow, zero_width_space, zero_bytes, next, next);
	}
}

static void shadow_init(struct shadow *shadow, const char *text, size_t bytes)
{
	struct cluster cluster;
	size_t room = 0;

	for (size_t at = 0; cluster_next(text + at, bytes - at, &cluster); at += cluster.source)
		room += MAX(cluster.source, (size_t)cluster.cells + 2 * strlen(zero_width_space));
	*shadow = (struct shadow){
		.text = plain_new(room),
		.origins = g_array_sized_new(FALSE, FALSE, sizeof(size_t), (guint)room + 1),
	};
	for (size_t at = 0; cluster_next(text + at, bytes - at, &cluster); at += cluster.source)
		shadow_add_cluster(shadow, text, &cluster, at);
	g_array_append_val(shadow->origins, bytes);
}

static size_t shadow_origin(const struct shadow *shadow, size_t offset)
{
	return g_array_index(shadow->origins, size_t, offset);
}

static void shadow_clear(struct shadow *shadow)
{
	plain_free(shadow->text);
	g_array_unref(shadow->origins);
}

static struct line shadow_line(const struct shadow *shadow, const struct text_line *line)
{
	size_t start = shadow_origin(shadow, line->offset);
	size_t end = shadow_origin(shadow, line->offset + line->bytes);

	return (struct line){start, MAX(start, end) - start};
}

int draw_lines(const char *text, int cols, line_func func, void *user)
{
	size_t bytes = strlen(text);
	bool is_safe = text_is_safe(text, bytes, TEXT_NEWLINE_KEEP);
	struct shadow shadow = {0};
	GArray *lines;
	int count = 0;

	if (!is_safe)
		shadow_init(&shadow, text, bytes);
	lines = is_safe ? text_wrap(text, bytes, (size_t)MAX(cols, 1))
			: text_wrap(shadow.text, shadow.bytes, (size_t)MAX(cols, 1));
	for (bool goes_on = true; goes_on && count < (int)lines->len; count++) {
		const struct text_line *found = &g_array_index(lines, struct text_line, count);
		struct line line = {found->offset, found->bytes};

		if (!is_safe)
			line = shadow_line(&shadow, found);
		goes_on = !func || func(line, user);
	}
	g_array_unref(lines);
	if (!is_safe)
		shadow_clear(&shadow);
	return count;
}

struct wrapped {
	struct view view;
	const char *text;
	int row;
	int role;
	int attrs;
};

static bool draw_line(struct line line, void *user)
{
	struct wrapped *wrapped = user;

	draw_bytes(wrapped->view, wrapped->row++, 0, wrapped->text + line.start, line.bytes,
		   wrapped->role, wrapped->attrs);
	return wrapped->row < wrapped->view.rows;
}

int draw_wrapped(struct view view, int row, const char *text, int role, int attrs)
{
	struct wrapped wrapped = {view, text, row, role, attrs};

	if (row < view.rows)
		draw_lines(text, view.cols, draw_line, &wrapped);
	return wrapped.row;
}

/* -- lines and boxes -------------------------------------------------------------------------- */

static void repeat(struct view view, int row, int col, int cols, const char *glyph, int role)
{
	for (int i = 0; i < cols; i++)
		view_put(view, row, col + i, glyph, strlen(glyph), 1, role, 0);
}

void draw_rule(struct view view, int row, int role, const char *label, int label_role)
{
	int width = label ? MIN(draw_width(label), view.cols - 2) : 0;
	int start = (view.cols - width) / 2;

	repeat(view, row, 0, view.cols, "─", role);
	if (width <= 0)
		return;
	repeat(view, row, start - 1, width + 2, " ", label_role);
	draw_fit(view, row, start, width, label, label_role, 0);
}

void draw_rule_down(struct view view, int col, int role)
{
	for (int row = 0; row < view.rows; row++)
		repeat(view, row, col, 1, "│", role);
}

struct view draw_box(struct view view, int role, const char *title, int title_role)
{
	int right = view.cols - 1;
	int bottom = view.rows - 1;
	int width = title ? MIN(draw_width(title), view.cols - 6) : 0;

	repeat(view, 0, 1, view.cols - 2, "─", role);
	repeat(view, bottom, 1, view.cols - 2, "─", role);
	draw_rule_down(view, 0, role);
	draw_rule_down(view, right, role);
	repeat(view, 0, 0, 1, "╭", role);
	repeat(view, 0, right, 1, "╮", role);
	repeat(view, bottom, 0, 1, "╰", role);
	repeat(view, bottom, right, 1, "╯", role);
	if (width > 0) {
		repeat(view, 0, 2, width + 2, " ", title_role);
		draw_fit(view, 0, 3, width, title, title_role, 0);
	}
	return view_inset(view, 1, 1);
}

struct view draw_card(struct view view, int rows, int cols, const char *title)
{
	struct view card = view_center(view, rows + 2, cols + 4);

	view_fill(card, ROLE_CARD);
	card = draw_box(card, ROLE_CARD_DIM, title, ROLE_CARD_TITLE);
	return view_inset(card, 0, 1);
}

int draw_hints(struct view view, int row, int col, const char *const *pairs, int role)
{
	bool is_first = true;

	for (; pairs[0]; pairs += 2) {
		int width = draw_width(pairs[0]) + 1 + draw_width(pairs[1]);
		int gap = is_first ? 0 : 3;

		if (col + gap + width > view.cols)
			break;
		col = draw_text(view, row, col + gap, pairs[0], ROLE_KEY, 0);
		col = draw_text(view, row, col + 1, pairs[1], role, 0);
		is_first = false;
	}
	return col;
}

void draw_scroll(struct view view, size_t first, size_t shown, size_t count)
{
	int size, start;

	if (shown >= count || view.rows < 2)
		return;
	size = MAX((int)((size_t)view.rows * shown / count), 1);
	start = (int)((size_t)(view.rows - size) * MIN(first, count - shown) / (count - shown));
	for (int row = 0; row < view.rows; row++) {
		bool is_seen = row >= start && row < start + size;

		repeat(view, row, view.cols - 1, 1, is_seen ? "┃" : "│",
		       is_seen ? ROLE_DIM : ROLE_RULE);
	}
}
