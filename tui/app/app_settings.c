/*
 * What the settings say of the interface: theme, keys, mouse, the lock's patience.
 */
#include <string.h>
#include "core/base/error.h"
#include "core/base/key_line.h"
#include "core/base/secret.h"
#include "core/base/small_file.h"
#include "core/model/settings_take.h"
#include "tui/app/app_inside.h"
#include "tui/client/settings_follow.h"
#include "tui/ui/commands.h"

static void use_theme(struct app *app, struct theme *theme)
{
	term_set_theme(app->term, theme);
	theme_free(app->theme);
	app->theme = theme;
	app_schedule_draw(app);
}

static gboolean set_theme(struct app *app, const char *name, GError **error)
{
	struct theme *theme = theme_find(app->parts->theme_folders, name, error);

	if (!theme)
		return FALSE;
	use_theme(app, theme);
	return TRUE;
}

/* Which key sends; the other one begins a new line. Without Alt there is C-j. */
static gboolean bind_send(struct app *app, GError **error)
{
	struct keymap *keymap = app->shell->host.keymap;
	bool is_enter = strcmp(settings_text(app->settings, "send_on"), "enter") == 0;
	const char *send = "send";
	const char *line = "edit-newline";

	return keymap_bind(keymap, "compose", "Enter", is_enter ? send : line, error) &&
	       keymap_bind(keymap, "compose", "M-Enter", is_enter ? line : send, error) &&
	       keymap_bind(keymap, "compose", "C-j", is_enter ? line : send, error);
}

gboolean app_apply(struct app *app, const char *name, GError **error)
{
	app->idle_ms = settings_number(app->settings, "lock_idle") * 1000;
	app->cover_ms = settings_number(app->settings, "veil_idle") * 1000;
	if (name && (strcmp(name, "lock_idle") == 0 || strcmp(name, "veil_idle") == 0))
		app_watch_idle(app);
	if (name && strcmp(name, "send_on") == 0 && !bind_send(app, error))
		return FALSE;
	if (!app->term)
		return TRUE;
	if (!name || strcmp(name, "mouse") == 0)
		term_set_mouse(app->term, settings_bool(app->settings, "mouse"));
	if (name && strcmp(name, "theme") != 0)
		return TRUE;
	return set_theme(app, term_depth(app->term) == DEPTH_MONO ? "mono" :
				      settings_text(app->settings, "theme"), error);
}

/* To the engine, which has its own, and to whoever else heeds it. */
static void pass_on(struct app *app, const char *name, const char *value)
{
	struct job *job = job_new(JOB_SET, NULL);

	job->alias = g_strdup(name);
	job->text = plain_dup(value);
	job->settings = app->parts->engine->settings;
	job_post(app->link, job, NULL, NULL);
	if (app->parts->changed)
		app->parts->changed(app->parts->user, name);
}

static gboolean use_value(struct app *app, const char *name, const char *value, GError **error)
{
	g_autofree char *former = g_strdup(settings_text(app->settings, name));

	if (!settings_set(app->settings, name, value, SETTING_FILE, error))
		return FALSE;
	/* A theme that isn't there is found out by trying. */
	if (app_apply(app, name, error))
		return TRUE;
	if (!settings_set(app->settings, name, former, SETTING_FILE, NULL))
		settings_unset(app->settings, name, SETTING_FILE);
	return FALSE;
}

gboolean app_set(struct app *app, const char *name, const char *value, GError **error)
{
	if (!setting_find(settings_table(app->settings), name))
		return settings_set(app->settings, name, value, SETTING_FILE, error);
	if (!use_value(app, name, value, error))
		return FALSE;
	g_hash_table_remove(app->settings_told, name);
	pass_on(app, name, value);
	return !app->parts->config_file ||
	       settings_write(settings_table(app->settings), app->parts->config_file, name, value,
			    error);
}

/* -- what others write ---------------------------------------------------------------------- */

/* What is said of one look at the file. */
struct news {
	struct app *app;
	GString *words;
};

/* Once for each value that isn't heeded now: the file says the same at every later look. */
static bool is_told(struct app *app, const char *name, const char *value)
{
	if (g_strcmp0(g_hash_table_lookup(app->settings_told, name), value) == 0)
		return true;
	g_hash_table_insert(app->settings_told, g_strdup(name), g_strdup(value));
	return false;
}

