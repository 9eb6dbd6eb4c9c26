#include "tui/term/term.h"
#include <langinfo.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/outlet.h"
#include "tui/term/points_refusal.h"
#include "tui/term/term_inside.h"
#include "tui/term/term_locale.h"
#include "tui/term/term_title.h"
#include "tui/term/term_type.h"
#include "tui/term/theme_depth.h"

/* Plain functions: macros called move, clear or timeout have no place in other people's names. */
#define NCURSES_NOMACROS
#include <curses.h>

struct term {
	struct term_options options;
	SCREEN *screen;
	FILE *in;
	struct output output;
	struct modes modes;
	struct reader reader;
	struct grid *shown; /* what curses was given last; NULL: nothing is known */
	enum depth depth;
	size_t buffered; /* term_forget_written() */
	bool is_utf8;
	bool is_xterm;	     /* understands xterm's private modes */
	bool has_alternate;  /* screen */
	bool has_title;
	unsigned count;	     /* in the title */
	const char *no_copy;   /* why it has no clipboard; NULL: it may */
	const char *no_points; /* why it can't show them; NULL: it can */
	bool has_releases; /* it is asked for keys that are let go */
	bool is_suspended;
	bool is_held;	     /* suspended, but what stands there stays */
	attr_t attrs[ROLE_COUNT];
	attr_t denied[ROLE_COUNT]; /* what a cell can't add to them */
};

/* -- opening and closing ---------------------------------------------------------------------- */

void term_write(struct term *term, const char *bytes, size_t length)
{
	output_add(&term->output, bytes, length);
}

static void emit(struct term *term, const char *bytes)
{
	term_write(term, bytes, strlen(bytes));
}

/* What the description says, without the pauses that real ones of old needed. */
static void emit_capability(struct term *term, const char *text)
{
	const char *pause;

	for (; text && (pause = strstr(text, "$<")) && strchr(pause, '>');
	     text = strchr(pause, '>') + 1)
		term_write(term, text, (size_t)(pause - text));
	if (text)
		emit(term, text);
}

static void set_title(struct term *term)
{
	g_autofree char *title = term_title_bytes(term->count);

	if (term->has_title)
		emit(term, title);
}

static void set_modes(struct term *term)
{
	set_title(term);
	if (term->is_xterm)
		emit(term, "\033[?2004h\033[?1004h\033[?1036h");
	if (term->is_xterm && term->options.has_mouse)
		emit(term, "\033[?1000h\033[?1006h");
}

static void enter_modes(struct term *term)
{
	if (term->has_title)
		emit(term, TERM_TITLE_KEEP);
	/* Whether Alt sends Escape first is the user's own setting there: it is asked for. */
	if (term->is_xterm)
		emit(term, "\033[?1036$p");
	set_modes(term);
	if (term->is_xterm && term->has_alternate)
		emit(term, "\033[?u");
}

/* Kitty's keyboard protocol, and no more of it than this: keys are written as ever. The alternate
 * screen has a stack of its own for this. */
static void report_releases(struct term *term, bool on)
{
	if (term->has_releases != on)
		emit(term, on ? "\033[>2u\033[?u" : "\033[<u");
	term->has_releases = on;
}

static void leave_modes(struct term *term)
{
	report_releases(term, false);
	if (term->is_xterm)
		emit(term, term->reader.has_alt ? REPORTS_OFF : REPORTS_OFF ALT_OFF);
	if (term->has_title)
		emit(term, TERM_TITLE_BACK);
}

/* Where curses has left the alternate screen, and where there is none. */
static void leave_nothing(struct term *term)
{
	if (!term->has_alternate)
		emit_capability(term, tigetstr("clear"));
	if (term->is_xterm)
		emit(term, "\033[3J");
}

/* Curses takes some signals when nobody has them; they are given back. */
static SCREEN *start_curses(struct term *term, const char *type)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction saved[G_N_ELEMENTS(numbers)];
	g_auto(GStrv) types = term_types(type, term_type_claims_direct());
	SCREEN *screen = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], NULL, &saved[i]);
	/* newterm() lets go of nothing where it finds no description. */
	for (char **known = types; *known && !screen; known++)
		if (term_type_is_described(*known))
			screen = newterm(*known, term->output.caught, term->in);
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], &saved[i], NULL);
	return screen;
}

static enum depth find_depth(const struct term *term)
{
	const char *refused = g_getenv("NO_COLOR");

