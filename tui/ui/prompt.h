/*
 * prompt: the command line at the bottom: editing, history, completion.
 */
#ifndef SOTTO_TUI_UI_PROMPT_H
#define SOTTO_TUI_UI_PROMPT_H

#include "tui/kit/command.h"
#include "tui/kit/lineedit.h"
#include "tui/term/grid.h"

struct prompt {
	struct lineedit *edit;
	struct completion completion; /* of the last Tab */
	bool is_open;
};

void prompt_init(struct prompt *prompt);
void prompt_clear(struct prompt *prompt);
/* Forget text and history (locking). */
void prompt_wipe(struct prompt *prompt);
/* Show it with LINE already written. */
void prompt_open(struct prompt *prompt, const char *line);
void prompt_close(struct prompt *prompt);
/* What was written, in plain memory, which is the caller's; closes. */
char *prompt_take(struct prompt *prompt);
/* What was offered doesn't fit any more. */
void prompt_forget_offers(struct prompt *prompt);
/* Rows that it needs: one, and one for what completion offers. */
int prompt_rows(const struct prompt *prompt);
void prompt_draw(struct prompt *prompt, struct view view);

#endif
