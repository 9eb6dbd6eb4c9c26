#include "tui/app/plain_tty.h"

#include <string.h>
#include <unistd.h>

void plain_tty_take(struct plain_tty *tty, int fd)
{
	struct termios modes;

	tty->fd = fd;
	tty->is_taken = false;
	if (tcgetattr(fd, &tty->before) != 0 || !(tty->before.c_lflag & ISIG) ||
	    tty->before.c_cc[VSUSP] == _POSIX_VDISABLE)
		return;
	modes = tty->before;
	tty->stop = modes.c_cc[VSUSP];
	modes.c_cc[VSUSP] = _POSIX_VDISABLE;
	modes.c_cc[VEOL2] = tty->stop;
	tty->is_taken = tcsetattr(fd, TCSANOW, &modes) == 0;
}

void plain_tty_give(struct plain_tty *tty)
{
	if (tty->is_taken)
		tcsetattr(tty->fd, TCSANOW, &tty->before);
	tty->is_taken = false;
}

bool plain_tty_stops(const struct plain_tty *tty, const GByteArray *typed)
{
	return tty->is_taken && typed->len && memchr(typed->data, tty->stop, typed->len);
}
