/*
 * When what the shell shows is drawn, when it is covered or locked because nobody presses a key,
 * and how the loop runs and ends. The terminal may take its time, or stop: then the newest is drawn
 * when it goes on, and counts as seen only when it was taken.
 */
#include "core/base/clock.h"
#include "core/base/stack.h"
#include "tui/app/app_inside.h"

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

/* When nobody having pressed a key covers the screen; 0: not by itself. */
static int64_t cover_due(const struct app *app)
{
	bool is_wanted = app->cover_ms > 0 && !app->tells_focus && shell_can_cover(app->shell);

	return is_wanted ? app->last_input + app->cover_ms : 0;
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
	if (app->copy.taken)
		app->copy.taken(app);
	/* What was covered, or in mode open, may have to be covered from now on. */
	if (!app->is_cover_awaited && cover_due(app))
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
	if (app->copy.taken)
		app->copy.taken(app);
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

void app_rest(struct app *app, bool is_resting)
{
	struct job *job;

	if (app->is_resting == is_resting)
		return;
	app->is_resting = is_resting;
	job = job_new(JOB_REST, NULL);
	job->act = is_resting;
	job_post(app->link, job, NULL, NULL);
}

static gboolean on_idle(gpointer user)
{
	struct app *app = user;

	app_watch_idle(app);
	return G_SOURCE_REMOVE;
}

void app_watch_idle(struct app *app)
{
	int64_t now = clock_boot(app->clock);
	int64_t lock = app->idle_ms > 0 ? app->last_input + app->idle_ms : 0;
	int64_t cover;

	if (app->idle_source) {
		g_source_destroy(app->idle_source);
		g_clear_pointer(&app->idle_source, g_source_unref);
	}
	if (app->plain ? app->lines->is_locked(app->plain) : app->shell->is_locked)
		return;
	if (lock && now >= lock) {
		if (app->plain)
			app->lines->idle(app->plain);
		else
			shell_lock(app->shell, "idle");
		return;
	}
	cover = cover_due(app);
	app->is_cover_awaited = cover > now;
	if (cover && now >= cover) {
		app_rest(app, true);
		app->is_dirty |= shell_cover(app->shell, true);
		app_schedule_draw(app);
		cover = 0;
	}
	if (cover && (!lock || cover < lock))
		lock = cover;
	if (lock)
		app->idle_source = clock_alarm(lock, on_idle, app, NULL);
}

void app_run_loop(struct app *app)
{
	/* It may have been told to end before there was a loop. */
	while (!app->is_leaving) {
		g_main_loop_run(app->loop);
		stack_wipe_all();
	}
}

/* Locked at once: how long the end takes, the carrier's goodbye too, is nobody's time to read. */
void app_quit(struct app *app)
{
	app->is_leaving = true;
	shell_lock(app->shell, "exit");
	g_main_loop_quit(app->loop);
}
