#include "tui/cli/help.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "core/text/text.h"
#include "core/text/text_wrap.h"

enum {
	MARGIN = 2,
	LEFT = 26,	/* columns of names and options */
	NARROW = 64,	/* below this explanations stand under the names */
	NARROW_INDENT = 6,
	COLUMNS_MAX = 1000,
};

int help_columns(void)
{
	struct winsize size = { 0 };
	int64_t cols = 0;

	if (!g_ascii_string_to_signed(g_getenv("COLUMNS") ? g_getenv("COLUMNS") : "", 10, 1,
				      COLUMNS_MAX, &cols, NULL) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		cols = size.ws_col;
	return cols ? MAX((int)cols, HELP_COLS_MIN) : HELP_COLS;
}

static void pad(GString *out, int cols)
{
	g_string_append_printf(out, "%*s", cols, "");
}

/* TEXT behind what fills the line up to column AT; every further line begins at INDENT. */
static void append_wrapped(GString *out, const char *text, int at, int indent, int cols)
{
	g_autoptr(GArray) lines = text_wrap(text, strlen(text), (size_t)MAX(cols - indent, 1));

	pad(out, indent - at);
	for (guint i = 0; i < lines->len; i++) {
		const struct text_line *line = &g_array_index(lines, struct text_line, i);

		if (i && line->bytes)
			pad(out, indent);
		g_string_append_len(out, text + line->offset, (gssize)line->bytes);
		g_string_append_c(out, '\n');
	}
}

/* NAME, and beside it, or where there is no room below it, what it is. */
static void append_row(GString *out, const char *name, const char *text, int cols)
{
	int indent = cols < NARROW ? NARROW_INDENT : MARGIN + LEFT + 1;
	int end = MARGIN + (int)text_width_all(name);

	if (cols < NARROW || end >= indent) {
		append_wrapped(out, name, 0, MARGIN, cols);
		end = 0;
	} else {
		pad(out, MARGIN);
		g_string_append(out, name);
	}
	append_wrapped(out, text, end, indent, cols);
}

static void append_option(GString *out, const struct verb_option *option, int cols)
{
	g_autofree char *name = g_strdup_printf("--%s%s%s", option->name,
						option->argument ? " " : "",
						option->argument ? option->argument : "");

	append_row(out, name, option->help, cols);
}

/* Those that FIRST, and another word, is the name of; NULL: all. */
static void append_verbs(GString *out, const struct verb *const *table, const char *first, int cols)
{
	g_autofree char *prefix = g_strconcat(first ? first : "", " ", NULL);

	for (; *table; table++) {
		const struct verb *verb = *table;
		g_autofree char *name = g_strdup_printf("%s%s%s", verb->name,
							*verb->arguments ? " " : "",
							verb->arguments);

		if (!verb->is_hidden && (!first || g_str_has_prefix(verb->name, prefix)))
			append_row(out, name, verb->summary, cols);
	}
}

static bool begins_another(const struct verb *const *table, const char *first)
{
	g_autofree char *prefix = g_strconcat(first, " ", NULL);

	for (; *table; table++) {
		if (!(*table)->is_hidden && g_str_has_prefix((*table)->name, prefix))
			return true;
	}
	return false;
}

static void append_usage(GString *out, const char *usage, int cols)
{
	static const char head[] = "Usage: ";
	int indent = (int)sizeof(head) - 1;

	g_string_append(out, head);
	append_wrapped(out, usage, indent, indent, cols);
	g_string_append_c(out, '\n');
}

char *help_all(const struct verb *const *table, const struct verb_option *globals, int cols)
{
	GString *out = g_string_new(NULL);

	append_usage(out, "sotto [OPTIONS] [VERB [ARGUMENTS]]", cols);
	append_wrapped(out, "Secure chat for the terminal. Without a verb the interface opens.\n"
			    "Words come by standard input: `sotto send bob`, then the message and "
			    "C-d, or a pipe.", 0, 0, cols);
	g_string_append(out, "\nVerbs:\n");
	append_verbs(out, table, NULL, cols);
	g_string_append(out, "\nOptions:\n");
	for (; globals->name; globals++)
		append_option(out, globals, cols);
	g_string_append_c(out, '\n');
	append_wrapped(out, "`sotto VERB --help` says more of each.", 0, 0, cols);
	return g_string_free(out, FALSE);
}

char *help_verb(const struct verb *const *table, const struct verb *verb, int cols)
{
	GString *out = g_string_new(NULL);
	g_autofree char *usage = verb_usage(verb);

	append_usage(out, usage, cols);
	append_wrapped(out, verb->summary, 0, 0, cols);
	if (verb->details)
		append_wrapped(out, verb->details, 0, 0, cols);
	if (verb->options[0].name)
		g_string_append(out, "\nOptions:\n");
	for (int i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
		append_option(out, &verb->options[i], cols);
	if (begins_another(table, verb->name)) {
		g_string_append(out, "\nFurther verbs:\n");
		append_verbs(out, table, verb->name, cols);
	}
	return g_string_free(out, FALSE);
}

char *help_group(const struct verb *const *table, const char *word, int cols)
{
	g_autofree char *usage = NULL, *more = NULL;
	GString *out;

	if (!begins_another(table, word))
		return NULL;
	out = g_string_new(NULL);
	usage = g_strdup_printf("sotto %s VERB [ARGUMENTS]", word);
	more = g_strdup_printf("`sotto %s VERB --help` says more of each.", word);
	append_usage(out, usage, cols);
	g_string_append(out, "Verbs:\n");
	append_verbs(out, table, word, cols);
	g_string_append_c(out, '\n');
	append_wrapped(out, more, 0, 0, cols);
	return g_string_free(out, FALSE);
}

static bool is_help(const char *word)
{
	return g_strcmp0(word, "--help") == 0 || g_strcmp0(word, "-h") == 0;
}

bool help_asked(char **words, bool wants_all, const struct verb *const *table,
		const struct verb_option *globals)
{
	g_autofree char *text = NULL;
	int taken;

	if (wants_all)
		text = help_all(table, globals, help_columns());
	else if (words[0] && is_help(words[1]) && !words[2] && !verb_find(table, words, &taken))
		text = help_group(table, words[0], help_columns());
	if (text)
		fputs(text, stdout);
	return text != NULL;
}
