/*
 * options: values of a verb's options, parsed.
 */
#ifndef SOTTO_TUI_CLI_OPTIONS_H
#define SOTTO_TUI_CLI_OPTIONS_H

#include "tui/cli/verb.h"

/* A whole number from MIN to MAX; NUMBER is left alone when NAME wasn't given. ERROR_USAGE. */
gboolean option_number(const struct call *call, const char *name, int64_t min, int64_t max,
		       int64_t *number, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
