#include "tui/screen/undo.h"

#include <string.h>

struct undo {
	struct host *host;
	struct job *job;
	job_done done;
	void *user;
	guint source;
};

static void end(struct host *host, bool is_done)
{
	struct undo *undo = g_steal_pointer(&host->undo);

	if (!undo)
		return;
	if (undo->source)
		g_source_remove(undo->source);
	if (is_done)
		job_post(host->link, undo->job, undo->done, undo->user);
	else
		job_free(undo->job);
	g_free(undo);
}

static gboolean is_over(void *user)
{
	struct undo *undo = user;

	undo->source = 0;
	end(undo->host, true);
	return G_SOURCE_REMOVE;
}

void undo_put(struct host *host, struct job *job, job_done done, void *user, const char *pending,
	      const char *name)
{
	struct undo *undo = g_new0(struct undo, 1);
	g_autoptr(GString) text = g_string_new(pending);

	undo_flush(host);
	*undo = (struct undo){.host = host, .job = job, .done = done, .user = user};
	undo->source = g_timeout_add_seconds(UNDO_SECONDS, is_over, undo);
	host->undo = undo;
	g_string_replace(text, "%s", name, 1);
	host_say(host, "%s yet: that is done in %d seconds. :undo takes it back.", text->str,
		 UNDO_SECONDS);
}

void undo_flush(struct host *host)
{
	end(host, true);
}

bool undo_take_back(struct host *host)
{
	bool was = host->undo != NULL;

	end(host, false);
	return was;
}
