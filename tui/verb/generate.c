#include "tui/verb/generate.h"

#include <string.h>
#include "core/error.h"
#include "tui/guard.h"
#include "tui/manual.h"
#include "tui/manual_json.h"
#include "tui/roff.h"

/* "--name ARGUMENT" */
static char *option_text(const struct verb_option *option)
{
	return g_strdup_printf("--%s%s%s", option->name, option->argument ? " " : "",
			       option->argument ? option->argument : "");
}

/* -- the man page
 * ------------------------------------------------------------------------------------ */

static void man_options(FILE *out, const struct verb_option *option, size_t max)
{
	for (size_t i = 0; i < max && option[i].name; i++) {
		g_autofree char *text = option_text(&option[i]);

		roff_item(out, text, option[i].help);
	}
}

static void man_verbs(FILE *out, const struct verb *const *table)
{
	for (; *table; table++) {
		const struct verb *verb = *table;

		if (verb->is_hidden)
			continue;
		fputs(".SS ", out);
		roff_text(out, verb->name);
		fputs(" ", out);
		roff_text(out, verb->arguments);
		fputs("\n", out);
		roff_text(out, verb->summary);
		fputs("\n", out);
		if (verb->details) {
			roff_text(out, verb->details);
			fputs("\n", out);
		}
		man_options(out, verb->options, VERB_OPTIONS_MAX);
	}
}

/* One line for each exit code: the sentences of the errors that lead to it. */
static void man_guards(FILE *out)
{
	fputs(".SH PROCESS\n"
	      "What stands around the process; \\fBstatus\\fR says whether it is on, off or not "
	      "available.\n",
	      out);
	for (int i = 0; i < GUARD_COUNT; i++)
		roff_item(out, guard_name((enum guard)i), guard_about((enum guard)i));
}

static void man_exit_codes(FILE *out)
{
	fputs(".SH EXIT STATUS\n.TP\n.B 0\nDone, and durable.\n", out);
	for (int code = 1; code <= 8; code++) {
		fprintf(out, ".TP\n.B %d\n", code);
		if (code == 1) {
			fputs("It failed; the message says what, why, and what to do.\n", out);
			continue;
		}
		for (int error = 0; error < ERROR_COUNT; error++) {
			g_autoptr(GError) sample = NULL;

			error_set_plain(&sample, (enum error)error);
			if (error_exit_code(sample) != code)
				continue;
			roff_text(out, error_sentence((enum error)error));
			fputs("\n", out);
		}
	}
}

static const struct { const char *name; const char *about; } variables[] = {
	{ "SOTTO_HOME", "The folder of the profile, as --home." },
	{ "XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME",
	  "Where profiles, settings and starts are kept; relative ones are ignored." },
	{ "NO_COLOR", "If it is set and not empty, no colour is used." },
	{ "TERM, COLORTERM", "What the terminal is, and whether it shows 24-bit colours." },
	{ "TMUX, STY, SSH_CONNECTION", "Looked at to find who watches the terminal." },
};

static void roff_environment(FILE *out)
{
	fputs(".SH ENVIRONMENT\n", out);
	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
		roff_item(out, variables[i].name, variables[i].about);
}

