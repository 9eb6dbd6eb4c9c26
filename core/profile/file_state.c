#include "core/profile/file_state.h"

#include <string.h>
#include "core/base/error.h"
#include "core/model/message.h"
#include "core/model/settings.h"
#include "core/port/event.h"
#include "core/port/store_files.h"

enum { MEGA = 1000 * 1000 };

static struct file_key key_of(const struct message *message)
{
	return (struct file_key){ message->conversation, message->from, message->id };
}

/* Whether all of ROW's parts are still here. */
static gboolean has_parts(struct living *living, const struct file_row *row, bool *has,
			  GError **error)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(unsigned));

	if (!living->store->ops->files->chunk_numbers(living->store, &row->key, numbers, error))
		return FALSE;
	*has = row->state == FILE_SENDING && row->count > 0 && numbers->len == row->count;
	return TRUE;
}

gboolean files_find_again(struct living *living, const struct message *message, struct file *file,
			  bool *is_here, GError **error)
{
	struct file_key key = key_of(message);
	struct file_row *row = NULL;
	gboolean ok;

	*is_here = false;
	if (!file_decode(message->file, file, NULL))
		return TRUE;
	if (file->url) {
		*is_here = true;
		return TRUE;
	}
	ok = living->store->ops->files->get(living->store, &key, &row, error) &&
	     (!row || has_parts(living, row, is_here, error));
	file_row_free(row);
	return ok;
}

gboolean files_begin_again(struct living *living, const struct message *message, GError **error)
{
	struct file_key key = key_of(message);
	struct file_row *row = NULL;
	gboolean ok = living->store->ops->files->get(living->store, &key, &row, error);

	if (ok && row && row->state == FILE_SENDING) {
		row->done = 0;
		ok = living->store->ops->files->put(living->store, row, error);
		if (ok && living->file_again)
			living->file_again(living, row);
	}
	file_row_free(row);
	return ok;
}

gboolean files_fail(struct living *living, const struct message *message, GError **error)
{
	const struct store_ops *ops = living->store->ops;
	struct file_key key = key_of(message);
	struct file_row *row = NULL;
	struct message *fresh = NULL;
	bool is_changed = false;
	gboolean ok;

	ok = ops->message_state(living->store, message->conversation, message->id, STATE_FAILED, 0,
				&is_changed, error) &&
	     ops->files->get(living->store, &key, &row, error);
	if (ok && row && is_changed) {
		row->state = FILE_FAILED;
		ok = ops->files->put(living->store, row, error) &&
		     ops->message_get(living->store, message->conversation, message->id, &fresh,
				      error);
	}
	if (ok && fresh)
		living_emit_message(living, EVENT_STATE, fresh);
	message_free(fresh);
	file_row_free(row);
	return ok;
}

int64_t files_limit(const struct living *living)
{
	bool is_spool = strcmp(living->account->carrier, "spool") == 0;

	if (!living->settings)
		return (int64_t)32 * MEGA;
	return settings_number(living->settings, is_spool ? "file_limit_spool" : "file_limit") *
	       MEGA;
}

gboolean files_offered(struct living *living, const struct message *message, GError **error)
{
	const struct store_files_ops *files = living->store->ops->files;
	struct file_key key = { message->conversation, message->from, message->id };
	struct file_row *row = NULL;
	struct file file = { 0 };
	gboolean ok;

	if (!files->get(living->store, &key, &row, error))
		return FALSE;
	if (!row)
		error_set(error, ERROR_FAILED, "It was cancelled.");
	if (!row || !file_decode(message->file, &file, error)) {
		file_row_free(row);
		return FALSE;
	}
	row->state = file.url ? FILE_SENT : FILE_SENDING;
	row->done = file.url ? row->count : 0;
	ok = files->put(living->store, row, error) &&
	     (!file.url || files->chunks_drop(living->store, &key, error));
	file_clear(&file);
	file_row_free(row);
	return ok;
}

bool files_is_sending(struct living *living, const struct message *message)
{
	struct file_key key = { message->conversation, message->from, message->id };
	struct file_row *row = NULL;
	unsigned left = 0;
	bool is_sending;

	if (!living->store->ops->outbox_count(living->store, message->conversation, message->id,
					      &left, NULL) ||
	    !living->store->ops->files->get(living->store, &key, &row, NULL))
		return true;
	is_sending = left > 0 ||
		     (row && row->state == FILE_SENDING && row->done < row->count);
	file_row_free(row);
	return is_sending;
}
