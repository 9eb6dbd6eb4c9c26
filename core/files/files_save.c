/* files: written out where the user said. See files.h. */
#include "core/files/files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "core/base/crypto_gcm.h"
#include "core/base/error.h"
#include "core/base/secret.h"

enum { SLICE_CHUNKS = 8 };

/* One file being opened. The sealed stream's last bytes are its tag, so as many are held back. */
struct saving {
	struct living *living;
	struct work *work;
	struct file_row *row;
	struct file file;
	int fd;
	unsigned next;
	int64_t written;
	struct crypto_gcm *gcm;
	GChecksum *hash;
	GByteArray *held; /* sealed bytes not opened yet */
	files_progress progress;
	files_done done;
	void *user;
	bool is_fetching; /* that calls back */
	bool is_dead;	  /* and finds nobody */
};

static void saving_free(struct saving *saving)
{
	crypto_gcm_free(saving->gcm);
	g_clear_pointer(&saving->hash, g_checksum_free);
	if (saving->held)
		g_byte_array_unref(saving->held);
	file_clear(&saving->file);
	file_row_free(saving->row);
	g_free(saving);
}

static void saving_end(struct saving *saving, const GError *error)
{
	/* What wasn't authentic is no good to anybody. */
	if (error && ftruncate(saving->fd, 0) != 0)
		g_debug("what was written of a file stays in its temporary place");
	work_free(g_steal_pointer(&saving->work));
	saving->done(saving->user, error);
	saving->is_dead = true;
	if (!saving->is_fetching)
		saving_free(saving);
}

static void drop(void *user, const GError *error)
{
	saving_end(user, error);
}

static gboolean write_all(int fd, const uint8_t *data, size_t bytes, GError **error)
{
	while (bytes) {
		ssize_t wrote = write(fd, data, bytes);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0) {
			error_set_errno(error, errno, "can't write the file");
			return FALSE;
		}
		data += wrote;
		bytes -= (size_t)wrote;
	}
	return TRUE;
}

/* Open and write all that is held but the last bytes, which may be the tag. */
static gboolean open_held(struct saving *saving, GError **error)
{
	guint bytes = saving->held->len > FILE_TAG_BYTES ? saving->held->len - FILE_TAG_BYTES : 0;
	uint8_t *plain;
	gboolean ok;

	if (!bytes)
		return TRUE;
	plain = plain_new(bytes);
	crypto_gcm_update(saving->gcm, saving->held->data, bytes, plain);
	g_checksum_update(saving->hash, plain, bytes);
	ok = write_all(saving->fd, plain, bytes, error);
	saving->written += bytes;
	plain_free(plain);
	g_byte_array_remove_range(saving->held, 0, bytes);
	return ok;
}

static gboolean take_chunk(struct saving *saving, GError **error)
{
	struct living *living = saving->living;
	g_autoptr(GBytes) chunk = NULL;
	gsize bytes;
	const void *data;

	if (!living->store->ops->files->chunk_get(living->store, &saving->row->key, saving->next,
						  &chunk, error))
		return FALSE;
	if (!chunk) {
		error_set(error, ERROR_UNAVAILABLE,
			  "A part of the file has gone; ask for it again.");
		return FALSE;
	}
	data = g_bytes_get_data(chunk, &bytes);
	g_byte_array_append(saving->held, data, (guint)bytes);
	saving->next++;
	return open_held(saving, error);
}

static gboolean check_end(struct saving *saving, GError **error)
{
	uint8_t hash[FILE_HASH_BYTES];
	gsize bytes = sizeof(hash);

	g_checksum_get_digest(saving->hash, hash, &bytes);
	if (saving->held->len != FILE_TAG_BYTES ||
	    !crypto_gcm_check(saving->gcm, saving->held->data) ||
	    (saving->file.bytes >= 0 && saving->file.bytes != saving->written) ||
	    (saving->file.has_hash && !crypto_equal(hash, saving->file.hash, sizeof(hash)))) {
		error_set(error, ERROR_CRYPTO,
			  "What came isn't what was sealed, so nothing was saved; ask for the file "
			  "again.");
		return FALSE;
	}
	if (fsync(saving->fd) != 0) {
		error_set_errno(error, errno, "can't write the file");
		return FALSE;
	}
	return TRUE;
}

/* What lies on a server may be whole there: the next time it is fetched anew. */
static void forget_chunks(struct saving *saving)
{
	struct living *living = saving->living;
	const struct store_files_ops *files = living->store->ops->files;
	struct file_row row = *saving->row;

	row.state = FILE_COMING;
	row.count = row.done = 0;
	if (!files_is_there(living, &row.key, NULL) || !living_begin(living, NULL))
		return;
	if (!files->chunks_drop(living->store, &row.key, NULL) ||
	    !files->put(living->store, &row, NULL))
		living_rollback(living);
	else if (!living_commit(living, NULL))
		g_debug("a file that isn't what was sealed is kept");
}

static gboolean save_step(void *user)
{
	struct saving *saving = user;
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < SLICE_CHUNKS && saving->next < saving->row->count && !error; i++)
		if (!take_chunk(saving, &error))
			break;
	if (!error && saving->progress)
		saving->progress(saving->user, saving->next, saving->row->count);
	if (!error && saving->next < saving->row->count)
		return TRUE;
	if (!error && !check_end(saving, &error) && error_is(error, ERROR_CRYPTO) &&
	    saving->file.url)
		forget_chunks(saving);
	saving_end(saving, error);
	return FALSE;
}

/* -- whether it can be ------------------------------------------------------------------------ */

