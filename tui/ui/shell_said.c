/* shell: the sentence in its last line. */
#include "tui/ui/shell.h"

void shell_say(struct shell *shell, bool is_error, const char *sentence)
{
	g_free(shell->said);
	shell->said = g_strdup(sentence);
	shell->is_error = is_error;
	shell->is_changed = true;
}
