/*
 * broker_frame: what goes over the socket between sotto and its broker, a message a frame.
 *
 * Both sides take frames as foreign bytes: whoever has got hold of the one must not get hold of the
 * other. Texts are valid UTF-8 without control characters but newlines.
 *
 *	u32 serial  u8 kind  u8 question  u16 bytes of the title  title  text
 */
#ifndef SOTTO_TUI_CONFINE_BROKER_FRAME_H
#define SOTTO_TUI_CONFINE_BROKER_FRAME_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	BROKER_TITLE_MAX = 255,	 /* bytes, without the NUL */
	BROKER_TEXT_MAX = 65536, /* as much as is ever copied (copy.h) */
	BROKER_HEAD_BYTES = 8,
	BROKER_FRAME_MAX = BROKER_HEAD_BYTES + BROKER_TITLE_MAX + BROKER_TEXT_MAX,
};

enum broker_kind {
	BROKER_ASK,    /* to the broker: a question */
	BROKER_LOOK,   /* who watches the terminal? The question 1: the canary may be written */
	BROKER_SHOW,   /* a notification; replaces the one before */
	BROKER_CLOSE,  /* takes it away */
	BROKER_HOOK,   /* run the hook */
	BROKER_STOP,   /* stop the whole foreground job, as C-z does; answered when it goes on */
	BROKER_OPEN,   /* a file to be read: the text is its path (filer.h) */
	BROKER_MAKE,   /* a file to be written: its path or folder, the title its name there */
	BROKER_FINISH, /* that file gets its name */
	BROKER_DROP,   /* or goes away */
	BROKER_LIST,   /* what a path may go on as: the text is its beginning (filer.h) */
	BROKER_COPY,   /* the text into tmux's buffer; answered when it is there */
	BROKER_CLEAR,  /* and out of it */
	BROKER_ANSWER, /* from the broker, with the question's serial */
	BROKER_KINDS
};

enum broker_question {
	BROKER_IS_ATTACHED,   /* how many clients the tmux session has; of screen 0 or 1 */
	BROKER_ALTERNATE,     /* tmux's alternate-screen: "on", "off", "1", "0" */
	BROKER_COLOURS,	      /* features and type of the attached terminals, a line each */
	BROKER_IS_SHOWN,      /* "1 1": the session is attached, and the window in front */
	BROKER_DETACHED,      /* answered when screen is detached, however long that takes */
	BROKER_QUESTIONS
};

struct broker_frame {
	uint32_t serial;
	enum broker_kind kind;
	enum broker_question question;
	bool is_known; /* an answer: there is one */
	char title[BROKER_TITLE_MAX + 1];
	char text[BROKER_TEXT_MAX + 1];
};

/* Cut what is too long, at a character; replace what may not stand there. The bytes in OUT. */
size_t broker_frame_encode(const struct broker_frame *frame, uint8_t out[static BROKER_FRAME_MAX]);
/* FALSE for anything that the other side wouldn't have written. */
gboolean broker_frame_decode(const uint8_t *data, size_t bytes,
			     struct broker_frame *frame) G_GNUC_WARN_UNUSED_RESULT;

#endif
