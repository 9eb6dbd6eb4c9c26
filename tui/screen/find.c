#include "tui/screen/find.h"
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"

void find_init(struct find *find, struct link *link, void (*found)(void *user, const GError *error),
	       void *user)
{
	*find = (struct find){.link = link, .found = found, .user = user};
	find->seqs = g_array_new(FALSE, FALSE, sizeof(int64_t));
}

static void forget(struct find *find)
{
	link_cancel(find->link, find);
	find->is_asking = false;
	find->at = 0;
	g_array_set_size(find->seqs, 0);
	g_clear_pointer(&find->text, plain_free);
	for (char **word = find->words; word && *word; word++)
		wipe(*word, strlen(*word));
	g_clear_pointer(&find->words, g_strfreev);
}

void find_clear(struct find *find)
{
	forget(find);
	g_clear_pointer(&find->seqs, g_array_unref);
}

void find_mark(struct find *find, const char *text)
{
	forget(find);
	if (!text || !*text)
		return;
	find->text = plain_dup(text);
	find->words = text_words(text);
}

static void on_found(struct job *job, void *user)
{
	struct find *find = user;

	find->is_asking = false;
	for (guint i = 0; job->rows && i < job->rows->len; i++) {
		const struct message *message = g_ptr_array_index(job->rows, i);

		g_array_append_val(find->seqs, message->seq);
	}
	find->found(find->user, job->error);
}

void find_start(struct find *find, const char *address, const char *text)
{
	struct job *job;

	find_mark(find, text);
	if (!find->text)
		return;
	job = job_new(JOB_SEARCH, address);
	job->text = plain_dup(text);
	job->limit = FIND_MAX;
	find->is_asking = true;
	job_post(find->link, job, on_found, find);
}

int64_t find_move(struct find *find, int by)
{
	gint64 at = (gint64)find->at + by;

	if (at < 0 || at >= (gint64)find->seqs->len)
		return 0;
	find->at = (guint)at;
	return g_array_index(find->seqs, int64_t, find->at);
}

const char *const *find_words(const struct find *find)
{
	return find->words && find->words[0] ? (const char *const *)find->words : NULL;
}
