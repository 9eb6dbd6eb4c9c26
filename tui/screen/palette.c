#include "tui/screen/palette.h"
#include <string.h>
#include "tui/fuzzy.h"
#include "tui/kit/draw.h"
#include "tui/kit/lineedit.h"
#include "tui/kit/list.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { CARD_ROWS = 14, CARD_COLS = 64, SCORE_CONTACT = 8 };

struct candidate {
	const char *name;
	const char *about;
	const struct command *command; /* NULL: a person */
	char *keys;
	char *address;
	int score;
};

struct palette {
	struct screen screen;
	struct lineedit *typed;
	struct list list;
	GArray *candidates; /* what fits, best first */
	char *for_text;	    /* what they were made for, NULL: nothing yet */
};

static struct palette *palette_of(struct screen *screen)
{
	return (struct palette *)(void *)screen;
}

static void clear_candidate(gpointer data)
{
	struct candidate *candidate = data;

	g_free(candidate->keys);
	g_free(candidate->address);
}

static void add(struct palette *self, struct candidate candidate)
{
	const char *typed = lineedit_text(self->typed);

	candidate.score = fuzzy_score(typed, candidate.name);
	if (candidate.score < 0)
		return;
	if (!candidate.command) {
		candidate.score += SCORE_CONTACT;
		candidate.address = g_strdup(candidate.about);
	} else {
		candidate.keys = host_key(self->screen.host, self->screen.host->current ?
					  "conversation" : "contacts", candidate.name);
	}
	g_array_append_val(self->candidates, candidate);
}

static void add_command(const struct command *command, const char *mode, void *user)
{
	/* What moves a cursor is found on the keyboard, not by name. */
	if (strcmp(mode, "edit") == 0 || strcmp(mode, "palette") == 0 ||
	    strcmp(mode, "prompt") == 0)
		return;
	add(user, (struct candidate){
			  .name = command->name, .about = command->summary, .command = command});
}

static gint by_score(gconstpointer a, gconstpointer b)
{
	const struct candidate *first = a;
	const struct candidate *second = b;

	return second->score - first->score;
}

static void refresh(struct palette *self)
{
	const struct roster *roster = self->screen.host->roster;

	/* Editing commands change the text behind our back, so it is compared. */
	if (g_strcmp0(self->for_text, lineedit_text(self->typed)) == 0)
		return;
	g_free(self->for_text);
	self->for_text = g_strdup(lineedit_text(self->typed));
	g_array_set_size(self->candidates, 0);
	for (size_t i = 0; i < roster_count(roster); i++) {
		const struct contact *contact = roster_at(roster, i);

		add(self, (struct candidate){.name = roster_name(roster, contact->address),
					     .about = contact->address});
	}
	command_each(self->screen.host->commands, add_command, self);
	if (*lineedit_text(self->typed))
		g_array_sort(self->candidates, by_score);
	list_init(&self->list, 1);
	list_set_count(&self->list, self->candidates->len);
}

static struct screen *palette_open(struct host *host, const void *argument)
{
	const struct lineedit_options options = {.is_single_line = true, .max_bytes = 256};
	struct palette *self = g_new0(struct palette, 1);

	(void)argument;
	screen_init(&self->screen, &palette_ops, host);
	self->typed = lineedit_new(&options);
	self->candidates = g_array_new(FALSE, TRUE, sizeof(struct candidate));
	g_array_set_clear_func(self->candidates, clear_candidate);
	return &self->screen;
}

static void palette_close(struct screen *screen)
{
	struct palette *self = palette_of(screen);

	lineedit_free(self->typed);
	g_array_unref(self->candidates);
	g_free(self->for_text);
	g_free(self);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	struct palette *self = user;
	const struct candidate *candidate =
		&g_array_index(self->candidates, struct candidate, index);
	int role = is_selected ? ROLE_CARD_SELECTED : ROLE_CARD;
	int end = view.cols - 1;
	int col;

	if (candidate->keys && *candidate->keys)
		end = draw_right(view, 0, end, 12, candidate->keys,
				 is_selected ? role : ROLE_CARD_DIM, 0) -
		      2;
	col = draw_fit(view, 0, 1, MIN(22, end - 1), candidate->name, role,
		       candidate->command ? 0 : ATTR_BOLD);
	if (candidate->command || strcmp(candidate->name, candidate->about) != 0) {
		col = MAX(24, col + 2);
		draw_fit(view, 0, col, end - col, candidate->about,
			 is_selected ? role : ROLE_CARD_DIM, 0);
	}
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
		      "a name or a command", has_focus);
	draw_rule(view_cut_top(&inside, 1), 0, ROLE_CARD_DIM, NULL, ROLE_CARD_DIM);
	list_draw(&self->list, inside, ROLE_CARD, ROLE_CARD_SELECTED, draw_row, self);
}

static bool palette_key(struct screen *screen, const struct key *key)
{
	return lineedit_key(palette_of(screen)->typed, key, NULL);
}

static struct lineedit *palette_edit(struct screen *screen)
{
	return palette_of(screen)->typed;
}

static gboolean run_take(void *user, ARGS, GError **error)
{
	struct palette *self = user;
	struct host *host = self->screen.host;
	const struct candidate *candidate;
	const struct command *command;
	g_autofree char *address = NULL;

	(void)args;
	(void)error;
	refresh(self);
	if (self->list.selected >= self->candidates->len)
		return TRUE;
	candidate = &g_array_index(self->candidates, struct candidate, self->list.selected);
	command = candidate->command;
	address = g_strdup(candidate->address);
	/* Closing frees the candidates. */
	host->ops->close(host, &self->screen);
	if (address)
		host->ops->converse(host, address, 0, NULL);
	else if (*command->args && *command->args != '[') {
		g_autofree char *line = g_strconcat(command->name, " ", NULL);

		host->ops->prompt(host, line);
	} else
		host->ops->run(host, command->name);
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
