#include "tui/screen/pages/lock.h"
#include "tui/kit/draw.h"
#include "tui/client/opening_ask.h"

enum { FRAME_ROWS = 9, FRAME_COLS = 64 };

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

static struct screen *lock_open(struct host *host, const void *argument)
{
	struct screen *screen = g_new0(struct screen, 1);

	(void)argument;
	screen_init(screen, &lock_ops, host);
	return screen;
}

static void lock_close(struct screen *screen)
{
	g_free(screen);
}

/* A sentence below those before it. */
static void say(struct view view, int *row, const char *sentence, int role)
{
	*row = draw_wrapped(view_inset(view, 0, 1), *row, sentence, role, 0);
}

static void say_wrong(struct view view, int *row, unsigned wrong)
{
	g_autofree char *words =
		g_strdup_printf("%u wrong passphrase%s since it was last open.", wrong,
				wrong == 1 ? "" : "s");

	if (wrong)
		say(view, row, words, ROLE_WARN);
}

/* The prompt itself is written by whoever reads what is typed. */
static void draw_asking(const struct opening_ask *ask, struct view view)
{
	g_autofree char *wait = ask->wait ? g_strdup_printf(", in %u second%s", ask->wait,
							    ask->wait == 1 ? "" : "s")
					  : g_strdup("");
	g_autofree char *line = g_strdup_printf("sotto is locked. Try %u of %u%s.", ask->attempt,
						ask->attempts, wait);
	int row = 0;

	say(view, &row, line, ROLE_TEXT);
	say_wrong(view, &row, ask->wrong);
	if (ask->why)
		say(view, &row, ask->why, ROLE_ERROR);
	view_cursor(view, view.rows - 1, 1);
}

static void draw_locked(const struct host *host, struct view view)
{
	g_autofree char *unlock = host_key(host, "lock", "unlock");
	g_autofree char *quit = host_key(host, "lock", "quit");
	g_autofree char *keys = g_strdup_printf("%s unlocks   %s leaves", unlock, quit);
	int row = 0;

	/* What is under way is cut short; a write to the disk that has begun isn't. */
	say(view, &row,
	    host->is_locking ? "Locking… the keys are still in memory."
			     : "Locked: the keys are gone from memory.",
	    ROLE_TEXT);
	say_wrong(view, &row, host->wrong);
	if (!host->is_locking)
		draw_fit(view, view.rows - 1, 1, view.cols - 2, keys, ROLE_DIM, 0);
}

static void lock_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct view inside;

	(void)has_focus;
	view_fill(view, ROLE_TEXT);
	inside = view_center(view, MIN(view.rows, FRAME_ROWS), MIN(view.cols, FRAME_COLS));
	inside = draw_box(inside, ROLE_RULE, "sotto", ROLE_ACCENT);
	if (screen->host->asking)
		draw_asking(screen->host->asking, inside);
	else
		draw_locked(screen->host, inside);
}

static gboolean run_unlock(void *user, ARGS, GError **error)
{
	struct screen *screen = user;

	(void)args;
	(void)error;
	if (!screen->host->is_locking)
		screen->host->ops->unlock(screen->host);
	return TRUE;
}

static const struct command lock_commands[] = {
	{"unlock", NULL, "", "Enter", "u", "ask for the passphrase", run_unlock},
	{0},
};

const struct screen_table lock_tables[] = {
	{"lock", "While locked", lock_commands},
	{0},
};

const struct screen_ops lock_ops = {
	.name = "lock",
	.tables = lock_tables,
	.open = lock_open,
	.close = lock_close,
	.draw = lock_draw,
};
