/*
 * appclock: the clock that deadlines live on.
 *
 * Its time T begins as wall time and then goes its own way: within a boot it advances by boot time,
 * suspend included, whatever is done to the wall clock; over a reboot by the wall clock's
 * difference, but at least by the new boot's uptime; never backwards. So a clock set back doesn't
 * prolong a life, nor does one set forward shorten it while the machine runs.
 *
 * A step of more than APPCLOCK_STEP_MS over a reboot is doubtful until the time is confirmed: a
 * dead battery gives such a step too. Until then T includes it, so that what may be over is
 * hidden; nothing is destroyed before the *sure* time, which leaves it out. When the time is
 * confirmed T becomes what really passed, which can be less: only then does it go back.
 *
 * What is saved is (T, wall, boot, boot id, doubt) at one moment.
 */
#ifndef SOTTO_CORE_BASE_APPCLOCK_H
#define SOTTO_CORE_BASE_APPCLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct clock;

#define APPCLOCK_STEP_MS INT64_C(604800000) /* 7 days */

/* One moment on all clocks, in ms; as it is saved. */
struct apptime {
	int64_t time; /* T; 0: never saved */
	int64_t wall;
	int64_t boot;
	char boot_id[37];
	int64_t doubt;	   /* how much of T isn't confirmed; 0: nothing */
	int64_t base_time; /* with a doubt: T and the wall clock just before the first step */
	int64_t base_wall;
};

/* Set T and doubt of the moment NOW, when SAVED was the last moment known. Pure. */
void apptime_go_on(const struct apptime *saved, struct apptime *now);
/* The moment that CLOCK shows, without a T. */
void apptime_read(const struct clock *clock, struct apptime *now);
/* T without what is doubtful. */
int64_t apptime_sure(const struct apptime *now) G_GNUC_PURE;
/* It is known that WALL is the right time: T is what has passed since the doubt began. */
void apptime_confirm(struct apptime *now, int64_t wall);

struct appclock;

/* Goes on from SAVED. CLOCK is borrowed and outlives it. Free with g_free. */
struct appclock *appclock_new(const struct clock *clock, const struct apptime *saved);
/* T; never smaller than what it said before, but by appclock_confirm(). */
int64_t appclock_now(struct appclock *appclock);
/* The time at which things may be destroyed; never later than T. */
int64_t appclock_sure(struct appclock *appclock);
/* How far T went forward over restarts without being confirmed; 0: not at all. */
int64_t appclock_doubt(const struct appclock *appclock);
/* As apptime_confirm(); gives by how much T went back (0 when it didn't). */
int64_t appclock_confirm(struct appclock *appclock, int64_t wall);
/* Be as it was at BEFORE, which appclock_read() gave: what was confirmed could not be stored. */
void appclock_set(struct appclock *appclock, const struct apptime *before);
/* This moment, to be saved. */
void appclock_read(struct appclock *appclock, struct apptime *now);
/* What the wall clock, and the boot clock, will show at DEADLINE (in T); 0 stays 0. */
int64_t appclock_wall(struct appclock *appclock, int64_t deadline);
int64_t appclock_boot(struct appclock *appclock, int64_t deadline);

#endif
