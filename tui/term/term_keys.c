#include "tui/term/term.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "tui/term/input.h"
#include "tui/term/term_inside.h"

enum { READ_BYTES = 4096 };

bool reader_read(struct reader *reader)
{
	char bytes[READ_BYTES];
	ssize_t count = read(reader->in, bytes, sizeof(bytes));

	if (count > 0)
		input_feed(reader->input, bytes, (size_t)count);
	wipe(bytes, sizeof(bytes));
	return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

bool reader_next(struct reader *reader, struct key *key)
{
	do {
		if (!input_next(reader->input, key))
			return false;
		reader->has_alt |= key->code == KC_ALT;
	} while (key->code == KC_ALT);
	if (key->code == KC_FOCUS_IN || key->code == KC_FOCUS_OUT)
		reader->has_focus = true;
	return true;
}

static void end_source(GSource *source)
{
	g_source_destroy(source);
	g_source_unref(source);
}

void reader_unwatch(struct reader *reader)
{
	g_clear_pointer(&reader->watch, end_source);
	g_clear_pointer(&reader->resize, end_source);
}

void reader_init(struct reader *reader, int in)
{
	struct termios modes;

	reader->in = outlet_open_anew(in, O_RDONLY);
	reader->is_own = reader->in >= 0;
	if (!reader->is_own)
		reader->in = in;
	if (tcgetattr(in, &modes) != 0)
		modes.c_cc[VERASE] = 0;
	reader->input = input_new((char)modes.c_cc[VERASE]);
}

void reader_clear(struct reader *reader)
{
	reader_unwatch(reader);
	g_clear_pointer(&reader->input, input_free);
	if (reader->is_own)
		close(reader->in);
	reader->is_own = false;
}
