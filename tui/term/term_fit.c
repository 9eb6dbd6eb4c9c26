/* Whether screens can be shown in a terminal of some type; nothing is written to find out. */
#include <string.h>
#include "core/base/error.h"
#include "tui/term/term_type.h"

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

/* Whether TYPE's description is here; and whether it says how to move the cursor. */
static bool has_description(const char *type, bool *can_move)
{
	TERMINAL *before = set_curterm(NULL);
	const char *move;
	bool is_known;
	int status;

	is_known = setupterm(type, -1, &status) == OK;
	if (is_known) {
		move = tigetstr("cup");
		*can_move = move && *move;
		del_curterm(cur_term);
	}
	set_curterm(before);
	return is_known;
}

bool term_type_is_described(const char *type)
{
	bool can_move;

	return has_description(type, &can_move);
}

gboolean term_type_check(const char *type, GError **error)
{
	g_auto(GStrv) types = NULL;
	bool is_known = false, can_move = false;

	if (!type)
		type = g_getenv("TERM");
	if (!type || !*type) {
		error_set(error, ERROR_UNAVAILABLE,
			  "TERM isn't set, so the terminal's type isn't known; set it, for example "
			  "to xterm-256color, or use --plain.");
		return FALSE;
	}
	types = term_types(type, false);
	for (char **name = types; *name && !is_known; name++)
		is_known = has_description(*name, &can_move);
	if (!is_known)
		error_set(error, ERROR_UNAVAILABLE,
			  "The terminal type \"%s\" (TERM) isn't known here; set TERM to one that "
			  "is, or use --plain.",
			  type);
	else if (!can_move)
		error_set(error, ERROR_UNAVAILABLE,
			  "A terminal of type \"%s\" (TERM) can't show screens; use --plain.",
			  type);
	return can_move;
}
