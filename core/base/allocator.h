/*
 * allocator: malloc and its family for the whole program, libraries included: what is given back is
 * overwritten first, and what realloc() moves is overwritten where it was.
 *
 * libsignal, SQLite, OpenSSL, GnuTLS, GLib and curses keep keys and words in ordinary memory, and
 * most of them free it as it is. A program's own malloc comes before that of the C library and
 * before a preloaded one, so they all use this one. It takes its memory from the C library
 * (__libc_malloc), or from a preloaded allocator that has put itself in its place there; it keeps
 * the size of each block in front of it, and so needs nothing else of them.
 *
 * It also makes GLib give its small blocks (GSlice, before GLib 2.76) to free(), where they are
 * wiped, instead of keeping them.
 *
 * Only the program itself links this file. Builds with sanitizers don't: those have an allocator of
 * their own. So everybody else has to ask like this:
 *
 *	allocator_wipes && allocator_wipes()
 */
#ifndef SOTTO_CORE_BASE_ALLOCATOR_H
#define SOTTO_CORE_BASE_ALLOCATOR_H

#include <stdbool.h>

/* Whether the libraries' memory comes from here. */
bool allocator_wipes(void) __attribute__((weak));

#endif
