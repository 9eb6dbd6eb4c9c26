#include "tui/cli/arguments.h"

#include <string.h>
#include "core/base/error.h"
#include "core/base/secret.h"

char **arguments_copy(const char *const *words)
{
	return g_strdupv((char **)words);
}

void arguments_free(char **words)
{
	for (char **word = words; word && *word; word++)
		wipe(*word, strlen(*word));
	g_strfreev(words);
}

guint arguments_before(const char *const *words)
{
	guint count = 0;

	while (words[count] && strcmp(words[count], "--") != 0)
		count++;
	return count;
}

char **arguments_parse(GOptionContext *context, const char *const *words, guint count,
		       const char *see, GError **error)
{
	char **argv = g_new0(char *, count + 2), **left = NULL;
	g_autoptr(GError) local = NULL;

	/* GOption takes the first one for the program's name. */
	argv[0] = g_strdup("sotto");
	for (guint i = 0; i < count; i++)
		argv[i + 1] = g_strdup(words[i]);
	if (g_option_context_parse_strv(context, &argv, &local))
		left = arguments_copy((const char *const *)argv + 1);
	else
		error_set(error, ERROR_USAGE,
			  "%s. See `sotto%s%s --help`; a word that begins with a dash, and is no "
			  "option, stands behind `--`.",
			  local->message, *see ? " " : "", see);
	arguments_free(argv);
	return left;
}

char **arguments_join(char **words, char **from)
{
	guint count = g_strv_length(words), more = g_strv_length(from);

	words = g_renew(char *, words, count + more + 1);
	memcpy(words + count, from, (more + 1) * sizeof(*from));
	g_free(from);
	return words;
}
