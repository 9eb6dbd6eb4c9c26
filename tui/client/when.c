#include "tui/client/when.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static struct tm broken(int64_t wall)
{
	time_t seconds = (time_t)(wall / 1000);
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	return tm;
}

/* Days since some day in the past, in the local zone: good for differences. */
static long day_number(int64_t wall)
{
	struct tm tm = broken(wall);
	long year = tm.tm_year + 1899L;

	return year * 365 + year / 4 - year / 100 + year / 400 + tm.tm_yday;
}

char *when_clock(int64_t wall, enum when_format format, bool has_seconds,
		 char out[static WHEN_BYTES])
{
	struct tm tm = broken(wall);
	int hour = format == WHEN_12H ? (tm.tm_hour + 11) % 12 + 1 : tm.tm_hour;
	int end = snprintf(out, WHEN_BYTES, format == WHEN_12H ? "%d:%02d" : "%02d:%02d", hour,
			   tm.tm_min);

	if (has_seconds)
		end += snprintf(out + end, WHEN_BYTES - (size_t)end, ":%02d", tm.tm_sec);
	if (format == WHEN_12H)
		snprintf(out + end, WHEN_BYTES - (size_t)end, tm.tm_hour < 12 ? "am" : "pm");
	return out;
}

char *when_day(int64_t wall, int64_t now, enum when_format format, char out[static WHEN_BYTES])
{
	struct tm tm = broken(wall);
	long ago = day_number(now) - day_number(wall);

	if (format == WHEN_ISO) {
		strftime(out, WHEN_BYTES, "%Y-%m-%d", &tm);
		return out;
	}
	if (ago == 0)
		return strcpy(out, "Today");
	if (ago == 1)
		return strcpy(out, "Yesterday");
	if (tm.tm_year == broken(now).tm_year)
		strftime(out, WHEN_BYTES, "%A %-d %B", &tm);
	else
		strftime(out, WHEN_BYTES, "%A %-d %B %Y", &tm);
	return out;
}

char *when_short(int64_t wall, int64_t now, char out[static WHEN_BYTES])
{
	struct tm tm = broken(wall);
	long ago = day_number(now) - day_number(wall);

	if (ago == 0)
		strftime(out, WHEN_BYTES, "%H:%M", &tm);
	else if (ago > 0 && ago < 7)
		strftime(out, WHEN_BYTES, "%a", &tm);
	else if (tm.tm_year == broken(now).tm_year)
		strftime(out, WHEN_BYTES, "%-d %b", &tm);
	else
		strftime(out, WHEN_BYTES, "%Y", &tm);
	return out;
}

char *when_exact(int64_t wall, char out[static WHEN_BYTES])
{
	struct tm tm = broken(wall);

	strftime(out, WHEN_BYTES, "%A %-d %B %Y, %H:%M:%S", &tm);
	return out;
}

bool when_is_same_day(int64_t a, int64_t b)
{
	struct tm first = broken(a);
	struct tm second = broken(b);

	return first.tm_yday == second.tm_yday && first.tm_year == second.tm_year;
}
