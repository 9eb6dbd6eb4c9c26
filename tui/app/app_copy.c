/*
 * What was copied out of the screen: given to tmux by the broker, else to the terminal's clipboard;
 * and taken back after COPY_SECONDS, at a lock, and when its message goes.
 *
 * The broker clears tmux's buffer by itself, if it is still ours. Of a terminal's clipboard nobody
 * can tell: it is cleared unless the focus was elsewhere, where something else may have been taken.
 */
#include <stddef.h>
#include <string.h>
#include "tui/app/app_inside.h"
#include "tui/confine/broker.h"

enum { SECOND_MS = 1000 };

static bool is_tmux(void)
{
	return g_getenv("TMUX") && g_getenv("TMUX_PANE");
}

void app_ask_copy(void *user, struct copy_means *means)
{
	struct app *app = user;

	*means = (struct copy_means){0};
	if (!app->is_shown)
		means->refused = "There is no screen just now.";
	else if (is_tmux() && !app->parts->broker)
		means->refused = "There is nobody to ask tmux here.";
	else if (is_tmux())
		means->place = COPY_TMUX;
	else if (g_getenv("STY"))
		means->refused = "GNU screen lets nothing through to the terminal's clipboard; "
				 "tmux has a buffer for it.";
	else if (!(means->refused = term_refuses_copy(app->term)))
		means->place = COPY_CLIPBOARD;
}

/* -- clearing ------------------------------------------------------------------------------- */

void app_copy_forget(struct app *app)
{
	if (app->copy.due)
		g_source_remove(app->copy.due);
	g_free(app->copy.address);
	memset(&app->copy, 0, sizeof(app->copy));
	if (app->parts->broker)
		broker_forget(app->parts->broker, &app->copy);
}

void app_copy_clear(struct app *app)
{
	if (app->copy.due)
		g_source_remove(app->copy.due);
	app->copy.due = 0;
	if (app->copy.place == COPY_TMUX)
		broker_clear(app->parts->broker);
	else if (app->copy.place == COPY_CLIPBOARD && !app->copy.was_elsewhere &&
		 !term_copy(app->term, "") && !term_refuses_copy(app->term)) {
		/* It takes nothing just now: as soon as it does. */
		app->copy.is_overdue = true;
		return;
	}
	app_copy_forget(app);
}

static gboolean on_due(gpointer user)
{
	struct app *app = user;

	app->copy.due = 0;
	if (app->copy.place == COPY_CLIPBOARD && app->copy.was_elsewhere)
		shell_say(app->shell, false, "What was copied stays in the clipboard: you were "
					     "elsewhere, and may have copied something else.");
	app_copy_clear(app);
	app_schedule_draw(app);
	return G_SOURCE_REMOVE;
}

/* -- copying -------------------------------------------------------------------------------- */

/* It is there. */
static void settle(struct app *app, const char *sentence)
{
	app->copy.is_awaited = false;
	app->copy.due = g_timeout_add_seconds(COPY_SECONDS, on_due, app);
	shell_say(app->shell, false, sentence);
	app_schedule_draw(app);
}

static void settle_clipboard(struct app *app)
{
	settle(app, app->tells_focus ?
			    "Given to the terminal for its clipboard; cleared in 30 s if you stay "
			    "here." :
			    "Given to the terminal for its clipboard; cleared in 30 s.");
}

/* USER is the app's `copy`: so a later copy forgets just this question. */
static void on_tmux(const char *text, void *user)
{
	struct app *app = (struct app *)(void *)((char *)user - offsetof(struct app, copy));

	/* It was locked meanwhile. */
	if (app->copy.place != COPY_TMUX || !app->copy.is_awaited)
		return;
	if (text) {
		settle(app, "Copied to tmux's buffer \"" COPY_BUFFER "\"; cleared in 30 s.");
		return;
	}
	app_copy_forget(app);
	shell_say(app->shell, true, "tmux didn't take it: nothing was copied. Try again.");
	app_schedule_draw(app);
}

static void taken(struct app *app)
{
	if (app->copy.place != COPY_CLIPBOARD || term_is_behind(app->term))
		return;
	if (app->copy.is_awaited)
		settle_clipboard(app);
	if (app->copy.is_overdue)
		app_copy_clear(app);
}

void app_copy(void *user, const struct copy_order *order)
{
	struct app *app = user;

	if (order->place == COPY_CLIPBOARD && !term_copy(app->term, order->text)) {
		shell_say(app->shell, true, "The terminal takes nothing just now: nothing was "
					    "copied. Try again.");
		return;
	}
	/* It has taken the place of what was copied before. */
	app_copy_forget(app);
	app->copy.place = order->place;
	app->copy.address = g_strdup(order->address);
	app->copy.seq = order->seq;
	app->copy.is_awaited = true;
	app->copy.taken = taken;
	if (order->place == COPY_TMUX)
		broker_copy(app->parts->broker, order->text, on_tmux, &app->copy);
	else if (!term_is_behind(app->term))
		settle_clipboard(app);
}

/* -- what comes between --------------------------------------------------------------------- */

void app_copy_left(struct app *app)
{
	app->copy.was_elsewhere = app->copy.place == COPY_CLIPBOARD;
}

/* The message itself, where it is still there. */
static void on_looked(struct job *job, void *user)
{
	struct app *app = user;

	const struct message *message =
		!job->error && job->rows && job->rows->len ? job->rows->pdata[0] : NULL;

	/* Another copy has taken its place. */
	if (app->copy.seq != job->seq + 1)
		return;
	if (!message || message->seq != app->copy.seq || message->kind != KIND_TEXT ||
	    !message->body)
		app_copy_clear(app);
}

void app_copy_event(struct app *app, const struct event *event)
{
	struct job *job;

	if (app->copy.place == COPY_NOWHERE || event->type != EVENT_GONE ||
	    (event->address && strcmp(event->address, app->copy.address) != 0))
		return;
	job = job_new(JOB_AFTER, app->copy.address);
	job->seq = app->copy.seq - 1;
	job->limit = 1;
	job_post(app->link, job, on_looked, app);
}
