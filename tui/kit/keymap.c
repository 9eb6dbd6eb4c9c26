#include "tui/kit/keymap.h"
#include <stdint.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/key_line.h"
#include "core/base/mistakes.h"

struct binding {
	char *mode;
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count;
	char *line;
};

struct keymap {
	GPtrArray *bindings; /* a few hundred at most; looked through in order */
	bool has_alt;	     /* it has been seen to work */
};

static void binding_free(gpointer data)
{
	struct binding *binding = data;

	g_free(binding->mode);
	g_free(binding->line);
	g_free(binding);
}

struct keymap *keymap_new(void)
{
	struct keymap *keymap = g_new0(struct keymap, 1);

	keymap->bindings = g_ptr_array_new_with_free_func(binding_free);
	return keymap;
}

void keymap_free(struct keymap *keymap)
{
	if (!keymap)
		return;
	g_ptr_array_unref(keymap->bindings);
	g_free(keymap);
}

static const struct binding *binding_at(const struct keymap *keymap, guint index)
{
	return g_ptr_array_index(keymap->bindings, index);
}

/* Whether the shorter of the two sequences is how the longer one begins. */
static bool is_clash(const struct binding *binding, const struct key *keys, size_t count)
{
	for (size_t i = 0; i < MIN(binding->count, count); i++)
		if (!key_equal(&binding->keys[i], &keys[i]))
			return false;
	return true;
}

static bool has_clash(const struct keymap *keymap, const char *mode, const struct key *keys,
		      size_t count)
{
	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = binding_at(keymap, i);

		if (strcmp(binding->mode, mode) == 0 && is_clash(binding, keys, count))
			return true;
	}
	return false;
}

static void remove_clashes(struct keymap *keymap, const char *mode, const struct key *keys,
			   size_t count)
{
	for (guint i = keymap->bindings->len; i-- > 0;) {
		const struct binding *binding = binding_at(keymap, i);

		if (strcmp(binding->mode, mode) == 0 && is_clash(binding, keys, count))
			g_ptr_array_remove_index(keymap->bindings, i);
	}
}

static void add(struct keymap *keymap, const char *mode, const struct key *keys, size_t count,
		const char *line)
{
	struct binding *binding = g_new0(struct binding, 1);

	binding->mode = g_strdup(mode);
	memcpy(binding->keys, keys, count * sizeof(*keys));
	binding->count = count;
	binding->line = g_strdup(line);
	g_ptr_array_add(keymap->bindings, binding);
}

gboolean keymap_bind(struct keymap *keymap, const char *mode, const char *names, const char *line,
		     GError **error)
{
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count = key_parse_sequence(names, keys);

	if (!count) {
		error_set(error, ERROR_USAGE,
			  "\"%s\" isn't a key; write C-x, M-Enter, F5 or up to three of them.",
			  names);
		return FALSE;
	}
	remove_clashes(keymap, mode, keys, count);
	add(keymap, mode, keys, count, line);
	return TRUE;
}

void keymap_unbind(struct keymap *keymap, const char *mode, const char *names)
{
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count = key_parse_sequence(names, keys);

	if (count)
		remove_clashes(keymap, mode, keys, count);
}

static void add_default(struct keymap *keymap, const char *mode, const char *names,
			const char *line)
{
	struct key keys[KEY_SEQUENCE_MAX];
	size_t count = names ? key_parse_sequence(names, keys) : 0;

	if (count && !has_clash(keymap, mode, keys, count))
		add(keymap, mode, keys, count, line);
}

void keymap_add_commands(struct keymap *keymap, const char *mode, const struct command *table)
{
	for (const struct command *command = table; command->name; command++) {
		add_default(keymap, mode, command->key, command->name);
		add_default(keymap, mode, command->twin, command->name);
	}
}

/* What is being read. */
struct keys_source {
	GKeyFile *file;
	const char *text, *path;
	struct mistakes *mistakes;
};

static void note(const struct keys_source *source, const char *group, const char *name,
		 const GError *why)
{
	unsigned line = source->text ? key_line_find(source->text, group, name) : 0;
	g_autofree char *place = source->path ? key_line_place(source->path, line) : NULL;
	g_autofree char *sentence =
		place ? g_strdup_printf("%s: %s", place, why->message)
		      : line ? g_strdup_printf("line %u: %s", line, why->message)
			     : g_strdup(why->message);

	mistakes_add(source->mistakes, line, sentence);
}

static void load_group(struct keymap *keymap, const struct keys_source *source, const char *group,
		       const char *mode)
{
	g_auto(GStrv) names = g_key_file_get_keys(source->file, group, NULL, NULL);

	for (char **name = names; *name; name++) {
		g_autofree char *line = g_key_file_get_value(source->file, group, *name, NULL);
		g_autoptr(GError) why = NULL;

		if (strcmp(line, "none") == 0)
			keymap_unbind(keymap, mode, *name);
		else if (!keymap_bind(keymap, mode, *name, line, &why))
			note(source, group, *name, why);
	}
}

