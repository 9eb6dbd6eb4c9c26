/* Telling somebody who looks elsewhere that something came: at most once in ALERT_EVERY_MS. */
#include <glib.h>
#include <string.h>
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/model/privacy.h"
#include "core/model/settings.h"
#include "tui/app/alert.h"
#include "tui/app/app_inside.h"
#include "tui/client/mute.h"
#include "tui/confine/broker.h"
#include "tui/confine/notify.h"

enum { ALERT_EVERY_MS = 2000, NEWS_MAX = 32, UNMUTED_MS = 24 * 3600 * 1000 };

struct news {
	char *address;
	char *body; /* plain memory; NULL: not to be shown */
	bool is_sealed;
};

static void news_free(gpointer data)
{
	struct news *news = data;

	g_free(news->address);
	plain_free(news->body);
	g_free(news);
}

static void forget(struct app *app)
{
	g_clear_pointer(&app->alert.news, g_ptr_array_unref);
	if (app->alert.idle)
		g_source_remove(app->alert.idle);
	app->alert.idle = 0;
}

bool app_is_attended(const struct app *app)
{
	if (app->tells_focus)
		return app->is_focused;
	/* Who has something played needs no keys. */
	return clock_boot(app->clock) - app->last_input < APP_ATTENDED_MS ||
	       clock_boot(app->clock) < app->shell->host.shows_to;
}

/* Of the interface that runs: screens or lines. */
static struct roster *roster_of(const struct app *app)
{
	return app->plain ? app->lines->roster(app->plain) : app->shell->host.roster;
}

static bool is_veiled(const struct app *app, const char *address)
{
	return app->plain ? app->lines->is_veiled(app->plain, address)
			  : host_privacy(&app->shell->host, address) != PRIVACY_OPEN;
}

