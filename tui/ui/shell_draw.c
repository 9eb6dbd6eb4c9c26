/*
 * How the shell lays out its screens: the one in front, contacts beside it where there is room,
 * cards on top, the status bar or the command line below.
 */
#include <string.h>
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/ui/shell.h"

enum {
	BESIDE_COLS = 80, /* from this width on the contacts stand beside */
	CONTACTS_COLS = 18,
	BESIDE_COLS_WIDE = 100,
	CONTACTS_COLS_WIDE = 30,
	SAID_ROWS_MAX = 4,
	HINTS_MAX = 4,
};

static const char *carrier_word(const struct shell *shell, int *role)
{
	static const char *const words[] = {
		[TRANSPORT_OFFLINE] = "offline",
		[TRANSPORT_CONNECTING] = "connecting…",
		[TRANSPORT_ONLINE] = "online",
		[TRANSPORT_FAILED] = "failed",
	};

	*role = shell->carrier == TRANSPORT_ONLINE ? ROLE_STATUS_DIM : ROLE_STATUS_WARN;
	return words[shell->carrier];
}

/* "Enter send", as the keys are bound now. */
static size_t add_hints(const struct shell *shell, struct bar_piece *pieces, size_t count,
			char *texts[static HINTS_MAX])
{
	struct screen *screen = shell_top(shell);
	const char *const *hints = screen->ops->hints ? screen->ops->hints(screen) : NULL;
	const char *modes[SCREEN_MODES_MAX] = {screen->ops->name};

	if (screen->ops->modes)
		screen->ops->modes(screen, modes);
	for (size_t i = 0; hints && i < HINTS_MAX && hints[2 * i]; i++) {
		g_autofree char *keys = host_key(&shell->host, modes[0], hints[2 * i]);

		if (!*keys) {
			g_free(keys);
			keys = host_key(&shell->host, screen->ops->name, hints[2 * i]);
		}
		if (!*keys)
			continue;
		texts[i] = g_strdup_printf("%s %s", keys, hints[2 * i + 1]);
		pieces[count++] = (struct bar_piece){.text = texts[i],
						     .role = ROLE_STATUS_DIM,
						     .is_right = true,
						     .priority = (int)(HINTS_MAX - i)};
	}
	return count;
}

/* What the screen shows of the conversation in front, or of any. */
static struct bar_piece mode_piece(const struct shell *shell, char **words)
{
	enum privacy mode = host_privacy(&shell->host, shell->host.current);

	*words = g_strdup_printf("READ: %s", privacy_name(mode));
	return (struct bar_piece){
		.text = *words,
		.role = mode == PRIVACY_OPEN ? ROLE_STATUS_DIM : ROLE_STATUS_ACCENT,
		.priority = mode == PRIVACY_OPEN ? 1 : 5,
	};
}

static void draw_status(const struct shell *shell, struct view view)
{
	struct bar_piece pieces[HINTS_MAX + 5];
	char *texts[HINTS_MAX] = {NULL};
	g_autofree char *keys = key_pending_format(&shell->pending);
	g_autofree char *unread =
		shell->unread ? g_strdup_printf("%u unread", shell->unread) : NULL;
	g_autofree char *carrier = NULL, *reading = NULL;
	size_t count = 0;
	int role;
	const char *word = carrier_word(shell, &role);

	if (shell->carrier_why && *shell->carrier_why)
		carrier = g_strdup_printf("%s: %s", word, shell->carrier_why);
	pieces[count++] = (struct bar_piece){
		.text = shell->host.self, .role = ROLE_STATUS, .priority = 7, .can_shrink = true};
	pieces[count++] = (struct bar_piece){
		.text = carrier ? carrier : word, .role = role, .priority = 6, .can_shrink = true};
	pieces[count++] = (struct bar_piece){
		.text = unread, .role = ROLE_STATUS_ACCENT, .attrs = ATTR_BOLD, .priority = 8};
	pieces[count++] = mode_piece(shell, &reading);
	pieces[count++] = (struct bar_piece){.text = shell->pending.count ? keys : NULL,
					     .role = ROLE_STATUS_ACCENT,
					     .priority = 9,
					     .is_right = true};
	count = add_hints(shell, pieces, count, texts);
	bar_draw(view, ROLE_STATUS, pieces, count);
	for (size_t i = 0; i < HINTS_MAX; i++)
		g_free(texts[i]);
}

