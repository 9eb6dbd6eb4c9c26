#include "tui/cli/hide.h"

#include <string.h>
#include "core/base/secret.h"
#include "tui/cli/arguments.h"

/* The option that WORD gives, of the COUNT rows at most of OPTIONS; NULL when it is none. */
static const struct verb_option *find_option(const struct verb_option *options, size_t count,
					     const char *word)
{
	size_t bytes;

	if (strncmp(word, "--", 2) != 0)
		return NULL;
	word += 2;
	bytes = strcspn(word, "=");
	for (; count && options->name; options++, count--) {
		if (strlen(options->name) == bytes && strncmp(word, options->name, bytes) == 0)
			return options;
	}
	return NULL;
}

static void hide(char *word)
{
	wipe(word, strlen(word));
}

/* Of an option of VERB's (NULL: there is none yet) the name stays, of everything else nothing. */
static void hide_word(const struct verb *verb, char *word)
{
	const struct verb_option *option =
		verb ? find_option(verb->options, VERB_OPTIONS_MAX, word) : NULL;
	char *value = option ? strchr(word, '=') : word;

	if (value)
		hide(option ? value + 1 : value);
}

/* How many of WORDS a global option takes up: its value isn't anybody's words. */
static int keep_global(const struct verb_option *global, char **words)
{
	char *value = strchr(*words, '=');

	if (global->argument)
		return value || !words[1] ? 1 : 2;
	if (value)
		hide(value);
	return 1;
}

static void hide_all(char **words, const struct verb *const *table,
		     const struct verb_option *globals)
{
	guint options = arguments_before((const char *const *)words);
	const struct verb *verb = NULL;

	for (guint i = 0; words[i];) {
		const struct verb_option *global =
			i < options ? find_option(globals, G_MAXSIZE, words[i]) : NULL;
		int taken = 0;

		if (!verb && !global)
			verb = verb_find(table, words + i, &taken);
		if (global)
			taken = keep_global(global, words + i);
		else if (!taken && i < options)
			hide_word(verb, words[i]);
		else if (!taken && i > options)
			hide(words[i]);
		i += MAX(taken, 1);
	}
}

char **hide_words(int argc, char **argv, const struct verb *const *table,
		  const struct verb_option *globals)
{
	char **words = arguments_copy((const char *const *)argv + MIN(argc, 1));

	if (argc > 1)
		hide_all(argv + 1, table, globals);
	return words;
}
