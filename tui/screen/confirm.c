#include "tui/screen/confirm.h"

#include <string.h>
#include "core/port/store_expiry.h"
#include "tui/kit/draw.h"
#include "tui/kit/lineedit.h"
#include "tui/screen/undo.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { CARD_COLS = 58, ANSWER_MAX_BYTES = 64 };

struct confirm {
	struct screen screen;
	struct confirm_request request; /* its words are below */
	char *name;
	char *among;
	char *question; /* NULL: what goes isn't known yet */
	struct lineedit *typed;
};

static struct confirm *confirm_of(struct screen *screen)
{
	return (struct confirm *)(void *)screen;
}

void confirm_ask(struct host *host, const struct confirm_request *request)
{
	host->ops->open(host, &confirm_ops, request);
}

static void ask(struct confirm *self, const struct store_held *held)
{
	self->question = loss_question(self->request.loss, self->name, self->among, held);
}

static void on_held(struct job *job, void *user)
{
	struct confirm *self = user;
	struct host *host = self->screen.host;

	if (job->error) {
		host_fail(host, job->error);
		host->ops->close(host, &self->screen);
	} else {
		const struct store_held held = {job->count, job->limit};

		ask(self, &held);
	}
	host->ops->draw(host);
}

static struct screen *confirm_open(struct host *host, const void *argument)
{
	const struct confirm_request *request = argument;
	const struct lineedit_options options = {.is_single_line = true,
						 .max_bytes = ANSWER_MAX_BYTES};
	struct confirm *self = g_new0(struct confirm, 1);

	screen_init(&self->screen, &confirm_ops, host);
	self->request = *request;
	self->name = g_strdup(request->name);
	self->among = g_strdup(request->among);
	self->typed = lineedit_new(&options);
	if (request->address) {
		job_post(host->link, job_new(JOB_HELD, request->address), on_held, self);
	} else {
		const struct store_held nothing = {0};

		ask(self, &nothing);
	}
	return &self->screen;
}

static void confirm_close(struct screen *screen)
{
	struct confirm *self = confirm_of(screen);

	link_cancel(screen->host->link, self);
	job_free(self->request.job);
	lineedit_free(self->typed);
	g_free(self->name);
	g_free(self->among);
	g_free(self->question);
	g_free(self);
}

static void confirm_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct confirm *self = confirm_of(screen);
	const char *text = self->question ? self->question : "Looking at what would go…";
	int cols = MIN(CARD_COLS, MAX(1, view.cols - 4));
	int rows = draw_lines(text, MAX(1, cols - 2), NULL, NULL);
	struct view inside = draw_card(view, rows + 2, cols, self->request.pending ?
				       "Are you sure?" : "This can't be undone");
	struct view answer = view_cut_bottom(&inside, 1);
	int col;

	draw_wrapped(view_inset(inside, 0, 1), 0, text, ROLE_CARD, 0);
	col = draw_fit(answer, 0, 1, answer.cols - 2, "Type yes: ", ROLE_CARD_DIM, 0);
	lineedit_draw(self->typed, view_sub(answer, 0, col, 1, answer.cols - col), ROLE_CARD, NULL,
		      has_focus);
}

static bool confirm_key(struct screen *screen, const struct key *key)
{
	return lineedit_key(confirm_of(screen)->typed, key, NULL);
}

static struct lineedit *confirm_edit(struct screen *screen)
{
	return confirm_of(screen)->typed;
}

/* The card goes first: what is posted may open another screen. */
static void go_on(struct confirm *self)
{
	struct host *host = self->screen.host;
	const struct confirm_request request = self->request;
	g_autofree char *name = g_strdup(self->name);

	self->request.job = NULL;
	host->ops->close(host, &self->screen);
	if (request.pending)
		undo_put(host, request.job, request.done, request.user, request.pending, name);
	else
		job_post(host->link, request.job, request.done, request.user);
}

static gboolean run_answer(void *user, ARGS, GError **error)
{
	struct confirm *self = user;
	struct host *host = self->screen.host;
	g_autofree char *typed = g_strdup(lineedit_text(self->typed));
	bool is_yes = g_ascii_strcasecmp(g_strstrip(typed), "yes") == 0;

	(void)args;
	(void)error;
	/* Nobody agrees to what doesn't stand there yet. */
	if (!self->question)
		return TRUE;
	if (is_yes) {
		go_on(self);
	} else {
		host->ops->close(host, &self->screen);
		host_say(host, "Nothing was done.");
	}
	return TRUE;
}

static gboolean run_leave(void *user, ARGS, GError **error)
{
	struct confirm *self = user;
	struct host *host = self->screen.host;

	(void)args;
	(void)error;
	host->ops->close(host, &self->screen);
	host_say(host, "Nothing was done.");
	return TRUE;
}

static const struct command confirm_commands[] = {
	{"confirm-answer", NULL, "", "Enter", NULL, "give the answer that is written", run_answer},
	{"confirm-leave", NULL, "", "Escape", "C-g", "leave all as it is", run_leave},
	{0},
};

const struct screen_table confirm_tables[] = {
	{"confirm", "Before what can't be undone", confirm_commands},
	{0},
};

static const char *const *confirm_hints(struct screen *screen)
{
	static const char *const hints[] = {"confirm-answer", "answer", "confirm-leave",
					    "leave it",	      NULL};

	(void)screen;
	return hints;
}

const struct screen_ops confirm_ops = {
	.name = "confirm",
	.tables = confirm_tables,
	.is_card = true,
	.open = confirm_open,
	.close = confirm_close,
	.draw = confirm_draw,
	.key = confirm_key,
	.edit = confirm_edit,
	.hints = confirm_hints,
};
