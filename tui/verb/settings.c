/* `sotto settings`, `sotto set`: the options of the settings file. */
#include <errno.h>
#include <string.h>
#include "core/error.h"
#include "core/secret.h"
#include "core/settings.h"
#include "tui/kit/nearest.h"
#include "tui/kit/theme.h"
#include "tui/verb/front.h"
#include "tui/verb/json.h"
#include "tui/verb/verbs.h"

static void show_row(struct call *call, const struct settings *settings, const struct setting *row)
{
	const char *value = settings_text(settings, row->name);
	const char *source = setting_source_name(settings_source(settings, row->name));
	g_autofree char *range = setting_range(row);
	struct json *json;
	char *line;

	if (!call->is_json) {
		print(call->printer, "%-20s %s", row->name, *value ? value : "(empty)");
		print(call->printer, "    %s It takes %s; this is from: %s.", row->explanation,
		      range, source);
		return;
	}
	json = json_new();
	json_string(json, "name", row->name);
	json_string(json, "value", value);
	json_string(json, "initial", row->initial);
	json_string(json, "source", source);
	json_string(json, "takes", range);
	json_string(json, "explanation", row->explanation);
	line = json_end(json);
	call->printer->line(call->printer, line);
	plain_free(line);
}

static const struct setting *find(const char *name, GError **error)
{
	const struct setting_table *table = settings_engine_rows();
	const struct setting *row = setting_find(table, name);
	struct nearest nearest;

	if (row)
		return row;
	nearest_init(&nearest, name);
	for (size_t i = 0; i < table->count; i++)
		nearest_look(&nearest, table->rows[i].name);
	if (nearest.word)
		error_set(error, ERROR_USAGE, "There is no setting %s; did you mean %s?", name,
			  nearest.word);
	else
		error_set(error, ERROR_USAGE, "There is no setting %s; see `sotto settings`.",
			  name);
	return NULL;
}

static gboolean check_settings(struct call *call, GError **error)
{
	return !call->arg_count || find(call->args[0], error);
}

static void run_settings(struct call *call)
{
	const struct settings *settings = call->front->settings;
	const struct setting_table *table = settings_engine_rows();

	for (size_t i = 0; i < table->count; i++) {
		if (!call->arg_count || strcmp(table->rows[i].name, call->args[0]) == 0)
			show_row(call, settings, &table->rows[i]);
	}
	call_end(call, 0);
}

static gboolean check_set(struct call *call, GError **error)
{
	const struct setting *row = find(call->args[0], error);
	struct theme *theme;
	int64_t number;

	if (!row || !setting_parse(row, call->args[1], &number, error))
		return FALSE;
	if (strcmp(row->name, "theme") != 0)
		return TRUE;
	/* Any line can be a theme's name: whether it is one is found out by trying. */
	theme = theme_find(call->front->theme_folders, call->args[1], error);
	theme_free(theme);
	return theme != NULL;
}

/* From the file as it is now: somebody else may have written it since this process began. */
static void run_set(struct call *call)
{
	const char *path = call->front->config_file;
	struct settings *settings = settings_new(settings_engine_rows());
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) mistake = NULL;

	/* What is wrong elsewhere in it was said when this process began, and stays. */
	if (!settings_load(settings, path, &mistake) && !error_is(mistake, ERROR_USAGE)) {
		call_fail(call, mistake);
	} else if (g_mkdir_with_parents(folder, 0700) != 0) {
		error_set_errno(&error, errno, "can't make %s", folder);
		call_fail(call, error);
	} else if (!settings_set(settings, call->args[0], call->args[1], SETTING_FILE, &error) ||
		   !settings_save(settings, path, &error)) {
		call_fail(call, error);
	} else {
		call_end(call, 0);
	}
	settings_free(settings);
}

const struct verb verb_settings = {
	.name = "settings",
	.arguments = "[NAME]",
	.summary = "Show every setting, or one: its value, what it takes and where it is from.",
	.details = "They stand in the settings file, which `sotto set` and the interface write.",
	.args_max = 1,
	.need = NEED_NOTHING,
	.takes_no_passphrase = true,
	.check = check_settings,
	.run = run_settings,
};

const struct verb verb_set = {
	.name = "set",
	.arguments = "NAME VALUE",
	.summary = "Change one setting in the settings file.",
	.details = "An interface that runs takes it when it next starts.",
	.args_min = 2,
	.args_max = 2,
	.need = NEED_NOTHING,
	.takes_no_passphrase = true,
	.is_unconfined = true,
	.check = check_set,
	.run = run_set,
};
