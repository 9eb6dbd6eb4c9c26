#include "tui/verb/reading.h"

#include "core/error.h"
#include "core/engine_messages.h"

struct reading {
	GHashTable *seqs; /* conversation -> GArray of int64_t */
	/* while committing */
	struct call *call;
	engine_done done;
	void *user;
};

struct reading *reading_new(void)
{
	struct reading *reading = g_new0(struct reading, 1);

	reading->seqs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					      (GDestroyNotify)g_array_unref);
	return reading;
}

void reading_free(struct reading *reading)
{
	if (!reading)
		return;
	g_hash_table_unref(reading->seqs);
	g_free(reading);
}

void reading_clear(struct reading *reading)
{
	g_hash_table_remove_all(reading->seqs);
}

void reading_add(struct reading *reading, const struct message *message)
{
	GArray *seqs;

	if (message->direction != DIRECTION_IN || message->read_at)
		return;
	seqs = g_hash_table_lookup(reading->seqs, message->conversation);
	if (!seqs) {
		seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_hash_table_insert(reading->seqs, g_strdup(message->conversation), seqs);
	}
	g_array_append_val(seqs, message->seq);
}

static void flushed(void *user, bool ok)
{
	struct reading *reading = user;
	g_autoptr(GError) error = NULL;
	GHashTableIter iter;
	gpointer conversation, value;

	if (!ok)
		error_set(&error, ERROR_IO,
			  "Standard output is closed or full; what wasn't printed stays unread.");
	g_hash_table_iter_init(&iter, reading->seqs);
	while (!error && g_hash_table_iter_next(&iter, &conversation, &value)) {
		GArray *seqs = value;

		if (!engine_read(reading->call->engine, conversation, (int64_t *)(void *)seqs->data,
				 seqs->len, &error))
			break;
	}
	reading->done(reading->user, error);
}

void reading_commit(struct reading *reading, struct call *call, engine_done done, void *user)
{
	reading->call = call;
	reading->done = done;
	reading->user = user;
	call->printer->flush(call->printer, flushed, reading);
}
