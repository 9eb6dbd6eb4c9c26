/*
 * said: what a verb has done, in a sentence for whoever sits at the terminal.
 */
#ifndef SOTTO_TUI_CLI_SAID_H
#define SOTTO_TUI_CLI_SAID_H

#include "tui/cli/verb.h"

/* The verb's sentence with the call's arguments in it, safe to show; g_free. NULL: there is none,
 * or the call only looked. */
char *call_said(const struct call *call);

#endif