/* A sentence stands in the place of the status bar, with as many rows as it needs. */
static void draw_said(const struct shell *shell, struct view view)
{
	view_fill(view, ROLE_STATUS);
	draw_wrapped(view_sub(view, 0, 1, view.rows, view.cols - 2), 0, shell->said,
		     shell->is_error ? ROLE_STATUS_WARN : ROLE_STATUS, 0);
}

static int said_rows(const struct shell *shell, int cols)
{
	return shell->said ? CLAMP(draw_lines(shell->said, MAX(1, cols - 2), NULL, NULL), 1,
				   SAID_ROWS_MAX) : 0;
}

/* What a line went wrong with stands above it, while it is written anew. */
static int bottom_rows(const struct shell *shell, const struct grid *grid)
{
	int said = said_rows(shell, grid->cols);

	return shell->prompt.is_open ? prompt_rows(&shell->prompt) + said : MAX(1, said);
}

static void draw_bottom(struct shell *shell, struct view view)
{
	int said = said_rows(shell, view.cols);

	if (shell->prompt.is_open && said)
		draw_said(shell, view_cut_top(&view, said));
	if (shell->prompt.is_open)
		prompt_draw(&shell->prompt, view);
	else if (shell->said)
		draw_said(shell, view);
	else
		draw_status(shell, view);
}

/* The screen at INDEX of the stack, and what it lets shine through. */
static void draw_screen(struct shell *shell, guint index, struct view view, bool has_focus)
{
	struct screen *screen = g_ptr_array_index(shell->stack, index);
	struct screen *root = g_ptr_array_index(shell->stack, 0);

	if (screen->ops->is_card && index > 0)
		draw_screen(shell, index - 1, view, false);
	if (screen->ops->has_contacts_beside && view.cols >= BESIDE_COLS && index > 0) {
		int cols = view.cols < BESIDE_COLS_WIDE ? CONTACTS_COLS : CONTACTS_COLS_WIDE;

		root->ops->draw(root, view_cut_left(&view, cols), false);
		draw_rule_down(view_cut_left(&view, 1), 0, ROLE_RULE);
	}
	screen->ops->draw(screen, view, has_focus);
}

static void draw_banner(const struct shell *shell, struct view view)
{
	view_fill(view, ROLE_BANNER);
	draw_fit(view, 0, 1, view.cols - 2, shell->banner, ROLE_BANNER, 0);
}

/* Nothing of what is behind it, not even how much there is. */
static void draw_cover(struct view view)
{
	view_fill(view, ROLE_TEXT);
	draw_center(view, view.rows / 2 - 2, "sotto", ROLE_ACCENT, ATTR_BOLD);
	draw_center(view, view.rows / 2, "Covered, because nobody is looking.", ROLE_TEXT, 0);
	draw_center(view, view.rows / 2 + 2, "any key shows it again", ROLE_DIM, 0);
}

void shell_draw(struct shell *shell, struct grid *grid)
{
	struct view view = grid_view(grid);

	grid_clear(grid);
	if (shell->banner)
		draw_banner(shell, view_cut_top(&view, 1));
	if (shell->is_covered) {
		draw_cover(view);
		return;
	}
	if (!shell->is_locked)
		draw_bottom(shell, view_cut_bottom(&view, bottom_rows(shell, grid)));
	else if (shell->said)
		draw_said(shell, view_cut_bottom(&view, bottom_rows(shell, grid)));
	draw_screen(shell, shell->stack->len - 1, view, !shell->prompt.is_open);
}

void shell_drawn(struct shell *shell)
{
	struct screen *screen = shell_top(shell);

	/* Behind a card half of it can be read; it counts when the card is gone. */
	if (!shell->is_locked && !shell->is_covered && screen->ops->drawn)
		screen->ops->drawn(screen);
}
