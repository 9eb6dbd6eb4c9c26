/*
 * show: rows as lines for people, every foreign character made safe.
 */
#ifndef SOTTO_TUI_CLI_SHOW_H
#define SOTTO_TUI_CLI_SHOW_H

#include "tui/cli/verb.h"

/* Whether another process isn't shown MESSAGE, whatever it asks for. */
bool message_is_withheld(const struct message *message) G_GNUC_PURE;
/* Print MESSAGE, as JSON when the call asks for it; false when it isn't for who asked: it is
 * counted then, and told at the end. */
bool show_message(struct call *call, const struct message *message);
/* LOOKS_LIKE: whose name it might be taken for (core/model/lookalike.h); NULL: nobody's. */
void show_contact(struct call *call, const struct contact *contact,
		  const struct contact *looks_like);
void show_device(struct call *call, const struct device *device, bool is_own);

#endif
