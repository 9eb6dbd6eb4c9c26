#include "tui/screen/pages/watch.h"
#include "core/base/secret.h"
#include "tui/kit/bar.h"
#include "tui/kit/draw.h"
#include "tui/observe/watch.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum { PARAGRAPH_ROWS = 64 };

struct watching {
	struct screen screen;
	int top;  /* rows scrolled away */
	int rows; /* of everything, as drawn last */
	int seen; /* of them, as drawn last */
};

static struct screen *watching_open(struct host *host, const void *argument)
{
	struct watching *self = g_new0(struct watching, 1);

	(void)argument;
	screen_init(&self->screen, &watch_ops, host);
	return &self->screen;
}

static void watching_close(struct screen *screen)
{
	g_free(screen);
}

static int role_of(enum watch_verdict verdict)
{
	static const int roles[WATCH_VERDICTS] = { ROLE_OK, ROLE_WARN, ROLE_WARN, ROLE_ERROR };

	return roles[verdict];
}

/* What each verdict means, for whoever reads it for the first time. */
static const char *meaning_of(enum watch_verdict verdict)
{
	static const char *const meanings[WATCH_VERDICTS] = {
		"Nothing was found that keeps or shows what stands here.",
		"Somebody else sees the same screen now. Speak to them, or veil it (:mode veil).",
		"Somebody may keep what stands here, and that can't be told from here.",
		"What stands here is being kept, and so is what you uncover of the messages, which "
		"are veiled. Read elsewhere if you can.",
	};

	return meanings[verdict];
}

/* TEXT wrapped from row AT on, behind SIGN; the row below. */
static int draw_paragraph(struct view view, int at, const char *sign, const char *text, int role)
{
	draw_text(view, at, 1, sign, role, 0);
	return at +
	       draw_wrapped(view_sub(view, at, 4, PARAGRAPH_ROWS, view.cols - 5), 0, text, role, 0);
}

static int draw_all(const struct watch *watch, struct view view, int at)
{
	int row = at;

	row = draw_paragraph(view, row, "", meaning_of(watch->verdict), role_of(watch->verdict));
	row++;
	for (guint i = 0; i < watch->findings->len; i++) {
		const struct watch_finding *finding = watch->findings->pdata[i];

		row = draw_paragraph(view, row, finding->verdict == WATCH_CLEAR ? "·" : "!",
				     finding->text,
				     finding->verdict == WATCH_CLEAR ? ROLE_TEXT :
								       role_of(finding->verdict));
	}
	row++;
	draw_text(view, row++, 1, "What can't be seen from here", ROLE_HEADING, ATTR_BOLD);
	for (const char *const *blind = watch_blind(); *blind; blind++)
		row = draw_paragraph(view, row, "·", *blind, ROLE_DIM);
	return row - at;
}

static void draw_title(const struct watching *self, struct view view)
{
	const struct watch *watch = self->screen.host->watch;
	g_autofree char *when = NULL;

	if (watch)
		when = g_strdup_printf("looked at %" G_GINT64_FORMAT " s ago, in %" G_GINT64_FORMAT
				       " ms",
				       MAX(0, host_now(self->screen.host) - watch->looked_at) /
					       1000,
				       watch->took_us / 1000);
	bar_draw(view, ROLE_TITLE,
		 (const struct bar_piece[]){
			 { .text = "Who watches",
			   .role = ROLE_TITLE,
			   .attrs = ATTR_BOLD,
			   .priority = 2 },
			 { .text = watch ? watch_word(watch->verdict) : "nobody has looked",
			   .role = watch && watch->verdict > WATCH_WATCHED ? ROLE_STATUS_WARN :
									     ROLE_TITLE_DIM,
			   .priority = 1 },
			 { .text = when, .role = ROLE_TITLE_DIM, .is_right = true },
		 },
		 3);
}

static void watching_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct watching *self = (struct watching *)(void *)screen;
	const struct watch *watch = screen->host->watch;

	(void)has_focus;
	draw_title(self, view_cut_top(&view, 1));
	view_fill(view, ROLE_TEXT);
	self->seen = view.rows;
	if (watch)
		self->rows = draw_all(watch, view, 1 - self->top) + 1;
}

static gboolean scroll(struct watching *self, int by)
{
	self->top = CLAMP(self->top + by, 0, MAX(0, self->rows - self->seen));
	return TRUE;
}

static gboolean run_up(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return scroll(user, -1);
}

static gboolean run_down(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return scroll(user, 1);
}

static const struct command watch_commands[] = {
	{ "watch-up", NULL, "", "Up", "k", "a line up", run_up },
	{ "watch-down", NULL, "", "Down", "j", "a line down", run_down },
	{ "watch-leave", NULL, "", "Escape", "q", "leave it", screen_run_leave },
	{ 0 },
};

const struct screen_table watch_tables[] = {
	{ "watch", "Who watches", watch_commands },
	{ 0 },
};

const struct screen_ops watch_ops = {
	.name = "watch",
	.tables = watch_tables,
	.open = watching_open,
	.close = watching_close,
	.draw = watching_draw,
};
