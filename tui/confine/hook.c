#include "tui/confine/hook.h"

#include <stdio.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/confine/ask.h"
#include "tui/confine/start_record.h"

static bool is_wanted(const char *command)
{
	char *safe = text_make_safe(command, strlen(command), TEXT_NEWLINE_SPACE);
	g_autofree char *question = g_strdup_printf(
		"The settings name a command that is to be run at each new message:\n\n\t%s\n\n"
		"Run it from now on, if it was you who wrote it there.",
		safe);

	plain_free(safe);
	return ask_word(question, "yes");
}

const char *hook_confirmed(const char *home, const char *command)
{
	struct start_record *record;
	bool ok;

	if (!command || !*command)
		return NULL;
	record = start_record_new(home);
	ok = start_record_has_hook(record, command);
	if (!ok && is_wanted(command)) {
		start_record_confirm_hook(record, command);
		ok = true;
	}
	start_record_free(record);
	if (ok)
		return command;
	ask_complain("The command in notify_hook isn't run, as nobody has confirmed it.");
	return NULL;
}
