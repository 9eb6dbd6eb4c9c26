/*
 * When what the shell shows is drawn. The terminal may take its time, or stop: then the newest is
 * drawn when it goes on, and counts as seen only when it was taken.
 */
#include "core/clock.h"
#include "tui/app_inside.h"

/* From then on a terminal that takes nothing has stopped, and is shown everything again. */
enum { STOPPED_MS = 2000 };

static void tell_drawn(struct app *app)
{
	if (!app->is_drawn || term_is_behind(app->term))
		return;
	app->is_drawn = false;
	if (app_is_attended(app))
		shell_drawn(app->shell);
}

void app_draw(struct app *app)
{
	if (!app->is_shown)
		return;
	if (term_is_behind(app->term)) {
		app->is_dirty = true;
		if (!app->behind_since)
			app->behind_since = clock_boot(app->clock);
		return;
	}
	term_report_releases(app->term, app->shell->host.releases >= RELEASES_ASKED);
	shell_draw(app->shell, app->grid);
	app->is_drawn = term_draw(app->term, app->grid);
	app->is_dirty = false;
	tell_drawn(app);
	app_copy_taken(app);
	/* What was covered, or in mode open, may have to be covered from now on. */
	if (!app->is_cover_awaited && app_cover_due(app))
		app_watch_idle(app);
}

void app_taken(void *user)
{
	struct app *app = user;

	if (!app->is_shown)
		return;
	if (app->behind_since && clock_boot(app->clock) - app->behind_since > STOPPED_MS)
		term_repaint(app->term);
	app->behind_since = 0;
	tell_drawn(app);
	app_copy_taken(app);
	if (app->is_dirty)
		app_draw(app);
}

static gboolean on_draw(gpointer user)
{
	struct app *app = user;

	app->draw_source = 0;
	if (app->is_dirty)
		app_draw(app);
	return G_SOURCE_REMOVE;
}

/* Answers and events of one turn of the loop are drawn together. */
void app_schedule_draw(struct app *app)
{
	app->is_dirty = true;
	if (!app->draw_source && app->is_shown)
		app->draw_source = g_idle_add_full(G_PRIORITY_DEFAULT_IDLE, on_draw, app, NULL);
}
