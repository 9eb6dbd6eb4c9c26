#include "tui/screen/lock.h"
#include "tui/kit/draw.h"

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

static void lock_draw(struct screen *screen, struct view view, bool has_focus)
{
	g_autofree char *unlock = host_key(screen->host, "lock", "unlock");
	g_autofree char *quit = host_key(screen->host, "lock", "quit");
	bool is_locking = screen->host->is_locking;
	g_autofree char *keys = g_strdup_printf("%s unlocks   %s leaves", unlock, quit);

	(void)has_focus;
	view_fill(view, ROLE_TEXT);
	draw_center(view, view.rows / 2 - 2, "sotto", ROLE_ACCENT, ATTR_BOLD);
	/* What is under way is cut short; a write to the disk that has begun isn't. */
	draw_center(view, view.rows / 2,
		    is_locking ? "Locking… the keys are still in memory."
			       : "Locked: the keys are gone from memory.",
		    ROLE_TEXT, 0);
	if (!is_locking)
		draw_center(view, view.rows / 2 + 2, keys, ROLE_DIM, 0);
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
