/*
 * errand: work on a thread of its own that is waited for only so long.
 *
 * A file system that hangs (NFS, FUSE) holds up whoever reads from it, for ever and beyond the
 * reach of any flag. So such work is done elsewhere, and left when it takes too long: what it works
 * on is its own from then on, and goes when it ends.
 */
#ifndef SOTTO_CORE_BASE_ERRAND_H
#define SOTTO_CORE_BASE_ERRAND_H

#include <glib.h>
#include <stdbool.h>

struct cancel;
struct errand;

/* On the thread. It looks at errand_should_end() as often as it can. */
typedef void (*errand_work)(struct errand *errand, void *data);

/*
 * Begin WORK on DATA, which it alone touches until errand_wait() says that it is over; an errand
 * that is left frees it with FREE. CANCEL (may be NULL) is borrowed until then. NULL: there is no
 * thread to be had.
 */
struct errand *errand_start(errand_work work, void *data, GDestroyNotify free,
			    const struct cancel *cancel);
/* Wait until it is over, or MS have passed; FALSE: it was left, once and for all. When the flag is
 * raised it has ERRAND_CANCEL_MS more. */
bool errand_wait(struct errand *errand, unsigned ms);
/* Whether one that was left has come to its end meanwhile. */
bool errand_is_over(struct errand *errand);
/* Forget it; it is left, where it isn't over. */
void errand_free(struct errand *errand);

/* For the work: it was left, or the flag is raised. NULL, on no thread of its own: it goes on. */
bool errand_should_end(struct errand *errand);

enum { ERRAND_CANCEL_MS = 200 };

#endif
