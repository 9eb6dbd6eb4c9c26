#include "tui/term/theme.h"
#include <math.h>
#include <string.h>
#include "core/base/error.h"
#include "core/base/key_line.h"
#include "core/base/mistakes.h"
#include "core/base/nearest.h"
#include "core/base/small_file.h"
#include "tui/term/theme_builtin.h"

static const struct {
	const char *name;
	const char *about;
} roles[ROLE_COUNT] = {
#define X(suffix, name, about) [ROLE_##suffix] = {name, about},
	ROLE_ROWS(X)
#undef X
};

static const struct {
	const char *name;
	uint32_t rgb;
} colours_16[16] = {
	{"black", 0x000000},	     {"red", 0xcd0000},
	{"green", 0x00cd00},	     {"yellow", 0xcdcd00},
	{"blue", 0x0000ee},	     {"magenta", 0xcd00cd},
	{"cyan", 0x00cdcd},	     {"white", 0xe5e5e5},
	{"bright-black", 0x7f7f7f},  {"bright-red", 0xff0000},
	{"bright-green", 0x00ff00},  {"bright-yellow", 0xffff00},
	{"bright-blue", 0x5c5cff},   {"bright-magenta", 0xff00ff},
	{"bright-cyan", 0x00ffff},   {"bright-white", 0xffffff},
};

static const struct {
	const char *name;
	enum attr attr;
} attrs[] = {
	{"bold", ATTR_BOLD},	       {"dim", ATTR_DIM},	  {"italic", ATTR_ITALIC},
	{"underline", ATTR_UNDERLINE}, {"reverse", ATTR_REVERSE},
};

const char *role_name(enum role role)
{
	return roles[role].name;
}

const char *role_about(enum role role)
{
	return roles[role].about;
}

gboolean role_parse(const char *name, enum role *role)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(roles[i].name, name) == 0) {
			*role = (enum role)i;
			return TRUE;
		}
	}
	return FALSE;
}

/* -- colours ---------------------------------------------------------------------------------- */

static const uint8_t cube_levels[6] = {0, 95, 135, 175, 215, 255};

static uint32_t rgb_of_index(uint32_t index)
{
	if (index < 16)
		return colours_16[index].rgb;
	if (index >= 232) {
		uint32_t grey = 8 + 10 * (index - 232);

		return grey << 16 | grey << 8 | grey;
	}
	index -= 16;
	return (uint32_t)cube_levels[index / 36] << 16 |
	       (uint32_t)cube_levels[index / 6 % 6] << 8 | cube_levels[index % 6];
}

gboolean colour_rgb(struct colour colour, uint32_t *rgb)
{
	if (colour.type == COLOUR_DEFAULT)
		return FALSE;
	*rgb = colour.type == COLOUR_RGB ? colour.value : rgb_of_index(colour.value);
	return TRUE;
}

/* Distance as the eye has it, roughly: green counts most, blue least. */
static unsigned distance(uint32_t a, uint32_t b)
{
	int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
	int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
	int blue = (int)(a & 255) - (int)(b & 255);

	return (unsigned)(3 * red * red + 4 * green * green + 2 * blue * blue);
}

static unsigned nearest(uint32_t rgb, unsigned first, unsigned end)
{
	unsigned best = first;

	for (unsigned i = first + 1; i < end; i++)
		if (distance(rgb, rgb_of_index(i)) < distance(rgb, rgb_of_index(best)))
			best = i;
	return best;
}

unsigned colour_nearest_256(uint32_t rgb)
{
	return nearest(rgb, 16, 256);
}

unsigned colour_nearest_16(uint32_t rgb)
{
	return nearest(rgb, 0, 16);
}

static double linear(uint32_t channel)
{
	double value = channel / 255.0;

	return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(rgb >> 16 & 255) + 0.7152 * linear(rgb >> 8 & 255) +
	       0.0722 * linear(rgb & 255);
}

double colour_contrast(uint32_t a, uint32_t b)
{
	double light = luminance(a);
	double dark = luminance(b);

	return (MAX(light, dark) + 0.05) / (MIN(light, dark) + 0.05);
}

/* -- files ------------------------------------------------------------------------------------ */

static bool parse_colour(const char *word, struct colour *colour)
{
	guint64 value;

	*colour = (struct colour){.type = COLOUR_DEFAULT};
	if (strcmp(word, "default") == 0)
		return true;
	for (uint32_t i = 0; i < G_N_ELEMENTS(colours_16); i++) {
		if (strcmp(word, colours_16[i].name) == 0) {
			*colour = (struct colour){COLOUR_INDEX, i};
			return true;
		}
	}
	if (*word == '#' && strlen(word) == 7 &&
	    g_ascii_string_to_unsigned(word + 1, 16, 0, 0xffffff, &value, NULL)) {
		*colour = (struct colour){COLOUR_RGB, (uint32_t)value};
		return true;
	}
	if (!g_ascii_string_to_unsigned(word, 10, 0, 255, &value, NULL))
		return false;
	*colour = (struct colour){COLOUR_INDEX, (uint32_t)value};
	return true;
}

