/* files, outwards: sealed into the store, spoken of, handed over. See files.h. */
#include "core/files/files_inside.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "core/base/crypto_gcm.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/contact.h"
#include "core/model/draft.h"
#include "core/model/settings.h"
#include "core/outbox/delivery_flush.h"
#include "core/outbox/delivery_queue.h"
#include "core/profile/disclosure.h"
#include "core/xml/stanza.h"

enum { SLICE_CHUNKS = 8 };

/* -- handing over, on the spool --------------------------------------------------------------- */

static gboolean seal_chunk(struct outgoing *out, const struct contact *contact, GError **error)
{
	struct living *living = out->living;
	struct content content = { .from = (char *)out->row.key.from,
				   .to = (char *)out->row.key.conversation,
				   .time = living_now(living) };
	gboolean ok;

	content.chunk = (struct content_chunk){ .id = (char *)out->row.key.id,
						.number = out->row.done,
						.count = out->row.count };
	if (!living->store->ops->files->chunk_get(living->store, &out->row.key, out->row.done,
						  &content.chunk.bytes, error))
		return FALSE;
	if (!content.chunk.bytes) {
		error_set(error, ERROR_DAMAGED, "A part of a file that was to be sent is missing.");
		return FALSE;
	}
	ok = delivery_attach(living, contact, out->row.key.id, &content, error);
	g_bytes_unref(content.chunk.bytes);
	out->row.done++;
	return ok;
}

static gboolean seal_chunks(struct outgoing *out, const struct contact *contact, GError **error)
{
	struct living *living = out->living;
	const struct store_files_ops *files = living->store->ops->files;

	for (unsigned i = 0; i < SLICE_CHUNKS && out->row.done < out->row.count; i++)
		if (!seal_chunk(out, contact, error))
			return FALSE;
	return files->put(living->store, &out->row, error);
}

/* The carrier has all of it. Until now it could be sealed once more (files_begin_again()). */
static gboolean finish(struct outgoing *out, GError **error)
{
	struct living *living = out->living;
	const struct store_files_ops *files = living->store->ops->files;

	if (!living_begin(living, error))
		return FALSE;
	out->row.state = FILE_SENT;
	if (files->chunks_drop(living->store, &out->row.key, error) &&
	    files->put(living->store, &out->row, error))
		return living_commit(living, error);
	living_rollback(living);
	return FALSE;
}

/* One slice into the outbox; whatever fails leaves it where it was. */
static gboolean seal_slice(struct outgoing *out, GError **error)
{
	struct living *living = out->living;
	struct contact *contact = living_known(living, out->row.key.conversation, error);
	unsigned done = out->row.done;
	gboolean ok;

	if (!contact)
		return FALSE;
	/* Whoever was blocked meanwhile gets no more of it. */
	ok = disclosure_check(contact, error) && living_begin(living, error);
	if (ok && !seal_chunks(out, contact, error)) {
		living_rollback(living);
		ok = FALSE;
	}
	ok = ok && living_commit(living, error);
	contact_free(contact);
	if (!ok) {
		out->row.done = done;
		out->row.state = FILE_SENDING;
	}
	return ok;
}

static void take_fresh_message(struct outgoing *out)
{
	struct message *fresh = NULL;

	if (out->living->store->ops->message_get(out->living->store, out->row.key.conversation,
						 out->row.key.id, &fresh, NULL) && fresh) {
		message_free(out->message);
		out->message = fresh;
	}
}

static void handed_over(void *user, const GError *error)
{
	struct outgoing *out = user;
	struct living *living = out->living;
	g_autoptr(GError) why = NULL;
	unsigned left = 0;

	out->is_pending = false;
	if (out->is_dead) {
		outgoing_free(out);
		return;
	}
	if (living->store->ops->outbox_count(living->store, out->row.key.conversation,
					     out->row.key.id, &left, &why) && left > 0)
		error_set(&why, ERROR_UNREACHABLE,
			  "%s The file is sealed and queued; the rest of it goes out when sotto "
			  "next runs.",
			  error ? error->message : "The carrier didn't take all of it.");
	if (!why)
		outgoing_tell(out, out->row.done);
	if (!why && out->row.done < out->row.count) {
		work_go(out->work);
		return;
	}
	if (!why && files_is_there(living, &out->row.key, &why) && !finish(out, &why))
		g_debug("a file that was sent is kept longer: %s", why->message);
	take_fresh_message(out);
	outgoing_end(out, why);
}

