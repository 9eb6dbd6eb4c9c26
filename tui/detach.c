#include "tui/detach.h"

#include <gio/gio.h>
#include <string.h>

enum { DETACH_SETTLE_MS = 700 /* tmux tells of the focus before it counts who is left */ };

struct detach {
	char *pane;
	GCancellable *cancel;
	guint timer;
	detach_answer answer;
	void *user;
};

struct question {
	bool (*is_yes)(const char *said);
	detach_answer answer;
	void *user;
};

struct detach *detach_new(void)
{
	const char *pane = g_getenv("TMUX_PANE");
	struct detach *detach;

	if (!g_getenv("TMUX") || !pane)
		return NULL;
	detach = g_new0(struct detach, 1);
	detach->pane = g_strdup(pane);
	detach->cancel = g_cancellable_new();
	return detach;
}

void detach_free(struct detach *detach)
{
	if (!detach)
		return;
	if (detach->timer)
		g_source_remove(detach->timer);
	g_cancellable_cancel(detach->cancel);
	g_object_unref(detach->cancel);
	g_free(detach->pane);
	g_free(detach);
}

static void answered(GObject *process, GAsyncResult *result, void *user)
{
	struct question *question = user;
	g_autofree char *out = NULL;

	if (g_subprocess_communicate_utf8_finish(G_SUBPROCESS(process), result, &out, NULL, NULL) &&
	    out)
		question->answer(question->is_yes(g_strchomp(out)), question->user);
	g_free(question);
}

static bool says_none(const char *said)
{
	return strcmp(said, "0") == 0;
}

static bool says_on(const char *said)
{
	return strcmp(said, "on") == 0;
}

/* A line of features for each terminal. */
static bool says_exact(const char *said)
{
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
	bool is_exact = *said != '\0';

	for (char **line = lines; *line; line++)
		is_exact = is_exact && strstr(*line, "RGB");
	return is_exact;
}

static void ask(struct detach *detach, const char *const *argv,
		bool (*is_yes)(const char *said), detach_answer answer, void *user)
{
	GSubprocess *process = g_subprocess_newv(
		argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
	struct question *question;

	if (!process)
		return;
	question = g_new(struct question, 1);
	*question = (struct question){ is_yes, answer, user };
	g_subprocess_communicate_utf8_async(process, NULL, detach->cancel, answered, question);
	g_object_unref(process);
}

static gboolean settled(void *user)
{
	struct detach *detach = user;
	const char *const argv[] = { "tmux", "display-message", "-p", "-t", detach->pane,
				     "#{session_attached}", NULL };

	detach->timer = 0;
	ask(detach, argv, says_none, detach->answer, detach->user);
	return G_SOURCE_REMOVE;
}

void detach_ask(struct detach *detach, detach_answer answer, void *user)
{
	detach->answer = answer;
	detach->user = user;
	if (!detach->timer)
		detach->timer = g_timeout_add(DETACH_SETTLE_MS, settled, detach);
}

void detach_ask_colours(struct detach *detach, detach_answer answer, void *user)
{
	const char *const argv[] = { "tmux", "list-clients", "-t", detach->pane, "-F",
				     "#{client_termfeatures}", NULL };

	ask(detach, argv, says_exact, answer, user);
}

void detach_ask_focus(struct detach *detach, detach_answer answer, void *user)
{
	const char *const argv[] = { "tmux", "show-options", "-gv", "focus-events", NULL };

	ask(detach, argv, says_on, answer, user);
}
