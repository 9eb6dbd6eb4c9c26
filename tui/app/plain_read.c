#include "tui/app/plain_read.h"
#include <string.h>
#include <unistd.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/kit/reading_rows.h"
#include "tui/kit/veil.h"
#include "tui/term/term_type.h"

struct waiting {
	struct message *message;
	unsigned words;
};

struct plain_read {
	GQueue waiting; /* of struct waiting, the oldest first */
	size_t window;
	bool is_busy;	/* the first one is being read */
	bool can_erase;
	void (*seen)(void *user, const struct message *message);
	void (*put)(void *user, const char *text);
	void *user;
};

static void waiting_free(gpointer data)
{
	struct waiting *waiting = data;

	message_free(waiting->message);
	g_free(waiting);
}

struct plain_read *plain_read_new(void (*seen)(void *user, const struct message *message),
				  void (*put)(void *user, const char *text), void *user)
{
	struct plain_read *reading = g_new0(struct plain_read, 1);

	g_queue_init(&reading->waiting);
	reading->can_erase =
		isatty(STDOUT_FILENO) && term_type_has_sequences(g_getenv("TERM"));
	reading->seen = seen;
	reading->put = put;
	reading->user = user;
	return reading;
}

void plain_read_free(struct plain_read *reading)
{
	plain_read_clear(reading);
	g_free(reading);
}

void plain_read_clear(struct plain_read *reading)
{
	g_queue_clear_full(&reading->waiting, waiting_free);
	reading->is_busy = false;
	reading->window = 0;
}

void plain_read_add(struct plain_read *reading, const struct message *message, unsigned words)
{
	struct waiting *waiting;

	for (GList *at = reading->waiting.head; at; at = at->next) {
		waiting = at->data;
		if (waiting->message->seq == message->seq &&
		    strcmp(waiting->message->conversation, message->conversation) == 0)
			return;
	}
	waiting = g_new0(struct waiting, 1);
	waiting->message = message_copy(message);
	waiting->words = words;
	g_queue_push_tail(&reading->waiting, waiting);
}

bool plain_read_is_busy(const struct plain_read *reading)
{
	return reading->is_busy;
}

static void print_window(const struct plain_read *reading, const char *text,
			 const struct veil_window *window)
{
	for (size_t i = 0; i < window->count; i++) {
		const struct line *word = &window->words[i];
		char *safe = text_make_safe(text + word->start, word->bytes, TEXT_NEWLINE_SPACE);

		if (i)
			reading->put(reading->user, " ");
		reading->put(reading->user, safe);
		plain_free(safe);
	}
}

/* The window INDEX of what waits; or its row, as if that were one word. */
static bool find_window(const struct waiting *waiting, size_t index, struct veil_window *window)
{
	g_autoptr(GArray) rows = NULL;

	if (waiting->words != PLAIN_READ_ROWS)
		return veil_window(waiting->message->body, waiting->words, index, window);
	rows = reading_rows(waiting->message->body, READING_COLS);
	*window = (struct veil_window){.count = index < rows->len};
	if (window->count)
		window->words[0] = g_array_index(rows, struct line, index);
	return window->count;
}

/* The message in front is through. */
static void finish(struct plain_read *reading)
{
	struct waiting *waiting = g_queue_pop_head(&reading->waiting);

	reading->is_busy = false;
	reading->window = 0;
	reading->seen(reading->user, waiting->message);
	waiting_free(waiting);
}

bool plain_read_on(struct plain_read *reading)
{
	struct waiting *waiting = g_queue_peek_head(&reading->waiting);
	struct veil_window window;

	/* Enter has gone to the line below the words. */
	if (reading->is_busy && reading->can_erase)
		reading->put(reading->user, "\033[A\r\033[2K");
	if (!waiting)
		return false;
	if (find_window(waiting, reading->window, &window)) {
		reading->is_busy = true;
		reading->window++;
		print_window(reading, waiting->message->body, &window);
		return true;
	}
	finish(reading);
	reading->put(reading->user, "End of the message.\n");
	return true;
}
