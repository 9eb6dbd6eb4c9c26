#include "core/base/pace.h"

#include <glib.h>

/* Shorter turns cost one commit more each: they are for where that is nothing. */
enum { NOTHING_PART = 32 };

unsigned pace_rows(const struct pace *pace)
{
	return pace->rows ? pace->rows : PACE_BEGIN;
}

void pace_fit(struct pace *pace, unsigned rows, int64_t work_us, int64_t commit_us)
{
	unsigned now = pace_rows(pace);

	/* A part of a turn says little. */
	if (rows < now)
		return;
	if (commit_us > work_us)
		pace->rows = MIN(now * 2, PACE_MOST);
	else if (work_us + commit_us > PACE_TURN_US && commit_us * NOTHING_PART < work_us)
		pace->rows = MAX(now / 2, PACE_LEAST);
}
