/* files, outwards: the life of one on its way. See files.h. */
#include "core/files/files_inside.h"

#include "core/base/crypto_gcm.h"
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/draft.h"
#include "core/port/event.h"

void outgoing_free(struct outgoing *out)
{
	g_free((char *)out->row.key.conversation);
	g_free((char *)out->row.key.from);
	g_free((char *)out->row.key.id);
	crypto_gcm_free(out->gcm);
	g_clear_pointer(&out->hash, g_checksum_free);
	if (out->sealed)
		g_byte_array_unref(out->sealed);
	file_clear(&out->file);
	message_free(out->message);
	g_free(out);
}

void outgoing_end(struct outgoing *out, const GError *error)
{
	struct transport *transport = out->living->transport;

	if (out->transfer)
		transport->ops->files->cancel(transport, g_steal_pointer(&out->transfer));
	work_free(g_steal_pointer(&out->work));
	files_tell_end(out->living, &out->row.key);
	if (out->done)
		out->done(out->user, out->message, error);
	out->done = NULL;
	if (out->is_pending)
		out->is_dead = true;
	else
		outgoing_free(out);
}

/* Nothing of it is to be kept: no message speaks of it. */
void outgoing_refuse(struct outgoing *out, const GError *error)
{
	struct living *living = out->living;

	if (living_begin(living, NULL)) {
		if (!living->store->ops->files->drop(living->store, &out->row.key, NULL))
			living_rollback(living);
		else if (!living_commit(living, NULL))
			g_debug("what was sealed of a file is dropped later");
	}
	outgoing_end(out, error);
}

/* What was cancelled once a message spoke of it isn't sent on; the rest of it never comes. */
void outgoing_give_up(struct outgoing *out)
{
	struct living *living = out->living;
	const struct store_files_ops *files = living->store->ops->files;

	out->row.state = FILE_FAILED;
	if (!files_is_there(living, &out->row.key, NULL) || !living_begin(living, NULL))
		return;
	if (!files->chunks_drop(living->store, &out->row.key, NULL) ||
	    !files->put(living->store, &out->row, NULL))
		living_rollback(living);
	else if (!living_commit(living, NULL))
		g_debug("a file that was cancelled goes on later");
}

void outgoing_drop(void *user, const GError *error)
{
	struct outgoing *out = user;

	if (!error_is(error, ERROR_LOCKED) && !out->message) {
		outgoing_refuse(out, error);
		return;
	}
	if (!error_is(error, ERROR_LOCKED))
		outgoing_give_up(out);
	outgoing_end(out, error);
}

void outgoing_tell(const struct outgoing *out, unsigned done)
{
	struct event event = { .type = EVENT_FILE,
			       .address = (char *)out->row.key.conversation,
			       .text = (char *)out->row.key.id,
			       .count = out->row.count ? done * 100 / out->row.count : 0 };

	if (out->progress)
		out->progress(out->user, done, out->row.count);
	living_emit(out->living, &event);
}

static void offered(void *user, const struct message *message, const GError *error)
{
	struct outgoing *out = user;

	out->is_pending = false;
	if (out->is_dead) {
		outgoing_free(out);
		return;
	}
	if (!message) {
		outgoing_refuse(out, error);
		return;
	}
	out->message = message_copy(message);
	/* What lies on the server is there as a whole. */
	if (out->file.url) {
		outgoing_end(out, error);
		return;
	}
	out->row.state = FILE_SENDING;
	out->row.done = 0;
	work_go(out->work);
}

void outgoing_offer(struct outgoing *out)
{
	struct draft draft = { .address = out->row.key.conversation, .expire = out->expire,
			       .id = out->row.key.id };
	g_autoptr(GError) error = NULL;
	char *file = file_encode(&out->file, &error);
	char *body = file_words(&out->file);

	if (!file) {
		outgoing_refuse(out, error);
	} else {
		draft.file = file;
		draft.body = body;
		out->is_pending = true;
		delivery_send(out->living, &draft, offered, out);
	}
	plain_free(file);
	plain_free(body);
}
