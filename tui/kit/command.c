#include "tui/kit/command.h"
#include <string.h>
#include "core/base/error.h"
#include "core/base/nearest.h"
#include "core/base/secret.h"
#include "tui/term/key.h"

/* A table in reach. */
struct entry {
	const char *mode;
	const struct command *table;
	void *user;
};

struct command_set {
	GArray *entries; /* of struct entry; later ones win */
};

struct command_set *command_set_new(void)
{
	struct command_set *set = g_new0(struct command_set, 1);

	set->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	return set;
}

void command_set_free(struct command_set *set)
{
	if (!set)
		return;
	g_array_unref(set->entries);
	g_free(set);
}

void command_set_add(struct command_set *set, const char *mode, const struct command *table,
		     void *user)
{
	struct entry entry = {mode, table, user};

	g_array_append_val(set->entries, entry);
}

void command_set_remove(struct command_set *set, const struct command *table, const void *user)
{
	for (guint i = set->entries->len; i-- > 0;) {
		const struct entry *entry = &g_array_index(set->entries, struct entry, i);

		if (entry->table == table && entry->user == user) {
			g_array_remove_index(set->entries, i);
			return;
		}
	}
}

static bool is_called(const struct command *command, const char *name)
{
	return strcmp(command->name, name) == 0 ||
	       (command->alias && strcmp(command->alias, name) == 0);
}

static const struct command *find(const struct command_set *set, const char *name,
				  const struct entry **where)
{
	for (guint i = set->entries->len; i-- > 0;) {
		const struct entry *entry = &g_array_index(set->entries, struct entry, i);

		for (const struct command *command = entry->table; command->name; command++) {
			if (is_called(command, name)) {
				*where = entry;
				return command;
			}
		}
	}
	return NULL;
}

const struct command *command_find(const struct command_set *set, const char *name)
{
	const struct entry *where;

	return find(set, name, &where);
}

void command_each(const struct command_set *set, command_each_func func, void *user)
{
	for (guint i = 0; i < set->entries->len; i++) {
		const struct entry *entry = &g_array_index(set->entries, struct entry, i);

		for (const struct command *command = entry->table; command->name; command++)
			if (command_find(set, command->name) == command)
				func(command, entry->mode, user);
	}
}

/* -- grammar ---------------------------------------------------------------------------------- */

/* One word of a grammar. */
struct slot {
	const char *name; /* not NUL-terminated */
	size_t bytes;
	bool is_optional;
	bool takes_rest;
	bool is_choice;
};

/* Slots of ARGS; more than COMMAND_ARGS_MAX are left out. */
static size_t parse_grammar(const char *args, struct slot slots[static COMMAND_ARGS_MAX])
{
	size_t count = 0;

	while (count < COMMAND_ARGS_MAX) {
		struct slot *slot = &slots[count];

		args += strspn(args, " ");
		if (!*args)
			break;
		*slot = (struct slot){.name = args, .bytes = strcspn(args, " ")};
		args += slot->bytes;
		if (slot->bytes > 2 && slot->name[0] == '[' && slot->name[slot->bytes - 1] == ']') {
			slot->is_optional = true;
			slot->name++;
			slot->bytes -= 2;
		}
		if (slot->bytes > 3 && strncmp(slot->name + slot->bytes - 3, "...", 3) == 0) {
			slot->takes_rest = true;
			slot->bytes -= 3;
		}
		slot->is_choice = memchr(slot->name, '|', slot->bytes) != NULL;
		count++;
	}
	return count;
}

/* Calls FUNC with each word of a choice. */
static char **choices_of(const struct slot *slot)
{
	char *name = g_strndup(slot->name, slot->bytes);
	char **choices = g_strsplit(name, "|", -1);

	g_free(name);
	return choices;
}

static bool is_among(const struct slot *slot, const char *word)
{
	char **choices = choices_of(slot);
	bool is_found = g_strv_contains((const char *const *)choices, word);

	g_strfreev(choices);
	return is_found;
}