static void take_row(void *user, const struct setting *row, const char *value,
		     enum setting_taken when)
{
	struct news *news = user;
	struct app *app = news->app;
	g_autoptr(GError) why = NULL;

	if (when != TAKEN_NOW && is_told(app, row->name, value))
		return;
	if (news->words->len)
		g_string_append_c(news->words, '\n');
	if (when == TAKEN_AT_START) {
		g_string_append_printf(news->words, "The new %s in the settings file holds from "
						    "the next start.", row->name);
	} else if (when == TAKEN_LATER) {
		g_string_append_printf(news->words,
				       "Somebody has set %s to %s in the settings file. That "
				       "protects less: it holds from the next start, or once it is "
				       "set here.", row->name, value);
	} else if (use_value(app, row->name, value, &why)) {
		pass_on(app, row->name, value);
		g_string_append_printf(news->words, "The setting %s is %s now, by the settings "
						    "file.", row->name, value);
	} else {
		g_string_append(news->words, why->message);
	}
}

static void on_written(void *user)
{
	struct app *app = user;
	struct news news = {app, g_string_new(NULL)};
	g_autoptr(GError) mistake = NULL;

	if (!settings_take(app->settings, app->parts->config_file, take_row, &news, &mistake)) {
		if (news.words->len)
			g_string_append_c(news.words, '\n');
		g_string_append(news.words, mistake->message);
	}
	if (news.words->len && app->plain)
		app->lines->tell(app->plain, news.words->str);
	else if (news.words->len && !app->shell->is_locked)
		shell_say(app->shell, mistake != NULL, news.words->str);
	g_string_free(news.words, TRUE);
	if (app->term)
		app_schedule_draw(app);
}

void app_follow_settings(struct app *app)
{
	app->settings_told =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (app->parts->config_file)
		app->follow = settings_follow_new(app->parts->config_file, on_written, app, NULL);
}

/* A mistake in a file is said once there is a screen, or a line, to say it on. */
static void note_mistake(struct app *app, GError *why)
{
	g_autofree char *former = app->mistake;

	app->mistake = g_strconcat(former ? former : "", former ? "\n" : "", why->message, NULL);
	g_error_free(why);
}

static void load_keys(struct app *app, const char *path)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autofree char *text = NULL;
	GError *why = NULL;
	gsize bytes = 0;

	/* What can't be read, or is malformed, was said with the settings. */
	if (!small_file_read(path, SETTINGS_FILE_MAX, &text, &bytes, NULL) || bytes == 0 ||
	    !g_key_file_load_from_data(file, text, bytes, G_KEY_FILE_NONE, NULL))
		return;
	if (!keymap_load(app->shell->host.keymap, file, path, text, &why))
		note_mistake(app, why);
}

gboolean app_load(struct app *app, GError **error)
{
	const char *path = app->parts->config_file;
	GError *why = NULL;

	if (path && !settings_load(app->settings, path, &why))
		note_mistake(app, why);
	if (!commands_bind(app->shell->host.keymap, NULL, error) || !bind_send(app, error))
		return FALSE;
	if (path)
		load_keys(app, path);
	return TRUE;
}

gboolean app_start_theme(struct app *app, GError **error)
{
	struct theme *theme;
	const struct setting *row = setting_find(settings_table(app->settings), "theme");
	g_autofree char *place = NULL, *text = NULL;
	GError *why = NULL;

	if (app_apply(app, NULL, &why))
		return TRUE;
	/* A mistake in a theme's file says where it is; a name that is nobody's stands in ours. */
	if (error_is(why, ERROR_USAGE) && app->parts->config_file &&
	    small_file_read(app->parts->config_file, SETTINGS_FILE_MAX, &text, NULL, NULL) &&
	    text) {
		place = key_line_place(app->parts->config_file,
				       key_line_find(text, "settings", "theme"));
		g_prefix_error(&why, "%s: ", place);
	}
	note_mistake(app, why);
	theme = theme_load(NULL, row->initial, error);
	if (theme)
		use_theme(app, theme);
	return theme != NULL;
}

char *app_warnings(const struct app *app, const char *warning)
{
	const char *all[4] = { NULL };
	size_t count = 0;

	if (app->mistake)
		all[count++] = app->mistake;
	if (app->term && term_warning(app->term))
		all[count++] = term_warning(app->term);
	if (warning)
		all[count++] = warning;
	return count ? g_strjoinv("\n", (char **)all) : NULL;
}
