#include "tui/manual/completions.h"

#include <string.h>
#include "core/model/settings.h"
#include "tui/term/theme.h"

/* -- the rows as data -------------------------------------------------------------------------- */

/* Words that are themselves what is to be typed, as "@on|off"; what stands for something is in
 * capitals or has a mark in it. NULL: none of them is. */
static char *choices_of(const char *slot)
{
	g_auto(GStrv) words = g_strsplit(slot, "|", -1);
	GString *kept = g_string_new(NULL);

	for (char **word = words; *word; word++) {
		if (g_ascii_islower(**word) && !strchr(*word, ':'))
			g_string_append_printf(kept, "%s%s", kept->len ? "|" : "@", *word);
	}
	return g_string_free(kept, kept->len == 0);
}

static char *kind_of(const struct verb *verb, const char *slot)
{
	bool is_setting = strcmp(verb->name, "set") == 0 || strcmp(verb->name, "settings") == 0;
	char *choices;

	if (g_str_has_prefix(slot, "ADDRESS"))
		return g_strdup("contact");
	if (strcmp(slot, "GROUP") == 0)
		return g_strdup("group");
	if (strcmp(slot, "PATH") == 0)
		return g_strdup("file");
	if (is_setting && strcmp(slot, "NAME") == 0)
		return g_strdup("setting");
	if (is_setting && strcmp(slot, "VALUE") == 0)
		return g_strdup("value");
	choices = choices_of(slot);
	return choices ? choices : g_strdup("any");
}

char *completions_slots(const struct verb *verb)
{
	g_auto(GStrv) words = g_strsplit(verb->arguments, " ", -1);
	GString *slots = g_string_new(NULL);

	for (char **word = words; *word && **word; word++) {
		g_autofree char *slot = g_strdup(**word == '[' ? *word + 1 : *word);
		bool repeats = strstr(slot, "...") != NULL;
		g_autofree char *kind = NULL;

		slot[strcspn(slot, "]")] = '\0';
		if (repeats)
			*strstr(slot, "...") = '\0';
		kind = kind_of(verb, slot);
		g_string_append_printf(slots, "%s%s%s", slots->len ? " " : "", kind,
				       repeats ? "+" : "");
	}
	return g_string_free(slots, FALSE);
}

/* The same for the value of an option. */
static char *option_kind(const struct verb_option *option)
{
	static const char *const kinds[] = { "file", "dir", "contact", NULL };

	if (strcmp(option->name, "profile") == 0)
		return g_strdup("profile");
	if (!option->completion)
		return g_strdup("any");
	if (g_strv_contains(kinds, option->completion))
		return g_strdup(option->completion);
	return g_strdelimit(g_strconcat("@", option->completion, NULL), " ", '|');
}

/* TEXT between quotes, for all three shells. */
static void quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++)
		fputs(*text == '\'' ? "'\\''" : (char[]){ *text, '\0' }, out);
	fputc('\'', out);
}

/* What one row gives to a script: when KEY is asked for, VALUE. */
typedef void (*put_func)(FILE *out, const char *key, const char *value);

struct maker {
	FILE *out;
	const struct verb *const *table;
	const struct verb_option *globals;
	void (*begin)(FILE *out, const char *name); /* a function that knows values by keys */
	put_func put;
	void (*end)(FILE *out);
};

static void put_words(const struct maker *maker, const char *prefix, const char *key)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) words = g_string_new(NULL);

	for (const struct verb *const *row = maker->table; *row; row++) {
		const char *rest = (*row)->name + strlen(prefix);
		char *word;

		if ((*row)->is_hidden || !g_str_has_prefix((*row)->name, prefix))
			continue;
		word = g_strndup(rest, strcspn(rest, " "));
		if (g_hash_table_add(seen, word))
			g_string_append_printf(words, "%s%s", words->len ? " " : "", word);
	}
	if (words->len)
		maker->put(maker->out, key, words->str);
}