static gboolean hand_over(void *user)
{
	struct outgoing *out = user;
	g_autoptr(GError) error = NULL;

	if (!files_is_there(out->living, &out->row.key, &error)) {
		outgoing_end(out, error);
		return FALSE;
	}
	if (!seal_slice(out, &error)) {
		if (error_is(error, ERROR_POLICY))
			outgoing_give_up(out);
		outgoing_end(out, error);
		return FALSE;
	}
	out->is_pending = true;
	delivery_flush(out->living, handed_over, out);
	return FALSE;
}

/* -- sealing ---------------------------------------------------------------------------------- */

static gboolean put_chunk(struct outgoing *out, guint bytes, GError **error)
{
	struct living *living = out->living;
	g_autoptr(GBytes) chunk = g_bytes_new(out->sealed->data, bytes);
	bool is_new;

	if (!living->store->ops->files->chunk_put(living->store, &out->row.key, out->row.done++,
						  chunk, &is_new, error))
		return FALSE;
	g_byte_array_remove_range(out->sealed, 0, bytes);
	return TRUE;
}

/* The next bytes of the file, sealed behind what there is; one that grows or shrinks meanwhile is
 * none that anybody meant to send. */
static gboolean read_some(struct outgoing *out, GError **error)
{
	uint8_t *plain = plain_new(FILE_CHUNK_BYTES);
	size_t want = (size_t)MIN(out->left, (int64_t)FILE_CHUNK_BYTES);
	ssize_t got = read(out->fd, plain, want ? want : 1);
	guint at = out->sealed->len;

	if (got < 0) {
		error_set_errno(error, errno, "can't read %s", out->file.name);
	} else if (want ? got == 0 : got > 0) {
		error_set(error, ERROR_FAILED,
			  "The file changed while it was read; send it again.");
		got = -1;
	} else if (got > 0) {
		g_checksum_update(out->hash, plain, got);
		g_byte_array_set_size(out->sealed, at + (guint)got);
		crypto_gcm_update(out->gcm, plain, (size_t)got, out->sealed->data + at);
		out->left -= got;
	} else {
		g_byte_array_set_size(out->sealed, at + CRYPTO_TAG_BYTES);
		crypto_gcm_tag(out->gcm, out->sealed->data + at);
		out->fd = -1;
	}
	plain_free(plain);
	return got >= 0;
}

static gboolean seal_some(struct outgoing *out, GError **error)
{
	for (unsigned i = 0; i < SLICE_CHUNKS && out->fd >= 0; i++) {
		if (!read_some(out, error))
			return FALSE;
		while (out->sealed->len >= FILE_CHUNK_BYTES || (out->fd < 0 && out->sealed->len))
			if (!put_chunk(out, MIN(out->sealed->len, (guint)FILE_CHUNK_BYTES), error))
				return FALSE;
	}
	return TRUE;
}

static gboolean seal_step(void *user)
{
	struct outgoing *out = user;
	g_autoptr(GError) error = NULL;
	gsize bytes = FILE_HASH_BYTES;

	if (out->message)
		return hand_over(out);
	if (living_begin(out->living, &error) &&
	    (!out->living->store->ops->files->put(out->living->store, &out->row, &error) ||
	     !seal_some(out, &error)))
		living_rollback(out->living);
	else if (!error && !living_commit(out->living, &error))
		g_debug("a slice of a file was not stored");
	if (error) {
		outgoing_refuse(out, error);
		return FALSE;
	}
	if (out->progress)
		out->progress(out->user, 0, out->row.count);
	if (out->fd >= 0)
		return TRUE;
	g_checksum_get_digest(out->hash, out->file.hash, &bytes);
	out->file.has_hash = true;
	if (out->living->transport && out->living->transport->ops->files)
		outgoing_put(out);
	else
		outgoing_offer(out);
	return FALSE;
}

/* -- beginning -------------------------------------------------------------------------------- */

/* The size of the regular file behind FD, within the limit; -1 with the error. */
static int64_t check_size(const struct living *living, int fd, GError **error)
{
	struct stat st;
	g_autofree char *size = NULL, *most = NULL;

	if (fstat(fd, &st) != 0) {
		error_set_errno(error, errno, "can't look at the file");
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		error_set(error, ERROR_USAGE, "Only regular files can be sent.");
		return -1;
	}
	if (st.st_size <= files_limit(living))
		return st.st_size;
	size = file_size_words(st.st_size);
	most = file_size_words(files_limit(living));
	error_set(error, ERROR_LIMIT,
		  "The file has %s; at most %s are sent here (the options file_limit and "
		  "file_limit_spool).",
		  size, most);
	return -1;
}

