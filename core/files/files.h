/*
 * files: files on their way, for the open account: sealed and sent, taken in, written out.
 *
 * Out: the file is sealed once into the store (core/port/store_files.h), in slices. Over XMPP it is
 * put on a server then (core/port/transport_files.h). Then the message that speaks of it is stored
 * and sealed (core/messages/delivery.h); and on the spool its chunks are sealed and handed over, a
 * few at a time. Each step is a transaction, so what was interrupted goes on where it was when the
 * account is next connected; what didn't reach a server is forgotten. The message counts as sent
 * when the carrier has all of it.
 *
 * In: a message that speaks of a file makes a row; chunks, or what is fetched when the user saves
 * it, are kept as they are, sealed under the file's own key, until the user says where they go. How
 * much is kept of whom is bounded here.
 * Nothing is written anywhere before that.
 *
 * Everything long is done in slices on the account's thread; whoever waits is called back once.
 */
#ifndef SOTTO_CORE_FILES_FILES_H
#define SOTTO_CORE_FILES_FILES_H

#include <glib.h>
#include <stdbool.h>
#include "core/messages/delivery.h"
#include "core/model/file.h"
#include "core/port/store_files.h"
#include "core/profile/file_state.h"
#include "core/profile/living.h"

struct file_draft {
	const char *address;
	int fd;		  /* a regular file, open for reading; stays the caller's */
	const char *name; /* as the user has it */
	int64_t expire;	  /* seconds, for this message alone; 0: as the conversation */
};

/* DONE of COUNT steps. */
typedef void (*files_progress)(void *user, unsigned done, unsigned count);
typedef void (*files_done)(void *user, const GError *error);

/*
 * Seal and send; PROGRESS may be NULL. Refused with nothing kept for what policy, trust or
 * files_limit() say; UNREACHABLE when it is kept and goes on later.
 */
void files_send(struct living *living, const struct file_draft *draft, files_progress progress,
		delivery_sent done, void *user);
/* Go on with what was interrupted. */
void files_resume(struct living *living);
/* The account ends: whoever waits gets ERROR_LOCKED. */
void files_stop(struct living *living);
/* The user has enough of what is sent, fetched or saved in CONVERSATION; how much that was. */
unsigned files_cancel(struct living *living, const char *conversation);

/*
 * Write the file of message ID to FD, which is empty and open for writing, and sync it. Nothing in
 * FD counts before DONE has come without an error: ERROR_CRYPTO when it isn't what was sealed,
 * ERROR_UNAVAILABLE when parts of it aren't here. The bytes are kept until files_saved().
 */
void files_save(struct living *living, const char *conversation, const char *id, int fd,
		files_progress progress, files_done done, void *user);
/* It lies at PATH now. */
gboolean files_saved(struct living *living, const char *conversation, const char *id,
		     const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Whether a file may be sent to ADDRESS, its devices asked for first: what policy and trust say.
 * ALL_SOTTO: nobody there needs what other clients read.
 */
typedef void (*files_asked)(void *user, bool all_sotto, const GError *error);
void files_ask(struct living *living, const char *address, files_asked done, void *user);

/*
 * Fetch what is missing of ROW's FILE, which has a url, into the store. What came before it failed
 * is kept, and the next time goes on there.
 */
void files_fetch(struct living *living, const struct file_row *row, const struct file *file,
		 files_progress progress, files_done done, void *user);

/* Its message may go while a file is under way, and its row with it: ERROR_FAILED then. */
gboolean files_is_there(struct living *living, const struct file_key *key,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* -- a slice of work, for files_*.c ------------------------------------------------------------ */

struct work;
/* One slice; FALSE: there is no more to do in slices. */
typedef gboolean (*work_step)(void *user);
/* ERROR says why it ends now: let go of everything, and free the work. */
typedef void (*work_drop)(void *user, const GError *error);

struct work *work_new(struct living *living, const struct file_key *key, work_step step,
		      work_drop drop, void *user);
/* Go on, once round the loop. */
void work_go(struct work *work);
void work_free(struct work *work);
/* Nothing more is heard of KEY: to whoever shows how far it is. */
void files_tell_end(struct living *living, const struct file_key *key);
/* Whether something is being done with KEY; and whose that is, where it is by STEP, else NULL. */
bool work_is_on(const struct living *living, const struct file_key *key);
void *work_user(const struct living *living, const struct file_key *key, work_step step);

#endif
