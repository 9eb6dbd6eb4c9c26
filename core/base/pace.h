/*
 * pace: how many rows go into one commit, where there are many.
 *
 * A commit waits for the disk, so on a slow one more rows share it; on a fast one fewer do, so that
 * other work gets its turn soon.
 */
#ifndef SOTTO_CORE_BASE_PACE_H
#define SOTTO_CORE_BASE_PACE_H

#include <stdint.h>

enum {
	PACE_LEAST = 100,
	PACE_MOST = 5000,
	PACE_BEGIN = 500,
	PACE_TURN_US = 50000, /* a turn that takes longer is too long, if its commit didn't */
};

/* 0 is PACE_BEGIN. */
struct pace {
	unsigned rows;
};

unsigned pace_rows(const struct pace *pace);
/* ROWS took WORK_US to compute and COMMIT_US to commit. */
void pace_fit(struct pace *pace, unsigned rows, int64_t work_us, int64_t commit_us);

#endif
