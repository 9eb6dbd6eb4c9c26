#include "tui/client/timeline.h"
#include <string.h>

void timeline_init(struct timeline *timeline, struct link *link, const char *address,
		   void (*changed)(void *user, bool jumped, const GError *error), void *user)
{
	*timeline = (struct timeline){.link = link, .changed = changed, .user = user};
	timeline->page = TIMELINE_PAGE;
	timeline->address = g_strdup(address);
	timeline->rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_free);
}

void timeline_clear(struct timeline *timeline)
{
	link_cancel(timeline->link, timeline);
	g_clear_pointer(&timeline->address, g_free);
	g_clear_pointer(&timeline->rows, g_ptr_array_unref);
}

size_t timeline_count(const struct timeline *timeline)
{
	return timeline->rows->len;
}

const struct message *timeline_at(const struct timeline *timeline, size_t index)
{
	return index < timeline->rows->len ? g_ptr_array_index(timeline->rows, index) : NULL;
}

size_t timeline_index(const struct timeline *timeline, int64_t seq)
{
	size_t low = 0;
	size_t high = timeline->rows->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (timeline_at(timeline, middle)->seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t first_seq(const struct timeline *timeline)
{
	return timeline->rows->len ? timeline_at(timeline, 0)->seq : 0;
}

static int64_t last_seq(const struct timeline *timeline)
{
	return timeline->rows->len ? timeline_at(timeline, timeline->rows->len - 1)->seq : 0;
}

static void on_older(struct job *job, void *user);

static void ask(struct timeline *timeline, enum job_type type, int64_t seq, job_done done)
{
	struct job *job = job_new(type, timeline->address);

	job->seq = seq;
	job->limit = timeline->page;
	timeline->is_asking = true;
	timeline->is_asking_older = done == on_older;
	job_post(timeline->link, job, done, timeline);
}

static void again(struct timeline *timeline);

static void answered(struct timeline *timeline, bool jumped, const GError *error)
{
	timeline->is_asking = false;
	if (!error)
		timeline->is_loaded = true;
	if (timeline->is_stale && !error) {
		timeline->is_stale = false;
		again(timeline);
		timeline->changed(timeline->user, jumped, NULL);
		return;
	}
	if (timeline->is_late && timeline->is_end) {
		timeline->is_end = false;
		timeline_newer(timeline);
	}
	timeline->is_late = false;
	timeline->changed(timeline->user, jumped, error);
}

static void replace(struct timeline *timeline, struct job *job)
{
	g_ptr_array_unref(timeline->rows);
	timeline->rows = g_steal_pointer(&job->rows);
}

static void on_newest(struct job *job, void *user)
{
	struct timeline *timeline = user;

	if (!job->error) {
		timeline->is_begin = job->rows->len < job->limit;
		timeline->is_end = true;
		timeline->target = 0;
		replace(timeline, job);
	}
	answered(timeline, true, job->error);
}

static void on_oldest(struct job *job, void *user)
{
	struct timeline *timeline = user;

	if (!job->error) {
		timeline->is_begin = true;
		timeline->is_end = job->rows->len < job->limit;
		replace(timeline, job);
		timeline->target = first_seq(timeline);
	}
	answered(timeline, true, job->error);
}

static void on_around(struct job *job, void *user)
{
	struct timeline *timeline = user;

	if (!job->error) {
		/* Half a page each way: less than that on a side means that its end was met. */
		replace(timeline, job);
		timeline->target = job->seq;
		timeline->is_begin = timeline_index(timeline, job->seq) < job->limit / 2;
		timeline->is_end = timeline->rows->len - timeline_index(timeline, job->seq) <
				   job->limit / 2;
	}
	answered(timeline, true, job->error);
}

static void on_older(struct job *job, void *user)
{
	struct timeline *timeline = user;

	if (!job->error) {
		timeline->is_begin = job->rows->len < job->limit;
		g_ptr_array_extend_and_steal(job->rows, g_steal_pointer(&timeline->rows));
		timeline->rows = g_steal_pointer(&job->rows);
		if (timeline->rows->len > TIMELINE_ROWS_MAX) {
			g_ptr_array_set_size(timeline->rows, TIMELINE_ROWS_MAX);
			timeline->is_end = false;
		}
	}
	answered(timeline, false, job->error);
}

static void on_newer(struct job *job, void *user)
{
	struct timeline *timeline = user;

	if (!job->error) {
		timeline->is_end = job->rows->len < job->limit;
		g_ptr_array_extend_and_steal(timeline->rows, g_steal_pointer(&job->rows));
		if (timeline->rows->len > TIMELINE_ROWS_MAX) {
			g_ptr_array_remove_range(timeline->rows, 0,
						 timeline->rows->len - TIMELINE_ROWS_MAX);
			timeline->is_begin = false;
		}
	}
	answered(timeline, false, job->error);
}

static void on_again(struct job *job, void *user)
{
	struct timeline *timeline = user;
	bool is_empty = !job->error && !job->rows->len;

	if (!job->error) {
		timeline->is_end = job->rows->len < job->limit;
		replace(timeline, job);
	}
	answered(timeline, false, job->error);
	/* Nothing of the window is left: what there is stands elsewhere. */
	if (is_empty && !timeline->is_asking)
		timeline_newest(timeline);
}

/* The same window without what went from it: whoever reads stays where they are. */
static void again(struct timeline *timeline)
{
	struct job *job;

	if (!timeline->rows->len) {
		timeline_newest(timeline);
		return;
	}
	job = job_new(JOB_AFTER, timeline->address);
	job->seq = first_seq(timeline) - 1;
	/* One more, so that the end is known. */
	job->limit = timeline->rows->len + 1;
	timeline->is_asking = true;
	timeline->is_asking_older = false;
	job_post(timeline->link, job, on_again, timeline);
}

/* A jump overtakes whatever page is on its way. */
static void jump(struct timeline *timeline, enum job_type type, int64_t seq, job_done done)
{
	link_cancel(timeline->link, timeline);
	timeline->is_late = timeline->is_stale = false;
	ask(timeline, type, seq, done);
}

void timeline_newest(struct timeline *timeline)
{
	jump(timeline, JOB_BEFORE, 0, on_newest);
}

void timeline_oldest(struct timeline *timeline)
{
	jump(timeline, JOB_AFTER, 0, on_oldest);
}

void timeline_around(struct timeline *timeline, int64_t seq)
{
	jump(timeline, JOB_AROUND, seq, on_around);
}

void timeline_older(struct timeline *timeline)
{
	if (!timeline->is_asking && timeline->is_loaded && !timeline->is_begin)
		ask(timeline, JOB_BEFORE, first_seq(timeline), on_older);
}

void timeline_newer(struct timeline *timeline)
{
	if (!timeline->is_asking && timeline->is_loaded && !timeline->is_end)
		ask(timeline, JOB_AFTER, last_seq(timeline), on_newer);
}

static bool append(struct timeline *timeline, const struct message *message)
{
	/* A page on its way to the end may or may not hold it: ask again when that has come. */
	if (timeline->is_asking && !timeline->is_asking_older) {
		timeline->is_late = true;
		return false;
	}
	if (!timeline->is_end || message->seq <= last_seq(timeline))
		return false;
	g_ptr_array_add(timeline->rows, message_copy(message));
	if (timeline->rows->len > TIMELINE_ROWS_MAX) {
		g_ptr_array_remove_range(timeline->rows, 0, timeline->page);
		timeline->is_begin = false;
	}
	return true;
}

/* The event has no body; only what it speaks of is taken over. */
static bool change_state(struct timeline *timeline, const struct message *news)
{
	for (guint i = timeline->rows->len; i-- > 0;) {
		struct message *message = g_ptr_array_index(timeline->rows, i);

		if (g_strcmp0(message->id, news->id) != 0)
			continue;
		message->state = news->state;
		message->read_at = news->read_at;
		message->expires_at = news->expires_at;
		return true;
	}
	return false;
}

static bool amend(struct timeline *timeline, const struct message *news)
{
	for (guint i = timeline->rows->len; i-- > 0;) {
		struct message *message = g_ptr_array_index(timeline->rows, i);

		if (message->seq != news->seq)
			continue;
		message_free(message);
		timeline->rows->pdata[i] = message_copy(news);
		return true;
	}
	return false;
}

bool timeline_event(struct timeline *timeline, const struct event *event)
{
	const struct message *message = event->message;

	if (event->type == EVENT_GONE && g_strcmp0(event->address, timeline->address) == 0) {
		if (timeline->is_asking)
			timeline->is_stale = true;
		else
			again(timeline);
		return false;
	}
	if (!message || g_strcmp0(message->conversation, timeline->address) != 0)
		return false;
	if (event->type == EVENT_MESSAGE)
		return append(timeline, message);
	if (event->type == EVENT_EDITED)
		return amend(timeline, message);
	if (event->type == EVENT_STATE)
		return change_state(timeline, message);
	return false;
}
