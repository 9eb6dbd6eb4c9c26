/* `sotto settings`, `sotto set`: the options of the settings file. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "core/base/error.h"
#include "core/base/secret.h"
#include "core/model/settings_take.h"
#include "tui/cli/cmd/verbs.h"
#include "tui/cli/front.h"
#include "tui/cli/json.h"
#include "tui/term/theme.h"

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
	g_autofree char *unknown = row ? NULL : setting_unknown(table, name);

	if (unknown)
		error_set(error, ERROR_USAGE, "%s See `sotto settings`.", unknown);
	return row;
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

/* When somebody who has the profile open heeds it. */
static void say_when(struct call *call, const struct setting *row)
{
	const char *former = settings_text(call->front->settings, row->name);
	struct store_peek peek;
	struct engine_place place;

	if (call->is_json)
		return;
	if (!engine_peek(call->engine, &peek, &place, NULL) || !peek.is_held) {
		if (isatty(STDOUT_FILENO))
			print(call->printer, "Saved.");
		return;
	}
	switch (setting_taken(row, former, call->args[1])) {
	case TAKEN_NOW:
		print(call->printer, "Saved. The session that runs takes it at once.");
		break;
	case TAKEN_AT_START:
		print(call->printer,
		      "Saved. The session that runs takes it when it next starts.");
		break;
	case TAKEN_LATER:
		print(call->printer,
		      "Saved. It protects less, so the session that runs takes it when it next "
		      "starts, or when `:set %s %s` is typed in it.", row->name, call->args[1]);
	}
}

static void run_set(struct call *call)
{
	const struct setting *row = setting_find(settings_engine_rows(), call->args[0]);
	const char *path = call->front->config_file;
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GError) error = NULL;

	if (g_mkdir_with_parents(folder, 0700) != 0) {
		error_set_errno(&error, errno, "can't make %s", folder);
		call_fail(call, error);
	} else if (!settings_write(settings_engine_rows(), path, row->name, call->args[1],
				   &error)) {
		call_fail(call, error);
	} else {
		say_when(call, row);
		call_end(call, 0);
	}
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
	.details = "A value with blanks is one argument: put it in quotes. A session that runs "
		   "takes it at once; not `notify_hook` and `plain`, which are looked at when "
		   "sotto starts, and not what protects less than the value it has: that holds "
		   "from its next start, or when it is set in the session itself.",
	.args_min = 2,
	.args_max = 2,
	.need = NEED_NOTHING,
	.takes_no_passphrase = true,
	.is_unconfined = true,
	.check = check_set,
	.run = run_set,
};
