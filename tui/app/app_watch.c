/*
 * Who watches the terminal: looked at before the passphrase is asked, and again now and then while
 * keys come. On a timer only where the last look had no answer, as from a tmux that is busy, and a
 * few times at most: an interface that nothing happens to doesn't wake up.
 */
#include "core/base/clock.h"
#include "core/model/settings.h"
#include "tui/app/app_inside.h"
#include "tui/confine/ask.h"
#include "tui/confine/broker.h"
#include "tui/confine/secrets.h"

enum { AGAIN_MS = 30000, RETRIES_MAX = 4, RETRY_MS = 1000 };

static void ask(struct app *app);

static gboolean on_retry(gpointer user)
{
	struct app *app = user;

	app->watch_retry.source = 0;
	ask(app);
	return G_SOURCE_REMOVE;
}

void app_watch_stop(struct app *app)
{
	if (app->watch_retry.source)
		g_source_remove(app->watch_retry.source);
	app->watch_retry.source = 0;
}

/* After 1, 2, 4 and 8 seconds. */
static void retry(struct app *app, enum watch_verdict verdict)
{
	app_watch_stop(app);
	if (verdict != WATCH_UNKNOWN)
		app->watch_retry.count = 0;
	else if (app->parts->broker && app->watch_retry.count < RETRIES_MAX)
		app->watch_retry.source =
			g_timeout_add(RETRY_MS << app->watch_retry.count++, on_retry, app);
}

void app_watch_take(struct app *app, const struct watch *watch)
{
	struct watch *both = watch_merge(app->watch, watch);
	bool is_bad = both->verdict == WATCH_RECORDED || both->verdict == WATCH_UNKNOWN;
	bool is_new = !app->watch || app->watch->verdict != both->verdict;
	g_autofree char *banner = NULL;

	watch_free(app->watch);
	app->watch = both;
	app->shell->host.watch = both;
	if (is_bad)
		banner = g_strdup_printf("%s: %s", watch_word(both->verdict), watch_why(both));
	if (shell_set_floor(app->shell, is_bad ? PRIVACY_VEIL : PRIVACY_OPEN, banner))
		app_schedule_draw(app);
	if (is_new && both->verdict == WATCH_WATCHED)
		shell_say(app->shell, true, watch_why(both));
	if (app->parts->watched)
		app->parts->watched(app->parts->user, both);
	retry(app, both->verdict);
}

static void on_look(const char *text, void *user)
{
	struct watch *watch = text ? watch_decode(text) : NULL;

	if (watch)
		app_watch_take(user, watch);
	watch_free(watch);
}

static void ask(struct app *app)
{
	app->watched_at = clock_boot(app->clock);
	broker_look(app->parts->broker, on_look, app);
}

void app_watch_again(struct app *app)
{
	int64_t now = clock_boot(app->clock);

	if (!app->parts->broker || (app->watched_at && now - app->watched_at < AGAIN_MS))
		return;
	ask(app);
}

void app_watch_warn(const struct app *app)
{
	bool is_asked = !secrets_has(app->parts->secrets, SECRETS_PASSPHRASE);
	g_autofree char *line = NULL;

	if (!is_asked || !app->watch || app->watch->verdict == WATCH_CLEAR)
		return;
	line = g_strdup_printf("This terminal is %s: %s\n", watch_word(app->watch->verdict),
			       watch_why(app->watch));
	ask_say(line);
}

gboolean app_watch_allows(struct app *app, GError **error)
{
	return !app->watch ||
	       watch_allows(app->watch, settings_choice(app->settings, "watch_refuse"), error);
}
