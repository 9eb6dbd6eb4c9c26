#include "tui/printed.h"

#include <stdio.h>

#include "core/secret.h"

char *printed_new(void)
{
	char *printed = plain_new(BUFSIZ);

	setvbuf(stdout, printed, _IOFBF, BUFSIZ);
	return printed;
}

void printed_forget(char *printed)
{
	fflush(stdout);
	wipe(printed, BUFSIZ);
}

void printed_free(char *printed)
{
	fflush(stdout);
	setvbuf(stdout, NULL, _IONBF, 0);
	plain_free(printed);
}
