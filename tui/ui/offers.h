/*
 * offers: what Tab completes, in the command line and in the box: names of commands, and what may
 * stand behind them.
 *
 * What has to be asked for first, such as who is on the spool, comes later. The same line is then
 * completed once more, if nothing was typed in it since.
 */
#ifndef SOTTO_TUI_UI_OFFERS_H
#define SOTTO_TUI_UI_OFFERS_H

#include "tui/screen/screen.h"

struct offers;

/* HOST outlives it. */
struct offers *offers_new(struct host *host);
void offers_free(struct offers *offers);
/* Nothing of what was asked for is kept, and what is still asked for completes nothing (locked). */
void offers_forget(struct offers *offers);

/*
 * Complete the command in EDIT, which begins at byte START, up to the cursor as far as it is clear.
 * COMPLETION gets what is possible (nothing, when it was clear): completion_clear().
 */
void offers_complete(struct offers *offers, struct lineedit *edit, size_t start,
		     struct completion *completion);

#endif
