#include "tui/screen/pages/palette.h"
#include <string.h>
#include "tui/kit/draw.h"
#include "tui/kit/lineedit.h"
#include "tui/kit/list.h"
#include "tui/screen/pages/palette_find.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { CARD_ROWS = 14, CARD_COLS = 64, KEYS_COLS = 12 };

struct palette {
	struct screen screen;
	const struct screen_ops *below; /* the screen in front of which it stands */
	struct lineedit *typed;
	struct list list;
	GArray *found;	/* of struct found, best first; NULL: nothing yet */
	char *for_text; /* what that was found for */
};

static struct palette *palette_of(struct screen *screen)
{
	return (struct palette *)(void *)screen;
}

static void refresh(struct palette *self)
{
	/* Editing commands change the text behind our back, so it is compared. */
	if (g_strcmp0(self->for_text, lineedit_text(self->typed)) == 0)
		return;
	g_free(self->for_text);
	self->for_text = g_strdup(lineedit_text(self->typed));
	g_clear_pointer(&self->found, g_array_unref);
	self->found = palette_find(self->screen.host, self->below, self->for_text);
	list_init(&self->list, 1);
	list_set_count(&self->list, self->found->len);
}

static struct screen *palette_open(struct host *host, const void *argument)
{
	const struct lineedit_options options = {.is_single_line = true, .max_bytes = 256};
	struct palette *self = g_new0(struct palette, 1);

	screen_init(&self->screen, &palette_ops, host);
	self->below = argument;
	self->typed = lineedit_new(&options);
	return &self->screen;
}

static void palette_close(struct screen *screen)
{
	struct palette *self = palette_of(screen);

	lineedit_free(self->typed);
	g_clear_pointer(&self->found, g_array_unref);
	g_free(self->for_text);
	g_free(self);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct palette *self = user;
	const struct found *found = &g_array_index(self->found, struct found, index);
	int role = is_selected ? ROLE_CARD_SELECTED : ROLE_CARD;
	int dim = is_selected ? role : ROLE_CARD_DIM;
	/* Where it holds is more of use than a key that does nothing here. */
	const char *keys = found->type == FOUND_ELSEWHERE ? found->heading : found->keys;
	int end = view.cols - 1;
	int col;

	if (*keys)
		end = draw_right(view, 0, end,
				 found->type == FOUND_ELSEWHERE ? view.cols / 3 : KEYS_COLS, keys,
				 dim, 0) -
		      2;
	col = draw_fit(view, 0, 1, MIN(22, end - 1), found->name, role,
		       found->command ? 0 : ATTR_BOLD);
	if (found->type == FOUND_PERSON && strcmp(found->name, found->about) == 0)
		return;
	col = MAX(24, col + 2);
	draw_fit(view, 0, col, end - col, found->about, dim, 0);
}

static void draw_nothing(const struct palette *self, struct view view)
{
	g_autofree char *sentence =
		g_strdup_printf("Nothing is found for \"%s\".", self->for_text);

	draw_fit(view, 0, 1, view.cols - 2, sentence, ROLE_CARD, 0);
	if (view.rows > 1)
		draw_fit(view, 1, 1, view.cols - 2,
			 "People, commands, settings and signs were looked through.",
			 ROLE_CARD_DIM, 0);
}

static void palette_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct palette *self = palette_of(screen);
	struct view inside = draw_card(view, CARD_ROWS, CARD_COLS, "Go to");
	struct view line;

	refresh(self);
	line = view_cut_top(&inside, 1);
	draw_text(line, 0, 1, "›", ROLE_CARD_TITLE, ATTR_BOLD);
	lineedit_draw(self->typed, view_sub(line, 0, 3, 1, line.cols - 4), ROLE_CARD,
		      "a person, a command or a setting", has_focus);
	draw_rule(view_cut_top(&inside, 1), 0, ROLE_CARD_DIM, NULL, ROLE_CARD_DIM);
	if (self->found->len)
		list_draw(&self->list, inside, ROLE_CARD, ROLE_CARD_SELECTED, draw_row, self);
	else
		draw_nothing(self, inside);
}

static bool palette_key(struct screen *screen, const struct key *key)
{
	return lineedit_key(palette_of(screen)->typed, key, NULL);
}

static struct lineedit *palette_edit(struct screen *screen)
{
	return palette_of(screen)->typed;
}

static void take(struct host *host, const struct found *found)
{
	const struct command *command = found->command;
	g_autofree char *line = NULL;

	switch (found->type) {
	case FOUND_PERSON:
		host->ops->converse(host, found->about, 0, NULL);
		break;
	case FOUND_SETTING:
		line = g_strdup_printf("set %s ", found->name);
		host->ops->prompt(host, line);
		break;
	case FOUND_SIGN:
		host->ops->run(host, "help");
		break;
	case FOUND_ELSEWHERE:
		host_say(host, "%s (%s) holds in another screen. %s", found->name, found->about,
			 found->heading);
		break;
	default:
		if (*command->args && *command->args != '[') {
			line = g_strconcat(command->name, " ", NULL);
			host->ops->prompt(host, line);
		} else {
			host->ops->run(host, command->name);
		}
		break;
	}
}

static gboolean run_take(void *user, ARGS, GError **error)
{
	struct palette *self = user;
	struct host *host = self->screen.host;
	g_autoptr(GArray) found = NULL;
	size_t selected;

	(void)args;
	(void)error;
	refresh(self);
	selected = self->list.selected;
	if (selected >= self->found->len)
		return TRUE;
	/* Closing frees the screen, and what was found outlives it. */
	found = g_steal_pointer(&self->found);
	host->ops->close(host, &self->screen);
	take(host, &g_array_index(found, struct found, selected));
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	struct palette *self = user;

	(void)args;
	(void)error;
	refresh(self);
	list_move(&self->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	struct palette *self = user;

	(void)args;
	(void)error;
	refresh(self);
	list_move(&self->list, 1);
	return TRUE;
}

static const struct command palette_commands[] = {
	{"palette-take", NULL, "", "Enter", NULL, "go there", run_take},
	{"palette-up", NULL, "", "Up", "C-p", "to the line above", run_up},
	{"palette-down", NULL, "", "Down", "C-n", "to the line below", run_down},
	{"palette-leave", NULL, "", "Escape", "C-g", "close the palette", screen_run_leave},
	{0},
};

const struct screen_table palette_tables[] = {
	{"palette", "In the palette", palette_commands},
	{0},
};

const struct screen_ops palette_ops = {
	.name = "palette",
	.tables = palette_tables,
	.is_card = true,
	.open = palette_open,
	.close = palette_close,
	.draw = palette_draw,
	.key = palette_key,
	.edit = palette_edit,
};
