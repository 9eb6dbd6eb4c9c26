/*
 * engine_files: the part of the facade that sends, lists and saves files. As core/engine/engine.h
 * in every respect.
 */
#ifndef SOTTO_CORE_ENGINE_ENGINE_FILES_H
#define SOTTO_CORE_ENGINE_ENGINE_FILES_H

#include <glib.h>
#include "core/engine/engine.h"
#include "core/engine/engine_messages.h"
#include "core/files/files.h"
#include "core/model/file.h"

/* core/files/files.h's files_send(): SENT comes once, when the carrier has all of it, or with
 * what is in the way. */
void engine_send_file(struct engine *engine, const struct file_draft *draft,
		      files_progress progress, engine_sent sent, void *user);

/* A file as it stands; all borrowed for the call. */
struct file_shown {
	const struct message *message;
	const struct file *file;
	const struct file_row *row;
};
typedef gboolean (*file_shown_func)(const struct file_shown *shown, void *user);

/* Oldest first; CONVERSATION NULL: all. */
gboolean engine_files(struct engine *engine, const char *conversation, file_shown_func func,
		      void *user, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* How it stands with one: file_row_free(); NULL when there is no such file. */
gboolean engine_file_row(struct engine *engine, const struct file_key *key, struct file_row **row,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The safe name of the file that message ID brings: g_free; NULL when it brings none. */
char *engine_file_name(struct engine *engine, const char *conversation, const char *id,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How much was being sent, fetched or saved in CONVERSATION and isn't any more. */
unsigned engine_cancel_files(struct engine *engine, const char *conversation);

/* core/files/files.h's files_save() and files_saved(). */
void engine_save_file(struct engine *engine, const char *conversation, const char *id, int fd,
		      files_progress progress, engine_done done, void *user);
gboolean engine_saved_file(struct engine *engine, const char *conversation, const char *id,
			   const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif
