/* link: jobs about files, on the core thread. */
#include "core/engine_files.h"
#include "tui/link_inside.h"

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
