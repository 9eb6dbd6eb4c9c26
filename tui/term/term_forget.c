/* What curses keeps of what it wrote. */
#include <string.h>
#include "tui/term/term_inside.h"

#define NCURSES_NOMACROS
#include <curses.h>

/* Its own way into its buffer; the public ones go past that, or empty it each time. */
int _nc_outch(int byte) __attribute__((weak));
/* term.h has macros called lines, columns and tab. */
int tputs(const char *sequence, int lines, int (*put)(int));

size_t term_buffered(void)
{
	/* ncurses 6 takes so much, for the size that the terminal has at first. */
	return (size_t)(LINES + 2) * (size_t)(COLS + 6);
}

void term_forget_written(size_t bytes)
{
	int row, col;
	const char *move;
	size_t each;

	getyx(curscr, row, col);
	move = tparm(tigetstr("cup"), row, col);
	each = move ? strlen(move) : 0;
	for (size_t done = 0; _nc_outch && each && done < bytes; done += each)
		tputs(move, 1, _nc_outch);
	doupdate();
}
