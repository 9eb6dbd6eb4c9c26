/* Terminals of many types and sizes: each is opened, drawn on and left, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <pty.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "core/base/error.h"
#include "tui/kit/draw.h"
#include "tui/term/term.h"
#include "tui/term/term_inside.h"
#include "tui/term/term_locale.h"
#include "tui/term/term_type.h"
#include "tui/term/theme.h"

enum { READ_BYTES = 65536, PATIENCE_US = 20000000 };

#define WORD "pier"
#define ACCENT "caf\u00e9"

static const struct winsize sizes[] = {
	{ .ws_row = 24, .ws_col = 80 },	  { .ws_row = 12, .ws_col = 40 },
	{ .ws_row = 5, .ws_col = 20 },	  { .ws_row = 200, .ws_col = 500 },
	{ .ws_row = 1, .ws_col = 1 },	  { .ws_row = 40, .ws_col = 2 },
	{ .ws_row = 0, .ws_col = 0 },
};

/* A terminal whose other end is the test's. */
struct wire {
	int master;
	int slave;
	struct termios before;
	GThread *reader;
	GMutex mutex; /* around what was said */
	GCond more;
	GString *said;
};

/* All that is said, to the end. */
static void *read_all(void *data)
{
	static char bytes[READ_BYTES];
	struct wire *wire = data;
	ssize_t count;

	while ((count = read(wire->master, bytes, sizeof(bytes))) > 0) {
		g_mutex_lock(&wire->mutex);
		g_string_append_len(wire->said, bytes, count);
		g_cond_signal(&wire->more);
		g_mutex_unlock(&wire->mutex);
	}
	return NULL;
}

static void wire_open(struct wire *wire, const struct winsize *size)
{
	memset(wire, 0, sizeof(*wire));
	assert_int_equal(openpty(&wire->master, &wire->slave, NULL, NULL, size), 0);
	assert_int_equal(tcgetattr(wire->slave, &wire->before), 0);
	wire->said = g_string_new(NULL);
	wire->reader = g_thread_new("reader", read_all, wire);
}

static void wire_close(struct wire *wire)
{
	struct termios after;

	assert_int_equal(tcgetattr(wire->slave, &after), 0);
	assert_int_equal(after.c_lflag, wire->before.c_lflag);
	assert_int_equal(after.c_iflag, wire->before.c_iflag);
	assert_int_equal(after.c_oflag, wire->before.c_oflag);
	close(wire->slave);
	g_thread_join(wire->reader);
	close(wire->master);
}

/* Until the terminal has taken all. */
static void settle(const struct term *term)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_US;

	while (term_is_behind(term) && g_get_monotonic_time() < end)
		g_main_context_iteration(NULL, FALSE);
	assert_false(term_is_behind(term));
}

static void draw(struct term *term)
{
	struct grid *grid;
	int rows, cols;

	settle(term);
	term_size(term, &rows, &cols);
	grid = grid_new(rows, cols);
	view_fill(grid_view(grid), ROLE_TEXT);
	for (int row = 0; row < rows; row++)
		draw_text(grid_view(grid), row, 0, WORD " " ACCENT " \u2502\u2592\u2713",
			  (enum role)(row % ROLE_COUNT), row % 2 ? ATTR_BOLD : 0);
	assert_true(term_draw(term, grid));
	settle(term);
	grid_free(grid);
}

/* How often WORD stands in what was said. */
static int count_of(const char *said, const char *word)
{
	int count = 0;

	while ((said = strstr(said, word))) {
		said += strlen(word);
		count++;
	}
	return count;
}

/* Until WORD was said so often. */
static void await_words(struct wire *wire, int most)
{
	gint64 end = g_get_monotonic_time() + PATIENCE_US;
	bool is_there = true;

	g_mutex_lock(&wire->mutex);
	while (is_there && count_of(wire->said->str, WORD) < most)
		is_there = g_cond_wait_until(&wire->more, &wire->mutex, end);
	g_mutex_unlock(&wire->mutex);
	assert_true(is_there);
}

