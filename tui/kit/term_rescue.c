#include "tui/kit/term.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

bool term_rescue_init(struct term_rescue *rescue, int out)
{
	/*
	 * Entering the alternate screen first makes this harmless where it was left already: it is
	 * erased in any case, the normal screen never.
	 */
	static const char bytes[] = "\033[?1049h\033[m\033[2J\033[?1049l\033[3J"
				    "\033[?1006l\033[?1000l\033[?1004l\033[?2004l"
				    "\033[?1l\033>\033[?7h\033[?25h\033[m\r";

	G_STATIC_ASSERT(sizeof(bytes) <= sizeof(rescue->bytes));
	memset(rescue, 0, sizeof(*rescue));
	if (tcgetattr(out, &rescue->saved) != 0)
		return false;
	rescue->out = out;
	rescue->length = sizeof(bytes) - 1;
	memcpy(rescue->bytes, bytes, rescue->length);
	return true;
}

void term_rescue_run(const struct term_rescue *rescue)
{
	size_t at = 0;

	while (at < rescue->length) {
		ssize_t done = write(rescue->out, rescue->bytes + at, rescue->length - at);

		if (done <= 0 && errno != EINTR)
			break;
		if (done > 0)
			at += (size_t)done;
	}
	tcsetattr(rescue->out, TCSANOW, &rescue->saved);
}
