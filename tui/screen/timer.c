#include "tui/screen/timer.h"

#include <stdio.h>
#include <string.h>
#include "core/base/clock.h"
#include "tui/kit/draw.h"
#include "tui/kit/list.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum {
	CARD_COLS = 44,
	SECOND_MS = 1000,
	MINUTE_MS = 60 * SECOND_MS,
	HOUR_MS = 60 * MINUTE_MS,
	LAST_TENTH = 10,
};

/* What is offered; every other time can be typed: `:expire 3h`. */
static const struct choice {
	int64_t seconds;
	const char *words;
} choices[] = {
	{ 0, "off: messages stay" },
	{ 30, "30 seconds" },
	{ 5 * 60, "5 minutes" },
	{ 60 * 60, "1 hour" },
	{ 8 * 60 * 60, "8 hours" },
	{ 24 * 60 * 60, "1 day" },
	{ 7 * 24 * 60 * 60, "1 week" },
	{ 4 * 7 * 24 * 60 * 60, "4 weeks" },
};

struct timer_card {
	struct screen screen;
	struct list list;
	char *address;
};

static struct timer_card *card_of(struct screen *screen)
{
	return (struct timer_card *)(void *)screen;
}

/* -- asking ----------------------------------------------------------------------------------- */

void timer_set(struct host *host, const char *address, int64_t seconds)
{
	struct job *job = job_new(JOB_TIMER, address);

	job->seq = seconds;
	/* The conversation shows the change itself, as a line with who made it. */
	job_post(host->link, job, host_heed, host);
}

/* -- what is left ----------------------------------------------------------------------------- */

bool timer_left(const struct message *message, int64_t now, char left[static TIMER_LEFT_BYTES],
		unsigned *next_ms)
{
	int64_t rest = message->expires_at - now;
	int64_t stretch = MAX((int64_t)MINUTE_MS, message->expire_seconds * SECOND_MS / LAST_TENTH);

	if (!message->expires_at || rest > stretch)
		return false;
	rest = MAX(rest, 0);
	*next_ms = rest >= 2 * MINUTE_MS ? (unsigned)MIN(rest % MINUTE_MS + 1, MINUTE_MS)
					 : SECOND_MS;
	if (rest < 100 * SECOND_MS)
		snprintf(left, TIMER_LEFT_BYTES, "%ds", (int)((rest + SECOND_MS - 1) / SECOND_MS));
	else if (rest < 100 * (int64_t)MINUTE_MS)
		snprintf(left, TIMER_LEFT_BYTES, "%dm", (int)(rest / MINUTE_MS));
	else
		snprintf(left, TIMER_LEFT_BYTES, "%dh", (int)MIN(rest / HOUR_MS, 99));
	return true;
}

/* -- the card --------------------------------------------------------------------------------- */

static size_t choice_of(const struct host *host, const char *address)
{
	const struct contact *contact = roster_find(host->roster, address);

	for (size_t i = 0; contact && i < G_N_ELEMENTS(choices); i++) {
		if (choices[i].seconds == contact->timer)
			return i;
	}
	return 0;
}

static struct screen *timer_open(struct host *host, const void *argument)
{
	struct timer_card *self = g_new0(struct timer_card, 1);

	screen_init(&self->screen, &timer_ops, host);
	self->address = g_strdup(argument);
	list_init(&self->list, 1);
	list_set_count(&self->list, G_N_ELEMENTS(choices));
	list_move(&self->list, (int)choice_of(host, argument));
	return &self->screen;
}

static void timer_close(struct screen *screen)
{
	g_free(card_of(screen)->address);
	g_free(screen);
}

static void draw_row(void *user, size_t index, struct view view, bool is_selected)
{
	(void)user;
	draw_fit(view, 0, 1, view.cols - 2, choices[index].words,
		 is_selected ? ROLE_CARD_SELECTED : ROLE_CARD, 0);
}

static void timer_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct timer_card *self = card_of(screen);
	struct view inside =
		draw_card(view, G_N_ELEMENTS(choices) + 1, CARD_COLS, "Messages go after");

	(void)has_focus;
	draw_fit(view_cut_bottom(&inside, 1), 0, 1, inside.cols - 2,
		 "On both sides, once they are read.", ROLE_CARD_DIM, 0);
	list_draw(&self->list, inside, ROLE_CARD, ROLE_CARD_SELECTED, draw_row, self);
}

static gboolean run_take(void *user, ARGS, GError **error)
{
	struct timer_card *self = user;
	struct host *host = self->screen.host;
	int64_t seconds = choices[self->list.selected].seconds;
	g_autofree char *address = g_steal_pointer(&self->address);

	(void)args;
	(void)error;
	host->ops->close(host, &self->screen);
	timer_set(host, address, seconds);
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	struct timer_card *self = user;

	(void)args;
	(void)error;
	list_move(&self->list, -1);
	return TRUE;
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	struct timer_card *self = user;

	(void)args;
	(void)error;
	list_move(&self->list, 1);
	return TRUE;
}

static const struct command timer_commands[] = {
	{ "timer-take", NULL, "", "Enter", NULL, "set this timer", run_take },
	{ "timer-up", NULL, "", "Up", "k", "to the line above", run_up },
	{ "timer-down", NULL, "", "Down", "j", "to the line below", run_down },
	{ "timer-leave", NULL, "", "Escape", "C-g", "leave the timer as it is", screen_run_leave },
	{ 0 },
};

const struct screen_table timer_tables[] = {
	{ "timer", "Choosing a timer", timer_commands },
	{ 0 },
};

const struct screen_ops timer_ops = {
	.name = "timer",
	.tables = timer_tables,
	.is_card = true,
	.open = timer_open,
	.close = timer_close,
	.draw = timer_draw,
};
