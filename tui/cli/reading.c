#include "tui/cli/reading.h"

#include "core/base/error.h"
#include "core/engine/engine_messages.h"

struct reading {
	GHashTable *seqs; /* conversation -> GArray of int64_t */
	/* while committing */
	struct call *call;
	engine_done done;
	void *user;
	GSource *again; /* what a signal cut short is marked once more */
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
	if (reading->again) {
		g_source_destroy(reading->again);
		g_source_unref(reading->again);
	}
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

static gboolean mark_all(struct reading *reading, GError **error)
{
	GHashTableIter iter;
	gpointer conversation, value;

	g_hash_table_iter_init(&iter, reading->seqs);
	while (g_hash_table_iter_next(&iter, &conversation, &value)) {
		GArray *seqs = value;

		if (!engine_read(reading->call->engine, conversation, (int64_t *)(void *)seqs->data,
				 seqs->len, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean mark_again(gpointer user)
{
	struct reading *reading = user;
	g_autoptr(GError) error = NULL;

	g_clear_pointer(&reading->again, g_source_unref);
	mark_all(reading, &error);
	reading->done(reading->user, error);
	return G_SOURCE_REMOVE;
}

static void flushed(void *user, bool ok)
{
	struct reading *reading = user;
	g_autoptr(GError) error = NULL;

	if (!ok)
		error_set(&error, ERROR_IO,
			  "Standard output is closed or full; what wasn't printed stays unread.");
	else if (!mark_all(reading, &error) && error_is(error, ERROR_CANCELLED)) {
		/* A signal came just now. It is told first; what is out is marked all the same. */
		reading->again = g_idle_source_new();
		g_source_set_callback(reading->again, mark_again, reading, NULL);
		g_source_attach(reading->again, reading->call->context);
		return;
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
