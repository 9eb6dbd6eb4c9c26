#include "core/model/settings_take.h"

#include <string.h>
#include "core/base/error.h"

/* For comparing: `off` of a time that protects as it ends is for ever. */
static int64_t strength(const struct setting *row, const char *text)
{
	int64_t number;

	if (!setting_parse(row, text, &number, NULL))
		return 0;
	return number == 0 && row->off_is_never ? INT64_MAX : number;
}

enum setting_taken setting_taken(const struct setting *row, const char *former, const char *value)
{
	int64_t from = strength(row, former), to = strength(row, value);

	if (row->is_at_start)
		return TAKEN_AT_START;
	if ((row->protects == SETTING_MORE && to < from) ||
	    (row->protects == SETTING_LESS && to > from))
		return TAKEN_LATER;
	return TAKEN_NOW;
}

gboolean settings_take(const struct settings *settings, const char *path,
		       void (*taken)(void *user, const struct setting *row, const char *value,
				     enum setting_taken when),
		       void *user, GError **error)
{
	const struct setting_table *table = settings_table(settings);
	struct settings *now = settings_new(table);
	gboolean ok = settings_load(now, path, error);

	for (size_t i = 0; i < table->count; i++) {
		const struct setting *row = &table->rows[i];
		enum setting_source source = settings_source(settings, row->name);
		const char *value = settings_text(now, row->name);
		g_autofree char *former = g_strdup(settings_text(settings, row->name));

		if (source <= SETTING_FILE && strcmp(former, value) != 0)
			taken(user, row, value, setting_taken(row, former, value));
	}
	settings_free(now);
	return ok;
}

gboolean settings_write(const struct setting_table *table, const char *path, const char *name,
		      const char *value, GError **error)
{
	struct settings *settings = settings_new(table);
	GError *mistake = NULL;
	gboolean ok = settings_load(settings, path, &mistake) || error_is(mistake, ERROR_USAGE);

	if (ok)
		g_clear_error(&mistake);
	else
		g_propagate_error(error, mistake);
	ok = ok && settings_set(settings, name, value, SETTING_FILE, error) &&
	     settings_save(settings, path, error);
	settings_free(settings);
	return ok;
}