static void man(FILE *out, const struct verb *const *table, const struct verb_option *globals,
		const char *version)
{
	fprintf(out, ".TH SOTTO 1 \"\" \"sotto %s\" \"User Commands\"\n", version);
	fputs(".SH NAME\nsotto \\- secure chat for the terminal\n.SH SYNOPSIS\n.B sotto\n"
	      "[OPTIONS] [VERB [ARGUMENTS]]\n.SH DESCRIPTION\n"
	      "End-to-end encrypted chat between people on one host, over a spool without a "
	      "daemon, with "
	      "encrypted storage. Without a verb the terminal interface opens; every verb runs "
	      "headless.\n"
	      ".PP\nWords come by standard input: \\fBsotto send bob\\fR, then the message and "
	      "C\\-d, or a pipe. Among the arguments they stand in the shell's history too, and "
	      "in the process list until sotto has begun to run and overwrites them.\n"
	      ".PP\nADDRESS is a local name, a bare JID or an unambiguous alias; DURATION is 30s, "
	      "5m, 24h, "
	      "7d or 4w.\n.SH OPTIONS\n",
	      out);
	man_options(out, globals, 32);
	fputs(".SH VERBS\n", out);
	man_verbs(out, table);
	man_guards(out);
	man_exit_codes(out);
	fputs(".SH EXAMPLES\n.nf\n"
	      "sotto                                  # the first questions; the interface\n"
	      "echo \"meet on host 3\" | sotto send bob\n"
	      "sotto \\-\\-json receive \\-\\-follow # one object a line\n"
	      "sotto verify bob                       # compare keys\n"
	      "sotto expire bob 24h                   # messages live a day once read\n"
	      "sotto \\-\\-passphrase\\-fd 3 id 3<file     # in scripts: never as an argument\n"
	      ".fi\n", out);
	manual_signs(out);
	roff_environment(out);
	fputs(".SH FILES\n.TP\n.I $XDG_DATA_HOME/sotto/PROFILE\nthe profile: header, database, "
	      "lock, control "
	      "socket\n.TP\n.I $XDG_STATE_HOME/sotto/starts\nwhat each profile's starts "
	      "compare: its places, and the hook that you confirmed\n.TP\n"
	      ".I $XDG_CONFIG_HOME/sotto/config\nsettings and keys; see\n.BR "
	      "sotto-config (5)\n"
	      ".TP\n.I /var/spool/sotto\nthe spool\n.SH SEE ALSO\n.BR sotto-config (5),\n"
	      ".BR sotto-json (5),\n.BR sotto-keys (7)\n",
	      out);
}

/* -- completions
 * ---------------------------------------------------------------------------------------- */

/* The words that may follow PREFIX: "" gives first words, "contact" its second ones. */
static void verb_words(FILE *out, const struct verb *const *table, const char *prefix)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	size_t bytes = strlen(prefix);

	for (; *table; table++) {
		const char *rest = (*table)->name;
		char *word;

		if ((*table)->is_hidden || strncmp(rest, prefix, bytes) != 0)
			continue;
		if (bytes && rest[bytes] != ' ')
			continue;
		rest += bytes ? bytes + 1 : 0;
		word = g_strndup(rest, strcspn(rest, " "));
		if (g_hash_table_add(seen, word))
			fprintf(out, "%s ", word);
	}
}

static void option_words(FILE *out, const struct verb_option *option, size_t max)
{
	for (size_t i = 0; i < max && option[i].name; i++)
		fprintf(out, "--%s ", option[i].name);
}

static void bash(FILE *out, const struct verb *const *table, const struct verb_option *globals)
{
	fputs("# bash completion for sotto\n_sotto() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb=\"${COMP_WORDS[1]}\" two\n"
	      "\ttwo=\"$verb ${COMP_WORDS[2]}\"\n\tcase \"${COMP_WORDS[COMP_CWORD-1]}\" in\n"
	      "\t--home|--spool) COMPREPLY=($(compgen -d -- \"$cur\")); return;;\n"
	      "\t--kdf) COMPREPLY=($(compgen -W 'interactive moderate sensitive' -- \"$cur\")); "
	      "return;;\n"
	      "\tesac\n\tlocal words='",
	      out);
	option_words(out, globals, 32);
	fputs("'\n\tif [ \"$COMP_CWORD\" = 1 ]; then words=\"$words ", out);
	verb_words(out, table, "");
	fputs("\"\n\telse case \"$two\" in\n", out);
	for (const struct verb *const *row = table; *row; row++) {
		if ((*row)->is_hidden)
			continue;
		fprintf(out, "\t\"%s\"%s) words=\"$words ", (*row)->name,
			strchr((*row)->name, ' ') ? "" : "\\ *");
		option_words(out, (*row)->options, VERB_OPTIONS_MAX);
		fputs("\";;\n", out);
	}
	fputs("\tesac; fi\n", out);
	for (const struct verb *const *row = table; *row; row++) {
		g_autofree char *first = g_strndup((*row)->name, strcspn((*row)->name, " "));

		if ((*row)->is_hidden || strcmp(first, (*row)->name) == 0)
			continue;
		fprintf(out, "\t[ \"$verb\" = %s ] && [ \"$COMP_CWORD\" = 2 ] && words=\"", first);
		verb_words(out, table, first);
		fputs("\"\n", out);
	}
	fputs("\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _sotto sotto\n",
	      out);
}

