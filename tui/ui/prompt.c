#include "tui/ui/prompt.h"
#include <string.h>
#include "tui/kit/draw.h"

enum { HISTORY_MAX = 100, LINE_MAX_BYTES = 4096 };

void prompt_init(struct prompt *prompt)
{
	const struct lineedit_options options = {
		.is_single_line = true,
		.history_max = HISTORY_MAX,
		.max_bytes = LINE_MAX_BYTES,
	};

	*prompt = (struct prompt){.edit = lineedit_new(&options)};
}

void prompt_forget_offers(struct prompt *prompt)
{
	if (prompt->completion.words)
		completion_clear(&prompt->completion);
	prompt->completion = (struct completion){0};
}

void prompt_clear(struct prompt *prompt)
{
	prompt_forget_offers(prompt);
	g_clear_pointer(&prompt->edit, lineedit_free);
}

void prompt_wipe(struct prompt *prompt)
{
	prompt_close(prompt);
	lineedit_wipe(prompt->edit);
}

void prompt_open(struct prompt *prompt, const char *line)
{
	prompt_forget_offers(prompt);
	lineedit_set(prompt->edit, line);
	prompt->is_open = true;
}

void prompt_close(struct prompt *prompt)
{
	prompt_forget_offers(prompt);
	lineedit_set(prompt->edit, NULL);
	prompt->is_open = false;
}

char *prompt_take(struct prompt *prompt)
{
	char *line = lineedit_take(prompt->edit);

	prompt_close(prompt);
	return line;
}

int prompt_rows(const struct prompt *prompt)
{
	return prompt->completion.words && prompt->completion.words->len ? 2 : 1;
}

static void draw_offers(const struct prompt *prompt, struct view view)
{
	int col = 1;

	view_fill(view, ROLE_STATUS);
	for (guint i = 0; i < prompt->completion.words->len && col < view.cols; i++) {
		const char *word = g_ptr_array_index(prompt->completion.words, i);

		col = draw_fit(view, 0, col, view.cols - col - 1, word, ROLE_STATUS_DIM, 0) + 2;
	}
}

void prompt_draw(struct prompt *prompt, struct view view)
{
	if (view.rows > 1)
		draw_offers(prompt, view_cut_top(&view, 1));
	view_fill(view, ROLE_TEXT);
	draw_text(view, 0, 0, ":", ROLE_PROMPT, ATTR_BOLD);
	lineedit_draw(prompt->edit, view_sub(view, 0, 1, 1, view.cols - 1), ROLE_INPUT, NULL, true);
}
