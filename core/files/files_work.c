/* files: the slices. */
#include "core/files/files.h"

#include <string.h>
#include "core/base/error.h"

struct work {
	struct living *living;
	char *conversation;
	char *from;
	char *id;
	work_step step;
	work_drop drop;
	void *user;
	GSource *source;
};

struct work *work_new(struct living *living, const struct file_key *key, work_step step,
		      work_drop drop, void *user)
{
	struct work *work = g_new0(struct work, 1);

	work->living = living;
	work->conversation = g_strdup(key->conversation);
	work->from = g_strdup(key->from);
	work->id = g_strdup(key->id);
	work->step = step;
	work->drop = drop;
	work->user = user;
	living->works = g_slist_prepend(living->works, work);
	return work;
}

static gboolean run(void *user)
{
	struct work *work = user;

	/* The step may ask to go on, or end and free the work: then it says FALSE. */
	g_clear_pointer(&work->source, g_source_unref);
	if (work->step(work->user))
		work_go(work);
	return G_SOURCE_REMOVE;
}

void work_go(struct work *work)
{
	if (work->source)
		return;
	work->source = g_idle_source_new();
	g_source_set_callback(work->source, run, work, NULL);
	g_source_attach(work->source, work->living->context);
}

void work_free(struct work *work)
{
	if (!work)
		return;
	work->living->works = g_slist_remove(work->living->works, work);
	if (work->source) {
		g_source_destroy(work->source);
		g_source_unref(work->source);
	}
	g_free(work->conversation);
	g_free(work->from);
	g_free(work->id);
	g_free(work);
}

static const struct work *find_key(const struct living *living, const struct file_key *key)
{
	for (const GSList *link = living->works; link; link = link->next) {
		const struct work *work = link->data;

		if (strcmp(work->conversation, key->conversation) == 0 &&
		    strcmp(work->from, key->from) == 0 && strcmp(work->id, key->id) == 0)
			return work;
	}
	return NULL;
}

bool work_is_on(const struct living *living, const struct file_key *key)
{
	return find_key(living, key) != NULL;
}

void *work_user(const struct living *living, const struct file_key *key, work_step step)
{
	const struct work *work = find_key(living, key);

	return work && work->step == step ? work->user : NULL;
}

void files_tell_end(struct living *living, const struct file_key *key)
{
	struct event event = { .type = EVENT_FILE, .address = (char *)key->conversation,
			       .text = (char *)key->id, .count = 100 };

	living_emit(living, &event);
}

void files_stop(struct living *living)
{
	g_autoptr(GError) error = NULL;

	error_set(&error, ERROR_LOCKED,
		  "The profile was locked while a file was on its way; what can go on does so "
		  "when it is open.");
	living->is_ending = true;
	while (living->works) {
		struct work *work = living->works->data;

		work->drop(work->user, error);
	}
}

static struct work *find(const struct living *living, const char *conversation)
{
	for (const GSList *link = living->works; link; link = link->next) {
		struct work *work = link->data;

		if (strcmp(work->conversation, conversation) == 0)
			return work;
	}
	return NULL;
}

/* One may end another, so each is looked for anew. */
unsigned files_cancel(struct living *living, const char *conversation)
{
	g_autoptr(GError) error = NULL;
	struct work *work;
	unsigned count = 0;

	error_set(&error, ERROR_FAILED, "It was cancelled.");
	while ((work = find(living, conversation))) {
		work->drop(work->user, error);
		count++;
	}
	return count;
}

gboolean files_is_there(struct living *living, const struct file_key *key, GError **error)
{
	struct file_row *row = NULL;
	gboolean ok = living->store->ops->files->get(living->store, key, &row, error);

	if (ok && !row)
		error_set(error, ERROR_FAILED, "The file's message was erased.");
	ok = row != NULL;
	file_row_free(row);
	return ok;
}
