/*
 * when: times as people read them, in the local zone. All results go into the caller's buffer.
 */
#ifndef SOTTO_TUI_CLIENT_WHEN_H
#define SOTTO_TUI_CLIENT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

enum { WHEN_BYTES = 64 };

/* As the setting time_format numbers its words. */
enum when_format { WHEN_24H, WHEN_12H, WHEN_ISO };

/* "14:05", or "2:05pm"; with seconds "14:05:09", "2:05:09pm". */
char *when_clock(int64_t wall, enum when_format format, bool has_seconds,
		 char out[static WHEN_BYTES]);
/*
 * "Today", "Yesterday", "Monday 23 November", with the year when it isn't that of NOW; in
 * WHEN_ISO "2026-11-23".
 */
char *when_day(int64_t wall, int64_t now, enum when_format format, char out[static WHEN_BYTES]);
/* At most 6 columns: "14:05" today, "Mon" within a week, "23 Nov" within the year, else "2025". */
char *when_short(int64_t wall, int64_t now, char out[static WHEN_BYTES]);
/* "Monday 23 November 2026, 14:05:09". */
char *when_exact(int64_t wall, char out[static WHEN_BYTES]);
bool when_is_same_day(int64_t a, int64_t b);

#endif
