#include "tui/confine/broker_copy.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "tui/observe/copy.h"
#include "tui/observe/watch_question.h"

enum {
	PIPE_BYTES = 2 * COPY_BYTES_MAX,
	QUESTION_MS = 2000, /* to tmux */
	AGAIN_SECONDS = 2,
	TRIES_MAX = 3,
	LAST_TRIES = 2, /* at the end, when the shell waits */
	LATER_SECONDS = 1, /* tmux does it this much later than we would have */
};

/*
 * tmux's own timer, which outlives every process of ours: it takes the buffer away if it is still
 * the one that was put there. What the words come to stands in a variable of the shell: neither
 * they nor that are among its arguments. "##" is "#" behind tmux.
 */
#define NOW                                                                    \
	"$(tmux save-buffer -b " COPY_BUFFER " - | cksum; "                     \
	"tmux list-buffers -F '##{buffer_name} ##{buffer_created}' | "          \
	"grep '^" COPY_BUFFER " ')"
#define TIMER                                                                  \
	"exec >/dev/null 2>&1; was=\"" NOW "\"; sleep %u; "                     \
	"[ \"" NOW "\" != \"$was\" ] || tmux delete-buffer -b " COPY_BUFFER "; " \
	"exit 0"

struct broker_copy {
	GMainContext *context;
	unsigned seconds;
	char *digest; /* of what is in the buffer; NULL: nothing of ours */
	GSource *due;
	unsigned tries; /* to clear it, which tmux didn't answer */
};

struct broker_copy *broker_copy_new(GMainContext *context, unsigned seconds)
{
	struct broker_copy *copy = g_new0(struct broker_copy, 1);

	copy->context = context;
	copy->seconds = seconds;
	return copy;
}

void broker_copy_free(struct broker_copy *copy)
{
	for (int i = 0; i < LAST_TRIES && copy->digest; i++)
		broker_copy_clear(copy);
	g_free(copy->digest);
	if (copy->due) {
		g_source_destroy(copy->due);
		g_source_unref(copy->due);
	}
	g_free(copy);
}

static char *digest_of(const char *text)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* A pipe that holds TEXT and ends there, to be read; -1: it doesn't hold so much. */
static int filled_pipe(const char *text)
{
	size_t bytes = strlen(text);
	int ends[2];
	bool is_full;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	is_full = fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) >= 0 &&
		  write(ends[1], text, bytes) == (ssize_t)bytes;
	close(ends[1]);
	if (is_full)
		return ends[0];
	close(ends[0]);
	return -1;
}

static gboolean is_due(gpointer user)
{
	broker_copy_clear(user);
	return G_SOURCE_REMOVE;
}

static void clear_in(struct broker_copy *copy, unsigned seconds)
{
	if (copy->due) {
		g_source_destroy(copy->due);
		g_source_unref(copy->due);
	}
	copy->due = seconds ? g_timeout_source_new_seconds(seconds) : NULL;
	if (!copy->due)
		return;
	g_source_set_callback(copy->due, is_due, copy, NULL);
	g_source_attach(copy->due, copy->context);
}

bool broker_copy_put(struct broker_copy *copy, const char *text)
{
	g_autofree char *timer = g_strdup_printf(TIMER, copy->seconds + LATER_SECONDS);
	const char *const argv[] = {"tmux", "load-buffer", "-b", COPY_BUFFER, "-", ";",
				    "run-shell", "-b", timer, NULL};
	g_autofree char *answer = NULL;
	int pipe;

	broker_copy_clear(copy);
	if (!g_getenv("TMUX") || !*text)
		return false;
	pipe = filled_pipe(text);
	if (pipe < 0)
		return false;
	g_free(copy->digest);
	copy->digest = digest_of(text);
	copy->tries = 0;
	answer = watch_question_from(argv, pipe, QUESTION_MS);
	close(pipe);
	clear_in(copy, copy->seconds);
	/* Whether it was taken in the end isn't known. */
	if (!answer)
		broker_copy_clear(copy);
	return answer != NULL;
}

void broker_copy_clear(struct broker_copy *copy)
{
	static const char *const look[] = {"tmux", "save-buffer", "-b", COPY_BUFFER, "-", NULL};
	static const char *const remove[] = {"tmux", "delete-buffer", "-b", COPY_BUFFER, NULL};
	g_autofree char *now = NULL, *digest = NULL, *gone = NULL;
	bool is_ours;

	if (!copy->digest)
		return;
	clear_in(copy, 0);
	now = watch_question_from(look, -1, QUESTION_MS);
	digest = now ? digest_of(now) : NULL;
	is_ours = g_strcmp0(digest, copy->digest) == 0;
	gone = is_ours ? watch_question_from(remove, -1, QUESTION_MS) : NULL;
	/* There is no such buffer any more, or tmux was too busy to say so. */
	if ((!now || (is_ours && !gone)) && ++copy->tries < TRIES_MAX)
		clear_in(copy, AGAIN_SECONDS);
	else
		g_clear_pointer(&copy->digest, g_free);
}