/* Open it, draw, make it wider and back, suspend, draw again, leave: all that it was told. */
static char *live_in(const char *type, const struct winsize *size)
{
	struct term_options options = { .type = type };
	struct theme *theme = theme_load(NULL, "dark", NULL);
	struct winsize other = { .ws_row = size->ws_row + 3, .ws_col = size->ws_col + 7 };
	struct term *term;
	struct wire wire;
	int rows, cols;

	wire_open(&wire, size);
	options.in = options.out = wire.slave;
	term = term_open(&options, NULL);
	assert_non_null(term);
	term_set_theme(term, theme);
	draw(term);
	term_size(term, &rows, &cols);
	if (size->ws_row)
		assert_int_equal(rows * 10000 + cols, size->ws_row * 10000 + size->ws_col);
	await_words(&wire, cols < (int)strlen(WORD) ? 0 : rows);
	assert_int_equal(ioctl(wire.slave, TIOCSWINSZ, &other), 0);
	assert_true(term_resize(term));
	draw(term);
	assert_int_equal(ioctl(wire.slave, TIOCSWINSZ, size), 0);
	term_resize(term);
	term_suspend(term);
	term_resume(term);
	draw(term);
	term_close(term);
	wire_close(&wire);
	theme_free(theme);
	return g_string_free(wire.said, FALSE);
}

static const char *const modern[] = { "xterm",		"xterm-256color", "xterm-direct",
				      "screen",		"screen-256color", "tmux",
				      "tmux-256color",	"rxvt",		  "foot",
				      "xterm-kitty",	"alacritty",	  "linux" };
/* Real ones would show what they don't understand. */
static const char *const old[] = { "vt100", "vt220", "vt52", "ansi", "cons25", "sun", "pcansi" };

/* A description may be missing here; then a shorter name of it stands in, or it is said. */
static bool is_known(const char *type)
{
	g_autoptr(GError) error = NULL;

	if (term_type_check(type, &error))
		return true;
	assert_true(error_is(error, ERROR_UNAVAILABLE));
	assert_non_null(strstr(error->message, "--plain"));
	print_message("no description of %s here\n", type);
	return false;
}

static unsigned count_modern, count_old;

static void test_modern(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(modern); i++) {
		if (!is_known(modern[i]))
			continue;
		count_modern++;
		for (size_t at = 0; at < G_N_ELEMENTS(sizes); at++) {
			char *said = live_in(modern[i], &sizes[at]);

			assert_non_null(strstr(said, "\033[?2004h"));
			assert_non_null(strstr(said, "\033[?2004l"));
			g_free(said);
		}
	}
	assert_true(count_modern >= 8);
}

static void test_old(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(old); i++) {
		if (!is_known(old[i]))
			continue;
		count_old++;
		for (size_t at = 0; at < G_N_ELEMENTS(sizes); at++) {
			char *said = live_in(old[i], &sizes[at]);

			assert_null(strstr(said, "\033[?2004"));
			assert_null(strstr(said, "\033[?1004"));
			assert_null(strstr(said, "\033[?u"));
			assert_null(strstr(said, "\033]"));
			assert_null(strstr(said, "\033[3J"));
			assert_null(strstr(said, "$<"));
			/* It would show all of these. */
			if (strcmp(old[i], "vt52") == 0)
				assert_null(strstr(said, "\033["));
			g_free(said);
		}
	}
	assert_true(count_old >= 3);
}

