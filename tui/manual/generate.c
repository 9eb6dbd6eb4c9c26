#include "tui/manual/generate.h"

#include <string.h>
#include "core/base/error.h"
#include "tui/confine/guard.h"
#include "tui/manual/completions.h"
#include "tui/manual/manual.h"
#include "tui/manual/manual_json.h"
#include "tui/manual/roff.h"

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
	for (int i = 0; i < GUARD_COUNT; i++) {
		g_autofree char *names = g_strdup_printf(
			"%s (%s)", guard_label((enum guard)i), guard_name((enum guard)i));

		roff_item(out, names, guard_about((enum guard)i));
	}
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
	      ".PP\nADDRESS is a local name, a bare JID or an alias. An alias goes before the "
	      "address of somebody who isn't among the contacts; where two are meant, nothing is "
	      "done, and \\(atADDRESS is the address and nothing else. DURATION is 30s, 5m, 24h, "
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
		completions_bash(out, table, globals);
	else if (strcmp(what, "zsh") == 0)
		completions_zsh(out, table, globals);
	else if (strcmp(what, "fish") == 0)
		completions_fish(out, table, globals);
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
