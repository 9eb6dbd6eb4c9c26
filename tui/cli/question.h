/*
 * question: what a verb asks before what can't be undone, and who answers it.
 *
 * Only where somebody is there to be asked: standard input and output are terminals, the answer
 * wasn't given with --yes, and no script reads JSON.
 */
#ifndef SOTTO_TUI_CLI_QUESTION_H
#define SOTTO_TUI_CLI_QUESTION_H

#include "tui/cli/control.h"
#include "tui/cli/verb.h"

bool question_is_due(const struct call *call);
/* TRUE: go on, and don't ask again. QUESTION is NULL where there is nothing to ask. */
bool question_agree(struct call *call, const char *question);
/*
 * Ask what the process that holds the profile in FOLDER would ask. Where it doesn't answer, or
 * refuses the verb, what control_run() says. CONTROL_DONE, *EXIT_CODE 0: the user agreed; 1: they
 * didn't, and that was said.
 */
enum control_answer question_ask_there(const char *folder, struct call *call, char **words,
				       int *exit_code);

#endif