/* -- words ------------------------------------------------------------------------------------ */

/* The next word of *LINE, unquoted, in plain memory; NULL at the end. *LINE moves behind it. */
static char *next_word(const char **line)
{
	const char *at = *line + strspn(*line, " \t");
	char *word;
	size_t count = 0;
	char quote = '\0';

	if (!*at)
		return NULL;
	word = plain_new(strlen(at));
	for (; *at && (quote || (*at != ' ' && *at != '\t')); at++) {
		if (quote && *at == quote)
			quote = '\0';
		else if (!quote && (*at == '\'' || *at == '"'))
			quote = *at;
		else if (*at == '\\' && quote != '\'' && at[1])
			word[count++] = *++at;
		else
			word[count++] = *at;
	}
	word[count] = '\0';
	*line = at;
	return word;
}

char *command_quoted(const char *text)
{
	char *word, *copy;

	if (*text != '\'' && *text != '"')
		return NULL;
	word = next_word(&text);
	copy = text[strspn(text, " \t")] ? NULL : g_strdup(word);
	plain_free(word);
	return copy;
}

static char *rest_of(const char **line)
{
	const char *at = *line + strspn(*line, " \t");
	size_t bytes = strlen(at);

	*line = at + bytes;
	return bytes ? plain_ndup(at, bytes) : NULL;
}

static char *usage(const struct command *command)
{
	return g_strdup_printf("%s%s%s", command->name, *command->args ? " " : "", command->args);
}

static gboolean refuse(const struct command *command, const char *why, GError **error)
{
	char *text = usage(command);

	error_set(error, ERROR_USAGE, "%s Usage: %s", why, text);
	g_free(text);
	return FALSE;
}

static gboolean parse_args(const struct command *command, const char *line,
			   char *args[static COMMAND_ARGS_MAX], GError **error)
{
	struct slot slots[COMMAND_ARGS_MAX];
	size_t count = parse_grammar(command->args, slots);

	for (size_t i = 0; i < count; i++) {
		args[i] = slots[i].takes_rest ? rest_of(&line) : next_word(&line);
		if (!args[i] && !slots[i].is_optional)
			return refuse(command, "Something is missing.", error);
		if (args[i] && slots[i].is_choice && !is_among(&slots[i], args[i]))
			return refuse(command, "That isn't one of the choices.", error);
	}
	if (line[strspn(line, " \t")])
		return refuse(command, "That is too much.", error);
	return TRUE;
}

/* -- running ---------------------------------------------------------------------------------- */

static void look_nearest(const struct command *command, const char *mode, void *user)
{
	(void)mode;
	nearest_look(user, command->name);
}

void command_refuse(const struct command_set *set, const char *name, const char *also,
		    GError **error)
{
	struct nearest nearest;

	nearest_init(&nearest, name);
	if (strlen(name) > NEAREST_BYTES) {
		error_set(error, ERROR_USAGE, "There is no such command.%s", also);
		return;
	}
	command_each(set, look_nearest, &nearest);
	if (nearest.word)
		error_set(error, ERROR_USAGE, "There is no command \"%s\"; did you mean \"%s\"?%s",
			  name, nearest.word, also);
	else
		error_set(error, ERROR_USAGE, "There is no command \"%s\"; see \"help\".%s", name,
			  also);
}

gboolean command_run(const struct command_set *set, const char *line, GError **error)
{
	char *args[COMMAND_ARGS_MAX] = {NULL};
	char *name = next_word(&line);
	const struct entry *where = NULL;
	const struct command *command;
	gboolean is_good = TRUE;

	if (!name)
		return TRUE;
	command = find(set, name, &where);
	if (!command) {
		command_refuse(set, name, "", error);
		is_good = FALSE;
	} else if ((is_good = parse_args(command, line, args, error))) {
		/* The function may take tables out of reach: WHERE isn't looked at any more. */
		is_good = command->run(where->user, (const char *const *)args, error);
	}
	for (size_t i = 0; i < COMMAND_ARGS_MAX; i++)
		plain_free(args[i]);
	plain_free(name);
	return is_good;
}

