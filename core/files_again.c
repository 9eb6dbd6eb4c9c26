/* files, once more: what was said of one was lost on its way. See files.h. */
#include "core/files_inside.h"

#include "core/event.h"
#include "core/message.h"

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
		if (ok)
			outgoing_again(living, row);
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
