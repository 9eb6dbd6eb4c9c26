/*
 * broker_inside: what the two sides of the fork share.
 */
#ifndef SOTTO_TUI_CONFINE_BROKER_INSIDE_H
#define SOTTO_TUI_CONFINE_BROKER_INSIDE_H

#include <sys/types.h>

/*
 * The parent's part: serve SOCKET until CHILD has ended; its exit code, 128 + N after signal N. The
 * terminal of standard output is in order afterwards.
 */
int broker_serve(int socket, pid_t child, const char *hook);

#endif
