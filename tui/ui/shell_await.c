/* shell: keys for a conversation that a command goes to, and that isn't there yet. */
#include "tui/ui/shell.h"
#include "tui/ui/shell_hold.h"

#define WAY_OUT "Escape ends that."

void shell_await(struct shell *shell, const char *name)
{
	g_autofree char *said = g_strdup_printf("%s is being opened: what you type goes there. "
						WAY_OUT, name);

	shell_hold_begin(shell->hold);
	if (!shell->said)
		shell_say(shell, false, said);
}

void shell_awaited(struct shell *shell, bool is_there)
{
	g_autofree char *said = NULL;

	if (shell->said && g_str_has_suffix(shell->said, WAY_OUT))
		g_clear_pointer(&shell->said, g_free);
	if (is_there) {
		shell_hold_give(shell->hold);
		return;
	}
	if (!shell_hold_drop(shell->hold))
		return;
	said = g_strdup_printf("%s%sWhat you typed since was let go.",
			       shell->said ? shell->said : "", shell->said ? " " : "");
	shell_say(shell, true, said);
}

/* Locking and leaving overtake everything: letters with Ctrl or Alt, which begin them, aren't typed
 * for anybody. C-j may be what sends. */
static bool is_command(const struct key *key)
{
	bool is_line = key->mods & MOD_CTRL && (key->ch == 'j' || key->ch == 'm');

	return key->code == KC_CHAR && key->mods & (MOD_CTRL | MOD_ALT) && !is_line;
}

bool shell_keeps(struct shell *shell, const struct key *key)
{
	if (!shell_hold_is_on(shell->hold))
		return false;
	if (is_command(key)) {
		shell_awaited(shell, false);
		return false;
	}
	if (key->code == KC_ESCAPE || !shell_hold_add(shell->hold, key))
		shell_awaited(shell, false);
	return true;
}

bool shell_is_awaiting(const struct shell *shell)
{
	return shell_hold_is_on(shell->hold);
}
