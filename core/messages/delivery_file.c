/* delivery, inwards: what is said of a file becomes a row; its parts are kept, within limits. */
#include "core/messages/delivery_inside.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/message.h"
#include "core/port/store_files.h"
#include "core/profile/file_state.h"

static struct file_key key_of(const struct arrival *arrival, const char *id)
{
	return (struct file_key){ arrival->contact->address, arrival->envelope.from, id };
}

/* Nobody has said yet that this sender may take up room here. */
static bool is_stranger(const struct arrival *arrival)
{
	return !arrival->is_own && (!arrival->contact->is_listed ||
				    device_use(arrival->device, RULE_FIRST) != USE_SEAL);
}

/* Whether BYTES more may be kept of this sender; else *WHY says what is in the way. */
static gboolean has_room(const struct arrival *arrival, int64_t bytes, const char **why,
			 GError **error)
{
	struct living *living = arrival->intake->living;
	const struct store_files_ops *files = living->store->ops->files;
	int64_t held = 0, all = 0;

	*why = NULL;
	if (!files->held(living->store, arrival->envelope.from, &held, error) ||
	    !files->held(living->store, NULL, &all, error))
		return FALSE;
	if (is_stranger(arrival)) {
		if (held + bytes > FILES_STRANGER_BYTES || all + bytes > FILES_STRANGERS_BYTES)
			*why = "of somebody who isn't a trusted contact only little is kept. Add "
			       "them, or decide on their device, and ask for it again";
	} else if (bytes > file_sealed_bytes(files_limit(living))) {
		*why = "it is larger than the option file_limit_spool allows";
	} else if (held + bytes >
		   FILES_SENDER_FACTOR * file_sealed_bytes(files_limit(living))) {
		*why = "too many files of theirs wait to be saved. Save or erase some, and ask for "
		       "it again";
	}
	return TRUE;
}

static void tell_refused(struct arrival *arrival, const char *why)
{
	intake_notice(arrival->intake, g_strdup_printf("A file from %s isn't taken: %s.",
						       arrival->envelope.from, why));
}

gboolean arrival_offer(struct arrival *arrival, const struct message *message, GError **error)
{
	struct living *living = arrival->intake->living;
	struct file_row row = { .key = key_of(arrival, message->id), .is_out = arrival->is_own,
				.state = FILE_COMING };
	const char *why = NULL;
	g_autoptr(GError) bad = NULL;
	struct file file;

	/* Nothing that somebody sends may stop what comes with it. */
	if (!file_decode(message->file, &file, &bad)) {
		tell_refused(arrival, "what is said of it can't be read");
		return TRUE;
	}
	if (file.bytes >= 0)
		row.count = file_chunk_count(file.bytes);
	/* What another device of ours sends in parts is for the others. */
	if (arrival->is_own && !file.url) {
		row.state = FILE_SENT;
	} else if (!file.url && strcmp(living->account->carrier, "spool") != 0) {
		why = "over XMPP a file lies on a server, and isn't sent unasked";
	} else if (!file.url) {
		if (!has_room(arrival, file_sealed_bytes(file.bytes), &why, error)) {
			file_clear(&file);
			return FALSE;
		}
	}
	file_clear(&file);
	if (why) {
		row.state = FILE_REFUSED;
		tell_refused(arrival, why);
	}
	return living->store->ops->files->put(living->store, &row, error);
}

static void tell_progress(struct arrival *arrival, const struct file_row *row)
{
	struct event event = { .type = EVENT_FILE, .address = (char *)row->key.conversation,
			       .text = (char *)row->key.id, .count = row->done * 100 / row->count };

	intake_event(arrival->intake, &event);
}

static gboolean tell_delivered(struct arrival *arrival, const struct file_row *row, GError **error)
{
	struct living *living = arrival->intake->living;
	struct message *message = NULL;

	if (!living->store->ops->message_get(living->store, row->key.conversation, row->key.id,
					     &message, error))
		return FALSE;
	if (message)
		answers_delivered(arrival->intake->answers, message);
	message_free(message);
	return TRUE;
}

static gboolean keep_chunk(struct arrival *arrival, struct file_row *row, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct store_files_ops *files = living->store->ops->files;
	const struct content_chunk *chunk = &arrival->content.chunk;
	const char *why = NULL;
	bool is_new = false;

	if (!has_room(arrival, (int64_t)g_bytes_get_size(chunk->bytes), &why, error))
		return FALSE;
	if (why) {
		row->state = FILE_REFUSED;
		tell_refused(arrival, why);
		return files->chunks_drop(living->store, &row->key, error) &&
		       files->put(living->store, row, error);
	}
	if (!files->chunk_put(living->store, &row->key, chunk->number, chunk->bytes, &is_new,
			      error))
		return FALSE;
	row->done += is_new;
	if (row->done == row->count) {
		row->state = FILE_HERE;
		if (!arrival->is_own && !tell_delivered(arrival, row, error))
			return FALSE;
	}
	tell_progress(arrival, row);
	return files->put(living->store, row, error);
}

/* A part that nobody spoke of, that is here, or that doesn't fit is let go: its file has its say in
 * the message. */
gboolean arrival_chunk(struct arrival *arrival, GError **error)
{
	struct living *living = arrival->intake->living;
	const struct content_chunk *chunk = &arrival->content.chunk;
	struct file_key key = key_of(arrival, chunk->id);
	struct file_row *row = NULL;
	gboolean ok = TRUE;

	if (!living->store->ops->files->get(living->store, &key, &row, error))
		return FALSE;
	if (row && row->state == FILE_COMING && row->count == chunk->count &&
	    (chunk->number + 1 == chunk->count ||
	     g_bytes_get_size(chunk->bytes) == FILE_CHUNK_BYTES))
		ok = keep_chunk(arrival, row, error);
	file_row_free(row);
	return ok;
}
