/*
 * copy: which of a message's words may be copied out of the screen, and as what.
 *
 * Copied is what stands on the screen: controls, bidi controls and invisible characters are the
 * tokens that are shown for them (core/text/text.h), and nothing blank is left at the end, so that
 * what is pasted into a shell runs nothing that couldn't be seen there. Line ends stay.
 */
#ifndef SOTTO_TUI_OBSERVE_COPY_H
#define SOTTO_TUI_OBSERVE_COPY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include "core/model/message.h"
#include "core/model/privacy.h"

struct watch;

enum {
	COPY_SECONDS = 30,	  /* then it is cleared, where that can be done */
	COPY_BYTES_MAX = 65536,	  /* of text; no message of ours has more */
	COPY_CLIPBOARD_MAX = 55500, /* the same for a terminal's (TERM_COPY_MAX) */
};

/* tmux's buffer has a name, so that prefix-] pastes something else unless it is chosen. */
#define COPY_BUFFER "sotto"

/* The order of the setting `copy`: what protects more comes later. */
enum copy_choice { COPY_YES, COPY_ASK, COPY_NO };

enum copy_place { COPY_NOWHERE, COPY_CLIPBOARD, COPY_TMUX };

struct copy_case {
	const struct message *message; /* NULL: none in particular */
	enum privacy privacy;	       /* of its conversation, with what the terminal asks for */
	const struct watch *watch;     /* who watches the terminal; NULL: nobody has looked */
	enum copy_choice choice;
	int64_t now; /* wall ms */
};

/*
 * Why nothing of it may be copied, a sentence; NULL: it may. The one place that says so: keys,
 * commands and the card's answer ask here, each at the time that it acts.
 */
const char *copy_refusal(const struct copy_case *about);
/* Whether PLACE has to be asked about first, and the answer kept; whether the message's timer is a
 * reason to ask each time. */
bool copy_asks_for_place(const struct copy_case *about, enum copy_place place);
bool copy_asks_for_timer(const struct copy_case *about);

/* BYTES of TEXT as they are copied; plain memory, "" where there is nothing to see. */
char *copy_text(const char *text, size_t bytes) G_GNUC_WARN_UNUSED_RESULT;
/* Why TEXT, from copy_text(), can't go to PLACE, a sentence; NULL: it can. */
const char *copy_text_refusal(const char *text, enum copy_place place);

#endif