/* What may follow nothing (the first words of verbs), and what a first word. */
static void make_words(const struct maker *maker)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	maker->begin(maker->out, "_sotto_words");
	put_words(maker, "", "");
	for (const struct verb *const *row = maker->table; *row; row++) {
		const char *blank = strchr((*row)->name, ' ');
		g_autofree char *prefix = blank ? g_strndup((*row)->name,
							    (size_t)(blank - (*row)->name) + 1)
						: NULL;
		g_autofree char *key = prefix ? g_strndup(prefix, strlen(prefix) - 1) : NULL;

		if (key && !(*row)->is_hidden && g_hash_table_add(seen, g_strdup(key)))
			put_words(maker, prefix, key);
	}
	maker->end(maker->out);
}

static void make_slots(const struct maker *maker)
{
	maker->begin(maker->out, "_sotto_slots");
	for (const struct verb *const *row = maker->table; *row; row++) {
		g_autofree char *slots = completions_slots(*row);

		/* Also those without, which tells them from first words of others. */
		if (!(*row)->is_hidden)
			maker->put(maker->out, (*row)->name, *slots ? slots : "none");
	}
	maker->end(maker->out);
}

static void put_options(const struct maker *maker, const char *key,
			const struct verb_option *option, size_t max)
{
	g_autoptr(GString) words = g_string_new(NULL);

	for (size_t i = 0; i < max && option[i].name; i++)
		g_string_append_printf(words, "%s--%s", words->len ? " " : "", option[i].name);
	if (words->len)
		maker->put(maker->out, key, words->str);
}

static void make_options(const struct maker *maker)
{
	maker->begin(maker->out, "_sotto_options");
	put_options(maker, "", maker->globals, 32);
	for (const struct verb *const *row = maker->table; *row; row++) {
		if (!(*row)->is_hidden)
			put_options(maker, (*row)->name, (*row)->options, VERB_OPTIONS_MAX);
	}
	maker->end(maker->out);
}

/* Those with a value: "VERB --OPTION", the verb's name empty for those of all. */
static void put_kinds(const struct maker *maker, const char *verb,
		      const struct verb_option *option, size_t max)
{
	for (size_t i = 0; i < max && option[i].name; i++) {
		g_autofree char *key = g_strdup_printf("%s --%s", verb, option[i].name);
		g_autofree char *kind = option_kind(&option[i]);

		if (option[i].argument)
			maker->put(maker->out, key, kind);
	}
}

static void make_kinds(const struct maker *maker)
{
	maker->begin(maker->out, "_sotto_kind");
	put_kinds(maker, "", maker->globals, 32);
	for (const struct verb *const *row = maker->table; *row; row++) {
		if (!(*row)->is_hidden)
			put_kinds(maker, (*row)->name, (*row)->options, VERB_OPTIONS_MAX);
	}
	maker->end(maker->out);
}

static void make_settings(const struct maker *maker)
{
	const struct setting_table *settings = settings_engine_rows();
	g_autoptr(GString) names = g_string_new(NULL);

	maker->begin(maker->out, "_sotto_settings");
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *row = &settings->rows[i];
		g_auto(GStrv) values = strcmp(row->name, "theme") == 0 ? theme_names(NULL)
								       : setting_complete(row, "");
		g_autofree char *joined = values ? g_strjoinv(" ", values) : NULL;

		g_string_append_printf(names, "%s%s", names->len ? " " : "",
				       settings->rows[i].name);
		if (joined && *joined)
			maker->put(maker->out, settings->rows[i].name, joined);
	}
	maker->put(maker->out, "", names->str);
	maker->end(maker->out);
}

static void make(const struct maker *maker)
{
	make_words(maker);
	make_slots(maker);
	make_options(maker);
	make_kinds(maker);
	make_settings(maker);
}

/* -- bash and zsh ------------------------------------------------------------------------------ */

static void sh_begin(FILE *out, const char *name)
{
	fprintf(out, "%s() {\n\tcase \"$1\" in\n", name);
}

static void sh_put(FILE *out, const char *key, const char *value)
{
	fputc('\t', out);
	quoted(out, key);
	fputs(") echo ", out);
	quoted(out, value);
	fputs(";;\n", out);
}

static void sh_end(FILE *out)
{
	fputs("\tesac\n}\n", out);
}

