/* Telling somebody who looks elsewhere that something came: at most once in ALERT_EVERY_MS. */
#include <glib.h>
#include <string.h>
#include "core/clock.h"
#include "core/privacy.h"
#include "core/secret.h"
#include "core/settings.h"
#include "tui/alert.h"
#include "tui/app_inside.h"
#include "tui/broker.h"
#include "tui/notify.h"

enum { ALERT_EVERY_MS = 2000 };

static void forget(struct app *app)
{
	g_clear_pointer(&app->alert.address, g_free);
	g_clear_pointer(&app->alert.body, plain_free);
	app->alert.is_sealed = false;
}

static struct alert_place place_now(const struct app *app)
{
	return (struct alert_place){
		.is_locked = app->shell->is_locked,
		.is_veiled = app->alert.is_sealed ||
			     host_privacy(&app->shell->host, app->alert.address) != PRIVACY_OPEN,
		.is_recorded = app->shell->host.floor != PRIVACY_OPEN,
		.is_remote = g_getenv("SSH_CONNECTION") != NULL || g_getenv("SSH_TTY") != NULL,
		.is_tmux = g_getenv("TMUX") != NULL,
		.has_desktop = notify_has_desktop(),
	};
}

static void send(struct app *app, enum alert_via via, const char *title, const char *text)
{
	struct broker *broker = app->parts->broker;
	char *bytes = alert_bytes(via, title, text);

	if (bytes && app->is_shown)
		term_alert(app->term, bytes, strlen(bytes));
	else if (via == ALERT_DESKTOP && broker)
		broker_show(broker, title, text);
	else if (via == ALERT_HOOK && broker)
		broker_hook(broker, app->unread, title, text);
	plain_free(bytes);
}

static void tell(struct app *app)
{
	const struct alert_place place = place_now(app);
	const struct alert_news news = {
		.unread = app->unread,
		.sender = app->alert.address ? roster_name(app->shell->host.roster,
							   app->alert.address)
					     : NULL,
		.body = app->alert.body,
	};
	enum alert_level level =
		alert_level((enum alert_level)settings_choice(app->settings, "notify"), &place);
	enum alert_via via =
		alert_via((enum alert_via)settings_choice(app->settings, "notify_via"), &place);
	char *title, *text;

	if (app->unread && alert_words(level, &news, &title, &text)) {
		send(app, via, title, text);
		plain_free(title);
		plain_free(text);
	}
	app->alert.told_at = clock_boot(app->clock);
	forget(app);
}

static gboolean on_late(gpointer user)
{
	struct app *app = user;

	app->alert.late = 0;
	if (!app->is_focused)
		tell(app);
	return G_SOURCE_REMOVE;
}

void app_alert_news(struct app *app, const struct message *message)
{
	if (message->direction != DIRECTION_IN ||
	    (message->kind != KIND_TEXT && message->kind != KIND_UNREADABLE))
		return;
	forget(app);
	app->alert.address = g_strdup(message->conversation);
	app->alert.is_sealed = message->sealed || message->view_once;
	/* One that will go mustn't stay in some notification's history. */
	if (!app->alert.is_sealed && !message->expire_seconds && message->body &&
	    message->kind == KIND_TEXT)
		app->alert.body = plain_dup(message->body);
}

void app_alert_unread(struct app *app, unsigned count)
{
	bool is_more = count > app->unread;
	int64_t wait = app->alert.told_at + ALERT_EVERY_MS - clock_boot(app->clock);

	app->unread = count;
	if (count == 0 && app->parts->broker)
		broker_close(app->parts->broker);
	if (!is_more || app->is_focused || app->alert.late)
		return;
	if (app->alert.told_at && wait > 0)
		app->alert.late = g_timeout_add((guint)wait, on_late, app);
	else
		tell(app);
}

void app_alert_stop(struct app *app)
{
	if (app->alert.late)
		g_source_remove(app->alert.late);
	app->alert.late = 0;
	forget(app);
	if (app->parts->broker)
		broker_close(app->parts->broker);
}