/* -- completion ------------------------------------------------------------------------------- */

static void add_name(const struct command *command, const char *mode, void *user)
{
	(void)mode;
	g_ptr_array_add(user, g_strdup(command->name));
}

static void add_choices(GPtrArray *words, const struct slot *slot, const char *typed,
			command_source source, void *user)
{
	char *name;

	if (slot->is_choice) {
		char **choices = choices_of(slot);

		for (char **choice = choices; *choice; choice++)
			g_ptr_array_add(words, g_strdup(*choice));
		g_strfreev(choices);
	} else if (source) {
		name = g_strndup(slot->name, slot->bytes);
		source(user, name, typed, words);
		g_free(name);
	}
}

/* WORD as it must be written so that next_word() reads it back. */
static char *quote(char *word)
{
	char *quoted;

	if (*word && !strpbrk(word, " \t'\"\\"))
		return word;
	if (!strchr(word, '\'')) {
		quoted = g_strdup_printf("'%s'", word);
	} else {
		GString *built = g_string_new("\"");

		for (const char *at = word; *at; at++) {
			if (*at == '"' || *at == '\\')
				g_string_append_c(built, '\\');
			g_string_append_c(built, *at);
		}
		g_string_append_c(built, '"');
		quoted = g_string_free(built, FALSE);
	}
	g_free(word);
	return quoted;
}

static int compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Keep what begins as TYPED does, whatever the case; sorted, each once, quoted unless IS_PATH. */
static void filter(GPtrArray *words, const char *typed, bool is_path)
{
	char *want = g_utf8_casefold(typed, -1);

	for (guint i = words->len; i-- > 0;) {
		char *have = g_utf8_casefold(g_ptr_array_index(words, i), -1);

		if (!g_str_has_prefix(have, want))
			g_ptr_array_remove_index_fast(words, i);
		g_free(have);
	}
	g_free(want);
	for (guint i = 0; !is_path && i < words->len; i++) {
		char *word = g_ptr_array_steal_index(words, i);

		g_ptr_array_insert(words, (gint)i, quote(word));
	}
	g_ptr_array_sort(words, compare_words);
	for (guint i = words->len; i-- > 1;)
		if (strcmp(g_ptr_array_index(words, i), g_ptr_array_index(words, i - 1)) == 0)
			g_ptr_array_remove_index(words, i);
}

/* The words of a line up to the cursor. */
struct typing {
	char *name;  /* the first one, once there is another; plain memory, or NULL */
	char *typed; /* the last one: plain memory */
	size_t index; /* its number */
	size_t starts[COMMAND_ARGS_MAX + 1]; /* where the first ones begin */
	size_t start; /* where it begins itself */
};

static void read_typing(struct typing *typing, const char *before)
{
	const char *at = before;

	for (;; typing->index++) {
		const char *start = at + strspn(at, " \t");
		char *word = next_word(&at);

		typing->start = (size_t)(start - before);
		if (typing->index <= COMMAND_ARGS_MAX)
			typing->starts[typing->index] = typing->start;
		if (!word || !*at) {
			typing->typed = word ? word : plain_dup("");
			return;
		}
		if (typing->index == 0)
			typing->name = plain_dup(word);
		plain_free(word);
	}
}

static bool is_path(const struct slot *slot)
{
	return slot->takes_rest && slot->bytes == 4 && strncmp(slot->name, "PATH", 4) == 0;
}

/* Which argument the word at the cursor is of; NULL: of none. */
static const struct slot *slot_at(const struct slot *slots, size_t count,
				  const struct typing *typing)
{
	if (typing->index <= count)
		return &slots[typing->index - 1];
	return count && slots[count - 1].takes_rest ? &slots[count - 1] : NULL;
}

