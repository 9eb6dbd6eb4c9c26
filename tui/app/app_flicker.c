/*
 * What the terminal does for sealed messages: whether it can, and their frames.
 */
#include <unistd.h>
#include "core/model/settings.h"
#include "tui/app/app_inside.h"
#include "tui/term/flicker.h"

static void on_colours(enum flicker_tmux colours, void *user)
{
	struct app *app = user;

	app->tmux = colours;
	if (colours != FLICKER_TMUX_EXACT)
		shell_disturb(app->shell);
	app_schedule_draw(app);
}

void app_ask_colours(struct app *app)
{
	if (app->detach)
		detach_ask_colours(app->detach, on_colours, app);
}

static const char *refusal(const struct app *app)
{
	const struct flicker_place place = {
		.is_forbidden = !settings_bool(app->settings, "animation"),
		.is_away = !app->is_shown,
		.has_no_colours = app->theme && !theme_has_colours(app->theme),
		.terminal = term_refuses_points(app->term),
		.tmux = app->tmux,
	};

	return flicker_place_refuses(&place, environ);
}

void app_ask_flicker(void *user, struct flicker_means *means)
{
	struct app *app = user;

	/* This answer is from the last change of focus or size; should it be out of date, the
	 * next one ends what is shown. */
	app_ask_colours(app);
	*means = (struct flicker_means){
		.refused = refusal(app),
		.fps = flicker_place_fps(environ),
		.rate = flicker_place_rate(environ),
		.is_confirmed = settings_bool(app->settings, "flicker_confirmed"),
	};
	if (app->is_shown)
		term_size(app->term, &means->rows, &means->cols);
}

bool app_put_flicker(void *user, int row, int col, int cols, const uint8_t *cells)
{
	struct app *app = user;

	if (!app->is_shown)
		return false;
	if (cells)
		return term_put_points(app->term, row, col, FLICKER_ROWS, cols, cells,
				       FLICKER_GREY);
	term_repaint(app->term);
	app_schedule_draw(app);
	return true;
}
