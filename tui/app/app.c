#include "tui/app/app.h"
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/engine/desk.h"
#include "core/model/settings.h"
#include "tui/app/app_inside.h"
#include "tui/app/first_run.h"
#include "tui/app/opening.h"
#include "tui/app/plain.h"
#include "tui/client/settings_follow.h"
#include "tui/confine/ask.h"
#include "tui/confine/broker.h"
#include "tui/ui/commands.h"

/* -- keys, events, signals ------------------------------------------------------------------ */

static void resize(struct app *app)
{
	int rows;
	int cols;

	shell_disturb(app->shell);
	app_ask_colours(app);
	term_size(app->term, &rows, &cols);
	grid_resize(app->grid, rows, cols);
	app->is_dirty = true;
}

static void on_detached(bool is_detached, void *user)
{
	struct app *app = user;

	if (!is_detached || app->is_focused)
		return;
	shell_lock(app->shell, "detach");
	app_schedule_draw(app);
}

static void on_gone(bool is_detached, void *user)
{
	struct app *app = user;

	if (!is_detached)
		return;
	shell_lock(app->shell, "detach");
	app_schedule_draw(app);
}

static void on_alternate(bool is_on, void *user)
{
	struct app *app = user;

	if (!is_on)
		shell_say(app->shell, true,
			  "This tmux has no alternate screen (alternate-screen off): what sotto "
			  "shows stays in its scrollback. Set it on before you read on.");
	app_schedule_draw(app);
}

static void set_focus(struct app *app, bool is_focused)
{
	app_rest(app, !is_focused);
	app->is_focused = is_focused;
	app->tells_focus = true;
	app->is_dirty |= shell_cover(app->shell, !is_focused);
	if (!is_focused)
		app_copy_left(app);
	shell_disturb(app->shell);
	if (is_focused)
		app_ask_colours(app);
	if (!is_focused && app->detach)
		detach_ask(app->detach, on_detached, app);
	/* What came meanwhile is read now. */
	app->is_dirty = app->is_dirty || is_focused;
}

/* An answer to what term_report_releases() asks: the first one, or that to the last request. */
static void heed_reports(struct app *app)
{
	enum key_releases *releases = &app->shell->host.releases;

	if (*releases == RELEASES_NEVER)
		*releases = RELEASES_CAN;
	else if (*releases == RELEASES_ASKED)
		*releases = RELEASES_TOLD;
}

static void on_key(const struct key *key, void *user)
{
	struct app *app = user;

	switch (key->code) {
	case KC_NONE:
		shell_leave(app->shell);
		app_quit(app);
		return;
	case KC_RESIZE:
		resize(app);
		app->watched_at = 0;
		app_watch_again(app);
		return;
	case KC_FOCUS_IN:
	case KC_FOCUS_OUT:
		set_focus(app, key->code == KC_FOCUS_IN);
		return;
	case KC_REPORTS:
		heed_reports(app);
		return;
	case KC_RELEASE:
		app->is_dirty |= shell_release(app->shell, key);
		return;
	default:
		/* What came while nobody looked is seen now. */
		app->is_dirty |= !app_is_attended(app);
		app->last_input = clock_boot(app->clock);
		app_rest(app, false);
		app_watch_again(app);
		app->is_dirty |= shell_key(app->shell, key);
	}
}

static void on_burst(void *user)
{
	struct app *app = user;

	if (app->is_dirty)
		app_draw(app);
}

/* The keys are gone; and now what was to be told, and what calls left here. */
static void forget(struct app *app)
{
	app_alert_stop(app);
	/* Out of all that was called, so that app_run_loop() finds nothing of it in use. */
	g_main_loop_quit(app->loop);
}

static void on_event(const struct event *event, void *user)
{
	struct app *app = user;

	if (event->type == EVENT_MESSAGE && event->message)
		app_alert_news(app, event->message);
	app_copy_event(app, event);
	if (app->plain)
		app->lines->event(app->plain, event);
	else if (shell_event(app->shell, event))
		app_schedule_draw(app);
	if (event->type == EVENT_LOCKED)
		forget(app);
}

static gboolean on_winch(gpointer user)
{
	struct app *app = user;

	if (app->is_shown && term_resize(app->term)) {
		resize(app);
		app_draw(app);
	}
	return G_SOURCE_CONTINUE;
}

static gboolean on_term(gpointer user)
{
	app_quit(user);
	return G_SOURCE_CONTINUE;
}

static gboolean on_hup(gpointer user)
{
	struct app *app = user;

	shell_lock(app->shell, "hangup");
	if (app->plain)
		app_quit(app);
	return G_SOURCE_CONTINUE;
}

/* -- what the shell asks -------------------------------------------------------------------- */