static void complete_argument(const struct command_set *set, const char *before,
			      struct typing *typing, command_source source, void *user,
			      struct completion *completion)
{
	const struct command *command = command_find(set, typing->name);
	struct slot slots[COMMAND_ARGS_MAX];
	size_t count = command ? parse_grammar(command->args, slots) : 0;
	const struct slot *slot = slot_at(slots, count, typing);

	if (!slot)
		return;
	if (is_path(slot)) {
		completion->is_path = true;
		completion->start = typing->starts[count];
		plain_free(typing->typed);
		typing->typed = plain_dup(before + completion->start);
	}
	add_choices(completion->words, slot, typing->typed, source, user);
}

void command_complete(const struct command_set *set, const char *line, size_t cursor,
		      command_source source, void *user, struct completion *completion)
{
	char *before = plain_ndup(line, cursor);
	struct typing typing = {NULL};

	*completion = (struct completion){0};
	completion->words = g_ptr_array_new_with_free_func(g_free);
	read_typing(&typing, before);
	completion->start = typing.start;
	if (typing.index == 0)
		command_each(set, add_name, completion->words);
	else
		complete_argument(set, before, &typing, source, user, completion);
	filter(completion->words, typing.typed, completion->is_path);
	plain_free(typing.typed);
	plain_free(typing.name);
	plain_free(before);
}

void completion_clear(struct completion *completion)
{
	g_clear_pointer(&completion->words, g_ptr_array_unref);
}

char *completion_common(const struct completion *completion)
{
	const GPtrArray *words = completion->words;
	const char *first;
	size_t bytes;

	if (!words->len)
		return NULL;
	first = g_ptr_array_index(words, 0);
	bytes = strlen(first);
	for (guint i = 1; i < words->len; i++) {
		const char *word = g_ptr_array_index(words, i);
		size_t same = 0;

		while (same < bytes && first[same] == word[same])
			same++;
		bytes = same;
	}
	while (bytes > 0 && ((unsigned char)first[bytes] & 0xc0) == 0x80)
		bytes--;
	return g_strndup(first, bytes);
}

/* -- checks ----------------------------------------------------------------------------------- */

static void check_keys(const struct command *command, const char *names, GPtrArray *found)
{
	struct key keys[KEY_SEQUENCE_MAX];

	if (names && !key_parse_sequence(names, keys))
		g_ptr_array_add(found, g_strdup_printf("%s: \"%s\" isn't a key.", command->name,
						       names));
}

static void check_grammar(const struct command *command, GPtrArray *found)
{
	struct slot slots[COMMAND_ARGS_MAX];
	size_t count = parse_grammar(command->args, slots);

	for (size_t i = 0; i + 1 < count; i++) {
		if (slots[i].takes_rest || (slots[i].is_optional && !slots[i + 1].is_optional))
			g_ptr_array_add(found,
					g_strdup_printf("%s: the grammar \"%s\" can't be met.",
							command->name, command->args));
	}
}

static void check_row(const struct command *table, const struct command *command,
		      GPtrArray *found)
{
	for (const struct command *other = table; other != command; other++)
		if (is_called(other, command->name) ||
		    (command->alias && is_called(other, command->alias)))
			g_ptr_array_add(found, g_strdup_printf("%s and %s have the same name.",
							       other->name, command->name));
	if (!command->summary || !*command->summary || g_str_has_suffix(command->summary, "."))
		g_ptr_array_add(found, g_strdup_printf("%s needs a summary without a full stop.",
						       command->name));
	if (!command->run || !command->args)
		g_ptr_array_add(found, g_strdup_printf("%s lacks a function or a grammar.",
						       command->name));
	else
		check_grammar(command, found);
	check_keys(command, command->key, found);
	check_keys(command, command->twin, found);
}

GPtrArray *command_check(const struct command_set *set)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < set->entries->len; i++) {
		const struct entry *entry = &g_array_index(set->entries, struct entry, i);

		for (const struct command *command = entry->table; command->name; command++)
			check_row(entry->table, command, found);
	}
	return found;
}
