#include "tui/screen/copy_card.h"

#include "tui/kit/draw.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { CARD_COLS = 60 };

static const char CLIPBOARD[] =
	"It goes to your terminal's clipboard: other programs can read it there, over ssh those of "
	"the machine in front of you. sotto clears it after 30 seconds if you stay here. Your "
	"answer is kept (setting copy).";
static const char TIMER[] =
	"This message has a timer: what other programs take of the copy stays when it goes.";

struct question {
	bool is_about_place;
	bool is_about_timer;
	void (*agreed)(void *user);
	void *user;
};

struct copy_card {
	struct screen screen;
	struct question question;
};

static struct copy_card *card_of(struct screen *screen)
{
	return (struct copy_card *)(void *)screen;
}

void copy_card_ask(struct host *host, const struct copy_case *about, enum copy_place place,
		   void (*agreed)(void *user), void *user)
{
	const struct question question = {
		.is_about_place = copy_asks_for_place(about, place),
		.is_about_timer = copy_asks_for_timer(about),
		.agreed = agreed,
		.user = user,
	};

	host->ops->open(host, &copy_card_ops, &question);
}

static struct screen *copy_card_open(struct host *host, const void *argument)
{
	struct copy_card *self = g_new0(struct copy_card, 1);

	screen_init(&self->screen, &copy_card_ops, host);
	self->question = *(const struct question *)argument;
	return &self->screen;
}

static void copy_card_close(struct screen *screen)
{
	g_free(screen);
}

static void copy_card_draw(struct screen *screen, struct view view, bool has_focus)
{
	const struct question *question = &card_of(screen)->question;
	g_autofree char *text = g_strconcat(question->is_about_place ? CLIPBOARD : "",
					    question->is_about_place && question->is_about_timer ?
					    "\n" : "", question->is_about_timer ? TIMER : "", NULL);
	int cols = MIN(CARD_COLS, MAX(1, view.cols - 4));
	int rows = draw_lines(text, MAX(1, cols - 2), NULL, NULL);
	struct view inside = draw_card(view, rows + 2, cols, "Copy this?");
	struct view answer = view_cut_bottom(&inside, 1);

	(void)has_focus;
	draw_wrapped(view_inset(inside, 0, 1), 0, text, ROLE_CARD, 0);
	draw_fit(answer, 0, 1, answer.cols - 2,
		 question->is_about_place ? "y yes   n never   Escape not now" :
					    "y yes   n no", ROLE_CARD_DIM, 0);
}

/* The card goes first: what comes of the answer is said below it. */
static struct question take(struct copy_card *self)
{
	struct question question = self->question;
	struct host *host = self->screen.host;

	host->ops->close(host, &self->screen);
	return question;
}

static gboolean run_yes(void *user, ARGS, GError **error)
{
	struct copy_card *self = user;
	struct host *host = self->screen.host;
	struct question question = take(self);

	(void)args;
	(void)error;
	if (!question.is_about_place || host->ops->run(host, "set copy yes"))
		question.agreed(question.user);
	return TRUE;
}

static gboolean run_no(void *user, ARGS, GError **error)
{
	struct copy_card *self = user;
	struct host *host = self->screen.host;
	struct question question = take(self);

	(void)args;
	(void)error;
	if (!question.is_about_place)
		host_say(host, "Nothing was copied.");
	else if (host->ops->run(host, "set copy no"))
		host_say(host, "Nothing is copied from now on; the setting copy says so.");
	return TRUE;
}

static gboolean run_leave(void *user, ARGS, GError **error)
{
	struct host *host = ((struct copy_card *)user)->screen.host;

	(void)args;
	(void)error;
	take(user);
	host_say(host, "Nothing was copied.");
	return TRUE;
}

static const struct command copy_card_commands[] = {
	{"copy-yes", NULL, "", "y", NULL, "copy it", run_yes},
	{"copy-no", NULL, "", "n", NULL, "copy nothing", run_no},
	{"copy-leave", NULL, "", "Escape", "C-g", "copy nothing now", run_leave},
	{0},
};

const struct screen_table copy_card_tables[] = {
	{"copy-card", "Before something is copied", copy_card_commands},
	{0},
};

const struct screen_ops copy_card_ops = {
	.name = "copy-card",
	.tables = copy_card_tables,
	.is_card = true,
	.open = copy_card_open,
	.close = copy_card_close,
	.draw = copy_card_draw,
};
