/* files: what lies on a server is fetched, sealed as it is, into the store. See files.h. */
#include "core/files/files.h"

#include "core/base/error.h"
#include "core/port/transport_files.h"

enum { SLICE_CHUNKS = 8 };

struct fetching {
	struct living *living;
	struct work *work;
	struct file_row *row;
	struct transfer *transfer;
	GByteArray *held; /* came, and isn't stored yet */
	unsigned said;	  /* chunks that there should be; 0: nobody said */
	files_progress progress;
	files_done done;
	void *user;
};

static void fetching_end(struct fetching *fetching, const GError *error)
{
	struct transport *transport = fetching->living->transport;

	if (fetching->transfer)
		transport->ops->files->cancel(transport, fetching->transfer);
	work_free(fetching->work);
	files_tell_end(fetching->living, &fetching->row->key);
	fetching->done(fetching->user, error);
	g_byte_array_unref(fetching->held);
	file_row_free(fetching->row);
	g_free(fetching);
}

static void drop(void *user, const GError *error)
{
	fetching_end(user, error);
}

static gboolean nothing(void *user)
{
	(void)user;
	return FALSE;
}

/* What is held, from USED on, as chunks of ROW. */
static gboolean put_chunks(struct fetching *fetching, bool is_end, struct file_row *row,
			   guint *used, GError **error)
{
	struct living *living = fetching->living;
	const struct store_files_ops *files = living->store->ops->files;
	guint left;

	while ((left = fetching->held->len - *used) >= FILE_CHUNK_BYTES || (is_end && left)) {
		guint bytes = MIN(left, (guint)FILE_CHUNK_BYTES);
		g_autoptr(GBytes) chunk = g_bytes_new(fetching->held->data + *used, bytes);
		bool is_new;

		if (!files->chunk_put(living->store, &row->key, row->done, chunk, &is_new, error))
			return FALSE;
		row->done++;
		*used += bytes;
	}
	row->count = fetching->said;
	if (is_end) {
		row->count = row->done;
		row->state = FILE_HERE;
	}
	return files->put(living->store, row, error);
}

static gboolean commit_chunks(struct fetching *fetching, bool is_end, GError **error)
{
	struct living *living = fetching->living;
	struct file_row row = *fetching->row;
	guint used = 0;

	if (!files_is_there(living, &row.key, error) || !living_begin(living, error))
		return FALSE;
	if (!put_chunks(fetching, is_end, &row, &used, error)) {
		living_rollback(living);
		return FALSE;
	}
	if (!living_commit(living, error))
		return FALSE;
	/* Only now: what was rolled back is still to be stored. */
	*fetching->row = row;
	g_byte_array_remove_range(fetching->held, 0, used);
	return TRUE;
}

static gboolean store_chunks(struct fetching *fetching, bool is_end, GError **error)
{
	struct event event = { .type = EVENT_FILE,
			       .address = (char *)fetching->row->key.conversation,
			       .text = (char *)fetching->row->key.id };

	if (!commit_chunks(fetching, is_end, error))
		return FALSE;
	event.count = fetching->row->count ? fetching->row->done * 100 / fetching->row->count : 0;
	living_emit(fetching->living, &event);
	if (fetching->progress)
		fetching->progress(fetching->user, fetching->row->done, fetching->row->count);
	return TRUE;
}

static gboolean took(void *user, const void *data, size_t bytes, GError **error)
{
	struct fetching *fetching = user;

	g_byte_array_append(fetching->held, data, (guint)bytes);
	return fetching->held->len < SLICE_CHUNKS * FILE_CHUNK_BYTES ||
	       store_chunks(fetching, false, error);
}

/* What came is kept, whatever ended it: the next time goes on behind it. */
static void fetched(void *user, const char *url, const GError *error)
{
	struct fetching *fetching = user;
	g_autoptr(GError) why = NULL;

	(void)url;
	fetching->transfer = NULL;
	if (!store_chunks(fetching, !error, &why)) {
		fetching_end(fetching, error ? error : why);
		return;
	}
	if (error)
		error_set(&why, error_is(error, ERROR_UNREACHABLE) ? ERROR_FAILED : error->code,
			  "%s%s", error->message,
			  fetching->row->done ? " What came is kept; save it again to go on." : "");
	fetching_end(fetching, why);
}

void files_fetch(struct living *living, const struct file_row *row, const struct file *file,
		 files_progress progress, files_done done, void *user)
{
	struct transport *transport = living->transport;
	struct fetching *fetching;
	g_autoptr(GError) error = NULL;
	int64_t most = file_sealed_bytes(file->bytes >= 0 ? file->bytes : files_limit(living));

	if (!transport || !transport->ops->files)
		error_set(&error, ERROR_UNREACHABLE,
			  "There is no way to the server that keeps it.");
	else if (file->bytes > files_limit(living))
		error_set(&error, ERROR_LIMIT,
			  "The file is larger than the option file_limit allows.");
	if (error) {
		done(user, error);
		return;
	}
	fetching = g_new0(struct fetching, 1);
	fetching->living = living;
	fetching->row = g_new0(struct file_row, 1);
	*fetching->row = *row;
	fetching->row->key.conversation = g_strdup(row->key.conversation);
	fetching->row->key.from = g_strdup(row->key.from);
	fetching->row->key.id = g_strdup(row->key.id);
	fetching->row->path = g_strdup(row->path);
	fetching->held = g_byte_array_new();
	fetching->said = file->bytes >= 0 ? file_chunk_count(file->bytes) : 0;
	fetching->progress = progress;
	fetching->done = done;
	fetching->user = user;
	fetching->work = work_new(living, &row->key, nothing, drop, fetching);
	fetching->transfer =
		transport->ops->files->get(transport, file->url,
					   (int64_t)row->done * FILE_CHUNK_BYTES, most, took,
					   fetched, fetching);
}
