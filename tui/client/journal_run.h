/*
 * journal_run: rows of the journal as they are shown: those that other processes left, one after
 * the other, as a single one, and verbs that only opened the profile and locked it likewise. In the
 * journal they stay what they are.
 */
#ifndef SOTTO_TUI_CLIENT_JOURNAL_RUN_H
#define SOTTO_TUI_CLIENT_JOURNAL_RUN_H

#include "core/port/store.h"

struct journal_run;

/* What is to be shown goes to FUNC, in order. */
struct journal_run *journal_run_new(journal_func func, void *user);
/* A row of the journal; RUN is the second argument. FALSE when FUNC wants no more. */
gboolean journal_run_add(const struct journal_row *row, void *run);
/* The last one goes to FUNC; frees RUN. */
void journal_run_end(struct journal_run *run);

#endif
