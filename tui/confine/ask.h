/*
 * ask: secrets and a yes, outside curses, on the controlling terminal.
 */
#ifndef SOTTO_TUI_CONFINE_ASK_H
#define SOTTO_TUI_CONFINE_ASK_H

#include <glib.h>
#include <stdbool.h>
#include <termios.h>

struct secret;

enum { ASK_LINE_BYTES = 1024 };

/* With PROMPT: twice when IS_NEW. ERROR_USAGE when the two differ, or it is too short for a new
 * one; else as secret_prompt. */
struct secret *ask_secret(const char *prompt, bool is_new,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TEXT on standard output, outside curses. A terminal that doesn't take it within two seconds
 * misses it. */
void ask_say(const char *text);
/* TEXT with its lines broken between words where the terminal is narrower; g_free. And shown so;
 * and a sentence, indented. */
char *ask_fit(const char *text);
void ask_show(const char *text);
void ask_tell(const char *sentence);
/* A SENTENCE of sotto's on standard error; fitted where that is a terminal. */
void ask_complain(const char *sentence);
/* As wide as the terminal is, on whichever of the standard descriptors it is. */
unsigned ask_columns(void);
/* One line from standard input, which is echoed, blanks around it removed. An empty one is OFFER,
 * or, where that is NULL, asked again. ERROR_USAGE at the end of input. */
gboolean ask_line(const char *question, const char *offer, char **answer,
		  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What was typed meanwhile goes: it was an answer, maybe a secret one, and isn't for whatever reads
 * this terminal next. */
void ask_drain(void);
/* While something takes its time: what is typed isn't shown, and is thrown away at the end, lest
 * it is the next answer, or the shell's. A process that a signal ends meanwhile leaves it to the
 * broker to put the terminal right. */
struct ask_hush {
	int tty;
	bool is_quiet;
	struct termios before, quiet;
};
void ask_hush(struct ask_hush *hush);
void ask_unhush(struct ask_hush *hush);
/* A prompt meanwhile (core/base/secret.h). */
struct secret *ask_hushed(const struct ask_hush *hush, const char *prompt, bool takes_nothing,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether QUESTION was answered by typing WORD (hex digits: colons and case don't matter); false
 * without a terminal. */
bool ask_word(const char *question, const char *word);

#endif
