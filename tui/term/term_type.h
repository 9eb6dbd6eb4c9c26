/*
 * term_type: what a name in TERM tells: which descriptions may stand for it, and what they allow.
 */
#ifndef SOTTO_TUI_TERM_TERM_TYPE_H
#define SOTTO_TUI_TERM_TERM_TYPE_H

#include <glib.h>
#include <stdbool.h>

/*
 * In the order in which to try them, NULL-terminated (g_strfreev). CLAIMS_DIRECT: the terminal says
 * that it has 24-bit colours, so its -direct description comes first. Behind TYPE itself come those
 * with less in their name (xterm-direct: xterm-256color, xterm), which are installed where others
 * aren't, and xterm's for the terminals that are made to be like it.
 */
char **term_types(const char *type, bool claims_direct);
/* Whether the environment (COLORTERM) says that the terminal has 24-bit colours. */
bool term_type_claims_direct(void);
/* Whether TYPE's description is installed. */
bool term_type_is_described(const char *type);
/*
 * Whether screens can be shown in a terminal of TYPE (NULL: TERM): ERROR_UNAVAILABLE when it is
 * unknown or can't move the cursor ("dumb"); the sentence names `--plain`. Nothing is written.
 */
gboolean term_type_check(const char *type, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether a terminal of TYPE (may be NULL) takes the control sequences of ECMA-48, as far as the
 * name tells: to leave an unknown one alone would be to leave nearly all alone.
 */
bool term_type_has_sequences(const char *type);

#endif
