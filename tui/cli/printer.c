#include "tui/cli/printer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "core/base/secret.h"
#include "core/text/text.h"
#include "tui/confine/ask.h"

static void standard_line(struct printer *printer, const char *line)
{
	(void)printer;
	fputs(line, stdout);
	fputc('\n', stdout);
}

static void standard_complain(struct printer *printer, const char *line)
{
	char *safe = text_make_safe(line, strlen(line), TEXT_NEWLINE_KEEP);

	/* Somebody else's words may be in it. */
	(void)printer;
	fflush(stdout);
	ask_complain(safe);
	plain_free(safe);
}

static void standard_flush(struct printer *printer, void (*done)(void *user, bool ok), void *user)
{
	(void)printer;
	done(user, fflush(stdout) == 0 && !ferror(stdout));
}

struct printer *printer_standard(void)
{
	static struct printer printer = { standard_line, standard_complain, standard_flush, NULL };

	return &printer;
}

void print(struct printer *printer, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	printer->line(printer, line);
	g_free(line);
}

int printer_end(int exit_code)
{
	bool is_lost = fflush(stdout) != 0;

	if ((!is_lost && !ferror(stdout)) || exit_code != 0)
		return exit_code;
	/* What failed earlier on has left its mark on the stream, but no number. */
	if (is_lost)
		fprintf(stderr, "sotto: Standard output is closed or full: %s.\n",
			g_strerror(errno));
	else
		fputs("sotto: Standard output is closed or full.\n", stderr);
	return 1;
}
