#include "core/model/settings.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/key_line.h"
#include "core/base/mistakes.h"
#include "core/base/nearest.h"
#include "core/base/small_file.h"
#include "core/text/text.h"

enum {
	SOURCES = SETTING_POLICY + 1,
	KEY_MOST = 32,
};

static const char GROUP[] = "settings";

/* A value somebody gave. */
struct value {
	char *text; /* NULL: nobody did */
	int64_t number;
};

struct settings {
	const struct setting_table *table;
	struct value (*values)[SOURCES]; /* one of each source for each row */
	GKeyFile *file;			 /* as loaded, with comments and unknown names */
};

static size_t index_of(const struct setting_table *table, const char *name)
{
	size_t i = 0;

	while (i < table->count && strcmp(table->rows[i].name, name) != 0)
		i++;
	return i;
}

const struct setting *setting_find(const struct setting_table *table, const char *name)
{
	size_t i = index_of(table, name);

	return i < table->count ? &table->rows[i] : NULL;
}

static gboolean parse_bool(const char *text, int64_t *number)
{
	static const char *const YES[] = {"on", "yes", "true", "1", NULL};
	static const char *const NO[] = {"off", "no", "false", "0", NULL};

	*number = g_strv_contains(YES, text);
	return *number || g_strv_contains(NO, text);
}

static gboolean parse_int(const struct setting *row, const char *text, int64_t *number)
{
	return g_ascii_string_to_signed(text, 10, row->least, row->most, number, NULL);
}

static gboolean parse_duration(const struct setting *row, const char *text, int64_t *number)
{
	if (row->can_be_off && strcmp(text, "off") == 0) {
		*number = 0;
		return TRUE;
	}
	return clock_parse_duration(text, number) && *number >= row->least && *number <= row->most;
}

static gboolean parse_enum(const struct setting *row, const char *text, int64_t *number)
{
	for (*number = 0; row->words[*number]; ++*number)
		if (strcmp(row->words[*number], text) == 0)
			return TRUE;
	return FALSE;
}

/* One line that can be shown as it is. */
static gboolean parse_string(const char *text, int64_t least, int64_t most)
{
	size_t bytes = strlen(text);

	return (int64_t)bytes >= least && (int64_t)bytes <= most && !strchr(text, '\n') &&
	       g_utf8_validate(text, -1, NULL) && text_is_safe(text, bytes, TEXT_NEWLINE_SPACE);
}

gboolean setting_parse(const struct setting *row, const char *text, int64_t *number,
		       GError **error)
{
	struct nearest nearest;
	gboolean ok = FALSE;
	char *range;

	*number = 0;
	switch (row->type) {
	case SETTING_BOOL:
		ok = parse_bool(text, number);
		break;
	case SETTING_INT:
		ok = parse_int(row, text, number);
		break;
	case SETTING_DURATION:
		ok = parse_duration(row, text, number);
		break;
	case SETTING_ENUM:
		ok = parse_enum(row, text, number);
		break;
	case SETTING_STRING:
		ok = parse_string(text, row->least, row->most);
		break;
	case SETTING_KEY:
		ok = parse_string(text, 1, KEY_MOST) && !strpbrk(text, " \t");
		break;
	}
	if (ok)
		return TRUE;
	*number = 0;
	range = setting_range(row);
	nearest_init(&nearest, text);
	for (size_t i = 0; row->type == SETTING_ENUM && row->words[i]; i++)
		nearest_look(&nearest, row->words[i]);
	error_set(error, ERROR_USAGE, "The setting %s doesn't take that value; it takes %s.%s%s%s",
		  row->name, range, nearest.word ? " Did you mean " : "",
		  nearest.word ? nearest.word : "", nearest.word ? "?" : "");
	g_free(range);
	return FALSE;
}

static char *range_words(const struct setting *row)
{
	GString *range = g_string_new("one of ");

	for (size_t i = 0; row->words[i]; i++)
		g_string_append_printf(range, "%s%s", i ? ", " : "", row->words[i]);
	return g_string_free(range, FALSE);
}

