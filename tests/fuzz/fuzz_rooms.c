/* Rooms over a series of stanzas: entering, being in them, bookmarks, being put out. */
#include "tests/fuzz/fuzz_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_server_play(data, size);
	return 0;
}
