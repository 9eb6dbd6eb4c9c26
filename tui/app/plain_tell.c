/*
 * What the interface as lines tells who looks elsewhere: by the terminal's bell and its title.
 */
#include <string.h>
#include <unistd.h>
#include "core/base/outlet.h"
#include "tui/app/plain.h"
#include "tui/app/plain_inside.h"
#include "tui/term/term_title.h"

struct roster *plain_roster(const struct plain *plain)
{
	return plain->roster;
}

void plain_tell(struct plain *plain, const char *text)
{
	if (plain->is_locked)
		return;
	plain_say(plain, "\n%s", text);
	plain_prompt(plain);
}

/* One that takes nothing gets none: it would ring, or count, when it does again. */
static void tell(const struct plain *plain, const char *bytes)
{
	if (isatty(outlet_fd(plain->outlet)) && !plain_is_behind(plain) &&
	    !outlet_add(plain->outlet, bytes, strlen(bytes)))
		g_debug("the terminal takes nothing");
}

void plain_alert(struct plain *plain, const char *bytes)
{
	tell(plain, bytes);
}

static void set_title(const struct plain *plain)
{
	g_autofree char *title = term_title_bytes(plain->count);

	if (plain->has_title)
		tell(plain, title);
}

void plain_set_count(struct plain *plain, unsigned count)
{
	if (plain->count == count)
		return;
	plain->count = count;
	set_title(plain);
}

/* A screen reader reads a title when it is asked to; nothing is drawn for it. */
void plain_title_take(struct plain *plain)
{
	plain->has_title = term_title_is_known(g_getenv("TERM"));
	plain->count = 0;
	if (plain->has_title)
		tell(plain, TERM_TITLE_KEEP);
	set_title(plain);
}

void plain_title_give(struct plain *plain)
{
	if (plain->has_title)
		tell(plain, TERM_TITLE_BACK);
	plain->has_title = false;
}