char *setting_range(const struct setting *row)
{
	char least[CLOCK_TEXT_BYTES], most[CLOCK_TEXT_BYTES];

	switch (row->type) {
	case SETTING_BOOL:
		return g_strdup("on or off");
	case SETTING_INT:
		return g_strdup_printf("a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
				       row->least, row->most);
	case SETTING_DURATION:
		return g_strdup_printf("a time from %s to %s%s",
				       clock_format_duration(row->least, least),
				       clock_format_duration(row->most, most),
				       row->can_be_off ? ", or off" : "");
	case SETTING_ENUM:
		return range_words(row);
	case SETTING_STRING:
		return g_strdup_printf("a line of %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
				       " bytes",
				       row->least, row->most);
	case SETTING_KEY:
		break;
	}
	return g_strdup("the name of a key");
}

char **setting_complete(const struct setting *row, const char *prefix)
{
	static const char *const BOOLS[] = {"on", "off", NULL};
	const char *const durations[] = {row->initial, "off", NULL};
	const char *const others[] = {row->initial, NULL};
	const char *const *candidates = others;
	GPtrArray *found = g_ptr_array_new();

	if (row->type == SETTING_BOOL)
		candidates = BOOLS;
	else if (row->type == SETTING_ENUM)
		candidates = row->words;
	else if (row->type == SETTING_DURATION && row->can_be_off &&
		 strcmp(row->initial, "off") != 0)
		candidates = durations;
	for (; *candidates; candidates++)
		if (g_str_has_prefix(*candidates, prefix))
			g_ptr_array_add(found, g_strdup(*candidates));
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(found, FALSE);
}

const char *setting_source_name(enum setting_source source)
{
	switch (source) {
	case SETTING_FILE:
		return "file";
	case SETTING_COMMAND_LINE:
		return "command line";
	case SETTING_POLICY:
		return "policy";
	case SETTING_DEFAULT:
		break;
	}
	return "default";
}

struct settings *settings_new(const struct setting_table *table)
{
	struct settings *settings = g_new0(struct settings, 1);

	settings->table = table;
	settings->values = g_malloc0_n(table->count, sizeof(*settings->values));
	settings->file = g_key_file_new();
	for (size_t i = 0; i < table->count; i++) {
		struct value *value = &settings->values[i][SETTING_DEFAULT];

		value->text = g_strdup(table->rows[i].initial);
		if (!setting_parse(&table->rows[i], value->text, &value->number, NULL))
			g_error("the default of the setting %s is wrong", table->rows[i].name);
	}
	return settings;
}

void settings_free(struct settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < settings->table->count; i++)
		for (int source = 0; source < SOURCES; source++)
			g_free(settings->values[i][source].text);
	g_free(settings->values);
	g_key_file_unref(settings->file);
	g_free(settings);
}

const struct setting_table *settings_table(const struct settings *settings)
{
	return settings->table;
}

char *setting_unknown(const struct setting_table *table, const char *name)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	for (size_t i = 0; i < table->count; i++)
		nearest_look(&nearest, table->rows[i].name);
	return nearest.word ? g_strdup_printf("There is no setting %s; did you mean %s?", name,
					      nearest.word)
			    : g_strdup_printf("There is no setting %s.", name);
}

static enum setting_source source_of(const struct settings *settings, size_t i)
{
	int source = SETTING_POLICY;

	while (source > SETTING_DEFAULT && !settings->values[i][source].text)
		source--;
	return (enum setting_source)source;
}

static size_t known(const struct settings *settings, const char *name)
{
	size_t i = index_of(settings->table, name);

	if (i == settings->table->count)
		g_error("there is no setting called %s", name);
	return i;
}

static const struct value *effective(const struct settings *settings, const char *name)
{
	size_t i = known(settings, name);

	return &settings->values[i][source_of(settings, i)];
}

/* The effective number of NAME, a row whose type is one of the bits in TYPES. */
static int64_t number_of(const struct settings *settings, const char *name, unsigned types)
{
	if (!(types & 1u << setting_find(settings->table, name)->type))
		g_error("the setting %s is of another type", name);
	return effective(settings, name)->number;
}

bool settings_bool(const struct settings *settings, const char *name)
{
	known(settings, name);
	return number_of(settings, name, 1u << SETTING_BOOL) != 0;
}

int64_t settings_number(const struct settings *settings, const char *name)
{
	known(settings, name);
	return number_of(settings, name, 1u << SETTING_INT | 1u << SETTING_DURATION);
}

unsigned settings_choice(const struct settings *settings, const char *name)
{
	known(settings, name);
	return (unsigned)number_of(settings, name, 1u << SETTING_ENUM);
}

const char *settings_text(const struct settings *settings, const char *name)
{
	return effective(settings, name)->text;
}

