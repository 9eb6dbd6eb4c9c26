#include "tui/screen/sealed.h"
#include <string.h>
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/kit/draw.h"
#include "tui/kit/flicker_text.h"
#include "tui/screen/reading_pace.h"
#include "tui/term/flicker.h"

#define ARGS const char *const args[static COMMAND_ARGS_MAX]

enum {
	SECOND_MS = 1000,
	ROWS_LEAST = FLICKER_ROWS + 3,
	STEP_MS = 334, /* three boxes a second at most, however long a key is held */
	AHEAD_MAX = 3, /* boxes that may be asked for ahead of time */
	SEEN_MS = 500, /* an eye takes so long to see what stands still */
};

enum phase { PHASE_WARNING, PHASE_SHOWING, PHASE_STOPPED };

/* What open is given. */
struct request {
	const struct message *message;
	struct flicker_text *text; /* taken over */
	unsigned cols;		   /* of the box */
	void (*shown)(void *user, int64_t seq);
	void *user;
};

struct sealed {
	struct screen screen;
	int64_t seq;
	void (*shown)(void *user, int64_t seq); /* NULL: it was told */
	void *user;
	struct flicker_text *text;
	struct flicker *flicker; /* while it twinkles */
	char *address;		 /* whose conversation it is from */
	enum phase phase;
	size_t at;
	unsigned cols;
	int ahead;	 /* boxes asked for ahead of time; below 0: back */
	bool is_playing;
	int64_t turned_at; /* boot time: this box came then */
	int row; /* of the box in the whole grid; -1: not drawn yet */
	int col;
	bool is_timed_out; /* stopped because it had its time */
	bool is_late;	   /* the last frame wasn't taken: it is offered again */
	bool is_painted;   /* there are points on the terminal */
	int64_t began;	   /* boot time */
	guint tick;
};

static struct sealed *sealed_of(struct screen *screen)
{
	return (struct sealed *)(void *)screen;
}

/* -- frames --------------------------------------------------------------------------------- */

static bool is_last(const struct sealed *self)
{
	return self->at + 1 >= flicker_text_count(self->text);
}

static void take_box(struct sealed *self)
{
	uint8_t bitmap[FLICKER_BITMAP_MOST];

	flicker_text_draw(self->text, self->at, bitmap);
	flicker_set(self->flicker, bitmap);
	wipe(bitmap, sizeof(bitmap));
	self->turned_at = clock_boot(self->screen.host->clock);
	self->is_late = false;
}

static void stop(struct sealed *self)
{
	struct host *host = self->screen.host;

	if (self->tick)
		g_source_remove(self->tick);
	self->tick = 0;
	g_clear_pointer(&self->flicker, flicker_free);
	self->is_late = self->is_playing = false;
	self->ahead = 0;
	if (self->is_painted)
		host->ops->put_flicker(host, self->row, self->col, 0, NULL);
	self->is_painted = false;
}

/* Nothing of it is shown from here on, until a key begins anew. */
static void pause_showing(struct sealed *self, bool is_timed_out)
{
	stop(self);
	self->phase = PHASE_STOPPED;
	self->is_timed_out = is_timed_out;
}

/* To the box BY on, where there is one; drawing is due, because the line above says which is the
 * last. */
static void go(struct sealed *self, int by)
{
	if (by > 0 ? is_last(self) : self->at == 0)
		return;
	self->at += by > 0 ? 1 : (size_t)-1;
	take_box(self);
	self->screen.host->ops->draw(self->screen.host);
}

/* The boxes that were asked for, or that are played. */
static void go_on(struct sealed *self)
{
	int64_t since = clock_boot(self->screen.host->clock) - self->turned_at;
	unsigned pace = (unsigned)settings_number(self->screen.host->settings, "read_pace");
	int by = self->ahead > 0 ? 1 : -1;

	if (self->ahead && since >= STEP_MS) {
		self->ahead -= by;
		go(self, by);
	} else if (self->is_playing &&
		   since >= MAX(flicker_text_ms(self->text, self->at, pace), (unsigned)SEEN_MS)) {
		self->is_playing = !is_last(self);
		go(self, 1);
	}
}

static gboolean on_tick(gpointer user)
{
	struct sealed *self = user;
	struct host *host = self->screen.host;
	uint8_t cells[FLICKER_CELLS_MOST];

	if (clock_boot(host->clock) - self->began >= FLICKER_SECONDS * SECOND_MS) {
		self->tick = 0;
		pause_showing(self, true);
		host->ops->draw(host);
		return G_SOURCE_REMOVE;
	}
	if (self->row < 0)
		return G_SOURCE_CONTINUE;
	go_on(self);
	/* A frame that is left out would leave its pair's other half alone. */
	if (!self->is_late)
		flicker_next(self->flicker);
	flicker_cells(self->flicker, cells);
	self->is_late = !host->ops->put_flicker(host, self->row, self->col, (int)self->cols,
						cells);
	self->is_painted |= !self->is_late;
	if (!self->is_late && self->shown && is_last(self)) {
		void (*shown)(void *, int64_t) = self->shown;

		self->shown = NULL;
		shown(self->user, self->seq);
	}
	return G_SOURCE_CONTINUE;
}

