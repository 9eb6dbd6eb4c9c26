/*
 * change_card: the one card that says why nothing is sent to a person, however many devices
 * changed; or, before first contact, what the first message accepts.
 *
 * It names what changed and since when, the two innocent causes and the dangerous one, and the keys
 * that go on from here. It isn't a screen: it takes the lower part of the conversation, and goes
 * when a decision is made or put off.
 */
#ifndef SOTTO_TUI_SCREEN_CHANGE_CARD_H
#define SOTTO_TUI_SCREEN_CHANGE_CARD_H

#include "core/engine/engine_change.h"
#include "tui/screen/screen.h"

/* How long "later" is. */
enum { CHANGE_LATER_MS = 60 * 60 * 1000 };

/* Whether CHANGE (may be NULL) waits and isn't put off. */
bool change_card_is_due(const struct change *change, int64_t now);
/* Rows it takes of a view of ROWS by COLS. */
int change_card_rows(const struct host *host, const struct change *change, int rows, int cols);
void change_card_draw(const struct host *host, const struct change *change, struct view view);

#endif