static void make_sh(FILE *out, const struct verb *const *table, const struct verb_option *globals)
{
	const struct maker maker = { out, table, globals, sh_begin, sh_put, sh_end };

	make(&maker);
}

/*
 * Both shells read the words W in front of the one at the cursor, cur, in the same way: from index
 * i to end. Gives verb; want, what is to be completed; last, the argument before it; place, the
 * options that say which profile; and list, the words that are possible.
 */
static const char sh_read[] =
	"\tlocal verb='' want='' last='' word='' kind='' over='' slot='' list=''\n"
	"\tlocal -i count=0 at=0\n"
	"\tlocal -a place\n"
	"\tplace=()\n"
	"\twhile ((i < end)); do\n"
	"\t\tword=${W[i]}\n"
	"\t\ti=i+1\n"
	"\t\tif [[ -z $over && $word == -- ]]; then\n"
	"\t\t\tover=yes\n"
	"\t\t\tcontinue\n"
	"\t\telif [[ -z $over && $word == --*=* ]]; then\n"
	"\t\t\t[[ $word == --home=* || $word == --profile=* ]] && place+=(\"$word\")\n"
	"\t\t\tcontinue\n"
	"\t\telif [[ -z $over && $word == -?* ]]; then\n"
	"\t\t\tkind=$(_sotto_kind \" $word\")\n"
	"\t\t\t[[ -n $kind ]] || kind=$(_sotto_kind \"$verb $word\")\n"
	"\t\t\t[[ -n $kind ]] || continue\n"
	"\t\t\t((i < end)) && [[ ${W[i]} == '=' ]] && i=i+1\n"
	"\t\t\tif ((i >= end)); then\n"
	"\t\t\t\twant=$kind\n"
	"\t\t\t\tbreak\n"
	"\t\t\tfi\n"
	"\t\t\t[[ $word == --home || $word == --profile ]] && place+=(\"$word\" \"${W[i]}\")\n"
	"\t\t\ti=i+1\n"
	"\t\t\tcontinue\n"
	"\t\tfi\n"
	"\t\tcount=count+1\n"
	"\t\tlast=$word\n"
	"\t\tif ((count == 1)); then\n"
	"\t\t\tverb=$word\n"
	"\t\t\tat=1\n"
	"\t\telif ((count == 2)) &&\n"
	"\t\t\t[[ $verb == help || -n $(_sotto_slots \"$verb $word\") ]]; then\n"
	"\t\t\tverb=\"$verb $word\"\n"
	"\t\t\tat=2\n"
	"\t\tfi\n"
	"\tdone\n"
	"\tif [[ -n $want ]]; then\n"
	"\t\t:\n"
	"\telif [[ -z $over && $cur == -* ]]; then\n"
	"\t\twant=options\n"
	"\telif ((count == 0)); then\n"
	"\t\twant=verbs\n"
	"\telif [[ $verb == help || $verb == 'help '* ]]; then\n"
	"\t\twant=$verb\n"
	"\telse\n"
	"\t\tfor slot in @SLOTS@; do\n"
	"\t\t\tat=at+1\n"
	"\t\t\tif ((at > count)) || [[ $slot == *+ ]]; then\n"
	"\t\t\t\twant=${slot%+}\n"
	"\t\t\t\tbreak\n"
	"\t\t\tfi\n"
	"\t\tdone\n"
	"\t\t((count == 1)) && list=$(_sotto_words \"$verb\")\n"
	"\tfi\n"
	"\tcase \"$want\" in\n"
	"\toptions) list=\"$(_sotto_options '') --help\"\n"
	"\t\t[[ -z $verb ]] || list=\"$list $(_sotto_options \"$verb\")\";;\n"
	"\tverbs) list=\"$(_sotto_words '') help\";;\n"
	"\thelp) list=$(_sotto_words '');;\n"
	"\t'help '*) list=$(_sotto_words \"${verb#help }\");;\n"
	"\tsetting) list=\"$list $(_sotto_settings '')\";;\n"
	"\tvalue) list=$(_sotto_settings \"$last\");;\n"
	"\t@*) want=${want#@}\n"
	"\t\tlist=\"$list ${want//|/ }\";;\n"
	"\tesac\n";