static void start(struct sealed *self)
{
	struct host *host = self->screen.host;
	struct flicker_means means = { 0 };
	GError *error = NULL;

	host->ops->ask_flicker(host, &means);
	self->flicker = means.refused ? NULL : flicker_new(self->cols, means.fps, &error);
	if (!self->flicker) {
		pause_showing(self, false);
		host_fail(host, error);
		g_clear_error(&error);
		return;
	}
	self->phase = PHASE_SHOWING;
	self->began = clock_boot(host->clock);
	take_box(self);
	self->tick =
		g_timeout_add_full(G_PRIORITY_DEFAULT, SECOND_MS / means.fps, on_tick, self, NULL);
}

/* -- opening -------------------------------------------------------------------------------- */

char *sealed_refusal(struct host *host)
{
	struct flicker_means means = { 0 };

	host->ops->ask_flicker(host, &means);
	if (means.refused)
		return g_strdup(means.refused);
	if (means.rows >= ROWS_LEAST && means.cols >= FLICKER_COLS)
		return NULL;
	return g_strdup_printf("it takes %d rows of %d columns", ROWS_LEAST, FLICKER_COLS);
}

char *sealed_open(struct host *host, const struct message *message,
		  void (*shown)(void *user, int64_t seq), void *user)
{
	struct request request = { .message = message, .shown = shown, .user = user };
	struct flicker_means means = { 0 };
	g_autofree char *why = sealed_refusal(host);
	g_autoptr(GError) error = NULL;

	if (why)
		return g_strdup_printf("This can't be shown sealed here: %s.", why);
	host->ops->ask_flicker(host, &means);
	request.cols = flicker_cols(means.cols, means.fps, means.rate);
	request.text = flicker_text_new(message->body, request.cols, &error);
	if (!request.text)
		return g_strdup(error->message);
	host->ops->open(host, &sealed_ops, &request);
	return NULL;
}

static struct screen *sealed_op_open(struct host *host, const void *argument)
{
	const struct request *request = argument;
	struct sealed *self = g_new0(struct sealed, 1);
	struct flicker_means means = { 0 };

	screen_init(&self->screen, &sealed_ops, host);
	self->row = -1;
	self->seq = request->message->seq;
	self->shown = request->shown;
	self->user = request->user;
	self->address = g_strdup(request->message->conversation);
	self->text = request->text;
	self->cols = request->cols;
	host->ops->ask_flicker(host, &means);
	if (means.is_confirmed)
		start(self);
	return &self->screen;
}

static void sealed_close(struct screen *screen)
{
	struct sealed *self = sealed_of(screen);

	stop(self);
	flicker_text_free(self->text);
	g_free(self->address);
	g_free(self);
}

/* -- drawing -------------------------------------------------------------------------------- */

static void draw_warning(struct view view)
{
	static const char words[] =
		"What is sealed is drawn as text that stands still in flickering noise. It is dim: "
		"its changes stay below what counts as a flash (WCAG 2.3.1), whatever the size of "
		"the window. Even so: if flicker does you harm, or somebody who sees this screen, "
		"leave now, and `:set animation off`.\n\n"
		"No screenshot shows it. A photograph or a film may.\n\n"
		"It stops after 30 seconds, and on every key but those that turn to other "
		"words.\n\n"
		"Enter shows it, and this isn't asked again. Any other key leaves.";
	struct view page = view_center(view, view.rows, FLICKER_COLS);

	draw_wrapped(page, 0, words, ROLE_TEXT, 0);
}

/* What a key does, as the keys are bound. */
static char *words_below(const struct sealed *self)
{
	g_autofree char *next = host_key(self->screen.host, "sealed", "sealed-next");

	if (self->phase == PHASE_SHOWING)
		return g_strdup("Any other key ends it.");
	return g_strdup_printf("Stopped%s. %s shows it again, other keys end it.",
			       self->is_timed_out ? " (30 s)" : "", next);
}

static void sealed_draw(struct screen *screen, struct view view, bool has_focus)
{
	struct sealed *self = sealed_of(screen);
	/* What is said at the bottom takes rows; the box stays where it is. */
	int row = MAX(1, (view.grid->rows - FLICKER_ROWS) / 2 - 1);
	int cols = (int)self->cols;
	int col = MAX(0, (view.cols - cols) / 2);
	g_autofree char *below = words_below(self);

	(void)has_focus;
	view_fill(view, ROLE_TEXT);
	if (self->phase == PHASE_WARNING) {
		draw_warning(view_inset(view, 1, 0));
		return;
	}
	self->row = view.row + row;
	self->col = view.col + col;
	/* How many words there are is no business of a capture. */
	draw_text(view_sub(view, row - 1, col, 1, cols), 0, 0,
		  is_last(self) ? "Sealed: the last words" : "Sealed", ROLE_DIM, 0);
	draw_text(view_sub(view, row + FLICKER_ROWS, col, 1, cols), 0, 0, below, ROLE_DIM, 0);
}

