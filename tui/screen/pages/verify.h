/*
 * verify: comparing keys with one person, in whichever way is at hand.
 *
 * Pages: the number with its pattern; they read and the user types; the user reads, one group at a
 * time; a QR code; each device; what is on record. Nothing is marked before everything compared is
 * right, and what was compared is what gets marked: when keys change meanwhile, comparing begins
 * again. What differs leads to a page that says STOP and what it can mean; it isn't left by a key
 * that is pressed by habit.
 */
#ifndef SOTTO_TUI_SCREEN_PAGES_VERIFY_H
#define SOTTO_TUI_SCREEN_PAGES_VERIFY_H

#include "tui/screen/screen.h"

/* open()'s argument is the address. */
extern const struct screen_ops verify_ops;
extern const struct screen_table verify_tables[];

#endif