/* Nothing is written where nothing can be shown, and the way out is named. */
static void test_refused(void **state)
{
	static const char *const types[] = { "dumb", "unknown", "", "nosuch", "-direct", "-",
					     "xterm/../../x", "../../../../etc/passwd",
					     "a b\033[2J" };
	static const char *const way_out = "--plain";

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		struct term_options options = { .type = types[i] };
		g_autoptr(GError) error = NULL, early = NULL;
		struct wire wire;

		wire_open(&wire, &sizes[0]);
		options.in = options.out = wire.slave;
		assert_null(term_open(&options, &error));
		assert_true(error_is(error, ERROR_UNAVAILABLE));
		assert_non_null(strstr(error->message, way_out));
		assert_false(term_type_check(types[i], &early));
		assert_string_equal(early->message, error->message);
		wire_close(&wire);
		assert_int_equal(wire.said->len, 0);
		g_string_free(wire.said, TRUE);
	}
	g_setenv("TERM", "", TRUE);
	assert_false(term_type_check(NULL, NULL));
	g_unsetenv("TERM");
	assert_false(term_type_check(NULL, NULL));
	assert_false(term_type_has_sequences(NULL) || term_type_has_sequences("") ||
		     term_type_has_sequences("dumb") || term_type_has_sequences("vt52"));
	assert_true(term_type_has_sequences("xterm") && term_type_has_sequences("nosuch"));
}

static bool is_ascii(const char *said)
{
	for (; *said; said++)
		if ((unsigned char)*said >= 0x80)
			return false;
	return true;
}

/* In another character set than UTF-8 only ASCII is drawn, and it is said; where none is named, as
 * in C, all of it. */
static void test_charsets(void **state)
{
	static const struct {
		const char *locale;
		enum charset charset;
	} rows[] = {
		{ "C.UTF-8", CHARSET_UTF8 },		{ "C", CHARSET_UNKNOWN },
		{ "POSIX", CHARSET_UNKNOWN },		{ "xx_XX.ISO-8859-1", CHARSET_OTHER },
		{ "xx_XX.ISO-8859-15@euro", CHARSET_OTHER }, { "xx_XX.KOI8-R", CHARSET_OTHER },
		{ "xx_XX.utf8", CHARSET_UTF8 },		{ "xx_XX", CHARSET_UNKNOWN },
		{ "xx_XX.", CHARSET_UNKNOWN },
	};
	struct term_options options = { .type = "vt100" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool is_other = rows[i].charset == CHARSET_OTHER;
		struct term *term;
		struct wire wire;
		char *said;

		g_setenv("LC_ALL", rows[i].locale, TRUE);
		assert_int_equal(terminal_charset(), rows[i].charset);
		said = live_in("vt100", &sizes[0]);
		assert_int_equal(is_ascii(said), is_other);
		assert_int_equal(strstr(said, ACCENT) == NULL, is_other);
		assert_int_equal(strstr(said, "caf? |:v") != NULL, is_other);
		g_free(said);
		wire_open(&wire, &sizes[0]);
		options.in = options.out = wire.slave;
		term = term_open(&options, NULL);
		assert_int_equal(term_warning(term) != NULL, is_other);
		term_close(term);
		wire_close(&wire);
		g_string_free(wire.said, TRUE);
	}
	g_unsetenv("LC_ALL");
}

/* Each sign that the interface draws by itself says something there. */
static void test_signs(void **state)
{
	static const char *const signs[] = { "·", "…", "✓", "█", "✗", "│", "›", "▀", "▄",
					     "░", "├", "─", "┃", "→", "┣", "▸", "⏎", "▒",
					     "╭", "╮", "╰", "╯", "⋯", "↳", "‹", "\u2007" };
	struct glyph glyphs[GLYPHS_MAX];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		struct cell cell = { .width = 1 };

		g_strlcpy(cell.text, signs[i], sizeof(cell.text));
		assert_int_equal(term_glyphs(&cell, false, true, glyphs), 1);
		assert_true(glyphs[0].chars[0] < 0x80);
		assert_int_not_equal(glyphs[0].chars[0], L'?');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modern),	 cmocka_unit_test(test_old),
		cmocka_unit_test(test_refused),	 cmocka_unit_test(test_charsets),
		cmocka_unit_test(test_signs),
	};

	g_unsetenv("NO_COLOR");
	g_unsetenv("COLORTERM");
	g_unsetenv("LC_ALL");
	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
