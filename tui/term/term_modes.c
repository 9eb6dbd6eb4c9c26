/*
 * The terminal's modes. Curses would set them on what it writes to, which is memory. Nothing here
 * waits for the terminal to take what was written (TCSADRAIN): it may have stopped.
 */
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "tui/term/term_inside.h"

void modes_init(struct modes *modes, int fd)
{
	modes->fd = fd;
	modes->is_known = tcgetattr(fd, &modes->before) == 0;
}

/* Bytes as they come, both ways; every key is ours, C-c and C-s too. */
void modes_enter(const struct modes *modes)
{
	struct termios raw = modes->before;

	if (!modes->is_known)
		return;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ISIG | IEXTEN | ECHO | ECHONL);
	raw.c_iflag &= ~(tcflag_t)(IXON | BRKINT | PARMRK | ICRNL | INLCR | IGNCR);
	raw.c_oflag &= ~(tcflag_t)ONLCR;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(modes->fd, TCSANOW, &raw);
}

void modes_hold(const struct modes *modes)
{
	struct termios held = modes->before;

	if (!modes->is_known)
		return;
	held.c_cc[VSUSP] = _POSIX_VDISABLE;
	tcsetattr(modes->fd, TCSANOW, &held);
}

void modes_leave(const struct modes *modes)
{
	if (modes->is_known)
		tcsetattr(modes->fd, TCSANOW, &modes->before);
}
