#include "tui/term/term_rescue.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "core/base/outlet.h"
#include "tui/term/term_inside.h"

enum { TRIES = 20, TRY_MS = 50 };

bool term_rescue_init(struct term_rescue *rescue, int out)
{
	/*
	 * CAN and ST end what was cut short. Entering the alternate screen first makes this
	 * harmless where it was left already: it is erased in any case, the normal screen never.
	 */
	static const char bytes[] = "\030\033\\\033[?1049h\033[<u\033[m\033[2J\033[?1049l\033[3J"
				    REPORTS_OFF ALT_OFF
				    "\033[?1l\033>\033[?7h\033[?25h\033[4l\033(B\017\033[m\r";

	G_STATIC_ASSERT(sizeof(bytes) <= sizeof(rescue->bytes));
	memset(rescue, 0, sizeof(*rescue));
	if (tcgetattr(out, &rescue->saved) != 0)
		return false;
	rescue->out = outlet_open_anew(out, O_WRONLY);
	rescue->is_own = rescue->out >= 0;
	if (!rescue->is_own)
		rescue->out = out;
	rescue->length = sizeof(bytes) - 1;
	memcpy(rescue->bytes, bytes, rescue->length);
	return true;
}

/* Where the description is somebody else's a longer write could wait. */
void term_rescue_run(const struct term_rescue *rescue)
{
	struct pollfd polled = {.fd = rescue->out, .events = POLLOUT};
	size_t at = 0;

	/* What still waits to be shown is what has to go. */
	if (tcgetpgrp(rescue->out) == getpgrp())
		tcflush(rescue->out, TCOFLUSH);
	for (int tries = 0; at < rescue->length && tries < TRIES;) {
		size_t most = rescue->is_own ? rescue->length - at : 1;
		ssize_t done = -1;

		if (poll(&polled, 1, TRY_MS) == 1)
			done = write(rescue->out, rescue->bytes + at, most);
		else
			tries++;
		if (done > 0)
			at += (size_t)done;
		else if (polled.revents && errno != EINTR && errno != EAGAIN)
			break;
	}
	tcsetattr(rescue->out, TCSANOW, &rescue->saved);
}
