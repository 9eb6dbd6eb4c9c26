#include "core/appclock.h"

#include <string.h>
#include "core/clock.h"

enum { TOGETHER_MS = 2000 };

struct appclock {
	const struct clock *clock;
	int64_t time; /* T at BOOT */
	int64_t boot;
};

/* What core/clock.c says when /proc can't be read: no two boots are the same then. */
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

int64_t apptime_at(const struct apptime *saved, const struct apptime *now)
{
	if (saved->time <= 0)
		return now->wall;
	if (strcmp(saved->boot_id, now->boot_id) == 0 && strcmp(now->boot_id, NO_BOOT) != 0 &&
	    now->boot >= saved->boot)
		return add(saved->time, difference(now->boot, saved->boot));
	return add(saved->time, MAX(difference(now->wall, saved->wall), now->boot));
}

void apptime_read(const struct clock *clock, struct apptime *now)
{
	now->time = 0;
	now->wall = clock_wall(clock);
	now->boot = clock_boot(clock);
	clock->boot_id(clock, now->boot_id);
}

struct appclock *appclock_new(const struct clock *clock, const struct apptime *saved)
{
	struct appclock *appclock = g_new0(struct appclock, 1);
	struct apptime now;

	apptime_read(clock, &now);
	appclock->clock = clock;
	appclock->time = apptime_at(saved, &now);
	appclock->boot = now.boot;
	return appclock;
}

int64_t appclock_now(struct appclock *appclock)
{
	int64_t boot = clock_boot(appclock->clock);

	if (boot > appclock->boot) {
		appclock->time = add(appclock->time, boot - appclock->boot);
		appclock->boot = boot;
	}
	return appclock->time;
}

void appclock_read(struct appclock *appclock, struct apptime *now)
{
	apptime_read(appclock->clock, now);
	now->time = appclock_now(appclock);
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
	return deadline ? appclock->boot + (deadline - appclock_now(appclock)) : 0;
}
