/* A mark and a record of marks: nothing is believed that wasn't authenticated. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/omemo/seal_mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const struct seal_record *record, GBytes *bytes,
		    const struct seal_owner *owner)
{
	struct seal_mark found;
	enum seal_verdict verdict = seal_record_compare(record, bytes, owner, &found);

	/* Nobody but the owner's key makes one, and the fuzzer hasn't got it. */
	if (verdict != SEAL_FOREIGN || found.bound)
		abort();
}

static void mend(const struct seal_record *record, const struct seal_owner *owner)
{
	g_autoptr(GBytes) bytes = seal_mark_encode(&record->now, owner);
	struct seal_mark found;

	if (seal_mark_decode(bytes, owner, &found) != (record->now.bound > 0))
		abort();
	if (record->now.bound &&
	    seal_record_compare(record, bytes, owner, &found) != SEAL_SAME)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct seal_owner owner = { .key = { 1 }, .address = "alice", .device = 7 };
	g_autoptr(GBytes) bytes = g_bytes_new(data, size), again = NULL;
	struct seal_record record, read;

	seal_record_decode(bytes, &record);
	again = seal_record_encode(&record);
	seal_record_decode(again, &read);
	if (memcmp(&read.now, &record.now, sizeof(read.now)) != 0 ||
	    read.unsure_row != record.unsure_row || read.is_clone != record.is_clone)
		abort();
	compare(&record, bytes, &owner);
	mend(&record, &owner);
	return 0;
}
