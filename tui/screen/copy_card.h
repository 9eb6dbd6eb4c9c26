/*
 * copy_card: the question before words are copied out of the screen: where they go, who can read
 * them there, and that a timer doesn't follow them.
 *
 * Whether the terminal's clipboard may be used is asked once and kept in the setting `copy`, a yes
 * as well as a no; a message's timer is asked about each time. Leaving the card keeps nothing.
 */
#ifndef SOTTO_TUI_SCREEN_COPY_CARD_H
#define SOTTO_TUI_SCREEN_COPY_CARD_H

#include "tui/observe/copy.h"
#include "tui/screen/screen.h"

extern const struct screen_ops copy_card_ops;
extern const struct screen_table copy_card_tables[];

/* Ask before what ABOUT describes goes to PLACE; a yes calls AGREED. USER is a screen below. */
void copy_card_ask(struct host *host, const struct copy_case *about, enum copy_place place,
		   void (*agreed)(void *user), void *user);

#endif
