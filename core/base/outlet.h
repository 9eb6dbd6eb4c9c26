/*
 * outlet: bytes to whoever reads a descriptor: a terminal, a pipe, a file, a socket.
 *
 * A reader may stop for as long as it likes (C-s, ssh over a dead line, a stopped tmux client, a
 * pager). So no call here waits, but outlet_wait(), which is told how long. What isn't taken at
 * once is kept, up to a bound, and goes out from the main loop.
 *
 * Flags of a descriptor that was inherited are never changed: others share its description, and
 * would find themselves with O_NONBLOCK. A terminal or a pipe is opened anew instead; where that
 * isn't allowed it is written to in pieces that are known to fit. Bytes that wait are wiped when
 * they are gone.
 */
#ifndef SOTTO_CORE_BASE_OUTLET_H
#define SOTTO_CORE_BASE_OUTLET_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

struct outlet;

/* To FD, which is borrowed; at most MOST bytes wait. It lives on the calling thread's context. */
struct outlet *outlet_new(int fd, size_t most);
/* NULL is fine. What still waits is lost. */
void outlet_free(struct outlet *outlet);

/* All of DATA, in order, or nothing of it: FALSE when there is no room, or nobody reads any more.
 */
bool outlet_add(struct outlet *outlet, const void *data, size_t bytes);
/* How many bytes weren't taken yet; tries once more. */
size_t outlet_waiting(struct outlet *outlet);
/* Whether writing has failed: the reader is gone, the disk is full. errno, 0 when not. */
int outlet_error(const struct outlet *outlet);
/* Call TAKEN each time that something had to wait and all has been taken, or writing failed; NULL:
 * no more. */
void outlet_watch(struct outlet *outlet, void (*taken)(void *user), void *user);
/*
 * Wait until no more than LEFT bytes wait, at most MS milliseconds (-1: as long as it takes) and
 * until STOP (-1: none) can be read. FALSE: they still do, or writing failed.
 */
bool outlet_wait(struct outlet *outlet, size_t left, int ms, int stop);
/*
 * Forget what waits, and, where it is a terminal that is ours, what the kernel holds for it. TRUE:
 * the reader may have got the first half of a sequence.
 */
bool outlet_drop(struct outlet *outlet);

/* The descriptor that is written to: for modes, sizes, and what must work in a signal handler. */
int outlet_fd(const struct outlet *outlet);

/*
 * FD's terminal or pipe, opened anew with MODE (O_RDONLY, O_WRONLY) so that it doesn't block; close
 * it. -1 where that isn't possible.
 */
int outlet_open_anew(int fd, int mode);

#endif
