#include "tui/verb/globals.h"

#include <string.h>
#include "core/error.h"

const struct verb_option global_options[] = {
	{ "home", "DIR", "keep all of the profile in DIR (SOTTO_HOME is the same)", "dir" },
	{ "profile", "NAME", "which profile under the XDG directories (default)", NULL },
	{ "passphrase-fd", "N", "read the passphrase as one line from descriptor N", NULL },
	{ "json", NULL, "print one JSON object a line", NULL },
	{ "plain", NULL, "the interface line by line, for screen readers", NULL },
	{ "version", NULL,
	  "show the versions of sotto and of the libraries that touch keys or data", NULL },
	{ NULL, NULL, NULL, NULL },
};

/* Global options may stand before the verb and behind it; what is left is the verb's. */
gboolean globals_parse(struct globals *globals, int argc, char **argv, GError **error)
{
	/* In the order of global_options. */
	void *const places[] = { &globals->home,    &globals->profile,	&globals->passphrase_fd,
				 &globals->is_json, &globals->is_plain, &globals->wants_version };
	GOptionEntry entries[G_N_ELEMENTS(places) + 1] = { 0 };
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) local = NULL;
	char **words = g_new0(char *, (gsize)argc + 1);

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		entries[i].long_name = global_options[i].name;
		entries[i].arg = !global_options[i].argument	      ? G_OPTION_ARG_NONE :
				 places[i] == &globals->passphrase_fd ? G_OPTION_ARG_INT :
									G_OPTION_ARG_FILENAME;
		entries[i].arg_data = places[i];
	}
	globals->passphrase_fd = -1;
	for (int i = 0; i < argc; i++)
		words[i] = g_strdup(argv[i]);
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_set_ignore_unknown_options(context, TRUE);
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, &words, &local)) {
		error_set(error, ERROR_USAGE, "%s. See `sotto --help`.", local->message);
		g_strfreev(words);
		return FALSE;
	}
	globals->words = g_strdupv(words + 1);
	g_strfreev(words);
	if (globals->words[0] && g_str_has_prefix(globals->words[0], "-")) {
		globals->wants_help = g_strcmp0(globals->words[0], "--help") == 0 ||
				      g_strcmp0(globals->words[0], "-h") == 0;
		if (!globals->wants_help) {
			error_set(error, ERROR_USAGE, "There is no option %s; see `sotto --help`.",
				  globals->words[0]);
			return FALSE;
		}
	}
	return TRUE;
}

void globals_clear(struct globals *globals)
{
	g_free(globals->home);
	g_free(globals->profile);
	g_strfreev(globals->words);
}
