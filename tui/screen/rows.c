#include "tui/screen/rows.h"
#include <limits.h>
#include <string.h>
#include "core/text/text_link.h"
#include "tui/kit/draw.h"
#include "tui/kit/reading_rows.h"
#include "tui/term/theme.h"
#include "tui/kit/veil.h"
#include "core/base/clock.h"
#include "tui/client/author.h"
#include "tui/client/roster.h"
#include "tui/screen/link_marks.h"
#include "tui/screen/timer.h"
#include "tui/screen/spans.h"
#include "tui/client/when.h"

enum {
	GROUP_MS = 5 * 60 * 1000,
	WIDE_COLS = 56,	 /* from here on time and author have columns of their own */
	TEXT_COLS = 96,	 /* longer lines are hard to read */
	TIME_COLS = 5,
	TIME_COLS_12H = 7,
	SECONDS_COLS = 3,
	ROOMY_COLS = 72, /* below it names are cut shorter: the words need the columns */
	NAME_COLS_MAX = 12,
	NAME_COLS_ROOMLESS = 8,
	NAME_COLS_MIN = 3,
	NARROW_VEIL_ROWS = 4, /* small screens have few rows too */
	SIGN_COLS = 3,	 /* the state, with the blank before it */
};

/* Columns of one width of screen. */
struct gutter {
	bool is_wide;
	int name_cols;
	int name_end;
	int sign;
	int bar;
	int text;
	int text_cols;
};

/* What stands above the words. */
struct above {
	bool has_day;
	bool has_new;
	bool is_head; /* the author */
	bool has_gap; /* an empty row */
};

static int time_cols(const struct rows_look *look)
{
	return (look->format == WHEN_12H ? TIME_COLS_12H : TIME_COLS) +
	       (look->has_seconds ? SECONDS_COLS : 0);
}

static struct gutter gutter_for(const struct rows_look *look, int cols)
{
	struct gutter gutter = {.is_wide = cols >= WIDE_COLS};
	int most = cols < ROOMY_COLS ? NAME_COLS_ROOMLESS : NAME_COLS_MAX;

	gutter.name_cols =
		look->people ? most : CLAMP(draw_width(look->peer), NAME_COLS_MIN, most);
	gutter.name_end = 1 + time_cols(look) + 2 + gutter.name_cols;
	gutter.sign = gutter.is_wide ? gutter.name_end + 1 : 0;
	gutter.bar = gutter.is_wide ? gutter.sign + 2 : 1;
	gutter.text = gutter.bar + 2;
	gutter.text_cols = CLAMP(cols - gutter.text - SIGN_COLS - 1, 4, TEXT_COLS);
	return gutter;
}

/* When it was written, as far as that can be: nobody writes later than it arrives. */
static int64_t time_of(const struct message *message)
{
	bool is_in = message->direction == DIRECTION_IN && message->received_at;

	return is_in ? MIN(message->sent_at, message->received_at) : message->sent_at;
}

static struct above above_for(const struct rows_look *look, const struct message *former,
			      const struct message *message)
{
	struct above above = {.has_new = look->unread && message->seq == look->unread};

	above.has_day = !former || !when_is_same_day(time_of(former), time_of(message));
	above.is_head = above.has_day || above.has_new || former->kind != message->kind ||
			former->direction != message->direction ||
			strcmp(former->from, message->from) != 0 ||
			former->trust != message->trust ||
			time_of(message) - time_of(former) > GROUP_MS;
	above.has_gap = above.is_head && former && !above.has_day && !above.has_new;
	return above;
}

const char *rows_state_sign(enum state state)
{
	static const char *const signs[STATE_COUNT] = {
		[STATE_QUEUED] = "⋯", [STATE_SENT] = "→",   [STATE_DELIVERED] = "✓",
		[STATE_READ] = "✓✓",  [STATE_FAILED] = "✗",
	};

	return signs[state];
}

const char *rows_trust_sign(enum trust trust)
{
	static const char *const signs[TRUST_COUNT] = {
		[TRUST_UNDECIDED] = "?", [TRUST_TRUSTED] = "~",	    [TRUST_VERIFIED] = " ",
		[TRUST_UNTRUSTED] = "!", [TRUST_COMPROMISED] = "!",
	};

	return signs[trust];
}

