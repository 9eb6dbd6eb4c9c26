/*
 * conversation_inside: what the files of the conversation screen share, and nobody else sees.
 */
#ifndef SOTTO_TUI_SCREEN_CONVERSATION_CONVERSATION_INSIDE_H
#define SOTTO_TUI_SCREEN_CONVERSATION_CONVERSATION_INSIDE_H

#include "tui/kit/lineedit.h"
#include "tui/kit/pager.h"
#include "tui/screen/change_card.h"
#include "tui/screen/conversation/conversation.h"
#include "tui/screen/conversation/reading.h"
#include "tui/screen/conversation/line_reading.h"
#include "tui/screen/find.h"
#include "tui/screen/link_marks.h"
#include "tui/screen/rows.h"
#include "tui/screen/screen.h"
#include "tui/client/timeline.h"

/* What is known of the other side's devices, in one word. */
enum standing { STANDING_UNKNOWN, STANDING_UNDECIDED, STANDING_TRUSTED, STANDING_VERIFIED };

/* What is being copied: a link of the message SEQ, or (BYTES 0) all of it. */
struct copying {
	int64_t seq;
	size_t start;
	size_t bytes;
};

struct conversation {
	struct screen screen;
	struct timeline timeline;
	struct pager pager;
	struct lineedit *compose;
	struct find find;
	GArray *seen;	     /* int64_t: drawn, to be marked read */
	char *draft;	     /* as the store has it; plain memory */
	enum standing standing;
	char *keyless; /* who of them has published no key, in words; or NULL */
	bool is_lax;	       /* some device hasn't shown that it honours timers */
	struct change *change; /* what blocks sending; NULL until known */
	struct group *group;   /* who is in it; NULL between two, or until known */
	char *missing;	       /* of a group: who can't read, or why nothing is sent; or NULL */
	struct reading reading;
	struct line_reading line;
	struct copying copying;	  /* while its card asks */
	struct link_marks *links; /* one of them is being chosen; NULL: none */
	char *correcting;    /* id of the own message whose place the box takes, or NULL */
	bool is_typing;	     /* they were told that something is being written */
	guint typing_end;    /* the source that tells them of its end */
	bool is_peer_typing; /* they are writing */
	guint peer_end;	     /* the source that forgets it */
	struct {
		char *id; /* of the message that brings it; NULL: none is under way */
		char *name; /* safe: of what was sent last, before a message says so */
		unsigned percent;
	} progress; /* of a file */
	guint cover;	     /* the source that covers again */
	bool is_sealing;     /* what is being written goes as sealed */
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
extern const struct command copy_commands[]; /* conversation_copy.c: for "browse" */
extern const struct command link_commands[]; /* for "links" */
/* Whether a digit is waited for; it isn't any more. */
bool links_is_on(const struct conversation *self);
void links_leave(struct conversation *self);
extern const struct command file_commands[];	/* conversation_files.c: for "conversation" */
/* How far a file is: whether EVENT said so; "████░░ 40 %  receiving report.pdf, 1.2 MB" (g_free;
 * NULL: none is under way). */
bool conversation_progress_take(struct conversation *self, const struct event *event);
char *conversation_progress_words(const struct conversation *self);
void conversation_progress_clear(struct conversation *self);
/* Of each file in sight, how it is with it: said behind its name. */
void conversation_ask_files(struct conversation *self);
/* The message in focus, where it is loaded; else NULL. */
const struct message *conversation_focus(const struct conversation *self);
/* How the messages look now. */
struct rows_look conversation_look(const struct conversation *self);
/* conversation_talk.c: what was written has changed, or was sent (then nobody is told); forget all.
 */
void talk_typed(struct conversation *self);
void talk_sent(struct conversation *self);
void talk_clear(struct conversation *self);
/* Whether something of it shows. */
bool talk_event(struct conversation *self, const struct event *event);
/* The box takes the place of the message in focus, or of the last one: a command. */
gboolean talk_correct(void *user, const char *const args[static COMMAND_ARGS_MAX], GError **error);
/* Read anew what is known of the other side's devices. */
void conversation_ask(struct conversation *self);
/* Whether they are the user's notes to themselves. */
bool conversation_is_notes(const struct conversation *self);
/* Nothing was sent for it: the card stands there, put off or not. */
void conversation_insist(struct conversation *self);
void conversation_draw(struct screen *screen, struct view view, bool has_focus);
/* What `seen` holds has been read. */
void conversation_post_read(struct conversation *self);
/* Bring SEQ into sight, loading it when it isn't there. */
void conversation_show(struct conversation *self, int64_t seq);

#endif
