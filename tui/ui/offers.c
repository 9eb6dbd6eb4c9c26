#include "tui/ui/offers.h"

#include <string.h>
#include "core/base/secret.h"
#include "core/model/settings.h"
#include "tui/kit/lineedit.h"

enum { FRESH_US = 5 * G_TIME_SPAN_SECOND /* so long an answer is taken for what is so */ };

struct offers {
	struct host *host;
	struct lineedit *edit; /* while it is being completed; only compared afterwards */
	size_t start;
	/* What was completed when something was asked for: plain memory, or NULL. */
	char *line;
	size_t cursor;
	char **people; /* on the spool */
	gint64 people_at;
	char *path;   /* what PATHS begin as; NULL: nothing was looked for */
	char **paths; /* NULL: the answer isn't there yet */
};

struct offers *offers_new(struct host *host)
{
	struct offers *offers = g_new0(struct offers, 1);

	offers->host = host;
	return offers;
}

void offers_forget(struct offers *offers)
{
	link_cancel(offers->host->link, offers);
	plain_free(g_steal_pointer(&offers->line));
	g_clear_pointer(&offers->people, g_strfreev);
	offers->people_at = 0;
	g_clear_pointer(&offers->path, g_free);
	g_clear_pointer(&offers->paths, g_strfreev);
}

void offers_free(struct offers *offers)
{
	if (!offers)
		return;
	offers_forget(offers);
	g_free(offers);
}

/* -- what is asked for ------------------------------------------------------------------------ */

/* The answer to what EDIT is completed with comes later. */
static void wait_for(struct offers *offers)
{
	plain_free(offers->line);
	offers->line = plain_dup(lineedit_text(offers->edit));
	offers->cursor = lineedit_cursor(offers->edit);
}

/* It is there. FALSE: something else is typed by now. */
static bool complete_again(struct offers *offers)
{
	struct host *host = offers->host;
	char *line = g_steal_pointer(&offers->line);
	bool is_same = line && host->edit && host->edit == offers->edit &&
		       lineedit_cursor(host->edit) == offers->cursor &&
		       strcmp(lineedit_text(host->edit), line) == 0;

	if (is_same) {
		host->ops->complete(host, host->edit, offers->start);
		host->ops->draw(host);
	}
	plain_free(line);
	return is_same;
}

static void on_there(struct job *job, void *user)
{
	struct offers *offers = user;

	g_strfreev(offers->people);
	offers->people = g_steal_pointer(&job->people);
	complete_again(offers);
}

static void add_people(struct offers *offers, GPtrArray *words)
{
	gint64 now = g_get_monotonic_time();

	for (char **name = offers->people; name && *name; name++)
		g_ptr_array_add(words, roster_typed(offers->host->roster, *name));
	if (offers->people_at && now - offers->people_at < FRESH_US)
		return;
	offers->people_at = now;
	wait_for(offers);
	job_post(offers->host->link, job_new(JOB_THERE, NULL), on_there, offers);
}

static void on_listed(bool ok, int fd, const char *text, void *user)
{
	struct offers *offers = user;
	bool is_asked;

	(void)fd;
	/* Locked meanwhile. */
	if (!offers->path)
		return;
	g_strfreev(offers->paths);
	offers->paths = g_strsplit(ok ? text : "", "\n", -1);
	is_asked = complete_again(offers);
	if (is_asked && !ok)
		offers->host->ops->say(offers->host, true, text);
	/* Next time they may be others. */
	g_clear_pointer(&offers->path, g_free);
}

static void add_paths(struct offers *offers, const char *typed, GPtrArray *words)
{
	struct host *host = offers->host;

	if (g_strcmp0(offers->path, typed) == 0) {
		for (char **path = offers->paths; path && *path; path++)
			if (**path)
				g_ptr_array_add(words, g_strdup(*path));
		return;
	}
	g_free(offers->path);
	offers->path = g_strdup(typed);
	g_clear_pointer(&offers->paths, g_strfreev);
	wait_for(offers);
	host->ops->file(host, HOST_FILE_LIST, typed, NULL, on_listed, offers);
}