/* NEWS: NULL for nothing in particular. */
static struct alert_place place_now(const struct app *app, const struct news *news)
{
	return (struct alert_place){
		.is_locked = app->plain ? app->lines->is_locked(app->plain) : app->shell->is_locked,
		.is_veiled = (news && news->is_sealed) ||
			     is_veiled(app, news ? news->address : NULL),
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

	if (bytes && app->plain)
		app->lines->alert(app->plain, bytes);
	else if (bytes && app->is_shown)
		term_alert(app->term, bytes, strlen(bytes));
	else if (via == ALERT_DESKTOP && broker)
		broker_show(broker, title, text);
	plain_free(bytes);
}

/* What breaks through a mute is told of, and isn't counted: it is one at least. */
static unsigned count_told(const struct app *app)
{
	return MAX(app->unread, 1);
}

/* What is said of NEWS; FALSE: nothing. */
static bool words_of(struct app *app, const struct news *news, char **title, char **text)
{
	const struct alert_place place = place_now(app, news);
	const struct alert_news said = {
		.unread = count_told(app),
		.sender = news ? roster_name(roster_of(app), news->address) : NULL,
		.body = news ? news->body : NULL,
	};
	enum alert_level level =
		alert_level((enum alert_level)settings_choice(app->settings, "notify"), &place);

	return app->has_unread && alert_words(level, &said, title, text);
}

/* The newest, by what the settings say; the hook has had each. */
static void tell(struct app *app, const struct news *news)
{
	const struct alert_place place = place_now(app, news);
	enum alert_via via =
		alert_via((enum alert_via)settings_choice(app->settings, "notify_via"), &place);
	char *title, *text;

	if (words_of(app, news, &title, &text)) {
		send(app, via, title, text);
		plain_free(title);
		plain_free(text);
	}
	app->alert.told_at = clock_boot(app->clock);
}

static gboolean on_late(gpointer user)
{
	struct app *app = user;

	app->alert.late = 0;
	if (!app_is_attended(app))
		tell(app, NULL);
	return G_SOURCE_REMOVE;
}

static void run_hooks(struct app *app)
{
	for (guint i = 0; i < app->alert.news->len && app->parts->broker; i++) {
		char *title, *text;

		if (!words_of(app, app->alert.news->pdata[i], &title, &text))
			continue;
		broker_hook(app->parts->broker, count_told(app), title, text);
		plain_free(title);
		plain_free(text);
	}
}

/* Nobody looks: the hook for each, one notification for all. */
static void announce(struct app *app)
{
	int64_t wait = app->alert.told_at + ALERT_EVERY_MS - clock_boot(app->clock);
	GPtrArray *news = app->alert.news;

	if (!news)
		return;
	run_hooks(app);
	if (app->alert.told_at && wait > 0 && !app->alert.late)
		app->alert.late = g_timeout_add((guint)wait, on_late, app);
	else if (!app->alert.late)
		tell(app, news->pdata[news->len - 1]);
	forget(app);
}

static gboolean on_idle(gpointer user)
{
	struct app *app = user;

	app->alert.idle = 0;
	if (app_is_attended(app))
		forget(app); /* a key came: it was seen */
	else
		announce(app);
	return G_SOURCE_REMOVE;
}

static void on_shown(bool is_shown, void *user)
{
	if (!is_shown)
		announce(user);
}

/* Nobody knows whether somebody looks: tmux and screen know when nobody can. */
static void await(struct app *app)
{
	int64_t left = app->last_input + APP_ATTENDED_MS - clock_boot(app->clock);

	if (!app->alert.idle)
		app->alert.idle = g_timeout_add((guint)MAX(left, 0), on_idle, app);
	if (app->detach)
		detach_ask_shown(app->detach, on_shown, app);
}

/* In a group or room a message that names the user breaks through, if that is set. */
static bool is_muted(const struct app *app, const struct message *message)
{
	const struct host *host = &app->shell->host;
	const struct contact *contact = roster_find(roster_of(app), message->conversation);

	if (!contact || !contact_is_muted(contact, clock_wall(app->clock)))
		return false;
	return contact->kind == CONTACT_PERSON || !message->body || !host->self ||
	       !settings_bool(app->settings, "notify_mentions") ||
	       !mute_is_named(message->body, host->self);
}

void app_alert_news(struct app *app, const struct message *message)
{
	struct news *news;

	if (message->direction != DIRECTION_IN ||
	    (message->kind != KIND_TEXT && message->kind != KIND_UNREADABLE) ||
	    is_muted(app, message))
		return;
	if (!app->alert.news)
		app->alert.news = g_ptr_array_new_with_free_func(news_free);
	if (app->alert.news->len == NEWS_MAX)
		g_ptr_array_remove_index(app->alert.news, 0);
	news = g_new0(struct news, 1);
	news->address = g_strdup(message->conversation);
	news->is_sealed = message->sealed || message->view_once;
	/* One that will go mustn't stay in some notification's history. */
	if (!news->is_sealed && !message->expire_seconds && message->body &&
	    message->kind == KIND_TEXT)
		news->body = plain_dup(message->body);
	g_ptr_array_add(app->alert.news, news);
}

static gboolean on_unmuted(gpointer user)
{
	struct app *app = user;

	app->alert.unmuted = 0;
	roster_refresh(roster_of(app));
	return G_SOURCE_REMOVE;
}

/* What isn't muted any more is counted from then on. */
static void await_unmuted(struct app *app)
{
	int64_t now = clock_wall(app->clock);
	int64_t at = roster_unmutes_at(roster_of(app), now);

	if (app->alert.unmuted)
		g_source_remove(app->alert.unmuted);
	app->alert.unmuted =
		at ? g_timeout_add((guint)MIN(at - now, UNMUTED_MS), on_unmuted, app) : 0;
}

static void show_count(struct app *app)
{
	if (app->term)
		term_set_count(app->term, app->unread);
	if (app->plain)
		app->lines->set_count(app->plain, app->unread);
}

void app_alert_unread(struct app *app)
{
	unsigned muted;

	app->unread = roster_unread(roster_of(app), clock_wall(app->clock), &muted);
	app->has_unread = app->unread || muted;
	show_count(app);
	await_unmuted(app);
	if (!app->has_unread && app->parts->broker)
		broker_close(app->parts->broker);
	if (!app->alert.news)
		return;
	if (!app->has_unread || (app->tells_focus && app->is_focused))
		forget(app);
	else if (app_is_attended(app))
		await(app);
	else
		announce(app);
}

void app_alert_stop(struct app *app)
{
	if (app->alert.late)
		g_source_remove(app->alert.late);
	if (app->alert.unmuted)
		g_source_remove(app->alert.unmuted);
	app->alert.late = app->alert.unmuted = 0;
	app->unread = 0;
	app->has_unread = false;
	show_count(app);
	forget(app);
	if (app->parts->broker)
		broker_close(app->parts->broker);
}
