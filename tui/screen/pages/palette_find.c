#include "tui/screen/pages/palette_find.h"
#include <string.h>
#include "core/model/settings.h"
#include "tui/client/fuzzy.h"
#include "tui/screen/pages/help.h"

enum {
	TIER = 10000, /* between two ways to fit; types within one are less apart */
	TIER_START = 3 * TIER,
	TIER_LETTERS = 2 * TIER,
	TIER_ABOUT = TIER,
	TYPE_STEP = 1000, /* more than any two fuzzy scores are apart */
};

const struct synonym palette_synonyms[] = {
	{"attach", "send-file"},	{"upload", "send-file"},
	{"download", "save-file"},	{"delete", "erase"},
	{"clipboard", "copy"},		{"yank", "copy"},
	{"url", "links"},		{"link", "copy-link"},
	{"clear", "erase"},		{"delete", "contact-remove"},
	{"silence", "mute"},		{"notifications", "mute"},
	{"exit", "quit"},		{"close", "quit"},		{"bye", "quit"},
	{"members", "group"},		{"participants", "group"},
	{"people", "group"},		{"room", "group"},
	{"disappearing", "timer"},	{"disappearing", "expire"},
	{"ephemeral", "timer"},		{"self-destruct", "timer"},
	{"edit", "correct"},		{"options", "set"},
	{"preferences", "set"},		{"config", "set"},
	{"settings", "set"},		{"colours", "theme"},
	{"colors", "theme"},		{"fingerprint", "verify"},
	{"safety number", "verify"},	{"keys", "verify"},
	{"ban", "contact-block"},	{"ignore", "contact-block"},
	{"nickname", "rename"},		{"alias", "rename"},
	{"chat", "open"},		{"jump", "open"},
	{"shortcuts", "help"},		{"manual", "help"},
	{"log", "journal"},		{"history", "journal"},
	{"recording", "watch"},		{"privacy", "mode"},
	{"hide", "mode-next"},		{"linked devices", "devices"},
	{"invite", "contact-add"},	{"reset session", "repair"},
	{NULL, NULL},
};

struct search {
	const struct host *host;
	const char *typed; /* folded */
	GArray *found;
	GHashTable *names; /* of commands that are in it: several screens share some */
};

static void clear_found(gpointer data)
{
	struct found *found = data;

	g_free(found->name);
	g_free(found->about);
	g_free(found->keys);
}

/* -- how well it fits ------------------------------------------------------------------------- */

/* Whether a word of TEXT begins with TYPED, which is folded. */
static bool has_start(const char *text, const char *typed)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);

	for (const char *at = folded; (at = strstr(at, typed)); at++)
		if (at == folded || !g_ascii_isalnum(at[-1]))
			return true;
	return false;
}

static bool has_synonym(const struct command *command, const char *typed)
{
	for (const struct synonym *row = palette_synonyms; row->word; row++)
		if (strcmp(row->command, command->name) == 0 &&
		    g_str_has_prefix(row->word, typed))
			return true;
	return false;
}

/* -1: not at all. */
static int fit(const struct search *search, const struct found *found)
{
	g_autofree char *folded = g_utf8_casefold(found->name, -1);
	int fuzzy = fuzzy_score(search->typed, found->name);

	if (!*search->typed)
		return 0;
	if (g_str_has_prefix(folded, search->typed) ||
	    (found->command && has_synonym(found->command, search->typed)))
		return TIER_START + MAX(fuzzy, 0);
	if (fuzzy >= 0)
		return TIER_LETTERS + fuzzy;
	if (found->type != FOUND_PERSON && has_start(found->about, search->typed))
		return TIER_ABOUT;
	return found->type == FOUND_PERSON && has_start(found->about, search->typed) ? TIER_START
										      : -1;
}

/* Takes the strings of FOUND over. */
static void offer(struct search *search, struct found found)
{
	found.score = fit(search, &found);
	if (found.score < 0) {
		clear_found(&found);
		return;
	}
	if (*search->typed)
		found.score += (FOUND_SIGN - (int)found.type) * TYPE_STEP;
	if (!found.keys)
		found.keys = g_strdup("");
	g_array_append_val(search->found, found);
}

/* -- what there is ---------------------------------------------------------------------------- */

static void offer_people(struct search *search)
{
	const struct roster *roster = search->host->roster;

	for (size_t i = 0; i < roster_count(roster); i++) {
		const char *address = roster_at(roster, i)->address;

		offer(search, (struct found){.type = FOUND_PERSON,
					     .name = g_strdup(roster_name(roster, address)),
					     .about = g_strdup(address)});
	}
}

static void offer_table(struct search *search, const struct screen_table *table,
			enum found_type type)
{
	for (const struct command *command = table->commands; command->name; command++) {
		if (!g_hash_table_add(search->names, (gpointer)(uintptr_t)command->name))
			continue;
		offer(search, (struct found){.type = type,
					     .name = g_strdup(command->name),
					     .about = g_strdup(command->summary),
					     .keys = host_key(search->host, table->mode,
							      command->name),
					     .heading = table->heading,
					     .command = command});
	}
}

/* What moves a cursor is found on the keyboard, not by name. */
static bool is_for_fingers(const struct screen_table *table)
{
	return strcmp(table->mode, "edit") == 0 || strcmp(table->mode, "palette") == 0 ||
	       strcmp(table->mode, "prompt") == 0;
}

static void offer_commands(struct search *search, const struct screen_ops *below)
{
	for (const struct screen_table *table = below ? below->tables : NULL; table && table->mode;
	     table++)
		offer_table(search, table, FOUND_HERE);
	for (const struct screen_table *const *table = search->host->tables; *table; table++)
		if (!*(*table)->mode)
			offer_table(search, *table, FOUND_GLOBAL);
	for (const struct screen_table *const *table = search->host->tables;
	     *search->typed && *table; table++)
		if (*(*table)->mode && !is_for_fingers(*table))
			offer_table(search, *table, FOUND_ELSEWHERE);
}

static void offer_settings(struct search *search)
{
	const struct setting_table *table = settings_table(search->host->settings);

	for (size_t i = 0; i < table->count; i++)
		offer(search, (struct found){.type = FOUND_SETTING,
					     .name = g_strdup(table->rows[i].name),
					     .about = g_strdup(table->rows[i].explanation),
					     .keys = g_strdup("setting")});
}

static void offer_sign(const char *sign, const char *meaning, void *user)
{
	offer(user, (struct found){.type = FOUND_SIGN,
				   .name = g_strdup(sign),
				   .about = g_strdup(meaning),
				   .keys = g_strdup("help")});
}

static gint by_score(gconstpointer a, gconstpointer b)
{
	const struct found *first = a;
	const struct found *second = b;

	return second->score - first->score;
}

GArray *palette_find(const struct host *host, const struct screen_ops *below, const char *typed)
{
	g_autofree char *folded = g_utf8_casefold(typed, -1);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	struct search search = {.host = host, .typed = g_strstrip(folded), .names = names};

	search.found = g_array_new(FALSE, TRUE, sizeof(struct found));
	g_array_set_clear_func(search.found, clear_found);
	offer_people(&search);
	offer_commands(&search, below);
	if (*search.typed) {
		offer_settings(&search);
		help_each_sign(offer_sign, &search);
		g_array_sort(search.found, by_score);
	}
	return search.found;
}