/* -- what is known ---------------------------------------------------------------------------- */

/* By address, and by a name that is only theirs; groups and rooms by name where that will do. */
static void add_contacts(const struct roster *roster, bool is_people_only, GPtrArray *words)
{
	for (size_t i = 0; i < roster_count(roster); i++) {
		const struct contact *contact = roster_at(roster, i);
		bool is_person = !contact_is_several(contact);
		bool has_name = contact->alias && *contact->alias &&
				roster_resolve(roster, contact->alias, NULL) == contact;

		if (is_people_only && contact->kind != CONTACT_PERSON)
			continue;
		if (has_name && !is_people_only)
			g_ptr_array_add(words, g_strdup(contact->alias));
		if (is_person || !has_name)
			g_ptr_array_add(words, roster_typed(roster, contact->address));
	}
}

static void add_all(char **from, GPtrArray *words)
{
	for (char **word = from; word && *word; word++)
		g_ptr_array_add(words, *word);
	g_free(from);
}

/* The value's candidates depend on the setting, which stands in front of it. */
static void add_values(struct offers *offers, GPtrArray *words)
{
	struct host *host = offers->host;
	g_auto(GStrv) line = g_strsplit(lineedit_text(offers->edit) + offers->start, " ", 3);
	const struct setting *row = NULL;

	if (g_strv_length(line) >= 2)
		row = setting_find(settings_table(host->settings), line[1]);
	if (row && strcmp(row->name, "theme") == 0)
		add_all(host->ops->themes(host), words);
	else if (row)
		add_all(setting_complete(row, ""), words);
}

static void source(void *user, const char *name, const char *typed, GPtrArray *words)
{
	struct offers *offers = user;
	struct host *host = offers->host;
	const struct setting_table *settings = settings_table(host->settings);

	if (strcmp(name, "PATH") == 0) {
		add_paths(offers, typed, words);
	} else if (strcmp(name, "ADDRESS") == 0) {
		add_contacts(host->roster, false, words);
	} else if (strcmp(name, "PERSON") == 0) {
		add_contacts(host->roster, true, words);
		add_people(offers, words);
	} else if (strcmp(name, "THEME") == 0) {
		add_all(host->ops->themes(host), words);
	} else if (strcmp(name, "SETTING") == 0) {
		for (size_t i = 0; i < settings->count; i++)
			g_ptr_array_add(words, g_strdup(settings->rows[i].name));
	} else if (strcmp(name, "SCOPE") == 0 || strcmp(name, "MODE") == 0) {
		for (unsigned i = 0; i < PRIVACY_COUNT; i++)
			g_ptr_array_add(words, g_strdup(privacy_name(privacy_at(i))));
		if (*name == 'S')
			g_ptr_array_add(words, g_strdup("profile"));
	} else if (strcmp(name, "VALUE") == 0) {
		add_values(offers, words);
	}
}

/* -- completing ------------------------------------------------------------------------------- */

void offers_complete(struct offers *offers, struct lineedit *edit, size_t start,
		     struct completion *completion)
{
	size_t cursor = lineedit_cursor(edit), typed;
	g_autofree char *common = NULL, *whole = NULL;

	offers->edit = edit;
	offers->start = start;
	plain_free(g_steal_pointer(&offers->line));
	*completion = (struct completion){0};
	if (cursor < start)
		return;
	command_complete(offers->host->commands, lineedit_text(edit) + start, cursor - start,
			 source, offers, completion);
	common = completion_common(completion);
	typed = cursor - start - completion->start;
	/* What they have in common may be less than what stands there, in another case. */
	if (!common || strlen(common) < typed)
		return;
	/* A path may go on, and a blank would be part of it. */
	if (completion->words->len == 1 && !completion->is_path)
		whole = g_strconcat(common, " ", NULL);
	lineedit_replace(edit, start + completion->start, typed, whole ? whole : common);
	if (completion->words->len == 1)
		completion_clear(completion);
}
