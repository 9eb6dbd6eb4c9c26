/* Where a box of noise may be shown: by a table of environments, and in real terminals' types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tui/observe/flicker_place.h"
#include "tui/term/flicker.h"
#include "tui/term/term.h"
#include "tui/term/theme.h"

enum { SETTINGS_MAX = 5, WHY_BYTES = 200 };

static bool says(const char *why, const char *part)
{
	if (part ? why && strstr(why, part) : !why)
		return true;
	print_message("\"%s\" instead of \"%s\"\n", why ? why : "", part ? part : "");
	return false;
}

/* -- what is around it ------------------------------------------------------------------------ */

#define TMUX "TMUX=/tmp/tmux-1000/default,4711,0"

static void test_environments(void **state)
{
	static const struct {
		const char *environment[SETTINGS_MAX];
		enum flicker_tmux tmux;
		const char *why;
	} rows[] = {
		{ { "TERM=xterm-256color" }, FLICKER_TMUX_SILENT, NULL },
		{ { "TERM=xterm-direct" }, FLICKER_TMUX_SILENT, NULL },
		{ { 0 }, FLICKER_TMUX_SILENT, NULL },
		{ { "TERM=tmux-256color", TMUX }, FLICKER_TMUX_EXACT, NULL },
		{ { "TERM=screen-256color", TMUX }, FLICKER_TMUX_EXACT, NULL },
		{ { "TERM=xterm-256color", TMUX }, FLICKER_TMUX_EXACT, NULL },
		{ { "TERM=tmux-256color", TMUX }, FLICKER_TMUX_PALETTE, "every terminal" },
		{ { "TERM=tmux-256color", TMUX }, FLICKER_TMUX_SILENT, "doesn't say" },
		{ { "TERM=xterm-256color", TMUX }, FLICKER_TMUX_SILENT, "doesn't say" },
		/* Over ssh and su the type comes alone. */
		{ { "TERM=tmux-256color" }, FLICKER_TMUX_EXACT, "can't be asked from here" },
		{ { "TERM=tmux-direct" }, FLICKER_TMUX_SILENT, "can't be asked from here" },
		{ { "TERM=screen-256color" }, FLICKER_TMUX_SILENT, "can't be asked from here" },
		{ { "TERM=screen.xterm-256color" }, FLICKER_TMUX_SILENT, "can't be asked" },
		{ { "TERM=tmux", "TMUX=" }, FLICKER_TMUX_SILENT, "can't be asked from here" },
		{ { "TERM=xterm", "TERM_PROGRAM=tmux" }, FLICKER_TMUX_SILENT, "can't be asked" },
		{ { "TERM=screen", "STY=1.pts-0.host" }, FLICKER_TMUX_SILENT, "GNU screen" },
		{ { "TERM=xterm", "STY=1.pts-0.host" }, FLICKER_TMUX_SILENT, "GNU screen" },
		{ { "TERM=tmux", TMUX, "STY=1.a" }, FLICKER_TMUX_EXACT, "GNU screen" },
		{ { "TERM=xterm-256color", "ZELLIJ=0" }, FLICKER_TMUX_SILENT, "zellij" },
		{ { "TERM=dvtm-256color", "DVTM=0.15" }, FLICKER_TMUX_SILENT, "dvtm" },
		{ { "TERM=xterm", "NVIM=/run/x" }, FLICKER_TMUX_SILENT, "an editor" },
		{ { "TERM=xterm", "VIM_TERMINAL=900" }, FLICKER_TMUX_SILENT, "an editor" },
		{ { "TERM=eterm", "INSIDE_EMACS=28,term" }, FLICKER_TMUX_SILENT, "an editor" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct flicker_place place = { .tmux = rows[i].tmux };

		if (!says(flicker_place_refuses(&place, (char **)rows[i].environment), rows[i].why))
			fail_msg("row %zu", i);
	}
}

static void test_places(void **state)
{
	char *environment[] = { NULL };
	struct flicker_place place = { 0 };

	(void)state;
	assert_null(flicker_place_refuses(&place, environment));
	place.has_no_colours = true;
	assert_true(says(flicker_place_refuses(&place, environment), "the theme"));
	place.terminal = "it is a typewriter";
	assert_true(says(flicker_place_refuses(&place, environment), "a typewriter"));
	place.is_away = true;
	assert_true(says(flicker_place_refuses(&place, environment), "away"));
	place.is_forbidden = true;
	assert_true(says(flicker_place_refuses(&place, environment), "animation is off"));
}

static void test_frames(void **state)
{
	static const struct {
		const char *environment[SETTINGS_MAX];
		unsigned fps;
	} rows[] = {
		{ { "TERM=xterm" }, FLICKER_FPS },
		{ { "SSH_CONNECTION=" }, FLICKER_FPS },
		{ { "SSH_AGENT_PID=1" }, FLICKER_FPS },
		{ { "SSH_CONNECTION=::1 4711 ::1 22" }, FLICKER_FPS_REMOTE },
		{ { "SSH_CLIENT=::1 4711 22" }, FLICKER_FPS_REMOTE },
		{ { "TERM=xterm", "SSH_TTY=/dev/pts/1" }, FLICKER_FPS_REMOTE },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		assert_int_equal(flicker_place_fps((char **)rows[i].environment), rows[i].fps);
		assert_int_equal(flicker_place_rate((char **)rows[i].environment),
				 rows[i].fps == 60 ? 150000 : 60000);
	}
}

static void test_tmux_says(void **state)
{
	static const struct {
		const char *lines;
		enum flicker_tmux tmux;
	} rows[] = {
		{ "256,RGB,title xterm-256color", FLICKER_TMUX_EXACT },
		{ "RGB xterm", FLICKER_TMUX_EXACT },
		{ "RGB xterm\n256,RGB foot", FLICKER_TMUX_EXACT },
		{ "RGB xterm\n256 xterm-256color", FLICKER_TMUX_PALETTE },
		{ "256 xterm-256color\nRGB xterm", FLICKER_TMUX_PALETTE },
		{ "256,notRGB,RGBx xterm", FLICKER_TMUX_PALETTE },
		{ " RGB", FLICKER_TMUX_PALETTE },
		{ "RGB", FLICKER_TMUX_PALETTE },
		/* A tmux in a tmux, and in a screen: the outer one isn't asked. */
		{ "256,RGB tmux-256color", FLICKER_TMUX_PALETTE },
		{ "RGB xterm\n256,RGB screen-256color", FLICKER_TMUX_PALETTE },
		{ "", FLICKER_TMUX_PALETTE },
		{ "RGB xterm\n", FLICKER_TMUX_PALETTE },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (flicker_tmux_read(rows[i].lines) != rows[i].tmux)
			fail_msg("row %zu", i);
}

static void test_themes(void **state)
{
	g_auto(GStrv) names = theme_names(NULL);

	(void)state;
	for (char **name = names; *name; name++) {
		struct theme *theme = theme_load(NULL, *name, NULL);

		assert_non_null(theme);
		assert_int_equal(theme_has_colours(theme), strcmp(*name, "mono") != 0);
		theme_free(theme);
	}
}

/* -- the terminal itself ---------------------------------------------------------------------- */

/* In a process of its own: why a terminal under ENVIRONMENT refuses points, "" when it shows them,
 * which is tried. */
static void look(const char *const *environment, int out)
{
	const uint8_t cells[4] = { 15, 0, 9, 6 };
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	struct term_options options = { 0 };
	struct term *term;
	const char *why;

	clearenv();
	for (size_t i = 0; i < SETTINGS_MAX && environment[i]; i++)
		putenv((char *)environment[i]);
	setlocale(LC_ALL, "");
	/* As the program does. */
	if (!g_get_charset(NULL))
		setlocale(LC_CTYPE, "C.UTF-8");
	if (master < 0 || grantpt(master) || unlockpt(master))
		_exit(1);
	options.in = options.out = open(ptsname(master), O_RDWR | O_NOCTTY);
	ioctl(options.in, TIOCSWINSZ, &size);
	term = term_open(&options, NULL);
	why = term ? term_refuses_points(term) : "no terminal";
	if (term && term_put_points(term, 1, 1, 2, 2, cells, FLICKER_GREY) == (why != NULL))
		why = "it does what it doesn't say";
	if (why && write(out, why, strlen(why)) < 0)
		_exit(1);
	_exit(0);
}

static char *refusal(const char *const *environment)
{
	char why[WHY_BYTES] = "";
	int ends[2], status;
	pid_t child;

	assert_return_code(pipe(ends), 0);
	child = fork();
	if (child == 0)
		look(environment, ends[1]);
	close(ends[1]);
	assert_true(read(ends[0], why, sizeof(why) - 1) >= 0);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return *why ? g_strdup(why) : NULL;
}

#define UTF8	  "LC_ALL=C.UTF-8"
#define TRUECOLOR "COLORTERM=truecolor"

static void test_terminals(void **state)
{
	static const struct {
		const char *environment[SETTINGS_MAX];
		const char *why;
	} rows[] = {
		{ { "TERM=xterm-256color", UTF8, TRUECOLOR }, NULL },
		{ { "TERM=xterm-256color", "LANG=C.UTF-8", TRUECOLOR }, NULL },
		{ { "TERM=tmux-256color", UTF8, "COLORTERM=24bit" }, NULL },
		{ { "TERM=screen-256color", UTF8, TRUECOLOR }, NULL },
		{ { "TERM=xterm-256color", UTF8 }, "palette" },
		{ { "TERM=xterm-256color", UTF8, "COLORTERM=yes" }, "palette" },
		{ { "TERM=xterm", UTF8 }, "palette" },
		{ { "TERM=linux", UTF8, TRUECOLOR }, "palette" },
		{ { "TERM=vt220", UTF8, TRUECOLOR }, "no colours" },
		{ { "TERM=xterm-mono", UTF8 }, "no" },
		{ { "TERM=dumb", UTF8, TRUECOLOR }, "no terminal" },
		{ { "TERM=xterm-256color", UTF8, TRUECOLOR, "NO_COLOR=1" }, "NO_COLOR" },
		{ { "TERM=xterm-256color", UTF8, TRUECOLOR, "NO_COLOR=" }, NULL },
		{ { "TERM=xterm-256color", TRUECOLOR }, "locale" },
		{ { "TERM=xterm-256color", TRUECOLOR, "LC_ALL=C" }, "locale" },
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=C.UTF-8", "LC_ALL=POSIX" }, "locale" },
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=C.UTF-8", "LC_CTYPE=C" }, "locale" },
		/* Not installed, so that its name decides. */
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=xx_XX.ISO-8859-1" }, "locale" },
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=xx_XX" }, "locale" },
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=xx_XX.UTF-8" }, NULL },
		{ { "TERM=xterm-256color", TRUECOLOR, "LANG=xx_XX.utf8@latin" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *why = refusal(rows[i].environment);

		if (!says(why, rows[i].why))
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environments), cmocka_unit_test(test_places),
		cmocka_unit_test(test_frames),	     cmocka_unit_test(test_tmux_says),
		cmocka_unit_test(test_themes),	     cmocka_unit_test(test_terminals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
