/* The settings file: whatever stands in it, each setting has a value that it may have. */
#include <glib.h>
#include <stdint.h>
#include <string.h>
#include "core/model/settings.h"
#include "tests/support/fuzz_place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_values(const struct settings *settings)
{
	const struct setting_table *table = settings_table(settings);

	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];
		const char *text = settings_text(settings, row->name);
		char **words = setting_complete(row, text);
		int64_t number = 0;

		g_strfreev(words);
		fuzz_must(setting_parse(row, text, &number, NULL));
		fuzz_must(settings_source(settings, row->name) <= SETTING_FILE);
	}
}

/* What is saved is read again as it was. */
static void check_saved(const struct settings *settings)
{
	const struct setting_table *table = settings_table(settings);
	struct settings *again = settings_new(table);
	g_autofree char *path = g_build_filename(fuzz_place(), "saved", NULL);

	fuzz_must(settings_save(settings, path, NULL));
	fuzz_must(settings_load(again, path, NULL));
	for (size_t i = 0; i < table->count; i++) {
		const char *name = table->rows[i].name;

		fuzz_must(strcmp(settings_text(settings, name), settings_text(again, name)) == 0);
		fuzz_must(settings_source(settings, name) == settings_source(again, name));
	}
	settings_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *settings = settings_new(settings_engine_rows());
	const char *path = fuzz_put("config", data, size);
	bool is_whole = settings_load(settings, path, NULL);

	fuzz_must(!is_whole || size <= SETTINGS_FILE_MAX);
	check_values(settings);
	if (is_whole)
		check_saved(settings);
	settings_free(settings);
	return 0;
}