static void put_read(FILE *out, const char *slots)
{
	g_auto(GStrv) parts = g_strsplit(sh_read, "@SLOTS@", 2);

	fprintf(out, "%s%s%s", parts[0], slots, parts[1]);
}

/* Names of files may hold anything: readline completes these itself. */
static const char bash_begin[] =
	"_sotto() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} IFS=$' \\t\\n'\n"
	"\tlocal -i i=1 end=COMP_CWORD\n"
	"\tlocal -a W\n"
	"\tW=(\"${COMP_WORDS[@]}\")\n"
	"\tCOMPREPLY=()\n"
	"\t[[ $cur == '=' ]] && cur=''\n";

static const char bash_end[] =
	"\tcase \"$want\" in\n"
	"\tfile) compopt -o default;;\n"
	"\tdir) compopt -o dirnames;;\n"
	"\tprofile)\n"
	"\t\tfor word in \"${XDG_DATA_HOME:-$HOME/.local/share}\"/sotto/*/; do\n"
	"\t\t\tword=${word%/}\n"
	"\t\t\tword=${word##*/}\n"
	"\t\t\t[[ $word != '*' && $word == \"$cur\"* ]] &&\n"
	"\t\t\t\tCOMPREPLY+=(\"$(printf %q \"$word\")\")\n"
	"\t\tdone;;\n"
	"\tcontact|group)\n"
	"\t\tcur=${cur//\\\\/}\n"
	"\t\tcur=${cur#[\\\"\\']}\n"
	"\t\twhile IFS= read -r word; do\n"
	"\t\t\t[[ $word == \"$cur\"* || (-n $cur && $word == \"#$cur\"*) ]] &&\n"
	"\t\t\t\tCOMPREPLY+=(\"$(printf %q \"$word\")\")\n"
	"\t\tdone < <(\"${COMP_WORDS[0]/#\\~/$HOME}\" \"${place[@]}\" complete \"${want}s\" "
	"2>/dev/null </dev/null);;\n"
	"\tesac\n"
	"\tCOMPREPLY+=($(compgen -W \"$list\" -- \"$cur\"))\n"
	"}\n"
	"complete -F _sotto sotto\n";

void completions_bash(FILE *out, const struct verb *const *table,
		      const struct verb_option *globals)
{
	fputs("# bash completion for sotto\n", out);
	make_sh(out, table, globals);
	fputs(bash_begin, out);
	put_read(out, "$(_sotto_slots \"$verb\")");
	fputs(bash_end, out);
}

/* The summaries of verbs. */
static void make_about(const struct maker *maker)
{
	maker->begin(maker->out, "_sotto_about");
	for (const struct verb *const *row = maker->table; *row; row++) {
		if (!(*row)->is_hidden)
			maker->put(maker->out, (*row)->name, (*row)->summary);
	}
	maker->end(maker->out);
}

/* `--profile=NAME` is one word here. Options are those that compinit's functions run with, which
 * _files needs as well. */
static const char zsh_begin[] =
	"_sotto() {\n"
	"\tlocal cur=${words[CURRENT]} about=''\n"
	"\tlocal -i i=2 end=CURRENT\n"
	"\tlocal -a W names shown\n"
	"\tW=(\"${words[@]}\")\n"
	"\tif [[ $cur == --*=* ]]; then\n"
	"\t\tW[CURRENT]=${cur%%=*}\n"
	"\t\tend=CURRENT+1\n"
	"\t\tcompset -P '*='\n"
	"\t\tcur=${cur#*=}\n"
	"\tfi\n";