	if (term->options.no_colour || (refused && *refused) || !has_colors())
		return DEPTH_MONO;
	start_color();
	use_default_colors();
	if (COLORS >= 0x1000000)
		return DEPTH_TRUE;
	return COLORS >= 256 ? DEPTH_256 : COLORS >= 16 ? DEPTH_16 : DEPTH_8;
}

static bool claims_exact(const struct term *term)
{
	return term->depth == DEPTH_TRUE || term_type_claims_direct() || tigetflag("Tc") == 1 ||
	       tigetflag("RGB") == 1 || tigetnum("RGB") > 0;
}

static bool has_prefix(const char *type, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (g_str_has_prefix(type, *prefixes))
			return true;
	return false;
}

static void learn(struct term *term, const char *type)
{
	/* Real ones of these would show what they don't understand. */
	static const char *const old[] = {"vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "pcansi",
					  "cons", "wsvt", "mach", "hurd", "sun", NULL};
	static const char *const consoles[] = {"linux", "fbterm", "jfbterm", NULL};
	const char *enter = tigetstr("smcup"), *move = tigetstr("cup");

	term->buffered = term_buffered();
	term->is_xterm = move && g_str_has_prefix(move, "\033[") && !has_prefix(type, old);
	term->has_title = term_title_is_known(type);
	term->has_alternate = enter && *enter;
	term->is_utf8 = terminal_charset() != CHARSET_OTHER &&
			strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	term->depth = find_depth(term);
	if (!term->is_xterm || has_prefix(type, consoles))
		term->no_copy = "This terminal has no clipboard.";
	term->no_points = points_refusal(type, term->depth, claims_exact(term));
}

static gboolean take_over(struct term *term, const char *type, GError **error)
{
	if (!term_type_check(type, error) || !output_init(&term->output, &term->options, error))
		return FALSE;
	term->in = fdopen(dup(term->options.in), "r");
	if (term->in)
		term->screen = start_curses(term, type);
	if (!term->screen)
		error_set(error, ERROR_UNAVAILABLE,
			  "Screens can't be shown in a terminal of type \"%s\" (TERM); use "
			  "--plain.",
			  type);
	return term->screen != NULL;
}

struct term *term_open(const struct term_options *options, GError **error)
{
	const char *type = options->type ? options->type : g_getenv("TERM");
	struct term *term;

	if (!isatty(options->in) || !isatty(options->out)) {
		error_set(error, ERROR_UNAVAILABLE,
			  "This isn't a terminal; use --plain, or a verb (see --help).");
		return NULL;
	}
	term = g_new0(struct term, 1);
	term->options = *options;
	reader_init(&term->reader, options->in);
	if (!take_over(term, type, error)) {
		term_close(term);
		return NULL;
	}
	/* What is typed ahead mustn't cut a drawing short. */
	typeahead(-1);
	nonl();
	modes_init(&term->modes, term->options.in);
	modes_enter(&term->modes);
	learn(term, type);
	/* It holds back its first words until it is made to say something. */
	curs_set(0);
	enter_modes(term);
	term_resize(term);
	return term;
}

/* Blank what curses remembers and what the terminal shows, then leave. */
static void leave(struct term *term)
{
	if (term_is_behind(term))
		term_drop(term);
	werase(stdscr);
	wbkgrndset(stdscr, &(cchar_t){.chars = {L' '}});
	clearok(curscr, TRUE);
	wrefresh(stdscr);
	term_forget_written(term->buffered);
	leave_modes(term);
	endwin();
	leave_nothing(term);
	output_pass(&term->output);
	outlet_wait(term->output.outlet, 0, TERM_LEAVE_MS, -1);
	modes_leave(&term->modes);
	g_clear_pointer(&term->shown, grid_free);
}

void term_close(struct term *term)
{
	if (!term)
		return;
	reader_clear(&term->reader);
	if (term->screen) {
		if (!term->is_suspended || term->is_held)
			leave(term);
		delscreen(term->screen);
	}
	g_clear_pointer(&term->in, fclose);
	output_clear(&term->output);
	grid_free(term->shown);
	g_free(term);
}

void term_suspend(struct term *term)
{
	if (term->is_suspended)
		return;
	leave(term);
	term->is_suspended = true;
}

void term_hold(struct term *term)
{
	if (term->is_suspended)
		return;
	report_releases(term, false);
	if (term->is_xterm)
		emit(term, REPORTS_OFF);
	output_pass(&term->output);
	outlet_wait(term->output.outlet, 0, TERM_LEAVE_MS, -1);
	modes_hold(&term->modes);
	term->is_suspended = term->is_held = true;
}