/* "2, 5-7" of those below COUNT that aren't among NUMBERS, which grow. */
static char *missing_words(const GArray *numbers, unsigned count)
{
	GString *text = g_string_new(NULL);
	unsigned next = 0;

	for (guint i = 0; i <= numbers->len; i++) {
		unsigned number = i < numbers->len ? g_array_index(numbers, unsigned, i) : count;

		if (number > next)
			g_string_append_printf(text, number - next > 1 ? "%s%u-%u" : "%s%u",
					       text->len ? ", " : "", next + 1, number);
		next = number + 1;
	}
	return g_string_free(text, FALSE);
}

static gboolean refuse_missing(struct living *living, const struct file_row *row, GError **error)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(unsigned));
	g_autofree char *missing = NULL;

	if (!living->store->ops->files->chunk_numbers(living->store, &row->key, numbers, error))
		return FALSE;
	missing = missing_words(numbers, row->count);
	error_set(error, ERROR_UNAVAILABLE,
		  "%u of its %u parts aren't here yet (%s); receive again, or ask for it once "
		  "more.",
		  row->count - numbers->len, row->count, missing);
	return FALSE;
}

static gboolean may_save(struct living *living, const struct file_row *row,
			 const struct file *file, GError **error)
{
	if (!row || row->is_out) {
		error_set(error, ERROR_USAGE,
			  row ? "You sent that file yourself; it isn't kept here."
			      : "That message brings no file; see `sotto file list`.");
		return FALSE;
	}
	switch (row->state) {
	case FILE_HERE:
		return TRUE;
	case FILE_SAVED:
		error_set(error, ERROR_EXISTS,
			  "It was saved before, to %s, and isn't kept here any more; if it is gone "
			  "there, ask for it again.",
			  row->path ? row->path : "a place that isn't known");
		return FALSE;
	case FILE_REFUSED:
		error_set(error, ERROR_LIMIT,
			  "It wasn't taken, because it was too much; ask for it again.");
		return FALSE;
	default:
		return file->url || refuse_missing(living, row, error);
	}
}

/* The message, which has the key; NULL with the error. */
static struct message *find(struct living *living, const char *conversation, const char *id,
			    GError **error)
{
	struct message *message = NULL;

	if (!living->store->ops->message_get(living->store, conversation, id, &message, error))
		return NULL;
	if (message && message->file)
		return message;
	message_free(message);
	error_set(error, ERROR_USAGE, "There is no file %s with %s; see `sotto file list`.", id,
		  conversation);
	return NULL;
}

static void fetch_progress(void *user, unsigned done, unsigned count)
{
	struct saving *saving = user;

	if (saving->progress && !saving->is_dead)
		saving->progress(saving->user, done, count);
}

/* All of it is in the store now: the row says how many parts. */
static void fetched(void *user, const GError *error)
{
	struct saving *saving = user;
	struct living *living = saving->living;
	struct file_row *row = NULL;
	g_autoptr(GError) why = NULL;

	saving->is_fetching = false;
	if (saving->is_dead) {
		saving_free(saving);
		return;
	}
	if (!error &&
	    living->store->ops->files->get(living->store, &saving->row->key, &row, &why) && row) {
		file_row_free(saving->row);
		saving->row = row;
		work_go(saving->work);
		return;
	}
	if (!error && !why)
		error_set(&why, ERROR_FAILED, "The file's message was erased.");
	saving_end(saving, error ? error : why);
}

void files_save(struct living *living, const char *conversation, const char *id, int fd,
		files_progress progress, files_done done, void *user)
{
	const struct store_files_ops *files = living->store->ops->files;
	g_autoptr(GError) error = NULL;
	struct message *message = find(living, conversation, id, &error);
	struct saving *saving = g_new0(struct saving, 1);
	gboolean ok = message != NULL;

	if (ok) {
		struct file_key key = { conversation, message->from, id };

		ok = files->get(living->store, &key, &saving->row, &error) &&
		     file_decode(message->file, &saving->file, &error) &&
		     may_save(living, saving->row, &saving->file, &error);
	}
	message_free(message);
	if (!ok) {
		file_clear(&saving->file);
		file_row_free(saving->row);
		g_free(saving);
		done(user, error);
		return;
	}
	saving->living = living;
	saving->fd = fd;
	saving->gcm = crypto_gcm_new(saving->file.key, FILE_KEY_BYTES, saving->file.iv,
				     saving->file.iv_bytes, FALSE);
	saving->hash = g_checksum_new(G_CHECKSUM_SHA256);
	saving->held = g_byte_array_new();
	saving->progress = progress;
	saving->done = done;
	saving->user = user;
	saving->work = work_new(living, &saving->row->key, save_step, drop, saving);
	if (saving->row->state == FILE_HERE) {
		work_go(saving->work);
		return;
	}
	saving->is_fetching = true;
	files_fetch(living, saving->row, &saving->file, fetch_progress, fetched, saving);
}

gboolean files_saved(struct living *living, const char *conversation, const char *id,
		     const char *path, GError **error)
{
	const struct store_files_ops *files = living->store->ops->files;
	struct message *message = find(living, conversation, id, error);
	struct file_row *row = NULL;
	struct file_key key;
	gboolean ok;

	if (!message)
		return FALSE;
	key = (struct file_key){ conversation, message->from, id };
	ok = files->get(living->store, &key, &row, error) && row;
	if (ok && living_begin(living, error)) {
		g_free(row->path);
		row->path = g_strdup(path);
		row->state = FILE_SAVED;
		ok = files->put(living->store, row, error) &&
		     files->chunks_drop(living->store, &key, error);
		if (ok)
			ok = living_commit(living, error);
		else
			living_rollback(living);
	}
	if (ok)
		files_tell_end(living, &key);
	file_row_free(row);
	message_free(message);
	return ok;
}
