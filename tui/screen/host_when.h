/*
 * host_when: how the user wants times written, by the settings time_format and time_seconds.
 */
#ifndef SOTTO_TUI_SCREEN_HOST_WHEN_H
#define SOTTO_TUI_SCREEN_HOST_WHEN_H

#include <stdbool.h>
#include "tui/client/when.h"

struct host;

enum when_format host_format(const struct host *host);
bool host_has_seconds(const struct host *host);

#endif