/* From term_hold(): it was never left. */
static void let_go(struct term *term)
{
	term->is_suspended = term->is_held = false;
	modes_enter(&term->modes);
	set_modes(term);
	term_repaint(term);
	term_resize(term);
}

void term_resume(struct term *term)
{
	if (term->is_held) {
		let_go(term);
		return;
	}
	term->is_suspended = false;
	modes_enter(&term->modes);
	werase(stdscr);
	clearok(curscr, TRUE);
	wrefresh(stdscr);
	enter_modes(term);
	term_repaint(term);
	term_resize(term);
}

/* -- size and looks --------------------------------------------------------------------------- */

enum depth term_depth(const struct term *term)
{
	return term->depth;
}

bool term_has_focus_reports(const struct term *term)
{
	return term->reader.has_focus;
}

struct reader *term_reader(struct term *term)
{
	return &term->reader;
}

bool term_is_suspended(const struct term *term)
{
	return term->is_suspended;
}

const char *term_refuses_points(const struct term *term)
{
	return term->no_points;
}

const char *term_warning(const struct term *term)
{
	return term->is_utf8 ? NULL
			     : "The terminal's locale (LC_ALL, LC_CTYPE, LANG) isn't UTF-8: only "
			       "ASCII is drawn, all else is \"?\". Set one of UTF-8 if the "
			       "terminal shows that, for example LC_ALL=C.UTF-8.";
}

const char *term_refuses_copy(const struct term *term)
{
	return term->no_copy;
}

