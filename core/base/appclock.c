#include "core/base/appclock.h"

#include <string.h>
#include "core/base/clock.h"

enum { TOGETHER_MS = 2000 };

struct appclock {
	const struct clock *clock;
	struct apptime at; /* the moment of the last look: T and boot count */
};

/* What core/base/clock.c says when /proc can't be read: no two boots are the same then. */
static const char NO_BOOT[] = "00000000-0000-0000-0000-000000000000";

static int64_t add(int64_t time, int64_t more)
{
	int64_t sum;

	return more > 0 && !__builtin_add_overflow(time, more, &sum) ? sum : time;
}

/* Numbers from a file may be anything. */
static int64_t difference(int64_t later, int64_t sooner)
{
	int64_t ms;

	return __builtin_sub_overflow(later, sooner, &ms) ? 0 : ms;
}

static bool is_same_boot(const struct apptime *saved, const struct apptime *now)
{
	return strcmp(saved->boot_id, now->boot_id) == 0 && strcmp(now->boot_id, NO_BOOT) != 0 &&
	       now->boot >= saved->boot;
}

/* Over a reboot there is only the wall clock to go by, and the uptime. */
static void step(const struct apptime *saved, struct apptime *now)
{
	int64_t uptime = MAX(now->boot, 0);
	int64_t passed = difference(now->wall, saved->wall);

	now->time = add(saved->time, MAX(passed, uptime));
	if (passed - uptime <= APPCLOCK_STEP_MS)
		return;
	if (!saved->doubt) {
		now->base_time = saved->time;
		now->base_wall = saved->wall;
	}
	now->doubt = MIN(add(saved->doubt, passed - uptime), now->time);
}

void apptime_go_on(const struct apptime *saved, struct apptime *now)
{
	now->time = now->wall;
	now->doubt = now->base_time = now->base_wall = 0;
	if (saved->time <= 0)
		return;
	if (saved->doubt > 0) {
		now->doubt = MIN(saved->doubt, saved->time);
		now->base_time = saved->base_time;
		now->base_wall = saved->base_wall;
	}
	if (is_same_boot(saved, now))
		now->time = add(saved->time, difference(now->boot, saved->boot));
	else
		step(saved, now);
}

int64_t apptime_sure(const struct apptime *now)
{
	return now->time - now->doubt;
}

void apptime_confirm(struct apptime *now, int64_t wall)
{
	if (now->doubt)
		now->time = MAX(add(now->base_time, difference(wall, now->base_wall)),
				apptime_sure(now));
	now->doubt = now->base_time = now->base_wall = 0;
}

void apptime_read(const struct clock *clock, struct apptime *now)
{
	*now = (struct apptime){ 0 };
	now->wall = clock_wall(clock);
	now->boot = clock_boot(clock);
	clock->boot_id(clock, now->boot_id);
}

struct appclock *appclock_new(const struct clock *clock, const struct apptime *saved)
{
	struct appclock *appclock = g_new0(struct appclock, 1);
	struct apptime now;

	apptime_read(clock, &now);
	apptime_go_on(saved, &now);
	appclock->clock = clock;
	appclock->at = now;
	return appclock;
}

int64_t appclock_now(struct appclock *appclock)
{
	struct apptime *at = &appclock->at;
	int64_t boot = clock_boot(appclock->clock);

	if (boot > at->boot) {
		at->time = add(at->time, boot - at->boot);
		at->boot = boot;
	}
	return at->time;
}

int64_t appclock_sure(struct appclock *appclock)
{
	return appclock_now(appclock) - appclock->at.doubt;
}

int64_t appclock_doubt(const struct appclock *appclock)
{
	return appclock->at.doubt;
}

int64_t appclock_confirm(struct appclock *appclock, int64_t wall)
{
	int64_t before = appclock_now(appclock);

	apptime_confirm(&appclock->at, wall);
	return MAX(before - appclock->at.time, 0);
}

void appclock_set(struct appclock *appclock, const struct apptime *before)
{
	appclock->at = *before;
}

void appclock_read(struct appclock *appclock, struct apptime *now)
{
	int64_t time = appclock_now(appclock);

	apptime_read(appclock->clock, now);
	now->time = time;
	now->doubt = appclock->at.doubt;
	now->base_time = appclock->at.base_time;
	now->base_wall = appclock->at.base_wall;
}

int64_t appclock_wall(struct appclock *appclock, int64_t deadline)
{
	int64_t apart = clock_wall(appclock->clock) - appclock_now(appclock);

	/* Clocks that go together give one deadline the same time whenever it is asked for. */
	if (!deadline || (apart > -TOGETHER_MS && apart < TOGETHER_MS))
		return deadline;
	return deadline + apart;
}

int64_t appclock_boot(struct appclock *appclock, int64_t deadline)
{
	int64_t now = appclock_now(appclock);

	return deadline ? appclock->at.boot + (deadline - now) : 0;
}
