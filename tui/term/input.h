/*
 * input: bytes from a terminal to keys. Knows no terminal, so it is tested and fuzzed as it is.
 *
 * Understands UTF-8, C0 controls, Alt as a leading ESC, the cursor and function keys of xterm,
 * tmux, screen, rxvt, the Linux console and vt100 with xterm's modifiers, bracketed paste, focus
 * and SGR mouse reports, and kitty's answer and events for keys that are let go. Unknown sequences
 * and answers that nobody asked for (OSC, DCS, APC, PM, SOS) are swallowed whole, with whatever
 * controls are inside; malformed UTF-8 becomes U+FFFD. What was pasted is wiped.
 */
#ifndef SOTTO_TUI_TERM_INPUT_H
#define SOTTO_TUI_TERM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include "tui/term/key.h"

enum {
	INPUT_ESCAPE_MS = 30,		 /* a lone ESC is the Escape key after this */
	INPUT_PASTE_MS = 2000,		 /* a paste is over after so long without bytes */
	INPUT_STRING_MS = 500,		 /* and so is an answer without its end */
	INPUT_STRING_MAX = 1024 * 1024, /* a longer one has lost it */
	INPUT_PASTE_MAX = 1024 * 1024, /* a longer paste is cut */
};

struct input;

/* ERASE is the terminal's erase character: that byte is Backspace, and so is 0x7f. */
struct input *input_new(char erase);
void input_free(struct input *input);
void input_feed(struct input *input, const void *bytes, size_t count);
/* The next whole key; FALSE when more bytes are needed. KEY's text is valid until the next call. */
bool input_next(struct input *input, struct key *key);
/* After so long without bytes call input_flush(): an ESC may be a key, the end of a paste be lost.
 * -1: nothing waits. */
int input_wait_ms(const struct input *input);
/* Time is up: what is there counts as it stands. */
void input_flush(struct input *input);

#endif
