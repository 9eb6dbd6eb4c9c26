/*
 * opening_ask: that the passphrase is asked for, as a screen shows it.
 */
#ifndef SOTTO_TUI_CLIENT_OPENING_ASK_H
#define SOTTO_TUI_CLIENT_OPENING_ASK_H

#include <stdbool.h>

/* Words and numbers that may be shown to anybody. */
struct opening_ask {
	unsigned attempt;  /* of these, counted from 1 */
	unsigned attempts;
	unsigned wrong;	   /* passphrases since it was last open */
	unsigned wait;	   /* seconds left before it is asked */
	bool is_again;	   /* nothing but the seconds has changed since it was shown */
	const char *why;   /* what was wrong with the former; NULL: nothing yet */
};

#endif
