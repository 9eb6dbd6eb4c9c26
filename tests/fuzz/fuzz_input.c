/* Keys: whatever a terminal sends, in two pieces or in one, is the same keys, and ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "tui/term/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct input *input, GString *names)
{
	struct key key;

	while (input_next(input, &key)) {
		char name[KEY_NAME_BYTES];

		g_string_append_printf(names, "%d:%s:%s ", (int)key.code, key_format(&key, name),
				       key.text ? key.text : "");
		if (key.text && !g_utf8_validate(key.text, -1, NULL))
			abort();
		if (key.code == KC_CHAR && !g_unichar_validate(key.ch))
			abort();
	}
}

static char *read_all(const uint8_t *data, size_t size, size_t cut)
{
	struct input *input = input_new('\b');
	GString *names = g_string_new(NULL);

	input_feed(input, data, cut);
	take(input, names);
	input_feed(input, data + cut, size - cut);
	take(input, names);
	input_flush(input);
	take(input, names);
	if (input_wait_ms(input) >= 0)
		abort();
	input_free(input);
	return g_string_free(names, FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *whole, *parts;

	if (size < 1)
		return 0;
	whole = read_all(data, size, 0);
	parts = read_all(data, size, data[0] % size);
	if (strcmp(whole, parts) != 0)
		abort();
	g_free(whole);
	g_free(parts);
	return 0;
}