const char *rows_trust_word(enum trust trust)
{
	static const char *const words[TRUST_COUNT] = {
		[TRUST_UNDECIDED] = "undecided",     [TRUST_TRUSTED] = "not compared",
		[TRUST_VERIFIED] = "verified",	     [TRUST_UNTRUSTED] = "untrusted",
		[TRUST_COMPROMISED] = "compromised",
	};

	return words[trust];
}

/* " · goes Monday ...", or how long it lives once it is read; NULL when it stays. */
static char *life_of(const struct message *message)
{
	char when[WHEN_BYTES], duration[CLOCK_TEXT_BYTES];

	if (message->expires_at)
		return g_strdup_printf(" · goes %s", when_exact(message->expires_at, when));
	if (!message->expire_seconds)
		return NULL;
	return g_strdup_printf(" · goes %s after reading",
			       clock_format_duration(message->expire_seconds, duration));
}

/* To oneself: it was never on its way, and has no state. */
static bool is_note(const struct message *message)
{
	return message->direction == DIRECTION_OUT &&
	       strcmp(message->from, message->conversation) == 0;
}

char *rows_detail(const struct message *message, bool is_end)
{
	g_autofree char *life = life_of(message);
	char when[WHEN_BYTES];
	bool is_out = message->direction == DIRECTION_OUT;
	bool is_ours = is_out || strcmp(message->from, message->conversation) == 0;

	return g_strdup_printf("%s%s · %s%s%s%s · %s device %u%s%s", is_end ? "its end · " : "",
			       when_exact(time_of(message), when),
			       is_note(message) ? "a note"
			       : is_out		? state_name(message->state)
						: "received",
			       is_ours ? "" : " from ", is_ours ? "" : message->from,
			       message->edited_at ? " · edited" : "",
			       rows_trust_word(message->trust), message->device,
			       message->stripped ? " · extension stripped on the way" : "",
			       life ? life : "");
}

/* The words to show; *ROLE and *ATTRS for what isn't somebody's own. */
static const char *words_of(const struct message *message, int *role, int *attrs)
{
	*role = ROLE_TEXT;
	*attrs = 0;
	if (!message->body) {
		*role = ROLE_DIM;
		return message->view_once ? "Shown once, and gone." : "This message is gone.";
	}
	if (message->kind != KIND_TEXT)
		*role = message->kind == KIND_UNREADABLE ? ROLE_WARN : ROLE_DIM;
	if (message->kind == KIND_TEXT && message->trust == TRUST_UNDECIDED)
		*attrs = ATTR_DIM;
	return message->body;
}

/* -- what is seen --------------------------------------------------------------------------- */

/* Somebody's words, not our own. */
static bool is_veilable(const struct message *message)
{
	return message->kind == KIND_TEXT && message->body;
}

bool rows_is_sealed(const struct rows_look *look, const struct message *message)
{
	return is_veilable(message) &&
	       privacy_of_message(look->privacy, message->sealed) == PRIVACY_SEALED;
}

enum privacy_sight rows_sight(const struct rows_look *look, const struct message *message)
{
	bool is_focus = look->focus && look->focus == message->seq;

	if (!is_veilable(message))
		return SIGHT_ALL;
	if (rows_is_sealed(look, message))
		return is_focus && look->is_unsealed && look->uncovered != UNCOVERED_NOTHING ?
			       SIGHT_WORDS :
			       SIGHT_NONE;
	if (look->privacy == PRIVACY_LINE && look->sent && look->sent == message->seq)
		return SIGHT_ALL;
	return privacy_sight(look->privacy, is_focus, look->uncovered);
}

bool rows_is_read_in_rows(const struct rows_look *look, const struct message *message)
{
	return look->privacy == PRIVACY_LINE && is_veilable(message) &&
	       !rows_is_sealed(look, message);
}

int rows_reading_cols(const struct rows_look *look, int cols)
{
	return MIN(gutter_for(look, cols).text_cols, (int)READING_COLS);
}

unsigned rows_lit(const struct rows_look *look, const struct message *message)
{
	return rows_is_sealed(look, message) ? 1 : look->lit;
}

