/* Frames between sotto and its broker: what is taken is clean, and reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tui/confine/broker_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct broker_frame frame, again;
	static uint8_t out[BROKER_FRAME_MAX];
	size_t bytes;

	if (!broker_frame_decode(data, size, &frame))
		return 0;
	must(!strchr(frame.title, '\033') && !strchr(frame.text, '\033'));
	bytes = broker_frame_encode(&frame, out);
	must(broker_frame_decode(out, bytes, &again));
	must(strcmp(frame.title, again.title) == 0 && strcmp(frame.text, again.text) == 0);
	must(frame.kind == again.kind && frame.serial == again.serial);
	return 0;
}