static void shell_op_draw(void *user)
{
	app_schedule_draw(user);
}

static void shell_op_quit(void *user)
{
	app_quit(user);
}

static void shell_op_repaint(void *user)
{
	struct app *app = user;

	if (app->is_shown)
		term_repaint(app->term);
}

/* The lock screen takes the place of what was there, in our cells and in those of curses. */
static void shell_op_locked(void *user)
{
	struct app *app = user;

	app_alert_stop(app);
	if (app->grid)
		grid_clear(app->grid);
	/* A terminal that has stopped mustn't get it when it goes on. */
	if (app->is_shown)
		term_drop(app->term);
	app_copy_clear(app);
	if (!app->is_shown)
		return;
	term_repaint(app->term);
	app_draw(app);
	term_forget(app->term);
}

static void shell_op_unread(void *user)
{
	app_alert_unread(user);
}

/* The keys are gone when the answer is here. */
static void await_lock(struct app *app, const char *reason)
{
	struct job *job = job_new(JOB_LOCK, NULL);

	/* There is nobody to tell, and locking doesn't fail. */
	job->text = plain_dup(reason);
	if (!opening_await(app->link, job, NULL, NULL))
		g_debug("locking was answered with an error");
}

static void shell_op_suspend(void *user)
{
	struct app *app = user;

	if (!app->is_shown)
		return;
	/* Nobody watches over a stopped process, and its keys lie in memory. */
	shell_lock(app->shell, "suspend");
	app_hide(app);
	await_lock(app, "suspend");
	/* As the terminal's own C-z: the whole foreground job stops here, and goes on here. */
	if (app->parts->broker)
		broker_stop(app->parts->broker);
	app_show(app);
}

/* The lock screen's frame stays, and holds the question. */
static void show_asking(const struct opening_ask *ask, void *user)
{
	struct app *app = user;

	if (!app->is_shown && !ask->is_again)
		app_show(app);
	app->shell->host.asking = ask;
	if (ask->is_again) {
		shell_draw(app->shell, app->grid);
		term_draw_held(app->term, app->grid);
	} else {
		app_draw(app);
	}
	app->shell->host.asking = NULL;
	app->is_shown = false;
	term_hold(app->term);
}

static void shell_op_unlock(void *user)
{
	struct app *app = user;
	GError *error = NULL;
	g_autofree char *warning = NULL;

	shell_disturb(app->shell);
	if (app_watch_allows(app, &error) &&
	    opening_unlock(app->link, &app->wrong, show_asking, app, &warning, &error))
		app_opened(app, warning);
	else
		shell_say(app->shell, true, error->message);
	app->shell->host.wrong = app->wrong;
	g_clear_error(&error);
	if (!app->is_shown)
		app_show(app);
}

static gboolean shell_op_set(void *user, const char *name, const char *value, GError **error)
{
	return app_set(user, name, value, error);
}

static char **shell_op_themes(void *user)
{
	struct app *app = user;
	const char *const *folder = app->parts->theme_folders;

	return theme_names(folder ? folder[0] : NULL);
}

static const struct shell_ops shell_ops = {
	.draw = shell_op_draw,
	.unlock = shell_op_unlock,
	.locked = shell_op_locked,
	.quit = shell_op_quit,
	.suspend = shell_op_suspend,
	.repaint = shell_op_repaint,
	.set = shell_op_set,
	.themes = shell_op_themes,
	.unread = shell_op_unread,
	.ask_flicker = app_ask_flicker,
	.put_flicker = app_put_flicker,
	.file = app_file,
	.ask_copy = app_ask_copy,
	.copy = app_copy,
};

/* -- the terminal, given and taken ---------------------------------------------------------- */

void app_hide(struct app *app)
{
	shell_disturb(app->shell);
	app->is_shown = false;
	term_suspend(app->term);
}

void app_show(struct app *app)
{
	term_resume(app->term);
	app->is_shown = true;
	app->last_input = clock_boot(app->clock);
	resize(app);
	app_draw(app);
}

void app_opened(struct app *app, const char *warning)
{
	shell_open(app->shell);
	app->last_input = clock_boot(app->clock);
	app_watch_idle(app);
	if (warning)
		shell_say(app->shell, true, warning);
	if (app->detach)
		detach_wait(app->detach, on_gone, app);
	if (app->detach)
		detach_ask_alternate(app->detach, on_alternate, app);
}

/* -- the run -------------------------------------------------------------------------------- */

