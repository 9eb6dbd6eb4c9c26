#include "tui/manual/manual.h"

#include "core/model/settings.h"
#include "tui/app/plain.h"
#include "tui/manual/roff.h"
#include "tui/screen/pages/help.h"
#include "tui/term/theme.h"
#include "tui/ui/commands.h"

static void setting_item(FILE *out, const struct setting *row)
{
	g_autofree char *range = setting_range(row);
	g_autofree char *text =
		g_strdup_printf("%s\nValue: %s. Default: %s.%s", row->explanation, range,
				*row->initial ? row->initial : "empty",
				row->can_lock ? " A policy may set it." : "");

	roff_item(out, row->name, text);
}

void manual_config(FILE *out, const char *version)
{
	const struct setting_table *table = settings_engine_rows();

	fprintf(out, ".TH SOTTO-CONFIG 5 \"\" \"sotto %s\" \"File Formats\"\n", version);
	fputs(".SH NAME\nsotto\\-config \\- settings, keys and themes of sotto\n.SH DESCRIPTION\n"
	      "The file is\n.I $XDG_CONFIG_HOME/sotto/config\nor, with \\-\\-home,\n"
	      ".I DIR/config\n.PP\nIts group [settings] holds lines such as\n.RS\n.nf\n"
	      "theme=light\nlock_idle=5m\n.fi\n.RE\n"
	      "The group [keys] binds keys everywhere, [keys MODE] on one screen; see\n"
	      ".BR sotto\\-keys (7).\n.SH SETTINGS\n", out);
	for (size_t i = 0; i < table->count; i++)
		setting_item(out, &table->rows[i]);
	fputs(".SH THEMES\nA theme is a file NAME.theme of lines ROLE = FOREGROUND BACKGROUND "
	      "ATTRIBUTES in\n.I $XDG_CONFIG_HOME/sotto/themes\n"
	      "or where the ones that come with sotto are. Colours are names, numbers up to 255 or "
	      "#rrggbb. The roles:\n", out);
	for (int role = 0; role < ROLE_COUNT; role++)
		roff_item(out, role_name((enum role)role), role_about((enum role)role));
	fputs(".SH SEE ALSO\n.BR sotto (1),\n.BR sotto\\-keys (7)\n", out);
}

static void command_item(FILE *out, const struct command *command)
{
	g_autoptr(GString) term = g_string_new(NULL);
	g_autofree char *text = NULL;

	if (command->key)
		g_string_append_printf(term, "%s%s%s   ", command->key, command->twin ? ", " : "",
				       command->twin ? command->twin : "");
	g_string_append_printf(term, ":%s%s%s", command->name, *command->args ? " " : "",
			       command->args);
	text = g_strdup_printf("%s%s%s%s.", command->summary, command->alias ? " (short: :" : "",
			       command->alias ? command->alias : "", command->alias ? ")" : "");
	roff_item(out, term->str, text);
}

void manual_keys(FILE *out, const char *version)
{
	fprintf(out, ".TH SOTTO-KEYS 7 \"\" \"sotto %s\" \"Miscellanea\"\n", version);
	fputs(".SH NAME\nsotto\\-keys \\- commands and keys of sotto's interface\n.SH DESCRIPTION\n"
	      "C\\-x is Control and x, M\\-x is Alt (or Escape first) and x. Every command can be "
	      "typed after a colon, and bound to other keys in\n.BR sotto\\-config (5):\n.RS\n.nf\n"
	      "[keys]\nC\\-t=theme light\n.fi\n.RE\n", out);
	for (const struct screen_table *const *tables = commands_tables(); *tables; tables++) {
		fputs(".SH ", out);
		roff_text(out, (*tables)->heading);
		fputs("\n", out);
		for (const struct command *command = (*tables)->commands; command->name; command++)
			command_item(out, command);
	}
	fputs(".SH LINE MODE\nWith \\-\\-plain these are typed after a slash.\n", out);
	for (const struct command *command = plain_commands; command->name; command++)
		command_item(out, command);
	fputs(".SH SEE ALSO\n.BR sotto (1),\n.BR sotto\\-config (5)\n", out);
}

static void sign(const char *sign, const char *meaning, void *user)
{
	roff_item(user, sign, meaning);
}

void manual_signs(FILE *out)
{
	fputs(".SH SIGNS\nBeside a message in the interface:\n", out);
	help_each_sign(sign, out);
}
