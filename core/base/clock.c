#include "core/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

enum { NEAR_MS = 5000, SECOND_MS = 1000, DURATION_MAX_SECONDS = 520 * 7 * 24 * 3600 };

static const char BOOT_ID_NONE[] = "00000000-0000-0000-0000-000000000000";

struct unit {
	char letter;
	int64_t seconds;
};

/* Largest first: formatting takes the first that divides. */
static const struct unit UNITS[] = {
	{'w', 7 * 24 * 3600}, {'d', 24 * 3600}, {'h', 3600}, {'m', 60}, {'s', 1},
};

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

static int64_t system_wall(const struct clock *clock)
{
	(void)clock;
	return read_clock(CLOCK_REALTIME);
}

static int64_t system_boot(const struct clock *clock)
{
	(void)clock;
	return read_clock(CLOCK_BOOTTIME);
}

static void system_boot_id(const struct clock *clock, char out[static 37])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	(void)clock;
	/* Without /proc every boot looks alike, which the clock record treats as "not the same". */
	if (fd < 0 || read(fd, out, 36) != 36)
		memcpy(out, BOOT_ID_NONE, 36);
	out[36] = '\0';
	if (fd >= 0)
		close(fd);
}

/* As adjtimex(2) says; but not where the wall clock that this process is shown is another one. */
static bool system_is_synchronised(const struct clock *clock)
{
	struct timex timex = {0};
	int64_t apart;

	if (adjtimex(&timex) < 0 || timex.status & (STA_UNSYNC | STA_CLOCKERR))
		return false;
	apart = (int64_t)timex.time.tv_sec * SECOND_MS - system_wall(clock);
	return apart > -NEAR_MS && apart < NEAR_MS;
}

static const struct clock SYSTEM = {system_wall, system_boot, system_boot_id,
				    system_is_synchronised};

const struct clock *clock_system(void)
{
	return &SYSTEM;
}

int64_t clock_wall(const struct clock *clock)
{
	return clock->wall(clock);
}

int64_t clock_boot(const struct clock *clock)
{
	return clock->boot(clock);
}

bool clock_is_synchronised(const struct clock *clock)
{
	return clock->is_synchronised(clock);
}

char *clock_format(int64_t wall, char out[static CLOCK_TEXT_BYTES])
{
	int64_t seconds = wall / SECOND_MS;
	int ms = (int)(wall % SECOND_MS);
	struct tm tm;
	time_t time;

	if (ms < 0) {
		ms += SECOND_MS;
		seconds--;
	}
	time = (time_t)seconds;
	/* RFC 3339 has four digits for the year; the end of that range stands for what is later. */
	if (!gmtime_r(&time, &tm) || tm.tm_year + 1900 > 9999 || tm.tm_year + 1900 < 0)
		g_strlcpy(out, wall < 0 ? "0000-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.999Z",
			  CLOCK_TEXT_BYTES);
	else
		snprintf(out, CLOCK_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
			 (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)(tm.tm_mon + 1) % 100,
			 (unsigned)tm.tm_mday % 100, (unsigned)tm.tm_hour % 100,
			 (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100, (unsigned)ms % 1000);
	return out;
}

/* Whether TEXT begins like PATTERN, where 9 stands for any digit; gives what follows, or NULL. */
static const char *skip_shape(const char *text, const char *pattern)
{
	for (; *pattern; pattern++, text++)
		if (*pattern == '9' ? !g_ascii_isdigit(*text) : *text != *pattern)
			return NULL;
	return text;
}

gboolean clock_parse(const char *text, int64_t *wall)
{
	/* GLib takes all of ISO 8601; RFC 3339 is less, so the shape is held here. */
	const char *rest = skip_shape(text, "9999-99-99T99:99:99");
	GDateTime *time;

	if (rest && *rest == '.') {
		const char *digits = ++rest;

		while (g_ascii_isdigit(*rest))
			rest++;
		if (rest == digits || rest - digits > 9)
			return FALSE;
	}
	if (rest && *rest == 'Z')
		rest++;
	else if (rest)
		rest = skip_shape(rest, *rest == '-' ? "-99:99" : "+99:99");
	if (!rest || *rest)
		return FALSE;
	time = g_date_time_new_from_iso8601(text, NULL);
	if (!time)
		return FALSE;
	*wall = g_date_time_to_unix(time) * SECOND_MS + g_date_time_get_microsecond(time) / 1000;
	g_date_time_unref(time);
	return TRUE;
}

gboolean clock_parse_duration(const char *text, int64_t *seconds)
{
	int64_t number = 0;
	const char *at = text;

	for (; g_ascii_isdigit(*at); at++) {
		number = number * 10 + (*at - '0');
		if (number > DURATION_MAX_SECONDS)
			return FALSE;
	}
	if (!number || !at[0] || at[1])
		return FALSE;
	for (size_t i = 0; i < G_N_ELEMENTS(UNITS); i++) {
		if (*at != UNITS[i].letter)
			continue;
		if (number > DURATION_MAX_SECONDS / UNITS[i].seconds)
			return FALSE;
		*seconds = number * UNITS[i].seconds;
		return TRUE;
	}
	return FALSE;
}

char *clock_format_duration(int64_t seconds, char out[static CLOCK_TEXT_BYTES])
{
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(UNITS) && (!seconds || seconds % UNITS[i].seconds))
		i++;
	snprintf(out, CLOCK_TEXT_BYTES, "%" G_GINT64_FORMAT "%c", seconds / UNITS[i].seconds,
		 UNITS[i].letter);
	return out;
}

struct alarm {
	GSource source;
	int fd;
};

static gboolean alarm_dispatch(GSource *source, GSourceFunc func, void *user)
{
	/* One shot, and the descriptor goes with the source: there is nothing to read from it. */
	(void)source;
	if (func)
		func(user);
	return G_SOURCE_REMOVE;
}

static void alarm_finalize(GSource *source)
{
	close(((struct alarm *)source)->fd);
}

static const GSourceFuncs ALARM_FUNCS = {.dispatch = alarm_dispatch, .finalize = alarm_finalize};

GSource *clock_alarm(int64_t at, GSourceFunc func, void *user, GMainContext *context)
{
	/* GLib only reads them, though its parameter isn't const. */
	GSourceFuncs *funcs = (GSourceFuncs *)(uintptr_t)&ALARM_FUNCS;
	GSource *source = g_source_new(funcs, sizeof(struct alarm));
	struct alarm *alarm = (struct alarm *)source;
	/* A zero time would disarm the timer; any time in the past fires at once. */
	int64_t due = MAX(at, 1);
	struct itimerspec when = {.it_value = {.tv_sec = due / SECOND_MS,
					       .tv_nsec = due % SECOND_MS * 1000000}};

	alarm->fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (alarm->fd < 0 || timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &when, NULL) < 0)
		g_error("no timer can be made: %s", g_strerror(errno));
	g_source_add_unix_fd(source, alarm->fd, G_IO_IN);
	g_source_set_callback(source, func, user, NULL);
	g_source_attach(source, context);
	return source;
}
