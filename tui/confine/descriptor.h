/*
 * descriptor: a message with at most one open file over a socket between two of our processes.
 * Nothing here waits.
 */
#ifndef SOTTO_TUI_CONFINE_DESCRIPTOR_H
#define SOTTO_TUI_CONFINE_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* FD -1: none goes with it. */
bool descriptor_send(int socket, const void *data, size_t bytes, int fd);
/* As recv(); *FD is the caller's, close-on-exec, or -1. */
ssize_t descriptor_receive(int socket, void *data, size_t size, int *fd);

#endif
