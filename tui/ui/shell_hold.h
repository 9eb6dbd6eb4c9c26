/*
 * shell_hold: keys typed while a command is still on its way to another conversation. They are for
 * that one: none of them may be written, or sent, in the conversation that stands there until then.
 */
#ifndef SOTTO_TUI_UI_SHELL_HOLD_H
#define SOTTO_TUI_UI_SHELL_HOLD_H

#include <stdbool.h>
#include "tui/term/key.h"

struct shell_hold;

/* GIVE gets what was kept. */
struct shell_hold *shell_hold_new(void (*give)(void *user, const struct key *key), void *user);
void shell_hold_free(struct shell_hold *hold);

/* Keep keys from now on; whether they are kept. */
void shell_hold_begin(struct shell_hold *hold);
bool shell_hold_is_on(const struct shell_hold *hold);
/* Keep KEY, which is copied; FALSE: there are too many. */
bool shell_hold_add(struct shell_hold *hold, const struct key *key);
/* Keep none any more: hand them over in their order, or let them go; how many there were. */
unsigned shell_hold_give(struct shell_hold *hold);
unsigned shell_hold_drop(struct shell_hold *hold);

#endif
