/*
 * stage: the whole interface without terminal, thread and store: keys and events in, a picture out.
 *
 * The clock stands at 2026-11-23 14:30 UTC. Answers come when a step is over.
 */
#ifndef SOTTO_TESTS_STAGE_H
#define SOTTO_TESTS_STAGE_H

#include "core/base/clock.h"
#include "tests/support/fake_link.h"
#include "tui/ui/shell.h"

enum { STAGE_MINUTE = 60 * 1000, STAGE_HOUR = 60 * STAGE_MINUTE };

struct stage {
	struct clock clock;
	struct fake_link *fake;
	struct shell *shell;
	struct settings *settings;
	struct grid *grid;
	int64_t now;
	unsigned draws; /* that were asked for */
	unsigned unlocks;
	unsigned quits;
	unsigned wipes;
	unsigned unread;
	char *theme;
	struct flicker_means means; /* what the terminal can do for sealed messages: nothing */
	bool is_busy;		 /* it takes no frame just now */
	unsigned frames;	 /* that it was offered */
	unsigned givings;	 /* of the place back */
	int frame_cols;		 /* of the last frame */
	uint8_t cells[800];	 /* it */
	enum copy_place place;	 /* where copies go: nowhere at first */
	unsigned copies;
	char *copied;		 /* the last one */
	int64_t copied_seq;
};

/* Locked, with nobody known. */
struct stage *stage_new(int rows, int cols);
void stage_free(struct stage *stage);
/* Unlock: the contacts are shown. */
void stage_open(struct stage *stage);
/* Open, of 24 by 80: with Bob, two of whose messages nobody has seen. */
struct stage *stage_new_with_bob(void);
/* Key names between blanks, one after the other: "C-x h Enter". */
void stage_keys(struct stage *stage, const char *names);
/* TEXT as it is typed, and as it is pasted. */
void stage_type(struct stage *stage, const char *text);
void stage_paste(struct stage *stage, const char *text);
/* An incoming message, with its event. */
struct message *stage_message(struct stage *stage, const char *address, const char *body);
void stage_event(struct stage *stage, enum event_type type, const char *address, const char *text);
/* The carrier's state changes, and WHY. */
void stage_carrier(struct stage *stage, enum transport_state state, const char *why);
/* Whether TEXT is on the screen, drawn as on a terminal with the focus; whether LINE was asked of
 * the link (fake_link.h). */
bool stage_shows(struct stage *stage, const char *text);
bool stage_asked(const struct stage *stage, const char *line);
/* Draw as on a terminal with the focus; g_free. STYLED: with roles and cursor. */
char *stage_print(struct stage *stage, bool is_styled);

#endif
