/*
 * What the terminal is given. Curses only knows how to write to a descriptor, and gives up what
 * isn't taken at once; so it writes into memory, which takes all.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/outlet.h"
#include "core/base/secret.h"
#include "tui/term/term_inside.h"

/* CAN ends a sequence in the middle, ST a string; insert mode and line drawing may have been on. */
#define MEND "\030"
#define MEND_XTERM MEND "\033\\\033[4l\033(B\017\033[m"

gboolean output_init(struct output *output, const struct term_options *options, GError **error)
{
	int memory = memfd_create("screen", MFD_CLOEXEC);

	output->is_own = !options->outlet;
	output->outlet = options->outlet ? options->outlet
					 : outlet_new(options->out, TERM_WAITING_MAX);
	output->caught = memory < 0 ? NULL : fdopen(memory, "r+");
	if (output->caught)
		return TRUE;
	error_set_errno(error, errno, "can't make room for the screen");
	if (memory >= 0)
		close(memory);
	return FALSE;
}

void output_clear(struct output *output)
{
	if (output->outlet)
		outlet_wait(output->outlet, 0, TERM_LEAVE_MS, -1);
	if (output->is_own)
		outlet_free(output->outlet);
	output->outlet = NULL;
	g_clear_pointer(&output->caught, fclose);
}

static void add(struct output *output, const char *bytes, size_t length)
{
	if (length && !outlet_add(output->outlet, bytes, length))
		output->is_short = true;
}

void output_pass(struct output *output)
{
	int memory = fileno(output->caught);
	off_t end;
	char *bytes;

	fflush(output->caught);
	end = lseek(memory, 0, SEEK_CUR);
	if (end <= 0)
		return;
	bytes = plain_new((size_t)end);
	if (pread(memory, bytes, (size_t)end, 0) == end)
		add(output, bytes, (size_t)end);
	else
		output->is_short = true;
	plain_free(bytes);
	if (ftruncate(memory, 0) != 0 || lseek(memory, 0, SEEK_SET) != 0)
		output->is_short = true;
}

void output_add(struct output *output, const char *bytes, size_t length)
{
	output_pass(output);
	add(output, bytes, length);
}

void output_mend(struct output *output, bool is_xterm)
{
	const char *bytes = is_xterm ? MEND_XTERM : MEND;

	add(output, bytes, strlen(bytes));
}
