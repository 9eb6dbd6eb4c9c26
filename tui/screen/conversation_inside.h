/*
 * conversation_inside: what the files of the conversation screen share, and nobody else sees.
 */
#ifndef SOTTO_TUI_SCREEN_CONVERSATION_INSIDE_H
#define SOTTO_TUI_SCREEN_CONVERSATION_INSIDE_H

#include "tui/kit/lineedit.h"
#include "tui/kit/pager.h"
#include "tui/screen/change_card.h"
#include "tui/screen/conversation.h"
#include "tui/screen/find.h"
#include "tui/screen/screen.h"
#include "tui/timeline.h"

/* What is known of the other side's devices, in one word. */
enum standing { STANDING_UNKNOWN, STANDING_UNDECIDED, STANDING_TRUSTED, STANDING_VERIFIED };

struct conversation {
	struct screen screen;
	struct timeline timeline;
	struct pager pager;
	struct lineedit *compose;
	struct find find;
	GArray *seen;	     /* int64_t: drawn, to be marked read */
	char *draft;	     /* as the store has it; plain memory */
	enum standing standing;
	struct change *change; /* what blocks sending; NULL until known */
	bool is_asking;	     /* for devices and change */
	bool asks_again;
	bool is_browsing;    /* the messages have the keys */
	bool is_marked;	     /* `unread` has been settled */
	bool has_pager_size; /* it was drawn once */
	int64_t unread;	     /* the first unread message when it was opened */
	int64_t wanted;	     /* to be shown as soon as it is there */
	unsigned next_ms;    /* when a countdown in sight changes, 0: none is */
	guint tick;	     /* the source that draws it then */
};

static inline struct conversation *conversation_of(struct screen *screen)
{
	return (struct conversation *)(void *)screen;
}

extern const struct pager_source conversation_source;
/* Read anew what is known of the other side's devices. */
void conversation_ask(struct conversation *self);
/* Nothing was sent for it: the card stands there, put off or not. */
void conversation_insist(struct conversation *self);
void conversation_draw(struct screen *screen, struct view view, bool has_focus);
/* Bring SEQ into sight, loading it when it isn't there. */
void conversation_show(struct conversation *self, int64_t seq);

#endif