static gboolean open_terminal(struct app *app, GError **error)
{
	const struct term_options options = {
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
		.outlet = app->parts->outlet,
	};

	app->term = term_open(&options, error);
	if (!app->term)
		return FALSE;
	app->grid = grid_new(1, 1);
	resize(app);
	if (!app_start_theme(app, error))
		return FALSE;
	term_watch(app->term, on_key, on_burst, app);
	term_on_taken(app->term, app_taken, app);
	app_guard_interrupt();
	app->is_shown = true;
	app->is_focused = true;
	return TRUE;
}

static gboolean run_lines(struct app *app, const char *warning, GError **error)
{
	g_autofree char *all = app_warnings(app, warning);

	return plain_run(app, all ? all : app->parts->greeting, error);
}

static gboolean run_screens(struct app *app, const char *warning, GError **error)
{
	g_autofree char *all = NULL;

	if (!open_terminal(app, error))
		return FALSE;
	all = app_warnings(app, warning);
	app_opened(app, all);
	if (!all && app->parts->greeting)
		shell_say(app->shell, false, app->parts->greeting);
	app_draw(app);
	app_run_loop(app);
	return TRUE;
}

/* Drafts went first, then the keys. */
static void put_away(struct app *app)
{
	shell_lock(app->shell, "exit");
	app->is_shown = false;
	await_lock(app, "exit");
}

static void close_terminal(struct app *app)
{
	app->is_shown = false;
	if (app->draw_source)
		g_source_remove(app->draw_source);
	if (app->term)
		term_on_taken(app->term, NULL, NULL);
	term_close(app->term);
	g_clear_pointer(&app->grid, grid_free);
	g_clear_pointer(&app->theme, theme_free);
}

static void app_start(struct app *app, const struct app_parts *parts)
{
	app->parts = parts;
	app->clock = parts->engine->clock;
	app->loop = g_main_loop_new(NULL, FALSE);
	app->desk = desk_new(parts->engine, on_event, app);
	app->link = link_new(app->desk);
	app->detach = detach_new(parts->broker);
	app->settings = settings_new(settings_table(parts->engine->settings));
	app->shell = shell_new(app->link, app->settings, app->clock, &commands_shell, &shell_ops,
			       app);
	app->signals[0] = g_unix_signal_add(SIGWINCH, on_winch, app);
	app->signals[1] = g_unix_signal_add(SIGTERM, on_term, app);
	app->signals[2] = g_unix_signal_add(SIGHUP, on_hup, app);
	if (parts->started)
		parts->started(parts->user, app->desk);
}

static void app_stop(struct app *app)
{
	if (app->parts->stopping)
		app->parts->stopping(app->parts->user, app->desk);
	for (size_t i = 0; i < G_N_ELEMENTS(app->signals); i++)
		g_source_remove(app->signals[i]);
	app->idle_ms = app->cover_ms = 0;
	app_watch_idle(app);
	app_alert_stop(app);
	app_watch_stop(app);
	app_copy_forget(app);
	close_terminal(app);
	shell_free(app->shell);
	watch_free(app->watch);
	if (app->parts->broker)
		broker_forget(app->parts->broker, app);
	link_free(app->link);
	desk_free(app->desk);
	detach_free(app->detach);
	settings_follow_free(app->follow);
	g_clear_pointer(&app->settings_told, g_hash_table_unref);
	settings_free(app->settings);
	g_free(app->mistake);
	g_main_loop_unref(app->loop);
}

static void set_first(struct app *app, const char *name, const char *value)
{
	g_autoptr(GError) error = NULL;

	if (app_set(app, name, value, &error))
		return;
	ask_tell(error->message);
}

/* What was answered before there was a profile; and whom to write to, once it is there. */
static void settle_first(struct app *app)
{
	set_first(app, "expire_default", app->parts->first->expire);
	set_first(app, "screen_mode", app->parts->first->mode);
	first_people_ask(app->link);
}

gboolean app_run(const struct app_parts *parts, GError **error)
{
	struct app app = {0};
	g_autofree char *warning = NULL;
	gboolean is_done = FALSE;
	bool is_plain;

	app_start(&app, parts);
	app_guard_crashes(STDOUT_FILENO);
	if (!app_load(&app, error))
		goto out;
	if (parts->watch)
		app_watch_take(&app, parts->watch);
	app.watched_at = clock_boot(app.clock);
	if (!app_watch_allows(&app, error))
		goto out;
	app_watch_warn(&app);
	app_follow_settings(&app);
	if (!opening_run(parts, app.link, &app.wrong, &warning, error))
		goto out;
	if (parts->first)
		settle_first(&app);
	is_plain = parts->is_plain || settings_bool(app.settings, "plain");
	is_done = is_plain ? run_lines(&app, warning, error) :
			      run_screens(&app, warning, error);
	put_away(&app);
out:
	app_stop(&app);
	return is_done;
}