/* As the user has it, where that can be written down. */
static char *foreign_name(const char *name)
{
	size_t bytes = strlen(name);

	if (bytes <= FILE_FOREIGN_NAME_MAX && stanza_valid_bytes(name, bytes) == bytes)
		return g_strdup(name);
	return file_safe_name(name);
}

static struct outgoing *outgoing_new(struct living *living, const struct file_key *key)
{
	struct outgoing *out = g_new0(struct outgoing, 1);

	out->living = living;
	out->fd = -1;
	out->row.is_out = true;
	out->row.key.conversation = g_strdup(key->conversation);
	out->row.key.from = g_strdup(key->from);
	out->row.key.id = g_strdup(key->id);
	out->work = work_new(living, key, seal_step, outgoing_drop, out);
	return out;
}

static void asked(void *user, bool all_sotto, const GError *error)
{
	struct outgoing *out = user;

	out->is_pending = false;
	out->keeps_ending = !all_sotto;
	if (out->is_dead)
		outgoing_free(out);
	else if (error)
		outgoing_end(out, error);
	else
		work_go(out->work);
}

void files_send(struct living *living, const struct file_draft *draft, files_progress progress,
		delivery_sent done, void *user)
{
	g_autofree char *id = message_new_id();
	struct file_key key = { draft->address, living->account->address, id };
	g_autoptr(GError) error = NULL;
	int64_t bytes = check_size(living, draft->fd, &error);
	struct outgoing *out;

	if (error) {
		done(user, NULL, error);
		return;
	}
	out = outgoing_new(living, &key);
	out->row.state = FILE_PREPARING;
	out->row.count = file_chunk_count(bytes);
	out->file.name = foreign_name(draft->name);
	out->file.bytes = out->left = bytes;
	out->file.iv_bytes = FILE_IV_BYTES;
	crypto_random(out->file.iv, FILE_IV_BYTES);
	crypto_random(out->file.key, FILE_KEY_BYTES);
	out->gcm = crypto_gcm_new(out->file.key, FILE_KEY_BYTES, out->file.iv, FILE_IV_BYTES, TRUE);
	out->hash = g_checksum_new(G_CHECKSUM_SHA256);
	out->sealed = g_byte_array_new();
	out->fd = draft->fd;
	out->expire = draft->expire;
	out->progress = progress;
	out->done = done;
	out->user = user;
	out->is_pending = true;
	files_ask(living, draft->address, asked, out);
}

/* -- going on --------------------------------------------------------------------------------- */

struct resuming {
	struct living *living;
	GPtrArray *outgoing; /* struct outgoing */
};

static gboolean look(const struct file_row *row, void *user)
{
	struct resuming *resuming = user;
	struct outgoing *out;

	if ((row->state != FILE_SENDING && row->state != FILE_PREPARING) ||
	    work_is_on(resuming->living, &row->key))
		return TRUE;
	out = outgoing_new(resuming->living, &row->key);
	out->row.state = row->state;
	out->row.count = row->count;
	out->row.done = row->done;
	g_ptr_array_add(resuming->outgoing, out);
	return TRUE;
}

/* As living->file_again, whether that is under way or not. */
static void again(struct living *living, const struct file_row *row)
{
	struct outgoing *out = work_user(living, &row->key, seal_step);

	if (!out) {
		out = outgoing_new(living, &row->key);
		out->row.state = FILE_SENDING;
		out->row.count = row->count;
		take_fresh_message(out);
		work_go(out->work);
	}
	out->row.done = 0;
}

void files_resume(struct living *living)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	struct resuming resuming = { .living = living, .outgoing = found };
	g_autoptr(GError) error = NULL;

	living->file_again = again;
	if (!living->store->ops->files->each(living->store, NULL, look, &resuming, &error))
		g_debug("files can't be looked at: %s", error->message);
	for (guint i = 0; i < found->len; i++) {
		struct outgoing *out = found->pdata[i];

		take_fresh_message(out);
		if (out->message)
			work_go(out->work);
		else	/* it was being sealed when the process ended */
			outgoing_refuse(out, NULL);
	}
}
