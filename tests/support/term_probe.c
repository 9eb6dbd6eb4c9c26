/*
 * term_probe: the kit in a real terminal, driven by tests/e2e/term_tmux.sh.
 *
 * Draws a fixed screen, prints the name of each key that comes, ends at q. "t" changes the theme,
 * "z" suspends for one line of input, "r" kills itself after the rescue, "!" dies with only the
 * parent's rescue left.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tui/kit/draw.h"
#include "tui/kit/lineedit.h"
#include "tui/term/term.h"
#include "tui/term/term_rescue.h"

#define FAMILY "\U0001F468\u200D\U0001F469\u200D\U0001F467"
#define SAMPLES 9

struct probe {
	struct term *term;
	struct grid *grid;
	struct theme *theme;
	GMainLoop *loop;
	struct lineedit *edit;
	char said[200];
	size_t next_theme;
};

static const char *const samples[SAMPLES] = {
	"plain",  "中文字",	  FAMILY "|", "❤\uFE0F|",	"\U0001F1E9\U0001F1EA|",
	"👍\U0001F3FD|", "q\u0302|", "שלום", "a\033[2Jb\u202E",
};

static void draw(void *user)
{
	static const char *const depths[] = {"mono", "8", "16", "256", "true"};
	struct probe *probe = user;
	struct view rest, body;
	int rows, cols;

	term_size(probe->term, &rows, &cols);
	if (rows != probe->grid->rows || cols != probe->grid->cols)
		grid_resize(probe->grid, rows, cols);
	grid_clear(probe->grid);
	rest = grid_view(probe->grid);
	view_fill(rest, ROLE_TEXT);
	body = view_cut_top(&rest, 1);
	view_fill(body, ROLE_TITLE);
	draw_printf(body, 0, 1, ROLE_TITLE, 0, "probe %dx%d %s colours", cols, rows,
		    depths[term_depth(probe->term)]);
	draw_right(body, 0, cols - 1, cols, probe->theme->name, ROLE_TITLE_DIM, 0);
	lineedit_draw(probe->edit, view_cut_bottom(&rest, 1), ROLE_INPUT, "write", true);
	draw_fit(view_cut_bottom(&rest, 1), 0, 1, cols - 2, probe->said, ROLE_STATUS, 0);
	body = view_cut_left(&rest, 20);
	for (int i = 0; i < SAMPLES; i++)
		draw_text(body, i, 1, samples[i], ROLE_TEXT, 0);
	draw_rule_down(view_cut_left(&rest, 1), 0, ROLE_RULE);
	for (int role = 0; role < ROLE_COUNT; role++) {
		int wide = MAX(rest.rows, 1);

		draw_text(rest, role % wide, 1 + role / wide * 14, role_name((enum role)role), role,
			  0);
	}
	term_draw(probe->term, probe->grid);
}

static void set_theme(struct probe *probe)
{
	char **names = theme_names(NULL);
	const char *name = term_depth(probe->term) == DEPTH_MONO
				   ? "mono"
				   : names[probe->next_theme++ % g_strv_length(names)];
	struct theme *theme = theme_load(NULL, name, NULL);

	if (theme) {
		term_set_theme(probe->term, theme);
		theme_free(probe->theme);
		probe->theme = theme;
	}
	g_strfreev(names);
}

static void suspend(struct probe *probe)
{
	char line[80];

	term_suspend(probe->term);
	printf("suspended\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(3);
	term_resume(probe->term);
}

static void on_key(const struct key *key, void *user)
{
	struct probe *probe = user;
	char name[KEY_NAME_BYTES];

	if (key->code == KC_NONE || (key->code == KC_CHAR && key->ch == 'q'))
		g_main_loop_quit(probe->loop);
	else if (key->code == KC_CHAR && key->ch == 't' && !key->mods)
		set_theme(probe);
	else if (key->code == KC_CHAR && key->ch == 'z' && !key->mods)
		suspend(probe);
	else if (key->code == KC_CHAR && key->ch == '!')
		abort();
	else
		lineedit_key(probe->edit, key, NULL);
	if (key->code == KC_PASTE)
		g_snprintf(probe->said, sizeof(probe->said), "paste %zu", strlen(key->text));
	else if (key_is_key(key))
		g_snprintf(probe->said, sizeof(probe->said), "key %s", key_format(key, name));
	else if (key->code == KC_FOCUS_IN || key->code == KC_FOCUS_OUT)
		g_snprintf(probe->said, sizeof(probe->said), "focus %s",
			   key->code == KC_FOCUS_IN ? "in" : "out");
}

/* A parent that gives the terminal back when the child dies. */
static int watch_over(struct term_rescue *rescue)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		return -1;
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
		term_rescue_run(rescue);
		printf("rescued\n");
		return 1;
	}
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	const struct term_options options = {.in = 0, .out = 1};
	const struct lineedit_options line = {.max_bytes = 1000, .is_single_line = true};
	struct term_rescue rescue;
	struct probe probe = {.loop = g_main_loop_new(NULL, FALSE)};
	GError *error = NULL;
	int code = -1;

	setlocale(LC_ALL, "");
	if (term_rescue_init(&rescue, 1))
		code = watch_over(&rescue);
	if (code >= 0)
		return code;
	probe.term = term_open(&options, &error);
	if (!probe.term) {
		printf("refused: %s\n", error->message);
		return 2;
	}
	probe.grid = grid_new(1, 1);
	probe.edit = lineedit_new(&line);
	for (probe.next_theme = argc > 1 ? (size_t)atoi(argv[1]) : 0; !probe.theme;)
		set_theme(&probe);
	term_watch(probe.term, on_key, draw, &probe);
	draw(&probe);
	g_main_loop_run(probe.loop);
	term_close(probe.term);
	grid_free(probe.grid);
	lineedit_free(probe.edit);
	theme_free(probe.theme);
	g_main_loop_unref(probe.loop);
	printf("left\n");
	return 0;
}
