/* Pages of the archive, copies and live messages, over a series of stanzas. */
#include "tests/fuzz/fuzz_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_server_play(data, size);
	return 0;
}
