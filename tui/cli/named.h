/*
 * named: who a verb's argument means.
 */
#ifndef SOTTO_TUI_CLI_NAMED_H
#define SOTTO_TUI_CLI_NAMED_H

#include "tui/cli/verb.h"
#include "tui/client/loss.h"

/* Find who ARGUMENT means; ends the call and gives NULL when nobody. An unknown local name is NULL
 * too. */
struct contact *call_contact(struct call *call, const char *argument);
/* The address that ARGUMENT means, of a contact or not (g_free); NULL with ERROR_USAGE. */
char *call_address(struct call *call, const char *argument,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The question about LOSS for who ARGUMENT means (g_free); NULL: nobody is known by it, or nothing
 * is to be asked. */
char *call_loss(struct call *call, enum loss loss, const char *argument);
/* Whether its first argument means the user's own notes: no carrier is needed for them. */
bool call_is_local(const struct call *call);
/* As call_contact, who must be a person. */
struct contact *call_person(struct call *call, const char *argument);

#endif
