/*
 * points_refusal: whether a terminal can show points in exact greys (tui/term/term_points.c).
 */
#ifndef SOTTO_TUI_TERM_POINTS_REFUSAL_H
#define SOTTO_TUI_TERM_POINTS_REFUSAL_H

#include <stdbool.h>
#include "tui/term/theme.h"

/* Why a terminal of TYPE and DEPTH can't show points (term_refuses_points); CLAIMS_EXACT: it, or
 * the environment, says that it shows 24-bit colours. NULL: it can. */
const char *points_refusal(const char *type, enum depth depth, bool claims_exact);

#endif
