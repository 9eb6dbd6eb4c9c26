/*
 * control_socket: the socket HOME/control itself, made and found. What goes over it:
 * tui/cli/control.h.
 *
 * A confined process may do neither; its helper does (tui/confine/helper.h).
 */
#ifndef SOTTO_TUI_CONFINE_CONTROL_SOCKET_H
#define SOTTO_TUI_CONFINE_CONTROL_SOCKET_H

/* Make it in FOLDER, whose profile this process, or who asks for it, holds: a socket that is there
 * is a dead one's. Listening, 0600, close-on-exec, for the caller to close; -1 with errno. */
int control_socket_listen(const char *folder);

/*
 * Connect to it, without waiting: EAGAIN when its owner takes nobody in just now. Only a socket of
 * the same user that lies there itself is taken, no link to another one. -1 with errno.
 */
int control_socket_connect(const char *folder);

#endif
