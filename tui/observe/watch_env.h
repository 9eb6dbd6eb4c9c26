/*
 * watch_env: what the environment says about who watches.
 *
 * It is inherited, so it can be out of date: what it says is a note, or makes the verdict unknown.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_ENV_H
#define SOTTO_TUI_OBSERVE_WATCH_ENV_H

#include "tui/observe/watch.h"

/* Add what ENVIRONMENT ("NAME=VALUE", NULL-terminated) tells to WATCH. */
void watch_env(struct watch *watch, char **environment);

#endif
