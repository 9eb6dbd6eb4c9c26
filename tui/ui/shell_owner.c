/*
 * What screens ask of the shell's owner: a place for noise, files, themes; and what completes their
 * boxes.
 */
#include "tui/ui/offers.h"
#include "tui/ui/shell_inside.h"

static struct shell *shell_of(struct host *host)
{
	return (struct shell *)(void *)host;
}

void shell_ask_flicker(struct host *host, struct flicker_means *means)
{
	struct shell *shell = shell_of(host);

	*means = (struct flicker_means){.refused = "there is no terminal"};
	if (shell->ops->ask_flicker)
		shell->ops->ask_flicker(shell->user, means);
}

bool shell_put_flicker(struct host *host, int row, int col, int cols, const uint8_t *cells)
{
	struct shell *shell = shell_of(host);

	return shell->ops->put_flicker &&
	       shell->ops->put_flicker(shell->user, row, col, cols, cells);
}

void shell_file(struct host *host, enum host_file act, const char *path, const char *name,
		host_filed filed, void *user)
{
	struct shell *shell = shell_of(host);

	if (shell->ops->file)
		shell->ops->file(shell->user, act, path, name, filed, user);
	else
		filed(false, -1, "There are no files here.", user);
}

void shell_ask_copy(struct host *host, struct copy_means *means)
{
	struct shell *shell = shell_of(host);

	*means = (struct copy_means){.refused = "There is no clipboard here."};
	if (shell->ops->ask_copy)
		shell->ops->ask_copy(shell->user, means);
}

void shell_copy(struct host *host, const struct copy_order *order)
{
	struct shell *shell = shell_of(host);

	if (shell->ops->copy)
		shell->ops->copy(shell->user, order);
}

/* What a box is completed with stands where sentences do. */
static void say_offers(struct shell *shell, const struct completion *completion)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; completion->words && i < completion->words->len; i++)
		g_string_append_printf(text, "%s%s", i ? "  " : "",
				       (const char *)g_ptr_array_index(completion->words, i));
	if (text->len)
		shell_say(shell, false, text->str);
}

void shell_complete(struct host *host, struct lineedit *edit, size_t start)
{
	struct shell *shell = shell_of(host);
	struct completion completion;

	offers_complete(shell->offers, edit, start, &completion);
	shell->is_changed = true;
	if (edit == shell->prompt.edit) {
		prompt_forget_offers(&shell->prompt);
		shell->prompt.completion = completion;
		return;
	}
	say_offers(shell, &completion);
	completion_clear(&completion);
}

char **shell_themes(struct host *host)
{
	struct shell *shell = shell_of(host);

	return shell->ops->themes(shell->user);
}
