/*
 * manual_json: the fields that verbs print with --json, and the manual page that names them.
 *
 * `tests/lint/fields.sh` holds that every field that is printed has a row.
 */
#ifndef SOTTO_TUI_MANUAL_MANUAL_JSON_H
#define SOTTO_TUI_MANUAL_MANUAL_JSON_H

#include <stdio.h>

void manual_json(FILE *out, const char *version);

#endif
