/*
 * term_locale: which characters the environment says that the terminal shows.
 */
#ifndef SOTTO_TUI_TERM_TERM_LOCALE_H
#define SOTTO_TUI_TERM_TERM_LOCALE_H

/* UNKNOWN: none is named, as in the locale C; terminals of today take UTF-8 then. */
enum charset { CHARSET_UTF8, CHARSET_UNKNOWN, CHARSET_OTHER };

/* What the environment's locale says. */
enum charset terminal_charset(void);

#endif
