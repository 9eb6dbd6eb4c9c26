#include "tui/screen/pages/search.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/client/when.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"
#include "tui/kit/veil.h"
#include "tui/screen/find.h"
#include "tui/screen/host_when.h"
#include "tui/screen/spans.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { ROW_ROWS = 2, RESULTS_MAX = 200, LEAD_BYTES = 24 };

struct search {
	struct screen screen;
	struct list list;
	struct find find; /* only its words, for marking */
	GPtrArray *rows;  /* of struct message; NULL until they came */
};

static struct search *search_of(struct screen *screen)
{
	return (struct search *)(void *)screen;
}

static void on_results(struct job *job, void *user)
{
	struct search *self = user;

	host_fail(self->screen.host, job->error);
	self->rows = job->rows ? g_steal_pointer(&job->rows) : g_ptr_array_new();
	list_set_count(&self->list, self->rows->len);
	self->screen.host->ops->draw(self->screen.host);
}

static struct screen *search_open(struct host *host, const void *argument)
{
	const char *text = argument;
	struct search *self = g_new0(struct search, 1);
	struct job *job = job_new(JOB_SEARCH, NULL);

	screen_init(&self->screen, &search_ops, host);
	list_init(&self->list, ROW_ROWS);
	find_init(&self->find, host->link, NULL, self);
	find_mark(&self->find, text);
	job->text = plain_dup(text);
	job->limit = RESULTS_MAX;
	job_post(host->link, job, on_results, self);
	return &self->screen;
}

static void search_close(struct screen *screen)
{
	struct search *self = search_of(screen);

	link_cancel(screen->host->link, self);
	find_clear(&self->find);
	if (self->rows)
		g_ptr_array_unref(self->rows);
	g_free(self);
}

/* The line begins with the word shortly before the first find. */
static size_t lead(const char *line, const GArray *spans)
{
	const char *at;

	for (guint i = 0; i < spans->len; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);

		if (span->type != SPAN_MATCH || span->start <= LEAD_BYTES)
			continue;
		at = strchr(line + span->start - LEAD_BYTES, ' ');
		if (at && at < line + span->start)
			return (size_t)(at + 1 - line);
		return span->start;
	}
	return 0;
}

/* A spotlight stands on what was found, at the beginning of a line of constant width. */
static int draw_spotlight(const struct search *self, const char *line, GArray *spans,
			  struct view view, int role)
{
	unsigned lit = (unsigned)settings_number(self->screen.host->settings, "spotlight_words");
	struct veil_window window;
	size_t index = 0;
	int col = 2;

	for (guint i = 0; i < spans->len && !index; i++) {
		const struct span *span = &g_array_index(spans, struct span, i);

		if (span->type == SPAN_MATCH)
			index = veil_window_at(line, lit, span->start);
	}
	if (!veil_window(line, lit, index, &window))
		return col;
	for (size_t i = 0; i < window.count; i++) {
		const struct line *word = &window.words[i];

		if (i && word->start > window.words[i - 1].start + window.words[i - 1].bytes)
			col = draw_text(view, 0, col, " ", role, 0);
		col = spans_draw(view, 0, col, line, word->start, word->bytes, spans, role, 0);
	}
	return col + 1;
}

