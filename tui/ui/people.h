/*
 * people: the commands for how we are towards somebody (core/model/manners.h): whom we tell what,
 * who may see that we are there, who is blocked. Their user is the shell; without an address they
 * are about the conversation in front.
 */
#ifndef SOTTO_TUI_UI_PEOPLE_H
#define SOTTO_TUI_UI_PEOPLE_H

#include <stdbool.h>
#include "tui/kit/command.h"

struct host;

/* Whether TEXT means the user's own notes, which nobody has opened yet. */
bool people_is_self(const struct host *host, const char *text);

struct shell;

/* The address that TEXT means, as it was typed, of a contact or not (g_free); NULL with ERROR. */
char *people_address(struct shell *shell, const char *text,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* receipts|markers|typing|presence on|off|default [ADDRESS] */
gboolean people_set(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
/* [ADDRESS] */
gboolean people_block(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
gboolean people_unblock(void *user, const char *const args[static COMMAND_ARGS_MAX],
			GError **error);
gboolean people_accept(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
gboolean people_decline(void *user, const char *const args[static COMMAND_ARGS_MAX],
			GError **error);

#endif
