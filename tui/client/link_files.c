/* link: jobs about files, on the core thread. */
#include "core/base/secret.h"
#include "core/engine/engine_files.h"
#include "tui/client/link_inside.h"

void link_file_send(struct engine *engine, struct job *job, engine_sent sent, void *user)
{
	const struct file_draft draft = { .address = job->address, .fd = job->fd,
					  .name = job->alias };

	engine_send_file(engine, &draft, NULL, sent, user);
}

gboolean link_file_saved(struct engine *engine, struct job *job)
{
	return engine_saved_file(engine, job->address, job->alias, job->text, &job->error);
}

gboolean link_file_cancel(struct engine *engine, struct job *job)
{
	job->count = engine_cancel_files(engine, job->address);
	return TRUE;
}

static char *words_of(const struct file_row *row)
{
	switch (row->state) {
	case FILE_PREPARING:
	case FILE_SENDING:
		return g_strdup("being sent");
	case FILE_COMING:
		return g_strdup("not here yet");
	case FILE_HERE:
		return g_strdup("not saved");
	case FILE_REFUSED:
		return g_strdup("refused: too large, or too many");
	case FILE_SAVED:
		return g_strdup("saved");
	case FILE_FAILED:
		return g_strdup("not sent");
	default:
		return NULL;
	}
}

gboolean link_file_state(struct engine *engine, struct job *job)
{
	const struct file_key key = { job->address, job->text, job->alias };
	struct file_row *row = NULL;
	g_autofree char *words = NULL;
	gboolean ok = engine_file_row(engine, &key, &row, &job->error);

	words = ok && row ? words_of(row) : NULL;
	plain_free(job->text);
	job->text = plain_dup(words);
	file_row_free(row);
	return ok;
}