void term_set_mouse(struct term *term, bool on)
{
	if (term->options.has_mouse == on)
		return;
	term->options.has_mouse = on;
	if (term->is_xterm && !term->is_suspended)
		emit(term, on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
}

void term_report_releases(struct term *term, bool on)
{
	if (!term->is_suspended && term->is_xterm && term->has_alternate)
		report_releases(term, on);
}

void term_size(const struct term *term, int *rows, int *cols)
{
	(void)term;
	getmaxyx(stdscr, *rows, *cols);
}

/* Curses can't ask how large what it writes to is: it began with a guess. */
static void set_margins(struct term *term)
{
	const char *margins = tigetstr("csr");
	int rows, cols;

	term_size(term, &rows, &cols);
	if (margins && *margins)
		emit_capability(term, tiparm(margins, 0, rows - 1));
}

bool term_resize(struct term *term)
{
	struct winsize size;
	int rows, cols;

	if (term->is_suspended || ioctl(outlet_fd(term->output.outlet), TIOCGWINSZ, &size) != 0)
		return false;
	if (!size.ws_row || !size.ws_col)
		return false;
	term_size(term, &rows, &cols);
	if (size.ws_row == rows && size.ws_col == cols)
		return false;
	resize_term(CLAMP(size.ws_row, 1, GRID_SIDE_MAX), CLAMP(size.ws_col, 1, GRID_SIDE_MAX));
	set_margins(term);
	term_repaint(term);
	return true;
}

bool term_is_behind(const struct term *term)
{
	return outlet_waiting(term->output.outlet) > 0;
}

void term_on_taken(struct term *term, void (*func)(void *user), void *user)
{
	outlet_watch(term->output.outlet, func, user);
}

void term_drop(struct term *term)
{
	const char *enter = term->has_alternate ? tigetstr("smcup") : NULL;

	if (term->is_suspended || !outlet_drop(term->output.outlet))
		return;
	output_mend(&term->output, term->is_xterm);
	/* What was said of the modes may have been among it. */
	emit_capability(term, enter);
	set_modes(term);
	term_repaint(term);
}

void term_repaint(struct term *term)
{
	g_clear_pointer(&term->shown, grid_free);
	clearok(curscr, TRUE);
}

void term_forget(struct term *term)
{
	if (term->is_suspended)
		return;
	term_forget_written(term->buffered);
	output_pass(&term->output);
	if (term->is_xterm)
		emit(term, "\033[3J");
}

void term_set_count(struct term *term, unsigned count)
{
	if (term->count == count)
		return;
	term->count = count;
	/* One that takes nothing gets it with its modes. */
	if (!term->is_suspended && !term_is_behind(term))
		set_title(term);
}

void term_alert(struct term *term, const char *data, size_t bytes)
{
	/* A bell for a terminal that doesn't listen would ring when it does again. */
	if (!term_is_behind(term))
		output_add(&term->output, data, bytes);
}

static attr_t curses_attrs(unsigned flags)
{
	return (flags & ATTR_BOLD ? A_BOLD : 0) | (flags & ATTR_DIM ? A_DIM : 0) |
	       (flags & ATTR_ITALIC ? A_ITALIC : 0) | (flags & ATTR_UNDERLINE ? A_UNDERLINE : 0) |
	       (flags & ATTR_REVERSE ? A_REVERSE : 0);
}

/* Pairs are counted from 1. */
static int pair_of(const struct term *term, int role)
{
	return term->depth == DEPTH_MONO ? 0 : role + 1;
}

void term_set_theme(struct term *term, const struct theme *theme)
{
	for (int role = 0; role < ROLE_COUNT; role++) {
		struct theme_look look = theme_look(theme, (enum role)role, term->depth);

		term->attrs[role] = curses_attrs(look.attrs);
		term->denied[role] = curses_attrs(look.denied);
		if (term->depth != DEPTH_MONO)
			init_extended_pair(role + 1, look.fg, look.bg);
	}
	term_repaint(term);
}

/* -- drawing ---------------------------------------------------------------------------------- */

static void put(const struct term *term, int row, int col, const wchar_t *chars,
		const struct cell *cell)
{
	attr_t attrs = term->attrs[cell->role] |
		       (curses_attrs(cell->attrs) & ~term->denied[cell->role]);
	int pair = pair_of(term, cell->role);
	cchar_t cchar;

	setcchar(&cchar, chars, attrs, 0, &pair);
	/* In the last column it says that it can't go on, and has drawn. */
	(void)mvwadd_wch(stdscr, row, col, &cchar);
}

static void draw_cell(const struct term *term, int row, int col, const struct cell *cell)
{
	struct glyph glyphs[GLYPHS_MAX];
	size_t count = term_glyphs(cell, term->is_utf8, term->is_xterm, glyphs);
	int at = col;

	for (size_t i = 0; i < count; i++) {
		put(term, row, at, glyphs[i].chars, cell);
		at += glyphs[i].width;
	}
	for (; at < col + cell->width; at++)
		put(term, row, at, L" ", cell);
}

static const struct cell *row_of(const struct grid *grid, int row)
{
	return &grid->cells[(size_t)row * (size_t)grid->cols];
}

static void draw_row(const struct term *term, const struct grid *grid, int row, int cols)
{
	static const struct cell blank = {.text = " ", .width = 1, .role = ROLE_TEXT};
	const struct cell *cells = row_of(grid, row);

	for (int col = 0; col < cols; col++) {
		/* Half of a wide one at the terminal's edge can't be drawn. */
		if (col >= grid->cols || col + cells[col].width > cols)
			draw_cell(term, row, col, &blank);
		else if (cells[col].width)
			draw_cell(term, row, col, &cells[col]);
	}
}

static void keep(struct term *term, const struct grid *grid)
{
	if (!term->shown)
		term->shown = grid_new(grid->rows, grid->cols);
	memcpy(term->shown->cells, grid->cells,
	       (size_t)grid->rows * (size_t)grid->cols * sizeof(struct cell));
}

static void draw_cursor(const struct grid *grid, int rows, int cols)
{
	bool is_seen = grid->cursor_row >= 0 && grid->cursor_row < rows && grid->cursor_col < cols;

	if (is_seen)
		wmove(stdscr, grid->cursor_row, grid->cursor_col);
	curs_set(is_seen);
}

bool term_draw(struct term *term, const struct grid *grid)
{
	bool is_known;
	size_t row_bytes = (size_t)grid->cols * sizeof(struct cell);
	int rows, cols;

	if (term->is_suspended || term_is_behind(term))
		return false;
	if (term->output.is_short)
		term_repaint(term);
	term->output.is_short = false;
	is_known = term->shown && term->shown->rows == grid->rows &&
		   term->shown->cols == grid->cols;
	if (!is_known) {
		g_clear_pointer(&term->shown, grid_free);
		werase(stdscr);
	}
	term_size(term, &rows, &cols);
	for (int row = 0; row < MIN(rows, grid->rows); row++)
		if (!is_known ||
		    memcmp(row_of(term->shown, row), row_of(grid, row), row_bytes) != 0)
			draw_row(term, grid, row, cols);
	keep(term, grid);
	draw_cursor(grid, rows, cols);
	wnoutrefresh(stdscr);
	doupdate();
	output_pass(&term->output);
	return true;
}

bool term_draw_held(struct term *term, const struct grid *grid)
{
	bool is_drawn;

	if (!term->is_held)
		return false;
	term->is_suspended = false;
	is_drawn = term_draw(term, grid);
	term->is_suspended = true;
	outlet_wait(term->output.outlet, 0, TERM_LEAVE_MS, -1);
	return is_drawn;
}
