/* Keys in the settings file: each binding that is listed is reached by its keys. */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "core/model/settings.h"
#include "tests/support/fuzz_place.h"
#include "tui/kit/keymap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing is longer than a sequence may be, and the last key answers with the line. */
static void check_reached(const char *mode, const char *names, const char *line, void *user)
{
	const struct keymap *keymap = user;
	const char *const modes[] = { mode, NULL };
	struct key_pending pending = { 0 };
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count = key_parse_sequence(names, keys);
	enum keymap_answer answer = KEYMAP_NONE;
	const char *found = NULL;
	g_autofree char *shown = NULL;

	fuzz_must(count > 0 && count <= KEY_SEQUENCE_MAX);
	for (size_t i = 0; i < count; i++) {
		answer = keymap_feed(keymap, modes, &pending, &keys[i], &found);
		fuzz_must(answer == (i + 1 < count ? KEYMAP_PENDING : KEYMAP_LINE));
	}
	fuzz_must(strcmp(found, line) == 0 && pending.count == 0);
	shown = keymap_keys(keymap, mode, line, 0);
	fuzz_must(shown != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct keymap *keymap;

	if (size > SETTINGS_FILE_MAX ||
	    !g_key_file_load_from_data(file, size ? (const char *)data : "", size, G_KEY_FILE_NONE,
				       NULL))
		return 0;
	keymap = keymap_new();
	fuzz_must(keymap_bind(keymap, "", "C-x C-c", "quit", NULL));
	fuzz_must(keymap_bind(keymap, "compose", "Enter", "send", NULL));
	if (!keymap_load(keymap, file, NULL, NULL, NULL))
		g_debug("all but the bad ones");
	keymap_each(keymap, check_reached, keymap);
	g_ptr_array_unref(keymap_check_twins(keymap));
	keymap_free(keymap);
	return 0;
}
