#include "tui/screen/pages/help.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"
#include "tui/screen/rows.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { KEYS_COLS = 17, NAME_COLS = 26 };

/* One row: a heading, or keys, name and summary. */
struct help_row {
	char *heading;
	char *keys;
	char *name;
	const char *summary;
};

/* What stands on one line of the screen: a row, or what of its summary didn't fit before. */
struct help_line {
	guint row;
	struct line summary;
};

struct help {
	struct screen screen;
	struct list list;
	GArray *rows;
	GArray *lines; /* of them, broken for COLS */
	int cols;
};

static struct help *help_of(struct screen *screen)
{
	return (struct help *)(void *)screen;
}

static void clear_row(gpointer data)
{
	struct help_row *row = data;

	g_free(row->heading);
	g_free(row->keys);
	g_free(row->name);
}

static void add_heading(struct help *self, const char *heading)
{
	struct help_row empty = {0};
	struct help_row row = {.heading = g_strdup(heading)};

	if (self->rows->len)
		g_array_append_val(self->rows, empty);
	g_array_append_val(self->rows, row);
}

static void add_command(struct help *self, const char *mode, const struct command *command)
{
	const struct keymap *keymap = self->screen.host->keymap;
	g_autofree char *first = keymap_keys(keymap, mode, command->name, 0);
	g_autofree char *second = keymap_keys(keymap, mode, command->name, 1);
	struct help_row row = {.summary = command->summary};

	row.keys = second ? g_strdup_printf("%s  %s", first, second) : g_strdup(first ? first : "");
	row.name =
		g_strdup_printf(":%s%s%s", command->name, *command->args ? " " : "", command->args);
	g_array_append_val(self->rows, row);
}

void help_each_sign(help_sign_func func, void *user)
{
	static const char *const states[STATE_COUNT] = {
		[STATE_QUEUED] = "sealed and queued", [STATE_SENT] = "the carrier took it",
		[STATE_DELIVERED] = "it has arrived", [STATE_READ] = "it was read",
		[STATE_FAILED] = "it failed",
	};

	for (enum state state = 0; state < STATE_COUNT; state++)
		func(rows_state_sign(state), states[state], user);
	func("~", "from a key that you haven't compared", user);
	func("?", "from a key that nobody has decided about", user);
	func("!", "from a key that you don't trust", user);
	func("┃ │", "yours, theirs", user);
	func("┣ ├", "a message begins", user);
	func("1 … 9", "a key that copies the link behind it", user);
}

static void add_sign(const char *sign, const char *meaning, void *user)
{
	struct help *self = user;
	struct help_row row = {.keys = g_strdup(sign), .name = g_strdup(""), .summary = meaning};

	g_array_append_val(self->rows, row);
}

static void add_signs(struct help *self)
{
	add_heading(self, "Signs beside a message");
	help_each_sign(add_sign, self);
}

static struct screen *help_open(struct host *host, const void *argument)
{
	struct help *self = g_new0(struct help, 1);

	(void)argument;
	screen_init(&self->screen, &help_ops, host);
	list_init(&self->list, 1);
	self->rows = g_array_new(FALSE, TRUE, sizeof(struct help_row));
	g_array_set_clear_func(self->rows, clear_row);
	/* On the first page: they stand beside every message. */
	add_signs(self);
	for (const struct screen_table *const *table = host->tables; *table; table++) {
		add_heading(self, (*table)->heading);
		for (const struct command *command = (*table)->commands; command->name; command++)
			add_command(self, (*table)->mode, command);
	}
	self->lines = g_array_new(FALSE, TRUE, sizeof(struct help_line));
	return &self->screen;
}

static void help_close(struct screen *screen)
{
	struct help *self = help_of(screen);

	g_array_unref(self->rows);
	g_array_unref(self->lines);
	g_free(self);
}

static bool is_wide(int cols)
{
	return cols >= KEYS_COLS + NAME_COLS + 30;
}

/* Where summaries begin. */
static int summary_col(int cols)
{
	return KEYS_COLS + 2 + (is_wide(cols) ? NAME_COLS : 0);
}

/* A row being broken into lines. */
struct breaking {
	GArray *lines;
	guint row;
};

static bool add_line(struct line line, void *user)
{
	struct breaking *breaking = user;
	struct help_line added = { breaking->row, line };

	g_array_append_val(breaking->lines, added);
	return true;
}

