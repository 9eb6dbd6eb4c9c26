/*
 * arguments: the words of a command line, told from its options.
 *
 * They may be somebody's message: they are wiped when they are freed. What stands behind the first
 * "--" is never taken for an option.
 */
#ifndef SOTTO_TUI_CLI_ARGUMENTS_H
#define SOTTO_TUI_CLI_ARGUMENTS_H

#include <glib.h>

/* A copy of WORDS (NULL-terminated), for arguments_free. */
char **arguments_copy(const char *const *words);
/* Wipe and free; NULL is fine. */
void arguments_free(char **words);

/* How many of WORDS stand before the first "--". */
guint arguments_before(const char *const *words);

/*
 * The words that are left when CONTEXT has taken its options out of the first COUNT of WORDS; those
 * behind them aren't in it. ERROR_USAGE with GLib's sentence, for which SEE is the verb whose help
 * helps ("" for none). For arguments_free.
 */
char **arguments_parse(GOptionContext *context, const char *const *words, guint count,
		       const char *see, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FROM's words behind WORDS's; FROM is used up. */
char **arguments_join(char **words, char **from) G_GNUC_WARN_UNUSED_RESULT;

#endif