enum setting_source settings_source(const struct settings *settings, const char *name)
{
	return source_of(settings, known(settings, name));
}

/* Row I as SOURCE gave it, in the spelling we use ourselves. */
static gboolean put_value(struct settings *settings, size_t i, const char *text,
			  enum setting_source source, GError **error)
{
	const struct setting *row = &settings->table->rows[i];
	struct value *value = &settings->values[i][source];
	int64_t number;

	if (!setting_parse(row, text, &number, error))
		return FALSE;
	if (row->type == SETTING_BOOL)
		text = number ? "on" : "off";
	g_free(value->text);
	/* A file can't hold the blanks around it. */
	value->text = g_strstrip(g_strdup(text));
	value->number = number;
	return TRUE;
}

gboolean settings_set(struct settings *settings, const char *name, const char *text,
		      enum setting_source source, GError **error)
{
	size_t i = index_of(settings->table, name);
	const struct setting *row;

	if (i == settings->table->count) {
		g_autofree char *unknown = setting_unknown(settings->table, name);

		error_set(error, ERROR_USAGE, "%s", unknown);
		return FALSE;
	}
	row = &settings->table->rows[i];
	if (source == SETTING_POLICY && !row->can_lock) {
		error_set(error, ERROR_POLICY, "A policy can't hold the setting %s.", row->name);
		return FALSE;
	}
	if (source != SETTING_POLICY && settings->values[i][SETTING_POLICY].text) {
		error_set(error, ERROR_POLICY, "The policy holds the setting %s at %s.", row->name,
			  settings->values[i][SETTING_POLICY].text);
		return FALSE;
	}
	return put_value(settings, i, text, source, error);
}

void settings_unset(struct settings *settings, const char *name, enum setting_source source)
{
	struct value *value = &settings->values[known(settings, name)][source];

	if (source == SETTING_DEFAULT)
		return;
	g_clear_pointer(&value->text, g_free);
	value->number = 0;
}

/* What protects the user isn't left open by a slip of theirs. */
static void close_row(struct settings *settings, size_t row)
{
	const struct setting *setting = &settings->table->rows[row];

	settings_unset(settings, setting->name, SETTING_FILE);
	if (setting->closed && !put_value(settings, row, setting->closed, SETTING_FILE, NULL))
		g_debug("%s can't be closed", setting->name);
}

/* Of a file that can't be read nobody knows what it says. */
static gboolean close_all(struct settings *settings)
{
	for (size_t i = 0; i < settings->table->count; i++)
		close_row(settings, i);
	return FALSE;
}

/* The number of the line that WORD, as it is after blanks, begins; 0: none does. */
static unsigned line_of(const char *data, const char *word)
{
	g_auto(GStrv) lines = g_strsplit(data, "\n", -1);

	for (unsigned i = 0; lines[i]; i++)
		if (g_str_has_prefix(g_strchug(lines[i]), word))
			return i + 1;
	return 0;
}

/* The keys' groups are tui/kit/keymap.h's. */
static bool is_group(const char *name)
{
	return strcmp(name, GROUP) == 0 || strcmp(name, "keys") == 0 ||
	       g_str_has_prefix(name, "keys ");
}

/* What was meant by a line that nothing reads is closed where it protects. */
static void close_group(struct settings *settings, const char *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(settings->file, group, NULL, NULL);

	for (char **key = keys; key && *key; key++) {
		size_t row = index_of(settings->table, *key);

		if (row < settings->table->count && !settings->values[row][SETTING_FILE].text)
			close_row(settings, row);
	}
}

/* Lines that nothing reads. */
static void check_lines(struct settings *settings, const char *path, const char *data,
			struct mistakes *mistakes)
{
	g_auto(GStrv) groups = g_key_file_get_groups(settings->file, NULL);
	g_auto(GStrv) keys = g_key_file_get_keys(settings->file, GROUP, NULL, NULL);

	for (char **group = groups; *group; group++) {
		g_autofree char *head = g_strdup_printf("[%s]", *group);
		g_autofree char *why = NULL;
		unsigned line = line_of(data, head);

		if (is_group(*group))
			continue;
		close_group(settings, *group);
		why = g_strdup_printf("%s, line %u: nothing reads the group %s; settings stand in "
				      "[%s], keys in [keys].",
				      path, line, head, GROUP);
		mistakes_add(mistakes, line, why);
	}
	for (char **key = keys; key && *key; key++) {
		unsigned line = key_line_find(data, GROUP, *key);
		g_autofree char *unknown = setting_unknown(settings->table, *key);
		g_autofree char *why = g_strdup_printf("%s, line %u: %s", path, line, unknown);

		if (index_of(settings->table, *key) == settings->table->count)
			mistakes_add(mistakes, line, why);
	}
}