static void draw_words(const struct search *self, const struct message *message, struct view view,
		       bool is_selected)
{
	enum privacy mode = host_privacy(self->screen.host, message->conversation);
	enum privacy_sight sight =
		privacy_sight(privacy_of_message(mode, message->sealed), is_selected,
			      UNCOVERED_NOTHING);
	char *line = screen_one_line(message->body);
	g_autoptr(GArray) spans = spans_find(line, find_words(&self->find));
	/* A find shows no more of itself than a spotlight does. */
	bool has_light = sight == SIGHT_WORDS ||
			 (is_selected && mode == PRIVACY_LINE && !message->sealed);
	int role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
	size_t start = lead(line, spans);
	int col = 2;

	if (sight == SIGHT_ALL)
		spans_draw(view, 0, start ? draw_text(view, 0, 2, "…", ROLE_DIM, 0) : 2, line,
			   start, strlen(line) - start, spans, role, 0);
	else if (has_light)
		col = draw_spotlight(self, line, spans, view, role);
	else if (message->sealed)
		col = draw_text(view, 0, 2, "sealed ", role, 0);
	if (sight != SIGHT_ALL)
		veil_draw(view, 0, col, MIN(2 + VEIL_COLS, view.cols) - col, ROLE_VEIL, 0);
	plain_free(line);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct search *self = user;
	struct host *host = self->screen.host;
	const struct message *message = g_ptr_array_index(self->rows, index);
	const char *name = roster_name(host->roster, message->conversation);
	bool is_out = message->direction == DIRECTION_OUT;
	char when[WHEN_BYTES];
	char day[WHEN_BYTES];
	enum when_format format = host_format(host);
	g_autofree char *stamp =
		g_strdup_printf("%s %s", when_day(message->sent_at, host_now(host), format, day),
				when_clock(message->sent_at, format,
					   host_has_seconds(host), when));
	g_autofree char *who = g_strdup_printf("%s%s", is_out ? "to " : "", name);

	draw_right(view, 0, view.cols - 1, view.cols / 2, stamp,
		   is_selected ? ROLE_SELECTED_DIM : ROLE_DIM, 0);
	draw_fit(view, 0, 2, view.cols / 2 - 3, who, is_selected ? ROLE_SELECTED : ROLE_PEER,
		 ATTR_BOLD);
	draw_words(self, message, view_sub(view, 1, 0, 1, view.cols - 1), is_selected);
}

static void search_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct search *self = search_of(screen);
	g_autofree char *count = NULL;
	/* The words that are looked for are somebody's, most likely. */
	bool is_open = host_privacy(screen->host, NULL) == PRIVACY_OPEN;

	if (self->rows)
		count = g_strdup_printf("%u%s found", self->rows->len,
					self->rows->len == RESULTS_MAX ? " newest" : "");
	bar_draw(view_cut_top(&view, 1), ROLE_TITLE,
		 (const struct bar_piece[]){
			 {.text = "Search", .role = ROLE_TITLE, .attrs = ATTR_BOLD, .priority = 3},
			 {.text = is_open ? self->find.text : NULL,
			  .role = ROLE_TITLE_DIM,
			  .priority = 2,
			  .can_shrink = true},
			 {.text = count ? count : "searching…",
			  .role = ROLE_TITLE_DIM,
			  .priority = 1,
			  .is_right = true},
		 },
		 3);
	view_cut_top(&view, view.rows > 16 ? 1 : 0);
	if (self->rows && !self->rows->len)
		draw_center(view, view.rows / 2, "No message holds all of these words.", ROLE_DIM,
			    0);
	else if (self->rows)
		list_draw(&self->list, view, ROLE_TEXT, has_focus ? ROLE_SELECTED : ROLE_TEXT,
			  draw_row, self);
}

static gboolean run_take(void *user, ARGS, GError **error)
{
	struct search *self = user;
	struct host *host = self->screen.host;
	g_autofree char *address = NULL;
	const struct message *message;
	int64_t seq;
	char *text;

	(void)args;
	(void)error;
	if (!self->rows || self->list.selected >= self->rows->len)
		return TRUE;
	message = g_ptr_array_index(self->rows, self->list.selected);
	address = g_strdup(message->conversation);
	seq = message->seq;
	text = self->find.text ? plain_dup(self->find.text) : NULL;
	host->ops->converse(host, address, seq, text);
	plain_free(text);
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct search *)user)->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct search *)user)->list, 1);
	return TRUE;
}

static gboolean run_page_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_page(&((struct search *)user)->list, -1);
	return TRUE;
}

static gboolean run_page_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_page(&((struct search *)user)->list, 1);
	return TRUE;
}

static const struct command search_commands[] = {
	{"result-open", NULL, "", "Enter", NULL, "show it in its conversation", run_take},
	{"result-up", NULL, "", "Up", "k", "to the newer result", run_up},
	{"result-down", NULL, "", "Down", "j", "to the older result", run_down},
	{"result-page-up", NULL, "", "PageUp", NULL, "a page of results up", run_page_up},
	{"result-page-down", NULL, "", "PageDown", NULL, "a page of results down", run_page_down},
	{"search-leave", NULL, "", "Escape", "q", "leave the search", screen_run_leave},
	{0},
};

const struct screen_table search_tables[] = {
	{"search", "In search results", search_commands},
	{0},
};

const struct screen_ops search_ops = {
	.name = "search",
	.tables = search_tables,
	.has_contacts_beside = true,
	.open = search_open,
	.close = search_close,
	.draw = search_draw,
};
