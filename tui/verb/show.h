/*
 * show: rows as lines for people, every foreign character made safe.
 */
#ifndef SOTTO_TUI_VERB_SHOW_H
#define SOTTO_TUI_VERB_SHOW_H

#include "tui/verb/verb.h"

/* Print MESSAGE, as JSON when the call asks for it. */
void show_message(struct call *call, const struct message *message);
void show_contact(struct call *call, const struct contact *contact);
void show_device(struct call *call, const struct device *device, bool is_own);

#endif
