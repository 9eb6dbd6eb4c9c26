#include "tui/screen/pages/journal.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"
#include "tui/screen/keys.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { ROWS_MAX = 2000 };

struct journal {
	struct screen screen;
	struct list list;
	GPtrArray *rows; /* struct journal_row, the newest last; NULL until known */
	int64_t bad;	 /* the first row that doesn't fit, 0: none */
};

static void on_rows(struct job *job, void *user)
{
	struct journal *self = user;

	host_fail(self->screen.host, job->error);
	if (job->error || !job->rows)
		return;
	if (self->rows)
		g_ptr_array_unref(self->rows);
	self->rows = g_steal_pointer(&job->rows);
	self->bad = job->seq;
	list_set_count(&self->list, self->rows->len);
	self->screen.host->ops->draw(self->screen.host);
}

static struct screen *journal_open(struct host *host, const void *argument)
{
	struct journal *self = g_new0(struct journal, 1);
	struct job *job = job_new(JOB_JOURNAL, NULL);

	(void)argument;
	screen_init(&self->screen, &journal_ops, host);
	list_init(&self->list, 1);
	job->limit = ROWS_MAX;
	job_post(host->link, job, on_rows, self);
	return &self->screen;
}

static void journal_close(struct screen *screen)
{
	struct journal *self = (struct journal *)(void *)screen;

	link_cancel(screen->host->link, self);
	if (self->rows)
		g_ptr_array_unref(self->rows);
	g_free(self);
}

static void draw_title(const struct journal *self, struct view view)
{
	g_autofree char *bad = g_strdup_printf(
		"! row %" G_GINT64_FORMAT " was changed, removed or moved", self->bad);

	bar_draw(view, ROLE_TITLE,
		 (const struct bar_piece[]){
			 { .text = "On record",
			   .role = ROLE_TITLE,
			   .attrs = ATTR_BOLD,
			   .priority = 2 },
			 { .text = !self->rows ? NULL :
				   self->bad   ? bad :
						 "✓ the chain is whole",
			   .role = self->bad ? ROLE_STATUS_WARN : ROLE_TITLE_DIM,
			   .priority = 1,
			   .is_right = true },
		 },
		 2);
}

static void journal_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct journal *self = (struct journal *)(void *)screen;

	draw_title(self, view_cut_top(&view, 1));
	if (view.rows > 10)
		draw_fit(view_cut_bottom(&view, 1), 0, 1, view.cols - 2,
			 "Never any message's words. A wipe isn't here: it destroys this record "
			 "too.",
			 ROLE_DIM, 0);
	if (self->rows)
		list_draw(&self->list, view, ROLE_TEXT, has_focus ? ROLE_SELECTED : ROLE_TEXT,
			  keys_draw_record, self->rows);
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct journal *)user)->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct journal *)user)->list, 1);
	return TRUE;
}

static gboolean run_page_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_page(&((struct journal *)user)->list, -1);
	return TRUE;
}

static gboolean run_page_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_page(&((struct journal *)user)->list, 1);
	return TRUE;
}

static const struct command journal_commands[] = {
	{ "record-up", NULL, "", "Up", "k", "to the newer record", run_up },
	{ "record-down", NULL, "", "Down", "j", "to the older record", run_down },
	{ "record-page-up", NULL, "", "PageUp", NULL, "a page of newer records", run_page_up },
	{ "record-page-down", NULL, "", "PageDown", "Space", "a page of older records",
	  run_page_down },
	{ "record-leave", NULL, "", "Escape", "q", "leave the record", screen_run_leave },
	{ 0 },
};

const struct screen_table journal_tables[] = {
	{ "journal", "In the record", journal_commands },
	{ 0 },
};

const struct screen_ops journal_ops = {
	.name = "journal",
	.tables = journal_tables,
	.open = journal_open,
	.close = journal_close,
	.draw = journal_draw,
};
