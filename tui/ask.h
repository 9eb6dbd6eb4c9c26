/*
 * ask: secrets and a yes, outside curses, on the controlling terminal.
 */
#ifndef SOTTO_TUI_ASK_H
#define SOTTO_TUI_ASK_H

#include <glib.h>
#include <stdbool.h>

struct secret;

/* With PROMPT: twice when IS_NEW. ERROR_USAGE when the two differ, or it is too short for a new
 * one; else as secret_prompt. */
struct secret *ask_secret(const char *prompt, bool is_new,
			  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* TEXT on standard output, outside curses. A terminal that doesn't take it within two seconds
 * misses it. */
void ask_say(const char *text);
/* Whether QUESTION was answered by typing WORD (hex digits: colons and case don't matter); false
 * without a terminal. */
bool ask_word(const char *question, const char *word);

#endif