static const char zsh_end[] =
	"\tcase \"$want\" in\n"
	"\tfile) _files;;\n"
	"\tdir) _path_files -/;;\n"
	"\tprofile) names=(${XDG_DATA_HOME:-$HOME/.local/share}/sotto/*(N/:t));;\n"
	"\tcontact|group)\n"
	"\t\tnames=(\"${(@f)$(\"${words[1]/#\\~/$HOME}\" \"${place[@]}\" complete \"${want}s\" "
	"2>/dev/null </dev/null)}\");;\n"
	"\tesac\n"
	"\tnames=(\"${(@)names:#}\")\n"
	"\tfor word in ${=list}; do\n"
	"\t\tabout=''\n"
	"\t\tcase \"$want\" in\n"
	"\t\tverbs|help) about=$(_sotto_about \"$word\");;\n"
	"\t\t*) [[ $word == -* ]] || about=$(_sotto_about \"${verb#help } $word\");;\n"
	"\t\tesac\n"
	"\t\tif [[ -n $about ]]; then\n"
	"\t\t\tshown+=(\"$word:$about\")\n"
	"\t\telse\n"
	"\t\t\tnames+=(\"$word\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t(($#shown)) && _describe verb shown\n"
	"\t(($#names)) && compadd -- \"${names[@]}\"\n"
	"\tcur=${(Q)cur}\n"
	"\tnames=(\"${(@M)names:#\\#${(b)cur}*}\")\n"
	"\t[[ -n $cur ]] && (($#names)) && compadd -U -- \"${names[@]}\"\n"
	"\treturn 0\n"
	"}\n"
	"if [[ $funcstack[1] == _sotto ]]; then\n"
	"\t_sotto \"$@\"\n"
	"else\n"
	"\tcompdef _sotto sotto\n"
	"fi\n";

void completions_zsh(FILE *out, const struct verb *const *table,
		     const struct verb_option *globals)
{
	const struct maker maker = { out, table, globals, sh_begin, sh_put, sh_end };

	fputs("#compdef sotto\n", out);
	make(&maker);
	make_about(&maker);
	fputs(zsh_begin, out);
	put_read(out, "${=$(_sotto_slots \"$verb\")}");
	fputs(zsh_end, out);
}

/* -- fish ------------------------------------------------------------------------------------ */

static void fish_begin(FILE *out, const char *name)
{
	fprintf(out, "function %s\n\tswitch \"$argv[1]\"\n", name);
}

/* Between its quotes a backslash protects only itself and a quote. */
static void fish_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void fish_put(FILE *out, const char *key, const char *value)
{
	fputs("\tcase ", out);
	fish_quoted(out, key);
	fputs("\n\t\techo ", out);
	fish_quoted(out, value);
	fputc('\n', out);
}

static void fish_end(FILE *out)
{
	fputs("\tend\nend\n", out);
}

