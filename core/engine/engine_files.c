/* engine: files. */
#include "core/engine/engine_files.h"

#include "core/base/error.h"
#include "core/engine/engine_state.h"
#include "core/model/message.h"
#include "core/profile/notes.h"

void engine_send_file(struct engine *engine, const struct file_draft *draft,
		      files_progress progress, engine_sent sent, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living && !notes_refuse(living, draft->address, "files", &error))
		g_debug("notes hold no files");
	else if (living && !living->transport)
		error_set(&error, ERROR_UNREACHABLE,
			  "The carrier isn't running; nothing was stored.");
	if (error)
		sent(user, NULL, error);
	else
		files_send(living, draft, progress, sent, user);
}

/* -- looking ---------------------------------------------------------------------------------- */

struct listing {
	struct engine *engine;
	file_shown_func func;
	void *user;
	GError **error;
	gboolean ok;
};

static gboolean show(const struct file_row *row, void *user)
{
	struct listing *listing = user;
	struct message *message = NULL;
	struct file file;
	gboolean go_on = TRUE;

	listing->ok = engine_message(listing->engine, row->key.conversation, row->key.id, &message,
				     listing->error);
	if (listing->ok && message && message->file && file_decode(message->file, &file, NULL)) {
		struct file_shown shown = { message, &file, row };

		go_on = listing->func(&shown, listing->user);
		file_clear(&file);
	}
	message_free(message);
	return listing->ok && go_on;
}

gboolean engine_files(struct engine *engine, const char *conversation, file_shown_func func,
		      void *user, GError **error)
{
	struct living *living = engine_living(engine, error);
	struct listing listing = { engine, func, user, error, TRUE };

	return living && living->store->ops->files->each(living->store, conversation, show,
							 &listing, error) && listing.ok;
}

gboolean engine_file_row(struct engine *engine, const struct file_key *key, struct file_row **row,
			 GError **error)
{
	struct living *living = engine_living(engine, error);

	*row = NULL;
	return living && living->store->ops->files->get(living->store, key, row, error);
}

char *engine_file_name(struct engine *engine, const char *conversation, const char *id,
		       GError **error)
{
	struct message *message = NULL;
	struct file file;
	char *name = NULL;

	if (!engine_message(engine, conversation, id, &message, error))
		return NULL;
	if (message && message->file && file_decode(message->file, &file, NULL)) {
		name = file_safe_name(file.name);
		file_clear(&file);
	} else {
		error_set(error, ERROR_USAGE, "There is no file %s with %s; see `sotto file list`.",
			  id, conversation);
	}
	message_free(message);
	return name;
}

/* -- saving ----------------------------------------------------------------------------------- */

void engine_save_file(struct engine *engine, const char *conversation, const char *id, int fd,
		      files_progress progress, engine_done done, void *user)
{
	g_autoptr(GError) error = NULL;
	struct living *living = engine_living(engine, &error);

	if (living)
		files_save(living, conversation, id, fd, progress, done, user);
	else
		done(user, error);
}

gboolean engine_saved_file(struct engine *engine, const char *conversation, const char *id,
			   const char *path, GError **error)
{
	struct living *living = engine_living(engine, error);

	return living && files_saved(living, conversation, id, path, error);
}

unsigned engine_cancel_files(struct engine *engine, const char *conversation)
{
	struct living *living = engine_living(engine, NULL);

	return living ? files_cancel(living, conversation) : 0;
}