/* What a colour without one of its own for few colours becomes there. */
static struct colour few_colours(struct colour colour)
{
	uint32_t rgb;

	if (colour.type == COLOUR_DEFAULT || (colour.type == COLOUR_INDEX && colour.value < 16) ||
	    !colour_rgb(colour, &rgb))
		return colour;
	return (struct colour){COLOUR_INDEX, colour_nearest_16(rgb)};
}

/* "A", "A/B" or "-"; the latter gives TEXT and TEXT_FEW. */
static bool parse_colours(const char *word, struct colour text, struct colour text_few,
			  struct colour *colour, struct colour *few)
{
	char **sides = g_strsplit(word, "/", 2);
	bool is_good = true;

	if (strcmp(word, "-") == 0) {
		*colour = text;
		*few = text_few;
	} else if (!sides[0] || !parse_colour(sides[0], colour)) {
		is_good = false;
	} else if (!sides[1]) {
		*few = few_colours(*colour);
	} else {
		is_good = parse_colour(sides[1], few) && few->type != COLOUR_RGB &&
			  few->value < 16;
	}
	g_strfreev(sides);
	return is_good;
}

static bool parse_attr(const char *word, uint8_t *flags)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attrs); i++) {
		if (strcmp(attrs[i].name, word) == 0) {
			*flags |= (uint8_t)attrs[i].attr;
			return true;
		}
	}
	return false;
}

static bool parse_style(const char *line, const struct style *text, struct style *style)
{
	char **words = g_strsplit_set(line, " \t", -1);
	unsigned seen = 0;
	bool is_good = true;

	memset(style, 0, sizeof(*style));
	for (char **word = words; *word && is_good; word++) {
		if (!**word)
			continue;
		if (seen == 0)
			is_good = parse_colours(*word, text->fg, text->fg_few, &style->fg,
						&style->fg_few);
		else if (seen == 1)
			is_good = parse_colours(*word, text->bg, text->bg_few, &style->bg,
						&style->bg_few);
		else
			is_good = parse_attr(*word, &style->attrs);
		seen++;
	}
	g_strfreev(words);
	return is_good && seen >= 2;
}

/* What is being read: ORIGIN is the file's path, or what else it is called. */
struct theme_source {
	GKeyFile *file;
	const char *text;
	const char *origin;
	struct mistakes *mistakes;
};

static void note(const struct theme_source *source, const char *role, const char *why)
{
	unsigned line = key_line_find(source->text, "roles", role);
	g_autofree char *place = key_line_place(source->origin, line);
	g_autofree char *sentence = g_strdup_printf("%s: %s", place, why);

	/* What is missing comes behind what stands there. */
	mistakes_add(source->mistakes, line ? line : UINT_MAX, sentence);
}

static void read_role(const struct theme_source *source, enum role role, struct theme *theme)
{
	struct style *style = &theme->styles[role];
	/* Written by `text` itself, "-" is the terminal's own colour. */
	struct style text = role == ROLE_TEXT ? (struct style){0} : theme->styles[ROLE_TEXT];
	char *line = g_key_file_get_string(source->file, "roles", role_name(role), NULL);
	g_autofree char *why = NULL;

	/* Themes were written before authors had colours. */
	if (!line && role >= ROLE_AUTHOR_1 && role <= ROLE_AUTHOR_6) {
		*style = theme->styles[ROLE_PEER];
		return;
	}
	if (!line)
		why = g_strdup_printf("the role \"%s\" (%s) is missing; add a line for it.",
				      role_name(role), role_about(role));
	else if (!parse_style(line, &text, style))
		why = g_strdup_printf("\"%s = %s\" is not foreground, background and attributes.",
				      role_name(role), line);
	if (why)
		note(source, role_name(role), why);
	g_free(line);
}

static void refuse_unknown(const struct theme_source *source)
{
	char **names = g_key_file_get_keys(source->file, "roles", NULL, NULL);
	enum role role;

	for (char **name = names; name && *name; name++) {
		struct nearest nearest;
		g_autofree char *why = NULL;

		nearest_init(&nearest, *name);
		for (size_t i = 0; i < ROLE_COUNT; i++)
			nearest_look(&nearest, roles[i].name);
		why = g_strdup_printf("no role is called \"%s\"%s%s%s", *name,
				      nearest.word ? "; did you mean " : ".",
				      nearest.word ? nearest.word : "", nearest.word ? "?" : "");
		if (!role_parse(*name, &role))
			note(source, *name, why);
	}
	g_strfreev(names);
}