/* -- keys and events ------------------------------------------------------------------------ */

static gboolean leave(struct sealed *self)
{
	struct host *host = self->screen.host;

	host->ops->close(host, &self->screen);
	return TRUE;
}

static gboolean turn(struct sealed *self, int by)
{
	if (self->phase == PHASE_WARNING)
		return leave(self);
	if (self->phase == PHASE_STOPPED && by < 0)
		return leave(self);
	if (self->phase == PHASE_STOPPED) {
		start(self);
		return TRUE;
	}
	self->is_playing = false;
	if (clock_boot(self->screen.host->clock) - self->turned_at < STEP_MS) {
		by += (self->ahead > 0) == (by > 0) ? self->ahead : 0;
		self->ahead = CLAMP(by, -AHEAD_MAX, AHEAD_MAX);
		return TRUE;
	}
	self->ahead = 0;
	if (by > 0 && is_last(self))
		return leave(self);
	go(self, by);
	return TRUE;
}

static gboolean run_play(void *user, ARGS, GError **error)
{
	struct sealed *self = user;
	bool was_playing = self->is_playing;

	(void)args;
	(void)error;
	if (self->phase == PHASE_WARNING)
		return leave(self);
	if (self->phase == PHASE_STOPPED)
		start(self);
	self->is_playing = self->phase == PHASE_SHOWING && !was_playing;
	self->ahead = 0;
	return TRUE;
}

static gboolean run_faster(void *user, ARGS, GError **error)
{
	struct sealed *self = user;

	(void)args;
	(void)error;
	reading_pace_change(self->screen.host, 1);
	return TRUE;
}

static gboolean run_slower(void *user, ARGS, GError **error)
{
	struct sealed *self = user;

	(void)args;
	(void)error;
	reading_pace_change(self->screen.host, -1);
	return TRUE;
}

static gboolean run_next(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return turn(user, 1);
}

static gboolean run_previous(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return turn(user, -1);
}

static gboolean run_confirm(void *user, ARGS, GError **error)
{
	struct sealed *self = user;

	(void)args;
	(void)error;
	if (self->phase != PHASE_WARNING)
		return self->phase == PHASE_STOPPED ? leave(self) : turn(self, 1);
	self->screen.host->ops->run(self->screen.host, "set flicker_confirmed on");
	start(self);
	return TRUE;
}

static gboolean run_leave(void *user, ARGS, GError **error)
{
	(void)args;
	(void)error;
	return leave(user);
}

/* One key stops it, whichever. */
static bool sealed_key(struct screen *screen, const struct key *key)
{
	(void)key;
	return leave(sealed_of(screen));
}

/* What is shown may be what has gone. */
static bool sealed_event(struct screen *screen, const struct event *event)
{
	struct sealed *self = sealed_of(screen);

	if (event->type != EVENT_GONE || g_strcmp0(event->address, self->address) != 0)
		return false;
	return leave(self);
}

/* Whoever uncovers the screen sees that it has stopped. */
static void sealed_cover(struct screen *screen)
{
	struct sealed *self = sealed_of(screen);

	if (self->phase == PHASE_SHOWING)
		pause_showing(self, false);
}

static const char *const *sealed_hints(struct screen *screen)
{
	static const char *const warning[] = { "sealed-confirm", "show", "sealed-leave", "leave",
					       NULL };
	static const char *const showing[] = { "sealed-next", "next",	      "sealed-previous",
					       "back",	      "sealed-leave", "end",
					       NULL };
	static const char *const stopped[] = { "sealed-next", "again", "sealed-leave", "end",
					       NULL };

	switch (sealed_of(screen)->phase) {
	case PHASE_WARNING:
		return warning;
	case PHASE_STOPPED:
		return stopped;
	case PHASE_SHOWING:
		break;
	}
	return showing;
}

static const struct command sealed_commands[] = {
	{ "sealed-next", NULL, "", "Space", "Right", "the next words", run_next },
	{ "sealed-previous", NULL, "", "Left", "Backspace", "the words before", run_previous },
	{ "sealed-play", NULL, "", "p", NULL, "show words after words at your pace, or stop",
	  run_play },
	{ "sealed-faster", NULL, "", "+", NULL, "read at a higher pace", run_faster },
	{ "sealed-slower", NULL, "", "-", NULL, "read at a lower pace", run_slower },
	{ "sealed-confirm", NULL, "", "Enter", NULL, "show it, after the warning", run_confirm },
	{ "sealed-leave", NULL, "", "Escape", "q", "end it, as every other key does", run_leave },
	{ 0 },
};

const struct screen_table sealed_tables[] = {
	{ "sealed", "Reading what is sealed", sealed_commands },
	{ 0 },
};

const struct screen_ops sealed_ops = {
	.name = "sealed",
	.tables = sealed_tables,
	.is_fleeting = true,
	.open = sealed_op_open,
	.close = sealed_close,
	.draw = sealed_draw,
	.key = sealed_key,
	.event = sealed_event,
	.cover = sealed_cover,
	.hints = sealed_hints,
};
