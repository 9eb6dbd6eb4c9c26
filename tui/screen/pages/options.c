#include "tui/screen/pages/options.h"
#include "core/model/settings.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { ROW_ROWS = 2, NAME_COLS = 18, VALUE_COLS = 14 };

struct options {
	struct screen screen;
	struct list list;
};

static const struct setting *row_at(const struct options *self, size_t index)
{
	const struct setting_table *table = settings_table(self->screen.host->settings);

	return index < table->count ? &table->rows[index] : NULL;
}

static struct screen *options_open(struct host *host, const void *argument)
{
	struct options *self = g_new0(struct options, 1);

	(void)argument;
	screen_init(&self->screen, &options_ops, host);
	list_init(&self->list, ROW_ROWS);
	list_set_count(&self->list, settings_table(host->settings)->count);
	return &self->screen;
}

static void options_close(struct screen *screen)
{
	g_free(screen);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct options *self = user;
	const struct settings *settings = self->screen.host->settings;
	const struct setting *row = row_at(self, index);
	enum setting_source source = settings_source(settings, row->name);
	int role = is_selected ? ROLE_SELECTED : ROLE_TEXT;
	int dim = is_selected ? ROLE_SELECTED_DIM : ROLE_DIM;
	const char *origin =
		source == SETTING_POLICY ? "policy, locked" : setting_source_name(source);
	int col = 2 + NAME_COLS;

	draw_fit(view, 0, 2, NAME_COLS - 1, row->name, role, 0);
	draw_fit(view, 0, col, VALUE_COLS, settings_text(settings, row->name), role, ATTR_BOLD);
	draw_right(view, 0, view.cols - 2, view.cols - col - VALUE_COLS - 2, origin, dim, 0);
	draw_fit(view, 1, 2, view.cols - 4, row->explanation, dim, 0);
}

/* The sentence of the selected row below the list, where it doesn't fit into its row. */
static void draw_whole(const struct options *self, struct view *view)
{
	const struct setting *row = row_at(self, self->list.selected);
	int cols = view->cols - 4;
	int rows = row ? draw_lines(row->explanation, cols, NULL, NULL) : 0;
	struct view below;

	if (rows < 2 || view->rows < 2 * (rows + 1))
		return;
	below = view_cut_bottom(view, rows + 1);
	draw_rule(below, 0, ROLE_RULE, NULL, ROLE_RULE);
	draw_wrapped(view_inset(below, 0, 2), 1, row->explanation, ROLE_TEXT, 0);
}

static void options_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct options *self = (struct options *)(void *)screen;

	bar_draw(
		view_cut_top(&view, 1), ROLE_TITLE,
		(const struct bar_piece[]){
			{.text = "Settings", .role = ROLE_TITLE, .attrs = ATTR_BOLD, .priority = 2},
			{.text = "Enter changes one",
			 .role = ROLE_TITLE_DIM,
			 .priority = 1,
			 .is_right = true},
		},
		2);
	view_cut_top(&view, view.rows > 16 ? 1 : 0);
	draw_whole(self, &view);
	list_draw(&self->list, view, ROLE_TEXT, has_focus ? ROLE_SELECTED : ROLE_TEXT, draw_row,
		  self);
}

static gboolean run_change(void *user, ARGS, GError **error)
{
	struct options *self = user;
	const struct setting *row = row_at(self, self->list.selected);
	g_autofree char *line = row ? g_strdup_printf("set %s ", row->name) : NULL;

	(void)args;
	(void)error;
	if (line)
		self->screen.host->ops->prompt(self->screen.host, line);
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct options *)user)->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	list_move(&((struct options *)user)->list, 1);
	return TRUE;
}

static const struct command options_commands[] = {
	{"setting-change", NULL, "", "Enter", NULL, "write another value", run_change},
	{"setting-up", NULL, "", "Up", "k", "to the setting above", run_up},
	{"setting-down", NULL, "", "Down", "j", "to the setting below", run_down},
	{"settings-leave", NULL, "", "Escape", "q", "leave the settings", screen_run_leave},
	{0},
};

const struct screen_table options_tables[] = {
	{"options", "In the settings", options_commands},
	{0},
};

const struct screen_ops options_ops = {
	.name = "options",
	.tables = options_tables,
	.open = options_open,
	.close = options_close,
	.draw = options_draw,
};