/* Break all for COLS; what stood on top stays there. */
static void lay_out(struct help *self, int cols)
{
	struct breaking breaking = { .lines = self->lines };
	guint first = self->list.top < self->lines->len
			? g_array_index(self->lines, struct help_line, self->list.top).row : 0;
	size_t top = 0;

	if (cols == self->cols)
		return;
	self->cols = cols;
	g_array_set_size(self->lines, 0);
	for (; breaking.row < self->rows->len; breaking.row++) {
		const struct help_row *row =
			&g_array_index(self->rows, struct help_row, breaking.row);

		if (breaking.row == first)
			top = self->lines->len;
		draw_lines(row->summary ? row->summary : "",
			   MAX(1, cols - summary_col(cols) - 2), add_line, &breaking);
	}
	list_set_count(&self->list, self->lines->len);
	self->list.top = self->list.selected = top;
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct help *self = user;
	const struct help_line *line = &g_array_index(self->lines, struct help_line, index);
	const struct help_row *row = &g_array_index(self->rows, struct help_row, line->row);

	(void)is_selected;
	if (row->heading)
		draw_fit(view, 0, 1, view.cols - 2, row->heading, ROLE_HEADING, ATTR_BOLD);
	if (!row->keys)
		return;
	if (!line->summary.start) {
		draw_fit(view, 0, 1, KEYS_COLS, row->keys, ROLE_KEY, 0);
		if (is_wide(self->cols))
			draw_fit(view, 0, KEYS_COLS + 2, NAME_COLS - 1, row->name, ROLE_DIM, 0);
	}
	draw_bytes(view, 0, summary_col(self->cols), row->summary + line->summary.start,
		   line->summary.bytes, ROLE_TEXT, 0);
}

static void help_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct help *self = help_of(screen);
	g_autofree char *leave = host_key(screen->host, "help", "help-leave");
	g_autofree char *back = g_strdup_printf("%s goes back", leave);

	(void)has_focus;
	bar_draw(view_cut_top(&view, 1), ROLE_TITLE,
		 (const struct bar_piece[]){
			 {.text = "Help", .role = ROLE_TITLE, .attrs = ATTR_BOLD, .priority = 2},
			 {.text = back, .role = ROLE_TITLE_DIM, .priority = 1, .is_right = true},
		 }, 2);
	view_cut_top(&view, view.rows > 16 ? 1 : 0);
	lay_out(self, view.cols);
	list_draw(&self->list, view, ROLE_TEXT, ROLE_TEXT, draw_row, self);
}

/* Help has no selection that could be seen: what moves is the page. */
static gboolean scroll(struct help *self, int by)
{
	int bottom = MAX(0, (int)self->list.count - MAX(1, self->list.shown));
	int top = CLAMP((int)self->list.top + by, 0, bottom);

	self->list.top = (size_t)top;
	self->list.selected = (size_t)top;
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return scroll(user, -1);
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return scroll(user, 1);
}

static gboolean run_page_up(void *user, ARGS, GError **error)
{
	struct help *self = user;

	(void)args;
	(void)error;
	return scroll(self, -MAX(1, self->list.shown - 2));
}

static gboolean run_page_down(void *user, ARGS, GError **error)
{
	struct help *self = user;

	(void)args;
	(void)error;
	return scroll(self, MAX(1, self->list.shown - 2));
}

static bool help_key(struct screen *screen, const struct key *key)
{
	if (key->code == KC_WHEEL_UP || key->code == KC_WHEEL_DOWN)
		return scroll(help_of(screen), key->code == KC_WHEEL_UP ? -3 : 3);
	return false;
}

static const struct command help_commands[] = {
	{"help-up", NULL, "", "Up", "k", "a row up", run_up},
	{"help-down", NULL, "", "Down", "j", "a row down", run_down},
	{"help-page-up", NULL, "", "PageUp", "b", "a page up", run_page_up},
	{"help-page-down", NULL, "", "PageDown", "Space", "a page down", run_page_down},
	{"help-leave", NULL, "", "Escape", "q", "leave the help", screen_run_leave},
	{0},
};

const struct screen_table help_tables[] = {
	{"help", "In the help", help_commands},
	{0},
};

const struct screen_ops help_ops = {
	.name = "help",
	.tables = help_tables,
	.open = help_open,
	.close = help_close,
	.draw = help_draw,
	.key = help_key,
};