static gboolean read_roles(struct theme_source *source, struct theme *theme, GError **error)
{
	g_autofree char *all = NULL;

	source->mistakes = mistakes_new();
	/* ROLE_TEXT comes first: the others may refer to it. */
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		read_role(source, (enum role)i, theme);
	refuse_unknown(source);
	all = mistakes_text(source->mistakes);
	mistakes_free(source->mistakes);
	if (all)
		error_set(error, ERROR_FORMAT, "%s", all);
	return !all;
}

struct theme *theme_parse(const char *text, const char *origin, GError **error)
{
	GKeyFile *file = g_key_file_new();
	struct theme_source source = { .file = file, .text = text, .origin = origin };
	struct theme *theme = g_new0(struct theme, 1);
	GError *why = NULL;
	gboolean is_good = g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_NONE,
						     &why);

	if (!is_good) {
		g_autofree char *place = key_line_place(origin, key_line_bad(text));

		error_set(error, ERROR_FORMAT, "%s is not a theme: %s", place, why->message);
	}
	g_clear_error(&why);
	is_good = is_good && read_roles(&source, theme, error);
	theme->name = g_key_file_get_string(file, "theme", "name", NULL);
	if (!theme->name)
		theme->name = g_path_get_basename(origin);
	g_key_file_free(file);
	if (is_good)
		return theme;
	theme_free(theme);
	return NULL;
}

static const char *builtin_text(const char *name)
{
	for (const struct theme_builtin *theme = theme_builtins; theme->name; theme++)
		if (strcmp(theme->name, name) == 0)
			return theme->text;
	return NULL;
}

static char *theme_path(const char *folder, const char *name)
{
	char *file = g_strconcat(name, ".theme", NULL);
	char *path = g_build_filename(folder, file, NULL);

	g_free(file);
	return path;
}

struct theme *theme_load(const char *folder, const char *name, GError **error)
{
	char *path = folder && !strchr(name, '/') ? theme_path(folder, name) : NULL;
	const char *builtin = builtin_text(name);
	struct theme *theme = NULL;
	char *text = NULL;
	struct nearest nearest;
	char **names;
	char *list;

	if (path && !small_file_read(path, THEME_FILE_MAX, &text, NULL, error)) {
		theme = NULL;
	} else if (text) {
		theme = theme_parse(text, path, error);
	} else if (builtin) {
		theme = theme_parse(builtin, name, error);
	} else {
		names = theme_names(folder);
		list = g_strjoinv(", ", names);
		nearest_init(&nearest, name);
		for (char **each = names; *each; each++)
			nearest_look(&nearest, *each);
		error_set(error, ERROR_USAGE,
			  "There is no theme called \"%s\"; there are %s.%s%s%s", name, list,
			  nearest.word ? " Did you mean " : "", nearest.word ? nearest.word : "",
			  nearest.word ? "?" : "");
		g_free(list);
		g_strfreev(names);
	}
	g_free(text);
	g_free(path);
	return theme;
}

struct theme *theme_find(const char *const *folders, const char *name, GError **error)
{
	/* The last one, or none, falls back to what is built in. */
	while (folders && *folders && folders[1]) {
		g_autofree char *path = theme_path(*folders, name);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			break;
		folders++;
	}
	return theme_load(folders ? *folders : NULL, name, error);
}

void theme_free(struct theme *theme)
{
	if (!theme)
		return;
	g_free(theme->name);
	g_free(theme);
}

bool theme_has_colours(const struct theme *theme)
{
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (theme->styles[i].fg.type != COLOUR_DEFAULT ||
		    theme->styles[i].bg.type != COLOUR_DEFAULT)
			return true;
	return false;
}

static int compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **theme_names(const char *folder)
{
	GPtrArray *names = g_ptr_array_new();
	GDir *dir = folder ? g_dir_open(folder, 0, NULL) : NULL;
	const char *file;

	for (const struct theme_builtin *theme = theme_builtins; theme->name; theme++)
		g_ptr_array_add(names, g_strdup(theme->name));
	while (dir && (file = g_dir_read_name(dir))) {
		char *name = g_str_has_suffix(file, ".theme")
				     ? g_strndup(file, strlen(file) - strlen(".theme"))
				     : NULL;

		if (name && !builtin_text(name))
			g_ptr_array_add(names, name);
		else
			g_free(name);
	}
	g_clear_pointer(&dir, g_dir_close);
	g_ptr_array_sort(names, compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}