gboolean keymap_load(struct keymap *keymap, GKeyFile *file, const char *path, const char *text,
		     GError **error)
{
	const struct keys_source source = {
		.file = file, .text = text, .path = path, .mistakes = mistakes_new()};
	g_autofree char *all = NULL;
	g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

	for (char **group = groups; *group; group++) {
		if (strcmp(*group, "keys") == 0)
			load_group(keymap, &source, *group, "");
		else if (g_str_has_prefix(*group, "keys "))
			load_group(keymap, &source, *group, *group + strlen("keys "));
	}
	all = mistakes_text(source.mistakes);
	mistakes_free(source.mistakes);
	if (all)
		error_set(error, ERROR_USAGE, "%s", all);
	return !all;
}

/* -- looking up ------------------------------------------------------------------------------- */

/* The innermost mode that has something for the keys decides. */
static const struct binding *find(const struct keymap *keymap, const char *mode,
				  const struct key_pending *pending)
{
	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = binding_at(keymap, i);

		if (binding->count >= pending->count && strcmp(binding->mode, mode) == 0 &&
		    is_clash(binding, pending->keys, pending->count))
			return binding;
	}
	return NULL;
}

enum keymap_answer keymap_feed(const struct keymap *keymap, const char *const *modes,
			       struct key_pending *pending, const struct key *key,
			       const char **line)
{
	const struct binding *found = NULL;
	bool is_sequence = pending->count > 0;

	*line = NULL;
	if (!key_is_key(key))
		return KEYMAP_NONE;
	if (is_sequence && key->code == KC_ESCAPE) {
		pending->count = 0;
		return KEYMAP_PENDING;
	}
	pending->keys[pending->count++] = *key;
	for (; *modes && !found; modes++)
		found = find(keymap, *modes, pending);
	if (!found)
		found = find(keymap, "", pending);
	if (found && found->count > pending->count)
		return KEYMAP_PENDING;
	pending->count = 0;
	if (found)
		*line = found->line;
	/* The key that breaks a sequence off was never meant as text. */
	return found ? KEYMAP_LINE : is_sequence ? KEYMAP_PENDING : KEYMAP_NONE;
}

static char *format(const struct key *keys, size_t count, const char *end)
{
	GString *names = g_string_new(NULL);
	char name[KEY_NAME_BYTES];

	for (size_t i = 0; i < count; i++)
		g_string_append_printf(names, "%s%s", i ? " " : "", key_format(&keys[i], name));
	g_string_append(names, end);
	return g_string_free(names, FALSE);
}

char *key_pending_format(const struct key_pending *pending)
{
	return format(pending->keys, pending->count, pending->count ? " …" : "");
}

static bool has_alt(const struct binding *binding)
{
	for (size_t i = 0; i < binding->count; i++)
		if (binding->keys[i].mods & MOD_ALT)
			return true;
	return false;
}

void keymap_believe_alt(struct keymap *keymap)
{
	keymap->has_alt = true;
}

static int compare_bindings(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct binding *left = *(const struct binding *const *)a;
	const struct binding *right = *(const struct binding *const *)b;
	const struct keymap *keymap = user;

	if (has_alt(left) != has_alt(right) &&
	    (!keymap->has_alt || left->count == right->count))
		return has_alt(left) ? 1 : -1;
	return (int)left->count - (int)right->count;
}

char *keymap_keys(const struct keymap *keymap, const char *mode, const char *line, size_t nth)
{
	GPtrArray *found = g_ptr_array_new();
	char *names = NULL;

	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = binding_at(keymap, i);

		if (strcmp(binding->line, line) == 0 &&
		    (strcmp(binding->mode, mode) == 0 || !*binding->mode))
			g_ptr_array_add(found, g_ptr_array_index(keymap->bindings, i));
	}
	/* GLib's sort is stable from 2.76 on; equal ones are rare and either will do. */
	g_ptr_array_sort_with_data(found, compare_bindings, (gpointer)(uintptr_t)keymap);
	if (nth < found->len) {
		const struct binding *binding = g_ptr_array_index(found, nth);

		names = format(binding->keys, binding->count, "");
	}
	g_ptr_array_unref(found);
	return names;
}

void keymap_each(const struct keymap *keymap, keymap_each_func func, void *user)
{
	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = binding_at(keymap, i);
		char *names = format(binding->keys, binding->count, "");

		func(binding->mode, names, binding->line, user);
		g_free(names);
	}
}

static bool has_twin(const struct keymap *keymap, const struct binding *binding)
{
	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *other = binding_at(keymap, i);

		if (!has_alt(other) && strcmp(other->line, binding->line) == 0 &&
		    (strcmp(other->mode, binding->mode) == 0 || !*other->mode))
			return true;
	}
	return false;
}

GPtrArray *keymap_check_twins(const struct keymap *keymap)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = binding_at(keymap, i);
		char *names;

		if (!has_alt(binding) || has_twin(keymap, binding))
			continue;
		names = format(binding->keys, binding->count, "");
		g_ptr_array_add(found, g_strdup_printf("%s (%s) can't be reached without Alt.",
						       binding->line, names));
		g_free(names);
	}
	return found;
}
