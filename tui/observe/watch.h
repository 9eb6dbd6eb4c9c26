/*
 * watch: who watches the terminal that sotto is on.
 *
 * One look gives a verdict and findings, a sentence each, from what the kernel shows to everybody:
 * the parent chain and who holds the other end of the terminal (watch_seen.h), files that grow with
 * what is written (watch_canary.h), tmux and screen (watch_tmux.h), the environment
 * (watch_env.h). No privileges, nothing of the user's is changed, and nothing that shows is
 * written. A plain xterm, tmux or ssh is clear, with notes. What it can't see is listed by
 * watch_blind(): clear means that nothing was found.
 *
 * What it needs of the process: to read /proc, where /proc/PID/fd and fdinfo of others are open to
 * the same user only as long as no Landlock domain stands around the reader (the kernel takes it
 * for tracing); to open its own terminal for writing anew; to run tmux and screen
 * (watch_question.h, the only place that does). A sandboxed process has to have another one look.
 */
#ifndef SOTTO_TUI_OBSERVE_WATCH_H
#define SOTTO_TUI_OBSERVE_WATCH_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Worse ones last. */
enum watch_verdict {
	WATCH_CLEAR,
	WATCH_WATCHED,	/* somebody else sees the same screen, now */
	WATCH_UNKNOWN,	/* somebody may keep it, and that can't be seen */
	WATCH_RECORDED, /* it is being kept */
	WATCH_VERDICTS,
};

enum { WATCH_FINDINGS_MAX = 32 };

struct watch_finding {
	enum watch_verdict verdict; /* what it makes of the terminal; WATCH_CLEAR: a note */
	char *text;		    /* a sentence, safe to print */
};

struct watch {
	enum watch_verdict verdict; /* the worst of the findings */
	GPtrArray *findings;	    /* struct watch_finding, worst first */
	int64_t looked_at;	    /* wall ms */
	int64_t took_us;
};

struct watch_how {
	bool may_write; /* the terminal is ours to write the canary to */
	pid_t besides;	/* a child of ours that mustn't be traced either; 0: none */
};

/* Look now, at the terminals of descriptors 0 to 2 and the controlling one. Takes less than 100 ms
 * where a processor is free, unless something seems to record (600 ms), or tmux or screen hang
 * (QUESTION_MS each then). Free with watch_free. */
struct watch *watch_look(const struct watch_how *how);
struct watch *watch_copy(const struct watch *watch);
void watch_free(struct watch *watch);

/* A look as lines of text, and back; NULL for what watch_encode() didn't make. */
char *watch_encode(const struct watch *watch);
struct watch *watch_decode(const char *text);
/* What stays of FIRST (may be NULL) and LATER: a recorder that was found doesn't go unfound. */
struct watch *watch_merge(const struct watch *first, const struct watch *later);

/* An empty look, and a finding for it; TEXT's bytes from outside are made safe. */
struct watch *watch_new(void);
void watch_add(struct watch *watch, enum watch_verdict verdict, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* "clear", "watched", "unknown", "recorded". */
const char *watch_word(enum watch_verdict verdict);
/* The sentence that stands for the verdict: the worst finding; NULL when clear. */
const char *watch_why(const struct watch *watch);
/* What can't be seen, a sentence each; NULL-terminated. */
const char *const *watch_blind(void);

/* Whether the setting watch_refuse (off, recorded, unknown: 0 to 2) lets a profile be opened with
 * that verdict; ERROR_POLICY with what was found. */
gboolean watch_allows(const struct watch *watch, unsigned refuse,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
