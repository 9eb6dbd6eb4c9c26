/*
 * appclock: the clock that deadlines live on.
 *
 * Its time T begins as wall time and then goes its own way: within a boot it advances by boot time,
 * suspend included, whatever is done to the wall clock; over a reboot by the wall clock's
 * difference, but at least by the new boot's uptime; never backwards. So a clock set back doesn't
 * prolong a life, nor does one set forward shorten it while the machine runs. What is saved is (T,
 * wall, boot, boot id) at one moment.
 */
#ifndef SOTTO_CORE_APPCLOCK_H
#define SOTTO_CORE_APPCLOCK_H

#include <glib.h>
#include <stdint.h>

struct clock;

/* One moment on all clocks, in ms; as it is saved. */
struct apptime {
	int64_t time; /* T; 0: never saved */
	int64_t wall;
	int64_t boot;
	char boot_id[37];
};

/* T at the moment NOW (whose own T isn't looked at), when SAVED was the last moment known. Pure. */
int64_t apptime_at(const struct apptime *saved, const struct apptime *now) G_GNUC_PURE;
/* The moment that CLOCK shows, without a T. */
void apptime_read(const struct clock *clock, struct apptime *now);

struct appclock;

/* Goes on from SAVED. CLOCK is borrowed and outlives it. Free with g_free. */
struct appclock *appclock_new(const struct clock *clock, const struct apptime *saved);
/* T; never smaller than what it said before. */
int64_t appclock_now(struct appclock *appclock);
/* This moment, to be saved. */
void appclock_read(struct appclock *appclock, struct apptime *now);
/* What the wall clock, and the boot clock, will show at DEADLINE (in T); 0 stays 0. */
int64_t appclock_wall(struct appclock *appclock, int64_t deadline);
int64_t appclock_boot(struct appclock *appclock, int64_t deadline);

#endif
