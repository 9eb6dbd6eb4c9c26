/*
 * control: verbs of one process run by another that holds the profile.
 *
 * The holder listens on HOME/control (0600; the peer's uid is checked, SO_PEERCRED). A client sends
 * the words of its command line and its standard input, and prints what comes back. Frames both
 * ways: 4 bytes length (big endian, of what follows), 1 byte type, payload; at most
 * CONTROL_FRAME_MAX.
 *   client  A words, each NUL-terminated · J print JSON · W seconds of --wait, in digits
 *           I standard input · G go · K the flush is done · X cancel · Y are you there
 *           H a part of the file that is sent
 *           P where the file lies, behind a byte 1; or behind a 0 why it doesn't
 *   server  B begun · L line · E complaint · F flush · Q exit code (1 byte) · S locked
 *           Y yes, and once unasked · N a file comes, of that name · D a part of it
 *           Z that was all
 * What a client gave up before it was begun isn't begun any more.
 * Only verbs that are marked as shared run this way, and of those what tui/cli/control_level.h
 * allows; each run is in the journal.
 */
#ifndef SOTTO_TUI_CLI_CONTROL_H
#define SOTTO_TUI_CLI_CONTROL_H

#include <glib.h>
#include "tui/cli/verb.h"

enum { CONTROL_FRAME_MAX = 1024 * 1024, CONTROL_CLIENTS_MAX = 16 };
enum { CONTROL_PART_BYTES = 64 * 1024, CONTROL_FILE_MAX = 256 * 1024 * 1024 /* held in memory */ };

enum {
	CONTROL_LAST_MS = 500, /* what may still come behind a signal */
	CONTROL_ASK_MS = 2000, /* between two questions whether the holder is there */
	CONTROL_QUIET_MS = 2000, /* where no place is left: who asked for nothing so long goes */
	CONTROL_LATE_MS = 2000, /* behind --wait, until what the holder does is given up */
};

struct control;

/*
 * Listen in FOLDER on behalf of ENGINE, on the thread-default GMainContext; call on the engine's
 * thread. TABLE and FRONT outlive it. ERROR_IO.
 */
struct control *control_new(const char *folder, struct engine *engine,
			    const struct verb *const *table, const struct verb_front *front,
			    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Take no more; FALSE: nothing is under way for anybody. Else LOOP is quit once nothing is but what
 * would go on for ever. */
bool control_finish(struct control *control, GMainLoop *loop);
/* End every run, remove the socket; what it is made of goes with the last callback. */
void control_close(struct control *control);
/* The same where the context isn't iterated afterwards. */
void control_free(struct control *control);

/* What came of asking the holder. */
enum control_answer {
	CONTROL_DONE,	 /* it ran: *EXIT_CODE */
	CONTROL_LOCKED,	 /* the holder is locked */
	CONTROL_NOBODY,	 /* nobody listens, or the holder ended before it began */
	CONTROL_ENDED,	 /* the holder ended before the verb did, which can go on */
	CONTROL_STOPPED, /* it doesn't answer, which was said: *EXIT_CODE */
};

/*
 * Have the holder of FOLDER run WORDS with CALL's input, its --json and its printer; blocks until
 * it is done, or the holder hasn't answered for CALL's wait. SIGINT and SIGTERM cancel it: whether
 * the holder answers or not, it is over then within CONTROL_LAST_MS.
 */
enum control_answer control_run(const char *folder, const struct call *call, char **words,
				int *exit_code);

#endif
