/*
 * broker: the small parent of the interface. It puts the terminal in order when its child dies in
 * whatever way, and does for it what the child itself may not: ask tmux one of a few questions,
 * show a notification on the desktop, run the configured hook. It holds no keys and is forked
 * before there are any.
 *
 * The child speaks to it over a socket (broker_frame.h) and never waits for it, but where it says
 * so. It also looks who watches the terminal, which a process that gave up the file system can't
 * see. The hook's command is read before the fork, so that nothing in the child can name another.
 * When the broker dies its child is told to end (SIGTERM).
 */
#ifndef SOTTO_TUI_CONFINE_BROKER_H
#define SOTTO_TUI_CONFINE_BROKER_H

#include <glib.h>
#include <stdbool.h>
#include "tui/confine/broker_frame.h"

struct broker;

/*
 * Fork. In the child *BROKER is its end, TRUE. In the parent *BROKER is NULL and the call returns
 * when the child has ended: *STATUS is its exit code, 128 + N after signal N. To be called before
 * threads and main loops. HOOK: a command for the shell, NULL or "" for none.
 */
gboolean broker_start(const char *hook, struct broker **broker, int *status,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* In the child; NULL is fine. Questions that are out are forgotten. */
void broker_free(struct broker *broker);

/* TEXT is NULL when there is no answer: no tmux, or it doesn't speak. */
typedef void (*broker_answer)(const char *text, void *user);

/* Ask; ANSWER comes on the default main context. */
void broker_ask(struct broker *broker, enum broker_question question, broker_answer answer,
		void *user);
/* Ask who watches the terminal; the answer is a watch_encode(). Nothing is written to it. */
void broker_look(struct broker *broker, broker_answer answer, void *user);
/* The same, writing the canary, and waiting for it at most WAIT_MS: before anything is drawn. Free
 * with g_free; NULL: no answer. */
char *broker_look_now(struct broker *broker, int wait_ms);
/* Stop this process with all of its job, as the terminal's own C-z: returns when it goes on. Nobody
 * but the broker may send signals. */
void broker_stop(struct broker *broker);
/* Forget what USER has asked. */
void broker_forget(struct broker *broker, const void *user);
/*
 * What came of a file. TEXT: its path, or, when it is !OK, a sentence. FD, taken over, or -1.
 */
typedef void (*broker_filed)(bool ok, int fd, const char *text, void *user);
/* KIND: BROKER_OPEN to BROKER_LIST, with PATH and NAME as they say, or NULL. A list's TEXT is a
 * path a line. */
void broker_file(struct broker *broker, enum broker_kind kind, const char *path, const char *name,
		 broker_filed filed, void *user);
/* Show TITLE and TEXT, in place of what was shown; both safe to show and without markup. */
void broker_show(struct broker *broker, const char *title, const char *text);
void broker_close(struct broker *broker);
/* TEXT, at most COPY_BYTES_MAX (copy.h), into tmux's buffer until broker_clear(), or for
 * COPY_SECONDS. The ANSWER's text is NULL where tmux didn't take it; it may come at once. */
void broker_copy(struct broker *broker, const char *text, broker_answer answer, void *user);
void broker_clear(struct broker *broker);
/* Run the hook with COUNT unread messages, TITLE and TEXT (as above) in its environment. */
void broker_hook(struct broker *broker, unsigned count, const char *title, const char *text);

#endif
