/*
 * theme_builtin: the themes of themes/, as text in the program, so that it needs no installed file.
 * The source is made by tui/kit/embed_themes.sh.
 */
#ifndef SOTTO_TUI_TERM_THEME_BUILTIN_H
#define SOTTO_TUI_TERM_THEME_BUILTIN_H

struct theme_builtin {
	const char *name; /* "dark" */
	const char *text; /* the file */
};

/* Ends with a row whose name is NULL. */
extern const struct theme_builtin theme_builtins[];

#endif