static int count_odd_links(const char *words)
{
	g_autoptr(GArray) spans = spans_find(words, NULL);
	int count = 0;

	for (guint i = 0; i < spans->len; i++)
		count += g_array_index(spans, struct span, i).type == SPAN_ODD_LINK;
	return count;
}

int rows_height(const struct rows_look *look, const struct message *former,
		const struct message *message, int cols)
{
	struct above above = above_for(look, former, message);
	struct gutter gutter = gutter_for(look, cols);
	int role;
	int attrs;
	const char *words = words_of(message, &role, &attrs);
	int rows;

	if (rows_is_sealed(look, message))
		rows = 1;
	else if (rows_sight(look, message) == SIGHT_ALL)
		rows = draw_lines(words, gutter.text_cols, NULL, NULL) + count_odd_links(words);
	else if (rows_is_read_in_rows(look, message))
		rows = 1;
	else
		rows = MIN(veil_rows(draw_lines(words, gutter.text_cols, NULL, NULL)),
			   gutter.is_wide ? INT_MAX : NARROW_VEIL_ROWS);

	/* A line has an empty row on each side, but none above the very first; two lines stand
	 * together. */
	if (above.has_day || above.has_new)
		rows += above.has_day + above.has_new + 1 + (former ? 1 : 0);
	rows += above.has_gap ? 1 : 0;
	/* A row of its own for the time, and for the author at the head. */
	return rows + (gutter.is_wide ? 0 : 1);
}

static int draw_above(const struct rows_look *look, const struct above *above,
		      const struct message *former, const struct message *message, struct view view)
{
	char when[WHEN_BYTES];
	bool has_line = above->has_day || above->has_new;
	int row = has_line && former ? 1 : 0;

	if (above->has_day)
		draw_rule(view_sub(view, row++, 1, 1, view.cols - 2), 0, ROLE_RULE,
			  when_day(time_of(message), look->now, look->format, when), ROLE_DAY);
	if (above->has_new)
		draw_rule(view_sub(view, row++, 1, 1, view.cols - 2), 0, ROLE_NEW, "new", ROLE_NEW);
	return row + (has_line || above->has_gap ? 1 : 0);
}

static int sign_role(enum trust trust, bool is_focus)
{
	if (is_focus)
		return ROLE_FOCUS;
	if (trust == TRUST_TRUSTED || trust == TRUST_VERIFIED)
		return ROLE_DIM;
	return trust == TRUST_UNDECIDED ? ROLE_WARN : ROLE_ERROR;
}

/* What the author is called above a message, and how it looks. */
static const char *author_of(const struct rows_look *look, const struct message *message,
			     int *role)
{
	bool is_out = message->direction == DIRECTION_OUT;

	*role = is_out	       ? ROLE_SELF
		: look->people ? (int)author_role(message->from)
			       : ROLE_PEER;
	if (message->kind == KIND_NOTICE)
		return "";
	return is_out	      ? "you"
	       : look->people ? roster_name(look->people, message->from)
			      : look->peer;
}

/* The time of every message; IS_HEAD: author and sign too. */
static void draw_head(const struct rows_look *look, const struct message *message,
		      const struct gutter *gutter, struct view view, int row, bool is_head,
		      bool is_focus)
{
	int dim = is_focus ? ROLE_FOCUS : ROLE_DIM;
	const char *sign = rows_trust_sign(message->trust);
	char when[WHEN_BYTES];
	int role;
	const char *name = author_of(look, message, &role);
	int col = 0;

	when_clock(time_of(message), look->format, look->has_seconds, when);
	role = is_focus ? ROLE_FOCUS : role;
	if (!gutter->is_wide) {
		if (is_head)
			col = draw_fit(view, row, 1, view.cols - time_cols(look) - 6, name, role,
				       ATTR_BOLD);
		col = draw_text(view, row, col + 1, when, dim, 0);
		if (is_head)
			draw_text(view, row, col + 1, sign, sign_role(message->trust, is_focus), 0);
		return;
	}
	draw_right(view, row, 1 + time_cols(look), time_cols(look), when, dim, 0);
	if (!is_head)
		return;
	draw_right(view, row, gutter->name_end, gutter->name_cols, name, role, ATTR_BOLD);
	draw_text(view, row, gutter->sign, sign, sign_role(message->trust, is_focus), ATTR_BOLD);
}

