/*
 * printed: standard output's buffer, held so that what was printed can be forgotten.
 *
 * The C library keeps the end of it until something else is printed.
 */
#ifndef SOTTO_TUI_PRINTED_H
#define SOTTO_TUI_PRINTED_H

/* From here on; to be given back to printed_free(), after which nothing is buffered any more. */
char *printed_new(void);
void printed_free(char *printed);
/* Print what waits, then overwrite it. */
void printed_forget(char *printed);

#endif
