/*
 * clock: wall time and boot time behind one struct, so that tests can hold
 * them still.
 *
 * Times are milliseconds in int64_t. Wall time counts from 1970-01-01 UTC; boot
 * time counts from boot and goes on in suspend (CLOCK_BOOTTIME). 0 stands for
 * "no such time" in every struct that carries one.
 */
#ifndef SOTTO_CORE_BASE_CLOCK_H
#define SOTTO_CORE_BASE_CLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct clock {
	int64_t (*wall)(const struct clock *clock);
	int64_t (*boot)(const struct clock *clock);
	/* The kernel's boot id, 36 characters and a NUL. */
	void (*boot_id)(const struct clock *clock, char out[static 37]);
	/* Whether somebody who knows the time keeps the wall clock right (NTP). */
	bool (*is_synchronised)(const struct clock *clock);
};

/* The system's clock; lives for ever. */
const struct clock *clock_system(void);

int64_t clock_wall(const struct clock *clock);
int64_t clock_boot(const struct clock *clock);
bool clock_is_synchronised(const struct clock *clock);

enum { CLOCK_TEXT_BYTES = 32 };

/* WALL as RFC 3339 in UTC with milliseconds ("2026-11-23T14:49:48.123Z"), into OUT; returns OUT. */
char *clock_format(int64_t wall, char out[static CLOCK_TEXT_BYTES]);
/* RFC 3339 (any offset) to wall time; FALSE when malformed. */
gboolean clock_parse(const char *text, int64_t *wall) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A DURATION of cli.md: a positive whole number and one of s m h d w ("30s",
 * "4w"), at most 520 weeks; in seconds. FALSE when malformed.
 */
gboolean clock_parse_duration(const char *text, int64_t *seconds) G_GNUC_WARN_UNUSED_RESULT;
/* SECONDS in the largest unit that divides it: "1h", "90s"; into OUT; returns OUT. */
char *clock_format_duration(int64_t seconds, char out[static CLOCK_TEXT_BYTES]);

/*
 * A source that fires once at boot time AT, exact across suspend
 * (timerfd, CLOCK_BOOTTIME), on CONTEXT. Free by g_source_destroy and g_source_unref.
 */
GSource *clock_alarm(int64_t at, GSourceFunc func, void *user, GMainContext *context);

#endif