/* Take GROUP of the file that was loaded from PATH, which says DATA. */
static void take_file(struct settings *settings, const char *path, const char *data,
		      struct mistakes *mistakes)
{
	for (size_t i = 0; i < settings->table->count; i++) {
		const char *name = settings->table->rows[i].name;
		g_autofree char *text = g_key_file_get_string(settings->file, GROUP, name, NULL);
		g_autofree char *place = NULL, *why = NULL;
		g_autoptr(GError) failure = NULL;
		unsigned line;

		/* The file is taken whatever the policy says; it just doesn't count then. */
		settings_unset(settings, name, SETTING_FILE);
		if (!text || put_value(settings, i, g_strstrip(text), SETTING_FILE, &failure))
			continue;
		close_row(settings, i);
		line = key_line_find(data, GROUP, name);
		place = key_line_place(path, line);
		why = g_strdup_printf("%s Correct it in %s.", failure->message, place);
		mistakes_add(mistakes, line, why);
	}
}

static gboolean take_all(struct settings *settings, const char *path, const char *data,
			 GError **error)
{
	struct mistakes *mistakes = mistakes_new();
	g_autofree char *all = NULL;

	take_file(settings, path, data, mistakes);
	check_lines(settings, path, data, mistakes);
	all = mistakes_text(mistakes);
	mistakes_free(mistakes);
	if (all)
		error_set(error, ERROR_USAGE, "%s", all);
	return !all;
}

gboolean settings_load(struct settings *settings, const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *data = NULL;
	gsize bytes;

	if (!small_file_read(path, SETTINGS_FILE_MAX, &data, &bytes, error))
		return close_all(settings);
	/* GLib takes it, and what is saved then is lost. */
	if (data && !g_utf8_validate(data, (gssize)bytes, NULL)) {
		error_set(error, ERROR_FORMAT, "The settings file %s is malformed: it isn't text.",
			  path);
		return close_all(settings);
	}
	/* GLib refuses a file of no bytes at all. */
	if (bytes && !g_key_file_load_from_data(settings->file, data, bytes,
						G_KEY_FILE_KEEP_COMMENTS, &failure)) {
		g_autofree char *place = key_line_place(path, key_line_bad(data));

		error_set(error, ERROR_FORMAT, "The settings file %s is malformed: %s.", place,
			  failure->message);
		return close_all(settings);
	}
	return take_all(settings, path, data ? data : "", error);
}

/* Of a key that stood there twice the former one has come back: gone as well. */
static bool remove_rest(const struct settings *settings, const char *data, gsize bytes)
{
	bool has_rest = false;

	if (!bytes || !g_key_file_load_from_data(settings->file, data, bytes,
						 G_KEY_FILE_KEEP_COMMENTS, NULL))
		return false;
	for (size_t i = 0; i < settings->table->count; i++)
		if (!settings->values[i][SETTING_FILE].text)
			has_rest |= g_key_file_remove_key(settings->file, GROUP,
							  settings->table->rows[i].name, NULL);
	return has_rest;
}

gboolean settings_save(const struct settings *settings, const char *path, GError **error)
{
	GError *failure = NULL;
	gsize bytes;
	gboolean ok;
	char *data;

	for (size_t i = 0; i < settings->table->count; i++) {
		const char *name = settings->table->rows[i].name;
		const char *text = settings->values[i][SETTING_FILE].text;

		if (text)
			g_key_file_set_string(settings->file, GROUP, name, text);
		else
			g_key_file_remove_key(settings->file, GROUP, name, NULL);
	}
	data = g_key_file_to_data(settings->file, &bytes, NULL);
	while (remove_rest(settings, data, bytes)) {
		g_free(data);
		data = g_key_file_to_data(settings->file, &bytes, NULL);
	}
	ok = g_file_set_contents_full(path, data, (gssize)bytes,
				      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
				      0600, &failure);
	if (!ok)
		error_set(error,
			  g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? ERROR_FULL
										     : ERROR_IO,
			  "The settings can't be saved: %s.", failure->message);
	g_clear_error(&failure);
	g_free(data);
	return ok;
}