/* Down the rows from TOP to END, with a branch where the message begins. */
static void draw_bar(const struct rows_look *look, const struct message *message,
		     const struct gutter *gutter, struct view view, int top, int end, bool is_focus)
{
	bool is_out = message->direction == DIRECTION_OUT;
	bool has_colour = !is_out && look->people && message->kind == KIND_TEXT;
	int role = is_focus	? ROLE_FOCUS
		   : is_out	? ROLE_SELF
		   : has_colour ? (int)author_role(message->from)
				: ROLE_RULE;

	draw_text(view, top, gutter->bar, is_out ? "┣" : "├", role, 0);
	for (int row = top + 1; row < end; row++)
		draw_text(view, row, gutter->bar, is_out ? "┃" : "│", role, 0);
}

struct pen {
	struct view view;
	const struct gutter *gutter;
	const char *words;
	GArray *spans;
	int row;
	int end; /* behind the last words */
	int role;
	int attrs;
};

/* Text columns alone: what hangs over is cut off there. */
static struct view text_view(const struct pen *pen)
{
	return view_sub(pen->view, 0, 0, pen->view.rows,
			pen->gutter->text + pen->gutter->text_cols);
}

static bool draw_line(struct line line, void *user)
{
	struct pen *pen = user;

	pen->end = spans_draw(text_view(pen), pen->row, pen->gutter->text, pen->words, line.start,
			      line.bytes, pen->spans, pen->role, pen->attrs);
	pen->row++;
	return true;
}

/* Behind the words, where there is room for it; else the detail of the message says it. */
static void draw_edited(const struct pen *pen, bool is_focus)
{
	static const char word[] = "edited";
	int end = pen->gutter->text + pen->gutter->text_cols;

	if (pen->end + 1 + (int)strlen(word) <= end)
		draw_text(pen->view, pen->row - 1, pen->end + 1, word,
			  is_focus ? ROLE_FOCUS : ROLE_DIM, 0);
}

/* Where links lead that look like something else. */
static void draw_warnings(struct pen *pen)
{
	for (guint i = 0; i < pen->spans->len; i++) {
		const struct span *span = &g_array_index(pen->spans, struct span, i);
		g_autofree char *host = NULL;
		g_autofree char *sentence = NULL;

		if (span->type != SPAN_ODD_LINK)
			continue;
		host = g_strndup(pen->words + span->host, span->host_bytes);
		sentence =
			g_strdup_printf("↳ leads to %s: %s", host, text_link_words(span->doubts));
		draw_fit(pen->view, pen->row++, pen->gutter->text, pen->gutter->text_cols, sentence,
			 ROLE_WARN, ATTR_BOLD);
	}
}

/* The words of the window, one blank between them where there are any. */
static int draw_window(const struct pen *pen, const struct veil_window *window)
{
	int col = pen->gutter->text;

	for (size_t i = 0; i < window->count; i++) {
		const struct line *word = &window->words[i];

		if (i && word->start > window->words[i - 1].start + window->words[i - 1].bytes)
			col = draw_text(pen->view, pen->row, col, " ", pen->role, 0);
		col = spans_draw(text_view(pen), pen->row, col, pen->words, word->start,
				 word->bytes, pen->spans, pen->role, ATTR_BOLD);
	}
	return col;
}

/* The row that reading has come to. */
static int draw_row(const struct rows_look *look, const struct pen *pen)
{
	g_autoptr(GArray) rows = reading_rows(pen->words, rows_reading_cols(look, pen->view.cols));
	const struct line *row;

	if (!rows->len)
		return pen->gutter->text;
	row = &g_array_index(rows, struct line, reading_row_at(rows, look->at));
	return spans_draw(text_view(pen), pen->row, pen->gutter->text, pen->words, row->start,
			  row->bytes, pen->spans, pen->role, ATTR_BOLD);
}

