#include <string.h>
#include "core/base/error.h"
#include "tui/kit/lineedit_inside.h"
#include "tui/term/cluster.h"

/* USER is where the edit in focus is noted; without one nothing happens. */
static struct lineedit *focused(void *user)
{
	return *(struct lineedit **)user;
}

/* Defines act_NAME(edit), made a command_func as run_NAME. */
#define ACT(name)                                                                                  \
	static void act_##name(struct lineedit *edit);                                             \
	static gboolean run_##name(void *user, const char *const args[static COMMAND_ARGS_MAX],    \
				   GError **error)                                                 \
	{                                                                                          \
		struct lineedit *edit = focused(user);                                             \
												   \
		(void)args;                                                                        \
		(void)error;                                                                       \
		if (edit)                                                                          \
			act_##name(edit);                                                          \
		return TRUE;                                                                       \
	}                                                                                          \
	static void act_##name(struct lineedit *edit)

static void move(struct lineedit *edit, size_t offset)
{
	edit->cursor = offset;
	edit->last = LAST_OTHER;
}

static size_t behind(const struct lineedit *edit)
{
	struct cluster cluster;

	if (!cluster_next(edit->text + edit->cursor, edit->bytes - edit->cursor, &cluster))
		return edit->cursor;
	return edit->cursor + cluster.source;
}

/* The line as it was written, between newlines. */
static size_t line_start(const struct lineedit *edit)
{
	size_t at = edit->cursor;

	while (at > 0 && edit->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(const struct lineedit *edit)
{
	return edit->cursor + strcspn(edit->text + edit->cursor, "\n");
}

/* Take out what lies between the cursor and TO, without keeping it. */
static void erase(struct lineedit *edit, size_t to)
{
	size_t start = MIN(edit->cursor, to);
	size_t bytes = MAX(edit->cursor, to) - start;

	if (!bytes)
		return;
	edit_remember(edit, LAST_OTHER);
	edit_splice(edit, start, bytes, "", 0);
}

ACT(left)
{
	move(edit, cluster_before(edit->text, edit->cursor));
}

ACT(right)
{
	move(edit, behind(edit));
}

ACT(word_left)
{
	move(edit, edit_word_before(edit));
}

ACT(word_right)
{
	move(edit, edit_word_behind(edit));
}

ACT(home)
{
	move(edit, line_start(edit));
}

ACT(end)
{
	move(edit, line_end(edit));
}

ACT(text_start)
{
	move(edit, 0);
}

ACT(text_end)
{
	move(edit, edit->bytes);
}

ACT(up)
{
	if (!edit_move_row(edit, -1))
		edit_history(edit, -1);
}

ACT(down)
{
	if (!edit_move_row(edit, 1))
		edit_history(edit, 1);
}

ACT(older)
{
	edit_history(edit, -1);
}

ACT(newer)
{
	edit_history(edit, 1);
}

ACT(backspace)
{
	erase(edit, cluster_before(edit->text, edit->cursor));
}

ACT(delete)
{
	erase(edit, behind(edit));
}

ACT(kill)
{
	size_t end = line_end(edit);

	/* At the end of a line: the newline. */
	edit_kill(edit, end == edit->cursor && end < edit->bytes ? end + 1 : end, false);
}

ACT(kill_start)
{
	edit_kill(edit, line_start(edit), true);
}

ACT(kill_word)
{
	edit_kill(edit, edit_word_behind(edit), false);
}

ACT(kill_word_back)
{
	edit_kill(edit, edit_word_before(edit), true);
}

static void yank(struct lineedit *edit, guint kill, size_t start)
{
	const char *text = g_ptr_array_index(edit->kills, kill);
	size_t count = strlen(text);

	if (edit->bytes - (edit->cursor - start) + count > edit->options.max_bytes)
		return;
	edit_remember(edit, LAST_YANKED);
	edit_splice(edit, start, edit->cursor - start, text, count);
	edit->yanked_start = start;
	edit->yanked_kill = kill;
}

ACT(yank)
{
	if (edit->kills->len)
		yank(edit, edit->kills->len - 1, edit->cursor);
}

ACT(yank_next)
{
	guint kill = edit->yanked_kill;

	if (edit->last == LAST_YANKED && edit->kills->len)
		yank(edit, kill ? kill - 1 : edit->kills->len - 1, edit->yanked_start);
}

ACT(undo)
{
	struct snapshot *snapshot;

	if (!edit->undo->len)
		return;
	snapshot = g_ptr_array_index(edit->undo, edit->undo->len - 1);
	edit_splice(edit, 0, edit->bytes, snapshot->text, strlen(snapshot->text));
	edit->cursor = snapshot->cursor;
	edit->last = LAST_OTHER;
	g_ptr_array_remove_index(edit->undo, edit->undo->len - 1);
}

ACT(newline)
{
	if (!edit->options.is_single_line)
		(void)lineedit_insert(edit, "\n");
}

ACT(clear)
{
	move(edit, edit->bytes);
	edit_kill(edit, 0, true);
}

const struct command lineedit_commands[] = {
	{"edit-left", NULL, "", "Left", "C-b", "One character to the left", run_left},
	{"edit-right", NULL, "", "Right", "C-f", "One character to the right", run_right},
	{"edit-word-left", NULL, "", "M-b", "C-Left", "One word to the left", run_word_left},
	{"edit-word-right", NULL, "", "M-f", "C-Right", "One word to the right", run_word_right},
	{"edit-home", NULL, "", "Home", "C-a", "To the beginning of the line", run_home},
	{"edit-end", NULL, "", "End", "C-e", "To the end of the line", run_end},
	{"edit-text-start", NULL, "", "M-<", "C-Home", "To the beginning of the text",
	 run_text_start},
	{"edit-text-end", NULL, "", "M->", "C-End", "To the end of the text", run_text_end},
	{"edit-up", NULL, "", "Up", NULL, "One row up, on the first row through the history",
	 run_up},
	{"edit-down", NULL, "", "Down", NULL, "One row down, on the last row through the history",
	 run_down},
	{"edit-older", NULL, "", "M-p", "C-Up", "What was sent before", run_older},
	{"edit-newer", NULL, "", "M-n", "C-Down", "What was sent after that", run_newer},
	{"edit-backspace", NULL, "", "Backspace", "C-h", "Delete the character to the left",
	 run_backspace},
	{"edit-delete", NULL, "", "Delete", "C-d", "Delete the character at the cursor",
	 run_delete},
	{"edit-kill", NULL, "", "C-k", NULL, "Kill to the end of the line", run_kill},
	{"edit-kill-start", NULL, "", "C-u", NULL, "Kill to the beginning of the line",
	 run_kill_start},
	{"edit-kill-word", NULL, "", "M-d", "C-Delete", "Kill the word to the right",
	 run_kill_word},
	{"edit-kill-word-back", NULL, "", "M-Backspace", "C-w", "Kill the word to the left",
	 run_kill_word_back},
	{"edit-yank", NULL, "", "C-y", NULL, "Put back what was killed last", run_yank},
	{"edit-yank-next", NULL, "", "M-y", "C-x C-y", "Instead, what was killed before that",
	 run_yank_next},
	{"edit-undo", NULL, "", "C-_", "C-x u", "Undo the last change", run_undo},
	{"edit-newline", NULL, "", "M-Enter", "C-j", "Begin a new line", run_newline},
	{"edit-clear", NULL, "", "C-x k", NULL, "Kill everything", run_clear},
	{0},
};