static void zsh(FILE *out, const struct verb *const *table, const struct verb_option *globals)
{
	fputs("#compdef sotto\nlocal -a verbs options\nverbs=(\n", out);
	for (const struct verb *const *row = table; *row; row++) {
		if (!(*row)->is_hidden)
			fprintf(out, "\t'%s:%s'\n", (*row)->name, (*row)->summary);
	}
	fputs(")\noptions=(", out);
	option_words(out, globals, 32);
	fputs(")\nif (( CURRENT == 2 )); then\n\t_describe verb verbs\nelse\n\tcase \"$words[2]\" "
	      "in\n",
	      out);
	for (const struct verb *const *row = table; *row; row++) {
		g_autofree char *first = g_strndup((*row)->name, strcspn((*row)->name, " "));

		if ((*row)->is_hidden)
			continue;
		fprintf(out, "\t%s) options+=(", first);
		option_words(out, (*row)->options, VERB_OPTIONS_MAX);
		fputs(");|\n", out);
	}
	fputs("\tesac\n\tcompadd -- $options\nfi\n", out);
}

static void fish(FILE *out, const struct verb *const *table, const struct verb_option *globals)
{
	fputs("# fish completion for sotto\ncomplete -c sotto -f\n", out);
	for (; globals->name; globals++)
		fprintf(out, "complete -c sotto -l %s%s -d \"%s\"\n", globals->name,
			globals->argument ? " -r" : "", globals->help);
	for (; *table; table++) {
		const struct verb *verb = *table;
		g_autofree char *first = g_strndup(verb->name, strcspn(verb->name, " "));
		const char *second = strchr(verb->name, ' ');

		if (verb->is_hidden)
			continue;
		if (second)
			fprintf(out,
				"complete -c sotto -n '__fish_seen_subcommand_from %s' -a %s -d "
				"\"%s\"\n",
				first, second + 1, verb->summary);
		fprintf(out, "complete -c sotto -n __fish_use_subcommand -a %s -d \"%s\"\n", first,
			verb->summary);
		for (int i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++)
			fprintf(out,
				"complete -c sotto -n '__fish_seen_subcommand_from %s' -l %s%s -d "
				"\"%s\"\n",
				first, verb->options[i].name,
				verb->options[i].argument ? " -r" : "", verb->options[i].help);
	}
}

bool generate(FILE *out, const char *what, const struct verb *const *table,
	      const struct verb_option *globals, const char *version)
{
	if (strcmp(what, "man") == 0)
		man(out, table, globals, version);
	else if (strcmp(what, "man-config") == 0)
		manual_config(out, version);
	else if (strcmp(what, "man-keys") == 0)
		manual_keys(out, version);
	else if (strcmp(what, "man-json") == 0)
		manual_json(out, version);
	else if (strcmp(what, "bash") == 0)
		bash(out, table, globals);
	else if (strcmp(what, "zsh") == 0)
		zsh(out, table, globals);
	else if (strcmp(what, "fish") == 0)
		fish(out, table, globals);
	else
		return false;
	return true;
}

bool generate_asked(char **words, const struct verb *const *table,
		    const struct verb_option *globals, const char *version, int *exit_code)
{
	if (!words[0] || strcmp(words[0], "generate") != 0 || !words[1] || words[2])
		return false;
	*exit_code = generate(stdout, words[1], table, globals, version) ? 0 : 2;
	return true;
}