static void draw_veiled(const struct rows_look *look, const struct message *message,
			struct pen *pen, int rows, bool is_focus)
{
	struct view view = text_view(pen);
	struct veil_window window = {0};
	int role = is_focus ? ROLE_FOCUS : ROLE_VEIL;
	int attrs = is_focus ? ATTR_DIM : 0;
	int start = pen->gutter->text;
	int end = start + MIN(VEIL_COLS, pen->gutter->text_cols);
	int col = start;

	/* The lowest row is in sight even of a message that is higher than the screen. */
	for (int i = 1; i < rows; i++)
		veil_draw(view, pen->row++, start, end - start, role, attrs);
	if (rows_sight(look, message) == SIGHT_ROW)
		col = draw_row(look, pen) + 1;
	else if (rows_sight(look, message) == SIGHT_WORDS &&
	    veil_window(pen->words, rows_lit(look, message), look->window, &window))
		col = draw_window(pen, &window) + 1;
	else if (rows_is_sealed(look, message))
		col = draw_text(view, pen->row, start, "sealed ", is_focus ? role : ROLE_ACCENT, 0);
	veil_draw(view, pen->row++, col, end - col, role, attrs);
}

/* In its last stretch what is left of a message stands where its state does. */
static bool draw_left(const struct rows_look *look, const struct message *message,
		      const struct gutter *gutter, struct view view, int row, bool is_focus)
{
	char left[TIMER_LEFT_BYTES];
	unsigned next;

	if (!timer_left(message, look->now, left, &next))
		return false;
	draw_right(view, row, gutter->text + gutter->text_cols + SIGN_COLS, SIGN_COLS, left,
		   is_focus ? ROLE_FOCUS : ROLE_DIM, 0);
	return true;
}

static void draw_state(const struct message *message, const struct gutter *gutter, struct view view,
		       int row, bool is_focus)
{
	static const int roles[STATE_COUNT] = {
		[STATE_QUEUED] = ROLE_WARN,   [STATE_SENT] = ROLE_DIM,
		[STATE_DELIVERED] = ROLE_DIM, [STATE_READ] = ROLE_OK,
		[STATE_FAILED] = ROLE_ERROR,
	};

	if (message->direction != DIRECTION_OUT || message->kind != KIND_TEXT || is_note(message))
		return;
	draw_text(view, row, gutter->text + gutter->text_cols + 1, rows_state_sign(message->state),
		  is_focus ? ROLE_FOCUS : roles[message->state], 0);
}

void rows_draw(const struct rows_look *look, const struct message *former,
	       const struct message *message, struct view view, bool is_focus)
{
	struct above above = above_for(look, former, message);
	struct gutter gutter = gutter_for(look, view.cols);
	struct pen pen = {.view = view, .gutter = &gutter};
	g_autoptr(GArray) spans = NULL;
	int head;
	int top;

	pen.words = words_of(message, &pen.role, &pen.attrs);
	spans = spans_find(pen.words, look->words);
	pen.spans = spans;
	if (look->links)
		link_marks_show(look->links, message->seq, spans);
	head = draw_above(look, &above, former, message, view);
	if (is_focus) {
		int rows = rows_height(look, former, message, view.cols) - head;

		view_fill(view_sub(view, head, 0, rows, view.cols), ROLE_FOCUS);
		pen.role = ROLE_FOCUS;
	}
	top = head + (gutter.is_wide ? 0 : 1);
	pen.row = top;
	if (rows_sight(look, message) == SIGHT_ALL) {
		draw_lines(pen.words, gutter.text_cols, draw_line, &pen);
		if (message->edited_at)
			draw_edited(&pen, is_focus);
		draw_warnings(&pen);
	} else {
		draw_veiled(look, message, &pen,
			    rows_height(look, former, message, view.cols) - top, is_focus);
	}
	if (look->links)
		link_marks_take(look->links, message->seq, spans);
	if (!draw_left(look, message, &gutter, view, pen.row - 1, is_focus))
		draw_state(message, &gutter, view, pen.row - 1, is_focus);
	draw_bar(look, message, &gutter, view, top, pen.row, is_focus);
	draw_head(look, message, &gutter, view, head, above.is_head, is_focus);
	if (is_focus)
		draw_text(view, head, 0, "▸", ROLE_FOCUS, ATTR_BOLD);
}