/* As sh_read, with what is completed printed. */
static const char fish_read[] =
	"function _sotto_list\n"
	"\tfor word in (string split -n ' ' -- \"$argv[2..]\")\n"
	"\t\tset -l about (_sotto_about (string trim \"$argv[1] $word\"))\n"
	"\t\tif test -n \"$about\"\n"
	"\t\t\tprintf '%s\\t%s\\n' $word $about\n"
	"\t\telse\n"
	"\t\t\techo $word\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"function _sotto_complete\n"
	"\tset -l cur (commandline -ct)\n"
	"\tset -l tokens (commandline -opc)\n"
	"\tset -l program $tokens[1]\n"
	"\tset -l verb ''\n\tset -l want ''\n\tset -l last ''\n\tset -l over ''\n"
	"\tset -l before ''\n\tset -l place\n\tset -l count 0\n\tset -l at 0\n\tset -l i 2\n"
	"\tif string match -q -- '--*=*' \"$cur\"\n"
	"\t\tset before (string replace -r '=.*' '=' -- $cur)\n"
	"\t\tset -a tokens (string replace -r '=.*' '' -- $cur)\n"
	"\t\tset cur (string replace -r '^[^=]*=' '' -- $cur)\n"
	"\tend\n"
	"\twhile test $i -le (count $tokens)\n"
	"\t\tset -l word $tokens[$i]\n"
	"\t\tset i (math $i + 1)\n"
	"\t\tif test -z \"$over\"\n"
	"\t\t\tswitch \"$word\"\n"
	"\t\t\tcase --\n"
	"\t\t\t\tset over yes\n\t\t\t\tcontinue\n"
	"\t\t\tcase '--*=*'\n"
	"\t\t\t\tstring match -qr -- '^--(home|profile)=' $word; and set -a place $word\n"
	"\t\t\t\tcontinue\n"
	"\t\t\tcase '-?*'\n"
	"\t\t\t\tset -l kind (_sotto_kind \" $word\")\n"
	"\t\t\t\ttest -n \"$kind\"; or set kind (_sotto_kind \"$verb $word\")\n"
	"\t\t\t\ttest -n \"$kind\"; or continue\n"
	"\t\t\t\tif test $i -gt (count $tokens)\n"
	"\t\t\t\t\tset want $kind\n\t\t\t\t\tbreak\n"
	"\t\t\t\tend\n"
	"\t\t\t\tcontains -- $word --home --profile; and set -a place $word $tokens[$i]\n"
	"\t\t\t\tset i (math $i + 1)\n"
	"\t\t\t\tcontinue\n"
	"\t\t\tend\n"
	"\t\tend\n"
	"\t\tset count (math $count + 1)\n"
	"\t\tset last $word\n"
	"\t\tif test $count = 1\n"
	"\t\t\tset verb $word\n\t\t\tset at 1\n"
	"\t\telse if test $count = 2; and begin; test \"$verb\" = help; or _sotto_slots "
	"\"$verb $word\" | string length -q; end\n"
	"\t\t\tset verb \"$verb $word\"\n\t\t\tset at 2\n"
	"\t\tend\n"
	"\tend\n"
	"\tif test -n \"$want\"\n"
	"\t\ttrue\n"
	"\telse if test -z \"$over\"; and string match -q -- '-*' \"$cur\"\n"
	"\t\t_sotto_list '' (_sotto_options '') --help\n"
	"\t\ttest -n \"$verb\"; and _sotto_list '' (_sotto_options \"$verb\")\n"
	"\telse if test $count = 0\n"
	"\t\t_sotto_list '' (_sotto_words '') help\n"
	"\telse if test \"$verb\" = help\n"
	"\t\t_sotto_list '' (_sotto_words '')\n"
	"\telse if string match -q -- 'help *' $verb\n"
	"\t\tset verb (string sub -s 6 -- $verb)\n"
	"\t\t_sotto_list $verb (_sotto_words $verb)\n"
	"\telse\n"
	"\t\ttest $count = 1; and _sotto_list $verb (_sotto_words $verb)\n"
	"\t\tfor slot in (_sotto_slots $verb | string split ' ')\n"
	"\t\t\tset at (math $at + 1)\n"
	"\t\t\tif test $at -gt $count; or string match -q -- '*+' $slot\n"
	"\t\t\t\tset want (string trim -r -c + -- $slot)\n\t\t\t\tbreak\n"
	"\t\t\tend\n"
	"\t\tend\n"
	"\tend\n"
	"\tswitch \"$want\"\n"
	"\tcase file\n"
	"\t\t__fish_complete_path $cur\n"
	"\tcase dir\n"
	"\t\t__fish_complete_directories $cur ''\n"
	"\tcase profile\n"
	"\t\tset -l data $HOME/.local/share\n"
	"\t\tset -q XDG_DATA_HOME; and set data $XDG_DATA_HOME\n"
	"\t\tfor folder in $data/sotto/*/\n"
	"\t\t\techo $before(string replace -r '.*/' '' -- (string trim -r -c / -- $folder))\n"
	"\t\tend\n"
	"\tcase contact group\n"
	"\t\tfor name in ($program $place complete \"$want\"s 2>/dev/null </dev/null)\n"
	"\t\t\techo $before$name\n"
	"\t\tend\n"
	"\tcase setting\n"
	"\t\t_sotto_list '' (_sotto_settings '')\n"
	"\tcase value\n"
	"\t\t_sotto_list '' (_sotto_settings $last)\n"
	"\tcase '@*'\n"
	"\t\tfor word in (string split '|' -- (string sub -s 2 -- $want))\n"
	"\t\t\techo $before$word\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c sotto -f -a '(_sotto_complete)'\n";

void completions_fish(FILE *out, const struct verb *const *table,
		      const struct verb_option *globals)
{
	const struct maker maker = { out, table, globals, fish_begin, fish_put, fish_end };

	fputs("# fish completion for sotto\n", out);
	make(&maker);
	make_about(&maker);
	fputs(fish_read, out);
}
