/*
 * still_clock: a clock that stands still until a test moves it.
 */
#ifndef SOTTO_TESTS_STILL_CLOCK_H
#define SOTTO_TESTS_STILL_CLOCK_H

#include "core/base/clock.h"

struct still_clock {
	struct clock clock;
	int64_t wall;
	int64_t boot;
	char boot_id[37];
	bool is_synchronised;
};

/* Some day in 2026, years after boot number 1: no alarm for it rings by itself while a test runs.
 */
void still_clock_init(struct still_clock *still);
/* Time passes on both clocks. */
void still_clock_pass(struct still_clock *still, int64_t ms);
/* Boot number NUMBER begins: the boot clock shows UPTIME, the wall clock stays. */
void still_clock_reboot(struct still_clock *still, unsigned number, int64_t uptime);

#endif
