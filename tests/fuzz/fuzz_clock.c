/*
 * The clock's record, as a locked process believes it, and as one checks it that has the key; and
 * the clock that goes on from there.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "core/base/appclock.h"
#include "core/base/clock.h"
#include "core/base/secret.h"
#include "storage/clock_file.h"
#include "tests/support/fuzz_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Never more is destroyed than is hidden, and time doesn't run back but by a confirmation. */
static void check_clock(const struct apptime *saved)
{
	struct appclock *clock = appclock_new(clock_system(), saved);
	/* In this order: between the two looks a millisecond may pass. */
	int64_t sure = appclock_sure(clock);
	int64_t now = appclock_now(clock);

	fuzz_must(sure <= now && appclock_doubt(clock) >= 0);
	fuzz_must(appclock_now(clock) >= now);
	appclock_wall(clock, now);
	appclock_boot(clock, now);
	fuzz_must(appclock_confirm(clock, clock_wall(clock_system())) >= 0);
	fuzz_must(appclock_doubt(clock) == 0);
	g_free(clock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct secret *key;
	const char *path = fuzz_put("clock", data, size);
	struct clock_record believed, checked, written = { .commits = 7 };

	if (!key) {
		uint8_t copy[] = "a key that every run has in hand";

		fuzz_must(secret_start(NULL) && (key = secret_take(copy, 32, NULL)) != NULL);
	}
	if (clock_file_read(path, NULL, &believed)) {
		fuzz_must(believed.time.time > 0 && believed.time.doubt >= 0);
		fuzz_must(strlen(believed.time.boot_id) < sizeof(believed.time.boot_id));
		check_clock(&believed.time);
	}
	if (clock_file_read(path, key, &checked))
		check_clock(&checked.time);
	/* What is written comes back, whatever was there. */
	written.time.time = 1000;
	g_strlcpy(written.time.boot_id, "a boot", sizeof(written.time.boot_id));
	fuzz_must(clock_file_write(path, key, &written, false, NULL));
	fuzz_must(clock_file_read(path, key, &checked));
	fuzz_must(checked.commits == 7 && checked.time.time == 1000);
	return 0;
}
